import { Text, Timeline } from '@mantine/core';
import { type CaseEntry, caseEntryText } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';

/** What happened, the latest first; what the customer is told stands out. */
export function CaseTimeline({ entries }: { entries: readonly CaseEntry[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { person } = useSession();
  return (
    <Timeline bulletSize={14} lineWidth={2} color="gray">
      {[...entries].reverse().map((entry) => (
        <Timeline.Item
          key={entry.id}
          title={
            <Text size="sm" component="span" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {caseEntryText(language, entry)}
            </Text>
          }
        >
          <Text size="xs" className="dim" component="div">
            <Time at={entry.at} /> · {entry.by === 'system' ? say('console.case.system') : entry.by}
            {entry.soc && ` (${entry.soc})`}{' '}
            {person.accountId === undefined && entry.audience === 'customer' && (
              <StateBadge tone="watch">{say('caseAudience.customer')}</StateBadge>
            )}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
