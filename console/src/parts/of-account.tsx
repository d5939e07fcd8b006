import type { Account } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { usePhrase } from '../language.tsx';
import { accountsQuery } from '../queries.ts';
import { useChosenAccount } from './account-filter.tsx';
import { Card } from './card.tsx';
import { EmptyState } from './empty-state.tsx';
import { IconBuilding } from './icons.ts';
import { Loaded } from './loaded.tsx';

export type OfAccountProps = {
  /** The account that the address names. */
  readonly wanted: string | undefined;
  readonly children: (account: Account) => ReactNode;
};

/** What a page shows of one account: the one that is wanted, else the first. Where there is none yet, it says so. */
export function OfAccount({ wanted, children }: OfAccountProps) {
  const say = usePhrase();
  const query = useQuery(accountsQuery);
  const account = useChosenAccount(wanted);
  return (
    <Loaded query={query}>
      {() =>
        account ? (
          children(account)
        ) : (
          <Card>
            <EmptyState icon={IconBuilding} title={say('console.accounts.none')}>
              {say('console.accounts.noneText')}
            </EmptyState>
          </Card>
        )
      }
    </Loaded>
  );
}
