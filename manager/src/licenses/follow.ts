import { dayInJapan, type Language, phrase } from '@sakimori/contract';
import { staffWho } from '../access/index.ts';
import { note, system } from '../audit/index.ts';
import type { Desk } from '../customers/index.ts';
import { type Composed, type Identity, tell } from '../notices/index.ts';
import { announce, type Tx } from '../platform/index.ts';
import { raiseWork, settleWork } from '../work/index.ts';
import { addDays, standingOn } from './coverage.ts';
import {
  type LicenseRow,
  lockLicense,
  selectLicenses,
  settleReminders,
  takeDueReminders,
  updateStanding,
} from './store.ts';

export const reminderKey = (id: string, validTo: string, days: number): string => `license:${id}:${validTo}:${days}`;
export const gapKey = (id: string): string => `license:${id}:gap`;
export const overuseKey = (id: string): string => `license:${id}:overuse`;

/** The first moment of a day in Japan. */
export const startOfDay = (day: string): Date => new Date(`${day}T00:00:00+09:00`);

const remindersAtOnce = 500;
type Options = { readonly publicUrl: () => string };

/**
 * Looks what has become due by the injected clock. Of several steps that passed while nothing ran, the nearest to the end is told and the others
 * are noted as passed; the rows are changed in the transaction that tells, so each is told once, whatever ends in between.
 */
export async function followLicenses(desk: Desk, options: Options): Promise<void> {
  await remind(desk, options);
  await watchStandings(desk, options);
}

async function remind(desk: Desk, options: Options): Promise<void> {
  const { clock, database } = desk.platform;
  await database.asProvider(async (tx) => {
    const due = await takeDueReminders(tx, clock.now(), remindersAtOnce);
    const groups = Map.groupBy(due, ({ license_id, valid_to }) => `${license_id} ${valid_to}`);
    for (const steps of groups.values()) {
      const { tenant_id: accountId, license_id: id, valid_to: validTo } = steps[0]!;
      const all = steps.map(({ days }) => days);
      const nearest = Math.min(...all);
      const at = clock.now();
      const [row] = await selectLicenses(tx, { id });
      // Its end is past: that is a gap and told as one.
      const isOver = !row || row.ended_at !== null || validTo < dayInJapan(at);
      await settleReminders(tx, { accountId, id }, { validTo, days: [nearest] }, isOver ? 'passed' : 'told', at);
      await settleReminders(tx, { accountId, id }, { validTo, days: all }, 'passed', at);
      if (!isOver) await tellOfEnd(tx, desk, options, row, validTo, nearest);
    }
  });
}

/** How long somebody has for it. The last step is for the day itself. */
const daysFor = (days: number): number => (days >= 30 ? 5 : days === 14 ? 3 : 2);

async function tellOfEnd(
  tx: Tx,
  desk: Desk,
  options: Options,
  row: LicenseRow,
  validTo: string,
  days: number,
): Promise<void> {
  const { tenant_id: accountId, id, product } = row;
  const today = dayInJapan(desk.platform.clock.now());
  const left = Math.max(Temporal.PlainDate.from(today).until(Temporal.PlainDate.from(validTo)).days, 0);
  // One piece of work at a time: the step before stands for the same.
  for (const earlier of [90, 60, 30, 14, 7].filter((each) => each > days))
    await settleWork(tx, desk, {
      ...{ accountId, key: reminderKey(id, validTo, earlier), state: 'cancelled' },
      evidence: `→ ${days}`,
    });
  await raiseWork(tx, desk, {
    ...{ accountId, kind: 'licenseExpiring', target: `license:${id}`, isOnce: true },
    facts: { product, days: left, validTo },
    key: reminderKey(id, validTo, days),
    ...(days === 1 ? { dueAt: startOfDay(addDays(validTo, 1)) } : { businessDays: daysFor(days) }),
  });
  const facts = { product, account: row.account_name, customer: row.account_name, days: left, validTo };
  await tellStaff(tx, desk, options, accountId, 'expiring', facts);
  await note(tx, desk.platform.clock, {
    ...{ accountId, actor: system, action: 'license.reminded', target: `license:${id}` },
    facts: { product, days, validTo },
  });
}

/** Everybody of the provider who may renew licenses is told; where there is nobody, the work says it. */
async function tellStaff(
  tx: Tx,
  desk: Desk,
  { publicUrl }: Options,
  accountId: string,
  what: 'expiring' | 'gap' | 'overuse',
  facts: Readonly<Record<string, string | number>>,
): Promise<void> {
  const staff = await staffWho(tx, 'license.write');
  const contacts = staff.map(({ mail, language }) => ({ accountId, mail, language }));
  const compose = (language: Language, from: Identity): Composed => ({
    subject: phrase(language, `license.mail.subject.${what}`, {
      product: phrase(language, 'product.name'),
      what: facts['product']!,
      ...pick(facts),
    }),
    text: `${[
      phrase(language, `license.mail.text.${what}`, { what: facts['product']!, ...pick(facts) }),
      `${phrase(language, 'license.mail.open')}\n${publicUrl()}/licenses`,
      `-- \n${[from.name(language), from.signature(language)].filter(Boolean).join('\n')}`,
    ].join('\n\n')}\n`,
  });
  await tell(tx, desk.platform, { accountId, kind: `license.${what}`, contacts, compose });
}

const pick = ({ product: _, ...facts }: Readonly<Record<string, string | number>>) => facts;

/** Gaps and seats: what has come about since the last look, and what is over. */
async function watchStandings(desk: Desk, options: Options): Promise<void> {
  const { clock, database } = desk.platform;
  const today = dayInJapan(clock.now());
  const rows = await database.asProvider((tx) => selectLicenses(tx, { retired: false }));
  const seats = seatsByProduct(rows, today);
  for (const row of rows) {
    const now = standingOf(row, seats, today);
    if (now.gapSince === row.gap_since && now.isOverused === row.is_overused) continue;
    await database.asProvider(async (tx) => {
      // Looked at again under the lock: somebody may have renewed it meanwhile.
      await lockLicense(tx, row.id);
      const [current] = await selectLicenses(tx, { id: row.id });
      if (!current || current.ended_at !== null) return;
      await change(tx, desk, options, current, standingOf(current, seats, today));
    });
  }
}

type Now = { readonly gapSince: string | null; readonly isOverused: boolean; readonly seats: number };

const groupOf = ({ tenant_id, product }: LicenseRow): string => `${tenant_id} ${product}`;

/** Seats of an account for a product add up over the licenses that are in force. */
function seatsByProduct(rows: readonly LicenseRow[], today: string): Map<string, number> {
  const seats = new Map<string, number>();
  for (const row of rows)
    if (row.seats !== null && standingOn(row.terms, today).state === 'inForce')
      seats.set(groupOf(row), (seats.get(groupOf(row)) ?? 0) + row.seats);
  return seats;
}

function standingOf(row: LicenseRow, seats: ReadonlyMap<string, number>, today: string): Now {
  const standing = standingOn(row.terms, today);
  const bought = seats.get(groupOf(row));
  return {
    gapSince: standing.gapSince ?? null,
    isOverused: row.seats !== null && standing.state === 'inForce' && bought !== undefined && row.used > bought,
    seats: bought ?? 0,
  };
}

async function change(tx: Tx, desk: Desk, options: Options, row: LicenseRow, now: Now): Promise<void> {
  const { tenant_id: accountId, id, product } = row;
  const target = `license:${id}`;
  const validTo = row.terms.reduce((last, { valid_to }) => (valid_to > last ? valid_to : last), '');
  await updateStanding(tx, { accountId, id }, now);
  const noted = (
    action: 'license.gap' | 'license.gap_over' | 'license.overused' | 'license.overuse_over',
    facts: object,
  ) => note(tx, desk.platform.clock, { accountId, actor: system, action, target, facts: { product, ...facts } });
  if (now.gapSince !== null && row.gap_since === null) {
    const dueAt = desk.platform.clock.now();
    const facts = { product, validTo: addDays(now.gapSince, -1) };
    await raiseWork(tx, desk, { accountId, kind: 'licenseGap', target, facts, key: gapKey(id), dueAt });
    await tellStaff(tx, desk, options, accountId, 'gap', { ...facts, account: row.account_name });
    await noted('license.gap', { since: now.gapSince });
  } else if (now.gapSince === null && row.gap_since !== null) {
    await settleWork(tx, desk, { accountId, key: gapKey(id), evidence: validTo });
    await noted('license.gap_over', {});
  }
  if (now.isOverused !== row.is_overused) {
    const facts = { product, used: row.used, seats: now.seats };
    if (now.isOverused) {
      await raiseWork(tx, desk, {
        accountId,
        kind: 'licenseOveruse',
        target,
        facts,
        key: overuseKey(id),
        businessDays: 3,
      });
      await tellStaff(tx, desk, options, accountId, 'overuse', { ...facts, account: row.account_name });
    } else await settleWork(tx, desk, { accountId, key: overuseKey(id), evidence: `${row.used} / ${now.seats}` });
    await noted(now.isOverused ? 'license.overused' : 'license.overuse_over', facts);
  }
  await announce(tx, { topic: 'work', accountId, id });
}
