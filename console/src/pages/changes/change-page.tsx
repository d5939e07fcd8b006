import { Grid, Stack, Text } from '@mantine/core';
import type { Change } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { ChangeActions } from './change-actions.tsx';
import { DiffCard } from './change-diff.tsx';
import { HostsCard } from './change-hosts.tsx';
import { PreviewCard } from './change-preview.tsx';
import { ChangeStateBadge } from './change-state.tsx';
import { changeQuery } from './queries.ts';

const route = getRouteApi('/frame/changes/$changeId');

/** One change: what becomes what, what it means, who asked and approved, and what the hosts say. */
export function ChangePage() {
  const { changeId } = route.useParams();
  const query = useQuery(changeQuery(changeId));
  return <Loaded query={query}>{(change) => <ChangeView change={change} />}</Loaded>;
}

function ChangeView({ change }: { change: Change }) {
  const say = usePhrase();
  const { may } = useSession();
  return (
    <Page
      title={`#${change.number} ${change.subject}`}
      subtitle={
        <TextLink to="/changes" size="sm">
          {say('console.change.title')}
        </TextLink>
      }
      actions={
        <>
          <ChangeStateBadge state={change.state} />
          {(may('change.write') || may('change.approve')) && <ChangeActions change={change} />}
        </>
      }
    >
      <Warnings change={change} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack>
            {change.diff.length > 0 && <DiffCard lines={change.diff} />}
            {change.preview && <PreviewCard preview={change.preview} />}
            {change.hosts.length > 0 && <HostsCard change={change} />}
            {change.answer && (
              <Card title={say('console.change.answer')}>
                <CopyField value={change.answer} tall />
              </Card>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack>
            <AboutCard change={change} />
            <HistoryCard change={change} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** What stands in the way: other changes of the same, what others have changed since, why it failed or was refused. */
function Warnings({ change }: { change: Change }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { fault, refusal, others, conflict } = change;
  return (
    <>
      {refusal && (
        <Notice tone="info">
          <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
            {refusal.text[language]}
          </Text>
        </Notice>
      )}
      {fault && (
        <Notice tone="bad">
          {say.or('change.fault', fault.code)}
          {fault.detail && <div style={{ overflowWrap: 'anywhere' }}>{fault.detail}</div>}
        </Notice>
      )}
      {others.map((other) => (
        <Notice key={other.id} tone={other.isContradictory ? 'warn' : 'info'}>
          {say(other.isContradictory ? 'console.change.contradicts' : 'console.change.shares')}{' '}
          <Link to="/changes/$changeId" params={{ changeId: other.id }}>
            #{other.number} {other.subject}
          </Link>
          <div className="dim">{other.fields.join(say('report.comma'))}</div>
        </Notice>
      ))}
      {conflict.length > 0 && <DiffCard lines={conflict} isConflict />}
    </>
  );
}

function AboutCard({ change }: { change: Change }) {
  const say = usePhrase();
  const at = (time: string | undefined, by?: string) =>
    time && (
      <span key={time}>
        <Time at={time} /> {by}
      </span>
    );
  return (
    <Card title={say('console.change.about')}>
      <FactList
        facts={[
          [say('console.account'), change.accountName],
          [say('console.change.kind'), say(`changeKind.${change.kind}`)],
          [say('console.change.requester'), at(change.requestedAt, change.requester)],
          [say('console.change.createdBy'), at(change.createdAt, change.createdBy)],
          [say('console.reason'), change.reason],
          [
            say('console.change.ticket'),
            change.ticket && (
              <TextLink key="ticket" to="/tickets/$ticketId" params={{ ticketId: change.ticket.id }}>
                #{change.ticket.number}
              </TextLink>
            ),
          ],
          [say('console.change.approvedBy'), at(change.approvedAt, change.approvedBy)],
          [say('console.change.approvalReason'), change.approvalReason],
          [say('console.change.appliedBy'), at(change.appliedAt, change.appliedBy)],
          [say('console.change.doneAt'), at(change.doneAt)],
          [say('console.change.until'), at(change.until)],
          [say('console.change.revertedBy'), at(change.revertedAt, change.revertedBy)],
          [say('console.change.revertReason'), change.revertReason],
          [
            say('console.change.plan'),
            change.planId && (
              <TextLink key="plan" to="/upgrades" search={{ account: change.accountId }}>
                {say('console.upgrade.title')}
              </TextLink>
            ),
          ],
        ]}
      />
    </Card>
  );
}

function HistoryCard({ change }: { change: Change }) {
  const say = usePhrase();
  return (
    <Card title={say('console.change.history')}>
      <ol className="steps">
        {change.history.map((event) => (
          <li key={`${event.at} ${event.what}`}>
            <span className="figures">
              <Time at={event.at} />
            </span>
            <span style={{ overflowWrap: 'anywhere' }}>
              {say.or('changeEvent', event.what)} · {event.by}
              {event.detail && <div className="dim">{event.detail}</div>}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
