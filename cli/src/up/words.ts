import { type PhraseFacts, type PhraseKey, phrase } from '@sakimori/contract';

/** Japanese where the locale says so, else English. */
const language = /^ja/i.test(process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '')
  ? 'ja'
  : 'en';

/** Says a line of `sakimori up` to the person at the terminal. */
export function say(line: string, facts: PhraseFacts = {}): void {
  console.log(phrase(language, `up.${line}` as PhraseKey, facts));
}

export const tell = (key: PhraseKey): string => phrase(language, key);
