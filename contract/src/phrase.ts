import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from './language.ts';
import { formatMessage, type PhraseFacts } from './message.ts';
import { en } from './phrases/en/index.ts';
import { ja } from './phrases/ja/index.ts';

export type PhraseKey = keyof typeof ja;
/** What the audit can say was done: every action has its phrase below `audit.`. */
export type AuditAction = PhraseKey extends infer Key ? (Key extends `audit.${infer Action}` ? Action : never) : never;

export { formatMessage, type PhraseFacts, timeZone } from './message.ts';

const books: Readonly<Record<Language, Readonly<Record<string, string>>>> = { ja, en };

export const hasPhrase = (key: string): key is PhraseKey => Object.hasOwn(ja, key);

/** An ICU message in the reader's language. Dates are formatted in Asia/Tokyo. */
export function phrase(language: Language, key: PhraseKey, facts: PhraseFacts = {}): string {
  return formatMessage(language, books[language][key] ?? key, facts);
}

/** The phrase below `prefix` for a word that came over the wire, or the word itself where we have no phrase for it. */
export function phraseOr(language: Language, prefix: string, word: string, facts: PhraseFacts = {}): string {
  const key = `${prefix}.${word}`;
  return hasPhrase(key) ? phrase(language, key, facts) : word;
}

/** Names of the facts that a message takes, sorted. @throws SyntaxError where it is no ICU message */
export function argumentsOf(language: Language, message: string): string[] {
  const names = new Set<string>();
  const walk = (elements: ReturnType<IntlMessageFormat['getAst']>): void => {
    for (const element of elements) {
      // 0 is text and 7 the `#` of a plural; everything else has the name of a fact (or of a tag) as its value.
      if (element.type !== 0 && element.type !== 7) names.add(element.value);
      if ('options' in element) for (const option of Object.values(element.options)) walk(option.value);
      if ('children' in element) walk(element.children);
    }
  };
  walk(new IntlMessageFormat(message, language).getAst());
  return [...names].sort();
}
