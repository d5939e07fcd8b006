import { Checkbox, Group, Select } from '@mantine/core';
import { type Case, caseTitle } from '@sakimori/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLanguage, usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconCircleCheck } from '../../parts/icons.ts';
import { Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { CaseLevel, CaseStateBadge } from './case-badges.tsx';
import { caseShows, casesQuery } from './queries.ts';

const route = getRouteApi('/frame/cases');

/** One queue over all accounts whose alerts are handled round the clock, newest first. */
export function CasesPage() {
  const say = usePhrase();
  const { isProvider } = useSession();
  const { account, state = 'unclosed', mine } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(casesQuery({ accountId: account, state, mine: mine === 'yes' }));
  return (
    <Page title={say('console.case.title')} subtitle={say('console.case.subtitle')}>
      <Group gap="xs" component="search" aria-label={say('console.filters')}>
        <Select
          w={{ base: '100%', xs: 190 }}
          aria-label={say('console.case.state')}
          data={caseShows.map((value) => ({ value, label: say(`console.case.show.${value}`) }))}
          value={state}
          allowDeselect={false}
          onChange={(value) =>
            void navigate({
              search: (now) => ({ ...now, state: caseShows.find((one) => one === value) }),
              replace: true,
            })
          }
        />
        <AccountFilter
          value={account}
          onChange={(next) => void navigate({ search: (now) => ({ ...now, account: next }), replace: true })}
        />
        {isProvider && (
          <Checkbox
            label={say('console.case.mine')}
            checked={mine === 'yes'}
            onChange={(event) => {
              const next = event.currentTarget.checked ? ('yes' as const) : undefined;
              void navigate({ search: (now) => ({ ...now, mine: next }), replace: true });
            }}
          />
        )}
      </Group>
      <Card flush>
        <Loaded query={query}>
          {({ pages }) => {
            const cases = pages.flatMap(({ items }) => items);
            return cases.length > 0 ? (
              <CaseTable cases={cases} />
            ) : (
              <EmptyState icon={IconCircleCheck} title={say('console.case.none')}>
                {say('console.case.noneText')}
              </EmptyState>
            );
          }}
        </Loaded>
        <LoadMore query={query} />
      </Card>
    </Page>
  );
}

function CaseTable({ cases }: { cases: readonly Case[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { isProvider, person } = useSession();
  const isOurs = isProvider || person.role === 'soc-partner';
  const columns: Column<Case>[] = [
    {
      key: 'severity',
      head: say('console.alerts.severity'),
      width: 96,
      cell: (found) => <SeverityBadge severity={found.severity} />,
    },
    {
      key: 'title',
      head: say('console.case.what'),
      width: '34%',
      cell: (found) => (
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <Link to="/cases/$caseId" params={{ caseId: found.id }} className="row-link">
            {caseTitle(language, found)}
          </Link>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            #{found.number} · {say('console.case.alertCount', { count: found.alertCount })}
            {found.lead && ` · ${found.lead.hostName}`}
          </div>
        </div>
      ),
    },
    { key: 'account', short: true, head: say('console.account'), shown: isOurs, cell: (found) => found.accountName },
    { key: 'state', head: say('console.case.state'), width: 150, cell: (found) => <CaseStateBadge found={found} /> },
    { key: 'level', head: say('console.case.who'), shown: isOurs, cell: (found) => <CaseLevel found={found} /> },
    {
      key: 'soc',
      short: true,
      head: say('console.case.soc'),
      shown: isProvider,
      cell: (found) => found.soc?.name ?? '–',
    },
    {
      key: 'opened',
      head: say('console.case.opened'),
      width: 150,
      cell: (found) => <Time at={found.openedAt} stacked />,
    },
  ];
  return (
    <DataTable label={say('console.case.title')} columns={columns} rows={cases} rowKey={({ id }) => id} showFresh />
  );
}
