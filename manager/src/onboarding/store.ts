import type { KeptFile, OnboardingRecipient, OnboardingStep, Order, StepRecord } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

/** A step as it is kept: whether it is open follows from those before it, its owner from the edition. */
export type StoredStep = Omit<StepRecord, 'state' | 'owner'> & { readonly step: OnboardingStep };

export type CaseRow = {
  tenant_id: string;
  id: string;
  order_number: string;
  order_sha256: string;
  customer_name: string;
  account_name: string;
  order_form: Order;
  steps: StoredStep[];
  state: 'open' | 'started' | 'cancelled';
  version: number;
  created_at: Date;
  created_by: string;
  changed_at: Date;
  changed_by: string;
  issued_at: Date | null;
  started_on: string | null;
  cancel_reason: string | null;
};
const columns =
  sql.raw(`tenant_id, id, order_number, order_sha256, customer_name, account_name, order_form, steps, state, version, created_at, created_by,
  changed_at, changed_by, issued_at, started_on::text, cancel_reason`);

export const casesMax = 10_000;

/** Those that the transaction may see. @param filter `all`: those too that are over */
export function selectCases(
  tx: Tx,
  filter: { readonly id?: string; readonly accountId?: string | undefined; readonly all?: boolean },
): Promise<CaseRow[]> {
  return tx.rows(sql<CaseRow>`
    select ${columns} from onboarding_case where true
      ${filter.id === undefined ? sql`` : sql`and id = ${filter.id}`}
      ${filter.accountId === undefined ? sql`` : sql`and tenant_id = ${filter.accountId}`}
      ${filter.all ? sql`` : sql`and state = 'open'`}
    order by created_at desc, id desc limit ${casesMax}`);
}

/** Locks it, so that two changes follow each other. */
export async function lockCase(tx: Tx, id: string): Promise<CaseRow | undefined> {
  return tx.first(sql<CaseRow>`select ${columns} from onboarding_case where id = ${id} for update`);
}

/** An order that stands already: the same number of the same customer, or the same content. */
export function selectKnown(tx: Tx, order: Order, sum: string): Promise<CaseRow | undefined> {
  return tx.first(sql<CaseRow>`
    select ${columns} from onboarding_case
    where state <> 'cancelled'
      and ((customer_name = ${order.customerName} and lower(order_number) = lower(${order.number})) or order_sha256 = ${sum})
    order by created_at limit 1`);
}

export async function insertCase(tx: Tx, row: CaseRow): Promise<void> {
  await tx.run(sql`
    insert into onboarding_case (tenant_id, id, order_number, order_sha256, customer_name, account_name, order_form, steps, state, version, created_at,
      created_by, changed_at, changed_by)
    values (${row.tenant_id}, ${row.id}, ${row.order_number}, ${row.order_sha256}, ${row.customer_name}, ${row.account_name},
      ${JSON.stringify(row.order_form)}::jsonb, ${JSON.stringify(row.steps)}::jsonb, ${row.state}, ${row.version}, ${row.created_at}, ${row.created_by},
      ${row.changed_at}, ${row.changed_by})`);
}

export async function updateCase(tx: Tx, row: CaseRow): Promise<void> {
  await tx.run(sql`
    update onboarding_case set steps = ${JSON.stringify(row.steps)}::jsonb, state = ${row.state}, version = ${row.version},
      changed_at = ${row.changed_at}, changed_by = ${row.changed_by}, issued_at = ${row.issued_at}, started_on = ${row.started_on}::date,
      cancel_reason = ${row.cancel_reason}
    where tenant_id = ${row.tenant_id} and id = ${row.id}`);
}

type FileRow = {
  id: string;
  kind: KeptFile['kind'];
  name: string;
  sha256: string;
  bytes: number;
  uploaded_at: Date;
  uploaded_by: string;
};
const toFile = (row: FileRow): KeptFile => ({
  ...{ id: row.id, kind: row.kind, name: row.name, bytes: row.bytes, sha256: row.sha256 },
  ...{ uploadedAt: row.uploaded_at.toISOString(), uploadedBy: row.uploaded_by },
});

export const filesMax = 100;

export async function selectFiles(tx: Tx, caseId: string): Promise<KeptFile[]> {
  const rows = await tx.rows(sql<FileRow>`
    select id, kind, name, sha256, octet_length(content) as bytes, uploaded_at, uploaded_by from onboarding_file
    where case_id = ${caseId} order by uploaded_at, id limit ${filesMax}`);
  return rows.map(toFile);
}

export async function selectContent(
  tx: Tx,
  caseId: string,
  id: string,
): Promise<{ file: KeptFile; content: Buffer } | undefined> {
  const row = await tx.first(sql<FileRow & { content: Buffer }>`
    select id, kind, name, sha256, octet_length(content) as bytes, uploaded_at, uploaded_by, content from onboarding_file
    where case_id = ${caseId} and id = ${id}`);
  return row && { file: toFile(row), content: row.content };
}

export async function insertFile(
  tx: Tx,
  { tenant_id, id: caseId }: Pick<CaseRow, 'tenant_id' | 'id'>,
  file: KeptFile,
  content: Uint8Array,
): Promise<void> {
  await tx.run(sql`
    insert into onboarding_file (tenant_id, case_id, id, kind, name, sha256, content, uploaded_at, uploaded_by)
    values (${tenant_id}, ${caseId}, ${file.id}, ${file.kind}, ${file.name}, ${file.sha256}, ${Buffer.from(content)}, ${file.uploadedAt}, ${file.uploadedBy})`);
}

export type AskedRow = {
  tenant_id: string;
  case_id: string;
  contact_id: string;
  mail: string;
  asked_at: Date;
  confirmed_at: Date | null;
  confirmed_how: NonNullable<OnboardingRecipient['confirmedHow']> | null;
};
const asked = sql.raw('tenant_id, case_id, contact_id, mail, asked_at, confirmed_at, confirmed_how');

export const selectAsked = (tx: Tx, caseId: string): Promise<AskedRow[]> =>
  tx.rows(sql<AskedRow>`select ${asked} from onboarding_recipient where case_id = ${caseId} limit 1000`);

/** Asking again makes the link before worthless; a confirmation of another address does not count for this one. */
export async function upsertAsked(
  tx: Tx,
  row: {
    readonly tenantId: string;
    readonly caseId: string;
    readonly contactId: string;
    readonly mail: string;
    readonly secretHash: string;
    readonly at: Date;
  },
): Promise<void> {
  await tx.run(sql`
    insert into onboarding_recipient as r (tenant_id, case_id, contact_id, mail, secret_hash, asked_at)
    values (${row.tenantId}, ${row.caseId}, ${row.contactId}, ${row.mail}, ${row.secretHash}, ${row.at})
    on conflict (tenant_id, case_id, contact_id) do update set mail = excluded.mail, secret_hash = excluded.secret_hash,
      asked_at = excluded.asked_at, confirmed_at = null, confirmed_how = null, recorded_by = null`);
}

export function confirmBySecret(tx: Tx, secretHash: string, at: Date): Promise<AskedRow | undefined> {
  return tx.first(sql<AskedRow>`
    update onboarding_recipient set confirmed_at = coalesce(confirmed_at, ${at}), confirmed_how = coalesce(confirmed_how, 'link')
    where secret_hash = ${secretHash} returning ${asked}`);
}

export function confirmByStaff(
  tx: Tx,
  key: { readonly caseId: string; readonly contactId: string },
  given: { readonly how: string; readonly at: Date; readonly by: string },
): Promise<AskedRow | undefined> {
  return tx.first(sql<AskedRow>`
    update onboarding_recipient set confirmed_at = coalesce(confirmed_at, ${given.at}), confirmed_how = coalesce(confirmed_how, ${given.how}),
      recorded_by = coalesce(recorded_by, ${given.by})
    where case_id = ${key.caseId} and contact_id = ${key.contactId} returning ${asked}`);
}

/** Who was asked before a time, with the address that the contact still has, and has not answered; those first who wait longest. */
export function selectUnconfirmed(
  tx: Tx,
  before: Date,
): Promise<{ tenant_id: string; case_id: string; contact_id: string; name: string; mail: string }[]> {
  return tx.rows(sql<{ tenant_id: string; case_id: string; contact_id: string; name: string; mail: string }>`
    select r.tenant_id, r.case_id, r.contact_id, c.name, c.mail
    from onboarding_recipient r
    join onboarding_case k on k.tenant_id = r.tenant_id and k.id = r.case_id
    join customers_contact c on c.tenant_id = r.tenant_id and c.id = r.contact_id and lower(c.mail) = lower(r.mail)
    where k.state = 'open' and r.confirmed_at is null and r.asked_at <= ${before}
      and not exists (select from work_about w where w.tenant_id = r.tenant_id and w.key = 'recipient:' || r.contact_id || ':' || lower(r.mail))
    order by r.asked_at limit 200`);
}

/** Work about recipients who are no longer to be asked: the contact is gone, has another address, or the use has started. */
export function selectNeedless(tx: Tx): Promise<{ tenant_id: string; key: string }[]> {
  return tx.rows(sql<{ tenant_id: string; key: string }>`
    select w.tenant_id, w.key from work_about w
    where w.kind = 'recipientUnconfirmed' and w.is_open and not exists (
      select from onboarding_recipient r
      join onboarding_case k on k.tenant_id = r.tenant_id and k.id = r.case_id and k.state = 'open'
      join customers_contact c on c.tenant_id = r.tenant_id and c.id = r.contact_id and lower(c.mail) = lower(r.mail)
      where r.tenant_id = w.tenant_id and r.confirmed_at is null and w.key = 'recipient:' || r.contact_id || ':' || lower(r.mail))
    limit 200`);
}
