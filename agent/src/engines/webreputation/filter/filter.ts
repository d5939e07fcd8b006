import { readFileSync } from 'node:fs';
import { WebTable } from '@sakimori/contract/web-reputation/table';
import type { FlowProcess } from '../../../flow-process/flow.ts';
import { type Decision, Inspector, type Seen } from './inspector.ts';
import type { HeldPacket, QueueReader } from './queue-reader.ts';
import type { RawSender } from './raw-sender.ts';
import { Sightings } from './sightings.ts';
import type { FilterState, Order, Word } from './words.ts';

export type FilterParts = {
  readonly queue: Pick<QueueReader, 'decide' | 'overruns'>;
  readonly sender: RawSender;
  readonly say: (word: Word) => void;
  readonly nowMs: () => number;
  readonly findOwner: (seen: Seen) => Promise<FlowProcess | undefined>;
};

/** So long a packet waits until it is known whose it is. Its sender lives at least as long, for it waits as well. */
const ownerMsMax = 300;
/** Looks at all processes that go on at the same time; who comes then is told without a process. */
const ownersMax = 4;

/** Holds each packet, judges it, and lets it on, or drops it and answers in its place. */
export class Filter {
  readonly #parts: FilterParts;
  readonly #sightings: Sightings<FlowProcess>;
  readonly #tables = new Map<string, WebTable>();
  #inspector: Inspector | undefined;
  #faults: string[] = [];
  #owners = 0;
  #packets = 0;
  #blocked = 0;

  constructor(parts: FilterParts) {
    this.#parts = parts;
    this.#sightings = new Sightings((sighting) => parts.say({ say: 'seen', sighting }));
  }

  get state(): FilterState {
    return {
      entries: [...this.#tables.values()].reduce((sum, table) => sum + table.entries, 0),
      ...{ packets: this.#packets, judged: this.#inspector?.judged ?? 0, blocked: this.#blocked },
      ...{ flows: this.#inspector?.flows ?? 0, overruns: this.#parts.queue.overruns, faults: this.#faults },
      isReady: this.#inspector !== undefined,
    };
  }

  hear(order: Order): void {
    if (order.do === 'ask') {
      this.#sightings.flush(this.#parts.nowMs());
      this.#parts.say({ say: 'answer', number: order.number, state: this.state });
      return;
    }
    this.#faults = [];
    const tables = order.tables.flatMap((path) => this.#open(path) ?? []);
    for (const path of this.#tables.keys()) if (!order.tables.includes(path)) this.#tables.delete(path);
    if (this.#inspector) this.#inspector.use(order.policy, tables);
    else this.#inspector = new Inspector(order.policy, tables, order.spared);
  }

  /** A table that is in use already is not read again: its name says what is in it. */
  #open(path: string): WebTable | undefined {
    const known = this.#tables.get(path);
    if (known) return known;
    try {
      const table = new WebTable(readFileSync(path));
      this.#tables.set(path, table);
      return table;
    } catch (error) {
      this.#faults.push(`${path.split('/').at(-1)}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** Before its end: what was folded and not told. */
  end(): void {
    this.#sightings.flush(Number.POSITIVE_INFINITY);
  }

  take({ id, bytes, uid }: HeldPacket): void {
    this.#packets += 1;
    const decision = this.#inspector?.take(bytes);
    if (!decision?.isDropped) this.#parts.queue.decide(id, false);
    else if (decision.seen) this.#block(id, decision, decision.seen, uid);
    else this.#carryOut(id, decision);
  }

  #block(id: number, decision: Decision, seen: Seen, uid: number | undefined): void {
    this.#blocked += 1;
    const nowMs = this.#parts.nowMs();
    if (this.#sightings.isNew(seen, nowMs)) {
      // Whose it is can be seen only as long as the packet is held: its sender may end as soon as it is answered.
      void this.#ownerOf(seen, uid).then((owner) => {
        this.#carryOut(id, decision);
        this.#sightings.add(seen, owner, nowMs);
      });
    } else this.#carryOut(id, decision);
  }

  #carryOut(id: number, { answers }: Decision): void {
    this.#parts.queue.decide(id, true);
    for (const answer of answers) this.#parts.sender.send(answer);
  }

  async #ownerOf(seen: Seen, uid: number | undefined): Promise<FlowProcess | undefined> {
    const nobody = uid === undefined ? undefined : { pid: 0, user: { name: String(uid), uid } };
    if (this.#owners >= ownersMax) return nobody;
    this.#owners += 1;
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<undefined>((done) => {
        timer = setTimeout(() => done(undefined), ownerMsMax);
      });
      return (await Promise.race([this.#parts.findOwner(seen), late])) ?? nobody;
    } catch {
      return nobody;
    } finally {
      clearTimeout(timer);
      this.#owners -= 1;
    }
  }
}
