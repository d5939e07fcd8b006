import { Grid, Group, Stack, Text } from '@mantine/core';
import type { MeetingDetail } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { MaterialCard } from './material-card.tsx';
import { MeetingActions } from './meeting-actions.tsx';
import { Charges, stateTones } from './meetings-page.tsx';
import { MinutesCard } from './minutes-card.tsx';
import { historyQuery, meetingQuery } from './queries.ts';
import { QuestionsCard } from './questions-card.tsx';
import { When } from './when.tsx';

const route = getRouteApi('/frame/meetings/$meetingId');

/** One review meeting: what it is about, who attends, what was asked, said and agreed, and what is next. */
export function MeetingPage() {
  const { meetingId } = route.useParams();
  const query = useQuery(meetingQuery(meetingId));
  return <Loaded query={query}>{(meeting) => <MeetingView meeting={meeting} />}</Loaded>;
}

function MeetingView({ meeting }: { meeting: MeetingDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const isWriter = may('meeting.write');
  return (
    <Page
      title={meeting.title}
      subtitle={
        <TextLink to="/meetings" size="sm">
          {say('console.nav.meetings')}
        </TextLink>
      }
      actions={
        <Group gap="xs">
          <StateBadge tone={stateTones[meeting.state]}>{say(`meetingState.${meeting.state}`)}</StateBadge>
          {isWriter && <MeetingActions meeting={meeting} />}
        </Group>
      }
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack>
            <Card title={say('console.meetings.agenda')}>
              <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} size="sm">
                {meeting.agenda || <span className="dim">{say('console.meetings.noAgenda')}</span>}
              </Text>
            </Card>
            <QuestionsCard meeting={meeting} />
            <MinutesCard key={meeting.revision} meeting={meeting} isWriter={isWriter} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack>
            <AboutCard meeting={meeting} />
            <AttendeesCard meeting={meeting} />
            <MaterialCard meeting={meeting} />
            {may('audit.read') && <HistoryCard meetingId={meeting.id} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function AboutCard({ meeting }: { meeting: MeetingDetail }) {
  const say = usePhrase();
  return (
    <Card title={say('console.meetings.about')}>
      <FactList
        facts={[
          [say('console.account'), `${meeting.customerName} / ${meeting.accountName}`],
          [say('console.meetings.when'), <When key="when" meeting={meeting} />],
          [say('console.meetings.kind'), say(`meetingKind.${meeting.kind}`)],
          [say('console.meetings.place'), meeting.place],
          [
            say('console.meetings.url'),
            meeting.url && (
              <a key="url" href={meeting.url} target="_blank" rel="noreferrer" style={{ overflowWrap: 'anywhere' }}>
                {meeting.url}
              </a>
            ),
          ],
          [say('console.meetings.charges'), <Charges key="charges" meeting={meeting} />],
          [
            say('console.meetings.quote'),
            meeting.quoteId && (
              <TextLink key="quote" to="/quotes" search={{ account: meeting.accountId }}>
                {say('console.meetings.toQuote')}
              </TextLink>
            ),
          ],
          [say('console.meetings.areaReason'), meeting.statedArea?.reason],
          [say('console.meetings.lateReason'), meeting.lateReason],
          [say('console.meetings.invitedAt'), meeting.invitedAt && <Time key="invited" at={meeting.invitedAt} />],
          [say('console.meetings.cancelReason'), meeting.cancelReason],
        ]}
      />
    </Card>
  );
}

const answerTones = { needsAction: 'idle', accepted: 'good', tentative: 'watch', declined: 'bad' } as const;

function AttendeesCard({ meeting: { attendees, invitedAt } }: { meeting: MeetingDetail }) {
  const say = usePhrase();
  if (attendees.length === 0)
    return (
      <Card title={say('console.meetings.attendees')}>
        <Text size="sm" className="dim">
          {say('console.meetings.noAttendees')}
        </Text>
      </Card>
    );
  return (
    <Card flush title={say('console.meetings.attendees')}>
      <DataTable
        label={say('console.meetings.attendees')}
        rows={attendees}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'name',
            head: say('console.meetings.person'),
            cell: ({ name, mail }) => (
              <div style={{ overflowWrap: 'anywhere' }}>
                {name}
                <Text size="xs" className="dim">
                  {mail}
                </Text>
              </div>
            ),
          },
          {
            key: 'side',
            head: say('console.meetings.side'),
            width: 90,
            cell: ({ side }) => say(`console.meetings.side.${side}`),
          },
          {
            key: 'answer',
            head: say('console.meetings.answer'),
            width: 100,
            shown: invitedAt !== undefined,
            cell: ({ answer }) => <StateBadge tone={answerTones[answer]}>{say(`attendeeAnswer.${answer}`)}</StateBadge>,
          },
        ]}
      />
    </Card>
  );
}

function HistoryCard({ meetingId }: { meetingId: string }) {
  const say = usePhrase();
  const query = useQuery(historyQuery(meetingId));
  return (
    <Card title={say('console.meetings.history')}>
      <Loaded query={query}>
        {({ items }) => (
          <Stack gap={6}>
            {items.map(({ id, at, action, actorName }) => (
              <div key={id}>
                <Text size="sm">{say.or('audit', action)}</Text>
                <Text size="xs" className="dim">
                  <Time at={at} /> {actorName}
                </Text>
              </div>
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
