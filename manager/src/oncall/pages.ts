import { dayInJapan, type Language, type OnCallPlan, phrase, severityOfId } from '@sakimori/contract';
import { isOpen } from '@sakimori/contract/calendar/index';
import { calendarFor } from '../calendar/index.ts';
import { type Desk, editionSource } from '../customers/index.ts';
import { tell } from '../notices/index.ts';
import {
  announce,
  defineJob,
  enqueue,
  handleJob,
  type JobHandler,
  newId,
  type Tick,
  type Tx,
} from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { type NextStanding, stepOf } from './gateway.ts';
import { peopleOf, planInForce, secretOf } from './plan.ts';
import { PostProblem, post } from './post.ts';
import { shapeFor } from './shapes.ts';
import {
  type CallRow,
  claimCall,
  insertCall,
  insertPage,
  lockDuePages,
  type PageFacts,
  type PageRow,
  selectDueCalls,
  selectPageById,
  setLevel,
  setTaken,
  settleCall,
} from './store.ts';

const minuteMs = 60_000;
const waitsMs = [5000, 30_000, 120_000];

/** What on-call needs, and whom it tells of what comes of a page. */
export type OnCallDesk = Desk & {
  readonly publicUrl: () => string;
  readonly onLevel?: (tx: Tx, page: PageRow, level: number, names: readonly string[]) => Promise<void>;
  /** Somebody took it by a key of their telephone. */
  readonly onKey?: (tx: Tx, page: PageRow, by: string) => Promise<void>;
  readonly onExhausted?: (tx: Tx, page: PageRow) => Promise<void>;
};

export const call = defineJob<{ accountId: string; callId: string }>('oncall.call');

/** Begins to call people for something of an account; where they are being called for it already, nothing happens. Also as the account. */
export async function startPage(
  tx: Tx,
  { platform }: Desk,
  page: { readonly accountId: string; readonly target: string; readonly severity: number; readonly facts: PageFacts },
): Promise<void> {
  const { accountId, target, severity, facts } = page;
  const row = { tenant_id: accountId, id: newId(platform.clock), target, facts, severity };
  await insertPage(tx, { ...row, at: platform.clock.now() });
}

/** Somebody has it: no further level is called. Also as the account. */
export const takePage = (
  tx: Tx,
  { platform }: Desk,
  taken: { readonly accountId: string; readonly target: string; readonly by: string },
): Promise<boolean> => setTaken(tx, taken.accountId, taken.target, platform.clock.now(), taken.by);

/** Calls the next level of every page that nobody took in time, and sends again what did not arrive. */
export function callLevels(desk: OnCallDesk): Tick {
  const { clock, database } = desk.platform;
  const run = async () => {
    await database.asProvider(async (tx) => {
      for (const page of await lockDuePages(tx, clock.now())) await callNext(tx, desk, page);
      for (const { tenant_id: accountId, id } of await selectDueCalls(tx, clock.now()))
        await enqueue(tx, call, { accountId, callId: id }, id);
    });
  };
  return { name: 'oncall.levels', everyMs: 2000, run };
}

/** Levels that do not apply at this hour are passed over; where none is left, the last word is that nobody answered. */
async function callNext(tx: Tx, desk: OnCallDesk, page: PageRow): Promise<void> {
  const now = desk.platform.clock.now();
  const key = { accountId: page.tenant_id, id: page.id };
  const { document: plan, sealed } = await planInForce(tx);
  const calendar = await calendarFor(tx, editionSource(desk.editions), page.tenant_id, { day: dayInJapan(now) });
  const isBusiness = isOpen(calendar, now.toTemporalInstant());
  const applies = ({ hours }: OnCallPlan['levels'][number]) =>
    hours === 'always' || (hours === 'business') === isBusiness;
  let index = page.level;
  while (index < plan.levels.length && !applies(plan.levels[index]!)) index += 1;
  const level = plan.levels[index];
  await announce(tx, { topic: 'case', accountId: page.tenant_id });
  if (!level) {
    await setLevel(tx, key, { level: page.level, nextAt: undefined });
    await desk.onExhausted?.(tx, page);
    return;
  }
  const people = await peopleOf(tx, plan, level, now);
  const channels = plan.channels.filter(({ id }) => level.channels.includes(id) && sealed[id] !== undefined);
  await setLevel(tx, key, { level: index + 1, nextAt: new Date(now.getTime() + level.minutes * minuteMs) });
  const compose = (language: Language) => ({
    subject: phrase(language, 'mail.oncall.subject', factsIn(language, page, index + 1)),
    text: `${phrase(language, 'mail.oncall.text', { ...factsIn(language, page, index + 1), link: linkOf(desk, page), minutes: level.minutes })}\n`,
  });
  const contacts = people.map(({ mail, language }) => ({ accountId: page.tenant_id, mail, language }));
  await tell(tx, desk.platform, { accountId: page.tenant_id, kind: 'oncall.page', compose, contacts });
  const row = { tenant_id: page.tenant_id, page_id: page.id, level: index + 1, at: now } as const;
  for (const { name } of people)
    await insertCall(tx, {
      ...row,
      id: newId(desk.platform.clock),
      channel: `mail:${name}`.slice(0, 100),
      state: 'sent',
    });
  for (const { id: channel } of channels) {
    const id = newId(desk.platform.clock);
    await insertCall(tx, { ...row, id, channel, state: 'waiting' });
    await enqueue(tx, call, { accountId: page.tenant_id, callId: id }, id);
  }
  const names = [...people.map(({ name }) => name), ...channels.map(({ name }) => name)];
  await desk.onLevel?.(tx, page, index + 1, names);
}

const linkOf = ({ publicUrl }: OnCallDesk, { target }: PageRow): string =>
  `${publicUrl()}/cases/${target.replace(/^case:/, '')}`;

const factsIn = (language: Language, page: PageRow, level: number) => ({
  ...{ product: phrase(language, 'product.name'), account: page.account_name, number: page.facts.number, level },
  title: language === 'ja' ? page.facts.titleJa : page.facts.title,
  severity: phrase(language, `severity.${severityOfId(page.severity)}`),
});

export const callJob = (desk: OnCallDesk): JobHandler =>
  handleJob(call, ({ accountId, callId }) => send(desk, { accountId, id: callId }), { isSlow: true });

async function send(desk: OnCallDesk, key: { readonly accountId: string; readonly id: string }): Promise<void> {
  const { clock, database } = desk.platform;
  const now = clock.now();
  const claimed = await database.asProvider(async (tx) => {
    const row = await claimCall(tx, key, now, new Date(now.getTime() + minuteMs));
    if (!row) return undefined;
    const page = (await selectPageById(tx, { accountId: key.accountId, id: row.page_id }))!;
    const { document, sealed } = await planInForce(tx);
    const channel = document.channels.find(({ id }) => id === row.channel);
    return { row, page, channel, sealed: sealed[row.channel] };
  });
  if (!claimed) return;
  const { row, page, channel, sealed } = claimed;
  const next = await sendBy(desk, { row, page, channel, sealed, now });
  await database.asProvider(async (tx) => {
    await settleCall(tx, key, next);
    if (next.state === 'acknowledged' && channel) await takenByKey(tx, desk, page, channel.name);
    if (next.isQuiet && channel)
      await raiseWork(tx, desk, {
        ...{ accountId: key.accountId, kind: 'gatewayQuiet', key: `gateway:${channel.id}`, target: page.target },
        ...{ facts: { channel: channel.name, reason: next.problem ?? 'failed' }, dueAt: now },
      });
  });
}

type Sending = {
  readonly row: CallRow;
  readonly page: PageRow;
  readonly channel: OnCallPlan['channels'][number] | undefined;
  readonly sealed: string | undefined;
  readonly now: Date;
};

async function sendBy(desk: OnCallDesk, { row, page, channel, sealed, now }: Sending): Promise<NextStanding> {
  if (!channel || sealed === undefined) return { state: 'failed', problem: 'no_channel' };
  const mayBeInner = desk.platform.config.SAKIMORI_WEBHOOKS_PRIVATE;
  const secret = secretOf(desk.platform, sealed);
  const facts = factsIn('ja', page, row.level);
  if (channel.to !== undefined) {
    const kind = channel.kind === 'sms' ? 'sms' : 'voice';
    const text =
      kind === 'sms'
        ? `${phrase('ja', 'mail.oncall.subject', facts)} ${linkOf(desk, page)}`
        : phrase('ja', 'oncall.voice.text', facts);
    const standing = { ...row, state: row.state === 'accepted' ? 'accepted' : 'waiting' } as const;
    return stepOf(standing, { id: row.id, kind, to: channel.to, language: 'ja', text }, secret, { now, mayBeInner });
  }
  try {
    const text = phrase('ja', 'mail.oncall.subject', facts);
    const told = { id: page.id, text, severity: severityOfId(page.severity), link: linkOf(desk, page) };
    await post({ url: secret.url, body: JSON.stringify(shapeFor(channel.kind, told, secret)), mayBeInner });
    return { state: 'sent' };
  } catch (error) {
    const problem = error instanceof PostProblem ? error.word : 'unreachable';
    const waitMs = waitsMs[row.attempts - 1];
    if (waitMs === undefined) return { state: 'failed', problem };
    return { state: 'waiting', nextAt: new Date(now.getTime() + waitMs), problem };
  }
}

/** Somebody pressed a key: the page is theirs, and whoever it is for is told. */
async function takenByKey(tx: Tx, desk: OnCallDesk, page: PageRow, by: string): Promise<void> {
  if (desk.onKey) await desk.onKey(tx, page, by);
  await takePage(tx, desk, { accountId: page.tenant_id, target: page.target, by });
}
