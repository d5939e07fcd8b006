import type { PlacedTarget, RuleDraft, RuleDraftState, RuleStep, RuleTry, RuleVersion } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type DraftRow = {
  tenant_id: string;
  id: string;
  number: number;
  account_name: string;
  customer_name: string;
  module: RuleDraft['module'];
  name: string;
  state: RuleDraftState;
  version: number;
  placed_version: number | null;
  rule_id: number | null;
  targets: PlacedTarget[];
  ticket_id: string | null;
  quote_id: string | null;
  created_at: Date;
  created_by: string;
  changed_at: Date;
  changed_by: string;
};
export type Key = { readonly accountId: string; readonly id: string };

const columns =
  sql.raw(`d.tenant_id, d.id, d.number, a.name as account_name, a.customer_name, d.module, v.name, d.state, d.version, d.placed_version,
  d.rule_id, d.targets, d.ticket_id, d.quote_id, d.created_at, d.created_by, d.changed_at, d.changed_by`);
const from = sql.raw(`workbench_draft d join customers_account a on a.tenant_id = d.tenant_id
  join workbench_version v on v.tenant_id = d.tenant_id and v.draft_id = d.id and v.version = d.version`);

export type DraftFilter = {
  readonly accountId?: string | undefined;
  readonly state?: RuleDraftState | undefined;
  readonly limit: number;
};
/** Those that were changed last first. */
export const selectDrafts = (tx: Tx, { accountId, state, limit }: DraftFilter): Promise<DraftRow[]> =>
  tx.rows(sql<DraftRow>`
    select ${columns} from ${from}
    where true ${accountId ? sql`and d.tenant_id = ${accountId}` : sql``} ${state ? sql`and d.state = ${state}` : sql``}
    order by d.changed_at desc, d.id desc limit ${limit}`);

export const selectDraft = (tx: Tx, id: string): Promise<DraftRow | undefined> =>
  tx.first(sql<DraftRow>`select ${columns} from ${from} where d.id = ${id}`);

/** Locked until the transaction ends. */
export const lockDraft = (tx: Tx, id: string): Promise<DraftRow | undefined> =>
  tx.first(sql<DraftRow>`select ${columns} from ${from} where d.id = ${id} for update of d`);

export async function insertDraft(
  tx: Tx,
  row: Key & {
    readonly module: RuleDraft['module'];
    readonly ticketId: string | undefined;
    readonly quoteId: string | undefined;
    readonly at: Date;
    readonly by: string;
  },
): Promise<void> {
  await tx.run(sql`
    insert into workbench_draft (tenant_id, id, module, state, version, ticket_id, quote_id, created_at, created_by, changed_at, changed_by)
    values (${row.accountId}, ${row.id}, ${row.module}, 'draft', 1, ${row.ticketId ?? null}, ${row.quoteId ?? null}, ${row.at}, ${row.by},
      ${row.at}, ${row.by})`);
}

export type NewVersion = Pick<RuleVersion, 'version' | 'name' | 'text' | 'severity' | 'logs' | 'note' | 'by'> & {
  readonly at: Date;
};
export async function insertVersion(tx: Tx, { accountId, id }: Key, row: NewVersion): Promise<void> {
  await tx.run(sql`
    insert into workbench_version (tenant_id, draft_id, version, name, text, severity, logs, note, at, by_name)
    values (${accountId}, ${id}, ${row.version}, ${row.name}, ${row.text}, ${row.severity}, ${JSON.stringify(row.logs)}::jsonb, ${row.note},
      ${row.at}, ${row.by})`);
}

export async function setVersion(tx: Tx, { accountId, id }: Key, version: number, at: Date, by: string): Promise<void> {
  await tx.run(sql`
    update workbench_draft set version = ${version}, changed_at = ${at}, changed_by = ${by} where tenant_id = ${accountId} and id = ${id}`);
}

export type Placing = {
  readonly state: RuleDraftState;
  readonly placedVersion: number | null;
  readonly ruleId: number | null;
  readonly targets: readonly PlacedTarget[];
  readonly ticketId: string | null;
  readonly quoteId: string | null;
  readonly at: Date;
  readonly by: string;
};
export async function setPlacing(tx: Tx, { accountId, id }: Key, placing: Placing): Promise<void> {
  await tx.run(sql`
    update workbench_draft set state = ${placing.state}, placed_version = ${placing.placedVersion}, rule_id = ${placing.ruleId},
      targets = ${JSON.stringify(placing.targets)}::jsonb, ticket_id = ${placing.ticketId}, quote_id = ${placing.quoteId},
      changed_at = ${placing.at}, changed_by = ${placing.by}
    where tenant_id = ${accountId} and id = ${id}`);
}

type VersionRow = Omit<RuleVersion, 'at' | 'by'> & { at: Date; by_name: string };
const toVersion = ({ at, by_name, ...row }: VersionRow): RuleVersion => ({ ...row, at: at.toISOString(), by: by_name });

/** The newest first. */
export async function selectVersions(tx: Tx, { accountId, id }: Key, limit: number): Promise<RuleVersion[]> {
  const rows = await tx.rows(sql<VersionRow>`
    select version, name, text, severity, logs, note, at, by_name from workbench_version
    where tenant_id = ${accountId} and draft_id = ${id} order by version desc limit ${limit}`);
  return rows.map(toVersion);
}

export async function selectVersion(tx: Tx, { accountId, id }: Key, version: number): Promise<RuleVersion | undefined> {
  const row = await tx.first(sql<VersionRow>`
    select version, name, text, severity, logs, note, at, by_name from workbench_version
    where tenant_id = ${accountId} and draft_id = ${id} and version = ${version}`);
  return row && toVersion(row);
}

export async function insertTry(tx: Tx, { accountId, id }: Key, found: RuleTry, kept: number): Promise<void> {
  await tx.run(sql`
    insert into workbench_try (tenant_id, draft_id, id, version, kind, at, by_name, result)
    values (${accountId}, ${id}, ${found.id}, ${found.version}, ${found.on}, ${found.at}, ${found.by}, ${JSON.stringify(found)}::jsonb)`);
  // The look at what was stored is what a version came into force by: it stays.
  await tx.run(sql`
    delete from workbench_try where tenant_id = ${accountId} and draft_id = ${id} and kind <> 'stored' and id not in (
      select id from workbench_try where tenant_id = ${accountId} and draft_id = ${id} and kind <> 'stored' order by at desc, id desc limit ${kept})`);
}

/** The newest first. */
export async function selectTries(tx: Tx, { accountId, id }: Key, limit: number): Promise<RuleTry[]> {
  const rows = await tx.rows(sql<{ result: RuleTry }>`
    select result from workbench_try where tenant_id = ${accountId} and draft_id = ${id} order by at desc, id desc limit ${limit}`);
  return rows.map(({ result }) => result);
}

export async function wasTriedOnStored(tx: Tx, { accountId, id }: Key, version: number): Promise<boolean> {
  const row = await tx.first(sql<{ id: string }>`
    select id from workbench_try where tenant_id = ${accountId} and draft_id = ${id} and version = ${version} and kind = 'stored' limit 1`);
  return row !== undefined;
}

export async function insertStep(
  tx: Tx,
  { accountId, id }: Key,
  step: Omit<RuleStep, 'at'> & { readonly id: string; readonly at: Date },
): Promise<void> {
  await tx.run(sql`
    insert into workbench_step (tenant_id, draft_id, id, step, version, at, by_name, reason, targets)
    values (${accountId}, ${id}, ${step.id}, ${step.step}, ${step.version}, ${step.at}, ${step.by}, ${step.reason},
      ${JSON.stringify(step.targets)}::jsonb)`);
}

/** The newest first. */
export async function selectSteps(tx: Tx, { accountId, id }: Key, limit: number): Promise<RuleStep[]> {
  const rows = await tx.rows(sql<Omit<RuleStep, 'at' | 'by'> & { at: Date; by_name: string }>`
    select step, version, at, by_name, reason, targets from workbench_step
    where tenant_id = ${accountId} and draft_id = ${id} order by at desc, id desc limit ${limit}`);
  return rows.map(({ at, by_name, ...row }) => ({ ...row, at: at.toISOString(), by: by_name }));
}
