import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from './language.ts';

export type PhraseFacts = Readonly<Record<string, string | number | boolean | Date | null | undefined>>;

const compiled = new Map<string, IntlMessageFormat>();

/** Times in what people read are Japan's unless a contract says otherwise. */
export const timeZone = 'Asia/Tokyo';

/** Nothing in it is for a fact, quoted or marked up: it says what it is. Most phrases are so, and a command line reads hundreds at each start. */
const isPlain = (message: string): boolean => !/[{}'<]/.test(message);

/** An ICU message with its facts. Apart from the phrase book, for programs that carry a few of its phrases and not all. */
export function formatMessage(language: Language, message: string, facts: PhraseFacts): string {
  if (isPlain(message)) return message;
  const cacheKey = `${language}\0${message}`;
  let format = compiled.get(cacheKey);
  if (!format) {
    format = new IntlMessageFormat(message, language === 'ja' ? 'ja-JP' : 'en-GB', {
      date: { day: { timeZone, dateStyle: 'long' } },
      time: { minute: { timeZone, dateStyle: 'medium', timeStyle: 'short' } as Intl.DateTimeFormatOptions },
    });
    compiled.set(cacheKey, format);
  }
  return String(format.format(facts as Record<string, string>));
}
