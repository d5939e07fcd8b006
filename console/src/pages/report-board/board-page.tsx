import { Group, SegmentedControl, Text } from '@mantine/core';
import type { ReportIssue } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconCircleCheck } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { useSession } from '../../session.tsx';
import { usePeriodName } from '../reports/period-name.ts';
import { IssueBadges } from './badges.tsx';
import { boardQuery } from './queries.ts';
import { SignTogether } from './sign-together.tsx';

const route = getRouteApi('/frame/report-board');
const shows = ['unsent', 'sent'] as const;

/** Reports that have to leave, what is due first on top, and who is waited for. */
export function ReportBoardPage() {
  const say = usePhrase();
  const { isProvider, may } = useSession();
  const { account, show = 'unsent' } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(boardQuery({ accountId: account, show }));
  const go = (next: object) => void navigate({ search: (now) => ({ ...now, ...next }), replace: true });
  const counts = query.data?.counts;
  return (
    <Page
      title={say('console.nav.reportBoard')}
      subtitle={
        <>
          {say('console.reports.boardSubtitle')}{' '}
          {may('report.read') && (
            <TextLink to="/reports" size="sm">
              {say('console.reports.all')}
            </TextLink>
          )}
        </>
      }
      actions={
        <>
          {isProvider && <AccountFilter value={account} onChange={(next) => go({ account: next })} />}
          {show === 'unsent' && <SignTogether issues={query.data?.items ?? []} />}
        </>
      }
    >
      <Group gap="sm">
        <SegmentedControl
          aria-label={say('console.reports.state')}
          size="sm"
          data={shows.map((each) => ({ value: each, label: say(`console.reports.show.${each}`) }))}
          value={show}
          onChange={(next) => go({ show: shows.find((each) => each === next) })}
        />
        {counts && (
          <Text
            size="sm"
            className={counts.late > 0 ? '' : 'dim'}
            {...(counts.late > 0 ? { c: 'red.8', fw: 600 } : {})}
          >
            {say('console.reports.counts', counts)}
          </Text>
        )}
      </Group>
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        label={say('console.nav.reportBoard')}
        columns={useColumns(show)}
        rowKey={(issue) => issue.id}
        empty={{
          icon: IconCircleCheck,
          title: say(show === 'sent' ? 'console.reports.sentNoneYet' : 'console.reports.boardNone'),
          children: say('console.reports.boardNoneText'),
        }}
      />
    </Page>
  );
}

function useColumns(show: (typeof shows)[number]): Column<ReportIssue>[] {
  const say = usePhrase();
  const { language } = useLanguage();
  const nameOf = usePeriodName();
  return [
    {
      key: 'due',
      head: say('console.reports.due'),
      width: 110,
      cell: ({ dueDay }) => <span className="figures">{dueDay.replaceAll('-', '/')}</span>,
    },
    {
      key: 'period',
      head: say('console.reports.period'),
      cell: (issue) => (
        <div>
          <Link to="/report-board/$issueId" params={{ issueId: issue.id }} className="row-link">
            {issue.accountName} · {nameOf(issue.period)}
          </Link>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {`${say(`report.title.${issue.kind}`)} · ${issue.customerName}`}
          </div>
        </div>
      ),
    },
    { key: 'state', head: say('console.reports.state'), width: 190, cell: (issue) => <IssueBadges issue={issue} /> },
    {
      key: 'waits',
      head: say('console.reports.waits'),
      width: 140,
      shown: show === 'unsent',
      cell: ({ waitsFor }) => say(`waitsFor.${waitsFor}`),
    },
    {
      key: 'figures',
      head: say('console.reports.figures'),
      align: 'right',
      width: 150,
      cell: ({ usual }) =>
        usual && (
          <div>
            <span className="figures">{formatNumber(language, usual.total)}</span>
            <div className="dim" style={{ fontSize: '0.75rem' }}>
              {usual.isUsual
                ? say('console.reports.asUsual')
                : usual.reasons.map((reason) => say(`reportUnusual.${reason}`)).join(' / ')}
            </div>
          </div>
        ),
    },
    {
      key: 'signed',
      head: say('console.reports.signed'),
      width: 110,
      cell: ({ signatures, signaturesNeeded }) =>
        say('console.reports.signedOf', { count: signatures.length, needed: signaturesNeeded }),
    },
    {
      key: 'delivered',
      head: say('console.signoff.recipients'),
      width: 150,
      shown: show === 'sent',
      cell: ({ deliveries }) =>
        (['accepted', 'waiting', 'deferred', 'failed'] as const)
          .filter((state) => deliveries[state] > 0)
          .map((state) => `${say(`deliveryState.${state}`)} ${deliveries[state]}`)
          .join(' / '),
    },
  ];
}
