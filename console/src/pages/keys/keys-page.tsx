import { type ApiKey, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { useAccountName } from '../../parts/account-filter.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconKey } from '../../parts/icons.ts';
import { keyDateColumns } from '../../parts/key-columns.tsx';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { keysQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';
import { CreateKeyButton } from './create-key.tsx';

/** Keys with which programs use the service API. */
export function KeysPage() {
  const say = usePhrase();
  const accountName = useAccountName();
  const query = useQuery(keysQuery);
  const revoke = async (keyId: string) => {
    await call(routes.revokeKey, { params: { keyId } });
    await queryClient.invalidateQueries({ queryKey: ['key'] });
  };
  const columns: Column<ApiKey>[] = [
    { key: 'name', head: say('console.keys.name'), cell: (key) => <strong>{key.name}</strong> },
    { key: 'role', head: say('console.person.role'), cell: (key) => say(`role.${key.role}`) },
    {
      key: 'account',
      head: say('console.account'),
      cell: (key) => (key.accountId ? accountName(key.accountId) : say('console.allAccounts')),
    },
    ...keyDateColumns<ApiKey>(say),
    {
      key: 'acts',
      head: say('console.actions'),
      silent: true,
      align: 'right',
      width: 110,
      cell: (key) => (
        <ConfirmButton
          label={say('console.keys.revoke')}
          text={say('console.keys.revokeText', { name: key.name })}
          onConfirm={() => revoke(key.id)}
        />
      ),
    },
  ];
  return (
    <Page title={say('console.nav.keys')} subtitle={say('console.keys.subtitle')} actions={<CreateKeyButton />}>
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        label={say('console.nav.keys')}
        columns={columns}
        rowKey={(key) => key.id}
        empty={{ icon: IconKey, title: say('console.keys.none'), children: say('console.keys.noneText') }}
      />
    </Page>
  );
}
