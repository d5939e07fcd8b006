import { routes, type TicketState } from '@sakimori/contract';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { ask, paging } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export type TicketFilter = {
  readonly accountId?: string | undefined;
  readonly state?: TicketState | 'unclosed' | 'all' | undefined;
  readonly alertId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly mine?: 'true' | 'false' | undefined;
};

export const ticketsQuery = (filter: TicketFilter = {}) =>
  ask(['tickets', 'list', filter], routes.listTickets, { query: filter });
export const ticketQuery = (ticketId: string) => ask(['tickets', ticketId], routes.getTicket, { params: { ticketId } });
export const figuresQuery = (accountId?: string) =>
  ask(['tickets', 'figures', accountId], routes.getTicketFigures, { query: { accountId } });
/** A handful at a time: after a night of spam there are more than anybody reads at once. */
export const parkedQuery = infiniteQueryOptions({
  queryKey: ['tickets', 'parked'],
  queryFn: ({ pageParam }) => call(routes.listParkedMails, { query: { limit: 20, cursor: pageParam } }),
  ...paging,
});
export const parkedMailQuery = (mailId: string) =>
  ask(['tickets', 'parked', mailId], routes.getParkedMail, { params: { mailId } });
export const callersQuery = (given: { phone?: string; name?: string }) =>
  ask(['tickets', 'callers', given], routes.findCallers, { query: given });

export const refreshTickets = () => queryClient.invalidateQueries({ queryKey: ['tickets'] });
