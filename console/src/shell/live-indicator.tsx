import { Tooltip } from '@mantine/core';
import { usePhrase } from '../language.tsx';
import { usePresence } from '../presence.ts';

/** Whether what is shown is kept current by itself. */
export function LiveIndicator() {
  const say = usePhrase();
  const { live } = usePresence();
  return (
    <Tooltip label={say(`console.live.${live}.text`)} multiline maw={280}>
      <span className="badge" data-tone={live === 'live' ? 'good' : 'warn'} role="status" data-live={live}>
        <span className="pulse" />
        <span className="live-word">{say(`console.live.${live}`)}</span>
      </span>
    </Tooltip>
  );
}
