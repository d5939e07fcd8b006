import type { ReportDelivery, ReportIssue } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconFileReport,
  IconMailX,
  IconTool,
  IconUser,
} from '../../parts/icons.ts';
import { StateBadge } from '../../parts/state-badge.tsx';

const issueLooks = {
  awaited: ['idle', IconClock],
  draft: ['info', IconFileReport],
  changeAsked: ['warn', IconTool],
  halfSigned: ['info', IconUser],
  signed: ['watch', IconClock],
  sent: ['good', IconCheck],
} as const;

/** How far a report is, and whether it is late. */
export function IssueBadges({ issue }: { issue: ReportIssue }) {
  const say = usePhrase();
  const [tone, icon] = issueLooks[issue.state];
  return (
    <span style={{ display: 'inline-flex', gap: 4, flexWrap: 'wrap' }}>
      <StateBadge tone={tone} icon={icon}>
        {say(`issueState.${issue.state}`)}
      </StateBadge>
      {issue.isLate && (
        <StateBadge tone="bad" icon={IconAlertTriangle}>
          {say('console.reports.late')}
        </StateBadge>
      )}
    </span>
  );
}

const deliveryLooks = {
  waiting: ['info', IconClock],
  accepted: ['good', IconCircleCheck],
  deferred: ['watch', IconClock],
  bounced: ['bad', IconMailX],
  failed: ['bad', IconCircleX],
} as const;

export function DeliveryBadge({ delivery }: { delivery: ReportDelivery }) {
  const say = usePhrase();
  const [tone, icon] = deliveryLooks[delivery.state];
  return (
    <StateBadge tone={tone} icon={icon}>
      {say(`deliveryState.${delivery.state}`)}
    </StateBadge>
  );
}
