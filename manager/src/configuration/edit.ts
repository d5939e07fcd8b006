import { isDeepStrictEqual } from 'node:util';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { isDeadlock, type Platform, type Tx } from '../platform/index.ts';
import {
  AccountConfiguration,
  type ConfigurationView,
  keep,
  noteChanging,
  readConfiguration,
} from './account-configuration.ts';
import { kindOf } from './kinds.ts';
import { checkSize } from './size.ts';
import { advanceRevision, deleteObjects, lockAccount, type ObjectRow, takeId, writeObjects } from './store.ts';

export type Change = { readonly kind: string; readonly id: number; readonly verb: 'created' | 'modified' | 'deleted' };

/** A change of an account's configuration that is being made: it sees what it has changed itself. */
export class ConfigurationEdit implements ConfigurationView {
  readonly accountId: string;
  readonly tx: Tx;
  readonly at: Date;
  readonly before: AccountConfiguration;
  readonly #pending = new Map<string, Map<number, ApiObject | null>>();
  readonly #changes = new Map<string, Change>();
  /** Computers whose policy or overrides changed: what they must do is worked out anew. */
  readonly computers = new Set<number>();
  #touchedComputers = false;

  constructor(tx: Tx, before: AccountConfiguration, at: Date) {
    this.tx = tx;
    this.before = before;
    this.accountId = before.accountId;
    this.at = at;
  }

  get changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  get(kind: string, id: number): ApiObject | undefined {
    const pending = this.#pending.get(kind)?.get(id);
    return pending === undefined ? this.before.get(kind, id) : (pending ?? undefined);
  }

  list(kind: string): readonly ApiObject[] {
    const pending = this.#pending.get(kind);
    if (!pending) return this.before.list(kind);
    const all = new Map(this.before.list(kind).map((object) => [object['ID'] as number, object]));
    for (const [id, object] of pending)
      if (object) all.set(id, object);
      else all.delete(id);
    return [...all.values()].sort((a, b) => (a['ID'] as number) - (b['ID'] as number));
  }

  /** @returns the new object's id */
  async insert(kind: string, data: ApiObject): Promise<number> {
    const id = await takeId(this.tx, this.accountId, kind, kindOf(kind).firstId);
    this.#set(kind, id, { ...data, ID: id }, 'created');
    return id;
  }

  /** Nothing happens where nothing would change. */
  put(kind: string, id: number, data: ApiObject): void {
    const next = { ...data, ID: id };
    if (!isDeepStrictEqual(this.get(kind, id), next)) this.#set(kind, id, next, 'modified');
  }

  remove(kind: string, id: number): void {
    if (this.get(kind, id)) this.#set(kind, id, null, 'deleted');
  }

  /** Writes what the manager itself learns of an object, such as when a task ran; null: it has had its day. It counts as nobody's change. */
  record(kind: string, id: number, data: ApiObject | null): void {
    this.#keep(kind, id, data && { ...data, ID: id });
  }

  /** Computers are no objects of the configuration; their changes are told by whoever makes them. */
  noteComputer(id: number, verb: Change['verb']): void {
    this.#touchedComputers = true;
    if (verb === 'deleted') this.computers.delete(id);
    else this.computers.add(id);
    const key = `Computer:${id}`;
    const isNew = verb === 'modified' && this.#changes.get(key)?.verb === 'created';
    this.#changes.set(key, { kind: 'Computer', id, verb: isNew ? 'created' : verb });
  }

  #set(kind: string, id: number, data: ApiObject | null, verb: Change['verb']): void {
    this.#keep(kind, id, data);
    const key = `${kind}:${id}`;
    const wasCreated = this.#changes.get(key)?.verb === 'created';
    if (wasCreated && verb === 'deleted') this.#changes.delete(key);
    else this.#changes.set(key, { kind, id, verb: wasCreated ? 'created' : verb });
  }

  #keep(kind: string, id: number, data: ApiObject | null): void {
    const pending = this.#pending.get(kind) ?? new Map<number, ApiObject | null>();
    this.#pending.set(kind, pending.set(id, data && Object.freeze(data)));
  }

  /** Writes what changed. @returns the configuration as it is then */
  async write(): Promise<AccountConfiguration> {
    const rows = [...this.#pending].flatMap(([kind, objects]) =>
      [...objects].map(([id, data]) => ({ kind, id, data })),
    );
    if (rows.length === 0 && !this.#touchedComputers) return this.before;
    noteChanging(this.tx);
    const gone = rows.filter(({ kind, id, data }) => data === null && !this.before.isShipped(kind, id));
    await deleteObjects(this.tx, this.accountId, gone);
    await writeObjects(this.tx, this.accountId, rows.filter((row) => !gone.includes(row)).map(withoutId), this.at);
    const own = new Map(this.before.ownRows().map((row) => [`${row.kind}:${row.id}`, row]));
    for (const row of rows) {
      if (gone.includes(row)) own.delete(`${row.kind}:${row.id}`);
      else own.set(`${row.kind}:${row.id}`, row);
    }
    checkSize(this.before.ownRows(), [...own.values()]);
    const revision = await advanceRevision(this.tx, this.accountId);
    return new AccountConfiguration(this.accountId, revision, [...own.values()]);
  }
}

const withoutId = ({ kind, id, data }: ObjectRow): ObjectRow => {
  if (!data) return { kind, id, data };
  const { ID: _, ...rest } = data;
  return { kind, id, data: rest };
};

/** Called before the commit, with what changed: makes the policies of hosts follow. */
export type OnChanged = (edit: ConfigurationEdit, after: AccountConfiguration) => Promise<void>;

/** Transactions that stood in each other's way, as may happen beside agents: the one that was ended begins anew. */
const triesMax = 3;

/**
 * Changes the configuration of one account in one transaction as that account; changes of the same account wait for each other, so what `work`
 * reads stands until it is done. It may be called again from the start.
 */
export async function editConfiguration<T>(
  platform: Platform,
  accountId: string,
  onChanged: OnChanged,
  work: (edit: ConfigurationEdit) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const { result, after } = await platform.database.as(accountId, (tx) =>
        editWithin(tx, platform, accountId, onChanged, work),
      );
      keep(after);
      return result;
    } catch (error) {
      if (!isDeadlock(error) || tries >= triesMax) throw error;
    }
  }
}

/** The same within a transaction that is open already. */
export async function editWithin<T>(
  tx: Tx,
  { clock }: Pick<Platform, 'clock'>,
  accountId: string,
  onChanged: OnChanged,
  work: (edit: ConfigurationEdit) => Promise<T>,
): Promise<{ result: T; after: AccountConfiguration }> {
  await lockAccount(tx, accountId);
  const before = await readConfiguration(tx, accountId);
  const edit = new ConfigurationEdit(tx, before, clock.now());
  const result = await work(edit);
  const after = await edit.write();
  if (after !== before) await onChanged(edit, after);
  return { result, after };
}
