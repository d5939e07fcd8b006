import type { Case } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { IconArrowBackUp, IconBell, IconCheck, IconClock, IconUser } from '../../parts/icons.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { RelativeTime } from '../../parts/time.tsx';

const looks = {
  open: ['bad', IconBell],
  working: ['info', IconUser],
  waiting: ['watch', IconClock],
  closed: ['idle', IconCheck],
  merged: ['idle', IconArrowBackUp],
} as const;

export function CaseStateBadge({ found }: { found: Pick<Case, 'state' | 'closing'> }) {
  const say = usePhrase();
  const [tone, icon] = looks[found.state];
  return (
    <StateBadge tone={tone} icon={icon}>
      {say(`caseState.${found.state}`)}
      {found.closing && ` · ${say(`closing.${found.closing}`)}`}
    </StateBadge>
  );
}

/** To which level it was called, and when the next one is. */
export function CaseLevel({ found }: { found: Case }) {
  const say = usePhrase();
  if (found.state !== 'open') return <span className="dim">{found.owner?.name ?? found.acknowledgedBy ?? '–'}</span>;
  return (
    <span>
      {found.level === 0 ? say('console.case.notCalled') : say('console.case.level', { level: found.level })}
      {found.nextLevelAt && (
        <span className="dim">
          {' '}
          {say('console.case.next')} <RelativeTime at={found.nextLevelAt} />
        </span>
      )}
    </span>
  );
}
