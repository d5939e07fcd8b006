import { type LogEvent, slot } from '../event.ts';
import { type Bar, GatedList, noGate } from '../scanner/gated-list.ts';
import type { GateList } from '../scanner/gates.ts';
import type { Scanner } from '../scanner/scanner.ts';
import { finishRoot } from './decode.ts';
import type { Decoder, DecoderSet } from './decoder.ts';

/** Names of programs for which the decoders are kept ready. A flood of other names pushes out the oldest and costs no more than looking. */
const programsMax = 512;
/** Longer names are not kept. */
const programCharsMax = 64;

/**
 * The decoders, arranged by program and by what their prematch needs, so that only those are tried that an event can concern. What is found is
 * what `decodeEvent` finds.
 */
export class DecoderIndex {
  readonly #set: DecoderSet;
  readonly #bars = new Map<Decoder, Bar>();
  readonly #withoutProgram: GatedList<Decoder>;
  readonly #byProgram = new Map<string, GatedList<Decoder>>();

  /** @param gates takes what the decoders need; the scanner is made of it afterwards */
  constructor(set: DecoderSet, gates: GateList) {
    this.#set = set;
    for (const root of [...set.withProgram, ...set.withoutProgram]) {
      const gate = gates.add(root.prematch?.needs)?.number ?? noGate;
      this.#bars.set(root, { gate, beginnings: gate === noGate ? root.prematch?.beginnings : undefined });
    }
    this.#withoutProgram = this.#listOf(set.withoutProgram);
  }

  get programs(): number {
    return this.#byProgram.size;
  }

  /** @param scanner has read the event's message last, and is not blind */
  decode(event: LogEvent, scanner: Scanner): void {
    const program = event.texts[slot.program];
    const list = program ? this.#rootsOf(program.text, event) : this.#withoutProgram;
    const count = list.collect(scanner);
    const { message } = event;
    for (let index = 0; index < count; index++) {
      const root = list.candidate(index);
      const end = root.prematch ? root.prematch.end(message) : 0;
      if (end < 0) continue;
      finishRoot(event, message, root, end);
      return;
    }
  }

  #rootsOf(name: string, event: LogEvent): GatedList<Decoder> {
    const known = this.#byProgram.get(name);
    if (known) return known;
    const program = event.texts[slot.program]!;
    const list = this.#listOf(this.#set.withProgram.filter((root) => !root.program || root.program.test(program)));
    if (name.length > programCharsMax) return list;
    if (this.#byProgram.size >= programsMax) this.#byProgram.delete(this.#byProgram.keys().next().value!);
    this.#byProgram.set(name, list);
    return list;
  }

  #listOf(roots: readonly Decoder[]): GatedList<Decoder> {
    return new GatedList(
      roots,
      roots.map((root) => this.#bars.get(root) ?? { gate: noGate }),
    );
  }
}
