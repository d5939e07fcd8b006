import type { ReviewSheet } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconCircleCheck } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { reviewsQuery } from './queries.ts';

const route = getRouteApi('/frame/reviews');

/** The sheets of all accounts, the latest business day first. */
export function ReviewsPage() {
  const say = usePhrase();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(reviewsQuery(account));
  const columns: Column<ReviewSheet>[] = [
    {
      key: 'day',
      head: say('console.review.day'),
      width: 120,
      cell: (sheet) => (
        <Link to="/reviews/$reviewId" params={{ reviewId: sheet.id }} className="row-link figures">
          {sheet.businessDay}
        </Link>
      ),
    },
    { key: 'account', short: true, head: say('console.account'), cell: (sheet) => sheet.accountName },
    { key: 'days', head: say('console.review.days'), cell: (sheet) => <Days days={sheet.days} /> },
    {
      key: 'progress',
      head: say('console.review.progress'),
      align: 'right',
      cell: ({ counts }) => <span className="figures">{`${counts.reviewed} / ${counts.due}`}</span>,
    },
    {
      key: 'excluded',
      head: say('console.review.excluded'),
      align: 'right',
      cell: ({ counts }) => <span className="figures">{counts.excluded}</span>,
    },
    {
      key: 'action',
      head: say('console.review.actionNeeded'),
      align: 'right',
      cell: ({ counts }) => <span className="figures">{counts.actionNeeded}</span>,
    },
    { key: 'due', head: say('console.review.due'), width: 170, cell: (sheet) => <Time at={sheet.dueAt} /> },
    { key: 'state', head: say('console.work.state'), width: 120, cell: (sheet) => <SheetState sheet={sheet} /> },
  ];
  return (
    <Page
      title={say('console.review.title')}
      subtitle={say('console.review.subtitle')}
      actions={
        <AccountFilter
          value={account}
          onChange={(next) => void navigate({ search: { account: next }, replace: true })}
        />
      }
    >
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        label={say('console.review.title')}
        columns={columns}
        rowKey={(sheet) => sheet.id}
        empty={{
          icon: IconCircleCheck,
          title: say('console.review.none'),
          children: say('console.review.noneText'),
        }}
      />
    </Page>
  );
}

/** First and last of the days that a sheet holds. */
export function Days({ days }: { days: readonly string[] }) {
  const [first, last] = [days[0], days.at(-1)];
  return <span className="figures">{first === last ? first : `${first} – ${last}`}</span>;
}

export function SheetState({ sheet }: { sheet: ReviewSheet }) {
  const say = usePhrase();
  if (sheet.isLate) return <StateBadge tone="bad">{say('console.review.late')}</StateBadge>;
  return sheet.state === 'done' ? (
    <StateBadge tone="good">{say('console.review.done')}</StateBadge>
  ) : (
    <StateBadge tone="watch">{say('console.review.open')}</StateBadge>
  );
}
