import type { Alert, Host, ModuleStatus, Notice } from '@sakimori/contract';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { usePhrase } from '../language.tsx';
import {
  IconAlertTriangle,
  IconBell,
  IconCheck,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconMailX,
  IconPlugOff,
  IconShieldOff,
  IconTool,
  IconUser,
} from './icons.ts';
import type { Tone } from './severity-badge.tsx';

/** A state as icon, word and colour. */
export function StateBadge({ tone, icon: Sign, children }: { tone: Tone; icon?: Icon; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {Sign && <Sign size={13} stroke={2.2} aria-hidden />}
      {children}
    </span>
  );
}

const alertLooks = {
  open: ['bad', IconBell],
  acknowledged: ['info', IconUser],
  closed: ['idle', IconCheck],
} as const;

export function AlertStateBadge({ alert }: { alert: Pick<Alert, 'state' | 'closing' | 'snoozedUntil'> }) {
  const say = usePhrase();
  if (alert.snoozedUntil)
    return (
      <StateBadge tone="idle" icon={IconClock}>
        {say('console.alerts.states.snoozed')}
      </StateBadge>
    );
  const [tone, icon] = alertLooks[alert.state];
  const closing = alert.closing && say(`closing.${alert.closing}`);
  return (
    <StateBadge tone={tone} icon={icon}>
      {say(`alertState.${alert.state}`)}
      {alert.state === 'closed' && closing && ` · ${closing}`}
    </StateBadge>
  );
}

const livenessLooks = {
  connected: ['good', IconCircleCheck],
  silent: ['bad', IconPlugOff],
  retired: ['idle', IconShieldOff],
} as const;

export function LivenessBadge({ host }: { host: Pick<Host, 'liveness'> }) {
  const say = usePhrase();
  const [tone, icon] = livenessLooks[host.liveness.state];
  return (
    <StateBadge tone={tone} icon={icon}>
      {say(`console.liveness.${host.liveness.state}`)}
    </StateBadge>
  );
}

const moduleLooks = {
  active: ['good', IconCircleCheck],
  off: ['idle', IconShieldOff],
  lacking: ['warn', IconTool],
  degraded: ['watch', IconAlertTriangle],
} as const;

export function ModuleStateBadge({ state }: { state: ModuleStatus['state'] }) {
  const say = usePhrase();
  const [tone, icon] = moduleLooks[state];
  return (
    <StateBadge tone={tone} icon={icon}>
      {say(`console.moduleState.${state}`)}
    </StateBadge>
  );
}

const noticeLooks = {
  waiting: ['info', IconClock],
  sent: ['good', IconCheck],
  failed: ['bad', IconCircleX],
  bounced: ['warn', IconMailX],
  digested: ['idle', IconCheck],
} as const;

export function NoticeStateBadge({ state }: { state: Notice['state'] }) {
  const say = usePhrase();
  const [tone, icon] = noticeLooks[state];
  return (
    <StateBadge tone={tone} icon={icon}>
      {say(`console.noticeState.${state}`)}
    </StateBadge>
  );
}
