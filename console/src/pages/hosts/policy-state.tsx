import type { Host } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { IconAlertTriangle, IconCheck, IconCircleX, IconClock } from '../../parts/icons.ts';
import { StateBadge } from '../../parts/state-badge.tsx';

/** Whether the host does what its policy asks: the version it has, the one it should have, and why not. */
export function PolicyState({ host, withName = true }: { host: Pick<Host, 'policy'>; withName?: boolean }) {
  const say = usePhrase();
  const { name, assignedVersion, appliedVersion, problem } = host.policy;
  const badge = () => {
    if (problem)
      return (
        <StateBadge tone="bad" icon={IconCircleX}>
          {say('console.policy.refused', { version: assignedVersion })}
        </StateBadge>
      );
    if (appliedVersion === undefined)
      return (
        <StateBadge tone="watch" icon={IconClock}>
          {say('console.policy.waiting', { version: assignedVersion })}
        </StateBadge>
      );
    if (appliedVersion !== assignedVersion)
      return (
        <StateBadge tone="watch" icon={IconAlertTriangle}>
          {say('console.policy.drift', { applied: appliedVersion, assigned: assignedVersion })}
        </StateBadge>
      );
    return (
      <StateBadge tone="good" icon={IconCheck}>
        {say('console.policy.applied', { version: appliedVersion })}
      </StateBadge>
    );
  };
  return (
    <span style={{ display: 'inline-flex', gap: '0.5rem', alignItems: 'center', flexWrap: 'wrap' }}>
      {withName && name}
      {badge()}
    </span>
  );
}
