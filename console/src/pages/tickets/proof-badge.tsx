import { Tooltip } from '@mantine/core';
import type { SenderProof } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';

const tones = { pass: 'good', fail: 'bad', none: 'idle' } as const;

/** What the provider's mail server found of the sender. */
export function ProofBadge({ proof }: { proof: SenderProof }) {
  const say = usePhrase();
  return (
    <Tooltip label={proof.detail || say('senderProof.none')}>
      <span>
        <StateBadge tone={tones[proof.verdict]}>{say(`senderProof.${proof.verdict}`)}</StateBadge>
      </span>
    </Tooltip>
  );
}
