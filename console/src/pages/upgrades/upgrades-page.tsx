import { Stack, Text } from '@mantine/core';
import type { VersionChange } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter, useChosenAccount } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconArrowUpCircle } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { OfAccount } from '../../parts/of-account.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { unannouncedQuery, upgradePlansQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { PlanCard } from './plan-card.tsx';
import { PlanForm } from './plan-form.tsx';

const route = getRouteApi('/frame/upgrades');

/** Agents brought to another build in rings (S59), and versions that changed unannounced (S17). */
export function UpgradesPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const account = useChosenAccount(search.account);
  const mayUpgrade = useSession().may('host.install');
  return (
    <Page
      title={say(mayUpgrade ? 'console.upgrade.title' : 'console.version.title')}
      subtitle={say(mayUpgrade ? 'console.upgrade.intro' : 'console.version.intro')}
      actions={
        <>
          <AccountFilter
            required
            value={account?.id}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {account && mayUpgrade && (
            <DialogButton label={say('console.upgrade.new')} title={say('console.upgrade.new')} button={{ size: 'sm' }}>
              {(close) => <PlanForm accountId={account.id} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <OfAccount wanted={search.account}>
        {({ id }) => (
          <Stack gap="md">
            {mayUpgrade && <Plans accountId={id} />}
            <Unannounced accountId={id} isAlone={!mayUpgrade} />
          </Stack>
        )}
      </OfAccount>
    </Page>
  );
}

function Plans({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(upgradePlansQuery(accountId));
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Card>
            <EmptyState icon={IconArrowUpCircle} title={say('console.upgrade.none')}>
              {say('console.upgrade.noneText')}
            </EmptyState>
          </Card>
        ) : (
          <Stack gap="md">
            {items.map((plan) => (
              <PlanCard key={plan.id} plan={plan} />
            ))}
          </Stack>
        )
      }
    </Loaded>
  );
}

function Unannounced({ accountId, isAlone }: { accountId: string; isAlone: boolean }) {
  const say = usePhrase();
  const query = useQuery(unannouncedQuery(accountId));
  const columns: Column<VersionChange>[] = [
    { key: 'at', head: say('console.version.at'), cell: ({ seenAt }) => <Time at={seenAt} /> },
    {
      key: 'host',
      head: say('console.upgrade.host'),
      short: true,
      cell: ({ hostId, hostName }) => (
        <TextLink to="/hosts/$hostId" params={{ hostId }}>
          {hostName}
        </TextLink>
      ),
    },
    {
      key: 'component',
      head: say('console.version.component'),
      cell: ({ component }) => say.or('versionComponent', component),
    },
    { key: 'from', head: say('console.version.from'), cell: ({ from }) => <code>{from}</code> },
    { key: 'to', head: say('console.version.to'), cell: ({ to }) => <code>{to}</code> },
  ];
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Card title={say('console.version.title')} flush={items.length > 0}>
          {items.length === 0 ? (
            <Text size="sm">{say('console.version.none')}</Text>
          ) : (
            <>
              {!isAlone && (
                <Text size="sm" className="dim" px="md" py="xs">
                  {say('console.version.intro')}
                </Text>
              )}
              <DataTable label={say('console.version.title')} columns={columns} rows={items} rowKey={({ id }) => id} />
            </>
          )}
        </Card>
      )}
    </Loaded>
  );
}
