import { List, Stack } from '@mantine/core';
import { type Host, type SizingWarning, sizeUp } from '@sakimori/contract';
import { formatDuration } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';

/** Beyond this the times of detections cannot be trusted without correction (the contract's five minutes). */
const clockOffsetMsMax = 5 * 60_000;

/** What is not as it should be on a host, worst first, each with its cause. */
export function HostWarnings({ host }: { host: Host }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { liveness, policy, spool, facts } = host;
  return (
    <Stack gap="xs">
      {liveness.state === 'silent' && (
        <Notice tone="bad">
          {say('console.host.silent')}
          {liveness.silentSince && (
            <>
              {' '}
              {say('console.fact.silentSince')}: <Time at={liveness.silentSince} relative zone />
            </>
          )}
          {liveness.cause && <div>{say.or('liveness.cause', liveness.cause)}</div>}
        </Notice>
      )}
      {liveness.state === 'retired' && <Notice tone="idle">{say('console.host.retired')}</Notice>}
      {policy.problem && (
        <Notice tone="bad">
          {say('console.host.policyProblem', { version: policy.assignedVersion })}
          <div>{policy.problem}</div>
        </Notice>
      )}
      {Math.abs(host.clockOffsetMs) > clockOffsetMsMax && (
        <Notice tone="warn">
          {say(host.clockOffsetMs > 0 ? 'console.host.clockAhead' : 'console.host.clockBehind', {
            length: formatDuration(language, host.clockOffsetMs),
          })}
        </Notice>
      )}
      {spool.dropped > 0 && <Notice tone="warn">{say('console.host.dropped', { count: spool.dropped })}</Notice>}
      {sizingOf(host).map(({ code, facts: figures }) => (
        <Notice key={code} tone="warn">
          {say(`sizing.${code}`, figures)}
        </Notice>
      ))}
      {facts.limits.length > 0 && (
        <Notice tone="watch">
          {say('console.host.limits')}
          <List size="sm">
            {facts.limits.map((limit) => (
              <List.Item key={limit}>{say.or('host.privilege', limit)}</List.Item>
            ))}
          </List>
        </Notice>
      )}
    </Stack>
  );
}

/** Is the host up to what its modules ask of it? Where an agent does not say what it has, nothing is guessed. */
function sizingOf({ facts: { memoryBytes, cores }, modules }: Host): SizingWarning[] {
  if (memoryBytes === undefined || cores === undefined) return [];
  const isLight = modules.some(({ notes }) => notes?.some(({ code }) => code === 'integrity_light'));
  const on = modules.filter(({ state }) => state !== 'off').map(({ module }) => module);
  return sizeUp({ memoryBytes, cores }, { modules: on, isLight });
}
