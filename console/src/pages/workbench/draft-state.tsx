import { moduleOfApi, type RuleDraft } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';

const tones = { draft: 'idle', staged: 'watch', live: 'good', withdrawn: 'idle' } as const;

export function DraftState({ state }: Pick<RuleDraft, 'state'>) {
  const say = usePhrase();
  return <StateBadge tone={tones[state]}>{say(`ruleDraftState.${state}`)}</StateBadge>;
}

export function useModuleName(): (module: RuleDraft['module']) => string {
  const say = usePhrase();
  return (module) => say(`module.${moduleOfApi[module]}`);
}
