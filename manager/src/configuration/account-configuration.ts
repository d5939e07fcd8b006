import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Tx } from '../platform/index.ts';
import { type Shipped, shipped } from './shipped.ts';
import { type ObjectRow, selectObjects, selectRevision } from './store.ts';

/** The configuration of one account as it is at one revision, shipped objects included. Computers are not here: there may be many. */
export interface ConfigurationView {
  readonly accountId: string;
  get(kind: string, id: number): ApiObject | undefined;
  /** In the order of ids. */
  list(kind: string): readonly ApiObject[];
}

export class AccountConfiguration implements ConfigurationView {
  readonly accountId: string;
  readonly revision: number;
  readonly #shipped: Shipped;
  readonly #own = new Map<string, Map<number, ApiObject | null>>();
  readonly #lists = new Map<string, readonly ApiObject[]>();

  constructor(accountId: string, revision: number, rows: readonly ObjectRow[], content = shipped()) {
    this.accountId = accountId;
    this.revision = revision;
    this.#shipped = content;
    for (const { kind, id, data } of rows) {
      const known = this.#own.get(kind) ?? new Map<number, ApiObject | null>();
      this.#own.set(kind, known.set(id, data && asStored(data, id)));
    }
  }

  /** Nothing in it but what we ship. */
  get isPristine(): boolean {
    return this.#own.size === 0;
  }

  get(kind: string, id: number): ApiObject | undefined {
    const own = this.#own.get(kind)?.get(id);
    return own === undefined ? this.#shipped.objects.get(kind)?.get(id) : (own ?? undefined);
  }

  list(kind: string): readonly ApiObject[] {
    let list = this.#lists.get(kind);
    if (!list) {
      const all = new Map<number, ApiObject | null>(this.#shipped.objects.get(kind));
      for (const [id, data] of this.#own.get(kind) ?? []) all.set(id, data);
      list = [...all.values()].filter((object) => object !== null).sort(byId);
      this.#lists.set(kind, list);
    }
    return list;
  }

  isShipped(kind: string, id: number): boolean {
    return this.#shipped.objects.get(kind)?.has(id) ?? false;
  }

  /** Made by the account, or what we ship and the account has changed. */
  isOwn(kind: string, id: number): boolean {
    return this.#own.get(kind)?.has(id) ?? false;
  }

  ownRows(): ObjectRow[] {
    return [...this.#own].flatMap(([kind, objects]) => [...objects].map(([id, data]) => ({ kind, id, data })));
  }
}

/** Objects of the configuration before are taken as they are: only what changed is made anew. */
const asStored = (data: ApiObject, id: number): ApiObject =>
  Object.isFrozen(data) && data['ID'] === id ? data : Object.freeze({ ...data, ID: id });

const byId = (a: ApiObject, b: ApiObject): number => (a['ID'] as number) - (b['ID'] as number);

/** Accounts whose configuration is kept in memory; the one longest unused goes first. */
const keptMax = 500;
const kept = new Map<string, AccountConfiguration>();
/** Databases differ between the tests of one process: what was read is kept by account id, which never comes twice. */
export function keep(configuration: AccountConfiguration): AccountConfiguration {
  kept.delete(configuration.accountId);
  kept.set(configuration.accountId, configuration);
  if (kept.size > keptMax) kept.delete(kept.keys().next().value!);
  return configuration;
}

const changing = new WeakSet<Tx>();
/** What this transaction reads from now on may never be committed: it is its own affair. */
export const noteChanging = (tx: Tx): unknown => changing.add(tx);

/** The configuration as the transaction sees it. Kept from earlier reads as long as the account's revision stands. */
export async function readConfiguration(tx: Tx, accountId: string): Promise<AccountConfiguration> {
  const revision = await selectRevision(tx, accountId);
  const known = kept.get(accountId);
  if (known?.revision === revision) return keep(known);
  const rows = await selectObjects(tx, accountId);
  // Read again afterwards: between the two statements another transaction may have committed.
  const same = (await selectRevision(tx, accountId)) === revision;
  const configuration = new AccountConfiguration(accountId, revision, rows);
  return same && !changing.has(tx) ? keep(configuration) : configuration;
}
