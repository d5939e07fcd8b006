import { Group, SegmentedControl, Switch, Text } from '@mantine/core';
import type { Ticket } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconCircleCheck, IconPhone, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { AskForm } from './ask-form.tsx';
import { ParkedMails } from './parked-mails.tsx';
import { PhoneNote } from './phone-note.tsx';
import { figuresQuery, ticketsQuery } from './queries.ts';

const route = getRouteApi('/frame/tickets');
const shows = ['unclosed', 'open', 'paused', 'closed', 'all'] as const;

/** What customers ask, what is due first on top; and what a person has to look at before it is a ticket. */
export function TicketsPage() {
  const say = usePhrase();
  const { may } = useSession();
  const { account, state = 'unclosed', mine } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(ticketsQuery({ accountId: account, state, mine: mine ? 'true' : 'false' }));
  const go = (next: object) => void navigate({ search: (now) => ({ ...now, ...next }), replace: true });
  const columns: Column<Ticket>[] = [
    { key: 'due', head: say('console.ticket.due'), width: 150, cell: (ticket) => <Due ticket={ticket} /> },
    {
      key: 'subject',
      head: say('console.ticket.subject'),
      cell: (ticket) => (
        <div style={{ overflowWrap: 'anywhere' }}>
          <Link to="/tickets/$ticketId" params={{ ticketId: ticket.id }} className="row-link">
            {ticket.subject}
          </Link>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {[
              `#${ticket.number}`,
              say(`ticketKind.${ticket.kind}`),
              say(`ticketChannel.${ticket.channel}`),
              ticket.requester.name,
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </div>
      ),
    },
    { key: 'account', short: true, head: say('console.account'), cell: ({ accountName }) => accountName },
    {
      key: 'state',
      head: say('console.work.state'),
      width: 150,
      cell: (ticket) => (
        <Group gap={4}>
          <TicketState ticket={ticket} />
          <span className="dim" style={{ fontSize: '0.75rem' }}>
            {ticket.assignee?.name}
          </span>
        </Group>
      ),
    },
  ];
  const counts = query.data?.counts;
  return (
    <Page
      title={say('console.ticket.title')}
      subtitle={say('console.ticket.subtitle')}
      actions={
        <>
          {may('account.write') && <AccountFilter value={account} onChange={(next) => go({ account: next })} />}
          {may('ticket.write') && (
            <DialogButton
              label={say('console.ticket.phoneNote')}
              size="lg"
              button={{ leftSection: <IconPhone size={16} /> }}
            >
              {(close) => <PhoneNote onDone={close} />}
            </DialogButton>
          )}
          {may('ticket.ask') && !may('ticket.write') && (
            <DialogButton label={say('console.ticket.ask')} size="lg" button={{ leftSection: <IconPlus size={16} /> }}>
              {(close) => <AskForm onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      {may('ticket.write') && <ParkedMails />}
      <Group gap="sm">
        <SegmentedControl
          aria-label={say('console.work.state')}
          size="sm"
          data={shows.map((each) => ({
            value: each,
            label:
              each === 'unclosed' && counts
                ? say.bracket(say(`console.ticket.show.${each}`), counts.unclosed)
                : say(`console.ticket.show.${each}`),
          }))}
          value={state}
          onChange={(next) => go({ state: shows.find((each) => each === next) })}
        />
        {may('ticket.write') && (
          <Switch
            label={say('console.work.mine')}
            checked={mine ?? false}
            onChange={(event) => go({ mine: event.currentTarget.checked || undefined })}
          />
        )}
        <Figures account={account} />
      </Group>
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        label={say('console.ticket.title')}
        columns={columns}
        rowKey={({ id }) => id}
        empty={{ icon: IconCircleCheck, title: say('console.ticket.none'), children: say('console.ticket.noneText') }}
      />
    </Page>
  );
}

/** How the first answers of this month came (S50); what is out of scope is told apart (S49). */
function Figures({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const figures = useQuery(figuresQuery(account)).data;
  if (!figures) return null;
  return (
    <Text size="sm" className="dim">
      {say('console.ticket.figures', figures)}
    </Text>
  );
}

const tones = { open: 'watch', answered: 'good', paused: 'idle', closed: 'idle' } as const;
export function TicketState({ ticket }: { ticket: Ticket }) {
  const say = usePhrase();
  return (
    <StateBadge tone={tones[ticket.state]}>
      {ticket.outcome ? say(`ticketOutcome.${ticket.outcome}`) : say(`ticketState.${ticket.state}`)}
    </StateBadge>
  );
}

const urgencyTones = { none: 'idle', half: 'info', most: 'warn', late: 'bad' } as const;
/** When the first answer is due, or when it came. */
function Due({ ticket }: { ticket: Ticket }) {
  const say = usePhrase();
  if (ticket.firstAnswerAt)
    return (
      <span className="dim" style={{ fontSize: '0.75rem' }}>
        {say('console.ticket.answered')} <Time at={ticket.firstAnswerAt} />
      </span>
    );
  if (ticket.state === 'closed') return <span className="dim">–</span>;
  return (
    <div>
      <Time at={ticket.dueAt} stacked />
      {ticket.urgency !== 'none' && (
        <StateBadge tone={urgencyTones[ticket.urgency]}>{say(`ticketUrgency.${ticket.urgency}`)}</StateBadge>
      )}
    </div>
  );
}
