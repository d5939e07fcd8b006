import type {
  ModuleStatus,
  UnannouncedChange,
  UpgradeHost,
  UpgradePlan,
  UpgradeSettings,
  VersionChange,
} from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

/** The packages of a build: facts of the task that each host is given. */
export type Target = {
  readonly build: string;
  readonly version: string;
  readonly architecture: string;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
};

export type PlanRow = {
  readonly tenant_id: string;
  readonly account_name: string;
  readonly id: string;
  readonly state: UpgradePlan['state'];
  readonly target: Target;
  readonly settings: UpgradeSettings;
  readonly ring: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly reason: string;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
};

export type HostRow = {
  readonly plan_id: string;
  readonly host_id: string;
  readonly host_name: string;
  readonly ring: number;
  readonly state: UpgradeHost['state'];
  readonly from_version: string;
  readonly now_version: string;
  readonly modules_before: readonly ModuleStatus[] | null;
  readonly modules: readonly ModuleStatus[];
  readonly given_at: Date | null;
  readonly ended_at: Date | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly retired_at: Date | null;
  readonly is_connected: boolean;
  readonly last_seen_at: Date | null;
  readonly task_state: string | null;
  readonly task_detail: string | null;
};

type PlanFilter = {
  readonly accountId?: string | undefined;
  readonly id?: string | undefined;
  readonly running?: boolean;
};

export function selectPlans(tx: Tx, filter: PlanFilter, limit: number): Promise<PlanRow[]> {
  return tx.rows(sql<PlanRow>`
    select p.tenant_id, ac.name as account_name, p.id, p.state, p.target, p.settings, p.ring, p.created_at, p.created_by, p.reason, p.started_at, p.ended_at
    from upgrades_plan p join customers_account ac on ac.tenant_id = p.tenant_id
    where true ${filter.accountId ? sql`and p.tenant_id = ${filter.accountId}` : sql``} ${filter.id ? sql`and p.id = ${filter.id}` : sql``}
      ${filter.running ? sql`and p.state in ('running', 'paused')` : sql``}
    order by p.created_at desc, p.id desc limit ${limit}`);
}

/** As `0.1.0-<digest>` where the host tells its build, else the version alone. */
const saysVersion = sql.raw("coalesce(h.facts ->> 'agentBuild', h.facts ->> 'agentVersion', '')");

export function selectPlanHosts(tx: Tx, planIds: readonly string[]): Promise<HostRow[]> {
  return tx.rows(sql<HostRow>`
    select u.plan_id, u.host_id, h.name as host_name, u.ring, u.state, u.from_version, ${saysVersion} as now_version, u.modules_before, h.modules, u.given_at,
      u.ended_at, u.code, u.detail, h.retired_at, h.retired_at is null and h.silent_since is null and h.last_seen_at is not null as is_connected,
      h.last_seen_at, t.state as task_state, t.detail as task_detail
    from upgrades_host u
    join hosts_host h on h.tenant_id = u.tenant_id and h.id = u.host_id
    left join hosts_task t on t.tenant_id = u.tenant_id and t.id = u.task_id
    where u.plan_id = any(${planIds}) order by u.plan_id, u.ring, h.name, u.host_id`);
}

/** Hosts in service that do not say this build, by name; those that are connected first, so that a canary is one that answers. */
export function selectCandidates(
  tx: Tx,
  accountId: string,
  build: string,
): Promise<{ id: string; name: string; version: string }[]> {
  return tx.rows(sql<{ id: string; name: string; version: string }>`
    select h.id, h.name, ${saysVersion} as version from hosts_host h
    where h.tenant_id = ${accountId} and h.origin = 'agent' and h.retired_at is null and ${saysVersion} <> ${build}
    order by h.silent_since is not null or h.last_seen_at is null, h.name, h.id`);
}

export type NewPlan = Pick<PlanRow, 'id' | 'target' | 'settings' | 'created_at' | 'created_by' | 'reason'>;

/** @returns false where another plan of the account is not over */
export async function insertPlan(
  tx: Tx,
  accountId: string,
  plan: NewPlan,
  hosts: readonly { readonly host_id: string; readonly ring: number; readonly from_version: string }[],
): Promise<boolean> {
  const count = await tx.run(sql`
    insert into upgrades_plan (tenant_id, id, state, target, settings, created_at, created_by, reason)
    values (${accountId}, ${plan.id}, 'draft', ${JSON.stringify(plan.target)}::jsonb, ${JSON.stringify(plan.settings)}::jsonb, ${plan.created_at},
      ${plan.created_by}, ${plan.reason})
    on conflict do nothing`);
  if (count === 0) return false;
  await tx.run(sql`
    insert into upgrades_host (tenant_id, plan_id, host_id, ring, state, from_version)
    select ${accountId}, ${plan.id}, n.host_id, n.ring, 'waiting', n.from_version
    from jsonb_to_recordset(${JSON.stringify(hosts)}::jsonb) as n(host_id uuid, ring integer, from_version text)`);
  return true;
}

export async function changePlan(
  tx: Tx,
  accountId: string,
  id: string,
  change: {
    readonly from: readonly UpgradePlan['state'][];
    readonly to: UpgradePlan['state'];
    readonly at: Date;
    readonly ring?: number;
  },
): Promise<boolean> {
  const isEnd = ['stopped', 'aborted', 'done'].includes(change.to);
  const count = await tx.run(sql`
    update upgrades_plan set state = ${change.to}, started_at = case when ${change.to} = 'running' then coalesce(started_at, ${change.at}) else started_at end,
      ended_at = ${isEnd ? change.at : null}::timestamptz, ring = coalesce(${change.ring ?? null}::integer, ring)
    where tenant_id = ${accountId} and id = ${id} and state = any(${change.from})`);
  return count > 0;
}

/** One at a time looks after a plan. */
export async function lockPlan(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`upgrade:${id}`}))`);
}

export async function giveHost(
  tx: Tx,
  accountId: string,
  planId: string,
  given: {
    readonly hostId: string;
    readonly taskId: string;
    readonly at: Date;
    readonly modules: readonly ModuleStatus[];
  },
): Promise<void> {
  await tx.run(sql`
    update upgrades_host set state = 'upgrading', task_id = ${given.taskId}, given_at = ${given.at}, modules_before = ${JSON.stringify(given.modules)}::jsonb
    where tenant_id = ${accountId} and plan_id = ${planId} and host_id = ${given.hostId}`);
}

export async function endHost(
  tx: Tx,
  accountId: string,
  planId: string,
  ended: {
    readonly hostId: string;
    readonly state: UpgradeHost['state'];
    readonly at: Date;
    readonly code?: string;
    readonly detail?: string;
  },
): Promise<void> {
  await tx.run(sql`
    update upgrades_host set state = ${ended.state}, ended_at = ${ended.at}, code = ${ended.code ?? null}, detail = ${ended.detail ?? null}
    where tenant_id = ${accountId} and plan_id = ${planId} and host_id = ${ended.hostId}`);
}

export type SeenRow = {
  readonly tenant_id: string;
  readonly host_id: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly modules: readonly ModuleStatus[];
  /** Versions by name, of those that were asked for and are installed. */
  readonly packages: Readonly<Record<string, string>>;
};

/** Every host in service with what it says of itself, or what the customer's own manager says of it. */
export const selectSaid = (tx: Tx, packages: readonly string[]): Promise<SeenRow[]> =>
  tx.rows(sql<SeenRow>`
    select h.tenant_id, h.id as host_id, h.facts, h.modules, coalesce((
      select jsonb_object_agg(p ->> 'name', p ->> 'version') from jsonb_array_elements(i.inventory -> 'packages') p where p ->> 'name' = any(${packages})
    ), '{}') as packages
    from hosts_host h left join inventory_current i on i.tenant_id = h.tenant_id and i.host_id = h.id
    where h.retired_at is null and h.last_seen_at is not null and (h.origin = 'agent' or h.facts ? 'versions')`);

export type Said = {
  readonly tenant_id: string;
  readonly host_id: string;
  readonly component: string;
  readonly version: string;
};
export type Changed = Said & { readonly before: string };

/** Keeps what hosts say now. @returns what is another than before; the first time that a host says something is no change */
export async function keepSaid(tx: Tx, said: readonly Said[], at: Date): Promise<Changed[]> {
  return tx.rows(sql<Changed>`
    with now as (
      select * from jsonb_to_recordset(${JSON.stringify(said)}::jsonb) as n(tenant_id uuid, host_id uuid, component text, version text)
    ), before as (
      select n.tenant_id, n.host_id, n.component, n.version, s.version as before from now n
      join upgrades_seen s using (tenant_id, host_id, component) where s.version <> n.version
    ), kept as (
      insert into upgrades_seen (tenant_id, host_id, component, version, seen_at) select tenant_id, host_id, component, version, ${at} from now
      on conflict (tenant_id, host_id, component) do update set version = excluded.version, seen_at = excluded.seen_at
        where upgrades_seen.version <> excluded.version
    )
    select * from before`);
}

export async function insertChanges(
  tx: Tx,
  changes: readonly (Changed & { readonly id: string })[],
  at: Date,
): Promise<void> {
  await tx.run(sql`
    insert into upgrades_change (tenant_id, id, host_id, component, from_version, to_version, seen_at, plan_id)
    select c.tenant_id, c.id, c.host_id, c.component, c.before, c.version, ${at},
      case when c.component = 'agent' then (
        select u.plan_id from upgrades_host u join upgrades_plan p on p.tenant_id = u.tenant_id and p.id = u.plan_id
        where u.tenant_id = c.tenant_id and u.host_id = c.host_id and u.given_at is not null
          and (p.target ->> 'build' = c.version or u.from_version = c.version)
          and u.given_at > ${new Date(at.getTime() - 7 * 86_400_000)} order by u.given_at desc limit 1) end
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
      as c(tenant_id uuid, id uuid, host_id uuid, component text, version text, before text)`);
}

export type ChangeFilter = {
  readonly accountId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly unannounced?: boolean | undefined;
};

export async function selectChanges(tx: Tx, filter: ChangeFilter): Promise<VersionChange[]> {
  type Row = Omit<VersionChange, 'seenAt' | 'planId'> & { seen_at: Date; plan_id: string | null };
  const rows = await tx.rows(sql<Row>`
    select c.id, c.tenant_id as "accountId", ac.name as "accountName", c.host_id as "hostId", h.name as "hostName", c.component, c.from_version as "from",
      c.to_version as "to", c.seen_at, c.plan_id
    from upgrades_change c
    join customers_account ac on ac.tenant_id = c.tenant_id
    join hosts_named h on h.tenant_id = c.tenant_id and h.id = c.host_id
    where true ${filter.accountId ? sql`and c.tenant_id = ${filter.accountId}` : sql``}
      ${filter.from ? sql`and c.seen_at >= ${filter.from}::timestamptz` : sql``} ${filter.to ? sql`and c.seen_at < ${filter.to}::timestamptz` : sql``}
      ${filter.unannounced ? sql`and c.plan_id is null` : sql``}
    order by c.seen_at desc, c.id desc limit 500`);
  return rows.map(({ seen_at, plan_id, ...row }) => ({
    ...row,
    seenAt: seen_at.toISOString(),
    ...(plan_id === null ? {} : { planId: plan_id }),
  }));
}

/** Unannounced changes of a period, those of the same versions together, the newest first; and how many there are (S17). */
export async function unannouncedChanges(
  tx: Tx,
  accountId: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<{ count: number; items: UnannouncedChange[] }> {
  type Row = Omit<UnannouncedChange, 'firstSeenAt'> & { seen_at: Date; all_count: number };
  const rows = await tx.rows(sql<Row>`
    select c.component, c.from_version as "from", c.to_version as "to", min(c.seen_at) as seen_at, count(distinct c.host_id) as "hostCount",
      (array_agg(distinct h.name order by h.name))[1:10] as hosts, count(*) over () as all_count
    from upgrades_change c join hosts_named h on h.tenant_id = c.tenant_id and h.id = c.host_id
    where c.tenant_id = ${accountId} and c.plan_id is null and c.seen_at >= ${from} and c.seen_at < ${to}
    group by c.component, c.from_version, c.to_version
    order by min(c.seen_at) desc, c.component, c.to_version limit 200`);
  return {
    count: rows[0]?.all_count ?? 0,
    items: rows.map(({ seen_at, all_count: _, ...row }) => ({ ...row, firstSeenAt: seen_at.toISOString() })),
  };
}
