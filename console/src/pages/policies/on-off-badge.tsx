import { usePhrase } from '../../language.tsx';
import { IconCircleCheck, IconShieldOff } from '../../parts/icons.ts';
import { StateBadge } from '../../parts/state-badge.tsx';

/** What the policy asks of a module. Whether a host can do it, the host's page tells. */
export function OnOffBadge({ state }: { state: 'on' | 'off' }) {
  const say = usePhrase();
  return (
    <StateBadge tone={state === 'on' ? 'good' : 'idle'} icon={state === 'on' ? IconCircleCheck : IconShieldOff}>
      {say(`console.policies.${state}`)}
    </StateBadge>
  );
}
