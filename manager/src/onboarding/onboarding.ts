import {
  type Actor,
  cellFaultText,
  dayInJapan,
  type Language,
  type Onboarding,
  type OnboardingSummary,
  type Order,
  type OrderChecked,
  phrase,
  Refusal,
} from '@sakimori/contract';
import type { BusinessCalendar } from '@sakimori/contract/calendar/index';
import { note } from '../audit/index.ts';
import { calendarFor } from '../calendar/index.ts';
import { editionSource } from '../customers/index.ts';
import { announce, isDuplicate, newId, sha256, type Tx, XlsxFault } from '../platform/index.ts';
import { type Desk, evidenceOf, firstSteps, todayOf, toSteps, toSummary } from './cases.ts';
import { followSteps } from './duties.ts';
import { readStanding } from './gate.ts';
import { type CheckedOrder, checkGivenOrder, checkOrder, sumOfOrder } from './order-check.ts';
import { readOrder } from './order-file.ts';
import { type CaseRow, insertCase, insertFile, selectCases, selectFiles, selectKnown } from './store.ts';

export type Given = {
  readonly file?: string | undefined;
  readonly name?: string | undefined;
  readonly order?: unknown;
};

/** Reads an order, as a file or from the page. @throws Refusal `workbook_refused` */
export function readGiven(desk: Desk, given: Given, language: Language): CheckedOrder {
  const edition = desk.editions.standard;
  if (given.file === undefined) return checkGivenOrder(given.order, edition, language);
  try {
    return checkOrder(readOrder(Buffer.from(given.file, 'base64')), edition, language);
  } catch (error) {
    if (!(error instanceof XlsxFault)) throw error;
    throw new Refusal('workbook_refused', { file: error.code }, { cause: error });
  }
}

/** Every fault at once, and whether the order is known; nothing is stored. @throws Refusal `workbook_refused` */
export async function check(desk: Desk, given: Given, language: Language): Promise<OrderChecked> {
  const { order, faults } = readGiven(desk, given, language);
  if (!order) return { faults };
  const known = await desk.platform.database.asProvider((tx) => selectKnown(tx, order, sumOfOrder(order)));
  return {
    ...{ order, faults },
    ...(known
      ? { known: { id: known.id, orderNumber: known.order_number, createdAt: known.created_at.toISOString() } }
      : {}),
  };
}

/**
 * Takes an order and begins its onboarding. The file is kept as it came.
 * @throws Refusal `workbook_refused`, `order_invalid`, `order_known`
 */
export async function begin(desk: Desk, actor: Actor, given: Given, language: Language): Promise<string> {
  const { order, faults } = readGiven(desk, given, language);
  if (!order) throw new Refusal('order_invalid', { count: faults.length, fault: cellFaultText(language, faults[0]!) });
  try {
    return await desk.platform.database.asProvider((tx) => beginWithin(tx, desk, actor, order, given));
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new Refusal(
      'order_known',
      { number: order.number, at: desk.platform.clock.now().toISOString() },
      { cause: error },
    );
  }
}

/** Within the transaction of whoever takes the order. @throws Refusal `order_known` */
export async function beginWithin(tx: Tx, desk: Desk, actor: Actor, order: Order, given: Given): Promise<string> {
  const { platform } = desk;
  const sum = sumOfOrder(order);
  const known = await selectKnown(tx, order, sum);
  if (known)
    throw new Refusal('order_known', {
      number: known.order_number,
      at: known.created_at.toISOString(),
      onboarding: known.id,
    });
  const at = platform.clock.now();
  const today = dayInJapan(at);
  const calendar = await calendarOf(tx, desk, undefined, today);
  const row: CaseRow = {
    ...{ tenant_id: newId(platform.clock), id: newId(platform.clock), order_number: order.number, order_sha256: sum },
    ...{ customer_name: order.customerName, account_name: accountNameOf(order), order_form: order },
    ...{
      steps: firstSteps(calendar, today, order.startsOn),
      state: 'open',
      version: 1,
      created_at: at,
      created_by: actor.name,
    },
    ...{ changed_at: at, changed_by: actor.name, issued_at: null, started_on: null, cancel_reason: null },
  };
  const [first] = row.steps;
  first!.startedAt = at.toISOString();
  first!.person = order.contactName;
  const content = given.file === undefined ? undefined : Buffer.from(given.file, 'base64');
  const name = given.name ?? `${order.number}.xlsx`;
  const fileId = newId(platform.clock);
  first!.evidence.push(
    evidenceOf(
      desk,
      actor.name,
      content ? 'file' : 'note',
      content ? name : order.number,
      content ? fileId : undefined,
    ),
  );
  await insertCase(tx, row);
  await followSteps(tx, desk, row);
  if (content)
    await insertFile(
      tx,
      row,
      {
        id: fileId,
        kind: 'order',
        name,
        bytes: content.length,
        sha256: sha256(content),
        uploadedAt: at.toISOString(),
        uploadedBy: actor.name,
      },
      content,
    );
  const facts = {
    order: order.number,
    customer: order.customerName,
    plan: order.plan,
    servers: order.servers.length,
    sha256: sum,
  };
  await note(tx, platform.clock, {
    accountId: row.tenant_id,
    actor,
    action: 'onboarding.begun',
    target: `onboarding:${row.id}`,
    facts,
  });
  await announce(tx, { topic: 'account', accountId: row.tenant_id, id: row.tenant_id });
  return row.id;
}

/** One account for each plan of a customer (S20): so the plan tells them apart. */
const accountNameOf = ({ customerName, plan }: Order): string => {
  const suffix = ` ${phrase('ja', `plan.${plan}`)}`;
  return customerName.slice(0, 200 - suffix.length) + suffix;
};

function calendarOf(tx: Tx, desk: Desk, accountId: string | undefined, day: string): Promise<BusinessCalendar> {
  return calendarFor(tx, editionSource(desk.editions), accountId, { day });
}

/** How all of them stand, those that are late first. */
export function list(
  desk: Desk,
  actor: Actor,
  filter: { accountId?: string | undefined; all: boolean },
): Promise<OnboardingSummary[]> {
  const today = todayOf(desk);
  return desk.platform.database.for(actor, async (tx) => {
    const rows = await selectCases(tx, filter);
    const calendar = await calendarOf(tx, desk, actor.accountId, today);
    const items = rows.map((row) => toSummary(row, desk.editions.standard, calendar, today));
    return items.sort(
      (a, b) => b.lateBusinessDays - a.lateBusinessDays || (a.dueOn ?? '9').localeCompare(b.dueOn ?? '9'),
    );
  });
}

/** @throws Refusal `not_found` where there is none, or it is another account's */
export async function findCase(tx: Tx, id: string): Promise<CaseRow> {
  const [row] = await selectCases(tx, { id, all: true });
  if (!row) throw new Refusal('not_found', { what: 'onboarding' });
  return row;
}

export const get = (desk: Desk, actor: Actor, id: string, language: Language): Promise<Onboarding> =>
  desk.platform.database.for(actor, async (tx) =>
    tellCase(tx, desk, await findCase(tx, id), language, actor.accountId),
  );

async function tellCase(
  tx: Tx,
  desk: Desk,
  row: CaseRow,
  language: Language,
  tenant: string | undefined,
): Promise<Onboarding> {
  const today = todayOf(desk);
  const edition = desk.editions.standard;
  const calendar = await calendarOf(tx, desk, tenant, today);
  const heard = await desk.hearing.of(tx, row.order_form, row.tenant_id);
  const standing = await readStanding(tx, desk, row, language);
  return {
    ...toSummary(row, edition, calendar, today),
    ...{ version: row.version, changedAt: row.changed_at.toISOString(), changedBy: row.changed_by },
    ...{ order: row.order_form, steps: toSteps(row, edition), files: await selectFiles(tx, row.id) },
    ...{ contradictions: [...(heard?.contradictions ?? [])], hosts: [...standing.hosts] },
    ...{ recipients: [...standing.recipients], gate: [...standing.gate] },
    ...(row.started_on === null ? {} : { startedOn: row.started_on }),
    ...(row.cancel_reason === null ? {} : { cancelReason: row.cancel_reason }),
  };
}
