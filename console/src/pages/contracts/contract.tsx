import { Group, Stack } from '@mantine/core';
import { type Account, routes, type ServiceContract } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconClipboardList, IconPlus } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { contractsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { ChangeForm } from './change-form.tsx';
import { ContractForm } from './contract-form.tsx';
import { EndForm } from './end-form.tsx';
import { refreshContract } from './refresh.ts';
import { Servers } from './servers.tsx';
import { Terms } from './terms.tsx';

/** Terms of an account's contract, and the servers under it. */
export function Contract({ account }: { account: Account }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(contractsQuery(account.id));
  const terms = query.data?.items ?? [];
  const latest = terms[0];
  const mayWrite = may('contract.write');
  const button = { size: 'compact-sm', variant: 'default' } as const;
  const isOver = !latest || latest.state === 'ended';
  const actions = mayWrite && (
    <Group gap={6}>
      {(isOver || latest.endsOn !== undefined) && (
        <DialogButton
          label={say('console.contract.create')}
          button={{ ...button, leftSection: <IconPlus size={15} /> }}
        >
          {(close) => <ContractForm account={account} onDone={close} />}
        </DialogButton>
      )}
      {!isOver && latest.state === 'inForce' && (
        <>
          <DialogButton label={say('console.contract.change')} button={button} size="lg">
            {(close) => <ChangeForm term={latest} onDone={close} />}
          </DialogButton>
          <DialogButton label={say('console.contract.end')} button={button}>
            {(close) => <EndForm term={latest} onDone={close} />}
          </DialogButton>
        </>
      )}
    </Group>
  );
  return (
    <Stack gap="md">
      <Card title={say('console.contract.title', { account: account.name })} actions={actions} flush>
        <Loaded query={query}>
          {({ items }) =>
            items.length > 0 ? (
              <TermTable terms={items} mayWrite={mayWrite} />
            ) : (
              <EmptyState icon={IconClipboardList} title={say('console.contract.none')}>
                {say('console.contract.noneText')}
              </EmptyState>
            )
          }
        </Loaded>
      </Card>
      <Terms account={account} />
      {latest && <Servers accountId={account.id} nodes={latest.nodes} />}
    </Stack>
  );
}

const tones = { inForce: 'good', coming: 'info', ended: 'idle' } as const;

function TermTable({ terms, mayWrite }: { terms: readonly ServiceContract[]; mayWrite: boolean }) {
  const say = usePhrase();
  const cancel = async (term: ServiceContract, reason: string) => {
    const params = { accountId: term.accountId, contractId: term.id };
    await call(routes.cancelContract, { params, body: { reason } });
    await refreshContract();
  };
  const columns: Column<ServiceContract>[] = [
    {
      key: 'state',
      head: say('console.contract.state'),
      width: 110,
      cell: ({ state }) => <StateBadge tone={tones[state]}>{say(`contractState.${state}`)}</StateBadge>,
    },
    { key: 'number', head: say('console.contract.number'), cell: ({ number }) => number },
    { key: 'plan', head: say('console.accounts.plan'), cell: ({ plan }) => say(`plan.${plan}`) },
    {
      key: 'edition',
      head: say('console.contract.edition'),
      cell: ({ edition }) => (
        <Link to="/plans" search={{ edition }}>
          {edition}
        </Link>
      ),
    },
    { key: 'nodes', head: say('console.contract.nodes'), align: 'right', cell: ({ nodes }) => nodes },
    {
      key: 'period',
      head: say('console.contract.period'),
      cell: ({ startsOn, endsOn }) => `${startsOn} – ${endsOn ?? ''}`,
    },
    { key: 'reason', head: say('console.reason'), cell: ({ reason }) => reason ?? '' },
    {
      key: 'cancel',
      head: say('console.contract.cancel'),
      silent: true,
      width: 130,
      shown: mayWrite && terms.some(({ state }) => state === 'coming'),
      cell: (term) =>
        term.state === 'coming' && (
          <ConfirmButton
            label={say('console.contract.cancel')}
            text={say('console.contract.cancelText', { from: term.startsOn })}
            reasonLabel={say('console.reason')}
            onConfirm={(reason) => cancel(term, reason)}
          />
        ),
    },
  ];
  return <DataTable label={say('console.contract.open')} columns={columns} rows={terms} rowKey={(term) => term.id} />;
}
