import type { HoldReason } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import { announce, newId, type Platform } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import type { Bound, Sender } from './bindings.ts';
import { addHeld, addToSender, countSenders, findSender, totalHeldBytes } from './quarantine-store.ts';

/** What is kept of one sender and reason; the rest is counted. A flood of a stranger fills no disk. */
export const heldOfOneMax = 200;
const heldBytesOfOneMax = 1024 * 1024;
const heldBytesMax = 64 * 1024 * 1024;
const sendersMax = 1000;
/** What is held of a record: more than a record may be long. */
const recordBytesMax = 262_144;
const flushMs = 2000;
const hourMs = 3_600_000;

export type Held = { readonly raw: Buffer; readonly named?: string | undefined };
type Group = { id: string; kept: number; bytes: number; pending: number; named: string | undefined };

/** Senders beyond the bound are one. */
const overflow: Sender = { transport: 'tcp', address: '*' };

/** Records that no source may bring: the first of each sender are kept, all are counted. */
export class Quarantine {
  readonly #desk: Desk;
  readonly #groups = new Map<string, Group>();
  #totalBytes: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get #platform(): Platform {
    return this.#desk.platform;
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), flushMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch(() => undefined);
  }

  /** Somebody released or discarded records: what was counted in memory of it is read anew. */
  async forget(): Promise<void> {
    await this.flush();
    this.#groups.clear();
    this.#totalBytes = undefined;
  }

  /** @param source by which the sender is known, where it is */
  async hold(sender: Sender, reason: HoldReason, records: readonly Held[], source?: Bound): Promise<void> {
    if (records.length === 0) return;
    const group = await this.#groupOf(sender, reason, source);
    const named = records.at(-1)!.named?.slice(0, 200);
    if (named) group.named = named.replaceAll('\0', '\ufffd').toWellFormed();
    const kept: Buffer[] = [];
    for (const { raw } of records) {
      const bytes = raw.subarray(0, recordBytesMax);
      if (group.kept + kept.length >= heldOfOneMax || group.bytes + bytes.length > heldBytesOfOneMax) break;
      if (this.#totalBytes! + bytes.length > heldBytesMax) break;
      kept.push(bytes);
      group.bytes += bytes.length;
      this.#totalBytes! += bytes.length;
    }
    group.pending += records.length;
    if (kept.length === 0) return;
    group.kept += kept.length;
    await this.#write(group, kept).catch((error: unknown) => {
      group.kept -= kept.length;
      group.pending -= records.length;
      throw error;
    });
    if (source && reason !== 'unreadable') await this.#alarm(source, reason, group);
  }

  async flush(): Promise<void> {
    for (const group of this.#groups.values()) if (group.pending > 0) await this.#write(group, []);
  }

  async #write(group: Group, kept: readonly Buffer[]): Promise<void> {
    const { pending, named } = group;
    const at = this.#platform.clock.now();
    await this.#platform.database.asProvider(async (tx) => {
      await addToSender(tx, { id: group.id, count: pending, named, at });
      await addHeld(tx, {
        senderId: group.id,
        at,
        records: kept.map((raw) => ({ id: newId(this.#platform.clock), raw })),
      });
      await announce(tx, { topic: 'source' });
    });
    group.pending -= pending;
  }

  async #groupOf(sender: Sender, reason: HoldReason, source: Bound | undefined): Promise<Group> {
    const key = JSON.stringify([sender.transport, sender.address, sender.identity ?? '', reason, source?.id ?? '']);
    const known = this.#groups.get(key);
    if (known) return known;
    // Names of strangers must not fill the memory either.
    if (this.#groups.size >= 2 * sendersMax) await this.forget();
    const { database, clock } = this.#platform;
    const group = await database.asProvider(async (tx) => {
      this.#totalBytes ??= await totalHeldBytes(tx);
      const isFull = sender !== overflow && (await countSenders(tx)) >= sendersMax;
      const owner = source ? { accountId: source.tenant_id, sourceId: source.id } : {};
      return findSender(tx, { id: newId(clock), sender, reason, ...owner, at: clock.now(), isNewTaken: !isFull });
    });
    if (!group) return this.#groupOf(overflow, 'unbound', undefined);
    const made: Group = { ...group, pending: 0, named: undefined };
    this.#groups.set(key, made);
    return made;
  }

  /** Somebody has to look: the sender is a customer's, and what it sends is another's. */
  async #alarm({ tenant_id: accountId, id, name }: Bound, reason: HoldReason, group: Group): Promise<void> {
    const { database, clock } = this.#platform;
    await database.asProvider((tx) =>
      raiseWork(tx, this.#desk, {
        ...{ accountId, kind: 'sourceForeign', key: `source:${id}:${reason}`, target: `source:${id}` },
        facts: { name, named: group.named ?? '—' },
        dueAt: new Date(clock.now().getTime() + 4 * hourMs),
      }),
    );
  }
}
