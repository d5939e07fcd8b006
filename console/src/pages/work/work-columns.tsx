import { Group } from '@mantine/core';
import { type WorkItem, workTitle } from '@sakimori/contract';
import { explainDeadline } from '@sakimori/contract/calendar/explanation';
import type { ReactNode } from 'react';
import { useLanguage, usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { TextLink } from '../../parts/links.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { WorkActions } from './work-actions.tsx';

const tones = { open: 'watch', taken: 'info', done: 'good', cancelled: 'idle' } as const;

/** Where the thing that the work is about is looked at. */
function TargetLink({ item, children }: { item: WorkItem; children: ReactNode }) {
  const [kind, id] = item.target?.split(':') ?? [];
  const search = { account: item.accountId };
  if (kind === 'host' && id)
    return (
      <TextLink size="sm" to="/hosts/$hostId" params={{ hostId: id }}>
        {children}
      </TextLink>
    );
  if (kind === 'alert' && id)
    return (
      <TextLink size="sm" to="/alerts/$alertId" params={{ alertId: id }}>
        {children}
      </TextLink>
    );
  if (kind === 'review' && id)
    return (
      <TextLink size="sm" to="/reviews/$reviewId" params={{ reviewId: id }}>
        {children}
      </TextLink>
    );
  if (kind === 'ticket' && id)
    return (
      <TextLink size="sm" to="/tickets/$ticketId" params={{ ticketId: id }}>
        {children}
      </TextLink>
    );
  if (kind === 'notice')
    return (
      <TextLink size="sm" to="/mail" search={{ ...search, view: 'outbox' }}>
        {children}
      </TextLink>
    );
  if (kind === 'license')
    return (
      <TextLink size="sm" to="/licenses" search={search}>
        {children}
      </TextLink>
    );
  if (kind === 'onboarding' && id)
    return (
      <TextLink size="sm" to="/onboardings/$onboardingId" params={{ onboardingId: id }}>
        {children}
      </TextLink>
    );
  if (kind === 'account')
    return (
      <TextLink size="sm" to="/settings/accounts" search={search}>
        {children}
      </TextLink>
    );
  return <>{children}</>;
}

/** How the time of a piece of work came about, day by day. */
function DueWhy({ item }: { item: WorkItem }) {
  const say = usePhrase();
  const { language } = useLanguage();
  if (!item.due || item.endedAt) return null;
  return (
    <details style={{ fontSize: '0.75rem' }}>
      <summary className="dim">{say('console.work.dueWhy')}</summary>
      <ol className="steps">
        {explainDeadline(language, item.due).map(({ step, text }) => (
          <li key={step.date} data-role={step.role}>
            <span className="figures">{step.date}</span>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** @param brief for a card among others: what it is and when it is due */
export function useWorkColumns({ brief = false } = {}): Column<WorkItem>[] {
  const say = usePhrase();
  const { language } = useLanguage();
  const { may } = useSession();
  return [
    {
      key: 'due',
      head: say('console.work.due'),
      width: 160,
      cell: (item) => (
        <div>
          <Time at={item.dueAt} stacked={!item.endedAt} />
          {item.isOverdue && <StateBadge tone="bad">{say('console.work.overdue')}</StateBadge>}
          {!brief && <DueWhy item={item} />}
        </div>
      ),
    },
    {
      key: 'what',
      head: say('console.work.what'),
      cell: (item) => (
        <div style={{ overflowWrap: 'anywhere' }}>
          <TargetLink item={item}>{workTitle(language, item)}</TargetLink>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {[`#${item.number}`, say(`workQueue.${item.queue}`), item.accountName].join(' · ')}
          </div>
          {item.evidence && <div style={{ fontSize: '0.8125rem', whiteSpace: 'pre-wrap' }}>{item.evidence}</div>}
        </div>
      ),
    },
    {
      key: 'state',
      head: say('console.work.state'),
      width: 140,
      cell: ({ state, owner, endedBy }) => (
        <Group gap={4}>
          <StateBadge tone={tones[state]}>{say(`workState.${state}`)}</StateBadge>
          <span className="dim" style={{ fontSize: '0.75rem' }}>
            {endedBy ?? owner?.name}
          </span>
        </Group>
      ),
    },
    {
      key: 'actions',
      head: say('console.edit'),
      silent: true,
      shown: may('work.write') && !brief,
      cell: (item) => <WorkActions item={item} />,
    },
  ];
}
