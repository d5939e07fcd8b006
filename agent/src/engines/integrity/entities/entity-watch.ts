import type { EntityKind } from '@sakimori/contract/integrity-entity';
import { toInstant } from '../../../clock.ts';
import { createPace } from '../../../inventory/pace.ts';
import { createLock } from '../../../lock.ts';
import { errorText } from '../../../log.ts';
import type { EngineHost } from '../../engine.ts';
import { AccountNames } from '../account-names.ts';
import type { FoundBy } from '../changes.ts';
import { differingAttributes, type Entities, type Values } from './entity.ts';
import type { EntityChange, EntityRules } from './entity-rules.ts';
import type { EntityStore } from './entity-store.ts';
import { readers } from './readers.ts';
import { SafeFiles } from './safe-files.ts';
import { draftsOf, type Judged } from './told.ts';

/** What the policy says of entities, in force: first record, looks at what may have changed, scans of everything. */
export class EntityWatch {
  readonly #host: EngineHost;
  readonly #store: EntityStore;
  readonly #rules: EntityRules;
  readonly #root: string;
  readonly #isRealTime: boolean;
  readonly #scanEverySeconds: number;
  readonly #lock = createLock();
  readonly #names: AccountNames;
  readonly #signatures = new Map<EntityKind, string>();
  readonly #counts = new Map<EntityKind, number>();
  readonly #cancels = new Map<string, () => void>();
  /** Kinds that this host does not have, or does not let us see. */
  readonly #unseen = new Set<EntityKind>();
  #fault: string | undefined;
  #stopped = false;
  #first: Promise<void> = Promise.resolve();

  constructor(parts: {
    host: EngineHost;
    store: EntityStore;
    rules: EntityRules;
    realTime: boolean;
    scanEverySeconds: number;
    root?: string;
  }) {
    this.#host = parts.host;
    this.#store = parts.store;
    this.#rules = parts.rules;
    this.#isRealTime = parts.realTime;
    this.#scanEverySeconds = parts.scanEverySeconds;
    this.#root = parts.root ?? '/';
    const files = new SafeFiles(this.#root);
    this.#names = new AccountNames(files.path('/etc/passwd'), files.path('/etc/group'));
  }

  start(): void {
    this.#store.keepOnly(this.#rules.kinds);
    this.#first = this.scanNow();
    this.#scheduleScan();
    if (this.#isRealTime)
      for (const kind of this.#rules.kinds) if (this.#rules.isInRealTime(kind)) this.#scheduleLook(kind);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    await this.#first;
    await this.#lock(async () => {});
  }

  /** Waits for the end of the first record. */
  recorded(): Promise<void> {
    return this.#first;
  }

  /** Compares everything now; what changes meanwhile is found by the next look. */
  async scanNow(): Promise<void> {
    for (const kind of this.#rules.kinds) await this.#compare(kind, 'scan');
  }

  get kinds(): readonly EntityKind[] {
    return this.#rules.kinds;
  }
  get unseen(): readonly EntityKind[] {
    return [...this.#unseen];
  }
  get fault(): string | undefined {
    return this.#fault;
  }
  /** Watched entities of each kind. */
  get counts(): ReadonlyMap<EntityKind, number> {
    return this.#counts;
  }

  #scheduleScan(): void {
    this.#after('scan', this.#scanEverySeconds, async () => {
      await this.scanNow();
      this.#scheduleScan();
    });
  }

  #scheduleLook(kind: EntityKind): void {
    const { lookEverySeconds } = readers[kind];
    if (lookEverySeconds >= this.#scanEverySeconds) return;
    this.#after(kind, lookEverySeconds, async () => {
      await this.#compare(kind, 'watch');
      this.#scheduleLook(kind);
    });
  }

  #after(name: string, seconds: number, run: () => Promise<void>): void {
    if (this.#stopped) return;
    const cancel = this.#host.clock.after(seconds * 1000, () => void run());
    this.#cancels.set(name, cancel);
  }

  #compare(kind: EntityKind, foundBy: FoundBy): Promise<void> {
    return this.#lock(async () => {
      if (this.#stopped) return;
      try {
        await this.#compareNow(kind, foundBy);
        this.#fault = undefined;
      } catch (error) {
        this.#fault = `${kind}: ${errorText(error)}`;
        this.#host.log('error', `integrity: entities could not be compared: ${this.#fault}`);
      }
    });
  }

  async #compareNow(kind: EntityKind, foundBy: FoundBy): Promise<void> {
    const files = new SafeFiles(this.#root);
    const reader = readers[kind];
    // Taken before the reading: what changes meanwhile differs at the next look.
    const signature = reader.sources && files.signature(reader.sources(files));
    if (foundBy === 'watch' && signature !== undefined && this.#signatures.get(kind) === signature) return;
    const now = await reader.read({ files, pace: createPace(this.#host.clock), names: this.#names });
    if (now === undefined) {
      this.#unseen.add(kind);
      return;
    }
    this.#unseen.delete(kind);
    if (this.#stopped) return;
    await this.#record(kind, now, foundBy);
    if (signature !== undefined) this.#signatures.set(kind, signature);
    this.#counts.set(kind, this.#rules.count(kind, now));
  }

  async #record(kind: EntityKind, now: Entities, foundBy: FoundBy): Promise<void> {
    const before = this.#store.read(kind);
    if (!before) {
      this.#store.write({ kind, states: now, detections: [] });
      return;
    }
    const changes = changesOf(kind, before, now);
    if (changes.length === 0) return;
    const judged = changes.flatMap((change): Judged[] => {
      const judgement = this.#rules.judge(change);
      return judgement ? [{ change, ...judgement }] : [];
    });
    const at = toInstant(this.#host.clock.nowMs());
    const detections = draftsOf(judged, foundBy, at).map((draft) => this.#host.seal(draft));
    const states = new Map(changes.map(({ key, before: old, after }) => [key, after && { ...old, ...after }]));
    this.#store.write({ kind, states, detections });
    if (detections.length === 0) return;
    await this.#host.report(detections);
    this.#store.noteDelivered(detections.map(({ id }) => id));
  }
}

/** An attribute that cannot be read this time keeps its value: it has not changed by that. */
function changesOf(kind: EntityKind, before: Entities, now: Entities): EntityChange[] {
  const changes: EntityChange[] = [];
  for (const [key, after] of now) {
    const old = before.get(key);
    if (!old) changes.push({ kind, key, after, changed: ['created'] });
    else if (isOther(old, after))
      changes.push({ kind, key, before: old, after, changed: differingAttributes(old, after) });
  }
  for (const [key, old] of before) if (!now.has(key)) changes.push({ kind, key, before: old, changed: ['removed'] });
  return changes;
}

const isOther = (old: Values, after: Values): boolean =>
  Object.entries(after).some(([name, value]) => old[name] !== value);
