import { Text } from '@mantine/core';
import type { PhraseKey, PreflightFinding } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { hostPreflightQuery } from '../../queries.ts';

const tones = { pass: 'good', warn: 'watch', fail: 'bad' } as const;

/** What the host found of itself before the agent came to it (S10, S14, S22). Nothing to see where the installation did not say. */
export function HostPreflight({ hostId }: { hostId: string }) {
  const say = usePhrase();
  const preflight = useQuery(hostPreflightQuery(hostId)).data?.preflight;
  if (!preflight) return null;
  const { findings, overrideReason } = preflight;
  const of = (level: PreflightFinding['level']) => findings.filter((finding) => finding.level === level);
  const facts = { count: findings.length, warn: of('warn').length, fail: of('fail').length };
  return (
    <Card title={say('console.preflight.title')} actions={<Time at={preflight.at} />}>
      <Text size="sm">{say('console.preflight.summary', facts)}</Text>
      {overrideReason !== undefined && (
        <Text size="sm" fw={600}>
          {say('console.preflight.overridden', { reason: overrideReason })}
        </Text>
      )}
      <ul style={{ listStyle: 'none', margin: '0.5rem 0 0', padding: 0 }}>
        {[...of('fail'), ...of('warn'), ...of('pass')].map((finding) => (
          <li key={`${finding.check} ${finding.code}`} style={{ overflowWrap: 'anywhere', marginBottom: '0.25rem' }}>
            <StateBadge tone={tones[finding.level]}>{say(`preflight.level.${finding.level}`)}</StateBadge>{' '}
            <Text span size="sm">
              {textOf(say, finding)}
            </Text>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** A newer agent may know of things that this console does not: then its word stands for itself. */
function textOf(say: ReturnType<typeof usePhrase>, { code, facts }: PreflightFinding): string {
  const area = ['antimalware_memory', 'memory', 'light_profile', 'disk'].includes(code) ? 'sizing' : 'preflight';
  const plain = say.or(area, code);
  return plain === code ? code : say(`${area}.${code}` as PhraseKey, facts);
}
