import type { CharSet } from './char-set.ts';

/** What both regular dialects (OS_Regex, PCRE2) are parsed into. There are no back-references and no look-around: that keeps matching linear. */
export type Syntax =
  | { readonly kind: 'empty' }
  /** One code unit. */
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly Syntax[] }
  | { readonly kind: 'choice'; readonly items: readonly Syntax[] }
  | { readonly kind: 'group'; readonly index: number; readonly item: Syntax }
  | {
      readonly kind: 'repeat';
      readonly item: Syntax;
      readonly min: number;
      readonly max: number;
      readonly greedy: boolean;
    }
  | { readonly kind: 'assert'; readonly what: Assertion };

export type Assertion = 'begin' | 'end' | 'endOrNewline' | 'wordEdge' | 'noWordEdge';

export const empty: Syntax = { kind: 'empty' };

export function sequence(items: readonly Syntax[]): Syntax {
  if (items.length === 1) return items[0]!;
  return items.length === 0 ? empty : { kind: 'sequence', items };
}

export function choice(items: readonly Syntax[]): Syntax {
  return items.length === 1 ? items[0]! : { kind: 'choice', items };
}

/**
 * Texts of which at least one must stand in every match, or undefined when nothing can be said. A quick search for them spares most
 * lines the real matching.
 */
export function requiredTexts(node: Syntax): readonly string[] | undefined {
  switch (node.kind) {
    case 'char':
      return [node.char];
    case 'group':
      return requiredTexts(node.item);
    case 'repeat':
      return node.min > 0 ? requiredTexts(node.item) : undefined;
    case 'choice':
      return requiredOfChoice(node.items);
    case 'sequence':
      return requiredOfSequence(node.items);
    default:
      return undefined;
  }
}

function requiredOfChoice(items: readonly Syntax[]): readonly string[] | undefined {
  const all: string[] = [];
  for (const item of items) {
    const texts = requiredTexts(item);
    if (!texts) return undefined;
    all.push(...texts);
  }
  return all.length <= 16 ? all : undefined;
}

function requiredOfSequence(items: readonly Syntax[]): readonly string[] | undefined {
  let best: readonly string[] | undefined;
  const consider = (texts: readonly string[] | undefined) => {
    if (texts && (!best || shortest(texts) > shortest(best))) best = texts;
  };
  let run = '';
  for (const item of items) {
    if (item.kind === 'char') run += item.char;
    else {
      if (run) consider([run]);
      run = '';
      consider(requiredTexts(item));
    }
  }
  if (run) consider([run]);
  return best;
}

const shortest = (texts: readonly string[]) => Math.min(...texts.map((text) => text.length));
