import { severities, severityOfId, type ZabbixHost, type ZabbixItem } from '@sakimori/contract';
import type { Platform } from '../platform/index.ts';
import {
  type AccountFigures,
  selectAccountFigures,
  selectAlertFigures,
  selectDeskFigures,
  selectHostFigures,
  selectMailFigures,
} from './store.ts';

/** Accounts with figures of their own; those beyond are one, so that no number of customers can drown a monitoring server. */
const accountsMax = 500;
const hostsMax = 10_000;
const mailStates = ['waiting', 'failed', 'bounced'];

type Labels = Readonly<Record<string, string>>;

/** Prometheus' text format 0.0.4: a help and a type for each name, then its samples. */
class Exposition {
  readonly #lines: string[] = [];

  gauge(name: string, help: string, samples: readonly (readonly [Labels, number])[]): void {
    this.#lines.push(`# HELP sakimori_${name} ${help}`, `# TYPE sakimori_${name} gauge`);
    for (const [labels, value] of samples) this.#lines.push(`sakimori_${name}${write(labels)} ${value}`);
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

function write(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, quote and line feed mean something; other control characters have no place in a label. */
const escapeLabel = (value: string): string =>
  value
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')
    .replace(/\p{Cc}/gu, '');

/** All figures for a Prometheus server. No name of a person or host, no address, and a number of series that is bounded. */
export async function readMetrics({ database, clock }: Platform): Promise<string> {
  const now = clock.now();
  const found = await database.asProvider(async (tx) => ({
    accounts: await selectAccountFigures(tx, now),
    alerts: await selectAlertFigures(tx),
    mails: await selectMailFigures(tx),
    desk: await selectDeskFigures(tx),
  }));
  const accounts = foldAccounts(found.accounts);
  const labelOf = new Map(found.accounts.map(({ id }, index) => [id, accounts[Math.min(index, accountsMax)]!.name]));
  const of = (pick: (figures: AccountFigures) => number) =>
    accounts.map((figures) => [{ account: figures.name }, pick(figures)] as const);
  const out = new Exposition();
  out.gauge('up', 'The manager answers and reaches its database.', [[{}, 1]]);
  out.gauge(
    'hosts',
    'Hosts by account and state.',
    accounts.flatMap(({ name, connected, silent }) => [
      [{ account: name, state: 'connected' }, connected] as const,
      [{ account: name, state: 'silent' }, silent] as const,
    ]),
  );
  out.gauge(
    'heartbeat_age_seconds',
    'Seconds since the connected host that has been quiet longest was heard.',
    accounts
      .filter(({ oldest_heard_at }) => oldest_heard_at !== null)
      .map(
        ({ name, oldest_heard_at }) =>
          [{ account: name }, (now.getTime() - oldest_heard_at!.getTime()) / 1000] as const,
      ),
  );
  out.gauge(
    'spool_pending',
    'Detections that wait on hosts for the manager.',
    of((each) => each.spool_pending),
  );
  out.gauge(
    'maintenance_active',
    'Maintenance that runs.',
    of((each) => each.maintenance),
  );
  out.gauge('alerts_open', 'Alerts that are not closed.', foldAlerts(found.alerts, labelOf));
  out.gauge(
    'mail_outbox',
    'Letters that are not sent.',
    mailStates.map((state) => [{ state }, found.mails.find((row) => row.state === state)?.count ?? 0] as const),
  );
  out.gauge('contact_runs', 'Contact flows under way.', [[{}, found.desk.runs]]);
  out.gauge('contact_calls_waiting', 'Calls of contact flows that nobody has made yet.', [[{}, found.desk.calls]]);
  out.gauge('manager_outage', '1 while the manager itself hears nobody.', [[{}, found.desk.outages > 0 ? 1 : 0]]);
  return out.text;
}

/** The accounts beyond the bound as one without a name, which no account has. */
function foldAccounts(rows: readonly AccountFigures[]): AccountFigures[] {
  const [shown, rest] = [rows.slice(0, accountsMax), rows.slice(accountsMax)];
  if (rest.length === 0) return shown;
  const sum = (pick: (row: AccountFigures) => number) => rest.reduce((total, row) => total + pick(row), 0);
  const heard = rest.flatMap(({ oldest_heard_at }) => oldest_heard_at?.getTime() ?? []);
  return [
    ...shown,
    {
      ...{ id: '', name: '', connected: sum((row) => row.connected), silent: sum((row) => row.silent) },
      ...{ spool_pending: sum((row) => row.spool_pending), maintenance: sum((row) => row.maintenance) },
      oldest_heard_at: heard.length === 0 ? null : new Date(heard.reduce((a, b) => Math.min(a, b))),
    },
  ];
}

function foldAlerts(
  rows: readonly { tenant_id: string; severity: number; count: number }[],
  labelOf: ReadonlyMap<string, string>,
): (readonly [Labels, number])[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { tenant_id, severity, count } of rows) {
    const account = labelOf.get(tenant_id) ?? '';
    const bySeverity = counts.get(account) ?? new Map<string, number>();
    counts.set(account, bySeverity);
    const word = severityOfId(severity);
    bySeverity.set(word, (bySeverity.get(word) ?? 0) + count);
  }
  return [...new Set(labelOf.values())].flatMap((account) =>
    severities.slice(1).map((severity) => [{ account, severity }, counts.get(account)?.get(severity) ?? 0] as const),
  );
}

/** Hosts for Zabbix' low-level discovery. */
export async function discoverHosts({ database }: Platform): Promise<ZabbixHost[]> {
  const rows = await database.asProvider((tx) => selectHostFigures(tx, hostsMax));
  return rows.map((row) => ({
    '{#HOSTID}': row.id,
    '{#HOSTNAME}': row.name,
    '{#ACCOUNTID}': row.account_id,
    '{#ACCOUNT}': row.account_name,
  }));
}

/** Values of the items that a template makes for each discovered host. */
export async function readItems({ database, clock }: Platform): Promise<ZabbixItem[]> {
  const nowMs = clock.now().getTime();
  const rows = await database.asProvider((tx) => selectHostFigures(tx, hostsMax));
  return rows.map((row) => ({
    hostId: row.id,
    connected: row.silent ? 0 : 1,
    ...(row.last_seen_at ? { heartbeatAge: Math.round((nowMs - row.last_seen_at.getTime()) / 1000) } : {}),
    spoolPending: row.spool_pending,
    openAlerts: row.alerts,
  }));
}
