import { type FlowStep, phrase } from '@sakimori/contract';
import { isOpen } from '@sakimori/contract/calendar/index';
import { calendarFor } from '../calendar/index.ts';
import { contactById, type Desk, editionSource } from '../customers/index.ts';
import { tell } from '../notices/index.ts';
import { announce, enqueue, newId, newSecret, sha256, type Tx } from '../platform/index.ts';
import { raiseWork, settleWork } from '../work/index.ts';
import { callWebhook } from './jobs.ts';
import {
  endRun,
  insertRun,
  insertTry,
  leaveUnanswered,
  lockRun,
  moveRun,
  type RunRow,
  selectDueRuns,
  selectRuns,
  selectSettled,
  selectTries,
  selectUnbegun,
  selectUnreached,
} from './store.ts';

/** A link of a mail answers for so long. */
const linkMs = 24 * 3_600_000;

export type FlowParts = Desk & { readonly publicUrl: () => string };

/** Begins flows for new silences, makes the tries that are due, and ends those whose host is back (S46). @returns how many runs moved */
export async function advanceFlows(parts: FlowParts): Promise<number> {
  const { database, clock, log } = parts.platform;
  const unbegun = await database.asProvider((tx) => selectUnbegun(tx));
  for (const { tenant_id: accountId, alert_id: alertId, host_id: hostId, steps } of unbegun)
    await database.as(accountId, (tx) =>
      insertRun(tx, { accountId, id: newId(clock), alertId, hostId, at: clock.now(), steps }),
    );
  const due = await database.asProvider((tx) => selectDueRuns(tx, clock.now()));
  for (const { tenant_id: accountId, id } of due)
    await database
      .as(accountId, (tx) => advance(tx, parts, accountId, id))
      .catch((error: Error) =>
        log.error({ runId: id, err: error.message }, 'a contact flow could not go on; it tries again'),
      );
  await followSilences(parts);
  return due.length;
}

/** Where nobody is named to be reached, the provider's people are; and nobody works on a silence that is over. */
async function followSilences(parts: FlowParts): Promise<void> {
  const { database, clock } = parts.platform;
  const unreached = await database.asProvider((tx) => selectUnreached(tx));
  for (const { tenant_id: accountId, alert_id: alertId, host_name: host, cause } of unreached)
    await database.as(accountId, (tx) =>
      raiseWork(tx, parts, {
        ...{ accountId, kind: 'hostSilent', key: `host-silent:${alertId}`, isOnce: true, target: `alert:${alertId}` },
        ...{ facts: { host, cause }, dueAt: clock.now() },
      }),
    );
  const settled = await database.asProvider((tx) => selectSettled(tx));
  for (const { tenant_id: accountId, key } of settled)
    await database.as(accountId, (tx) => settleWork(tx, parts, { accountId, key, evidence: 'the alert is closed' }));
}

async function advance(tx: Tx, parts: FlowParts, accountId: string, runId: string): Promise<void> {
  const { clock } = parts.platform;
  if (!(await lockRun(tx, accountId, runId))) return;
  const [run] = await selectRuns(tx, { accountId, runId });
  if (!run) return;
  const now = clock.now();
  if (run.alert_state === 'closed') {
    await settleCalls(tx, parts, accountId, runId);
    await endRun(tx, accountId, runId, { state: 'recovered', at: now, by: 'system' });
    await tellRecovery(tx, parts, run);
  } else {
    await settleCalls(tx, parts, accountId, runId);
    await leaveUnanswered(tx, accountId, runId);
    await tryNext(tx, parts, run, now);
  }
  await announce(tx, { topic: 'alert', accountId, id: run.alert_id });
}

/** A call is work of the provider's people until it is made, or need not be made any more. */
export const callKey = (tryId: string): string => `contact-call:${tryId}`;

/** Calls of a run that nobody made are work no longer. */
export async function settleCalls(tx: Tx, desk: Desk, accountId: string, runId: string): Promise<void> {
  const tries = await selectTries(tx, [runId]);
  for (const { id } of tries.filter(({ kind, state }) => kind === 'phone' && state === 'waiting'))
    await settleWork(tx, desk, { accountId, key: callKey(id), evidence: 'contact flow', state: 'cancelled' });
}

/** The next step that its hours allow. What they do not allow is on record, too. */
async function tryNext(tx: Tx, parts: FlowParts, run: RunRow, now: Date): Promise<void> {
  const isBusiness = await isBusinessTime(tx, parts, run, now);
  let [step, attempt] = [run.step, run.attempt];
  for (;;) {
    const next = run.steps[step];
    if (!next) return giveUp(tx, parts, run, now);
    const isHour = next.hours === 'any' || (next.hours === 'business') === isBusiness;
    if (isHour && (await make(tx, parts, run, next, { step, attempt, now }))) {
      const isLast = attempt + 1 >= next.tries;
      return moveRun(tx, run.tenant_id, run.id, {
        ...(isLast ? { step: step + 1, attempt: 0 } : { step, attempt: attempt + 1 }),
        dueAt: new Date(now.getTime() + next.waitMinutes * 60_000),
      });
    }
    if (!isHour)
      await insertTry(tx, { ...tryOf(parts, run, next, { step, attempt, now }), state: 'skipped', note: next.hours });
    [step, attempt] = [step + 1, 0];
  }
}

/** Nobody of those who were named has answered: now it is for the provider's people to decide. */
async function giveUp(tx: Tx, parts: FlowParts, run: RunRow, now: Date): Promise<void> {
  await endRun(tx, run.tenant_id, run.id, { state: 'exhausted', at: now, by: 'system' });
  await raiseWork(tx, parts, {
    ...{
      accountId: run.tenant_id,
      kind: 'contactsUnanswered',
      key: `contact-flow:${run.id}`,
      target: `alert:${run.alert_id}`,
    },
    facts: { host: run.host_name },
    dueAt: now,
  });
}

async function isBusinessTime(tx: Tx, parts: FlowParts, run: RunRow, now: Date): Promise<boolean> {
  if (run.steps.every(({ hours }) => hours === 'any')) return true;
  const day = now.toTemporalInstant().toZonedDateTimeISO('Asia/Tokyo').toPlainDate().toString();
  return isOpen(await calendarFor(tx, editionSource(parts.editions), run.tenant_id, { day }), now.toTemporalInstant());
}

type Place = { readonly step: number; readonly attempt: number; readonly now: Date };

const tryOf = ({ platform }: FlowParts, run: RunRow, step: FlowStep, { step: index, attempt, now }: Place) => ({
  ...{
    tenant_id: run.tenant_id,
    id: newId(platform.clock),
    run_id: run.id,
    at: now,
    step: index + 1,
    attempt: attempt + 1,
  },
  ...{ kind: step.kind, who: step.kind === 'mail' ? '–' : step.name, note: null },
  target: step.kind === 'phone' ? step.phone : step.kind === 'webhook' ? new URL(step.url).host : step.contactId,
});

/** @returns false where it cannot be made, and the next step comes at once */
async function make(tx: Tx, parts: FlowParts, run: RunRow, step: FlowStep, place: Place): Promise<boolean> {
  const made = tryOf(parts, run, step, place);
  if (step.kind === 'phone') {
    await insertTry(tx, { ...made, state: 'waiting' });
    await raiseWork(tx, parts, {
      ...{ accountId: run.tenant_id, kind: 'contactCall', key: callKey(made.id), target: `alert:${run.alert_id}` },
      facts: { host: run.host_name, who: step.name, phone: step.phone },
      dueAt: new Date(place.now.getTime() + step.waitMinutes * 60_000),
    });
    return true;
  }
  if (step.kind === 'webhook') {
    await insertTry(tx, { ...made, state: 'sent' });
    await enqueue(tx, callWebhook, { accountId: run.tenant_id, runId: run.id, tryId: made.id, url: step.url }, made.id);
    return true;
  }
  const contact = await contactById(tx, step.contactId);
  if (!contact || contact.bouncedAt) {
    const note = contact ? 'bounced' : 'removed';
    await insertTry(tx, { ...made, who: contact?.name ?? '–', target: contact?.mail ?? '–', state: 'failed', note });
    return false;
  }
  const secret = newSecret();
  const link = { hash: sha256(secret), expiresAt: new Date(place.now.getTime() + linkMs) };
  await insertTry(tx, { ...made, who: contact.name, target: contact.mail, state: 'sent' }, link);
  const url = `${parts.publicUrl()}/answer#${secret}`;
  await tell(tx, parts.platform, {
    accountId: run.tenant_id,
    kind: 'flow.asked',
    alertId: run.alert_id,
    contacts: [contact],
    compose: (language, from) => ({
      subject: phrase(language, 'mail.flow.subject', { host: run.host_name, number: run.alert_number }),
      text: phrase(language, 'mail.flow.text', {
        ...factsOf(run),
        name: contact.name,
        provider: from.name(language),
        url,
      }),
    }),
  });
  return true;
}

const factsOf = (run: RunRow) => ({
  ...{ customer: run.customer_name, account: run.account_name, host: run.host_name, number: run.alert_number },
});

/** The host is back: whoever was asked by mail hears that nothing is left to do. */
async function tellRecovery(tx: Tx, { platform }: FlowParts, run: RunRow): Promise<void> {
  const tries = await selectTries(tx, [run.id]);
  const asked = new Set(
    tries
      .filter(({ kind, state }) => kind === 'mail' && state !== 'failed' && state !== 'skipped')
      .map(({ target }) => target),
  );
  const told = new Set<string>();
  for (const step of run.steps) {
    if (step.kind !== 'mail' || told.has(step.contactId)) continue;
    told.add(step.contactId);
    const contact = await contactById(tx, step.contactId);
    if (!contact || !asked.has(contact.mail)) continue;
    await tell(tx, platform, {
      accountId: run.tenant_id,
      kind: 'flow.over',
      alertId: run.alert_id,
      contacts: [contact],
      compose: (language, from) => ({
        subject: phrase(language, 'mail.flow.overSubject', { host: run.host_name, number: run.alert_number }),
        text: phrase(language, 'mail.flow.overText', {
          ...factsOf(run),
          name: contact.name,
          provider: from.name(language),
        }),
      }),
    });
  }
}
