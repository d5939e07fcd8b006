import type { ApiModuleState } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { IconCircleCheck, IconShieldOff } from '../../parts/icons.ts';
import { StateBadge } from '../../parts/state-badge.tsx';

/** What the policy asks of a module. Whether a host can do it, the host's page tells. */
export function OnOffBadge({ state }: { state: ApiModuleState }) {
  const say = usePhrase();
  return (
    <StateBadge tone={state === 'off' ? 'idle' : 'good'} icon={state === 'off' ? IconShieldOff : IconCircleCheck}>
      {say(`console.policies.${state}`)}
    </StateBadge>
  );
}
