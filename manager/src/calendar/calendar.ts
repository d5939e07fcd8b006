import {
  type Actor,
  type AuditAction,
  type CalendarOverride,
  type CalendarState,
  type Deadline,
  type DueRule,
  dayInJapan,
  type Edition,
  overrideDaysMax,
  overridesMax,
  Refusal,
} from '@sakimori/contract';
import {
  type BusinessCalendar,
  builtIn,
  deadlineOf,
  knownDays,
  makeCalendar,
  timesOf,
} from '@sakimori/contract/calendar/index';
import { note } from '../audit/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import {
  type Change,
  type ChangeRow,
  type Contents,
  insertVersion,
  lastNumber,
  lockCalendar,
  type Scope,
  selectChange,
  selectChanges,
  selectContents,
} from './store.ts';

/** Changes shown; the audit has all of them. */
const changesShown = 100;

type Numbers = { readonly provider: number; readonly account: number };

/** Which edition of the specification an account is served by; without an account, the one of new contracts. */
export type EditionSource = {
  readonly standard: Edition;
  /** @throws Refusal `not_found` */
  readonly get: (id: string) => Edition;
  /** @param day on which it happened: an account may be on another edition tomorrow */
  readonly ofAccount: (tx: Tx, accountId: string, day: string) => Promise<Edition>;
};

/** `builtin-1+p3+a2`: the rules in the code, the provider's version, the account's. */
const versionText = ({ provider, account }: Numbers): string =>
  `${builtIn.version}${provider > 0 ? `+p${provider}` : ''}${account > 0 ? `+a${account}` : ''}`;

function readVersion(text: string): (Numbers & { data: string; edition: string }) | undefined {
  const match = /^(builtin-\d{1,4}(?:\+p(\d{1,9}))?(?:\+a(\d{1,9}))?)@([a-z0-9.-]{1,31})$/.exec(text);
  if (!match) return undefined;
  return { data: match[1]!, provider: Number(match[2] ?? 0), account: Number(match[3] ?? 0), edition: match[4]! };
}

const unknownVersion = () => new Refusal('not_found', { what: 'calendarVersion' });

/**
 * The calendar that an account's deadlines are computed with, or the provider's own where none is named.
 * @param asked `day`: on which it happened, for the edition of that day; `version`: the one that an earlier deadline kept, without it what
 *   stands now
 * @throws Refusal `not_found` where there is no such version
 */
export async function calendarFor(
  tx: Tx,
  editions: EditionSource,
  scope: Scope,
  { day, version }: { readonly day: string; readonly version?: string | undefined },
): Promise<BusinessCalendar> {
  const pinned = version === undefined ? undefined : readVersion(version);
  if (version !== undefined && !pinned) throw unknownVersion();
  const numbers = pinned ?? (await numbersOf(tx, scope));
  if (scope === undefined && numbers.account > 0) throw unknownVersion();
  const provider = await selectContents(tx, undefined, numbers.provider);
  const account = await selectContents(tx, scope, scope === undefined ? 0 : numbers.account);
  if (!provider || !account) throw unknownVersion();
  const edition = pinned ? editions.get(pinned.edition) : await editionOf(tx, editions, scope, day);
  return makeCalendar(
    {
      version: pinned?.data ?? versionText(numbers),
      holidays: provider.holidays ?? undefined,
      overrides: [...provider.overrides, ...account.overrides],
    },
    timesOf(edition),
  );
}

const editionOf = (tx: Tx, editions: EditionSource, scope: Scope, day: string): Promise<Edition> =>
  scope === undefined ? Promise.resolve(editions.standard) : editions.ofAccount(tx, scope, day);

const numbersOf = async (tx: Tx, scope: Scope): Promise<Numbers> => ({
  provider: await lastNumber(tx, undefined),
  account: scope === undefined ? 0 : await lastNumber(tx, scope),
});

/**
 * When something of an account is due. This is the one function for whoever keeps deadlines: store what it gives, `calendarVersion` and
 * explanation too, in the transaction that causes the deadline.
 * @throws Refusal `date_out_of_range`, `no_business_day`, `not_found` (version)
 */
export async function computeDeadline(
  tx: Tx,
  editions: EditionSource,
  what: {
    readonly accountId?: string | undefined;
    readonly rule: DueRule;
    readonly at: Date;
    readonly calendarVersion?: string | undefined;
  },
): Promise<Deadline> {
  const day = dayInJapan(what.at);
  const calendar = await calendarFor(tx, editions, what.accountId, { day, version: what.calendarVersion });
  return deadlineOf(calendar, what.rule, what.at.toTemporalInstant());
}

/** A calendar as it stands. @param now for the edition of today @param seesChanges whether who did what is told, which is the provider's */
export async function readState(
  tx: Tx,
  { editions, now }: { readonly editions: EditionSource; readonly now: Date },
  scope: Scope,
  seesChanges: boolean,
): Promise<CalendarState> {
  const numbers = await numbersOf(tx, scope);
  const calendar = await calendarFor(tx, editions, scope, { day: dayInJapan(now) });
  const provider = (await selectContents(tx, undefined, numbers.provider))!;
  const own = scope === undefined ? provider : (await selectContents(tx, scope, numbers.account))!;
  const rows = seesChanges ? await selectChanges(tx, scope, changesShown) : [];
  return {
    ...(scope === undefined ? {} : { accountId: scope }),
    calendarVersion: calendar.version,
    version: scope === undefined ? numbers.provider : numbers.account,
    knownFrom: knownDays.first.toString(),
    knownTo: knownDays.last.toString(),
    announcedUntil: calendar.announcedUntil,
    opens: calendar.times.opens,
    closes: calendar.times.closes,
    ...(provider.holidays
      ? { imported: { firstYear: provider.holidays.firstYear, lastYear: provider.holidays.lastYear } }
      : {}),
    overrides: [...provider.overrides, ...(scope === undefined ? [] : own.overrides)],
    changes: rows.map(toChange),
    isUndoPossible: (rows[0]?.origin ?? 0) > 0,
  };
}

const toChange = ({ number, made_at, made_by, change }: ChangeRow) => ({
  version: number,
  at: made_at.toISOString(),
  by: made_by,
  ...change,
});

export type Changing = {
  readonly platform: Platform;
  readonly editions: EditionSource;
  readonly actor: Actor;
  readonly scope: Scope;
};
type Made = {
  readonly contents: Contents;
  readonly change: Change;
  readonly action: AuditAction;
  readonly target: string;
};

/** Makes the next version of a calendar out of the one that stands. */
export async function changeCalendar(
  changing: Changing,
  make: (contents: Contents, number: number) => Made,
): Promise<CalendarState> {
  const { platform, editions, scope } = changing;
  return platform.database.asProvider(async (tx) => {
    await lockCalendar(tx, scope);
    const number = await lastNumber(tx, scope);
    const made = make((await selectContents(tx, scope, number))!, number);
    await putVersion(tx, changing, { ...made, number: number + 1, origin: number + 1 });
    return readState(tx, { editions, now: platform.clock.now() }, scope, true);
  });
}

async function putVersion(
  tx: Tx,
  { platform, actor, scope }: Changing,
  { contents, change, action, target, number, origin }: Made & { number: number; origin: number },
): Promise<void> {
  const at = platform.clock.now();
  await insertVersion(tx, scope, { ...contents, number, origin, at, by: actor.name, change });
  const { action: _, ...told } = change;
  await note(tx, platform.clock, { accountId: scope, actor, action, target, facts: { version: number, ...told } });
  await announce(tx, { topic: 'calendar', ...(scope === undefined ? {} : { accountId: scope }) });
}

export type OverrideInput = {
  readonly from: string;
  readonly to?: string | undefined;
  readonly effect: CalendarOverride['effect'];
  readonly reason: string;
};

/** @throws Refusal `malformed`, `date_out_of_range`, `limit_reached` */
export function addOverride(
  changing: Changing,
  { from, to = from, effect, reason }: OverrideInput,
): Promise<CalendarState> {
  checkSpan(from, to, overrideDaysMax);
  const id = newId(changing.platform.clock);
  const scope = changing.scope === undefined ? 'provider' : 'account';
  return changeCalendar(changing, ({ holidays, overrides }) => {
    if (overrides.length >= overridesMax)
      throw new Refusal('limit_reached', { what: 'calendarOverride', max: overridesMax });
    return {
      contents: { holidays, overrides: [...overrides, { id, from, to, effect, reason, scope }] },
      change: { action: 'override-added', from, to, effect, reason },
      ...{ action: 'calendar.override_added', target: `calendar:${id}` },
    };
  });
}

/** @throws Refusal `not_found` */
export function removeOverride(changing: Changing, id: string): Promise<CalendarState> {
  return changeCalendar(changing, ({ holidays, overrides }) => {
    const gone = overrides.find((override) => override.id === id);
    if (!gone) throw new Refusal('not_found', { what: 'calendarOverride' });
    const { from, to, effect, reason } = gone;
    return {
      contents: { holidays, overrides: overrides.filter((override) => override.id !== id) },
      change: { action: 'override-removed', from, to, effect, reason },
      ...{ action: 'calendar.override_removed', target: `calendar:${id}` },
    };
  });
}

/**
 * Takes back the last change that stands; another undo goes one step further back. What was computed meanwhile keeps its version.
 * @param version what the caller saw as the last one
 * @throws Refusal `version_conflict`, `wrong_state` where nothing is left to take back
 */
export function undoChange(changing: Changing, version: number): Promise<CalendarState> {
  const { platform, editions, scope } = changing;
  return platform.database.asProvider(async (tx) => {
    await lockCalendar(tx, scope);
    const current = await lastNumber(tx, scope);
    if (current !== version) throw new Refusal('version_conflict', { current });
    const undid = (await selectChange(tx, scope, current))?.origin ?? 0;
    if (undid === 0) throw new Refusal('wrong_state', { what: 'calendarChange', state: 'none' });
    const before = undid - 1;
    const contents = (await selectContents(tx, scope, before))!;
    const origin = (await selectChange(tx, scope, before))?.origin ?? 0;
    const { action: _, ...undone } = (await selectChange(tx, scope, undid))!.change;
    await putVersion(tx, changing, {
      ...{ contents, number: current + 1, origin },
      change: { ...undone, action: 'undone', undid },
      ...{ action: 'calendar.undone', target: `calendar:version-${undid}` },
    });
    return readState(tx, { editions, now: platform.clock.now() }, scope, true);
  });
}

/** @throws Refusal `malformed`, `date_out_of_range` */
export function checkSpan(from: string, to: string, daysMax: number): void {
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)];
  for (const date of [first, last])
    if (Temporal.PlainDate.compare(date, knownDays.first) < 0 || Temporal.PlainDate.compare(date, knownDays.last) > 0)
      throw new Refusal('date_out_of_range', {
        date: date.toString(),
        ...{ first: knownDays.first.toString(), last: knownDays.last.toString() },
      });
  const days = first.until(last).days + 1;
  if (days < 1) throw new Refusal('malformed', { detail: 'to: is before from' });
  if (days > daysMax) throw new Refusal('malformed', { detail: `to: more than ${daysMax} days after from` });
}
