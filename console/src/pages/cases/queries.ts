import { type CaseDetail, type CaseState, type Route, type RouteCall, routes } from '@sakimori/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export const caseShows = ['unclosed', 'unacknowledged', 'working', 'waiting', 'closed'] as const;
export type CaseShow = (typeof caseShows)[number];

/** A partner SOC hears no live events, so it asks again by itself. */
const everyMs = 10_000;

export const casesQuery = (filter: { accountId?: string | undefined; state: CaseShow; mine: boolean }) =>
  infiniteQueryOptions({
    queryKey: ['cases', 'list', filter],
    queryFn: ({ pageParam }) =>
      call(routes.listCases, {
        query: {
          ...{ accountId: filter.accountId, state: filter.state as CaseState | 'unclosed' | 'unacknowledged' },
          ...{ mine: filter.mine ? ('true' as const) : ('false' as const), limit: 100, cursor: pageParam },
        },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: everyMs,
  });

export const caseQuery = (caseId: string) =>
  queryOptions<CaseDetail>({
    queryKey: ['cases', caseId],
    queryFn: () => call(routes.getCase, { params: { caseId } }),
    refetchInterval: everyMs,
  });
export const casesOfAccountQuery = (accountId: string) =>
  ask(['cases', 'account', accountId], routes.listCases, { query: { accountId, limit: 100 } });

/** Does something to a case; the page shows what it is now. */
export async function act<R extends Route>(route: R, given: RouteCall<R>): Promise<CaseDetail> {
  const changed = (await call(route, given)) as unknown as CaseDetail;
  await queryClient.invalidateQueries({ queryKey: ['cases'] });
  return changed;
}
