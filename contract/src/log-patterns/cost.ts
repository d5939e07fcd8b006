import { type CharSet, charSet, everything, intersects, otherCase, unionOf } from './char-set.ts';
import { type Assertion, lengthOf, type Syntax, without } from './syntax.ts';

/**
 * The longest text on which a backtracking engine needs at most so many steps, whatever the text is: an upper bound, reckoned from the
 * places at which a repetition can end in more than one way. Infinite where nothing in the pattern repeats without bound; near 0 where a
 * repetition within a repetition can divide a text in many ways, so that nothing can be said.
 */
export function safeLength(syntax: Syntax): (stepsMax: number) => number {
  const { parts, ahead } = partsOf(flat(syntax), nothingBehind);
  const anchored = isAnchored(syntax);
  const apart = shiftOf(ahead);
  // Where the pattern may begin anywhere, the place where it begins is one more that stands before the others.
  const total: Count = (length) =>
    anchored ? sumOf(parts, length, 1) : length * 8 + sumOf(parts, length, length / apart);
  return (stepsMax) => longest((length) => total(length) <= stepsMax);
}

function longest(fits: (length: number) => boolean): number {
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

/**
 * Which characters a match can begin with, for a pattern that matches at the beginning of the text alone and takes something; undefined for any
 * other. Characters above 127 always count as possible.
 */
export function beginningsOf(syntax: Syntax): Uint8Array | undefined {
  if (!isAnchored(syntax) || lengthOf(syntax).min === 0) return undefined;
  const { first } = partsOf(flat(syntax), nothingBehind);
  return first.table.slice(0, 128);
}

/** No line is longer. */
const lengthMax = 1 << 18;

function isAnchored(node: Syntax): boolean {
  if (node.kind === 'assert') return node.what === 'begin';
  if (node.kind === 'sequence') return node.items[0] !== undefined && isAnchored(node.items[0]);
  if (node.kind === 'choice') return node.items.every(isAnchored);
  return node.kind === 'group' && isAnchored(node.item);
}

/** Of the length of the text. */
type Count = (length: number) => number;

/** What stands behind a node. */
interface Behind {
  /** What it can begin with. */
  readonly first: CharSet;
  /** What its first characters must be, as far as that is certain. */
  readonly ahead: readonly CharSet[];
}

/** From one place: steps that all ways through the node take together, and how many ways there are at most. */
interface Reckoned extends Behind {
  readonly steps: Count;
  readonly ways: Count;
}

/** At the end of a pattern the first way that comes there has found the match, and no other is tried. */
const nothingBehind: Behind = { first: charSet([]), ahead: [] };
const newlineBehind: Behind = { first: charSet([[10, 10]]), ahead: [] };
const once: Count = () => 1;
const aheadMax = 24;

/** Items one after the other, without the groups around them. */
function flat(node: Syntax): readonly Syntax[] {
  if (node.kind === 'group') return flat(node.item);
  return node.kind === 'sequence' ? node.items.flatMap(flat) : [node];
}

function reckon(node: Syntax, behind: Behind): Reckoned {
  switch (node.kind) {
    case 'char':
      return reckonChar(
        charSet([node.code, node.fold ? otherCase(node.code) : node.code].map((code) => [code, code])),
        behind,
      );
    case 'set':
      return reckonChar(node.set, behind);
    case 'sequence':
    case 'group':
      return reckonSequence(flat(node), behind);
    case 'choice':
      return reckonChoice(node.items, behind);
    case 'repeat':
      return reckonRepeat(node, behind);
    case 'look':
      return { ...behind, steps: reckon(node.item, nothingBehind).steps, ways: once };
    case 'atomic': {
      const { steps, first } = reckon(node.item, nothingBehind);
      return { steps, ways: once, first: unionOf([first, behind.first]), ahead: [] };
    }
    case 'back':
      return { steps: (length) => length, ways: once, first: everything, ahead: [] };
    case 'assert':
      return { ...behindAssertion(node.what, behind), steps: once, ways: once };
    default:
      return { ...behind, steps: once, ways: once };
  }
}

function behindAssertion(what: Assertion, behind: Behind): Behind {
  if (what === 'end') return nothingBehind;
  return what === 'endOrNewline' || what === 'lineEnd' ? newlineBehind : behind;
}

const reckonChar = (set: CharSet, { ahead }: Behind): Reckoned => ({
  steps: once,
  ways: once,
  first: set,
  ahead: [set, ...ahead].slice(0, aheadMax),
});

function reckonSequence(items: readonly Syntax[], behind: Behind): Reckoned {
  const { parts, first, ahead } = partsOf(items, behind);
  return {
    steps: (length) => sumOf(parts, length, 1),
    ways: (length) => walk(parts, length, 1, () => {}),
    first,
    ahead,
  };
}

function partsOf(items: readonly Syntax[], behind: Behind): Behind & { readonly parts: readonly Reckoned[] } {
  const parts: Reckoned[] = [];
  let next = behind;
  for (const item of items.toReversed()) {
    const part = reckon(item, next);
    parts.unshift(part);
    next = part;
  }
  return { parts, first: next.first, ahead: next.ahead };
}

function sumOf(parts: readonly Reckoned[], length: number, begins: number): number {
  let total = 0;
  walk(parts, length, begins, (steps, ways) => {
    total += steps * ways;
  });
  return total;
}

/** The places where several repetitions end stand one behind the other, so there are not as many ways as their product. */
function walk(
  parts: readonly Reckoned[],
  length: number,
  begins: number,
  visit: (steps: number, ways: number) => void,
): number {
  let ways = begins;
  let ends = begins > 2 ? 1 : 0;
  for (const part of parts) {
    visit(part.steps(length), ways);
    const more = part.ways(length);
    if (more > 2) ends++;
    ways *= more > 2 ? Math.max(1, more / ends) : more;
  }
  return ways;
}

/** Whether no text begins as both do. */
const areApart = (one: Behind, other: Behind): boolean =>
  !intersects(one.first, other.first) ||
  one.ahead.some((set, index) => other.ahead[index] !== undefined && !intersects(set, other.ahead[index]));

/** Alternatives of which no two can begin alike are one way only. */
function reckonChoice(items: readonly Syntax[], behind: Behind): Reckoned {
  const parts = items.map((item) => reckon(item, behind));
  const first = unionOf(parts.map((part) => part.first));
  const apart = parts.every((part, index) => parts.slice(index + 1).every((other) => areApart(part, other)));
  return {
    steps: (length) => parts.reduce((sum, { steps }) => sum + steps(length) + 1, 0),
    ways: (length) =>
      parts.reduce((total, { ways }) => (apart ? Math.max(total, ways(length)) : total + ways(length)), 0),
    first,
    ahead: [],
  };
}

function reckonRepeat(node: Repeat, behind: Behind): Reckoned {
  if (node.max === 1 && node.min === 0) return reckonOptional(node, behind);
  const begin = reckon(node.item, nothingBehind).first;
  const item = reckon(node.item, { first: unionOf([begin, behind.first]), ahead: [] });
  const { min: least, max: most } = lengthOf(node.item);
  const turns: Count = (length) => Math.min(node.max, length / Math.max(least, 1));
  const first = node.min > 0 && least > 0 ? begin : unionOf([begin, behind.first]);
  // Where each turn has several ways, they multiply: bearable for a few turns alone.
  const many: Count = (length) => item.ways(length) ** turns(length) * (turns(length) + 1);
  const multiplies = (length: number) => item.ways(length) > 1 || least === 0;
  const ends = most === 1 ? endsOf(node, begin, behind, turns) : endsAnywhere(node, begin, behind, turns);
  return {
    steps: (length) => (multiplies(length) ? many(length) : turns(length)) * (item.steps(length) + 1) + 1,
    ways: (length) => (node.mode === 'possessive' ? 1 : multiplies(length) ? many(length) : ends(length)),
    first,
    ahead: node.min === 0 || most !== 1 ? [] : fixedAhead(node, begin, behind),
  };
}

function reckonOptional({ item, mode }: Repeat, behind: Behind): Reckoned {
  const part = reckon(item, behind);
  const apart = mode === 'possessive' || !intersects(part.first, behind.first);
  return {
    steps: (length) => part.steps(length) + 1,
    ways: (length) => part.ways(length) + (apart ? 0 : 1),
    first: unionOf([part.first, behind.first]),
    ahead: [],
  };
}

type Repeat = Extract<Syntax, { kind: 'repeat' }>;

function fixedAhead(node: Repeat, set: CharSet, { ahead }: Behind): CharSet[] {
  const own = Array.from({ length: Math.min(node.min, aheadMax) }, () => set);
  return node.min === node.max ? [...own, ...ahead].slice(0, aheadMax) : own;
}

function endsAnywhere({ min, max }: Repeat, begin: CharSet, behind: Behind, turns: Count): Count {
  if (min === max || !intersects(begin, behind.first)) return once;
  return (length) => turns(length) - Math.min(min, turns(length)) + 1;
}

/**
 * How often a repetition of single characters can end so that what must stand behind it stands there. If one of those characters cannot be in
 * the repetition, then it ends in that run of characters once, unless what stands behind it can overlap itself.
 */
function endsOf(node: Repeat, set: CharSet, behind: Behind, turns: Count): Count {
  if (node.min === node.max || !intersects(set, behind.first)) return once;
  const { ahead } = behind;
  const outside = ahead.findIndex((one) => !intersects(one, set));
  const shift = shiftOf(ahead);
  if (outside >= 0) return shift > outside ? once : () => 1 + Math.floor(outside / shift);
  return (length) => (turns(length) - Math.min(node.min, turns(length))) / shift + 1;
}

/** By how many characters two occurrences of such a text are apart at least. */
function shiftOf(ahead: readonly CharSet[]): number {
  for (let shift = 1; shift < ahead.length; shift++) {
    const overlaps = ahead.every((one, index) => {
      const other = ahead[index + shift];
      return other === undefined || intersects(one, other);
    });
    if (overlaps) return shift;
  }
  return Math.max(1, ahead.length);
}
