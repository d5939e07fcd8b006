import { type ChangeState, routes } from '@sakimori/contract';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export type ChangeFilter = {
  readonly accountId?: string | undefined;
  readonly ticketId?: string | undefined;
  readonly state?: ChangeState | 'open' | 'all' | undefined;
};

export const changesQuery = (filter: ChangeFilter) =>
  ask(['changes', 'list', filter], routes.listChanges, { query: filter });
export const changeQuery = (changeId: string) => ask(['changes', changeId], routes.getChange, { params: { changeId } });
export const refreshChanges = () => queryClient.invalidateQueries({ queryKey: ['changes'] });
