import { queryClient } from '../../session.tsx';

/** What changed may have changed the plan, which other pages show. */
export const refreshContract = (): Promise<unknown> =>
  Promise.all(['contract', 'account', 'edition'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
