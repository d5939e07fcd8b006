import { sql, type Tx } from '../platform/index.ts';
import type { StoredProof } from './proof.ts';

export type TermRow = {
  id: string;
  valid_from: string;
  valid_to: string;
  note: string | null;
  created_at: string;
  created_by: string;
  proof_name: string | null;
  proof_type: StoredProof['type'] | null;
  proof_sha256: string | null;
  proof_bytes: number | null;
};
export type LicenseRow = {
  tenant_id: string;
  id: string;
  account_name: string;
  product: string;
  vendor: string;
  contract_number: string | null;
  key_hint: string | null;
  seats: number | null;
  used: number;
  gap_since: string | null;
  is_overused: boolean;
  ended_at: Date | null;
  end_reason: string | null;
  terms: TermRow[];
};

export const licensesMax = 10_000;

/** Licenses with their terms. The hosts that use them are those that are enrolled now. */
export function selectLicenses(
  tx: Tx,
  filter: { readonly id?: string; readonly accountId?: string | undefined; readonly retired?: boolean } = {},
): Promise<LicenseRow[]> {
  const { id, accountId, retired } = filter;
  return tx.rows(sql<LicenseRow>`
    select l.tenant_id, l.id, a.name as account_name, l.product, l.vendor, l.contract_number, l.key_hint, l.seats, l.gap_since::text, l.is_overused,
      l.ended_at, l.end_reason, coalesce(h.host_count, 0) as used,
      (select json_agg(json_build_object('id', t.id, 'valid_from', t.valid_from, 'valid_to', t.valid_to, 'note', t.note, 'created_at', t.created_at,
          'created_by', t.created_by, 'proof_name', t.proof_name, 'proof_type', t.proof_type, 'proof_sha256', t.proof_sha256,
          'proof_bytes', octet_length(t.proof)) order by t.valid_from)
        from licenses_term t where t.tenant_id = l.tenant_id and t.license_id = l.id) as terms
    from licenses_license l
    join customers_account a on a.tenant_id = l.tenant_id
    left join hosts_count_by_account h on h.tenant_id = l.tenant_id
    where true
      ${id ? sql`and l.id = ${id}` : sql``}
      ${accountId ? sql`and l.tenant_id = ${accountId}` : sql``}
      ${retired === undefined ? sql`` : retired ? sql`and l.ended_at is not null` : sql`and l.ended_at is null`}
    order by l.product, l.id limit ${licensesMax}`);
}

export const lockLicense = (tx: Tx, id: string): Promise<{ tenant_id: string } | undefined> =>
  tx.first(sql<{ tenant_id: string }>`select tenant_id from licenses_license where id = ${id} for update`);

export async function insertLicense(
  tx: Tx,
  row: {
    readonly accountId: string;
    readonly id: string;
    readonly product: string;
    readonly vendor: string;
    readonly contractNumber: string | undefined;
    readonly sealedKey: string | null;
    readonly keyHint: string | null;
    readonly seats: number | undefined;
    readonly at: Date;
    readonly by: string;
  },
): Promise<void> {
  await tx.run(sql`
    insert into licenses_license (tenant_id, id, product, vendor, contract_number, sealed_key, key_hint, seats, created_at, created_by)
    values (${row.accountId}, ${row.id}, ${row.product}, ${row.vendor}, ${row.contractNumber ?? null}, ${row.sealedKey}, ${row.keyHint},
      ${row.seats ?? null}, ${row.at}, ${row.by})`);
}

type Key = { readonly accountId: string; readonly id: string };

export async function insertTerm(
  tx: Tx,
  { accountId, id: licenseId }: Key,
  term: {
    readonly id: string;
    readonly validFrom: string;
    readonly validTo: string;
    readonly note: string | undefined;
    readonly proof: StoredProof | undefined;
    readonly at: Date;
    readonly by: string;
  },
): Promise<void> {
  const { proof } = term;
  await tx.run(sql`
    insert into licenses_term (tenant_id, id, license_id, valid_from, valid_to, note, created_at, created_by, proof_name, proof_type, proof_sha256, proof)
    values (${accountId}, ${term.id}, ${licenseId}, ${term.validFrom}::date, ${term.validTo}::date, ${term.note ?? null}, ${term.at}, ${term.by},
      ${proof?.name ?? null}, ${proof?.type ?? null}, ${proof?.sha256 ?? null}, ${proof?.content ?? null})`);
}

export async function updateBought(
  tx: Tx,
  { accountId, id }: Key,
  bought: { readonly sealedKey?: string; readonly keyHint?: string; readonly seats?: number | undefined },
): Promise<void> {
  await tx.run(sql`
    update licenses_license set sealed_key = coalesce(${bought.sealedKey ?? null}, sealed_key), key_hint = coalesce(${bought.keyHint ?? null}, key_hint),
      seats = coalesce(${bought.seats ?? null}, seats)
    where tenant_id = ${accountId} and id = ${id}`);
}

export async function markRetired(tx: Tx, { accountId, id }: Key, at: Date, by: string, reason: string): Promise<void> {
  await tx.run(sql`
    update licenses_license set ended_at = ${at}, ended_by = ${by}, end_reason = ${reason}, gap_since = null, is_overused = false
    where tenant_id = ${accountId} and id = ${id}`);
}

/** What will be told of an end, a row for each step; a step that is there already stays as it is. */
export async function insertReminders(
  tx: Tx,
  { accountId, id }: Key,
  validTo: string,
  steps: readonly { readonly days: number; readonly dueAt: Date }[],
): Promise<void> {
  for (const { days, dueAt } of steps)
    await tx.run(sql`
      insert into licenses_reminder (tenant_id, license_id, valid_to, days, due_at, state)
      values (${accountId}, ${id}, ${validTo}::date, ${days}, ${dueAt}, 'waiting') on conflict do nothing`);
}

/** Steps that lie before now and were told to nobody, taken so that no one else tells of them. */
export function takeDueReminders(
  tx: Tx,
  now: Date,
  limit: number,
): Promise<{ tenant_id: string; license_id: string; valid_to: string; days: number }[]> {
  return tx.rows(sql<{ tenant_id: string; license_id: string; valid_to: string; days: number }>`
    select tenant_id, license_id, valid_to::text, days from licenses_reminder
    where state = 'waiting' and due_at <= ${now} order by due_at, license_id limit ${limit} for update skip locked`);
}

export async function settleReminders(
  tx: Tx,
  { accountId, id }: Key,
  which: { readonly days?: readonly number[]; readonly validTo?: string },
  state: 'told' | 'passed' | 'renewed',
  at: Date,
): Promise<void> {
  const { days, validTo } = which;
  await tx.run(sql`
    update licenses_reminder set state = ${state}, settled_at = ${at}
    where tenant_id = ${accountId} and license_id = ${id} and state = 'waiting'
      ${days ? sql`and days = any (${[...days]}::int[])` : sql``} ${validTo ? sql`and valid_to = ${validTo}::date` : sql``}`);
}

export async function updateStanding(
  tx: Tx,
  { accountId, id }: Key,
  to: { readonly gapSince: string | null; readonly isOverused: boolean },
): Promise<void> {
  await tx.run(sql`
    update licenses_license set gap_since = ${to.gapSince}::date, is_overused = ${to.isOverused} where tenant_id = ${accountId} and id = ${id}`);
}

export const selectProof = (
  tx: Tx,
  licenseId: string,
  termId: string,
): Promise<{ proof_name: string; proof_type: StoredProof['type']; proof_sha256: string; proof: Buffer } | undefined> =>
  tx.first(
    sql<{ proof_name: string; proof_type: StoredProof['type']; proof_sha256: string; proof: Buffer }>`
      select proof_name, proof_type, proof_sha256, proof from licenses_term
      where license_id = ${licenseId} and id = ${termId} and proof is not null`,
  );
