import type { StoredDetection } from '@sakimori/contract';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { useAccountName } from '../../parts/account-filter.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { useTitles } from '../alerts/alert-title.ts';
import { DetectionDrawer } from './detection-drawer.tsx';

export type DetectionTableProps = {
  readonly detections: readonly StoredDetection[];
  /** Without host and account: on a host's own page. */
  readonly brief?: boolean;
};

export function DetectionTable({ detections, brief = false }: DetectionTableProps) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const accountName = useAccountName();
  const titlesOf = useTitles();
  const [openId, setOpenId] = useState<string>();
  const columns: Column<StoredDetection>[] = [
    {
      key: 'at',
      head: say('console.detections.occurredAt'),
      width: 160,
      cell: (detection) => <Time at={detection.occurredAt} />,
    },
    {
      key: 'severity',
      head: say('console.alerts.severity'),
      width: 96,
      cell: (detection) => <SeverityBadge severity={detection.severity} />,
    },
    {
      key: 'what',
      head: say('console.alerts.title'),
      cell: (detection) => (
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <button type="button" className="row-link" onClick={() => setOpenId(detection.id)}>
            {titlesOf(detection).title}
          </button>
          <div className="dim one-line" style={{ fontSize: '0.75rem' }}>
            {detection.log?.lines.at(-1) ?? titlesOf(detection).detail}
          </div>
        </div>
      ),
    },
    {
      key: 'account',
      short: true,
      head: say('console.account'),
      shown: isProvider && !brief,
      cell: (detection) => accountName(detection.accountId),
    },
    {
      key: 'host',
      short: true,
      head: say('console.alerts.host'),
      shown: !brief,
      cell: (detection) => detection.hostName,
    },
    {
      key: 'module',
      short: true,
      head: say('console.alerts.module'),
      cell: (detection) => say(`module.${detection.module}`),
    },
  ];
  return (
    <>
      <DataTable
        label={say('console.nav.detections')}
        columns={columns}
        rows={detections}
        rowKey={(detection) => detection.id}
        showFresh
      />
      <DetectionDrawer
        detection={detections.find((detection) => detection.id === openId)}
        onClose={() => setOpenId(undefined)}
      />
    </>
  );
}
