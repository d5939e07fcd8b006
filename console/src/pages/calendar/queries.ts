import { routes } from '@sakimori/contract';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

const scope = (account: string | undefined) => (account === undefined ? {} : { accountId: account });

export const calendarQuery = (account: string | undefined) =>
  ask(['calendar', 'state', account], routes.getCalendar, { query: scope(account) });
export const yearQuery = (account: string | undefined, year: number) =>
  ask(['calendar', 'days', account, year], routes.listDays, {
    query: { from: `${year}-01-01`, to: `${year}-12-31`, ...scope(account) },
  });
export const feedsQuery = ask(['calendar', 'feeds'], routes.listCalendarFeeds);

export const refreshCalendar = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['calendar'] });

/** Today in Japan, wherever the browser is: `2026-11-27`. */
export const todayInJapan = (): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Asia/Tokyo' }).format(new Date());
