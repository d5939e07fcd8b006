import type { Language } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type LinkRow = {
  readonly tenant_id: string;
  readonly id: string;
  readonly request_id: string;
  readonly contact_id: string;
  readonly contact_name: string;
  readonly mail: string;
  readonly language: Language;
  readonly state: 'sent' | 'answered' | 'locked' | 'expired' | 'closed';
  readonly sent_at: Date;
  readonly expires_at: Date;
  readonly code_hash: string | null;
  readonly code_sent_at: Date | null;
  readonly code_count: number;
  readonly try_count: number;
  readonly answered_at: Date | null;
};

const columns = sql.raw(
  'tenant_id, id, request_id, contact_id, contact_name, mail, language, state, sent_at, expires_at, code_hash, code_sent_at, code_count, try_count, answered_at',
);

export type NewLink = Pick<
  LinkRow,
  'tenant_id' | 'id' | 'request_id' | 'contact_id' | 'contact_name' | 'mail' | 'language' | 'sent_at' | 'expires_at'
>;

export async function insertLink(tx: Tx, link: NewLink, secretHash: string): Promise<void> {
  await tx.run(sql`
    insert into playbooks_link (tenant_id, id, request_id, contact_id, contact_name, mail, language, secret_hash, state, sent_at, expires_at)
    values (${link.tenant_id}, ${link.id}, ${link.request_id}, ${link.contact_id}, ${link.contact_name}, ${link.mail}, ${link.language}, ${secretHash}, 'sent',
      ${link.sent_at}, ${link.expires_at})`);
}

/** The link of a secret, of whichever account: the transaction is one of the provider's. */
export function selectBySecret(tx: Tx, secretHash: string): Promise<LinkRow | undefined> {
  return tx.first(sql<LinkRow>`select ${columns} from playbooks_link where secret_hash = ${secretHash}`);
}

export function selectLink(tx: Tx, accountId: string, id: string): Promise<LinkRow | undefined> {
  return tx.first(sql<LinkRow>`select ${columns} from playbooks_link where tenant_id = ${accountId} and id = ${id}`);
}

/** In the order in which they were sent. */
export function selectLinks(tx: Tx, requestIds: readonly string[]): Promise<LinkRow[]> {
  return tx.rows(
    sql<LinkRow>`select ${columns} from playbooks_link where request_id = any(${requestIds}) order by sent_at, id`,
  );
}

export async function setCode(tx: Tx, link: LinkRow, codeHash: string, at: Date): Promise<void> {
  await tx.run(sql`
    update playbooks_link set code_hash = ${codeHash}, code_sent_at = ${at}, code_count = code_count + 1
    where tenant_id = ${link.tenant_id} and id = ${link.id}`);
}

/** A code that was not right. */
export async function countTry(tx: Tx, link: LinkRow, triesMax: number): Promise<void> {
  await tx.run(sql`
    update playbooks_link set try_count = try_count + 1, state = case when try_count + 1 >= ${triesMax} then 'locked' else state end
    where tenant_id = ${link.tenant_id} and id = ${link.id} and state = 'sent'`);
}

export async function markLinkAnswered(tx: Tx, link: LinkRow, at: Date): Promise<void> {
  await tx.run(sql`
    update playbooks_link set state = 'answered', answered_at = ${at}, code_hash = null where tenant_id = ${link.tenant_id} and id = ${link.id}`);
}

/** The others answer no more. */
export async function closeLinks(
  tx: Tx,
  accountId: string,
  requestId: string,
  state: 'closed' | 'expired',
): Promise<void> {
  await tx.run(sql`
    update playbooks_link set state = ${state}, code_hash = null where tenant_id = ${accountId} and request_id = ${requestId} and state in ('sent', 'locked')`);
}
