/**
 * `npm run schema`: writes `manager/schema.sql`, the schema that the migrations make, read back from PostgreSQL's catalogue. It is for reading
 * and for reviews; nothing loads it. Our own reader rather than pg_dump, so that every supported PostgreSQL gives the same text.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startTestPlatform } from '../test/platform.ts';

export const schemaFile = join(import.meta.dirname, '../manager/schema.sql');

/** Months of detections come and go while the manager runs. */
const passing = "'_[0-9]{4}_[0-9]{2}$'";

const tablesText = `
  select c.oid::integer as oid, c.relname as name, c.relkind = 'v' as is_view, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
    array_to_string(c.reloptions, ', ') as options, pg_get_partkeydef(c.oid) as partitioned,
    case when c.relispartition then (select inhparent::regclass::text from pg_inherits where inhrelid = c.oid) end as parent,
    pg_get_expr(c.relpartbound, c.oid) as bound, case when c.relkind = 'v' then pg_get_viewdef(c.oid, true) end as query
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p', 'v') and c.relname !~ ${passing}
  order by c.relkind = 'v', c.relname`;

const columnsText = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as standard
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`;

/** Not-null constraints are written with their columns (PostgreSQL 18 lists them here too). */
const constraintsText = `
  select pg_get_constraintdef(oid, true) as text from pg_constraint
  where conrelid = $1 and contype in ('p', 'u', 'f', 'c') and conparentid = 0
  order by array_position(array['p', 'u', 'f', 'c']::text[], contype::text), conname`;

const indexesText = `
  select pg_get_indexdef(i.indexrelid) as text from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = $1 and not c.relispartition and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
  order by c.relname`;

const policiesText = `
  select polname as name, (select string_agg(r::regrole::text, ', ' order by r::regrole::text) from unnest(polroles) r) as roles,
    pg_get_expr(polqual, polrelid) as visible, pg_get_expr(polwithcheck, polrelid) as writable, polcmd = '*' as always
  from pg_policy where polrelid = $1 order by polname`;

const triggersText = `
  select pg_get_triggerdef(oid, true) as text from pg_trigger where tgrelid = $1 and not tgisinternal and tgparentid = 0 order by tgname`;

const grantsText = `
  select grantee::regrole::text as role, string_agg(lower(privilege_type), ', ' order by privilege_type) as rights
  from pg_class c, aclexplode(c.relacl) where c.oid = $1 and grantee <> c.relowner group by 1 order by 1`;

const functionsText = `
  select pg_get_functiondef(p.oid) as text, p.oid::regprocedure::text as name,
    (select string_agg(case grantee when 0 then 'public' else grantee::regrole::text end, ', ' order by grantee::regrole::text)
      from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) where grantee <> p.proowner) as callers
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' order by 2`;

type Table = {
  oid: number;
  name: string;
  is_view: boolean;
  secured: boolean;
  forced: boolean;
  options: string | null;
  partitioned: string | null;
  parent: string | null;
  bound: string | null;
  query: string | null;
};
type Column = { name: string; type: string; required: boolean; standard: string | null };
type Policy = { name: string; roles: string; visible: string | null; writable: string | null; always: boolean };

/** @param url a login that may read the catalogue of a migrated database */
export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const rows = async <Row>(text: string, ...values: unknown[]) => (await client.query(text, values)).rows as Row[];
    const functions = await rows<{ text: string; name: string; callers: string | null }>(functionsText);
    const parts = [
      '-- The schema that the migrations make, for reading. Written by `npm run schema`; do not edit.',
      ...functions.map((entry) => `${entry.text.trim()};\n-- callable by: ${entry.callers ?? 'its owner'}`),
    ];
    for (const table of await rows<Table>(tablesText)) parts.push(await describeTable(table, rows));
    return `${parts.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

type Rows = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>;

async function describeTable(table: Table, rows: Rows): Promise<string> {
  const texts = async (query: string) => (await rows<{ text: string }>(query, table.oid)).map((row) => row.text);
  const lines = [table.is_view ? describeView(table) : await createTable(table, rows, await texts(constraintsText))];
  if (!table.parent) for (const text of await texts(indexesText)) lines.push(`${text};`);
  if (table.secured) lines.push(`alter table ${table.name} enable row level security;`);
  if (table.forced) lines.push(`alter table ${table.name} force row level security;`);
  for (const policy of await rows<Policy>(policiesText, table.oid)) lines.push(createPolicy(table.name, policy));
  for (const text of await texts(triggersText)) lines.push(`${text};`);
  for (const { role, rights } of await rows<{ role: string; rights: string }>(grantsText, table.oid))
    lines.push(`grant ${rights} on ${table.name} to ${role};`);
  return lines.join('\n');
}

function describeView({ name, options, query }: Table): string {
  return `create view ${name}${options ? ` with (${options})` : ''} as\n${plainColumns(query!).trimEnd()}`;
}

/** PostgreSQL before 16 writes the table before each column even where there is only one table. */
function plainColumns(query: string): string {
  const [only, ...others] = [...query.matchAll(/\b(?:FROM|JOIN) (\w+)(?: (?!WHERE\b|GROUP\b|ORDER\b)(\w+))?/g)];
  return only && others.length === 0 ? query.replaceAll(`${only[2] ?? only[1]}.`, '') : query;
}

async function createTable(table: Table, rows: Rows, constraints: readonly string[]): Promise<string> {
  if (table.parent) return `create table ${table.name} partition of ${table.parent} ${table.bound};`;
  const columns = (await rows<Column>(columnsText, table.oid)).map(
    ({ name, type, required, standard }) =>
      `${name} ${type}${required ? ' not null' : ''}${standard === null ? '' : ` default ${standard}`}`,
  );
  const partitioned = table.partitioned ? ` partition by ${table.partitioned}` : '';
  return `create table ${table.name} (\n  ${[...columns, ...constraints].join(',\n  ')}\n)${partitioned};`;
}

function createPolicy(table: string, { name, roles, visible, writable, always }: Policy): string {
  const clauses = [visible === null ? '' : ` using (${visible})`, writable === null ? '' : ` with check (${writable})`];
  return `create policy ${name} on ${table}${always ? '' : ' -- for one command'} to ${roles}${clauses.join('')};`;
}

if (import.meta.main) {
  const platform = await startTestPlatform();
  writeFileSync(schemaFile, await dumpSchema(platform.ownerUrl).finally(() => platform.stop()));
}
