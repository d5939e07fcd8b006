import type { Options, Pcre2Reader } from './pcre2-reader.ts';
import { beginsRepetition } from './pcre2-repeat.ts';
import { choice, lengthOf, type Syntax, some } from './syntax.ts';

/** The readers of what may stand within a group. */
export interface Inner {
  readonly choice: (reader: Pcre2Reader) => Syntax;
  readonly sequence: (reader: Pcre2Reader) => Syntax;
}

const depthMax = 100;

/** Reads what begins with `(`. */
export function readGroup(reader: Pcre2Reader, inner: Inner): Syntax {
  const item = readAnyGroup(reader, inner);
  // An anchor can be repeated in a group alone: the group must stay to be seen.
  return item.kind === 'assert' ? { kind: 'sequence', items: [item] } : item;
}

function readAnyGroup(reader: Pcre2Reader, inner: Inner): Syntax {
  const openedAt = reader.at;
  const assertion = reader.take(
    /\((?:\?(<?[=!])|\*(pla|positive_lookahead|nla|negative_lookahead|plb|positive_lookbehind|nlb|negative_lookbehind):)/y,
  );
  if (assertion) return readLook(reader, inner, openedAt, assertion[1] ?? lookNames[assertion[2] ?? ''] ?? '');
  if (reader.take(/\((?:\?>|\*atomic:)/y)) return { kind: 'atomic', item: readInner(reader, inner, openedAt) };
  if (reader.take(/\(\?\|/y)) return readBranches(reader, inner, openedAt);
  const named = reader.take(/\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/y);
  if (named) return readNamed(reader, inner, openedAt, named[1] ?? named[2] ?? '');
  const options = reader.take(/\(\?(\^?)([imsxnUJ]*)(?:-([imsxnUJ]*))?:/y);
  if (options) return readWithOptions(reader, inner, openedAt, options);
  if (reader.looksAt('(?') || reader.looksAt('(*')) {
    const shown = reader.source.slice(openedAt, openedAt + 4);
    throw reader.fault(`\`${shown}\` (recursion, condition or verb) is not supported`, openedAt);
  }
  reader.at++;
  if (reader.options.noCapture) return readInner(reader, inner, openedAt);
  const index = ++reader.groups;
  return { kind: 'group', index, item: readInner(reader, inner, openedAt) };
}

const lookNames: Readonly<Record<string, string>> = {
  pla: '=',
  positive_lookahead: '=',
  nla: '!',
  negative_lookahead: '!',
  plb: '<=',
  positive_lookbehind: '<=',
  nlb: '<!',
  negative_lookbehind: '<!',
};

function readInner(reader: Pcre2Reader, inner: Inner, openedAt: number): Syntax {
  if (reader.depth >= depthMax) throw reader.fault('groups are nested too deeply', openedAt);
  const { options } = reader;
  reader.depth++;
  const item = inner.choice(reader);
  if (reader.char !== ')') throw reader.fault('`(` is never closed', openedAt);
  reader.at++;
  reader.depth--;
  reader.options = options;
  return item;
}

function readLook(reader: Pcre2Reader, inner: Inner, openedAt: number, sign: string): Syntax {
  const ahead = !sign.startsWith('<');
  reader.looks++;
  const item = readInner(reader, inner, openedAt);
  reader.looks--;
  if (!ahead) {
    const branches = item.kind === 'choice' ? item.items : [item];
    const fixed = branches.every((branch) => {
      const { min, max } = lengthOf(branch);
      return min === max && !some(branch, ({ kind }) => kind === 'back');
    });
    if (!fixed) throw reader.fault('each alternative of a look-behind needs a fixed length', openedAt);
  }
  return { kind: 'look', ahead, negated: sign.endsWith('!'), item };
}

/** `(?|…)`: the groups of each alternative are numbered from the same number. */
function readBranches(reader: Pcre2Reader, inner: Inner, openedAt: number): Syntax {
  if (reader.depth >= depthMax) throw reader.fault('groups are nested too deeply', openedAt);
  const { options, groups } = reader;
  let most = groups;
  const branches: Syntax[] = [];
  reader.depth++;
  for (;;) {
    reader.groups = groups;
    branches.push(inner.sequence(reader));
    most = Math.max(most, reader.groups);
    if (reader.char !== '|') break;
    reader.at++;
  }
  if (reader.char !== ')') throw reader.fault('`(` is never closed', openedAt);
  reader.at++;
  reader.depth--;
  reader.options = options;
  reader.groups = most;
  return choice(branches);
}

function readNamed(reader: Pcre2Reader, inner: Inner, openedAt: number, name: string): Syntax {
  const index = ++reader.groups;
  const known = reader.names.get(name);
  if (known && !known.has(index)) throw reader.fault(`there are two groups \`${name}\``, openedAt);
  reader.names.set(name, new Set([index]));
  return { kind: 'group', index, item: readInner(reader, inner, openedAt) };
}

function readWithOptions(reader: Pcre2Reader, inner: Inner, openedAt: number, found: RegExpExecArray): Syntax {
  const before = reader.options;
  reader.options = optionsOf(reader, openedAt, found);
  const item = readInner(reader, inner, openedAt);
  reader.options = before;
  return item;
}

/** An option such as `(?i)`, which counts from here to the end of the group around it, and cannot be repeated. */
export function readSetting(reader: Pcre2Reader): boolean {
  const { at } = reader;
  const found = reader.take(/\(\?(\^?)([imsxnUJ]*)(?:-([imsxnUJ]*))?\)/y);
  if (!found) return false;
  reader.options = optionsOf(reader, at, found);
  if (/[*+?]/.test(reader.char ?? '') || beginsRepetition(reader)) {
    throw reader.fault('an option cannot be repeated');
  }
  return true;
}

function optionsOf(reader: Pcre2Reader, at: number, [whole, reset, on = '', off]: RegExpExecArray): Options {
  if ((reset && off !== undefined) || `${on}${off ?? ''}`.includes('J')) {
    throw reader.fault(`\`${whole}\` is not supported`, at);
  }
  return changed(reset ? { ...reader.options, ...cleared } : reader.options, on, off ?? '');
}

const cleared = {
  ignoreCase: false,
  multiline: false,
  dotAll: false,
  extended: false,
  extendedMore: false,
  noCapture: false,
};

function changed(options: Options, on: string, off: string): Options {
  const set = (letter: string, old: boolean) => (off.includes(letter) ? false : on.includes(letter) || old);
  return {
    ignoreCase: set('i', options.ignoreCase),
    multiline: set('m', options.multiline),
    dotAll: set('s', options.dotAll),
    extended: set('x', options.extended),
    extendedMore: off.includes('x') ? false : on.includes('xx') || (options.extendedMore && !on.includes('x')),
    noCapture: set('n', options.noCapture),
    ungreedy: set('U', options.ungreedy),
  };
}
