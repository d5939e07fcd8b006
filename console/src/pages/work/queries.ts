import { routes, type WorkQueue } from '@sakimori/contract';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export type WorkFilter = {
  readonly accountId?: string | undefined;
  readonly queue?: WorkQueue | undefined;
  readonly show?: 'today' | 'unended' | 'ended' | undefined;
  readonly mine?: 'true' | 'false' | undefined;
};

export const workQuery = (filter: WorkFilter = {}) => ask(['work', filter], routes.listWork, { query: filter });

export const refreshWork = () => queryClient.invalidateQueries({ queryKey: ['work'] });
