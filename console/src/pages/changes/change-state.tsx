import type { Change } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import type { Tone } from '../../parts/severity-badge.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';

const tones: Readonly<Record<Change['state'], Tone>> = {
  refused: 'idle',
  proposed: 'watch',
  approved: 'info',
  applying: 'info',
  verifying: 'info',
  done: 'good',
  failed: 'bad',
  withdrawn: 'idle',
  reverting: 'info',
  reverted: 'idle',
};

export function ChangeStateBadge({ state }: Pick<Change, 'state'>) {
  const say = usePhrase();
  return <StateBadge tone={tones[state]}>{say(`changeState.${state}`)}</StateBadge>;
}
