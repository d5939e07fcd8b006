import {
  type Actor,
  clauseText,
  type Escalation,
  Refusal,
  type ReviewDetail,
  type ReviewItem,
  type ReviewSheet,
  type ReviewVerdict,
} from '@sakimori/contract';
import { alertsOf, type Triage, triageIn } from '../alerts/index.ts';
import { note } from '../audit/index.ts';
import type { Desk } from '../customers/index.ts';
import { announce, type Tx } from '../platform/index.ts';
import { settleWork } from '../work/index.ts';
import {
  countUnreviewed,
  type EscalationRow,
  type ItemRow,
  lockItems,
  lockSheet,
  type SheetRow,
  type Shown,
  selectContext,
  selectEscalations,
  selectItems,
  selectSheets,
  setSheetState,
  setVerdict,
} from './store.ts';

const thing = { what: 'review' } as const;

/** How an alert ends by a verdict; one that needs action stays with whoever took it. */
const closings = { no_action: 'handled', false_positive: 'false_positive', planned_work: 'planned_work' } as const;

export function toSheet(row: SheetRow, now: Date): ReviewSheet {
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, businessDay: row.business_day },
    ...{ days: row.days, from: row.covers_from.toISOString(), to: row.covers_to.toISOString() },
    ...{ madeAt: row.made_at.toISOString(), dueAt: row.due_at.toISOString(), state: row.state },
    isLate: (row.finished_at ?? now) > row.due_at,
    ...(row.finished_at ? { finishedAt: row.finished_at.toISOString() } : {}),
    ...{ clause: row.clause, edition: row.edition },
    counts: {
      ...{ items: row.items, due: row.due, reviewed: row.reviewed, excluded: row.excluded },
      actionNeeded: row.action_needed,
    },
  };
}

export const toEscalation = (row: EscalationRow): Escalation => ({
  ...{ id: row.id, contactName: row.contact_name, channel: row.channel, at: row.at.toISOString(), by: row.by_name },
  ...{ message: row.message, outcome: row.outcome },
  ...(row.answer === null ? {} : { answer: row.answer }),
  ...(row.answered_at ? { answeredAt: row.answered_at.toISOString() } : {}),
});

/** @throws Refusal `not_found` */
export async function getSheet(tx: Tx, desk: Desk, id: string): Promise<ReviewSheet> {
  const [row] = await selectSheets(tx, { id, limit: 1 });
  if (!row) throw new Refusal('not_found', thing);
  return toSheet(row, desk.platform.clock.now());
}

/** @throws Refusal `not_found` */
export async function getReview(
  tx: Tx,
  desk: Desk,
  id: string,
  { show, limit }: { readonly show: Shown; readonly limit: number },
): Promise<ReviewDetail> {
  const sheet = await getSheet(tx, desk, id);
  const { accountId } = sheet;
  const rows = await selectItems(tx, { accountId, sheetId: id }, { show, limit });
  const { response } = desk.editions.get(sheet.edition);
  const reviewed = Object.values(response).flatMap((one) => (one.handling === 'review' ? one.reviewed : []));
  const span = { from: new Date(sheet.from), to: new Date(sheet.to), without: reviewed };
  return {
    ...sheet,
    items: await toItems(tx, desk, sheet, rows.slice(0, limit)),
    isCut: rows.length > limit,
    context: await selectContext(tx, accountId, span),
  };
}

export async function toItems(
  tx: Tx,
  desk: Desk,
  sheet: Pick<ReviewSheet, 'accountId' | 'edition' | 'clause'>,
  rows: readonly ItemRow[],
): Promise<ReviewItem[]> {
  const ids = rows.map(({ alert_id }) => alert_id);
  const alerts = new Map((await alertsOf(tx, ids)).map((alert) => [alert.id, alert]));
  const tries = Map.groupBy(await selectEscalations(tx, sheet.accountId, ids), ({ alert_id }) => alert_id);
  const edition = desk.editions.get(sheet.edition);
  const texts = new Map(
    Object.values(edition.response)
      .flatMap((response) => (response.handling === 'review' ? response.excluded : []))
      .map(({ id, text }) => [id, text]),
  );
  return rows.map((row) => ({
    alert: alerts.get(row.alert_id)!,
    isSample: row.is_sample,
    ...(row.exclusion && row.evidence
      ? {
          exclusion: {
            ...{ id: row.exclusion, clause: sheet.clause, evidence: row.evidence },
            text: texts.get(row.exclusion) ?? clauseText(edition, sheet.clause),
          },
        }
      : {}),
    ...(row.verdict && row.verdict_by && row.verdict_at
      ? {
          verdict: {
            ...{ value: row.verdict, by: row.verdict_by, at: row.verdict_at.toISOString() },
            ...(row.verdict_note ? { note: row.verdict_note } : {}),
          },
        }
      : {}),
    escalations: (tries.get(row.alert_id) ?? []).slice(0, 50).map(toEscalation),
  }));
}

/** @throws Refusal `not_found` for an item that is not on the sheet, so that nothing of the request is done */
async function lockAll(tx: Tx, reviewId: string, alertIds: readonly string[]) {
  const sheet = await lockSheet(tx, reviewId);
  if (!sheet) throw new Refusal('not_found', thing);
  const items = await lockItems(tx, reviewId, [...new Set(alertIds)]);
  if (items.length < new Set(alertIds).size) throw new Refusal('not_found', { what: 'alert' });
  return { sheet: { ...sheet, id: reviewId, accountId: sheet.tenant_id }, items };
}

/**
 * Writes what was found, and carries it to the alert: closed by the verdict, or taken where action is needed. Judged again, the later word counts.
 * @throws Refusal `not_found`, `wrong_state`
 */
export function judge(
  desk: Desk,
  actor: Actor,
  reviewId: string,
  judging: {
    readonly alertIds: readonly string[];
    readonly verdict: ReviewVerdict;
    readonly note?: string | undefined;
  },
): Promise<ReviewSheet> {
  const { platform } = desk;
  return platform.database.for(actor, async (tx) => {
    const { sheet, items } = await lockAll(tx, reviewId, judging.alertIds);
    const states = new Map((await alertsOf(tx, judging.alertIds)).map(({ id, state }) => [id, state]));
    for (const item of items) {
      const step = stepOf(judging, item, states.get(item.alert_id)!);
      if (step) await triageIn(tx, platform, actor, item.alert_id, step);
      await setVerdict(
        tx,
        { sheetId: reviewId, alertId: item.alert_id },
        {
          ...{ value: judging.verdict, note: judging.note, by: actor.name, at: platform.clock.now() },
          hasClosed: step?.to === 'closed' || (item.has_closed && step === undefined),
        },
      );
    }
    const facts = { verdict: judging.verdict, count: items.length, ...(judging.note ? { note: judging.note } : {}) };
    await record(tx, desk, actor, 'review.judged', sheet, facts);
    await settle(tx, desk, actor, sheet);
    return getSheet(tx, desk, reviewId);
  });
}

type AlertState = ReviewItem['alert']['state'];

/** What the alert goes through by a verdict; nothing where it is there already, by whoever closed it. */
function stepOf(
  { verdict, note: words }: { readonly verdict: ReviewVerdict; readonly note?: string | undefined },
  item: Pick<ItemRow, 'has_closed'>,
  state: AlertState,
): Triage | undefined {
  if (verdict !== 'action_needed')
    return state === 'closed'
      ? undefined
      : { kind: 'closed', from: ['open', 'acknowledged'], to: 'closed', closing: closings[verdict], note: words };
  if (state === 'open') return { kind: 'acknowledged', from: ['open'], to: 'acknowledged', note: words };
  return state === 'closed' && item.has_closed
    ? { kind: 'reopened', from: ['closed'], to: 'open', note: words }
    : undefined;
}

/** Takes verdicts back: what they closed is open again. @throws Refusal `not_found`, `wrong_state` */
export function undo(desk: Desk, actor: Actor, reviewId: string, alertIds: readonly string[]): Promise<ReviewSheet> {
  const { platform } = desk;
  return platform.database.for(actor, async (tx) => {
    const { sheet, items } = await lockAll(tx, reviewId, alertIds);
    for (const item of items.filter(({ verdict }) => verdict !== null)) {
      if (item.has_closed)
        await triageIn(tx, platform, actor, item.alert_id, { kind: 'reopened', from: ['closed'], to: 'open' });
      await setVerdict(tx, { sheetId: reviewId, alertId: item.alert_id }, undefined);
    }
    await record(tx, desk, actor, 'review.undone', sheet, { count: items.length });
    await settle(tx, desk, actor, sheet);
    return getSheet(tx, desk, reviewId);
  });
}

type Locked = Awaited<ReturnType<typeof lockAll>>['sheet'];

/** The sheet is done once nothing is left to be looked at, and open again once something is. */
async function settle(tx: Tx, desk: Desk, actor: Actor, sheet: Locked): Promise<void> {
  const left = await countUnreviewed(tx, sheet.id);
  const key = { accountId: sheet.accountId, id: sheet.id };
  if (left === 0 && sheet.state === 'open') {
    await setSheetState(tx, key, 'done', desk.platform.clock.now());
    await record(tx, desk, actor, 'review.finished', sheet, { day: sheet.business_day });
    const evidence = `review:${sheet.id}`;
    await settleWork(tx, desk, { accountId: sheet.accountId, key: `review:${sheet.id}`, evidence, actor });
    await settleWork(tx, desk, { accountId: sheet.accountId, key: `review-late:${sheet.id}`, evidence, actor });
  } else if (left > 0 && sheet.state === 'done') await setSheetState(tx, key, 'open', null);
  await announce(tx, { topic: 'review', accountId: sheet.accountId, id: sheet.id });
}

export async function record(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  action: 'review.judged' | 'review.undone' | 'review.finished' | 'review.escalated' | 'review.answered',
  sheet: { readonly accountId: string; readonly id: string },
  facts: Readonly<Record<string, string | number>>,
): Promise<void> {
  const { accountId, id } = sheet;
  await note(tx, desk.platform.clock, { accountId, actor, action, target: `review:${id}`, facts });
}
