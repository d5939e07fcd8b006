import { Refusal, type Report, severityOfId } from '@sakimori/contract';
import { type Period, type PeriodKind, periodOf } from '../calendar/index.ts';
import { incidentsOfPeriod } from '../cases/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { containmentOfPeriod } from '../playbooks/index.ts';
import { brandOf } from '../provider/index.ts';
import { compare, toFigures, toFormer } from './figures.ts';
import { reporterFor, toReporter } from './reporter.ts';
import {
  type AlertRow,
  type HostRow,
  selectAccount,
  selectAlerts,
  selectFormer,
  selectHosts,
  selectProviderName,
  selectSums,
} from './store.ts';
import { sourcesOf } from './wiring.ts';

/** How many alerts a report lists; it counts them all. */
const alertsMax = 1000;

export type ReportRequest = {
  readonly accountId: string;
  readonly kind: PeriodKind;
  /** `2026-W47` or `2026-11`, as `kind` asks. */
  readonly period: string;
  /** Compose although the period is not over: the figures are those so far. */
  readonly early: boolean;
};

/**
 * The report of a period as a value. It is read as the account, so that no other account's row can be in it, and stores nothing.
 * Composed again without new detections it has the same figures; `settings` are those of the moment.
 * @throws Refusal `period_invalid`, `period_not_over`, `not_found`
 */
export async function composeReport(platform: Platform, request: ReportRequest): Promise<Report> {
  const { accountId } = request;
  const period = periodOfKind(request.kind, request.period);
  const composedAt = platform.clock.now();
  if (composedAt < period.to && !request.early)
    throw new Refusal('period_not_over', { period: period.period, end: `${period.days.at(-1)} 24:00 JST` });
  const settingsName = await platform.database.asProvider(selectProviderName);
  const reporter = await reporterFor(platform, { accountId, kind: period.kind, day: period.days.at(-1)! });
  return platform.database.as(accountId, async (tx) => {
    const account = await selectAccount(tx, accountId);
    if (!account) throw new Refusal('not_found', { what: 'account' });
    const brand = reporter.soc ? reporter.soc.brand : await brandOf(tx, accountId);
    const { termsOf, unannouncedOf } = sourcesOf(platform);
    const terms = await termsOf?.(tx, accountId, period.days.at(-1)!);
    const unannounced = period.kind === 'monthly' ? await unannouncedOf?.(tx, accountId, period) : undefined;
    const hosts = await selectHosts(tx, accountId);
    const before = periodsBefore(period).filter(({ to }) => account.created_at < to);
    const former = toFormer(before, await selectFormer(tx, accountId, before));
    const previous = former.at(-1);
    return {
      kind: period.kind,
      period: period.period,
      from: period.from.toISOString(),
      to: period.to.toISOString(),
      accountId,
      accountName: account.name,
      customerName: account.customer_name,
      providerName: brand?.profile.nameJa ?? reporter.soc?.name ?? settingsName ?? 'Sakimori',
      ...(brand ? { provider: { brandId: brand.brandId, version: brand.version, profile: brand.profile } } : {}),
      reporter: toReporter(reporter),
      ...(terms ? { terms } : {}),
      composedAt: composedAt.toISOString(),
      ...toFigures(period, await selectSums(tx, accountId, period), hosts),
      former,
      ...(previous ? { previousTotal: previous.total } : {}),
      ...(await readAlerts(tx, accountId, period)),
      ...(unannounced ? { unannounced } : {}),
      ...(period.kind === 'monthly' ? await readIncidents(tx, accountId, period) : {}),
      ...(period.kind === 'monthly' ? await readContained(tx, accountId, period) : {}),
      settings: toSettings(hosts),
    };
  });
}

/** How many periods before a report compares with (S80). */
const formerMax = 4;

/** The earliest first. */
function periodsBefore(period: Period): Period[] {
  const before: Period[] = [];
  for (let { previous } = period; before.length < formerMax; previous = before[0]!.previous)
    before.unshift(periodOf(previous));
  return before;
}

/** How many incidents a report lists; it counts them all. */
const incidentsMax = 200;

/** What the SOC worked in the period: what was detected, when, and what was done (S88). Absent where there was none. */
async function readIncidents(tx: Tx, accountId: string, period: Period): Promise<Pick<Report, 'incidents'>> {
  const incidents = await incidentsOfPeriod(tx, accountId, period, incidentsMax);
  return incidents.count > 0 ? { incidents } : {};
}

/** How many measures a report lists; it counts them all. */
const containedMax = 200;

/** What was done to hosts about attacks in the period, or declined, each with the customer's word (S73). Absent where there was none. */
async function readContained(tx: Tx, accountId: string, period: Period): Promise<Pick<Report, 'contained'>> {
  const found = (await containmentOfPeriod(tx, accountId, period)).flatMap((one) =>
    one.consent ? [{ ...one, consent: one.consent }] : [],
  );
  if (found.length === 0) return {};
  const items = found
    .slice(0, containedMax)
    .map(({ number, hostName, playbook, source, state, consent, ...times }) => ({
      ...{ number, hostName, playbook, state, way: consent.way, consentBy: consent.by, consentAt: consent.at },
      at: times.startedAt?.toISOString() ?? consent.at,
      ...(source === undefined ? {} : { source }),
      ...(times.endedAt ? { endedAt: times.endedAt.toISOString() } : {}),
    }));
  return { contained: { count: found.length, items } };
}

function periodOfKind(kind: PeriodKind, name: string): Period {
  const period = periodOf(name);
  if (period.kind !== kind)
    throw new Refusal('period_invalid', { expected: kind === 'weekly' ? '2026-W47' : '2026-11' });
  return period;
}

async function readAlerts(
  tx: Tx,
  accountId: string,
  period: Period,
): Promise<Pick<Report, 'alerts' | 'alertsByState'>> {
  const rows = await selectAlerts(tx, accountId, period, alertsMax);
  const [first] = rows;
  const all = first?.all_count ?? 0;
  const open = first?.open_count ?? 0;
  const acknowledged = first?.acknowledged_count ?? 0;
  return { alertsByState: { open, acknowledged, closed: all - open - acknowledged }, alerts: rows.map(toAlert) };
}

function toAlert(row: AlertRow): Report['alerts'][number] {
  return {
    number: row.number,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    ...(row.rule_name_ja ? { ruleNameJa: row.rule_name_ja } : {}),
    title: row.title,
    ...(row.subject ? { subject: row.subject } : {}),
    ...(row.file ? { file: row.file } : {}),
    hostName: row.host_name,
    module: row.module as Report['alerts'][number]['module'],
    kind: row.kind,
    severity: severityOfId(row.severity),
    openedAt: row.opened_at.toISOString(),
    ...(row.closed_at ? { closedAt: row.closed_at.toISOString() } : {}),
    state: row.state,
    ...(row.closing ? { closing: row.closing } : {}),
    detectionCount: row.detection_count,
  };
}

function toSettings(hosts: readonly HostRow[]): Report['settings'] {
  const applied = hosts.filter((host) => host.policy_name !== null && host.applied_version !== null);
  const byPolicy = Map.groupBy(applied, (host) => JSON.stringify([host.policy_name, host.applied_version]));
  const policies = [...byPolicy.values()].map((of) => ({
    name: of[0]!.policy_name!,
    version: of[0]!.applied_version!,
    latestVersion: of[0]!.latest_version!,
    hosts: of.map((host) => host.name),
  }));
  return {
    policies: policies.sort((a, b) => compare(a.name, b.name) || b.version - a.version),
    hostsWithoutPolicy: hosts.filter((host) => !applied.includes(host)).map((host) => host.name),
    hosts: hosts.map((host) => ({
      name: host.name,
      os: host.os ?? '',
      modules: Object.fromEntries(host.modules.map(({ module, state }) => [module, state])),
      liveness: host.silent ? 'silent' : 'connected',
      ...integrityOf(host),
    })),
  };
}

/** What stands beside the state of integrity monitoring: what is left out of it, and from which record changes are told. */
function integrityOf({ modules }: HostRow): Pick<Report['settings']['hosts'][number], 'mountsSkipped' | 'baseline'> {
  const status = modules.find(({ module }) => module === 'integrity');
  const facts = status?.causes?.find(({ code }) => code === 'integrity_mounts_skipped')?.facts;
  const { version, recordedAt } = status?.baseline ?? {};
  return {
    ...(facts
      ? { mountsSkipped: { count: Number(facts['count'] ?? 1), list: String(facts['list'] ?? facts['example'] ?? '') } }
      : {}),
    ...(version && recordedAt ? { baseline: { version, recordedAt } } : {}),
  };
}
