import type { Language } from './language.ts';
import { hasPhrase, phrase } from './phrase.ts';

/**
 * What a person should do next when an alert of this kind stands, one step an item. For `agent.silent` the cause (`SilenceCause`) makes
 * it precise. Kinds without advice of their own get a general one.
 */
export function alertAdvice(language: Language, kind: string, cause?: string): string[] {
  // Whatever sort of malware it is, the same is to be done.
  const general = /^malware\.(virus|trojan|spyware)$/.test(kind) ? ['alertAdvice.malware.found'] : [];
  const keys = [`alertAdvice.${kind}.${cause}`, `alertAdvice.${kind}`, ...general].filter(hasPhrase);
  return phrase(language, keys[0] ?? 'alertAdvice.other').split('\n');
}
