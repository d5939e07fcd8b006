import type { Language } from './language.ts';
import { hasPhrase, phrase } from './phrase.ts';

/**
 * What a person should do next when an alert of this kind stands, one step an item. For `agent.silent` the cause (`SilenceCause`) makes
 * it precise. Kinds without advice of their own get a general one.
 */
export function alertAdvice(language: Language, kind: string, cause?: string): string[] {
  const keys = [`alertAdvice.${kind}.${cause}`, `alertAdvice.${kind}`].filter(hasPhrase);
  return phrase(language, keys[0] ?? 'alertAdvice.other').split('\n');
}
