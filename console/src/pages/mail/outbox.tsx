import type { Notice } from '@sakimori/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { useAccountName } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconMail } from '../../parts/icons.ts';
import { Loaded, LoadMore } from '../../parts/loaded.tsx';
import { NoticeStateBadge } from '../../parts/state-badge.tsx';
import { RelativeTime, Time } from '../../parts/time.tsx';
import { noticesQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';

/** Letters and what became of each. */
export function Outbox({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const query = useInfiniteQuery(noticesQuery(account));
  return (
    <Card flush>
      <Loaded query={query}>
        {({ pages }) => {
          const notices = pages.flatMap((page) => page.items);
          return notices.length > 0 ? (
            <NoticeTable notices={notices} />
          ) : (
            <EmptyState icon={IconMail} title={say('console.mail.none')}>
              {say('console.mail.noneText')}
            </EmptyState>
          );
        }}
      </Loaded>
      <LoadMore query={query} />
    </Card>
  );
}

function NoticeTable({ notices }: { notices: readonly Notice[] }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const accountName = useAccountName();
  const columns: Column<Notice>[] = [
    { key: 'at', head: say('console.mail.createdAt'), width: 160, cell: (notice) => <Time at={notice.createdAt} /> },
    { key: 'subject', head: say('console.mail.subject'), cell: (notice) => notice.subject },
    { key: 'to', head: say('console.mail.to'), cell: (notice) => notice.recipient },
    {
      key: 'account',
      head: say('console.account'),
      shown: isProvider,
      cell: (notice) => accountName(notice.accountId),
    },
    {
      key: 'state',
      head: say('console.alerts.state'),
      width: 300,
      cell: (notice) => <NoticeState notice={notice} />,
    },
  ];
  return (
    <DataTable
      label={say('console.mail.outbox')}
      columns={columns}
      rows={notices}
      rowKey={(notice) => notice.id}
      showFresh
    />
  );
}

function NoticeState({ notice }: { notice: Notice }) {
  const say = usePhrase();
  return (
    <div>
      <NoticeStateBadge state={notice.state} />
      {notice.sentAt && (
        <span className="dim" style={{ marginLeft: '0.5rem', fontSize: '0.75rem' }}>
          <RelativeTime at={notice.sentAt} />
        </span>
      )}
      {notice.lastError && notice.state !== 'sent' && (
        <div style={{ fontSize: '0.75rem', overflowWrap: 'anywhere' }}>{notice.lastError}</div>
      )}
      {notice.state !== 'sent' && notice.attempts > 0 && (
        <div className="dim" style={{ fontSize: '0.75rem' }}>
          {say('console.mail.attempts', { count: notice.attempts })}
          {notice.nextAttemptAt && (
            <>
              {' · '}
              {say('console.mail.next')} <RelativeTime at={notice.nextAttemptAt} />
            </>
          )}
        </div>
      )}
    </div>
  );
}
