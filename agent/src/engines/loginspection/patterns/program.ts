import type { CharSet } from './char-set.ts';
import { firstChars } from './first-chars.ts';
import { PatternFault } from './pattern.ts';
import { type Assertion, requiredTexts, type Syntax } from './syntax.ts';

/** Instructions of the matcher. Each takes two numbers beside it in `code`. */
export const op = {
  char: 0,
  set: 1,
  split: 2,
  jump: 3,
  save: 4,
  begin: 5,
  end: 6,
  endOrNewline: 7,
  wordEdge: 8,
  noWordEdge: 9,
  match: 10,
} as const;

export interface Program {
  /** Triples: operation, first operand, second operand. */
  readonly code: Int32Array;
  readonly sets: readonly CharSet[];
  /** For each instruction, the number of its `split`, or −1. */
  readonly splitOf: Int32Array;
  readonly splits: number;
  readonly groups: number;
  readonly anchored: boolean;
  readonly required: readonly string[] | undefined;
  readonly first: Uint8Array | undefined;
}

/** Bounds memory and steps: counted repetitions are written out. */
const instructionsMax = 4000;

export function assemble(root: Syntax, groups: number): Program {
  const code: number[] = [];
  const sets: CharSet[] = [];
  emit(root, code, sets);
  push(code, op.match);
  const splitOf = new Int32Array(code.length / 3).fill(-1);
  let splits = 0;
  for (let index = 0; index < splitOf.length; index++) if (code[index * 3] === op.split) splitOf[index] = splits++;
  const assembled = Int32Array.from(code);
  return {
    code: assembled,
    sets,
    splitOf,
    splits,
    groups,
    anchored: code[0] === op.begin,
    required: requiredTexts(root),
    first: firstChars(assembled, sets),
  };
}

function push(code: number[], operation: number, first = 0, second = 0): number {
  if (code.length >= instructionsMax * 3)
    throw new PatternFault('the pattern is too large once its repetitions are written out', 0);
  code.push(operation, first, second);
  return code.length / 3 - 1;
}

const here = (code: readonly number[]) => code.length / 3;

function emit(node: Syntax, code: number[], sets: CharSet[]): void {
  switch (node.kind) {
    case 'empty':
      return;
    case 'char':
      push(code, op.char, node.char.charCodeAt(0));
      return;
    case 'set':
      push(code, op.set, sets.push(node.set) - 1);
      return;
    case 'sequence':
      for (const item of node.items) emit(item, code, sets);
      return;
    case 'choice':
      emitChoice(node.items, code, sets);
      return;
    case 'group':
      push(code, op.save, node.index * 2);
      emit(node.item, code, sets);
      push(code, op.save, node.index * 2 + 1);
      return;
    case 'repeat':
      emitRepeat(node, code, sets);
      return;
    case 'assert':
      push(code, assertionOp[node.what]);
  }
}

const assertionOp: Readonly<Record<Assertion, number>> = {
  begin: op.begin,
  end: op.end,
  endOrNewline: op.endOrNewline,
  wordEdge: op.wordEdge,
  noWordEdge: op.noWordEdge,
};

function emitChoice(items: readonly Syntax[], code: number[], sets: CharSet[]): void {
  const jumps: number[] = [];
  items.forEach((item, index) => {
    const last = index === items.length - 1;
    const split = last ? -1 : push(code, op.split);
    emit(item, code, sets);
    if (last) return;
    jumps.push(push(code, op.jump));
    setSplit(code, split, split + 1, here(code), true);
  });
  for (const jump of jumps) code[jump * 3 + 1] = here(code);
}

function emitRepeat(node: Extract<Syntax, { kind: 'repeat' }>, code: number[], sets: CharSet[]): void {
  for (let count = 0; count < node.min; count++) emit(node.item, code, sets);
  if (node.max === Number.POSITIVE_INFINITY) {
    const split = push(code, op.split);
    emit(node.item, code, sets);
    push(code, op.jump, split);
    setSplit(code, split, split + 1, here(code), node.greedy);
    return;
  }
  const splits: number[] = [];
  for (let count = node.min; count < node.max; count++) {
    splits.push(push(code, op.split));
    emit(node.item, code, sets);
  }
  for (const split of splits) setSplit(code, split, split + 1, here(code), node.greedy);
}

/** The first way of a split is tried first: into the item when greedy, past it when not. */
function setSplit(code: number[], split: number, into: number, past: number, greedy: boolean): void {
  code[split * 3 + 1] = greedy ? into : past;
  code[split * 3 + 2] = greedy ? past : into;
}
