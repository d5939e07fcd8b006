import { usePhrase } from '../language.tsx';
import { Notice } from '../parts/notice.tsx';
import { usePresence } from '../presence.ts';

/** Says that what is shown may be old. */
export function OfflineBanner() {
  const say = usePhrase();
  const { reachable } = usePresence();
  if (reachable) return null;
  return (
    <Notice tone="bad">
      {say('console.error.unreachable')}
      <div className="dim">{say('console.offline.text')}</div>
    </Notice>
  );
}
