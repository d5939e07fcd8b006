import { type CharSet, ignoresCase, isLetter } from '@sakimori/contract/log-patterns/char-set';
import { lengthOf, partsOf, type RepeatMode, type Syntax, some, without } from '@sakimori/contract/log-patterns/syntax';

/**
 * How case is dealt with. `fold`: the text has no capitals. `flag`: by the flag `i`. `spell`: each letter is written in both cases.
 * `unicode`: by the flags `iu`, on text instead of bytes.
 */
export type CaseWay = 'fold' | 'flag' | 'spell' | 'unicode';

/**
 * The JavaScript expression that finds the same as the pattern. Only for syntax of which `isSame` says so. Without `captures` all groups
 * are written as such that do not capture.
 */
export function toRegExp(syntax: Syntax, way: CaseWay, captures: boolean, flags = ''): RegExp {
  const caseFlags = way === 'flag' ? 'i' : way === 'unicode' ? 'iu' : '';
  return new RegExp(write(syntax, { way, captures }), caseFlags + flags);
}

/** Whether the flag `i`, or text without capitals, gives the same as both cases of each letter that may stand in either. */
export const isCaseless = (syntax: Syntax): boolean =>
  !some(syntax, (node) => {
    if (node.kind === 'char') return node.code > 127 || (isLetter(node.code) && !node.fold);
    return node.kind === 'set' && !(ignoresCase(node.set) && isUniformAboveAscii(node.set));
  });

/** JavaScript pairs some of the characters above ASCII by case, which bytes have not: so all of them or none. */
const isUniformAboveAscii = ({ table }: CharSet) => table.subarray(128).every((bit) => bit === table[128]);

/**
 * Whether JavaScript's way of matching gives what PCRE2's does. Not so: groups that may keep a value of an earlier turn of a repetition
 * (JavaScript forgets it), repetitions of what may be empty, captures in look-around, references, and what JavaScript does not have.
 */
export function isSame(syntax: Syntax): boolean {
  switch (syntax.kind) {
    case 'atomic':
    case 'back':
      return false;
    case 'look':
      return !some(syntax, ({ kind }) => kind === 'group') && isSame(syntax.item);
    case 'repeat':
      if (syntax.mode === 'possessive') return false;
      if (syntax.min < syntax.max && lengthOf(syntax.item).min === 0) return false;
      if (syntax.max > 1 && !setsAllGroups(syntax.item)) return false;
      return isSame(syntax.item);
    default:
      return partsOf(syntax).every(isSame);
  }
}

/** Whether each turn through it sets all groups in it anew. */
function setsAllGroups(node: Syntax): boolean {
  if (!some(node, ({ kind }) => kind === 'group')) return true;
  if (node.kind === 'choice') return false;
  if (node.kind === 'repeat' && node.min === 0) return false;
  return partsOf(node).every(setsAllGroups);
}

interface Writing {
  readonly way: CaseWay;
  readonly captures: boolean;
}

function write(node: Syntax, writing: Writing): string {
  switch (node.kind) {
    case 'empty':
      return '';
    case 'char':
      return writeChar(node, writing.way);
    case 'set':
      return writeSet(node.set, writing.way);
    case 'sequence':
      return node.items
        .map((item) => (item.kind === 'choice' ? `(?:${write(item, writing)})` : write(item, writing)))
        .join('');
    case 'choice':
      return node.items.map((item) => write(item, writing)).join('|');
    case 'group':
      return `${writing.captures ? '(' : '(?:'}${write(node.item, writing)})`;
    case 'repeat':
      return `${writeUnit(node.item, writing)}${writeBounds(node.min, node.max)}${marks[node.mode]}`;
    case 'assert':
      return assertions[node.what];
    case 'look':
      return `(?${node.ahead ? '' : '<'}${node.negated ? '!' : '='}${write(node.item, writing)})`;
    default:
      throw new Error(`${node.kind} has no like in JavaScript`);
  }
}

const marks: Readonly<Record<RepeatMode, string>> = { greedy: '', lazy: '?', possessive: '+' };

const assertions: Readonly<Record<Extract<Syntax, { kind: 'assert' }>['what'], string>> = {
  begin: '^',
  end: '$',
  endOrNewline: '(?=\\n?$)',
  lineBegin: '(?:^|(?<=\\n)(?=[^]))',
  lineEnd: '(?![^\\n])',
  wordEdge: '\\b',
  noWordEdge: '\\B',
};

function writeBounds(min: number, max: number): string {
  if (max === without) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function writeUnit(item: Syntax, writing: Writing): string {
  const text = write(item, writing);
  return item.kind === 'char' || item.kind === 'set' || (item.kind === 'group' && writing.captures)
    ? text
    : `(?:${text})`;
}

function writeChar({ code, fold }: Extract<Syntax, { kind: 'char' }>, way: CaseWay): string {
  if (!fold || way === 'flag' || way === 'unicode') return escaped(code);
  const small = escaped(code | 32);
  return way === 'fold' ? small : `[${small}${escaped(code & ~32)}]`;
}

function writeSet({ table, above }: CharSet, way: CaseWay): string {
  const top = way === 'unicode' ? 128 : 256;
  const isIn = (code: number) => table[code] === 1;
  // A set with most characters is shorter, and quicker, by what it lacks.
  return above ? `[^${writeRanges((code) => !isIn(code), top)}]` : `[${writeRanges(isIn, top)}]`;
}

function writeRanges(isIn: (code: number) => boolean, top: number): string {
  let text = '';
  for (let from = 0; from < top; from++) {
    if (!isIn(from)) continue;
    let to = from;
    while (to + 1 < top && isIn(to + 1)) to++;
    text += to === from ? escaped(from) : `${escaped(from)}-${escaped(to)}`;
    from = to;
  }
  return text;
}

/** Letters and digits stand for themselves, everything else by its number. */
function escaped(code: number): string {
  const char = String.fromCharCode(code);
  if (/[A-Za-z0-9 ]/.test(char) || code > 0xff) return char;
  return `\\x${code.toString(16).padStart(2, '0')}`;
}
