import { sql, type Tx } from '../../platform/index.ts';

export type KeyRow = {
  tenant_id: string;
  id: number;
  secret_hash: string;
  name: string;
  description: string | null;
  role_id: number;
  locale: string;
  time_zone: string | null;
  active: boolean;
  created_at: Date;
  expires_at: Date | null;
  unlock_at: Date | null;
  last_used_at: Date | null;
};

/** The key with this secret, whoever's it is: this is how a call finds its account. */
export function selectKeyByHash(tx: Tx, secretHash: string): Promise<KeyRow | undefined> {
  return tx.first(sql<KeyRow>`select * from workloadapi_key where secret_hash = ${secretHash}`);
}

export function selectKeys(tx: Tx, accountId: string): Promise<KeyRow[]> {
  return tx.rows(sql<KeyRow>`select * from workloadapi_key where tenant_id = ${accountId} order by id limit 10000`);
}

export function selectKey(tx: Tx, accountId: string, id: number): Promise<KeyRow | undefined> {
  return tx.first(sql<KeyRow>`select * from workloadapi_key where tenant_id = ${accountId} and id = ${id}`);
}

/** The key for whoever changes it: nobody else does until this transaction ends, or a lock and a renewal could undo each other. */
export function holdKey(tx: Tx, accountId: string, id: number): Promise<KeyRow | undefined> {
  return tx.first(
    sql<KeyRow>`select * from workloadapi_key where tenant_id = ${accountId} and id = ${id} for no key update`,
  );
}

export async function insertKey(tx: Tx, key: KeyRow): Promise<void> {
  await tx.run(sql`
    insert into workloadapi_key (tenant_id, id, secret_hash, name, description, role_id, locale, time_zone, active, created_at, expires_at, unlock_at, last_used_at)
    values (${key.tenant_id}, ${key.id}, ${key.secret_hash}, ${key.name}, ${key.description}, ${key.role_id}, ${key.locale}, ${key.time_zone}, ${key.active},
      ${key.created_at}, ${key.expires_at}, ${key.unlock_at}, ${key.last_used_at})`);
}

export async function updateKey(tx: Tx, key: KeyRow): Promise<void> {
  await tx.run(sql`
    update workloadapi_key set secret_hash = ${key.secret_hash}, name = ${key.name}, description = ${key.description}, role_id = ${key.role_id}, locale = ${key.locale},
      time_zone = ${key.time_zone}, active = ${key.active}, expires_at = ${key.expires_at}, unlock_at = ${key.unlock_at}
    where tenant_id = ${key.tenant_id} and id = ${key.id}`);
}

export async function deleteKey(tx: Tx, accountId: string, id: number): Promise<boolean> {
  return (await tx.run(sql`delete from workloadapi_key where tenant_id = ${accountId} and id = ${id}`)) > 0;
}

export async function touchKey(tx: Tx, accountId: string, id: number, at: Date): Promise<void> {
  await tx.run(sql`update workloadapi_key set last_used_at = ${at} where tenant_id = ${accountId} and id = ${id}`);
}

export async function countKeysOfRole(tx: Tx, accountId: string, roleId: number): Promise<number> {
  const { count } = await tx.one(
    sql<{ count: number }>`select count(*) from workloadapi_key where tenant_id = ${accountId} and role_id = ${roleId}`,
  );
  return count;
}
