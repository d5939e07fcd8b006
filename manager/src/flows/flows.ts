import {
  type Actor,
  type CallResult,
  type ContactFlow,
  type FlowQuestion,
  type FlowRun,
  Refusal,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount, checkWork, contactById, type Desk } from '../customers/index.ts';
import { identityFor } from '../notices/index.ts';
import { announce, type Platform, sha256, type Tx } from '../platform/index.ts';
import { settleWork } from '../work/index.ts';
import { callKey, settleCalls } from './runs.ts';
import {
  endRun,
  lockRun,
  type RunRow,
  selectByLink,
  selectFlow,
  selectRuns,
  selectTries,
  settleTry,
  type TryRow,
  takeLink,
  upsertFlow,
} from './store.ts';

export async function getFlow(platform: Platform, actor: Actor, accountId: string): Promise<ContactFlow> {
  return platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    return (await selectFlow(tx, accountId)) ?? { enabled: false, steps: [] };
  });
}

/** @throws Refusal `not_found` for the account, or for a contact that is not the account's; `not_in_plan` where the plan has no process monitoring */
export async function setFlow(desk: Desk, actor: Actor, accountId: string, flow: ContactFlow): Promise<ContactFlow> {
  const { clock, database } = desk.platform;
  return database.asProvider(async (tx) => {
    await checkAccount(tx, accountId);
    await checkWork(tx, desk, { accountId, feature: 'basic.processMonitoring' });
    for (const step of flow.steps) {
      if (step.kind !== 'mail') continue;
      const contact = await contactById(tx, step.contactId);
      if (contact?.accountId !== accountId) throw new Refusal('not_found', { what: 'contact' });
    }
    await upsertFlow(tx, accountId, flow, clock.now(), actor.name);
    const kinds = flow.steps.map(({ kind }) => kind).join(', ');
    const entry = { accountId, actor, action: 'flow.set', target: `account:${accountId}` } as const;
    await note(tx, clock, { ...entry, facts: { enabled: flow.enabled, steps: kinds } });
    await announce(tx, { topic: 'account', accountId });
    return flow;
  });
}

type Filter = Parameters<typeof selectRuns>[1];

export async function listRuns(platform: Platform, actor: Actor, filter: Filter): Promise<FlowRun[]> {
  return platform.database.for(actor, (tx) => readRuns(tx, filter));
}

async function readRuns(tx: Tx, filter: Filter): Promise<FlowRun[]> {
  const runs = await selectRuns(tx, filter);
  const tries = await selectTries(
    tx,
    runs.map(({ id }) => id),
  );
  return runs.map((run) =>
    toRun(
      run,
      tries.filter(({ run_id }) => run_id === run.id),
    ),
  );
}

function toRun(row: RunRow, tries: readonly TryRow[]): FlowRun {
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, state: row.state },
    ...{ alertId: row.alert_id, alertNumber: row.alert_number, hostId: row.host_id, hostName: row.host_name },
    ...{ startedAt: row.started_at.toISOString(), stepCount: row.steps.length },
    ...(row.due_at ? { dueAt: row.due_at.toISOString() } : {}),
    ...(row.ended_at ? { endedAt: row.ended_at.toISOString() } : {}),
    ...(row.ended_by ? { endedBy: row.ended_by } : {}),
    tries: tries.slice(0, 500).map((each) => ({
      ...{ id: each.id, at: each.at.toISOString(), step: each.step, attempt: each.attempt, kind: each.kind },
      ...{ who: each.who, target: each.target, state: each.state },
      ...(each.note === null ? {} : { note: each.note }),
      ...(each.answered_at ? { answeredAt: each.answered_at.toISOString() } : {}),
      ...(each.answered_by ? { answeredBy: each.answered_by } : {}),
    })),
  };
}

/** @throws Refusal `not_found`, `wrong_state` where the call was written down already, or nobody need be reached any more */
export async function recordCall(
  desk: Desk,
  actor: Actor,
  place: { readonly accountId: string; readonly runId: string; readonly tryId: string },
  call: CallResult,
): Promise<FlowRun> {
  const { accountId, runId, tryId } = place;
  const { clock, database } = desk.platform;
  return database.asProvider(async (tx) => {
    const [run] = await selectRuns(tx, { accountId, runId });
    const attempt = (await selectTries(tx, [runId])).find(({ id, kind }) => id === tryId && kind === 'phone');
    if (!run || !attempt) throw new Refusal('not_found', { what: 'contactRun' });
    const isRunning = await lockRun(tx, accountId, runId);
    const isAnswered = call.result === 'answered';
    const by = call.by ? `${call.by} / ${actor.name}` : actor.name;
    const words = [isAnswered ? undefined : call.result, call.note].filter(Boolean).join(': ');
    const answer = {
      state: isAnswered ? 'answered' : 'unanswered',
      at: clock.now(),
      by,
      note: words || undefined,
    } as const;
    if (!isRunning || !(await settleTry(tx, accountId, tryId, answer)))
      throw new Refusal('wrong_state', { what: 'contactRun', state: 'done' });
    await settleWork(tx, desk, { accountId, key: callKey(tryId), evidence: words || call.result, actor });
    if (isAnswered) await endRun(tx, accountId, runId, { state: 'answered', at: clock.now(), by });
    const entry = { accountId, actor, action: 'flow.called', target: `alert:${run.alert_id}` } as const;
    await note(tx, clock, { ...entry, facts: { result: call.result } });
    await announce(tx, { topic: 'alert', accountId, id: run.alert_id });
    return (await readRuns(tx, { accountId, runId }))[0]!;
  });
}

/** @throws Refusal `not_found`, `wrong_state` */
export async function stopRun(
  desk: Desk,
  actor: Actor,
  { accountId, runId }: { readonly accountId: string; readonly runId: string },
  reason: string,
): Promise<FlowRun> {
  const { clock, database } = desk.platform;
  return database.asProvider(async (tx) => {
    const [run] = await selectRuns(tx, { accountId, runId });
    if (!run) throw new Refusal('not_found', { what: 'contactRun' });
    if (!(await lockRun(tx, accountId, runId))) throw new Refusal('wrong_state', { what: 'contactRun', state: 'done' });
    await settleCalls(tx, desk, accountId, runId);
    await endRun(tx, accountId, runId, { state: 'stopped', at: clock.now(), by: actor.name });
    const entry = { accountId, actor, action: 'flow.stopped', target: `alert:${run.alert_id}` } as const;
    await note(tx, clock, { ...entry, facts: { reason } });
    await announce(tx, { topic: 'alert', accountId, id: run.alert_id });
    return (await readRuns(tx, { accountId, runId }))[0]!;
  });
}

const invalid = () => new Refusal('answer_link_invalid');

/** What a link is about. Changes nothing: mail servers and previews open links by themselves. @throws Refusal `answer_link_invalid` */
export function lookAtQuestion(platform: Platform, secret: string): Promise<FlowQuestion> {
  return platform.database.asProvider(async (tx) => {
    const found = await selectByLink(tx, sha256(secret), platform.clock.now());
    if (!found) throw invalid();
    return questionOf(tx, found);
  });
}

async function questionOf(tx: Tx, found: { tenant_id: string; run_id: string; who: string }): Promise<FlowQuestion> {
  const [run] = await selectRuns(tx, { accountId: found.tenant_id, runId: found.run_id });
  if (!run) throw invalid();
  return {
    ...{ accountName: run.account_name, hostName: run.host_name, alertNumber: run.alert_number, who: found.who },
    silentSince: String(run.alert_facts['lastSeenAt'] ?? run.started_at.toISOString()),
    cause: String(run.alert_facts['cause'] ?? 'no_contact'),
    provider: (await identityFor(tx, found.tenant_id)).name('ja'),
    isOpen: run.state === 'running',
  };
}

/** Acknowledges once. @throws Refusal `answer_link_invalid` */
export function answerQuestion(desk: Desk, secret: string): Promise<FlowQuestion> {
  const { clock, database } = desk.platform;
  return database.asProvider(async (tx) => {
    const now = clock.now();
    const found = await selectByLink(tx, sha256(secret), now);
    if (!found) throw invalid();
    const { tenant_id: accountId, run_id: runId } = found;
    const isRunning = await lockRun(tx, accountId, runId);
    if (!(await takeLink(tx, accountId, found.id, now, found.who))) throw invalid();
    if (isRunning) {
      await settleCalls(tx, desk, accountId, runId);
      await endRun(tx, accountId, runId, { state: 'answered', at: now, by: found.who });
    }
    const question = await questionOf(tx, found);
    const [run] = await selectRuns(tx, { accountId, runId });
    const actor = { kind: 'system', id: found.id, name: found.who } as const;
    await note(tx, clock, { accountId, actor, action: 'flow.answered', target: `alert:${run!.alert_id}` });
    await announce(tx, { topic: 'alert', accountId, id: run!.alert_id });
    return question;
  });
}
