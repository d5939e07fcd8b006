import { type CharSet, charSet, everything, intersects, otherCase, unionOf } from './char-set.ts';
import { lengthOf, type Syntax, without } from './syntax.ts';

/**
 * The longest text on which a backtracking engine needs at most `stepsMax` steps, whatever the text is: an upper bound, reckoned from the
 * places at which a repetition can end in more than one way. Infinite where nothing in the pattern repeats without bound; 0 where a
 * repetition within a repetition can divide a text in many ways, so that nothing can be said.
 */
export function safeLength(syntax: Syntax, stepsMax: number): number {
  const { steps } = reckon(syntax, everything);
  const anchored = isAnchored(syntax);
  const fits = (length: number) => steps(length) * (anchored ? 1 : length) <= stepsMax;
  if (fits(lengthMax)) return without;
  let low = 0;
  let high = lengthMax;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** No line is longer. */
const lengthMax = 1 << 20;

function isAnchored(node: Syntax): boolean {
  if (node.kind === 'assert') return node.what === 'begin';
  if (node.kind === 'sequence') return node.items[0] !== undefined && isAnchored(node.items[0]);
  if (node.kind === 'choice') return node.items.every(isAnchored);
  return node.kind === 'group' && isAnchored(node.item);
}

/** Of the length of the text. */
type Count = (length: number) => number;

/** From one place: steps that all ways through the node take together, and how many ways there are at most. */
interface Reckoned {
  readonly steps: Count;
  readonly ways: Count;
  /** What a match of the node and what stands behind it can begin with. */
  readonly first: CharSet;
}

const once: Count = () => 1;
const one = (code: number): readonly [number, number] => [code, code];

/** @param behind what may stand behind the node */
function reckon(node: Syntax, behind: CharSet): Reckoned {
  switch (node.kind) {
    case 'char':
      return {
        steps: once,
        ways: once,
        first: charSet([one(node.code), one(node.fold ? otherCase(node.code) : node.code)]),
      };
    case 'set':
      return { steps: once, ways: once, first: node.set };
    case 'sequence':
      return reckonSequence(node.items, behind);
    case 'choice':
      return reckonChoice(node.items, behind);
    case 'group':
      return reckon(node.item, behind);
    case 'repeat':
      return reckonRepeat(node, behind);
    case 'look':
    case 'atomic': {
      const { steps, first } = reckon(node.item, everything);
      return { steps, ways: once, first: node.kind === 'look' ? behind : unionOf([first, behind]) };
    }
    case 'back':
      return { steps: (length) => length, ways: once, first: everything };
    default:
      return { steps: once, ways: once, first: behind };
  }
}

function reckonSequence(items: readonly Syntax[], behind: CharSet): Reckoned {
  const parts: Reckoned[] = [];
  let first = behind;
  for (const item of items.toReversed()) {
    const part = reckon(item, first);
    parts.push(part);
    first = part.first;
  }
  return {
    steps: (length) => parts.reduce((sum, part) => part.steps(length) + part.ways(length) * sum, 0),
    ways: (length) => parts.reduce((product, part) => product * part.ways(length), 1),
    first,
  };
}

/** Alternatives of which no two can begin alike are one way only. */
function reckonChoice(items: readonly Syntax[], behind: CharSet): Reckoned {
  const parts = items.map((item) => reckon(item, behind));
  const first = unionOf(parts.map((part) => part.first));
  const apart = parts.every((part, index) =>
    parts.slice(index + 1).every((other) => !intersects(part.first, other.first)),
  );
  return {
    steps: (length) => parts.reduce((sum, { steps }) => sum + steps(length) + 1, 0),
    ways: (length) =>
      parts.reduce((total, { ways }) => (apart ? Math.max(total, ways(length)) : total + ways(length)), 0),
    first,
  };
}

function reckonRepeat(node: Extract<Syntax, { kind: 'repeat' }>, behind: CharSet): Reckoned {
  const begin = reckon(node.item, everything).first;
  const item = reckon(node.item, unionOf([begin, behind]));
  const { min: least } = lengthOf(node.item);
  const turns: Count = (length) => Math.min(node.max, length / Math.max(least, 1));
  const first = node.min > 0 && least > 0 ? begin : unionOf([begin, behind]);
  const oneEnd = node.mode === 'possessive' || node.min === node.max || !intersects(begin, behind);
  // Where each turn has several ways, they multiply: bearable for a few turns alone.
  const many: Count = (length) => item.ways(length) ** turns(length) * (turns(length) + 1);
  const multiplies = (length: number) => item.ways(length) > 1 || least === 0;
  const ends: Count = (length) => (oneEnd ? 1 : turns(length) - Math.min(node.min, turns(length)) + 1);
  return {
    steps: (length) => (multiplies(length) ? many(length) : turns(length)) * (item.steps(length) + 1) + 1,
    ways: (length) => (node.mode === 'possessive' ? 1 : multiplies(length) ? many(length) : ends(length)),
    first,
  };
}
