import { Refusal, type Report, severityOfId } from '@sakimori/contract';
import { type Period, type PeriodKind, periodOf } from '../calendar/index.ts';
import { incidentsOfPeriod } from '../cases/index.ts';
import { contactsFor } from '../customers/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { containmentOfPeriod } from '../playbooks/index.ts';
import { brandOf } from '../provider/index.ts';
import { toFigures, toFormer } from './figures.ts';
import { readInquiries } from './inquiries.ts';
import { reporterFor, toReporter } from './reporter.ts';
import { readSettings, toSettings } from './settings.ts';
import {
  type AlertRow,
  type HostRow,
  selectAccount,
  selectAlerts,
  selectFormer,
  selectHosts,
  selectProviderName,
  selectSettings,
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
 * Composed again without new detections it has the same figures, and a month has the settings that were kept at its end; where none were, and of a week, they are those of the moment.
 * @throws Refusal `period_invalid`, `period_not_over`, `not_found`
 */
export async function composeReport(platform: Platform, request: ReportRequest): Promise<Report> {
  const { accountId } = request;
  const period = periodOfKind(request.kind, request.period);
  const composedAt = platform.clock.now();
  if (composedAt < period.to && !request.early)
    throw new Refusal('period_not_over', { period: period.period, end: `${period.days.at(-1)} 24:00 JST` });
  const moment = period.kind === 'monthly' ? await readSettings(platform, accountId) : undefined;
  const settingsName = await platform.database.asProvider(selectProviderName);
  const reporter = await reporterFor(platform, { accountId, kind: period.kind, day: period.days.at(-1)! });
  return platform.database.as(accountId, async (tx) => {
    const account = await selectAccount(tx, accountId);
    if (!account) throw new Refusal('not_found', { what: 'account' });
    const brand = reporter.soc ? reporter.soc.brand : await brandOf(tx, accountId);
    const { termsOf, unannouncedOf } = sourcesOf(platform);
    const terms = await termsOf?.(tx, accountId, period.days.at(-1)!);
    const unannounced = period.kind === 'monthly' ? await unannouncedOf?.(tx, accountId, period) : undefined;
    const kept = period.kind === 'monthly' ? await selectSettings(tx, accountId, period.period) : undefined;
    const { settings, hosts } = kept ?? moment ?? ofHosts(await selectHosts(tx, accountId));
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
      ...(period.kind === 'monthly' ? { addressees: await addresseesOf(tx) } : {}),
      ...(terms ? { terms } : {}),
      composedAt: composedAt.toISOString(),
      ...toFigures(period, called(await selectSums(tx, accountId, period), kept?.hosts ?? []), hosts),
      former,
      ...(previous ? { previousTotal: previous.total } : {}),
      ...(await readAlerts(tx, accountId, period, kept?.hosts ?? [])),
      ...(unannounced ? { unannounced } : {}),
      ...(period.kind === 'monthly' ? await readIncidents(tx, accountId, period) : {}),
      ...(period.kind === 'monthly' ? await readContained(tx, accountId, period) : {}),
      ...(period.kind === 'monthly' ? await readInquiries(platform, tx, accountId, period) : {}),
      settings,
    };
  });
}

/** How many contacts a cover names. */
const addresseesMax = 20;

const addresseesOf = async (tx: Tx): Promise<Report['addressees']> =>
  (await contactsFor(tx, 'monthly'))
    .slice(0, addresseesMax)
    .map(({ name, reading }) => ({ name, ...(reading ? { reading } : {}) }));

const ofHosts = (hosts: readonly HostRow[]) => ({ settings: toSettings(hosts), hosts });

type Named = readonly { readonly id: string; readonly name: string }[];
/** Hosts by the names that they had at the end of the month, whatever they are called when the report is composed again. */
function called<Row extends { host_id: string | null; host_name: string | null }>(rows: Row[], hosts: Named): Row[] {
  const names = new Map(hosts.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({ ...row, host_name: names.get(row.host_id ?? '') ?? row.host_name }));
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
  hosts: Named,
): Promise<Pick<Report, 'alerts' | 'alertsByState'>> {
  const rows = called(await selectAlerts(tx, accountId, period, alertsMax), hosts);
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
