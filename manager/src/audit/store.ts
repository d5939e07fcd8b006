import { type Cursor, sql, type Tx } from '../platform/index.ts';

export type EntryRow = {
  tenant_id: string;
  id: string;
  at: Date;
  actor_kind: 'person' | 'key' | 'system' | 'agent';
  actor_id: string;
  actor_name: string;
  action: string;
  target: string;
  facts: Record<string, unknown>;
};

type NewEntry = {
  readonly tenantId: string;
  readonly id: string;
  readonly at: Date;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string };
  readonly action: string;
  readonly target: string;
  readonly facts: Readonly<Record<string, unknown>>;
};

export async function insertEntry(tx: Tx, entry: NewEntry): Promise<void> {
  await tx.run(sql`
    insert into audit_entry (tenant_id, id, at, actor_kind, actor_id, actor_name, action, target, facts)
    values (${entry.tenantId}, ${entry.id}, ${entry.at}, ${entry.actor.kind}, ${entry.actor.id}, ${entry.actor.name}, ${entry.action}, ${entry.target}, ${JSON.stringify(entry.facts)})`);
}

export type EntryFilter = {
  readonly accountId?: string | undefined;
  readonly target?: string | undefined;
  readonly after?: Cursor | undefined;
  readonly limit: number;
};

/** Newest first, one more than `limit` so that the caller knows whether there is a next page. */
export function selectEntries(tx: Tx, filter: EntryFilter): Promise<EntryRow[]> {
  return tx.rows(sql<EntryRow>`
    select tenant_id, id, at, actor_kind, actor_id, actor_name, action, target, facts
    from audit_entry
    where true
      ${filter.accountId ? sql`and tenant_id = ${filter.accountId}` : sql``}
      ${filter.target ? sql`and target = ${filter.target}` : sql``}
      ${filter.after ? sql`and (at, id) < (${filter.after.at}, ${filter.after.id})` : sql``}
    order by at desc, id desc
    limit ${filter.limit + 1}`);
}
