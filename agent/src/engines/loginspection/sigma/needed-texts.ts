import type { SigmaExpression, SigmaTest } from '@sakimori/contract/sigma/model';
import { foldUnicode } from '../patterns/fold.ts';
import { compilePcre2 } from '../patterns/index.ts';

/** A rule that waits for so many texts is met by most lines. */
const textsMax = 400;
/** Characters that stand in a decoded field as they stand in the line. */
const plain = /^[\p{L}\p{N} _./:;,@=+()[\]{}<>!?$#&*|~-]{2,}$/u;

/**
 * Texts, folded, of which at least one stands in every line that fulfils the rule; undefined where nothing can be said. For fields that are cut out
 * of the line as they are.
 */
export function neededTexts(expression: SigmaExpression): readonly string[] | undefined {
  if ('not' in expression) return undefined;
  if ('all' in expression) return best(expression.all.map(neededTexts));
  if ('any' in expression) return union(expression.any.map(neededTexts));
  if (expression.how === 'regex') return compilePcre2(expression.value, { ignoreCase: false }).needs?.anyOf;
  const text = longestText(expression);
  const stands = text !== undefined && (expression.field === undefined ? text !== '' : plain.test(text));
  return stands ? [foldUnicode(text)] : undefined;
}

const literal = ['equals', 'contains', 'startsWith', 'endsWith'];

function longestText({ how, value }: SigmaTest): string | undefined {
  if (literal.includes(how)) return value;
  if (how !== 'wildcards') return undefined;
  const pieces = value.split(/\\[*?\\]|[*?]/);
  return pieces.reduce((one, other) => (other.length > one.length ? other : one), '');
}

const shortest = (texts: readonly string[]) => Math.min(...texts.map((text) => text.length));

function best(all: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  let found: readonly string[] | undefined;
  for (const texts of all)
    if (
      texts &&
      (!found || texts.length < found.length || (texts.length === found.length && shortest(texts) > shortest(found)))
    )
      found = texts;
  return found;
}

function union(all: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const texts = new Set<string>();
  for (const one of all) {
    if (!one) return undefined;
    for (const text of one) texts.add(text);
  }
  return texts.size > 0 && texts.size <= textsMax ? [...texts] : undefined;
}
