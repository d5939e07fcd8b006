import type { CharSet } from './char-set.ts';

/** What all pattern languages are parsed into. */
export type Syntax =
  | { readonly kind: 'empty' }
  /** One character (code unit); with `fold` in either case. */
  | { readonly kind: 'char'; readonly code: number; readonly fold: boolean }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly Syntax[] }
  | { readonly kind: 'choice'; readonly items: readonly Syntax[] }
  | { readonly kind: 'group'; readonly index: number; readonly item: Syntax }
  | {
      readonly kind: 'repeat';
      readonly item: Syntax;
      readonly min: number;
      readonly max: number;
      readonly mode: RepeatMode;
    }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'look'; readonly ahead: boolean; readonly negated: boolean; readonly item: Syntax }
  /** Found once, and never tried another way. */
  | { readonly kind: 'atomic'; readonly item: Syntax }
  /** The text of the first of these groups that took part. */
  | { readonly kind: 'back'; readonly groups: readonly number[]; readonly fold: boolean };

export type RepeatMode = 'greedy' | 'lazy' | 'possessive';
export type Assertion = 'begin' | 'end' | 'endOrNewline' | 'lineBegin' | 'lineEnd' | 'wordEdge' | 'noWordEdge';

export const empty: Syntax = { kind: 'empty' };
export const without = Number.POSITIVE_INFINITY;

export function sequence(items: readonly Syntax[]): Syntax {
  if (items.length === 1) return items[0]!;
  return items.length === 0 ? empty : { kind: 'sequence', items };
}

export function choice(items: readonly Syntax[]): Syntax {
  return items.length === 1 ? items[0]! : { kind: 'choice', items };
}

/** The parts of a node. */
export function partsOf(node: Syntax): readonly Syntax[] {
  if (node.kind === 'sequence' || node.kind === 'choice') return node.items;
  return 'item' in node ? [node.item] : [];
}

export const some = (node: Syntax, holds: (node: Syntax) => boolean): boolean =>
  holds(node) || partsOf(node).some((part) => some(part, holds));

/** Fewest and most characters that a match takes; a back-reference may take any number. */
export function lengthOf(node: Syntax): { readonly min: number; readonly max: number } {
  switch (node.kind) {
    case 'char':
    case 'set':
      return { min: 1, max: 1 };
    case 'sequence': {
      const lengths = node.items.map(lengthOf);
      return { min: sum(lengths.map(({ min }) => min)), max: sum(lengths.map(({ max }) => max)) };
    }
    case 'choice': {
      const lengths = node.items.map(lengthOf);
      return { min: Math.min(...lengths.map(({ min }) => min)), max: Math.max(...lengths.map(({ max }) => max)) };
    }
    case 'group':
    case 'atomic':
      return lengthOf(node.item);
    case 'repeat': {
      const { min, max } = lengthOf(node.item);
      return { min: min * node.min, max: max === 0 || node.max === 0 ? 0 : max * node.max };
    }
    case 'back':
      return { min: 0, max: without };
    default:
      return { min: 0, max: 0 };
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
