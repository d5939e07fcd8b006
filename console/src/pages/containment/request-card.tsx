import { Stack, Text } from '@mantine/core';
import type { ContainmentEvent, ContainmentRequest, ContainmentState } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleX,
  IconClock,
  IconSend,
  IconShieldLock,
  IconUser,
} from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { Effect } from './effect.tsx';
import { RequestActions } from './request-actions.tsx';

const looks = {
  proposed: ['info', IconUser],
  asked: ['watch', IconSend],
  consented: ['warn', IconClock],
  declined: ['idle', IconCircleX],
  expired: ['idle', IconClock],
  withdrawn: ['idle', IconCircleX],
  running: ['bad', IconShieldLock],
  ended: ['good', IconCheck],
  failed: ['bad', IconAlertTriangle],
} as const satisfies Record<ContainmentState, readonly unknown[]>;

/** One request: what is asked for, the customer's word, what was done, and what can be done now. */
export function RequestCard({ request }: { request: ContainmentRequest }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { playbook } = request;
  const [tone, icon] = looks[request.state];
  const title = say('console.contain.heading', { number: request.number, playbook: playbook.name[language] });
  return (
    <article className="card" aria-label={title}>
      <div className="card-head">
        <Text fw={600}>{title}</Text>
        <StateBadge tone={tone} icon={icon}>
          {say(`containmentState.${request.state}`)}
        </StateBadge>
      </div>
      <div className="card-body">
        <Stack gap="sm">
          <FactList
            facts={[
              [say('console.contain.target'), <Target key="target" request={request} />],
              [say('console.contain.source'), request.source && <code>{request.source}</code>],
              [
                say('console.contain.limit'),
                request.minutes !== undefined && say('console.contain.minutesShown', { minutes: request.minutes }),
              ],
              [say('console.contain.reason'), request.reason],
              [
                say('console.contain.proposedBy'),
                <span key="by">
                  {request.createdBy} <Time at={request.createdAt} />
                </span>,
              ],
              [say('console.contain.consentFact'), <Consent key="consent" request={request} />],
              [
                say('console.contain.consentUntil'),
                request.state === 'consented' && request.consentUntil && <Time key="until" at={request.consentUntil} />,
              ],
              [
                say('console.contain.started'),
                request.startedAt && (
                  <span key="started">
                    {request.startedBy} <Time at={request.startedAt} />
                  </span>
                ),
              ],
              [
                say('console.contain.until'),
                request.state === 'running' && request.until && <Time key="ends" at={request.until} relative />,
              ],
              [
                say('console.contain.ended'),
                request.endedAt && (
                  <span key="ended">
                    <Time at={request.endedAt} /> {say.or('containmentEnd', request.endReason ?? '')}
                  </span>
                ),
              ],
            ]}
          />
          {request.fourEyes && request.state === 'consented' && (
            <Text size="sm">{say('console.contain.fourEyes')}</Text>
          )}
          <RequestActions request={request} />
          <details>
            <summary>
              <Text span size="sm">
                {say('console.contain.preview')}
              </Text>
            </summary>
            <Text size="sm">{playbook.effect[language]}</Text>
            <Effect preview={request.preview} connections={request.connections} />
          </details>
          <details>
            <summary>
              <Text span size="sm">
                {say('console.contain.history')}
              </Text>
            </summary>
            <History request={request} />
          </details>
        </Stack>
      </div>
    </article>
  );
}

function Target({ request }: { request: ContainmentRequest }) {
  const say = usePhrase();
  if (request.scope === 'account')
    return <>{say('console.contain.allHosts', { account: request.accountName, count: request.preview.hostCount })}</>;
  return (
    <TextLink to="/hosts/$hostId" params={{ hostId: request.hostId }} size="sm">
      {request.hostName}
    </TextLink>
  );
}

function Consent({ request }: { request: ContainmentRequest }) {
  const say = usePhrase();
  const { consent, links } = request;
  if (!consent)
    return links.length > 0 ? (
      <ul style={{ margin: 0, paddingInlineStart: '1rem' }}>
        {links.map((link) => (
          <li key={link.sentAt + link.mail}>
            {link.contactName} ({say(`consentLinkState.${link.state}`)}) <Time at={link.sentAt} />
          </li>
        ))}
      </ul>
    ) : (
      say(request.needsConsent ? 'console.contain.needsConsent' : 'console.contain.noConsent')
    );
  if (consent.way === 'none') return say('consentWay.none');
  const details = [consent.mail, consent.phone, consent.reason].filter(Boolean).join(', ');
  return (
    <span>
      {say(consent.answer === 'yes' ? 'console.contain.answerYes' : 'console.contain.answerNo')}
      {say('console.contain.consentText', { way: say(`consentWay.${consent.way}`), by: consent.by })}
      {details && ` (${details})`} <Time at={consent.at} />
      {consent.recordedBy && ` ${say('console.contain.recordedBy', { name: consent.recordedBy })}`}
    </span>
  );
}

function History({ request }: { request: ContainmentRequest }) {
  const say = usePhrase();
  return (
    <ul style={{ margin: '0.25rem 0 0', paddingInlineStart: '1.25rem' }}>
      {request.history.map((event) => (
        <li key={event.at + event.what + JSON.stringify(event.facts)}>
          <Text span size="xs">
            <Time at={event.at} /> {say.or('containmentEvent', event.what)} {event.by} <Told event={event} />
          </Text>
        </li>
      ))}
      {request.tasks.map((task) => (
        <li key={task.hostName + task.deed}>
          <Text span size="xs">
            {task.hostName}: {say.or('hostTask.kind', task.deed)} – {say.or('hostTask.state', task.state)}
            {task.detail && ` (${task.detail})`}
          </Text>
        </li>
      ))}
    </ul>
  );
}

/** Of the facts those that a reader wants: whom, which way, why. */
function Told({ event }: { event: ContainmentEvent }) {
  const say = usePhrase();
  const { way, customer, mail, phone, reason } = event.facts;
  const words = [
    way === undefined ? undefined : say.or('consentWay', String(way)),
    ...[customer, mail, phone].map((word) => (word === undefined ? undefined : String(word))),
    reason === undefined ? undefined : say.or('containmentEnd', String(reason)),
  ];
  return <>{words.filter(Boolean).join(', ')}</>;
}
