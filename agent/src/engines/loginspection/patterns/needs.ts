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
      return node.min > 0 ? textsOf(node.item) : undefined;
    case 'choice':
      return textsOfChoice(node.items);
    case 'sequence':
      return textsOfSequence(node.items);
    default:
      return undefined;
  }
}

function textsOfChoice(items: readonly Syntax[]): readonly string[] | undefined {
  const all: string[] = [];
  for (const item of items) {
    const texts = textsOf(item);
    if (!texts) return undefined;
    all.push(...texts);
  }
  return all.length <= textsMax ? all : undefined;
}

function textsOfSequence(items: readonly Syntax[]): readonly string[] | undefined {
  let best: readonly string[] | undefined;
  const consider = (texts: readonly string[] | undefined) => {
    if (texts && (!best || worth(texts) > worth(best))) best = texts;
  };
  let run = '';
  for (const item of items) {
    const literal = literalOf(item);
    if (literal !== undefined) run += literal;
    else {
      // An assertion takes no character: the texts before and behind it touch.
      if (item.kind === 'assert' || item.kind === 'look') continue;
      if (run) consider([run]);
      run = '';
      consider(textsOf(item));
    }
  }
  if (run) consider([run]);
  return best;
}

/** The shortest decides; of such, few. */
const worth = (texts: readonly string[]) => Math.min(8, ...texts.map((text) => text.length)) - texts.length / 1000;
