import { Text, Timeline } from '@mantine/core';
import type { AlertStep } from '@sakimori/contract';
import { formatTime } from '../../format.ts';
import { usePhrase } from '../../language.tsx';
import {
  IconArrowBackUp,
  IconBell,
  IconCheck,
  IconMail,
  IconMailX,
  IconNote,
  IconPlayerPause,
  IconRefresh,
  IconTool,
  IconUser,
} from '../../parts/icons.ts';
import { Time } from '../../parts/time.tsx';

const signs = {
  opened: IconBell,
  acknowledged: IconUser,
  noted: IconNote,
  closed: IconCheck,
  reopened: IconArrowBackUp,
  resolved: IconRefresh,
  mailed: IconMail,
  mail_failed: IconMailX,
  in_maintenance: IconTool,
  snoozed: IconPlayerPause,
  woken: IconBell,
  flapping: IconRefresh,
} as const;

/** What was done to an alert, oldest first. */
export function Steps({ steps }: { steps: readonly AlertStep[] }) {
  return (
    <Timeline bulletSize={24} lineWidth={2} active={steps.length} color="gray">
      {steps.map((step) => (
        <Step key={step.id} step={step} />
      ))}
    </Timeline>
  );
}

function Step({ step }: { step: AlertStep }) {
  const say = usePhrase();
  const Sign = signs[step.kind];
  const name = say(`console.step.${step.kind}`);
  const closing = step.facts?.['closing'];
  const reason = step.facts?.['reason'];
  const recipients = step.facts?.['recipients'];
  const inDigest = step.facts?.['inDigest'];
  const until = step.facts?.['until'];
  return (
    <Timeline.Item
      bullet={<Sign size={13} />}
      title={
        <Text fw={600} size="sm" component="span">
          {typeof closing === 'string' ? say.bracket(name, say.or('closing', closing)) : name}
        </Text>
      }
    >
      {step.note && (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {step.note}
        </Text>
      )}
      {typeof recipients === 'number' && <Text size="sm">{say('console.step.recipients', { count: recipients })}</Text>}
      {typeof inDigest === 'number' && <Text size="sm">{say('console.step.inDigest', { count: inDigest })}</Text>}
      {typeof until === 'string' && <Text size="sm">{say('console.step.until', { until: formatTime(until) })}</Text>}
      {typeof reason === 'string' && (
        <Text size="sm">{say.or(step.kind === 'woken' ? 'console.step.wokenBy' : 'console.step.reason', reason)}</Text>
      )}
      <Text size="xs" className="dim">
        {step.by === 'system' ? say('console.step.bySystem') : step.by} · <Time at={step.at} relative />
      </Text>
    </Timeline.Item>
  );
}
