import { type Language, languages } from '@sakimori/contract';

/** The language to speak: `--language`, else what the locale says. It is needed before the arguments are parsed: the help speaks it too. */
export function chooseLanguage(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const at = argv.indexOf('--language');
  const wanted = at >= 0 ? argv[at + 1] : argv.find((word) => word.startsWith('--language='))?.slice(11);
  const named = languages.find((language) => language === wanted);
  if (named) return named;
  return /^ja/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ? 'ja' : 'en';
}
