import { hasChar } from './char-set.ts';
import { op, type Program } from './program.ts';

/**
 * Backtracking that remembers: a `split` is entered at most once at every place of the text, since without back-references what failed
 * there once fails there again. So a match takes at most splits × length × (instructions between two splits) steps, whatever the pattern
 * and the line are, and still finds what a backtracking engine (Perl's order of preference) would find.
 *
 * Gives the places of the captures (`-1` where unset), the whole match first, or undefined.
 */
export function runProgram(program: Program, text: string, from: number): Int32Array | undefined {
  if (program.required && !program.required.some((needed) => text.indexOf(needed, from) >= 0)) return undefined;
  if (program.anchored && !mayBegin(program, text, from)) return undefined;
  const width = text.length - from + 1;
  visited = cleared(visited, program.splits * width);
  const saved = new Int32Array((program.groups + 1) * 2);
  for (let start = from; start <= text.length; start++) {
    if (!mayBegin(program, text, start)) continue;
    saved.fill(-1);
    saved[0] = start;
    if (runFrom(program, text, from, start, saved, width)) return saved;
    if (program.anchored) return undefined;
  }
  return undefined;
}

/** Whether a match can begin with the character that stands there. */
function mayBegin({ first }: Program, text: string, place: number): boolean {
  if (!first) return true;
  const code = text.charCodeAt(place);
  return code >= 128 || first[code] === 1;
}

/** Scratch memory shared by all matches (JavaScript runs one at a time): grown when needed, never given back. */
let visited = new Uint32Array(64);
let stack = new Int32Array(1024);

function cleared(bits: Uint32Array<ArrayBuffer>, count: number): Uint32Array<ArrayBuffer> {
  const words = (count + 31) >>> 5;
  if (bits.length < words) return new Uint32Array(words * 2);
  bits.fill(0, 0, words);
  return bits;
}

/** Whether this split is entered here for the first time. */
function enter(split: number, place: number, width: number): boolean {
  const bit = split * width + place;
  const word = bit >>> 5;
  const mask = 1 << (bit & 31);
  if (((visited[word] as number) & mask) !== 0) return false;
  visited[word] = (visited[word] as number) | mask;
  return true;
}

function runFrom(
  program: Program,
  text: string,
  from: number,
  start: number,
  saved: Int32Array,
  width: number,
): boolean {
  const { code, splitOf } = program;
  let depth = 0;
  let at = 0;
  let place = start;
  for (;;) {
    const operation = code[at * 3] as number;
    const first = code[at * 3 + 1] as number;
    let alive = true;
    if (operation === op.split) {
      alive = enter(splitOf[at] as number, place - from, width);
      if (alive) {
        depth = push(depth, code[at * 3 + 2] as number, place);
        at = first;
      }
    } else if (operation === op.jump) at = first;
    else if (operation === op.save) {
      depth = push(depth, -1 - first, saved[first] as number);
      saved[first] = place;
      at++;
    } else if (operation === op.match) {
      saved[1] = place;
      return true;
    } else {
      const next = advance(program, operation, first, text, place, from);
      alive = next >= 0;
      if (alive) place = next;
      at++;
    }
    while (!alive) {
      if (depth === 0) return false;
      place = stack[--depth] as number;
      at = stack[--depth] as number;
      if (at >= 0) alive = true;
      else saved[-1 - at] = place;
    }
  }
}

/** The place behind what a consuming or asserting instruction takes here, or −1. */
function advance(
  program: Program,
  operation: number,
  operand: number,
  text: string,
  place: number,
  from: number,
): number {
  if (operation === op.char) return place < text.length && text.charCodeAt(place) === operand ? place + 1 : -1;
  if (operation !== op.set) return holds(operation, text, place, from) ? place : -1;
  const code = text.charCodeAt(place);
  if (place >= text.length || !hasChar(program.sets[operand]!, code)) return -1;
  return place + (isPair(text, place, code) ? 2 : 1);
}

/** A way to come back to: an instruction and a place; or, with a negative instruction, a capture's value to put back. */
function push(depth: number, at: number, place: number): number {
  if (depth + 2 > stack.length) {
    const larger = new Int32Array(stack.length * 2);
    larger.set(stack);
    stack = larger;
  }
  stack[depth] = at;
  stack[depth + 1] = place;
  return depth + 2;
}

function holds(operation: number, text: string, place: number, from: number): boolean {
  switch (operation) {
    case op.begin:
      return place === from;
    case op.end:
      return place === text.length;
    case op.endOrNewline:
      return place === text.length || (place === text.length - 1 && text.charCodeAt(place) === 10);
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
