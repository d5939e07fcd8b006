import {
  type Actor,
  type AuditAction,
  clauseFacts,
  dayInJapan,
  type Edition,
  type Evidence,
  type Language,
  type OnboardingStep,
  type OnboardingSummary,
  onboardingSteps,
  Refusal,
  type StepRecord,
} from '@sakimori/contract';
import { addBusinessDays, type BusinessCalendar, countBusinessDays } from '@sakimori/contract/calendar/index';
import { note } from '../audit/index.ts';
import type { Desk as CustomersDesk, OnAccountCreated } from '../customers/index.ts';
import type { AgentsAddress, Authority } from '../hosts/index.ts';
import { announce, type Tx } from '../platform/index.ts';
import { followSteps } from './duties.ts';
import type { HearingSource } from './hearing-source.ts';
import { type CaseRow, lockCase, type StoredStep, updateCase } from './store.ts';

/** What the rules of onboarding need. */
export type Desk = CustomersDesk & {
  readonly authority: Authority;
  readonly agents: AgentsAddress;
  readonly publicUrl: () => string;
  readonly onAccountCreated: OnAccountCreated;
  readonly hearing: HearingSource;
};

export const todayOf = ({ platform }: Pick<Desk, 'platform'>): string => dayInJapan(platform.clock.now());
const stepsClause = '6';
export const orderedSteps = onboardingSteps.map(({ step }) => step);

/** The days by which each step is to be done, counted back from the start of use; none lies before today. */
export function firstSteps(calendar: BusinessCalendar, today: string, startsOn: string): StoredStep[] {
  const start = Temporal.PlainDate.from(startsOn);
  return onboardingSteps.map(({ step, leadBusinessDays }) => {
    const day = addBusinessDays(calendar, start, -leadBusinessDays).toString();
    return { step, dueOn: day < today ? today : day, evidence: [], remarks: [] };
  });
}

/** Business days after the day that it was due, today counted in; 0 where it is not late. */
export function lateBy(calendar: BusinessCalendar, dueOn: string, today: string): number {
  if (today <= dueOn) return 0;
  const [from, to] = [dueOn, today].map((day) => Temporal.PlainDate.from(day).add({ days: 1 })) as [
    Temporal.PlainDate,
    Temporal.PlainDate,
  ];
  return countBusinessDays(calendar, from, to);
}

/** The first step that is not done. */
export const openStep = ({ steps, state }: Pick<CaseRow, 'steps' | 'state'>): StoredStep | undefined =>
  state === 'open' ? steps.find(({ doneAt }) => doneAt === undefined) : undefined;

export const toSteps = (row: CaseRow, edition: Edition): StepRecord[] => {
  const open = openStep(row)?.step;
  return row.steps.map((stored, index) => ({
    ...stored,
    owner: edition.flow[index]?.owner ?? 'provider',
    state: stored.doneAt !== undefined ? 'done' : stored.step === open ? 'open' : 'waiting',
  }));
};

export function toSummary(
  row: CaseRow,
  edition: Edition,
  calendar: BusinessCalendar,
  today: string,
): OnboardingSummary {
  const open = toSteps(row, edition).find(({ state }) => state === 'open');
  return {
    id: row.id,
    ...(row.issued_at === null ? {} : { accountId: row.tenant_id }),
    ...{ accountName: row.account_name, customerName: row.customer_name, orderNumber: row.order_number },
    ...{ plan: row.order_form.plan, servers: row.order_form.servers.length },
    ...{ startsOn: row.started_on ?? row.order_form.startsOn, state: row.state },
    ...(open ? { step: open.step, owner: open.owner, dueOn: open.dueOn } : {}),
    ...(open?.person === undefined ? {} : { person: open.person }),
    lateBusinessDays: open ? lateBy(calendar, open.dueOn, today) : 0,
  };
}

/** @throws Refusal `step_order` with the clause, where an earlier step is not done (S40); `wrong_state` where it is over */
export function checkTurn(row: CaseRow, step: OnboardingStep, edition: Edition): StoredStep {
  if (row.state !== 'open')
    throw new Refusal('wrong_state', { what: 'onboarding', state: row.state === 'started' ? 'live' : 'cancelled' });
  const open = openStep(row)!;
  const [mine, before] = [step, open.step].map((one) => orderedSteps.indexOf(one)) as [number, number];
  if (mine > before) throw new Refusal('step_order', { step, before: open.step, ...clauseFacts(edition, stepsClause) });
  if (mine < before) throw new Refusal('wrong_state', { what: 'onboarding', state: 'done' });
  return open;
}

/** Ends the step, with what proves it, and begins the next. */
export function endStep(row: CaseRow, step: OnboardingStep, at: Date, by: string, evidence: readonly Evidence[]): void {
  const ended = row.steps.find((one) => one.step === step)!;
  Object.assign(ended, { doneAt: at.toISOString(), doneBy: by, startedAt: ended.startedAt ?? at.toISOString() });
  const isKnown = (one: Evidence) =>
    ended.evidence.some(({ kind, id }) => id !== undefined && kind === one.kind && id === one.id);
  ended.evidence = [...ended.evidence, ...evidence.filter((one) => !isKnown(one))].slice(-200);
  const next = row.steps.find(({ doneAt }) => doneAt === undefined);
  if (next) next.startedAt ??= at.toISOString();
}

export const evidenceOf = (
  desk: Pick<Desk, 'platform'>,
  by: string,
  kind: Evidence['kind'],
  text: string,
  id?: string,
): Evidence => ({
  ...{ kind, text: text.slice(0, 1000), at: desk.platform.clock.now().toISOString(), by },
  ...(id === undefined ? {} : { id }),
});

export type Change = {
  readonly actor: Actor;
  readonly language: Language;
  readonly id: string;
  readonly version: number;
};

/**
 * Does something with one onboarding, which nobody else touches meanwhile. Whoever read an older version is told who was first.
 * @throws Refusal `not_found`, `onboarding_changed`
 */
export async function changeCase(
  tx: Tx,
  desk: Desk,
  { actor, id, version }: Omit<Change, 'language'>,
  work: (row: CaseRow) => Promise<{ readonly action: AuditAction; readonly facts: Readonly<Record<string, unknown>> }>,
): Promise<void> {
  const row = await lockCase(tx, id);
  if (!row) throw new Refusal('not_found', { what: 'onboarding' });
  if (row.version !== version)
    throw new Refusal('onboarding_changed', {
      ...{ current: row.version, by: row.changed_by, at: row.changed_at.toISOString() },
    });
  const { action, facts } = await work(row);
  await saveCase(tx, desk, actor, row, action, facts);
}

export async function saveCase(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  row: CaseRow,
  action: AuditAction,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await followSteps(tx, desk, row);
  Object.assign(row, { version: row.version + 1, changed_at: desk.platform.clock.now(), changed_by: actor.name });
  await updateCase(tx, row);
  const { platform } = desk;
  const target = `onboarding:${row.id}`;
  await note(tx, platform.clock, {
    accountId: row.tenant_id,
    actor,
    action,
    target,
    facts: { order: row.order_number, ...facts },
  });
  await announce(tx, { topic: 'account', accountId: row.tenant_id, id: row.tenant_id });
}
