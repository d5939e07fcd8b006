import { type Actor, dayInJapan, daysMax, Refusal, routes } from '@sakimori/contract';
import { listDays } from '@sakimori/contract/calendar/index';
import { type BoundRoute, type Platform, serve, type Tx } from '../platform/index.ts';
import {
  addOverride,
  type Changing,
  calendarFor,
  checkSpan,
  computeDeadline,
  type EditionSource,
  readState,
  removeOverride,
  undoChange,
} from './calendar.ts';
import { createFeed, readFeed, revokeFeed, toFeed } from './feeds.ts';
import { importHolidays, previewHolidays } from './holidays.ts';
import { selectFeeds } from './store.ts';

/** What the rooms to the right know and this one does not. */
export type CalendarOptions = {
  readonly publicUrl: () => string;
  readonly editions: EditionSource;
  /** @throws Refusal `not_found` where there is no such account, or it is not the caller's */
  readonly checkAccount: (tx: Tx, accountId: string) => Promise<void>;
};

export function calendarRoutes(
  platform: Platform,
  { publicUrl, editions, checkAccount }: CalendarOptions,
): BoundRoute[] {
  /** Does work on the calendar that the caller means: a customer has no other than their own account's. */
  const on = <T>(actor: Actor, given: string | undefined, work: (tx: Tx, scope: string | undefined) => Promise<T>) =>
    platform.database.for(actor, async (tx) => {
      const scope = given ?? actor.accountId;
      if (scope !== undefined) await checkAccount(tx, scope);
      return work(tx, scope);
    });
  const changing = async (actor: Actor, scope: string | undefined): Promise<Changing> => {
    if (scope !== undefined) await platform.database.for(actor, (tx) => checkAccount(tx, scope));
    return { platform, editions, actor, scope };
  };
  return [
    serve(routes.getCalendar, ({ query }, { actor }) =>
      on(actor, query.accountId, (tx, scope) =>
        readState(tx, { editions, now: platform.clock.now() }, scope, actor.accountId === undefined),
      ),
    ),
    serve(routes.listDays, ({ query: { from, to, accountId } }, { actor }) => {
      checkSpan(from, to, daysMax);
      return on(actor, accountId, async (tx, scope) => {
        const calendar = await calendarFor(tx, editions, scope, { day: dayInJapan(platform.clock.now()) });
        return { calendarVersion: calendar.version, items: listDays(calendar, from, to) };
      });
    }),
    serve(routes.getDeadline, ({ query: { accountId, rule, at, calendarVersion } }, { actor }) =>
      on(actor, accountId, (tx, scope) =>
        computeDeadline(tx, editions, { accountId: scope, rule, at: readInstant(at), calendarVersion }),
      ),
    ),
    serve(routes.addOverride, async ({ body: { accountId, ...input } }, { actor }) =>
      addOverride(await changing(actor, accountId), input),
    ),
    serve(routes.removeOverride, async ({ params, query }, { actor }) =>
      removeOverride(await changing(actor, query.accountId), params.overrideId),
    ),
    serve(routes.previewHolidays, ({ body }, { actor }) =>
      platform.database.for(actor, (tx) => previewHolidays(tx, body.file)),
    ),
    serve(routes.importHolidays, async ({ body }, { actor, language }) =>
      importHolidays(await changing(actor, undefined), { ...body, language }),
    ),
    serve(routes.undoCalendar, async ({ body }, { actor }) =>
      undoChange(await changing(actor, body.accountId), body.version),
    ),
    serve(routes.listCalendarFeeds, async (_, { actor }) => ({
      items: (await platform.database.for(actor, selectFeeds)).map(toFeed),
    })),
    serve(routes.createCalendarFeed, async ({ body }, { actor }) => {
      await changing(actor, body.accountId);
      return createFeed(platform, actor, body, publicUrl());
    }),
    serve(routes.revokeCalendarFeed, async ({ params }, { actor }) => {
      await revokeFeed(platform, actor, params.feedId);
      return undefined;
    }),
    serve(routes.readCalendarFeed, ({ params }) => readFeed(platform, editions, params.feedToken)),
  ];
}

/** @throws Refusal `malformed` where the form is right and there is no such instant */
function readInstant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new Refusal('malformed', { detail: 'query.at: there is no such time' });
  return at;
}
