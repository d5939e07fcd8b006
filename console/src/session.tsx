import type { Permission, Person } from '@sakimori/contract';
import { isCustomerRole, isSocRole } from '@sakimori/contract';
import { MutationCache, QueryCache, QueryClient, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { isUnauthenticated, Unreachable } from './api.ts';
import { accountsQuery, sessionQuery } from './queries.ts';

/** A refused session is asked for again: where nobody is signed in any more, the frame leads to the sign-in page. */
const onError = (error: unknown): void => {
  if (isUnauthenticated(error)) void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
};

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== 'session' && onError(error) }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // The manager may be on this very machine: what the browser thinks of its network says nothing.
      networkMode: 'always',
      staleTime: 10_000,
      retry: (count, error) => error instanceof Unreachable && count < 2,
      retryDelay: 1000,
    },
    mutations: { networkMode: 'always' },
  },
});

export type Session = {
  readonly person: Person;
  readonly may: (permission: Permission) => boolean;
  /** Staff of the provider see all accounts; people of a customer see their own. */
  readonly isProvider: boolean;
};

/** The signed-in person. Only below the frame, which stands only while somebody is signed in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data.person) throw new Error('nobody is signed in');
  return {
    person: data.person,
    may: (permission) => data.permissions.includes(permission),
    isProvider: !isCustomerRole(data.person.role) && !isSocRole(data.person.role),
  };
}

/** Accounts for filters and names; empty until they are here. */
export function useAccounts() {
  const { may } = useSession();
  return useQuery({ ...accountsQuery, enabled: may('account.read') }).data?.items ?? [];
}
