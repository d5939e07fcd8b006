import type { CharSet } from '@sakimori/contract/log-patterns/char-set';
import type { Syntax } from '@sakimori/contract/log-patterns/syntax';
import type { Needs } from './pattern.ts';

/** Alternatives that are worth looking for one by one. */
const textsMax = 400;

/**
 * Texts of which at least one must stand in every match, or undefined when nothing can be said. A search for the texts of all patterns at
 * once spares most lines the real matching.
 */
export function needsOf(syntax: Syntax): Needs | undefined {
  const texts = textsOf(syntax);
  if (!texts) return undefined;
  const anyOf = [...new Set(texts)].filter(
    (text, _, all) => !all.some((other) => other !== text && text.includes(other)),
  );
  return { anyOf, exact: (syntax.kind === 'choice' ? syntax.items : [syntax]).every(isPlain) };
}

/** Text alone, in either case. */
function isPlain(node: Syntax): boolean {
  if (node.kind === 'sequence') return node.items.every(isPlain);
  return node.kind === 'char' && node.code < 128 && (node.fold || !/[A-Za-z]/.test(String.fromCharCode(node.code)));
}

/** The one text that the node is, in lower case. */
function literalOf(node: Syntax): string | undefined {
  if (node.kind === 'char') return node.code < 128 ? String.fromCharCode(node.code).toLowerCase() : undefined;
  if (node.kind === 'group' || node.kind === 'atomic') return literalOf(node.item);
  if (node.kind === 'empty') return '';
  if (node.kind !== 'sequence') return undefined;
  let text = '';
  for (const item of node.items) {
    const part = literalOf(item);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}

function textsOf(node: Syntax): readonly string[] | undefined {
  const literal = literalOf(node);
  if (literal !== undefined) return literal === '' ? undefined : [literal];
  switch (node.kind) {
    case 'group':
    case 'atomic':
      return textsOf(node.item);
    case 'repeat':
      return node.min > 0 ? textsOfRepeat(node.item, node.min) : undefined;
    case 'choice':
      return textsOfChoice(node.items);
    case 'sequence':
      return textsOfSequence(node.items);
    default:
      return undefined;
  }
}

function textsOfRepeat(item: Syntax, min: number): readonly string[] | undefined {
  const literal = literalOf(item);
  return literal ? [literal.repeat(Math.min(min, Math.ceil(repeatedMax / literal.length)))] : textsOf(item);
}

/** Characters of a repeated text that are looked for. */
const repeatedMax = 12;

function textsOfChoice(items: readonly Syntax[]): readonly string[] | undefined {
  const all: string[] = [];
  for (const item of items) {
    const texts = textsOf(item);
    if (!texts) return undefined;
    all.push(...texts);
  }
  return all.length <= textsMax ? all : undefined;
}

/** Follows the texts that can stand one behind the other, as long as there are few of them. */
function textsOfSequence(items: readonly Syntax[]): readonly string[] | undefined {
  let best: readonly string[] | undefined;
  const consider = (texts: readonly string[] | undefined) => {
    if (texts && !texts.includes('') && (!best || worth(texts) > worth(best))) best = texts;
  };
  let runs: readonly string[] = [''];
  for (const item of items) {
    // An assertion takes no character: the texts before and behind it touch.
    if (item.kind === 'assert' || item.kind === 'look') continue;
    const ways = waysOf(item);
    if (ways && ways.length * runs.length <= runsMax) runs = runs.flatMap((run) => ways.map((way) => run + way));
    else {
      consider(runs);
      runs = ways ?? [''];
      if (!ways) consider(textsOf(item));
    }
  }
  consider(runs);
  return best;
}

/** Texts that are followed at once. */
const runsMax = 64;

/** All texts that the node can be, in lower case, where they are few. */
function waysOf(node: Syntax): readonly string[] | undefined {
  const literal = literalOf(node);
  if (literal !== undefined) return [literal];
  switch (node.kind) {
    case 'group':
    case 'atomic':
      return waysOf(node.item);
    case 'choice': {
      const ways = node.items.map(waysOf);
      return ways.every((one) => one !== undefined) ? limited(ways.flat()) : undefined;
    }
    case 'repeat': {
      const literals = node.max <= 1 ? waysOf(node.item) : undefined;
      return literals && limited(['', ...literals]);
    }
    case 'set':
      return waysOfSet(node.set);
    default:
      return undefined;
  }
}

const limited = (ways: readonly string[]) => (ways.length <= runsMax ? [...new Set(ways)] : undefined);

function waysOfSet({ table, above }: CharSet): readonly string[] | undefined {
  if (above) return undefined;
  const chars = new Set<string>();
  for (let code = 0; code < 256; code++) {
    if (table[code] !== 1) continue;
    if (code > 127 || chars.size > 4) return undefined;
    chars.add(String.fromCharCode(code).toLowerCase());
  }
  return [...chars];
}

/** The shortest decides; of such, few. */
const worth = (texts: readonly string[]) => Math.min(8, ...texts.map((text) => text.length)) - texts.length / 1000;
