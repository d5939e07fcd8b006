import { logDateParts } from '@sakimori/contract/log-source';

/** Takes so many characters at a place, or none: undefined where it does not fit. */
type Piece = (name: string, at: number) => number | undefined;
type Part = Piece | 'any';

/** Whether a name has an open place: after glob(7) and, for dates, strftime(3). */
export const isOpenName = (name: string): boolean =>
  partsOf(name).some((part) => typeof part !== 'string' || part === '');

/** A name as it is written, without open places. */
export const plainName = (name: string): string => partsOf(name).join('');

/**
 * Compiles one name of a path. Needs at most (parts of the pattern) × (characters of the name) steps: whoever may make files chooses their names.
 */
export function compileName(pattern: string): (name: string) => boolean {
  const parts = partsOf(pattern).map(
    (part): Part => (typeof part === 'string' && part !== '' ? literal(part) : part === '' ? 'any' : part),
  );
  return (name) => matches(parts, name);
}

/** A star takes as little as it can. Since every other part has one length, only the last star need ever take more. */
function matches(parts: readonly Part[], name: string): boolean {
  let part = 0;
  let at = 0;
  let star: { readonly part: number; at: number } | undefined;
  while (at < name.length || part < parts.length) {
    const now = parts[part];
    if (now === 'any') {
      star = { part: part++, at };
      continue;
    }
    const taken = now?.(name, at);
    if (taken !== undefined) {
      part++;
      at += taken;
    } else if (star && star.at < name.length) {
      star.at++;
      at = star.at;
      part = star.part + 1;
    } else return false;
  }
  return true;
}

const literal =
  (text: string): Piece =>
  (name, at) =>
    name.startsWith(text, at) ? text.length : undefined;

const one =
  (fits: (char: string) => boolean): Piece =>
  (name, at) => {
    const char = name[at];
    return char !== undefined && fits(char) ? 1 : undefined;
  };

/** All forms of one part of a date are equally long. */
function date(letter: string): Piece {
  const regular = new RegExp(logDateParts[letter]!, 'y');
  return (name, at) => {
    regular.lastIndex = at;
    return regular.exec(name)?.[0].length;
  };
}

/** Texts, pieces, and '' for a star. Several stars are one. */
function partsOf(pattern: string): (string | Piece)[] {
  const parts: (string | Piece)[] = [];
  let text = '';
  const end = (): void => {
    if (text !== '') parts.push(text);
    text = '';
  };
  for (const [found, escaped, letter, not, inner] of pattern.matchAll(
    /\\(.)|%([A-Za-z%])|\*+|\?|\[([!^]?)(\]?[^\]]*)\]|./gs,
  )) {
    const piece = pieceOf(found, letter, not, inner);
    if (piece === undefined) {
      text += escaped ?? (letter === '%' ? '%' : found);
      continue;
    }
    end();
    parts.push(piece);
  }
  end();
  return parts;
}

function pieceOf(found: string, letter?: string, not?: string, inner?: string): string | Piece | undefined {
  if (found.startsWith('*')) return '';
  if (found === '?') return one(() => true);
  if (letter !== undefined && letter !== '%' && logDateParts[letter]) return date(letter);
  if (inner) return one(classOf(inner, not !== ''));
  return undefined;
}

function classOf(inner: string, isNot: boolean): (char: string) => boolean {
  const ranges: (readonly [number, number])[] = [];
  for (const [, from = '', to = from] of inner.matchAll(/(.)(?:-(.))?/gsu))
    ranges.push([from.codePointAt(0)!, to.codePointAt(0)!]);
  return (char) => {
    const code = char.codePointAt(0)!;
    return ranges.some(([from, to]) => code >= from && code <= to) !== isNot;
  };
}
