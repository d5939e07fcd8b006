import type { Pcre2Reader } from './pcre2-reader.ts';
import { empty, lengthOf, type RepeatMode, type Syntax, without } from './syntax.ts';

const repeatMax = 65_535;

/** A repetition behind `item`, if one stands here. */
export function readRepeated(reader: Pcre2Reader, item: Syntax): Syntax {
  const { at } = reader;
  const found = reader.take(bounds);
  if (!found) return item;
  if (item.kind === 'assert') throw reader.fault('an anchor cannot be repeated', at);
  const [min, max] = boundsOf(found);
  if (min > repeatMax || (max !== without && max > repeatMax))
    throw reader.fault(`a repetition is at most ${repeatMax}`, at);
  if (max < min) throw reader.fault('the bounds of a repetition stand the wrong way round', at);
  skipIdle(reader);
  const mark = reader.take(/[?+]/y)?.[0];
  skipIdle(reader);
  const again = reader.at;
  if (reader.take(bounds)) throw reader.fault('a repetition of a repetition needs a group', again);
  return repeat(item, min, max, modeOf(reader, mark));
}

const bounds = /(?:([*+?])|\{(\d+)(?:(,)(\d+)?)?\})/y;

/** Whether `{2}` or `{2,3}` stands here. */
export const beginsRepetition = ({ source, at }: Pcre2Reader): boolean =>
  /^\{\d+(?:,\d*)?\}/.test(source.slice(at, at + 20));

function boundsOf([, sign, low, comma, high]: RegExpExecArray): [number, number] {
  if (sign !== undefined) return [sign === '+' ? 1 : 0, sign === '?' ? 1 : without];
  return [Number(low), comma === undefined ? Number(low) : high === undefined ? without : Number(high)];
}

function modeOf(reader: Pcre2Reader, mark: string | undefined): RepeatMode {
  if (mark === '+') return 'possessive';
  return (mark === '?') !== reader.options.ungreedy ? 'lazy' : 'greedy';
}

function repeat(item: Syntax, min: number, max: number, mode: RepeatMode): Syntax {
  if (max === 0) return empty;
  if (min === 1 && max === 1) return mode === 'possessive' ? { kind: 'atomic', item } : item;
  // What takes nothing is the same once as often: an assertion is asked at most once, as in PCRE2.
  if (item.kind === 'assert' || item.kind === 'look') return min === 0 ? repeatOnce(item, mode) : item;
  if (lengthOf(item).max === 0 && item.kind === 'empty') return item;
  return { kind: 'repeat', item, min, max, mode };
}

const repeatOnce = (item: Syntax, mode: RepeatMode): Syntax => ({ kind: 'repeat', item, min: 0, max: 1, mode });

/** What counts for nothing, also between an item and its repetition: comments, `\E`, and with `(?x)` blanks. */
export function skipIdle(reader: Pcre2Reader): void {
  const idle = reader.options.extended ? /\(\?#[^)]*\)|\\E|[\t-\r ]+|#[^\n]*\n?/y : /\(\?#[^)]*\)|\\E/y;
  while (reader.take(idle));
}
