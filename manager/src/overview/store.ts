import { sql, type Tx } from '../platform/index.ts';

const ofAccount = (accountId: string | undefined) => (accountId ? sql`tenant_id = ${accountId}` : sql`true`);

export function countUnclosed(tx: Tx, accountId: string | undefined): Promise<{ severity: number; count: number }[]> {
  return tx.rows(
    sql<{
      severity: number;
      count: number;
    }>`select severity, count(*) as count from alerts_unclosed where ${ofAccount(accountId)} group by severity order by severity desc`,
  );
}

type HostCounts = { total: number; connected: number; silent: number; drift: number; lacking: number };
export function countHosts(tx: Tx, accountId: string | undefined): Promise<HostCounts> {
  return tx.one(sql<HostCounts>`
    select count(*) as total, count(*) filter (where not silent) as connected, count(*) filter (where silent) as silent,
      count(*) filter (where drift) as drift, count(*) filter (where lacking) as lacking
    from hosts_health where ${ofAccount(accountId)}`);
}

export function detectionsByHour(
  tx: Tx,
  accountId: string | undefined,
  from: Date,
): Promise<{ hour: Date; count: number }[]> {
  return tx.rows(
    sql<{
      hour: Date;
      count: number;
    }>`select hour, sum(count) as count from detections_by_hour where ${ofAccount(accountId)} and hour >= ${from} group by hour`,
  );
}

export function countMails(tx: Tx, accountId: string | undefined): Promise<{ waiting: number; failed: number }> {
  return tx.one(sql<{ waiting: number; failed: number }>`
    select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state in ('failed', 'bounced')) as failed from notices_pending where ${ofAccount(accountId)}`);
}
