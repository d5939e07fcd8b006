import { errors, formatMessage, type Language, Refusal } from '@sakimori/contract';
import { Unreachable } from './api.ts';
import { sayIn } from './language.tsx';

/** Facts that are words of our own, said in the reader's language. */
function sayFacts(language: Language, refusal: Refusal): Record<string, string | number | boolean> {
  const say = sayIn(language);
  const facts: Record<string, string | number | boolean> = { ...refusal.facts };
  if (typeof facts['what'] === 'string') facts['what'] = say.or('console.thing', facts['what']);
  if (typeof facts['state'] === 'string') facts['state'] = say.or('alertState', facts['state']);
  return facts;
}

/** What went wrong, from the contract's list of errors. A fact that did not arrive is shown as a dash, never as a broken sentence. */
export function errorText(language: Language, error: unknown): string {
  const say = sayIn(language);
  if (error instanceof Unreachable) return say('console.error.unreachable');
  if (!(error instanceof Refusal)) return say('console.error.unexpected');
  const message = errors[error.code][language];
  const facts = sayFacts(language, error);
  for (const [, name = '', kind] of message.matchAll(/\{(\w+)(, number)?\}/g)) facts[name] ??= kind ? 0 : '–';
  return formatMessage(language, message, facts);
}

/** What the reader can do about it, where there is more to say than the error itself does. */
export function errorAdvice(language: Language, error: unknown): string | undefined {
  const say = sayIn(language);
  if (error instanceof Unreachable) return say('console.errorAdvice.unreachable');
  return error instanceof Refusal
    ? say.maybe(`console.errorAdvice.${error.code}`)
    : say('console.errorAdvice.internal');
}
