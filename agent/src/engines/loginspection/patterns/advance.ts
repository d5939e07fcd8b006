import { op, type Program } from './program.ts';

/** What a single instruction sees of a match. */
interface View {
  readonly program: Program;
  readonly text: string;
  /** The beginning of the text, as far as the pattern can see. */
  readonly from: number;
  readonly saved: Int32Array;
}

/** The place behind what a consuming or asserting instruction takes here, or −1. */
export function advance(view: View, operation: number, first: number, second: number, place: number): number {
  const { text, from } = view;
  switch (operation) {
    case op.char: {
      const code = text.charCodeAt(place);
      return code === first || code === second ? place + 1 : -1;
    }
    case op.set:
      return takeOf(view, first, place);
    case op.back:
      return goBack(text, from, place, first);
    case op.again:
      return takeAgain(view, view.program.groupLists[first]!, second === 1, place);
    default:
      return holds(operation, text, place, from) ? place : -1;
  }
}

function takeOf({ program, text }: View, set: number, place: number): number {
  if (place >= text.length) return -1;
  const code = text.charCodeAt(place);
  const { table, above } = program.sets[set]!;
  if (code < 256) return table[code] === 1 ? place + 1 : -1;
  if (!above) return -1;
  return place + (isPair(text, place, code) ? 2 : 1);
}

function goBack(text: string, from: number, place: number, count: number): number {
  let at = place;
  for (let left = count; left > 0; left--) {
    at--;
    if (at > from && isPair(text, at - 1, text.charCodeAt(at - 1))) at--;
  }
  return at < from ? -1 : at;
}

/** The text of the first of the groups that is set; none set is no match, as in PCRE2. */
function takeAgain({ text, saved }: View, groups: readonly number[], fold: boolean, place: number): number {
  const group = groups.find((index) => saved[index * 2 + 1]! >= 0);
  if (group === undefined) return -1;
  const wanted = text.slice(saved[group * 2], saved[group * 2 + 1]);
  const end = place + wanted.length;
  if (end > text.length) return -1;
  const found = text.slice(place, end);
  return found === wanted || (fold && lower(found) === lower(wanted)) ? end : -1;
}

const lower = (text: string) => text.replaceAll(/[A-Z]/g, (capital) => capital.toLowerCase());

function holds(operation: number, text: string, place: number, from: number): boolean {
  switch (operation) {
    case op.begin:
      return place === from;
    case op.end:
      return place === text.length;
    case op.endOrNewline:
      return place === text.length || (place === text.length - 1 && text.charCodeAt(place) === 10);
    case op.lineBegin:
      return place === from || (place < text.length && text.charCodeAt(place - 1) === 10);
    case op.lineEnd:
      return place === text.length || text.charCodeAt(place) === 10;
    default:
      return (isWord(text, place - 1, from) !== isWord(text, place, from)) === (operation === op.wordEdge);
  }
}

function isWord(text: string, place: number, from: number): boolean {
  if (place < from || place >= text.length) return false;
  const code = text.charCodeAt(place);
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}

/** A character outside the Basic Multilingual Plane is two units and one character. */
function isPair(text: string, place: number, code: number): boolean {
  if (code < 0xd800 || code > 0xdbff) return false;
  const next = text.charCodeAt(place + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
