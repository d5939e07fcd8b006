import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { sql } from '@sakimori/manager/platform/index';
import pg from 'pg';
import { startTestPlatform, type TestPlatform } from './platform.ts';

/** What keeps accounts apart is held by the database; these laws ask its catalogue, so that no migration can forget it. */

/** Relations without a tenant that the tenant's role may read all the same, and why. */
const openToTenants: Readonly<Record<string, string>> = {
  notices_identity: 'the provider’s name and signature, as they stand below every mail',
  provider_brand: 'the standard brand and the account’s own; policies of its own hide the others',
  provider_brand_version: 'the standard brand and the account’s own; policies of its own hide the others',
};
/** Views that read with their owner's rights, and why. */
const ownersViews: Readonly<Record<string, string>> = {
  notices_identity: 'shows two fields of the provider’s settings; the settings themselves stay closed to tenants',
};

let platform: TestPlatform;
let owner: pg.Client;
before(async () => {
  platform = await startTestPlatform();
  owner = new pg.Client({ connectionString: platform.ownerUrl });
  await owner.connect();
});
after(async () => {
  await owner.end();
  await platform.stop();
});

async function ask<Row extends Record<string, unknown>>(text: string, ...values: unknown[]): Promise<Row[]> {
  return (await owner.query<Row>(text, values)).rows;
}
async function askNames(text: string): Promise<string[]> {
  return (await ask<{ name: string }>(text)).map((row) => row.name);
}

/** Our tables and views; partitions are reached through their table and looked at on their own. */
const relations = `
  select c.oid, c.relname as name, c.relkind, c.relacl, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relispartition,
    exists (select from pg_attribute where attrelid = c.oid and attname = 'tenant_id' and not attisdropped) as has_tenant
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')`;
const tenantTables = `(select * from (${relations}) r where has_tenant and relkind in ('r', 'p') and not relispartition)`;

test('the catalogue has the tables of tenants that these laws are about', async () => {
  const names = await askNames(`select name from ${tenantTables} t order by 1`);
  for (const name of ['alerts_alert', 'audit_entry', 'detections_detection', 'hosts_host'])
    assert.ok(names.includes(name));
});

test('S41, in part: every table of tenants is under forced row-level security', async () => {
  const bare = await askNames(`select name from ${tenantTables} t where not relrowsecurity or not relforcerowsecurity`);
  assert.deepEqual(bare, [], 'call platform_protect in the migration');
});

test('S41, in part: every table of tenants has the two policies and no other', async () => {
  const rows = await ask<{ name: string; policies: string }>(`
    select t.name, coalesce(string_agg(format('%s to %s: %s / %s', polname, (select string_agg(r::regrole::text, ',') from unnest(polroles) r),
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)), '; ' order by polname), 'none') as policies
    from ${tenantTables} t left join pg_policy on polrelid = t.oid group by t.name order by t.name`);
  const own = `(tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)`;
  const expected = `provider to sakimori_provider: true / true; tenant to sakimori_tenant: ${own} / ${own}`;
  for (const { name, policies } of rows) assert.equal(policies, expected, name);
});

test('tenant_id leads the primary key of every table of tenants', async () => {
  const others = await askNames(`
    select t.name from ${tenantTables} t
    left join pg_index i on i.indrelid = t.oid and i.indisprimary
    left join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
    where a.attname is distinct from 'tenant_id'`);
  assert.deepEqual(others, []);
});

test('S41, in part: foreign keys between tables of tenants carry the tenant', async () => {
  const loose = await askNames(`
    select conname as name from pg_constraint k
    join pg_attribute mine on mine.attrelid = k.conrelid and mine.attname = 'tenant_id'
    join pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attname = 'tenant_id'
    where k.contype = 'f' and not exists (
      select from unnest(k.conkey, k.confkey) as pair (here, there) where here = mine.attnum and there = theirs.attnum)`);
  assert.deepEqual(loose, []);
});

test('the serving login owns nothing and has no right of its own', async () => {
  const owned = await askNames(`select relname::text as name from pg_class where relowner = 'sakimori_serve'::regrole
    union all select proname::text from pg_proc where proowner = 'sakimori_serve'::regrole
    union all select nspname::text from pg_namespace where nspowner = 'sakimori_serve'::regrole`);
  assert.deepEqual(owned, []);
  const granted = await askNames(`
    select relname::text as name from pg_class, aclexplode(relacl) where grantee = 'sakimori_serve'::regrole
    union all select attname::text from pg_attribute, aclexplode(attacl) where grantee = 'sakimori_serve'::regrole
    union all select proname::text from pg_proc, aclexplode(proacl) where grantee = 'sakimori_serve'::regrole
    union all select nspname::text from pg_namespace, aclexplode(nspacl) where grantee = 'sakimori_serve'::regrole`);
  assert.deepEqual(granted, []);
});

test('no role of the running processes is privileged or bypasses the policies', async () => {
  const roles =
    await ask(`select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolinherit from pg_roles
    where rolname in ('sakimori_tenant', 'sakimori_provider', 'sakimori_serve', 'sakimori_jobs') order by rolname`);
  const plain = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false };
  assert.deepEqual(roles, [
    { rolname: 'sakimori_jobs', ...plain, rolcanlogin: true, rolinherit: false },
    { rolname: 'sakimori_provider', ...plain, rolcanlogin: false, rolinherit: true },
    { rolname: 'sakimori_serve', ...plain, rolcanlogin: true, rolinherit: false },
    { rolname: 'sakimori_tenant', ...plain, rolcanlogin: false, rolinherit: true },
  ]);
  const members = await ask(`select member::regrole::text as member, roleid::regrole::text as role from pg_auth_members
    where member in ('sakimori_serve'::regrole, 'sakimori_jobs'::regrole, 'sakimori_tenant'::regrole, 'sakimori_provider'::regrole) order by 1, 2`);
  assert.deepEqual(members, [
    { member: 'sakimori_serve', role: 'sakimori_provider' },
    { member: 'sakimori_serve', role: 'sakimori_tenant' },
  ]);
});

test('S41, in part: the serving login sees no row before it has taken a role', async () => {
  const serve = new pg.Client({ connectionString: platform.serveUrl });
  await serve.connect();
  try {
    for (const name of await askNames(`select name from (${relations}) r where not relispartition`))
      await assert.rejects(serve.query(`select 1 from ${name} limit 1`), { code: '42501' }, name);
  } finally {
    await serve.end();
  }
});

test('S41, in part: the tenant’s role has no right on what belongs to no tenant', async () => {
  const open = await askNames(`select distinct name from (${relations}) r, aclexplode(relacl)
    where grantee in ('sakimori_tenant'::regrole, 0) and not has_tenant order by name`);
  assert.deepEqual(open, Object.keys(openToTenants));
});

test('S41, in part: the tenant’s role cannot empty or reshape a table', async () => {
  const rights = await ask(`select name, privilege_type from (${relations}) r, aclexplode(relacl)
    where grantee in ('sakimori_tenant'::regrole, 'sakimori_provider'::regrole, 0)
      and privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')`);
  assert.deepEqual(rights, []);
});

test('views read with the reader’s rights', async () => {
  const others = await askNames(`select name from (${relations}) r
    where relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false) order by name`);
  assert.deepEqual(others, Object.keys(ownersViews));
});

test('S41, in part: partitions are reached through their table alone', async () => {
  const granted = await askNames(`select distinct name from (${relations}) r, aclexplode(relacl)
    where relispartition and grantee <> relowner`);
  assert.deepEqual(granted, []);
});

test('functions that act with their owner’s rights are closed to the public and fix their search path', async () => {
  const loose = await askNames(`
    select oid::regprocedure::text as name from pg_proc p
    where prosecdef and pronamespace in ('public'::regnamespace, 'sakimori_jobs'::regnamespace)
      and (not exists (select from unnest(proconfig) setting where setting like 'search_path=pg_catalog%')
        or exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0))`);
  assert.deepEqual(loose, []);
});

test('the audit cannot be changed, removed or emptied, even by its owner', async () => {
  await owner.query(`insert into audit_entry (tenant_id, id, at, actor_kind, actor_id, actor_name, action, target, facts)
    values (gen_random_uuid(), gen_random_uuid(), now(), 'system', 'x', 'x', 'x', 'x', '{}')`);
  const refusal = { message: 'the audit is append-only' };
  await assert.rejects(owner.query(`update audit_entry set action = 'y'`), refusal);
  await assert.rejects(owner.query('delete from audit_entry'), refusal);
  await assert.rejects(owner.query('truncate audit_entry'), refusal);
  for (const statement of [sql`update audit_entry set action = 'y'`, sql`delete from audit_entry`])
    await assert.rejects(
      platform.database.asProvider((tx) => tx.run(statement)),
      { code: '42501' },
    );
  assert.deepEqual(await ask('select action from audit_entry'), [{ action: 'x' }]);
});
