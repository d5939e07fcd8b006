import { type Language, Refusal, refusalText } from '@sakimori/contract';
import { Unreachable } from './api.ts';
import { sayIn } from './language.tsx';

/** What went wrong, in the contract's words. */
export function errorText(language: Language, error: unknown): string {
  const say = sayIn(language);
  if (error instanceof Unreachable) return say('console.error.unreachable');
  if (!(error instanceof Refusal)) return say('console.error.unexpected');
  return refusalText(language, error);
}

/** What the reader can do about it, where there is more to say than the error itself does. */
export function errorAdvice(language: Language, error: unknown): string | undefined {
  const say = sayIn(language);
  if (error instanceof Unreachable) return say('console.errorAdvice.unreachable');
  return error instanceof Refusal
    ? say.maybe(`console.errorAdvice.${error.code}`)
    : say('console.errorAdvice.internal');
}

/** Somebody closed a dialog in the midst of something: there is nothing to tell. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}
