import { type Case, caseTitle, type Language, phrase, type SocEvent } from '@sakimori/contract';
import { note, system } from '../audit/index.ts';
import { tell } from '../notices/index.ts';
import { PostProblem, post } from '../oncall/index.ts';
import { defineJob, enqueue, handleJob, type JobHandler, newId, type Tick, type Tx } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { toCases } from './cases.ts';
import type { CaseDesk } from './desk.ts';
import { recordInCase } from './entries.ts';
import { signatureHeaders } from './signature.ts';
import {
  claimDelivery,
  coveringSoc,
  type DeliveryRow,
  dropDelivery,
  insertDelivery,
  lockSoc,
  type SocRow,
  selectDelivery,
  selectDueDeliveries,
  settleDelivery,
} from './soc-store.ts';
import { openedSecrets } from './socs.ts';
import { selectCases } from './store.ts';

const minuteMs = 60_000;
/** After so long the next try follows, as Standard Webhooks proposes; then it is given up. */
const waitsMs = [5000, 5 * minuteMs, 30 * minuteMs, 120 * minuteMs, 300 * minuteMs, 600 * minuteMs];
/** A process that dies while it sends is followed by another after this. */
const claimMs = minuteMs;

export const deliver = defineJob<{ accountId: string; deliveryId: string }>('cases.deliver');

/** Tells the SOC that covers the account, in the transaction that causes it: by webhook, and of what it must look at by mail too. */
export async function tellSoc(
  tx: Tx,
  { platform }: CaseDesk,
  { accountId, id: caseId }: { readonly accountId: string; readonly id: string },
  event: SocEvent,
  facts: DeliveryRow['facts'] = {},
): Promise<void> {
  const socId = await coveringSoc(tx, accountId);
  if (socId === undefined) return;
  const byMail = event === 'case.opened' || event === 'case.escalated';
  for (const channel of byMail ? (['webhook', 'mail'] as const) : (['webhook'] as const)) {
    const id = newId(platform.clock);
    const row = { tenant_id: accountId, id, soc_id: socId, case_id: caseId, channel, event, facts };
    await insertDelivery(tx, { ...row, created_at: platform.clock.now() });
    await enqueue(tx, deliver, { accountId, deliveryId: id }, id);
  }
}

/** What was to be tried again, or was left by a process that died. */
export const queueDeliveries = (desk: CaseDesk): Tick => ({
  name: 'cases.deliveries',
  everyMs: 2000,
  run: async () => {
    const { clock, database } = desk.platform;
    await database.asProvider(async (tx) => {
      for (const { tenant_id: accountId, id } of await selectDueDeliveries(tx, clock.now()))
        await enqueue(tx, deliver, { accountId, deliveryId: id }, id);
    });
  },
});

export const deliveryJob = (desk: CaseDesk): JobHandler =>
  handleJob(deliver, ({ accountId, deliveryId }) => send(desk, { accountId, id: deliveryId }), { isSlow: true });

type Key = { readonly accountId: string; readonly id: string };

async function send(desk: CaseDesk, key: Key): Promise<void> {
  const { clock, database } = desk.platform;
  const now = clock.now();
  const claimed = await database.asProvider(async (tx) => {
    const attempt = await claimDelivery(tx, key, now, new Date(now.getTime() + claimMs));
    if (attempt === undefined) return undefined;
    const row = (await selectDelivery(tx, key.accountId, key.id))!;
    const soc = (await lockSoc(tx, row.soc_id))!;
    const [found] = await toCases(tx, await selectCases(tx, { id: row.case_id, limit: 1 }), 'provider');
    if (row.channel === 'mail') {
      await mail(tx, desk, row, soc, found!);
      return undefined;
    }
    if (soc.webhook_url !== null) return { attempt, row, soc, found: found! };
    await dropDelivery(tx, key);
    return undefined;
  });
  if (!claimed) return;
  const problem = await postTo(desk, claimed);
  await database.asProvider((tx) => settle(tx, desk, claimed, problem));
}

/** What a receiver is told: enough to know what to ask the API for. */
export function messageOf(row: DeliveryRow, found: Case): string {
  const { number, severity, state, accountId, accountName, alertCount } = found;
  return JSON.stringify({
    type: row.event,
    timestamp: row.created_at.toISOString(),
    data: {
      ...{ caseId: row.case_id, number, severity, state, alerts: alertCount, title: caseTitle('en', found) },
      account: { id: accountId, name: accountName },
      ...row.facts,
    },
  });
}

type Claimed = { readonly attempt: number; readonly row: DeliveryRow; readonly soc: SocRow; readonly found: Case };

async function postTo({ platform }: CaseDesk, { row, soc, found }: Claimed): Promise<string | undefined> {
  const body = messageOf(row, found);
  const at = platform.clock.now();
  const headers = signatureHeaders(openedSecrets(platform, soc), { id: `msg_${row.id}`, at, body });
  const mayBeInner = platform.config.SAKIMORI_WEBHOOKS_PRIVATE;
  return post({ url: soc.webhook_url!, body, headers, mayBeInner }).then(
    () => undefined,
    (error: unknown) => (error instanceof PostProblem ? error.word : 'unreachable'),
  );
}

async function settle(tx: Tx, desk: CaseDesk, { attempt, row, soc }: Claimed, problem?: string): Promise<void> {
  const now = desk.platform.clock.now();
  const key = { accountId: row.tenant_id, id: row.id };
  if (problem === undefined) {
    await settleDelivery(tx, key, { state: 'delivered', doneAt: now });
    if (row.event === 'case.opened') await recordTold(tx, desk, row, soc);
    return;
  }
  const waitMs = waitsMs[attempt - 1];
  if (waitMs !== undefined && problem !== 'http_410')
    return settleDelivery(tx, key, { state: 'waiting', nextAt: new Date(now.getTime() + waitMs), problem });
  await settleDelivery(tx, key, { state: 'dead', doneAt: now, problem });
  const values = { soc: soc.name, reason: problem };
  const entry = { kind: 'soc_failed', values, actor: system, audience: 'internal' } as const;
  await recordInCase(tx, desk.platform, { accountId: row.tenant_id, id: row.case_id }, entry);
  await raiseWork(tx, desk, {
    ...{ accountId: row.tenant_id, kind: 'socUnreached', key: `soc:${soc.id}`, target: `case:${row.case_id}` },
    ...{ facts: { soc: soc.name, reason: problem }, dueAt: now },
  });
  await note(tx, desk.platform.clock, {
    ...{ accountId: row.tenant_id, actor: system, action: 'soc.unreached', target: `soc:${soc.id}` },
    facts: { case: row.case_number, reason: problem, event: row.event },
  });
}

async function recordTold(tx: Tx, desk: CaseDesk, row: DeliveryRow, soc: SocRow): Promise<void> {
  const entry = { kind: 'soc_told', values: { soc: soc.name }, actor: system, audience: 'internal' } as const;
  await recordInCase(tx, desk.platform, { accountId: row.tenant_id, id: row.case_id }, entry);
}

/** A letter to the SOC lies in the outbox as all others do, which tries again by itself. */
async function mail(tx: Tx, desk: CaseDesk, row: DeliveryRow, soc: SocRow, found: Case): Promise<void> {
  const key = { accountId: row.tenant_id, id: row.id };
  if (soc.mails.length === 0) return dropDelivery(tx, key);
  const compose = (language: Language) => {
    const facts = {
      ...{ product: phrase(language, 'product.name'), number: found.number, account: found.accountName },
      ...{ severity: phrase(language, `severity.${found.severity}`), title: caseTitle(language, found) },
      ...{ soc: soc.name, alerts: found.alertCount },
    };
    const kind = row.event === 'case.opened' ? 'opened' : 'escalated';
    return {
      subject: phrase(language, `mail.soc.${kind}.subject`, facts),
      text: `${phrase(language, 'mail.soc.text', facts)}\n`,
    };
  };
  const contacts = soc.mails.map((address) => ({ accountId: row.tenant_id, mail: address, language: soc.language }));
  await tell(tx, desk.platform, { accountId: row.tenant_id, kind: row.event, compose, contacts });
  await settleDelivery(tx, key, { state: 'delivered', doneAt: desk.platform.clock.now() });
}
