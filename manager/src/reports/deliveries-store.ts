import type { DeliveryWay, Language, ReportSettings } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type LinkRow = {
  tenant_id: string;
  id: string;
  report_id: string;
  language: Language;
  recipient: string;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  revoked_by: string | null;
  downloads: number;
  last_download_at: Date | null;
};
const linkColumns = sql.raw(
  'tenant_id, id, report_id, language, recipient, created_at, expires_at, revoked_at, revoked_by, downloads, last_download_at',
);

export async function insertLink(
  tx: Tx,
  row: Pick<LinkRow, 'tenant_id' | 'id' | 'report_id' | 'language' | 'recipient' | 'created_at' | 'expires_at'>,
): Promise<void> {
  await tx.run(sql`
    insert into reports_link (tenant_id, id, report_id, language, recipient, created_at, expires_at)
    values (${row.tenant_id}, ${row.id}, ${row.report_id}, ${row.language}, ${row.recipient}, ${row.created_at}, ${row.expires_at})`);
}
/** Of any account, for the secret is all that is known of the caller; the transaction is the provider's. */
export const findLink = (tx: Tx, id: string): Promise<LinkRow | undefined> =>
  tx.first(sql<LinkRow>`select ${linkColumns} from reports_link where id = ${id}`);

export const selectLinks = (tx: Tx, accountId: string, reportId: string): Promise<LinkRow[]> =>
  tx.rows(sql<LinkRow>`
    select ${linkColumns} from reports_link where tenant_id = ${accountId} and report_id = ${reportId} order by created_at, id limit 500`);

export const revokeLink = (
  tx: Tx,
  key: { readonly accountId: string; readonly reportId: string; readonly id: string },
  by: { readonly at: Date; readonly name: string },
): Promise<number> =>
  tx.run(sql`
    update reports_link set revoked_at = coalesce(revoked_at, ${by.at}), revoked_by = coalesce(revoked_by, ${by.name})
    where tenant_id = ${key.accountId} and report_id = ${key.reportId} and id = ${key.id}`);

/** @returns how often it was downloaded */
export async function countDownload(tx: Tx, { tenant_id, id }: LinkRow, at: Date): Promise<number> {
  const { downloads } = await tx.one(sql<{ downloads: number }>`
    update reports_link set downloads = downloads + 1, last_download_at = ${at} where tenant_id = ${tenant_id} and id = ${id} returning downloads`);
  return downloads;
}

export type DeliveryRow = {
  id: string;
  report_id: string;
  recipient: string;
  contact_id: string | null;
  language: Language;
  way: DeliveryWay;
  cause: 'sent' | 'resent' | 'too_large';
  notice_id: string;
  link_id: string | null;
  sha256: string;
  created_at: Date;
  created_by: string;
};
export type FollowedDelivery = DeliveryRow & {
  notice_state: string;
  sent_at: Date | null;
  next_attempt_at: Date | null;
  last_error: string | null;
  /** Of all to one address the last. */
  is_last: boolean;
};
const deliveryColumns = sql.raw(
  'd.id, d.report_id, d.recipient, d.contact_id, d.language, d.way, d.cause, d.notice_id, d.link_id, d.sha256, d.created_at, d.created_by',
);

export async function insertDelivery(tx: Tx, accountId: string, row: DeliveryRow): Promise<void> {
  await tx.run(sql`
    insert into reports_delivery (tenant_id, id, report_id, recipient, contact_id, language, way, cause, notice_id, link_id, sha256, created_at, created_by)
    values (${accountId}, ${row.id}, ${row.report_id}, ${row.recipient}, ${row.contact_id}, ${row.language}, ${row.way}, ${row.cause}, ${row.notice_id},
      ${row.link_id}, ${row.sha256}, ${row.created_at}, ${row.created_by})`);
}

/** With what became of each letter. */
export const selectDeliveries = (tx: Tx, accountId: string, reportId: string): Promise<FollowedDelivery[]> =>
  tx.rows(sql<FollowedDelivery>`
    select ${deliveryColumns}, n.state as notice_state, n.sent_at, n.next_attempt_at, n.last_error,
      row_number() over (partition by coalesce(d.contact_id::text, lower(d.recipient)) order by d.created_at desc, d.id desc) = 1 as is_last
    from reports_delivery d join notices_notice n on n.tenant_id = d.tenant_id and n.id = d.notice_id
    where d.tenant_id = ${accountId} and d.report_id = ${reportId} order by d.created_at, d.id limit 500`);

export const selectDelivery = (
  tx: Tx,
  accountId: string,
  by: { readonly id: string } | { readonly noticeId: string },
): Promise<DeliveryRow | undefined> =>
  tx.first(sql<DeliveryRow>`
    select ${deliveryColumns} from reports_delivery d
    where d.tenant_id = ${accountId} ${'id' in by ? sql`and d.id = ${by.id}` : sql`and d.notice_id = ${by.noticeId}`}`);

const usual: ReportSettings = { signatures: 1, delivery: 'attached', linkDays: 14 };

/** What was agreed with the customer, or what is usual. */
export async function selectSettings(tx: Tx, accountId: string): Promise<ReportSettings> {
  const row = await tx.first(sql<{ signatures: number; delivery: DeliveryWay; link_days: number }>`
    select signatures, delivery, link_days from reports_setting where tenant_id = ${accountId}`);
  return row ? { signatures: row.signatures, delivery: row.delivery, linkDays: row.link_days } : usual;
}

export async function saveSettings(
  tx: Tx,
  accountId: string,
  { signatures, delivery, linkDays }: ReportSettings,
  by: { readonly at: Date; readonly name: string },
): Promise<void> {
  await tx.run(sql`
    insert into reports_setting (tenant_id, signatures, delivery, link_days, updated_at, updated_by)
    values (${accountId}, ${signatures}, ${delivery}, ${linkDays}, ${by.at}, ${by.name})
    on conflict (tenant_id) do update set signatures = excluded.signatures, delivery = excluded.delivery, link_days = excluded.link_days,
      updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
}
