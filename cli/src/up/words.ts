import { type PhraseFacts, type PhraseKey, phrase, phraseOr } from '@sakimori/contract';

/** Japanese where the locale says so, else English. */
const language = /^ja/i.test(process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '')
  ? 'ja'
  : 'en';

/** Says a line of `sakimori up` to the person at the terminal. */
export function say(line: string, facts: PhraseFacts = {}): void {
  console.log(phrase(language, `up.${line}` as PhraseKey, facts));
}

/** A limit of an agent that runs without root, in words. */
export const limitInWords = (limit: string): string => phraseOr(language, 'host.privilege', limit);
