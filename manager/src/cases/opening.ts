import { type Actor, caseTitle, dayInJapan, Refusal, severityId } from '@sakimori/contract';
import { alertsOf } from '../alerts/index.ts';
import { note } from '../audit/index.ts';
import { serviceOf } from '../customers/index.ts';
import { startPage } from '../oncall/index.ts';
import { newId, type Tx } from '../platform/index.ts';
import { tellSoc } from './delivery.ts';
import type { CaseDesk } from './desk.ts';
import { recordInCase } from './entries.ts';
import { addAlerts, insertCase, type Loose, lockAccount, selectCaseOfHost, selectLoose, updateCase } from './store.ts';

const dayMs = 86_400_000;
/** Alerts of a host that come while its case is younger than this and not closed belong to it. */
const togetherMs = dayMs;
/** A manager that was off for longer leaves older alerts to people; their mails were sent. */
const lookBackMs = 3 * dayMs;
const alertsMax = 2000;

export const system = { kind: 'system', id: 'system', name: 'system', role: 'provider-admin' } as const;

export type Opening = {
  readonly accountId: string;
  readonly alertIds: readonly string[];
  readonly severity: number;
  readonly title?: string | undefined;
  readonly actor: Actor;
  /** What of the edition it is opened by. */
  readonly by?: { readonly clause: string; readonly edition: string } | undefined;
};

/** Opens a case for alerts that are in none, and calls the first level. @throws Refusal `wrong_state` where one of them is in a case already */
export async function openCase(tx: Tx, desk: CaseDesk, opening: Opening): Promise<{ id: string; number: number }> {
  const { accountId, alertIds, severity, title, actor, by } = opening;
  const { platform } = desk;
  const [id, at] = [newId(platform.clock), platform.clock.now()];
  const number = await insertCase(tx, {
    ...{ accountId, id, title, severity, at, by: actor.name },
    ...{ clause: by?.clause, edition: by?.edition },
  });
  const added = await addAlerts(tx, { accountId, id }, alertIds, at);
  if (added < alertIds.length) throw new Refusal('wrong_state', { what: 'alert', state: 'in_case' });
  const values = { number, alerts: alertIds.length, ...(by ? { clause: by.clause } : {}) };
  await recordInCase(tx, platform, { accountId, id }, { kind: 'opened', values, actor, audience: 'internal' });
  await note(tx, platform.clock, { accountId, actor, action: 'case.opened', target: `case:${id}`, facts: values });
  await tellSoc(tx, desk, { accountId, id }, 'case.opened');
  await startPage(tx, desk, {
    accountId,
    target: `case:${id}`,
    severity,
    facts: await factsOf(tx, number, title, alertIds),
  });
  return { id, number };
}

/** What those who are called are told that it is. */
async function factsOf(tx: Tx, number: number, title: string | undefined, [first]: readonly string[]) {
  const [lead] = first === undefined ? [] : await alertsOf(tx, [first]);
  const named = { number, title, lead };
  return { number, title: caseTitle('en', named), titleJa: caseTitle('ja', named) };
}

/**
 * Gives a case to every alert of an account whose plan, by the edition of the day on which it opened, has them handled by the SOC (S29, S72). An alert of a
 * host whose case is not closed joins it. The transaction must be one as the account.
 * @returns whether there may be more
 */
export async function openForAlerts(tx: Tx, desk: CaseDesk, accountId: string): Promise<boolean> {
  const now = desk.platform.clock.now();
  await lockAccount(tx, accountId);
  const loose = await selectLoose(tx, accountId, new Date(now.getTime() - lookBackMs), alertsMax);
  const days = new Map<string, Opening['by']>();
  for (const day of new Set(loose.map(({ opened_at }) => dayInJapan(opened_at)))) {
    const { edition, plan } = await serviceOf(tx, desk, accountId, day);
    const response = edition.response[plan];
    if (response.handling === 'soc') days.set(day, { clause: response.clause, edition: edition.id });
  }
  const ours = loose.filter(({ opened_at }) => days.has(dayInJapan(opened_at)));
  for (const [hostId, alerts] of Map.groupBy(ours, ({ host_id }) => host_id)) {
    const since = new Date(now.getTime() - togetherMs);
    const standing = await selectCaseOfHost(tx, accountId, hostId, since);
    if (standing) await join(tx, desk, { accountId, ...standing }, alerts);
    else
      await openCase(tx, desk, {
        ...{ accountId, alertIds: alerts.map(({ id }) => id), severity: worstOf(alerts), actor: system },
        by: days.get(dayInJapan(alerts[0]!.opened_at)),
      });
  }
  return loose.length === alertsMax && ours.length > 0;
}

const worstOf = (alerts: readonly { severity: number }[]): number =>
  Math.max(...alerts.map(({ severity }) => severity));

async function join(
  tx: Tx,
  desk: CaseDesk,
  standing: { accountId: string; id: string; number: number; severity: number },
  alerts: readonly Loose[],
): Promise<void> {
  const { platform } = desk;
  const ids = alerts.map(({ id }) => id);
  await addAlerts(tx, standing, ids, platform.clock.now());
  const values = { alerts: ids.length };
  await recordInCase(tx, platform, standing, { kind: 'alerts_added', values, actor: system, audience: 'internal' });
  const severity = worstOf(alerts);
  if (severity > standing.severity) await updateCase(tx, standing, { severity });
  await tellSoc(tx, desk, standing, 'case.alerts_added', { added: ids.length });
}

/** Opens a case by hand. @throws Refusal `not_found`, `wrong_state` */
export async function openByHand(
  tx: Tx,
  desk: CaseDesk,
  actor: Actor,
  given: { readonly accountId: string; readonly alertIds: readonly string[]; readonly title?: string | undefined },
): Promise<string> {
  const alertIds = [...new Set(given.alertIds)];
  await lockAccount(tx, given.accountId);
  const alerts = (await alertsOf(tx, alertIds)).filter(({ accountId }) => accountId === given.accountId);
  if (alerts.length < alertIds.length) throw new Refusal('not_found', { what: 'alert' });
  const severity = Math.max(...alerts.map((alert) => severityId(alert.severity)));
  return (await openCase(tx, desk, { ...given, alertIds, severity, actor })).id;
}
