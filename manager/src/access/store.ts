import type { Language, Role } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type PersonRow = {
  id: string;
  name: string;
  mail: string;
  role: Role;
  account_id: string | null;
  soc_id: string | null;
  language: Language;
  password_hash: string | null;
  totp_sealed: string | null;
  totp_pending: string | null;
  totp_last_step: number | null;
  created_at: Date;
  disabled_at: Date | null;
};
const personColumns = sql.raw(
  [
    'id',
    'name',
    'mail',
    'role',
    'account_id',
    'soc_id',
    'language',
    'password_hash',
    'totp_sealed',
    'totp_pending',
    'totp_last_step',
    'created_at',
    'disabled_at',
  ]
    .map((column) => `p.${column}`)
    .join(', '),
);

export const peopleMax = 10_000;
export const keysMax = 1000;

/** SQLSTATE 23503: the row points at another that is not there. Here that can only be an account. */
export const isMissingAccount = (error: unknown): boolean => (error as { code?: string } | undefined)?.code === '23503';

export function selectPeople(tx: Tx): Promise<PersonRow[]> {
  return tx.rows(
    sql<PersonRow>`select ${personColumns} from access_person p order by p.disabled_at is not null, p.name, p.id limit ${peopleMax}`,
  );
}

export function countPeople(tx: Tx): Promise<{ count: number }> {
  return tx.one(sql<{ count: number }>`select count(*) as count from access_person`);
}

/** Only people whose access is open can be found by their address. */
export function selectPersonByMail(tx: Tx, mail: string): Promise<PersonRow | undefined> {
  return tx.first(
    sql<PersonRow>`select ${personColumns} from access_person p where lower(p.mail) = lower(${mail}) and p.disabled_at is null`,
  );
}

/** The person, held against changes until the transaction ends. */
export function lockPerson(tx: Tx, id: string): Promise<PersonRow | undefined> {
  return tx.first(
    sql<PersonRow>`select ${personColumns} from access_person p where p.id = ${id} and p.disabled_at is null for update`,
  );
}

/** Everybody who can administer the provider, oldest first, held until the transaction ends. */
export function lockAdmins(tx: Tx): Promise<PersonRow[]> {
  return tx.rows(
    sql<PersonRow>`select ${personColumns} from access_person p where p.role = 'provider-admin' and p.disabled_at is null order by p.created_at, p.id for update`,
  );
}

/** Keeps a second process from doing the same until this transaction ends. */
export async function lockFirstAdmin(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('access first admin'))`);
}

export type NewPerson = Pick<
  PersonRow,
  'id' | 'name' | 'mail' | 'role' | 'account_id' | 'soc_id' | 'language' | 'created_at'
>;

export async function insertPerson(tx: Tx, person: NewPerson): Promise<PersonRow> {
  return tx.one(sql<PersonRow>`
    insert into access_person as p (id, name, mail, role, account_id, soc_id, language, created_at)
    values (${person.id}, ${person.name}, ${person.mail}, ${person.role}, ${person.account_id}, ${person.soc_id}, ${person.language}, ${person.created_at})
    returning ${personColumns}`);
}

export function updatePassword(tx: Tx, id: string, hash: string): Promise<PersonRow> {
  return tx.one(
    sql<PersonRow>`update access_person p set password_hash = ${hash} where p.id = ${id} returning ${personColumns}`,
  );
}

export function updateLanguage(tx: Tx, id: string, language: Language): Promise<PersonRow> {
  return tx.one(
    sql<PersonRow>`update access_person p set language = ${language} where p.id = ${id} returning ${personColumns}`,
  );
}

export async function updatePendingTotp(tx: Tx, id: string, sealed: string): Promise<void> {
  await tx.run(sql`update access_person set totp_pending = ${sealed} where id = ${id}`);
}

/** The pending key becomes the one that counts; the code that proved it is used up. */
export function confirmPendingTotp(tx: Tx, id: string, step: number): Promise<PersonRow> {
  return tx.one(sql<PersonRow>`
    update access_person p set totp_sealed = p.totp_pending, totp_pending = null, totp_last_step = ${step}
    where p.id = ${id} returning ${personColumns}`);
}

export function clearTotp(tx: Tx, id: string): Promise<PersonRow> {
  return tx.one(sql<PersonRow>`
    update access_person p set totp_sealed = null, totp_pending = null, totp_last_step = null
    where p.id = ${id} returning ${personColumns}`);
}

/** @returns false where a code of this step or a later one was taken before */
export async function useTotpStep(tx: Tx, id: string, step: number): Promise<boolean> {
  return (
    (await tx.run(
      sql`update access_person set totp_last_step = ${step} where id = ${id} and (totp_last_step is null or totp_last_step < ${step})`,
    )) === 1
  );
}

export async function disablePersonRow(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update access_person set disabled_at = ${at} where id = ${id}`);
}

export type SessionRow = { token_hash: string; started_by: 'password' | 'link'; last_seen_at: Date };

export async function insertSession(
  tx: Tx,
  session: { tokenHash: string; personId: string; startedBy: 'password' | 'link'; at: Date },
): Promise<void> {
  await tx.run(sql`
    insert into access_session (token_hash, person_id, started_by, started_at, last_seen_at)
    values (${session.tokenHash}, ${session.personId}, ${session.startedBy}, ${session.at}, ${session.at})`);
}

export function selectSession(
  tx: Tx,
  tokenHash: string,
  since: { readonly started: Date; readonly seen: Date },
): Promise<(PersonRow & SessionRow) | undefined> {
  return tx.first(sql<PersonRow & SessionRow>`
    select ${personColumns}, s.token_hash, s.started_by, s.last_seen_at
    from access_session s join access_person p on p.id = s.person_id
    where s.token_hash = ${tokenHash} and s.started_at > ${since.started} and s.last_seen_at > ${since.seen} and p.disabled_at is null`);
}

export async function touchSession(tx: Tx, tokenHash: string, at: Date): Promise<void> {
  await tx.run(sql`update access_session set last_seen_at = ${at} where token_hash = ${tokenHash}`);
}

export function deleteSession(tx: Tx, tokenHash: string): Promise<number> {
  return tx.run(sql`delete from access_session where token_hash = ${tokenHash}`);
}

/** Ends the sessions of a person, all or all but one; the one that stays counts as begun with a password from now on. */
export async function deleteSessions(tx: Tx, personId: string, keepTokenHash?: string): Promise<number> {
  if (keepTokenHash)
    await tx.run(sql`update access_session set started_by = 'password' where token_hash = ${keepTokenHash}`);
  return tx.run(
    sql`delete from access_session where person_id = ${personId} and token_hash is distinct from ${keepTokenHash ?? null}::text`,
  );
}

export async function insertLink(
  tx: Tx,
  link: { secretHash: string; personId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into access_link (secret_hash, person_id, created_at, expires_at)
    values (${link.secretHash}, ${link.personId}, ${link.createdAt}, ${link.expiresAt})`);
}

export async function revokeLinks(tx: Tx, personId: string, at: Date): Promise<void> {
  await tx.run(
    sql`update access_link set revoked_at = ${at} where person_id = ${personId} and used_at is null and revoked_at is null`,
  );
}

export type LinkRow = { person_id: string; expires_at: Date; used_at: Date | null; revoked_at: Date | null };

/** The link, held so that two who redeem it at once are told apart. */
export function lockLink(tx: Tx, secretHash: string): Promise<LinkRow | undefined> {
  return tx.first(
    sql<LinkRow>`select person_id, expires_at, used_at, revoked_at from access_link where secret_hash = ${secretHash} for update`,
  );
}

export async function markLinkUsed(tx: Tx, secretHash: string, at: Date): Promise<void> {
  await tx.run(sql`update access_link set used_at = ${at} where secret_hash = ${secretHash}`);
}

/** Counts one try; a window that began before `windowStart` is over and a new one begins. */
export function countAttempt(
  tx: Tx,
  bucket: string,
  now: Date,
  windowStart: Date,
): Promise<{ count: number; started_at: Date }> {
  return tx.one(sql<{ count: number; started_at: Date }>`
    insert into access_attempt as a (bucket, started_at, count) values (${bucket}, ${now}, 1)
    on conflict (bucket) do update set
      count = case when a.started_at <= ${windowStart} then 1 else a.count + 1 end,
      started_at = case when a.started_at <= ${windowStart} then ${now} else a.started_at end
    returning a.count, a.started_at`);
}

export async function clearAttempts(tx: Tx, bucket: string): Promise<void> {
  await tx.run(sql`delete from access_attempt where bucket = ${bucket}`);
}

/** Forgets what can serve nobody any more. */
export async function deleteSpent(
  tx: Tx,
  before: { readonly started: Date; readonly seen: Date; readonly links: Date; readonly attempts: Date },
): Promise<void> {
  await tx.run(sql`delete from access_session where started_at <= ${before.started} or last_seen_at <= ${before.seen}`);
  await tx.run(sql`delete from access_link where expires_at <= ${before.links}`);
  await tx.run(sql`delete from access_attempt where started_at <= ${before.attempts}`);
}

export type KeyRow = {
  id: string;
  name: string;
  role: Role;
  account_id: string | null;
  soc_id: string | null;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
};
const keyColumns = sql.raw('id, name, role, account_id, soc_id, created_at, expires_at, last_used_at');

export function selectKeys(tx: Tx): Promise<KeyRow[]> {
  return tx.rows(
    sql<KeyRow>`select ${keyColumns} from access_key where revoked_at is null order by created_at desc, id desc limit ${keysMax}`,
  );
}

export function countKeys(tx: Tx): Promise<{ count: number }> {
  return tx.one(sql<{ count: number }>`select count(*) as count from access_key where revoked_at is null`);
}

export function insertKey(
  tx: Tx,
  key: Omit<KeyRow, 'last_used_at'> & { secret_hash: string; created_by: string },
): Promise<KeyRow> {
  return tx.one(sql<KeyRow>`
    insert into access_key (id, name, secret_hash, role, account_id, soc_id, created_at, created_by, expires_at)
    values (${key.id}, ${key.name}, ${key.secret_hash}, ${key.role}, ${key.account_id}, ${key.soc_id}, ${key.created_at}, ${key.created_by}, ${key.expires_at})
    returning ${keyColumns}`);
}

export function selectKeyBySecret(tx: Tx, secretHash: string, now: Date): Promise<KeyRow | undefined> {
  return tx.first(sql<KeyRow>`
    select ${keyColumns} from access_key
    where secret_hash = ${secretHash} and revoked_at is null and (expires_at is null or expires_at > ${now})`);
}

export async function touchKey(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update access_key set last_used_at = ${at} where id = ${id}`);
}

export function revokeKeyRow(tx: Tx, id: string, at: Date): Promise<KeyRow | undefined> {
  return tx.first(
    sql<KeyRow>`update access_key set revoked_at = ${at} where id = ${id} and revoked_at is null returning ${keyColumns}`,
  );
}

/** Ends earlier keys that the system made for the same purpose. */
export async function revokeSystemKeys(
  tx: Tx,
  key: { name: string; role: Role; accountId: string | null; createdBy: string; at: Date },
): Promise<void> {
  await tx.run(sql`
    update access_key set revoked_at = ${key.at}
    where name = ${key.name} and role = ${key.role} and account_id is not distinct from ${key.accountId}::uuid
      and created_by = ${key.createdBy} and revoked_at is null`);
}
