import { sql, type Tx } from '../platform/index.ts';

export type AccountFigures = {
  id: string;
  name: string;
  connected: number;
  silent: number;
  /** Seconds since the connected host that has been quiet longest was heard; null where none is connected. */
  oldest_heard_at: Date | null;
  spool_pending: number;
  maintenance: number;
};

/** One row an account, the largest first: whoever shows fewer shows what matters most. */
export function selectAccountFigures(tx: Tx, now: Date): Promise<AccountFigures[]> {
  return tx.rows(sql<AccountFigures>`
    select a.tenant_id as id, a.name, count(h.id) filter (where h.silent_since is null) as connected, count(h.id) filter (where h.silent_since is not null) as silent,
      min(h.last_seen_at) filter (where h.silent_since is null) as oldest_heard_at, coalesce(sum(h.spool_pending), 0)::bigint as spool_pending,
      (select count(distinct t.window_id) from maintenance_running t where t.tenant_id = a.tenant_id and t.starts_at <= ${now} and t.ends_at > ${now}) as maintenance
    from customers_account a left join hosts_heard h on h.tenant_id = a.tenant_id
    group by a.tenant_id, a.name order by count(h.id) desc, a.name, a.tenant_id`);
}

export type AlertFigures = { tenant_id: string; severity: number; count: number };

export function selectAlertFigures(tx: Tx): Promise<AlertFigures[]> {
  return tx.rows(sql<AlertFigures>`
    select tenant_id, severity, count(*) as count from alerts_unclosed group by tenant_id, severity order by tenant_id, severity`);
}

export function selectMailFigures(tx: Tx): Promise<{ state: string; count: number }[]> {
  return tx.rows(sql<{ state: string; count: number }>`
    select state, count(*) as count from notices_pending group by state order by state`);
}

export type DeskFigures = { runs: number; calls: number; outages: number };

export function selectDeskFigures(tx: Tx): Promise<DeskFigures> {
  return tx.one(sql<DeskFigures>`
    select (select count(*) from flows_run where state = 'running') as runs,
      (select count(*) from flows_try where kind = 'phone' and state = 'waiting') as calls,
      (select count(*) from liveness_outage where ended_at is null) as outages`);
}

export type HostFigures = {
  id: string;
  name: string;
  account_id: string;
  account_name: string;
  last_seen_at: Date | null;
  silent: boolean;
  spool_pending: number;
  alerts: number;
};

export function selectHostFigures(tx: Tx, limit: number): Promise<HostFigures[]> {
  return tx.rows(sql<HostFigures>`
    select h.id, h.name, h.tenant_id as account_id, a.name as account_name, h.last_seen_at, h.silent_since is not null as silent, h.spool_pending,
      (select count(*) from alerts_unclosed u where u.tenant_id = h.tenant_id and u.host_id = h.id) as alerts
    from hosts_heard h join customers_account a on a.tenant_id = h.tenant_id
    order by a.name, h.name, h.id limit ${limit}`);
}
