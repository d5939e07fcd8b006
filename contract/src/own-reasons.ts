import type { Language } from './language.ts';
import { phraseOr } from './phrase.ts';

/** Why the service itself wrote a version of a policy, as it is stored. */
export const ownReasons = { shippedPolicies: 'shipped policies', newContent: 'content of this version' } as const;

const names = new Map<string, string>(Object.entries(ownReasons).map(([name, stored]) => [stored, name]));

/** The reason of a change in the reader's language, where the service itself gave it; a person's words stay as they are. */
export function reasonIn(language: Language, reason: string): string {
  const name = names.get(reason);
  return name ? phraseOr(language, 'ownReason', name) : reason;
}
