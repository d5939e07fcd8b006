import { Text, Title } from '@mantine/core';
import { usePhrase } from '../../language.tsx';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { judge, type Overview } from './verdict.ts';

const signs = {
  good: IconCircleCheck,
  info: IconInfoCircle,
  idle: IconInfoCircle,
  watch: IconInfoCircle,
  warn: IconAlertTriangle,
  bad: IconCircleX,
} as const;

/** The answer, announced to screen readers when it changes. */
export function VerdictPanel({ overview, account }: { overview: Overview; account: string | undefined }) {
  const say = usePhrase();
  const verdict = judge(overview);
  const Sign = signs[verdict.tone];
  return (
    <section className="verdict" data-tone={verdict.tone} aria-label={say('console.overview.now')} aria-live="polite">
      <Sign size={30} stroke={1.8} aria-hidden />
      <div>
        <Title order={2}>{say(verdict.sentence)}</Title>
        {verdict.tone === 'good' && (
          <Text size="sm" className="dim">
            {say('console.verdict.goodText', { connected: overview.hosts.connected })}
          </Text>
        )}
        {verdict.reasons.length > 0 && (
          <ul>
            {verdict.reasons.map((reason) => (
              <li key={reason.key}>
                <TextLink to={reason.to} search={{ account }} c="inherit" size="sm" underline="hover">
                  {say(reason.key, reason.facts)}
                </TextLink>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
