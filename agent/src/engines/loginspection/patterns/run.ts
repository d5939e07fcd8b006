import { advance } from './advance.ts';
import { op, type Program, part } from './program.ts';

/**
 * Backtracking that remembers: a `split` is entered at most once at every place of the text, since without back-references what failed
 * there once fails there again. So a match takes at most splits × length × (instructions between two splits) steps, whatever the pattern
 * and the line are, and still finds what a backtracking engine (Perl's order of preference) would find. Where that does not hold (references,
 * what look-around has found) it may take more, and is given up after so many steps, as PCRE2 gives up at its own limit: then nothing matches.
 */
const stepsMax = 5_000_000;
const stepsMaxWithoutMemory = 1_000_000;

/** How many searches were given up since the process began. */
let givenUp = 0;
export const searchesGivenUp = (): number => givenUp;

/** Scratch memory shared by all matches (JavaScript runs one at a time): grown when needed, and given back when very large. */
let visited = new Uint32Array(64);
let stack = new Int32Array(1024);
let depth = 0;
let stepsLeft = 0;
/** Marks that a look-around has set; what it marked on its way to success has not failed. */
let marks: number[] | undefined;

/** Gives the places of the captures (`-1` where unset), the whole match first, or undefined. */
export function runProgram(program: Program, text: string, from: number): Int32Array | undefined {
  const width = text.length - from + 1;
  const words = program.forgetful ? (program.splits * width + 31) >>> 5 : 0;
  if (visited.length < words) visited = new Uint32Array(words);
  else visited.fill(0, 0, words);
  const saved = new Int32Array(program.slots);
  const run: Run = { program, text, from, saved, width };
  stepsLeft = program.forgetful ? stepsMax : stepsMaxWithoutMemory;
  marks = undefined;
  let found = false;
  const last = program.anchored ? from : text.length;
  for (let start = from; start <= last && !found; start++) {
    saved.fill(-1);
    saved[0] = start;
    depth = 0;
    found = walk(run, 0, start) >= 0;
    if (stepsLeft < 0) break;
  }
  if (visited.length > 1 << 16) visited = new Uint32Array(64);
  if (stack.length > 1 << 16) stack = new Int32Array(1024);
  if (stepsLeft < 0) givenUp++;
  return found ? saved : undefined;
}

interface Run {
  readonly program: Program;
  readonly text: string;
  readonly from: number;
  readonly saved: Int32Array;
  readonly width: number;
}

/** Whether this split is entered here for the first time. */
function enter(split: number, place: number, { program, from, width }: Run): boolean {
  if (!program.forgetful) return true;
  const bit = split * width + place - from;
  const word = bit >>> 5;
  const mask = 1 << (bit & 31);
  if (((visited[word] as number) & mask) !== 0) return false;
  visited[word] = (visited[word] as number) | mask;
  marks?.push(bit);
  return true;
}

/** The place where the match, or the part of it that begins at this instruction, ends; or −1. */
function walk(run: Run, instruction: number, start: number): number {
  const { program, saved } = run;
  const { code } = program;
  const base = depth;
  let at = instruction;
  let place = start;
  for (;;) {
    if (--stepsLeft < 0) return -1;
    const operation = code[at * 3] as number;
    const first = code[at * 3 + 1] as number;
    const second = code[at * 3 + 2] as number;
    let alive = true;
    if (operation === op.split) {
      alive = enter(program.splitOf[at] as number, place, run);
      if (alive) push(second, place);
      at = first;
    } else if (operation === op.jump) at = first;
    else if (operation === op.save || operation === op.close) {
      if (operation === op.save) keep(saved, first, place);
      else closeGroup(saved, first, second, place);
      at++;
    } else if (operation === op.emptyTurn) at = saved[second] === place ? first : at + 1;
    else if (operation === op.match) {
      saved[1] = place;
      return place;
    } else if (operation === op.inside) return place;
    else if (operation === op.part) {
      const end = walkPart(run, at + 1, place, second);
      alive = end >= 0;
      place = end;
      at = first;
    } else {
      place = advance(run, operation, first, second, place);
      alive = place >= 0;
      at++;
    }
    while (!alive) {
      if (depth === base) return -1;
      place = stack[--depth] as number;
      at = stack[--depth] as number;
      if (at >= 0) alive = true;
      else saved[-1 - at] = place;
    }
  }
}

/** Sets a slot, so that going back puts it as it was. */
function keep(saved: Int32Array, slot: number, place: number): void {
  push(-1 - slot, saved[slot] as number);
  saved[slot] = place;
}

/** Sets a group from where it began to here. */
function closeGroup(saved: Int32Array, group: number, beganIn: number, place: number): void {
  keep(saved, group * 2, saved[beganIn] as number);
  keep(saved, group * 2 + 1, place);
}

/** Where to go on behind a look-around (the place before it) or an atomic group (its end), or −1. */
function walkPart(run: Run, instruction: number, place: number, kind: number): number {
  const base = depth;
  const outer = marks;
  const own: number[] = [];
  marks = own;
  const end = walk(run, instruction, place);
  marks = outer;
  if (end >= 0) for (const bit of own) visited[bit >>> 5] = (visited[bit >>> 5] as number) & ~(1 << (bit & 31));
  else if (outer) for (const bit of own) outer.push(bit);
  if (kind === part.notLook) {
    undo(run.saved, base);
    return end >= 0 ? -1 : place;
  }
  if (end < 0) return -1;
  forgetWays(base);
  return kind === part.look ? place : end;
}

/** Puts captures back as they were. */
function undo(saved: Int32Array, base: number): void {
  while (depth > base) {
    const value = stack[--depth] as number;
    const at = stack[--depth] as number;
    if (at < 0) saved[-1 - at] = value;
  }
}

/** Drops the other ways of a part that is done; what puts its captures back stays. */
function forgetWays(base: number): void {
  let kept = base;
  for (let index = base; index < depth; index += 2) {
    if ((stack[index] as number) >= 0) continue;
    stack[kept++] = stack[index] as number;
    stack[kept++] = stack[index + 1] as number;
  }
  depth = kept;
}

/** A way to come back to: an instruction and a place; or, with a negative instruction, a capture's value to put back. */
function push(at: number, place: number): void {
  if (depth + 2 > stack.length) {
    const larger = new Int32Array(stack.length * 2);
    larger.set(stack);
    stack = larger;
  }
  stack[depth++] = at;
  stack[depth++] = place;
}
