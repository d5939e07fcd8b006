import { type LogEvent, slot } from '../event.ts';
import type { Subject } from '../patterns/index.ts';
import { GatedList, noGate } from '../scanner/gated-list.ts';
import type { IndexedNode } from './rule-index.ts';

/** Names of programs for which the children are kept ready, as those of the decoders are. */
const programsMax = 512;
const programCharsMax = 64;
/** Stands for an event without a program: no name has a blank. */
const noProgram = ' ';

interface ByDecoder {
  /** Whatever the program is. */
  readonly all: GatedList<IndexedNode>;
  readonly byProgram: Map<string, GatedList<IndexedNode>>;
}

/**
 * The children of one place in the tree, ready for the events of each decoder and program that have come: those that ask for another are left
 * out. There are no more decoders than the content names; of programs the oldest is forgotten when there are many.
 */
export class ChildPlans {
  readonly #children: readonly IndexedNode[];
  readonly #asksForProgram: boolean;
  /** Where fields stand in the message as they are, a gate may speak of a field. */
  readonly #gatesFields: boolean;
  readonly #byDecoder = new Map<string | undefined, ByDecoder>();

  constructor(children: readonly IndexedNode[], gatesFields: boolean) {
    this.#children = children;
    this.#asksForProgram = children.some(({ program }) => program !== undefined);
    this.#gatesFields = gatesFields;
  }

  listFor(event: LogEvent): GatedList<IndexedNode> {
    const { decoder } = event;
    const known = this.#byDecoder.get(decoder) ?? this.#makeReady(decoder);
    if (!this.#asksForProgram) return known.all;
    const program = event.texts[slot.program];
    // An empty name is not the same to all conditions as none.
    const name = program ? program.text : noProgram;
    if (name.length > programCharsMax) return known.all;
    return known.byProgram.get(name) ?? this.#makeReadyFor(known, decoder, name, program);
  }

  #makeReady(decoder: string | undefined): ByDecoder {
    const made = { all: this.#listOf(this.#childrenOf(decoder)), byProgram: new Map() };
    this.#byDecoder.set(decoder, made);
    return made;
  }

  #makeReadyFor(known: ByDecoder, decoder: string | undefined, name: string, program: Subject | undefined) {
    const children = this.#childrenOf(decoder).filter(({ program: asked }) => {
      return !asked || (program !== undefined && asked.pattern.test(program) !== asked.negated);
    });
    const list = this.#listOf(children);
    if (known.byProgram.size >= programsMax) known.byProgram.delete(known.byProgram.keys().next().value!);
    known.byProgram.set(name, list);
    return list;
  }

  #childrenOf(decoder: string | undefined): IndexedNode[] {
    return this.#children.filter((child) => child.decoder === undefined || child.decoder === decoder);
  }

  #listOf(children: readonly IndexedNode[]): GatedList<IndexedNode> {
    return new GatedList(
      children,
      children.map(({ messageGate, fieldGate, beginnings }) => {
        const gate = messageGate === noGate && this.#gatesFields ? fieldGate : messageGate;
        return { gate, beginnings };
      }),
    );
  }
}
