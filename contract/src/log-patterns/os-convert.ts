import { PatternFault } from './fault.ts';

/** A pattern rewritten for PCRE2, and for each character of it the place in the original. */
export interface Converted {
  readonly text: string;
  readonly places: readonly number[];
}

/** What OSSEC 4.x writes for the classes of `OS_Regex`. */
const classes: Readonly<Record<string, string>> = {
  p: '[()*+,.:;\\<=>?\\[\\]!"\'#%&$|{}-]',
  s: '[ ]',
  W: '[^A-Za-z0-9@_-]',
  w: '[A-Za-z0-9@_-]',
  d: '[0-9]',
  D: '[^0-9]',
  S: '[^ ]',
  '.': '(?s:.)',
};
const plainSigns = '.[]{}+?*';
const escapable = 't$(){}[]\\|<';

/**
 * Rewrites an `OS_Regex` as OSSEC 4.x does, with its particularities: `+` and `*` repeat whatever stands behind a backslash two characters
 * before them; a repetition takes as little as it can, but all it can before `|` and the end, parentheses in between or not.
 * @throws PatternFault
 */
export function convertOsRegex(source: string): Converted {
  let text = '';
  const places: number[] = [];
  const push = (piece: string, place: number) => {
    text += piece;
    for (let count = 0; count < piece.length; count++) places.push(place);
  };
  for (let at = 0; at < source.length; at++) {
    const char = source[at] as string;
    if ((char === '*' || char === '+') && source[at - 2] === '\\') push(`${char}?`, at);
    else if (char === '\\') {
      const next = source[at + 1];
      if (next === undefined) push('\\', at);
      else {
        const piece = classes[next] ?? (escapable.includes(next) ? char + next : undefined);
        if (piece === undefined) throw new PatternFault(`\`\\${next}\` is no escape of OS_Regex`, at);
        push(piece, at++);
      }
    } else if (char === '$') push('(?!\\n)$', at);
    else push(plainSigns.includes(char) ? `\\${char}` : char, at);
  }
  return greedyAtEnds(text, places);
}

function greedyAtEnds(text: string, places: readonly number[]): Converted {
  const drop = new Set<number>();
  for (const found of text.matchAll(/(?<!\\)[+*]\?(?=\)*(?:[|$]|\n?$))/g)) drop.add(found.index + 1);
  return {
    text: Array.from({ length: text.length }, (_, index) => (drop.has(index) ? '' : text[index])).join(''),
    places: places.filter((_, index) => !drop.has(index)),
  };
}

/** Rewrites an `OS_Match` as OSSEC 4.x does: `^`, `$` and `|` keep their meaning, everything else stands for itself. */
export const convertOsMatch = (source: string): string => source.replaceAll(/[.[\]{}+?*()\\]/g, '\\$&');
