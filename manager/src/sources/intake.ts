import { setTimeout as delay } from 'node:timers/promises';
import { type HoldReason, Refusal } from '@sakimori/contract';
import { type Frame, type ParsedRecord, parseLines } from '@sakimori/contract/intake/index';
import type { Desk } from '../customers/index.ts';
import { Bindings, type Bound, bindingOf, candidatesFor, type Sender } from './bindings.ts';
import type { Arrival } from './detection-of.ts';
import { HostIndex } from './hosts-of.ts';
import { type Held, Quarantine } from './quarantine.ts';
import { type Batch, batchOf, recordBatch } from './record.ts';

const retryMs = 1000;
/** Rows of one transaction: a large piece of a sender is several of them, and memory is bounded by this. */
const batchMax = 2000;

export type Taken = { readonly stored: number; readonly duplicate: number; readonly held: number };

type Sorted = {
  readonly arrivals: Map<Bound, Arrival[]>;
  /** What goes to quarantine, by its reason and the source that is blamed. */
  readonly held: Map<
    string,
    { readonly reason: HoldReason; readonly source: Bound | undefined; readonly records: Held[] }
  >;
};

/** From a sender's records to detections: whose they are, what they say, and all of it committed before more is read. */
export class Intake {
  readonly bindings: Bindings;
  readonly quarantine: Quarantine;
  readonly #desk: Desk;
  readonly #hosts: HostIndex;
  #isStopping = false;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.bindings = new Bindings(desk.platform);
    this.quarantine = new Quarantine(desk);
    this.#hosts = new HostIndex(desk.platform);
  }

  /** From now on what cannot be committed is given up, so that a stop has an end. */
  stopping(): void {
    this.#isStopping = true;
  }

  /**
   * Takes frames of a syslog connection. While the database is away it waits, and so does the sender.
   * @throws Refusal `unavailable` where the manager stops meanwhile
   */
  async takeFrames(sender: Sender, frames: readonly Frame[]): Promise<void> {
    for (let at = 0; at < frames.length; at += batchMax) {
      const batch = frames.slice(at, at + batchMax);
      for (;;) {
        try {
          await this.#takeBatch(sender, batch);
          break;
        } catch (error) {
          if (!(error instanceof Refusal) || error.code !== 'unavailable' || this.#isStopping) throw error;
          await delay(retryMs);
        }
      }
    }
  }

  async #takeBatch(sender: Sender, frames: readonly Frame[]): Promise<void> {
    const all = await this.bindings.current();
    const candidates = candidatesFor(sender, all);
    if (candidates.length === 0) {
      await this.quarantine.hold(
        sender,
        'unbound',
        frames.map(({ bytes }) => ({ raw: bytes })),
      );
      return;
    }
    const receivedAt = this.#desk.platform.clock.now();
    const sorted: Sorted = { arrivals: new Map(), held: new Map() };
    for (const { bytes, isCut } of frames)
      sort(sorted, parseLines(bytes.toString('utf8')), { bytes, isCut, receivedAt, candidates, all });
    await this.#settle(sender, sorted);
  }

  /**
   * Takes one document of SNS, of a queue or a file. The database is asked at once: who sends by HTTPS is told to come again.
   * @param source the one that is bound to the topic or folder, where an operator chose it: its records are taken whatever tenant they name
   */
  async takeDocument(sender: Sender, text: string, chosen?: Bound): Promise<Taken & { readonly parsed: ParsedRecord }> {
    const all = await this.bindings.current();
    const candidates = chosen ? [chosen] : candidatesFor(sender, all);
    // A file may hold many lines, each a record of its own.
    const parsed = parseLines(text);
    const sorted: Sorted = { arrivals: new Map(), held: new Map() };
    const bytes = Buffer.from(text);
    const context = { bytes, isCut: false, receivedAt: this.#desk.platform.clock.now(), candidates, all };
    if (chosen) for (const arrival of arrivalsOf(parsed, context)) push(sorted.arrivals, chosen, arrival);
    else if (candidates.length === 0) hold(sorted, 'unbound', undefined, { raw: bytes });
    else sort(sorted, parsed, context);
    return { ...(await this.#settle(sender, sorted)), parsed };
  }

  async #settle(sender: Sender, { arrivals, held }: Sorted): Promise<Taken> {
    const taken = { stored: 0, duplicate: 0, held: 0 };
    const blamed = new Map<string, number>();
    for (const { reason, source, records } of held.values()) {
      await this.quarantine.hold(sender, reason, records, source);
      taken.held += records.length;
      if (source) blamed.set(source.id, (blamed.get(source.id) ?? 0) + records.length);
    }
    const sources = new Set([...arrivals.keys(), ...[...held.values()].flatMap(({ source }) => source ?? [])]);
    for (const source of sources) {
      const heldOfIt = blamed.get(source.id) ?? 0;
      blamed.delete(source.id);
      const batch = await batchOf(this.#hosts, source, sender, arrivals.get(source) ?? []);
      arrivals.delete(source);
      const told = await this.#record(source, sender, batch, heldOfIt);
      taken.stored += told.stored;
      taken.duplicate += told.duplicate;
      taken.held += told.held;
    }
    return taken;
  }

  /** A record that the database does not take must not hold back the others: it is found by halves, and kept in quarantine. */
  async #record(source: Bound, sender: Sender, batch: Batch, held: number): Promise<Taken> {
    const { detections, records } = batch;
    try {
      return { ...(await recordBatch(this.#desk, this.#hosts, source, batch, held)), held: 0 };
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unavailable') throw error;
      if (detections.length === 0) throw error;
      if (detections.length === 1) {
        const message = error instanceof Error ? error.message : String(error);
        this.#desk.platform.log.error({ source: source.id, err: message }, 'a record of a source could not be stored');
        await this.quarantine.hold(sender, 'refused', [{ raw: Buffer.from(detections[0]!.raw ?? '') }], source);
        const left = { ...batch, detections: [], records: records - 1 };
        return { ...(await recordBatch(this.#desk, this.#hosts, source, left, held + 1)), held: 1 };
      }
      const half = Math.ceil(detections.length / 2);
      const rest = { ended: batch.ended, detections: detections.slice(half), application: 0, device: 0 };
      const first = { ...batch, detections: detections.slice(0, half), records: records - rest.detections.length };
      const told = await this.#record(source, sender, first, held);
      const last = await this.#record(source, sender, { ...rest, records: rest.detections.length }, 0);
      return {
        stored: told.stored + last.stored,
        duplicate: told.duplicate + last.duplicate,
        held: told.held + last.held,
      };
    }
  }
}

type Context = {
  readonly bytes: Buffer;
  readonly isCut: boolean;
  readonly receivedAt: Date;
  readonly candidates: readonly Bound[];
  readonly all: readonly Bound[];
};

const arrivalsOf = ({ events, raws }: ParsedRecord, { isCut, receivedAt }: Context): Arrival[] =>
  events.map((event, index) => ({ event, raw: raws[index]!, isCut, receivedAt }));

function sort(sorted: Sorted, parsed: ParsedRecord, context: Context): void {
  const { candidates, all, bytes } = context;
  const isWord = parsed.problem === 'empty' || parsed.problem === 'control';
  if (parsed.events.length === 0 && !isWord) hold(sorted, 'unreadable', candidates[0], { raw: bytes });
  for (const arrival of arrivalsOf(parsed, context)) {
    const bound = bindingOf(arrival.event, candidates, all);
    if (typeof bound === 'object') push(sorted.arrivals, bound, arrival);
    else {
      const named = arrival.event.tenant_id ?? arrival.event.tenant;
      hold(sorted, bound, candidates[0], { raw: Buffer.from(arrival.raw), named });
    }
  }
}

function push(arrivals: Map<Bound, Arrival[]>, source: Bound, arrival: Arrival): void {
  const list = arrivals.get(source);
  if (list) list.push(arrival);
  else arrivals.set(source, [arrival]);
}

function hold({ held }: Sorted, reason: HoldReason, source: Bound | undefined, record: Held): void {
  const key = `${reason}|${source?.id ?? ''}`;
  const group = held.get(key);
  if (group) group.records.push(record);
  else held.set(key, { reason, source, records: [record] });
}
