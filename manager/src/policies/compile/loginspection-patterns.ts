/**
 * What agents refuse in the two regular languages of rules: OSSEC's `OS_Regex`, and the regular part of PCRE2. (`OS_Match` is plain text; all of
 * it is allowed.) A test holds both checks to what the agent itself compiles.
 */
export type PatternProblem = { readonly problem: string; readonly at: number };

/** Characters; OSSEC's limit. */
export const patternLengthMax = 2048;

class Problem extends Error {
  readonly at: number;
  constructor(problem: string, at: number) {
    super(problem);
    this.at = at;
  }
}

type Reader = { readonly source: string; at: number; depth: number };

/** @returns what is wrong, or undefined */
export const checkOsRegex = (source: string): PatternProblem | undefined => check(source, osSequence);
/** @returns what is wrong, or undefined */
export const checkPcre2 = (source: string): PatternProblem | undefined =>
  check(source, pcreSequence, source.startsWith('(?i)') ? 4 : 0);

function check(source: string, readSequence: (reader: Reader) => void, from = 0): PatternProblem | undefined {
  if (source.length > patternLengthMax)
    return { problem: `the pattern is longer than ${patternLengthMax} characters`, at: 0 };
  const reader: Reader = { source, at: from, depth: 0 };
  try {
    readChoice(reader, readSequence);
    if (reader.at < source.length) throw new Problem('`)` closes no group', reader.at);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { problem: error.message, at: error.at };
  }
}

function readChoice(reader: Reader, readSequence: (reader: Reader) => void): void {
  readSequence(reader);
  while (reader.source[reader.at] === '|') {
    reader.at++;
    readSequence(reader);
  }
}

function readGroup(reader: Reader, headLength: number, depthMax: number, sequence: (reader: Reader) => void): void {
  const openedAt = reader.at;
  if (reader.depth >= depthMax) throw new Problem('groups are nested too deeply', openedAt);
  reader.at += headLength;
  reader.depth++;
  readChoice(reader, sequence);
  if (reader.source[reader.at] !== ')') throw new Problem('`(` is never closed', openedAt);
  reader.at++;
  reader.depth--;
}

/** Whether a sequence ends here: at the end, before `|`, or before the `)` of its group. */
function endsHere({ source, at, depth }: Reader): boolean {
  const char = source[at];
  if (char === ')' && depth === 0) throw new Problem('`)` closes no group', at);
  return char === undefined || char === '|' || char === ')';
}

const osClasses = 'wWdDsSpt.';
const osLiterals = '$(){}[]\\|<';

function osSequence(reader: Reader): void {
  let last: 'single' | 'other' | 'nothing' = 'nothing';
  while (!endsHere(reader)) {
    const { source, at } = reader;
    const char = source[at]!;
    // OSSEC looks two characters back for the backslash, whatever that backslash was for.
    if ((char === '+' || char === '*') && at >= 2 && source[at - 2] === '\\') {
      if (last !== 'single') throw new Problem('a repetition may follow a single character only', at);
      reader.at++;
      last = 'other';
    } else if (char === '(') {
      readGroup(reader, 1, 20, osSequence);
      last = 'other';
    } else if (char === '\\') {
      const escaped = source[at + 1] ?? '';
      if (escaped === '' || !(osClasses.includes(escaped) || osLiterals.includes(escaped)))
        throw new Problem(`\`\\${escaped}\` is no escape of OS_Regex`, at);
      reader.at += 2;
      last = 'single';
    } else {
      reader.at++;
      last = char === '^' || char === '$' ? 'other' : 'single';
    }
  }
}

const repeatMax = 200;

function pcreSequence(reader: Reader): void {
  while (!endsHere(reader)) readRepetition(reader, readItem(reader));
}

/** @returns whether it may be repeated: an anchor may not */
function readItem(reader: Reader): boolean {
  const { source, at } = reader;
  const char = source[at]!;
  if (char === '(') {
    const head = /^\((?:\?:|\?P?<[A-Za-z_]\w*>|\?'[A-Za-z_]\w*'|(?!\?|\*))/.exec(source.slice(at));
    if (!head)
      throw new Problem(
        `\`${source.slice(at, at + 4)}\` (look-around, atomic group, recursion or inner option) is not supported`,
        at,
      );
    readGroup(reader, head[0].length, 30, pcreSequence);
    return true;
  }
  if (char === '[') {
    readClass(reader);
    return true;
  }
  if (char === '\\') return readEscape(reader);
  if ('*+?'.includes(char)) throw new Problem(`\`${char}\` has nothing to repeat`, at);
  reader.at++;
  return char !== '^' && char !== '$';
}

function readRepetition(reader: Reader, isRepeatable: boolean): void {
  const found = /^(?:([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})([?+])?/.exec(reader.source.slice(reader.at));
  if (!found) return;
  const [whole, sign, low, comma, high, mode] = found;
  if (mode === '+') throw new Problem('possessive repetition is not supported', reader.at);
  const min = sign ? Number(sign === '+') : Number(low);
  const max = sign || (comma && high === undefined) ? undefined : Number(high ?? low);
  if (min > repeatMax || (max !== undefined && (max > repeatMax || max < min)))
    throw new Problem(`a repetition must be between 0 and ${repeatMax}, the lower bound first`, reader.at);
  if (!isRepeatable) throw new Problem('an anchor cannot be repeated', reader.at);
  reader.at += whole.length;
  if (/^[*+?]/.test(reader.source.slice(reader.at)))
    throw new Problem('a repetition of a repetition needs a group', reader.at);
}

const shorthands = 'dDwWsShH';
const anchors = 'AzZbB';

function readEscape(reader: Reader): boolean {
  const letter = reader.source[reader.at + 1] ?? '';
  if (letter !== '' && (shorthands + anchors).includes(letter)) {
    reader.at += 2;
    return !anchors.includes(letter);
  }
  readEscapedChar(reader);
  return true;
}

/** @returns the code of the character that the escape stands for */
function readEscapedChar(reader: Reader): number {
  const rest = reader.source.slice(reader.at);
  const hex = /^\\x(?:\{([0-9a-fA-F]{1,4})\}|([0-9a-fA-F]{2}))/.exec(rest);
  if (hex) {
    reader.at += hex[0].length;
    return Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
  }
  const letter = rest[1] ?? '';
  const control = controls[letter];
  if (control === undefined && (letter === '' || /[0-9A-Za-z]/.test(letter)))
    throw new Problem(`\`\\${letter}\` is not supported`, reader.at);
  reader.at += 2;
  return control ?? letter.charCodeAt(0);
}

const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, e: 27, a: 7 };
const posix = ['alpha', 'digit', 'alnum', 'space', 'upper', 'lower', 'xdigit', 'punct'];

function readClass(reader: Reader): void {
  const openedAt = reader.at;
  reader.at++;
  if (reader.source[reader.at] === '^') reader.at++;
  for (let first = true; reader.source[reader.at] !== ']' || first; first = false) {
    if (reader.at >= reader.source.length) throw new Problem('`[` is never closed', openedAt);
    readClassPart(reader);
  }
  reader.at++;
}

function readClassPart(reader: Reader): void {
  const rest = reader.source.slice(reader.at);
  const named = /^\[:(\^?)(\w+):\]/.exec(rest);
  if (named) {
    if (named[1] || !posix.includes(named[2] ?? '')) throw new Problem(`\`${named[0]}\` is not supported`, reader.at);
    reader.at += named[0].length;
    return;
  }
  if (rest[0] === '\\' && rest[1] && shorthands.includes(rest[1])) {
    reader.at += 2;
    return;
  }
  const from = readClassChar(reader);
  if (reader.source[reader.at] !== '-' || (reader.source[reader.at + 1] ?? ']') === ']') return;
  const dashAt = reader.at++;
  if (readClassChar(reader) < from) throw new Problem('a range in brackets runs backwards', dashAt);
}

function readClassChar(reader: Reader): number {
  const char = reader.source[reader.at];
  if (char === undefined) throw new Problem('`[` is never closed', reader.at);
  if (char === '\\' && reader.source[reader.at + 1] === 'b') {
    reader.at += 2;
    return 8;
  }
  if (char === '\\') return readEscapedChar(reader);
  reader.at++;
  return char.charCodeAt(0);
}
