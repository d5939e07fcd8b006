import { Button, Grid, Group, Stack, Text, Textarea } from '@mantine/core';
import { routes, type TicketDetail } from '@sakimori/contract';
import { explainDeadline } from '@sakimori/contract/calendar/explanation';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api.ts';
import { formatTime } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { TicketChanges } from '../changes/ticket-changes.tsx';
import { PlanCard } from './plan-card.tsx';
import { refreshTickets, ticketQuery } from './queries.ts';
import { ReplyBox } from './reply-box.tsx';
import { Thread } from './thread.tsx';
import { TicketActions } from './ticket-actions.tsx';
import { TicketState } from './tickets-page.tsx';

const route = getRouteApi('/frame/tickets/$ticketId');

/** One ticket: what was written, by when it is answered and why then, and the next step. */
export function TicketPage() {
  const { ticketId } = route.useParams();
  const query = useQuery(ticketQuery(ticketId));
  return <Loaded query={query}>{(ticket) => <TicketView ticket={ticket} />}</Loaded>;
}

function TicketView({ ticket }: { ticket: TicketDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  return (
    <Page
      title={`#${ticket.number} ${ticket.subject}`}
      subtitle={
        <TextLink to="/tickets" size="sm">
          {say('console.ticket.title')}
        </TextLink>
      }
      actions={
        <Group gap="xs">
          <TicketState ticket={ticket} />
          {may('ticket.write') && <TicketActions ticket={ticket} />}
        </Group>
      }
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack>
            <Thread ticket={ticket} />
            {may('ticket.write') ? (
              ticket.state !== 'closed' && <ReplyBox key={ticket.id} ticket={ticket} />
            ) : (
              <AddBox ticketId={ticket.id} />
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack>
            <ClockCard ticket={ticket} />
            {ticket.plan && <PlanCard ticket={ticket} plan={ticket.plan} />}
            <AboutCard ticket={ticket} />
            {may('change.read') && <TicketChanges ticket={ticket} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

const urgencyTones = { none: 'idle', half: 'info', most: 'warn', late: 'bad' } as const;

/** When the first answer is due, and how that came about day by day. */
function ClockCard({ ticket }: { ticket: TicketDetail }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Card title={say(ticket.isPromised ? 'console.ticket.clock' : 'console.ticket.clockOwn')}>
      <FactList
        facts={[
          [say('console.ticket.opened'), <Time key="opened" at={ticket.openedAt} />],
          [say('console.ticket.accepted'), <Time key="accepted" at={ticket.acceptedAt} />],
          [say('console.ticket.due'), <Time key="due" at={ticket.dueAt} />],
          [say('console.ticket.answered'), ticket.firstAnswerAt && <Time key="answered" at={ticket.firstAnswerAt} />],
          [
            say('console.ticket.paused'),
            ticket.pausedAt && (ticket.pauseReason || <Time key="paused" at={ticket.pausedAt} />),
          ],
        ]}
      />
      {ticket.urgency !== 'none' && (
        <StateBadge tone={urgencyTones[ticket.urgency]}>{say(`ticketUrgency.${ticket.urgency}`)}</StateBadge>
      )}
      <details style={{ fontSize: '0.75rem', marginTop: 8 }}>
        <summary className="dim">{say('console.work.dueWhy')}</summary>
        <ol className="steps">
          {explainDeadline(language, ticket.due).map(({ step, text }) => (
            <li key={step.date} data-role={step.role}>
              <span className="figures">{step.date}</span>
              <span>{text}</span>
            </li>
          ))}
        </ol>
        {ticket.pauses.map((pause) => (
          <Text key={pause.from} size="xs">
            {say('console.ticket.pausedFor', {
              ...{ from: formatTime(pause.from), to: formatTime(pause.to), reason: pause.reason },
              minutes: Math.round(pause.openMs / 60_000),
            })}
          </Text>
        ))}
      </details>
    </Card>
  );
}

function AboutCard({ ticket }: { ticket: TicketDetail }) {
  const say = usePhrase();
  const { requester } = ticket;
  return (
    <Card title={say('console.ticket.about')}>
      <FactList
        facts={[
          [say('console.account'), `${ticket.customerName} / ${ticket.accountName}`],
          [say('console.ticket.requester'), requester.name],
          [say('console.person.mail'), requester.mail],
          [say('console.ticket.phone'), requester.phone],
          [say('console.ticket.kind'), say(`ticketKind.${ticket.kind}`)],
          [say('console.ticket.channel'), say(`ticketChannel.${ticket.channel}`)],
          [say('console.ticket.assignee'), ticket.assignee?.name],
          [
            say('console.ticket.meeting'),
            ticket.meetingId && (
              <TextLink key="meeting" to="/meetings/$meetingId" params={{ meetingId: ticket.meetingId }}>
                {say('console.ticket.toMeeting')}
              </TextLink>
            ),
          ],
          [
            say('console.ticket.alert'),
            ticket.alertId && (
              <TextLink key="alert" to="/alerts/$alertId" params={{ alertId: ticket.alertId }}>
                {say('console.ticket.toAlert')}
              </TextLink>
            ),
          ],
        ]}
      />
    </Card>
  );
}

/** What a customer adds to their own ticket. */
function AddBox({ ticketId }: { ticketId: string }) {
  const say = usePhrase();
  const { may } = useSession();
  const [text, setText] = useState('');
  const adding = useMutation({
    mutationFn: () => call(routes.addToTicket, { params: { ticketId }, body: { text: text.trim() } }),
    onSuccess: async () => {
      setText('');
      await refreshTickets();
    },
  });
  if (!may('ticket.ask')) return null;
  return (
    <Card title={say('console.ticket.more')}>
      <Stack gap="sm">
        <Textarea
          aria-label={say('console.ticket.more')}
          autosize
          minRows={4}
          maxLength={20_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ErrorNotice error={adding.error} />
        <Button
          onClick={() => adding.mutate()}
          loading={adding.isPending}
          disabled={text.trim() === ''}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.ticket.send')}
        </Button>
      </Stack>
    </Card>
  );
}
