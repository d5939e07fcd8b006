import { dayInJapan } from '@sakimori/contract';
import { datesBetween, openingOf, reviewSheetOf } from '@sakimori/contract/calendar/index';
import { note, system } from '../audit/index.ts';
import { calendarFor } from '../calendar/index.ts';
import { type Desk, editionSource, type Service, serviceOf } from '../customers/index.ts';
import { announce, newId, type Tx } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { drawSample, excludeBy, type Reviewing } from './exclusions.ts';
import {
  type Candidate,
  coveredUntil,
  insertItems,
  insertSheet,
  type NewItem,
  selectCandidates,
  setSheetState,
} from './store.ts';

const japanDayOf = (at: Date): Temporal.PlainDate => Temporal.PlainDate.from(dayInJapan(at));
const toDate = (at: Temporal.Instant): Date => new Date(at.epochMilliseconds);
/** A manager that was off for longer makes one sheet of the last so many days, and the alerts page has the rest. */
const daysMax = 366;

type ReviewedDay = { readonly day: string; readonly service: Service; readonly reviewing: Reviewing };

/**
 * Makes the sheet of the business day that it is now, from its opening on (S65): every alert since the last sheet, or since the last business day
 * where there is none. Which days are reviewed, and by which rules, is decided by the plan and the edition of each day. The transaction must be
 * one as the account.
 * @returns `wait` before the opening; `none` where nothing is to be made today; else the sheet's id
 */
export async function makeSheet(tx: Tx, desk: Desk, accountId: string): Promise<'wait' | 'none' | { id: string }> {
  const now = desk.platform.clock.now();
  const today = japanDayOf(now);
  const calendar = await calendarFor(tx, editionSource(desk.editions), accountId, { day: today.toString() });
  const span = reviewSheetOf(calendar, today);
  if (!span) return 'none';
  const { opens, closes } = openingOf(calendar, today);
  if (now < toDate(opens)) return 'wait';
  const to = toDate(span.to);
  const from = (await coveredUntil(tx, accountId)) ?? toDate(span.from);
  const days = from < to ? await reviewedDays(tx, desk, accountId, { from, to }) : [];
  const last = days.at(-1);
  if (!last) return 'none';
  const sheet = {
    ...{ id: newId(desk.platform.clock), businessDay: today.toString(), days: days.map(({ day }) => day), from, to },
    ...{ madeAt: now, dueAt: toDate(closes), clause: last.reviewing.clause, edition: last.service.edition.id },
  };
  if (!(await insertSheet(tx, accountId, sheet))) return 'none';
  const items = await itemsOf(tx, accountId, sheet.id, days, { from, to });
  await insertItems(tx, accountId, sheet.id, items);
  const due = items.filter(({ exclusion, is_sample }) => exclusion === null || is_sample).length;
  if (due === 0) await setSheetState(tx, { accountId, id: sheet.id }, 'done', now);
  else
    await raiseWork(tx, desk, {
      ...{ accountId, kind: 'reviewSheet', key: `review:${sheet.id}`, target: `review:${sheet.id}`, isOnce: true },
      ...{ facts: { day: sheet.businessDay, count: due }, feature: 'alert.response', dueAt: sheet.dueAt },
    });
  const facts = { day: sheet.businessDay, items: items.length, due, excluded: items.length - due };
  await note(tx, desk.platform.clock, {
    accountId,
    actor: system,
    action: 'review.made',
    target: `review:${sheet.id}`,
    facts,
  });
  await announce(tx, { topic: 'review', accountId, id: sheet.id });
  return { id: sheet.id };
}

/** The days of a span on which the account's plan had its alerts reviewed. */
async function reviewedDays(
  tx: Tx,
  desk: Desk,
  accountId: string,
  span: { readonly from: Date; readonly to: Date },
): Promise<ReviewedDay[]> {
  const all = [...datesBetween(dayInJapan(span.from), dayInJapan(span.to))].slice(0, -1).slice(-daysMax).map(String);
  const found: ReviewedDay[] = [];
  for (const day of all) {
    const service = await serviceOf(tx, desk, accountId, day);
    const reviewing = service.edition.response[service.plan];
    if (reviewing.handling === 'review') found.push({ day, service, reviewing });
  }
  return found;
}

async function itemsOf(
  tx: Tx,
  accountId: string,
  sheetId: string,
  days: readonly ReviewedDay[],
  span: { readonly from: Date; readonly to: Date },
): Promise<NewItem[]> {
  const byDay = new Map(days.map((day) => [day.day, day.reviewing]));
  const modules = [...new Set(days.flatMap(({ reviewing }) => reviewing.reviewed))];
  const isReviewed = ({ day, module }: Candidate) => byDay.get(day)?.reviewed.some((one) => one === module) ?? false;
  const items = (await selectCandidates(tx, accountId, { ...span, modules })).filter(isReviewed).map((candidate) => ({
    alert_id: candidate.id,
    ...excludeBy(byDay.get(candidate.day)!, candidate),
  }));
  const excluded = items.filter(({ exclusion }) => exclusion !== null);
  const sample = drawSample(
    sheetId,
    excluded.map(({ alert_id }) => alert_id),
  );
  return items.map((item) => ({ ...item, is_sample: sample.has(item.alert_id) }));
}
