import type { SigmaComparison, SigmaTest } from './model.ts';

/** A text of a rule as what it is made of: literal text, and wildcards. */
export type WildcardPart = { readonly literal: string } | { readonly wildcard: '*' | '?' };

/** Reads the escapes of the specification: `\*`, `\?` and `\\` stand for the second character; any other backslash for itself. */
export function readWildcards(text: string): WildcardPart[] {
  const parts: WildcardPart[] = [];
  let literal = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    const next = text[at + 1] ?? '';
    if (char === '\\' && '*?\\'.includes(next) && next !== '') {
      literal += next;
      at++;
    } else if (char === '*' || char === '?') {
      if (literal !== '') parts.push({ literal });
      literal = '';
      parts.push({ wildcard: char });
    } else literal += char;
  }
  if (literal !== '') parts.push({ literal });
  return parts;
}

const isAny = (part: WildcardPart | undefined): boolean =>
  part !== undefined && 'wildcard' in part && part.wildcard === '*';
const isLiteral = (part: WildcardPart | undefined): part is { literal: string } =>
  part !== undefined && 'literal' in part;

/** The literal text where there is no wildcard in it. */
export function literalOf(parts: readonly WildcardPart[]): string | undefined {
  if (parts.length === 0) return '';
  const [only] = parts;
  return parts.length === 1 && isLiteral(only) ? only.literal : undefined;
}

export function surround(
  parts: readonly WildcardPart[],
  where: 'contains' | 'startswith' | 'endswith',
): WildcardPart[] {
  const any: WildcardPart = { wildcard: '*' };
  return [
    ...(where !== 'startswith' && !isAny(parts[0]) ? [any] : []),
    ...parts,
    ...(where !== 'endswith' && !isAny(parts.at(-1)) ? [any] : []),
  ];
}

/** The cheapest comparison that says the same. */
export function comparisonOf(parts: readonly WildcardPart[]): Pick<SigmaTest, 'how' | 'value'> {
  const begins = isAny(parts[0]);
  const ends = parts.length > 1 && isAny(parts.at(-1));
  const inner = parts.slice(begins ? 1 : 0, ends ? -1 : undefined);
  const literal = literalOf(inner);
  if (literal === undefined) return { how: 'wildcards', value: parts.map(written).join('') };
  const names: Readonly<Record<string, SigmaComparison>> = {
    '': 'equals',
    b: 'endsWith',
    e: 'startsWith',
    be: 'contains',
  };
  // A lone `*` has nothing behind it: whatever is there.
  return { how: names[`${begins ? 'b' : ''}${ends ? 'e' : ''}`]!, value: literal };
}

const written = (part: WildcardPart): string =>
  'wildcard' in part ? part.wildcard : part.literal.replaceAll(/[*?\\]/g, '\\$&');
