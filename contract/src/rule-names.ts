import { z } from 'zod';
import type { Language } from './language.ts';
import { words as english } from './phrases/en/words.ts';
import { words as japanese } from './phrases/ja/words.ts';

/** Which rule it was, and what it is called: as its author called it in English and, where the author gave one, in Japanese. */
export const RuleName = z.object({
  id: z.string().min(1).max(100),
  name: z.string().min(1).max(300),
  nameJa: z.string().min(1).max(300).optional(),
});
export type RuleName = z.infer<typeof RuleName>;

/** The name of a rule in the reader's language; the English one where it has no other. */
export const ruleNameIn = (
  language: Language,
  rule: { readonly name: string; readonly nameJa?: string | undefined },
): string => (language === 'ja' && rule.nameJa) || rule.name;

/** Kinds of event that we have words for. */
export type NamedKind = keyof typeof japanese extends infer Key
  ? Key extends `kind.${infer Kind}`
    ? Kind
    : never
  : never;

/** The rule of an event of our own making, which nobody wrote down as a rule: it is called what the event is called. */
export const ownRule = (id: string, kind: NamedKind): RuleName => ({
  id,
  name: english[`kind.${kind}`],
  nameJa: japanese[`kind.${kind}`],
});
