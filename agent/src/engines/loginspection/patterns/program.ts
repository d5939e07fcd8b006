import type { CharSet } from '@sakimori/contract/log-patterns/char-set';
import { otherCase } from '@sakimori/contract/log-patterns/char-set';
import { type Assertion, lengthOf, type Syntax, some, without } from '@sakimori/contract/log-patterns/syntax';

/** Instructions of the matcher. Each takes two numbers beside it in `code`. */
export const op = {
  /** One of two characters: both cases, or twice the same. */
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
  lineBegin: 10,
  lineEnd: 11,
  /** Goes on where the first operand says if nothing was taken since `save` of the slot in the second. */
  emptyTurn: 12,
  /** The part behind it, up to `inside`, is matched by itself; operands: where to go on, and what kind of part it is. */
  part: 13,
  /** Goes back so many characters. */
  back: 14,
  /** The text of a group once more; operands: index of the list of groups, whether case counts for nothing. */
  again: 15,
  /** End of a part, and of the pattern. */
  inside: 16,
  match: 17,
  /** End of the group in the first operand, which began at the place in the slot of the second. */
  close: 18,
} as const;

/** Kinds of `op.part`. */
export const part = { look: 0, notLook: 1, atomic: 2 } as const;

export interface Program {
  /** Triples: operation, first operand, second operand. */
  readonly code: Int32Array;
  readonly sets: readonly CharSet[];
  readonly groupLists: readonly (readonly number[])[];
  /** For each instruction, the number of its `split`, or −1. */
  readonly splitOf: Int32Array;
  readonly splits: number;
  /** Places that a match keeps: two for the whole, two for each group; and where groups and turns began. */
  readonly slots: number;
  readonly groups: number;
  readonly anchored: boolean;
  /** What failed at a place fails there again: not so with references, nor where captures stand in turns that may be empty. */
  readonly forgetful: boolean;
}

interface Assembly {
  readonly code: number[];
  readonly sets: CharSet[];
  readonly groupLists: (readonly number[])[];
  slots: number;
}

export function assemble(root: Syntax, groups: number): Program {
  const assembly: Assembly = { code: [], sets: [], groupLists: [], slots: (groups + 1) * 2 };
  emit(root, assembly);
  push(assembly, op.match);
  const { code, sets, groupLists, slots } = assembly;
  const splitOf = new Int32Array(code.length / 3).fill(-1);
  let splits = 0;
  for (let index = 0; index < splitOf.length; index++) if (code[index * 3] === op.split) splitOf[index] = splits++;
  const forgetful = !some(root, (node) => node.kind === 'back' || (isEndlessAndEmpty(node) && hasGroup(node)));
  return {
    code: Int32Array.from(code),
    sets,
    groupLists,
    splitOf,
    splits,
    slots,
    groups,
    anchored: code[0] === op.begin,
    forgetful,
  };
}

function push({ code }: Assembly, operation: number, first = 0, second = 0): number {
  code.push(operation, first, second);
  return code.length / 3 - 1;
}

const here = ({ code }: Assembly) => code.length / 3;

function emit(node: Syntax, assembly: Assembly): void {
  switch (node.kind) {
    case 'empty':
      return;
    case 'char':
      push(assembly, op.char, node.code, node.fold ? otherCase(node.code) : node.code);
      return;
    case 'set':
      push(assembly, op.set, assembly.sets.push(node.set) - 1);
      return;
    case 'sequence':
      for (const item of node.items) emit(item, assembly);
      return;
    case 'choice':
      emitChoice(node.items, assembly);
      return;
    case 'group':
      emitGroup(node, assembly);
      return;
    case 'repeat':
      if (node.mode === 'possessive') emitPart({ ...node, mode: 'greedy' }, part.atomic, assembly);
      else emitRepeat(node, assembly);
      return;
    case 'assert':
      push(assembly, assertionOp[node.what]);
      return;
    case 'look':
      emitPart(node.ahead ? node.item : behind(node.item), node.negated ? part.notLook : part.look, assembly);
      return;
    case 'atomic':
      emitPart(node.item, part.atomic, assembly);
      return;
    case 'back':
      push(assembly, op.again, assembly.groupLists.push(node.groups) - 1, Number(node.fold));
  }
}

const assertionOp: Readonly<Record<Assertion, number>> = {
  begin: op.begin,
  end: op.end,
  endOrNewline: op.endOrNewline,
  lineBegin: op.lineBegin,
  lineEnd: op.lineEnd,
  wordEdge: op.wordEdge,
  noWordEdge: op.noWordEdge,
};

type Repeat = Extract<Syntax, { kind: 'repeat' }>;

const isEndlessAndEmpty = (node: Syntax): boolean =>
  node.kind === 'repeat' && node.max === without && lengthOf(node.item).min === 0;
const hasGroup = (node: Syntax) => some(node, ({ kind }) => kind === 'group');

/** A group keeps what it held until it ends again. */
function emitGroup(node: Extract<Syntax, { kind: 'group' }>, assembly: Assembly): void {
  const slot = assembly.slots++;
  push(assembly, op.save, slot);
  emit(node.item, assembly);
  push(assembly, op.close, node.index, slot);
}

/** Each alternative of a look-behind, with the characters to go back before it. */
type Behind = { readonly kind: 'behind'; readonly branches: readonly Syntax[] };
const behind = (item: Syntax): Behind => ({ kind: 'behind', branches: item.kind === 'choice' ? item.items : [item] });

function emitPart(item: Syntax | Behind, kind: number, assembly: Assembly): void {
  const start = push(assembly, op.part, 0, kind);
  if (item.kind === 'behind') {
    emitAlternatives(item.branches, assembly, (branch) => {
      push(assembly, op.back, lengthOf(branch).min);
      emit(branch, assembly);
    });
  } else emit(item, assembly);
  push(assembly, op.inside);
  assembly.code[start * 3 + 1] = here(assembly);
}

const emitChoice = (items: readonly Syntax[], assembly: Assembly): void =>
  emitAlternatives(items, assembly, (item) => emit(item, assembly));

function emitAlternatives(items: readonly Syntax[], assembly: Assembly, emitOne: (item: Syntax) => void): void {
  const jumps: number[] = [];
  items.forEach((item, index) => {
    const last = index === items.length - 1;
    const split = last ? -1 : push(assembly, op.split);
    emitOne(item);
    if (last) return;
    jumps.push(push(assembly, op.jump));
    setSplit(assembly, split, split + 1, here(assembly), true);
  });
  for (const jump of jumps) assembly.code[jump * 3 + 1] = here(assembly);
}

function emitRepeat(node: Repeat, assembly: Assembly): void {
  if (isEndlessAndEmpty(node)) {
    emitEmptyTurns(node, assembly);
    return;
  }
  for (let count = 0; count < node.min; count++) emit(node.item, assembly);
  const greedy = node.mode === 'greedy';
  const splits: number[] = [];
  const endless = node.max === without;
  for (let count = node.min; count < (endless ? node.min + 1 : node.max); count++) {
    splits.push(push(assembly, op.split));
    emit(node.item, assembly);
    if (endless) push(assembly, op.jump, splits[0]);
  }
  for (const split of splits) setSplit(assembly, split, split + 1, here(assembly), greedy);
}

/** Endless turns that may be empty: after such a one there is no other. */
function emitEmptyTurns(node: Repeat, assembly: Assembly): void {
  for (let count = 1; count < node.min; count++) emit(node.item, assembly);
  const greedy = node.mode === 'greedy';
  const around = node.min === 0 ? push(assembly, op.split) : -1;
  const slot = assembly.slots++;
  const begin = push(assembly, op.save, slot);
  emit(node.item, assembly);
  const turn = push(assembly, op.emptyTurn, 0, slot);
  const again = push(assembly, op.split);
  setSplit(assembly, again, begin, here(assembly), greedy);
  if (around >= 0) setSplit(assembly, around, begin, here(assembly), greedy);
  assembly.code[turn * 3 + 1] = here(assembly);
}

/** The first way of a split is tried first: into the item when greedy, past it when not. */
function setSplit({ code }: Assembly, split: number, into: number, past: number, greedy: boolean): void {
  code[split * 3 + 1] = greedy ? into : past;
  code[split * 3 + 2] = greedy ? past : into;
}
