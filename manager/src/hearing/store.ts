import type { CellPlaces, HearingAnswers, HearingVersion } from '@sakimori/contract';
import { providerTenant } from '../audit/index.ts';
import { sql, type Tx } from '../platform/index.ts';

export type SheetRow = {
  tenant_id: string;
  id: string;
  customer_name: string;
  definition: string;
  created_at: Date;
  created_by: string;
};
const sheetColumns = sql.raw('tenant_id, id, customer_name, definition, created_at, created_by');
export const sheetsMax = 1000;

export type SheetFilter = {
  readonly id?: string | undefined;
  readonly accountId?: string | undefined;
  /** Of a customer without an account. */
  readonly customerName?: string | undefined;
};

export function selectSheets(tx: Tx, filter: SheetFilter): Promise<SheetRow[]> {
  return tx.rows(sql<SheetRow>`
    select ${sheetColumns} from hearing_sheet where true
      ${filter.id === undefined ? sql`` : sql`and id = ${filter.id}`}
      ${filter.accountId === undefined ? sql`` : sql`and tenant_id = ${filter.accountId}`}
      ${filter.customerName === undefined ? sql`` : sql`and tenant_id = ${providerTenant} and customer_name = ${filter.customerName}`}
    order by created_at desc, id desc limit ${sheetsMax}`);
}

/** Locks the sheet, so that versions follow each other. */
export function lockSheet(tx: Tx, id: string): Promise<SheetRow | undefined> {
  return tx.first(sql<SheetRow>`select ${sheetColumns} from hearing_sheet where id = ${id} for update`);
}

export async function insertSheet(tx: Tx, row: SheetRow): Promise<void> {
  await tx.run(sql`
    insert into hearing_sheet (tenant_id, id, customer_name, definition, created_at, created_by)
    values (${row.tenant_id}, ${row.id}, ${row.customer_name}, ${row.definition}, ${row.created_at}, ${row.created_by})`);
}

/** Files and versions go with it. */
export async function moveSheet(tx: Tx, id: string, accountId: string): Promise<number> {
  return tx.run(
    sql`update hearing_sheet set tenant_id = ${accountId} where id = ${id} and tenant_id = ${providerTenant}`,
  );
}

export type VersionRow = {
  tenant_id: string;
  hearing_id: string;
  number: number;
  state: HearingVersion['state'];
  source: HearingVersion['source'];
  answers: HearingAnswers;
  places: CellPlaces;
  sha256: string | null;
  created_at: Date;
  created_by: string;
  applied_at: Date | null;
  applied_by: string | null;
  file_name: string | null;
  file_bytes: number | null;
  uploaded_at: Date | null;
  uploaded_by: string | null;
};
export type VersionHeadRow = Omit<VersionRow, 'answers' | 'places'>;
const headColumns =
  sql.raw(`v.tenant_id, v.hearing_id, v.number, v.state, v.source, v.sha256, v.created_at, v.created_by, v.applied_at, v.applied_by,
  f.name as file_name, octet_length(f.content) as file_bytes, f.uploaded_at, f.uploaded_by`);
const versions = sql.raw(`hearing_version v left join hearing_file f
  on f.tenant_id = v.tenant_id and f.hearing_id = v.hearing_id and f.sha256 = v.sha256`);

export const versionsMax = 500;

export function selectHeads(tx: Tx, hearingIds: readonly string[]): Promise<VersionHeadRow[]> {
  return tx.rows(sql<VersionHeadRow>`
    select ${headColumns} from ${versions} where v.hearing_id = any(${hearingIds}::uuid[]) order by v.number desc`);
}

export function selectVersion(
  tx: Tx,
  hearingId: string,
  which: { readonly number: number } | { readonly sha256: string } | 'newest' | 'applied',
): Promise<VersionRow | undefined> {
  const wanted =
    which === 'newest'
      ? sql``
      : which === 'applied'
        ? sql`and v.applied_at is not null`
        : 'number' in which
          ? sql`and v.number = ${which.number}`
          : sql`and v.sha256 = ${which.sha256}`;
  const order = which === 'applied' ? sql`v.applied_at desc, v.number desc` : sql`v.number desc`;
  return tx.first(sql<VersionRow>`
    select ${headColumns}, v.answers, v.places from ${versions} where v.hearing_id = ${hearingId} ${wanted} order by ${order} limit 1`);
}

export async function insertVersion(
  tx: Tx,
  row: Pick<
    VersionRow,
    | 'tenant_id'
    | 'hearing_id'
    | 'number'
    | 'state'
    | 'source'
    | 'answers'
    | 'places'
    | 'sha256'
    | 'created_at'
    | 'created_by'
  >,
): Promise<void> {
  await tx.run(sql`
    insert into hearing_version (tenant_id, hearing_id, number, state, source, answers, places, sha256, created_at, created_by)
    values (${row.tenant_id}, ${row.hearing_id}, ${row.number}, ${row.state}, ${row.source}, ${JSON.stringify(row.answers)}::jsonb,
      ${JSON.stringify(row.places)}::jsonb, ${row.sha256}, ${row.created_at}, ${row.created_by})`);
}

export async function markApplied(
  tx: Tx,
  key: { readonly hearingId: string; readonly number: number },
  at: Date,
  by: string,
): Promise<void> {
  await tx.run(sql`
    update hearing_version set applied_at = ${at}, applied_by = ${by} where hearing_id = ${key.hearingId} and number = ${key.number}`);
}

export async function insertFile(
  tx: Tx,
  file: {
    readonly tenantId: string;
    readonly hearingId: string;
    readonly sha256: string;
    readonly name: string;
    readonly content: Buffer;
    readonly at: Date;
    readonly by: string;
  },
): Promise<void> {
  await tx.run(sql`
    insert into hearing_file (tenant_id, hearing_id, sha256, name, content, uploaded_at, uploaded_by)
    values (${file.tenantId}, ${file.hearingId}, ${file.sha256}, ${file.name}, ${file.content}, ${file.at}, ${file.by})`);
}

export function selectFile(
  tx: Tx,
  hearingId: string,
  sha256: string,
): Promise<{ name: string; content: Buffer } | undefined> {
  return tx.first(sql<{ name: string; content: Buffer }>`
    select name, content from hearing_file where hearing_id = ${hearingId} and sha256 = ${sha256}`);
}
