import { type Actor, dayInJapan, type OnCall, type OnCallPlan, phrase, Refusal } from '@sakimori/contract';
import { staffOf } from '../access/index.ts';
import { note, system } from '../audit/index.ts';
import { sendAtOnce } from '../notices/index.ts';
import { defineJob, enqueue, handleJob, type JobHandler, newId, type Tick, type Tx } from '../platform/index.ts';
import { stepOf } from './gateway.ts';
import type { OnCallDesk } from './pages.ts';
import { gatewaysOf, planInForce, readPlan, secretOf } from './plan.ts';
import {
  claimTrial,
  insertTrial,
  lockTrials,
  selectDueTrials,
  selectLatestTrials,
  settleTrial,
  type TrialRow,
} from './trial-store.ts';

const hourMs = 3_600_000;
const claimMs = 60_000;

const trial = defineJob<{ trialId: string }>('oncall.trial');
type GatewayMail = { personId: string; mail: string; language: 'ja' | 'en'; channel: string; problem: string };
const gatewayMail = defineJob<GatewayMail>('oncall.gatewayMail');

/** Begins the trials that are due: each day at the plan's time, at once for a new gateway, and each hour while one is quiet. */
export function tryGateways({ platform }: OnCallDesk): Tick {
  const { clock, database } = platform;
  const run = async () => {
    await database.asProvider(async (tx) => {
      const now = clock.now();
      const { document: plan } = await planInForce(tx);
      const gateways = gatewaysOf(plan);
      if (gateways.length > 0) {
        await lockTrials(tx);
        const latest = new Map((await selectLatestTrials(tx)).map((row) => [row.channel, row]));
        for (const { id: channel } of gateways)
          if (isDue(latest.get(channel), plan, now)) await insertTrial(tx, { id: newId(clock), channel, at: now });
      }
      for (const { id } of await selectDueTrials(tx, now)) await enqueue(tx, trial, { trialId: id }, id);
    });
  };
  return { name: 'oncall.trials', everyMs: 5000, run };
}

function isDue(last: TrialRow | undefined, { trialAt }: OnCallPlan, now: Date): boolean {
  if (!last) return true;
  if (last.done_at === null) return false;
  if (last.state === 'failed') return last.done_at.getTime() + hourMs <= now.getTime();
  const today = Date.parse(`${dayInJapan(now)}T${trialAt}:00+09:00`);
  const latest = today <= now.getTime() ? today : today - 24 * hourMs;
  return last.at.getTime() < latest;
}

/** @throws Refusal `not_found` where there is no such gateway */
export function tryNow({ platform }: OnCallDesk, actor: Actor, channel: string): Promise<OnCall> {
  return platform.database.for(actor, async (tx) => {
    const { document: plan } = await planInForce(tx);
    if (!gatewaysOf(plan).some(({ id }) => id === channel)) throw new Refusal('not_found', { what: 'onCallChannel' });
    await insertTrial(tx, { id: newId(platform.clock), channel, at: platform.clock.now() });
    await note(tx, platform.clock, { actor, action: 'oncall.tried', target: `oncall:${channel}`, facts: { channel } });
    return readPlan(tx, platform);
  });
}

export const trialJobs = (desk: OnCallDesk): JobHandler[] => [
  handleJob(trial, ({ trialId }) => step(desk, trialId), { isSlow: true }),
  handleJob(gatewayMail, (mail) => tellPerson(desk, mail), { isSlow: true }),
];

async function step(desk: OnCallDesk, id: string): Promise<void> {
  const { clock, database, config } = desk.platform;
  const now = clock.now();
  const claimed = await database.asProvider(async (tx) => {
    const row = await claimTrial(tx, id, now, new Date(now.getTime() + claimMs));
    if (!row) return undefined;
    const { document, sealed } = await planInForce(tx);
    return { row, channel: gatewaysOf(document).find((one) => one.id === row.channel), sealed: sealed[row.channel] };
  });
  if (!claimed) return;
  const { row, channel, sealed } = claimed;
  const next =
    channel?.to === undefined || sealed === undefined
      ? ({ state: 'failed', problem: 'no_channel' } as const)
      : await stepOf(
          row,
          {
            ...{ id, kind: channel.kind === 'sms' ? 'sms' : 'voice', to: channel.to, language: 'ja' },
            text: phrase('ja', 'oncall.trial.text'),
          },
          secretOf(desk.platform, sealed),
          { now, mayBeInner: config.SAKIMORI_WEBHOOKS_PRIVATE },
        );
  await database.asProvider(async (tx) => {
    const before = (await selectLatestTrials(tx, { isDone: true })).find((one) => one.channel === row.channel);
    await settleTrial(tx, id, next, now);
    // A gateway that is no longer in the plan concerns nobody.
    if (next.nextAt || !channel) return;
    const [isQuiet, wasQuiet] = [next.state === 'failed', before?.state === 'failed'];
    if (isQuiet !== wasQuiet) await tellStaff(tx, desk, channel, isQuiet ? (next.problem ?? 'failed') : '');
  });
}

/** Service managers are told when a gateway falls quiet and when it is back, each once. */
async function tellStaff(
  tx: Tx,
  { platform }: OnCallDesk,
  { id, name: channel }: OnCallPlan['channels'][number],
  problem: string,
): Promise<void> {
  const action = problem ? 'oncall.gateway_quiet' : 'oncall.gateway_back';
  const facts = { channel, ...(problem ? { problem } : {}) };
  await note(tx, platform.clock, { actor: system, action, target: `oncall:${id}`, facts });
  for (const { id: personId, mail, language } of await staffOf(tx, ['service-manager']))
    await enqueue(tx, gatewayMail, { personId, mail, language, channel, problem });
}

/** @throws Error where the mail server takes it for none now, so that the queue tries again */
async function tellPerson({ platform, publicUrl }: OnCallDesk, mail: GatewayMail): Promise<void> {
  const { language, channel, problem: reason } = mail;
  const facts = { product: phrase(language, 'product.name'), channel, reason, link: `${publicUrl()}/oncall` };
  const what = reason ? 'quiet' : 'back';
  const outcome = await sendAtOnce(platform, mail.mail, {
    subject: phrase(language, `mail.gateway.${what}.subject`, facts),
    text: phrase(language, `mail.gateway.${what}.text`, facts),
  });
  if (outcome.kind === 'retry') throw new Error(`The mail about a quiet gateway waits: ${outcome.reason}`);
}
