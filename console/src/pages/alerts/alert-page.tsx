import { Grid, List, Stack, Text } from '@mantine/core';
import { type AlertDetail, matterOfAlert, ruleNameIn } from '@sakimori/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { formatDuration, formatNumber, formatTime } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { AlertStateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { alertQuery, detectionsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { ProposeContainment } from '../containment/propose-containment.tsx';
import { DetectionDetails } from '../detections/detection-details.tsx';
import { useSystemFacts } from '../detections/system-facts.ts';
import { ContactRunsCard } from '../flows/contact-runs-card.tsx';
import { TicketsAbout } from '../tickets/tickets-about.tsx';
import { useTitles } from './alert-title.ts';
import { Snooze } from './snooze.tsx';
import { Steps } from './steps.tsx';
import { Techniques } from './techniques.tsx';
import { Triage } from './triage.tsx';

const route = getRouteApi('/frame/alerts/$alertId');

/** One alert: what happened, what to do next, what was done. */
export function AlertPage() {
  const { alertId } = route.useParams();
  const query = useQuery(alertQuery(alertId));
  return <Loaded query={query}>{(alert) => <AlertView alert={alert} />}</Loaded>;
}

function AlertView({ alert }: { alert: AlertDetail }) {
  const say = usePhrase();
  const titlesOf = useTitles();
  const { may } = useSession();
  const { language } = useLanguage();
  const advice = alert.guidance.next[language];
  return (
    <Page
      title={`#${alert.number} ${titlesOf(matterOfAlert(alert)).title}`}
      subtitle={
        <TextLink to="/alerts" size="sm">
          {say('console.alert.back')}
        </TextLink>
      }
      actions={
        <>
          <ProposeContainment target={{ ...alert, alertId: alert.id, source: sourceOf(alert) }} />
          <SeverityBadge severity={alert.severity} />
          <AlertStateBadge alert={alert} />
        </>
      }
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack>
            <Card title={say('console.alert.what')}>
              <Summary alert={alert} />
            </Card>
            <Standing alert={alert} />
            {alert.state !== 'closed' && (
              <Notice tone="info">
                <Text fw={600} size="sm">
                  {say('console.alert.next')}
                </Text>
                <List type="ordered" size="sm" spacing={2} mt={4}>
                  {advice.map((step) => (
                    <List.Item key={step}>{step}</List.Item>
                  ))}
                </List>
              </Notice>
            )}
            {may('ticket.read') && <TicketsAbout about={{ ...alert, thing: 'Alert' }} />}
            {alert.kind === 'agent.silent' && <ContactRunsCard place={{ alertId: alert.id }} />}
            <Detections alertId={alert.id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack>
            {may('alert.triage') && <Triage alert={alert} />}
            {may('alert.triage') && alert.state !== 'closed' && <Snooze alert={alert} />}
            <Card title={say('console.alert.steps')}>
              <Steps steps={alert.steps} />
            </Card>
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** What is special about it now: it is put aside, or comes and goes. */
function Standing({ alert }: { alert: AlertDetail }) {
  const say = usePhrase();
  return (
    <>
      {alert.snoozedUntil && (
        <Notice tone="info">
          <Text size="sm">{say('console.alert.snoozed', { until: formatTime(alert.snoozedUntil) })}</Text>
          {alert.snoozeReason && (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {say('console.alert.snoozeReason', { reason: alert.snoozeReason })}
            </Text>
          )}
        </Notice>
      )}
      {alert.flappingSince && alert.state !== 'closed' && <Notice tone="warn">{say('console.alert.flapping')}</Notice>}
    </>
  );
}
/** Alerts of attacks are about their source: that is what a block would be about. */
const sourceOf = ({ subject }: AlertDetail): string | undefined =>
  subject && /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)$/i.test(subject) ? subject : undefined;

function Summary({ alert }: { alert: AlertDetail }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { isProvider } = useSession();
  const sayFacts = useSystemFacts();
  const openForMs = alert.closedAt ? Date.parse(alert.closedAt) - Date.parse(alert.openedAt) : undefined;
  return (
    <FactList
      facts={[
        [
          say('console.alerts.host'),
          <TextLink key="host" to="/hosts/$hostId" params={{ hostId: alert.hostId }} size="sm">
            {alert.hostName}
          </TextLink>,
        ],
        [say('console.account'), isProvider && alert.accountName],
        [say('console.alerts.module'), say(`module.${alert.module}`)],
        [say('console.alert.rule'), say.bracket(ruleNameIn(language, matterOfAlert(alert).rule), alert.ruleId)],
        [say('console.alert.why'), alert.guidance.cause[language]],
        [say('console.alert.definition'), say.bracket(alert.guidance.name[language], alert.guidance.definitionId)],
        [say('console.alert.attack'), alert.attack.length > 0 && <Techniques key="attack" ids={alert.attack} />],
        [say('console.alert.subject'), alert.subject],
        [say('console.alerts.count'), say('console.count', { count: alert.detectionCount })],
        [say('console.alert.opened'), <Time key="opened" at={alert.openedAt} relative zone />],
        [say('console.alerts.last'), <Time key="last" at={alert.lastDetectedAt} relative zone />],
        [say('console.alert.closed'), alert.closedAt && <Time key="closed" at={alert.closedAt} relative zone />],
        [say('console.alert.openFor'), openForMs !== undefined && formatDuration(language, openForMs)],
        ...sayFacts(alert.facts),
      ]}
    />
  );
}

function Detections({ alertId }: { alertId: string }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const titlesOf = useTitles();
  const query = useInfiniteQuery(detectionsQuery({ alertId }, 10));
  return (
    <Card title={say('console.alert.detections')} flush>
      <Loaded query={query}>
        {({ pages }) => {
          const detections = pages.flatMap((page) => page.items);
          if (detections.length === 0) return <Text p="md">{say('console.alert.noDetections')}</Text>;
          return detections.map((detection, index) => (
            <details key={detection.id} open={index === 0} className="entry">
              <summary>
                <Time at={detection.occurredAt} />
                <span className="entry-title">{titlesOf(detection).title}</span>
                <span className="dim figures">{formatNumber(language, index + 1)}</span>
              </summary>
              <div className="card-body">
                <DetectionDetails detection={detection} />
              </div>
            </details>
          ));
        }}
      </Loaded>
      <LoadMore query={query} />
    </Card>
  );
}
