import { Text } from '@mantine/core';
import type { Report } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Time } from '../../parts/time.tsx';

/** Policies, active services and the network engine's mode of each host, as they were at the end of the month (S86). */
export function MonthSettings({ settings, composedAt }: Pick<Report, 'settings' | 'composedAt'>) {
  const say = usePhrase();
  const comma = say('report.comma');
  const policies = settings.assigned ?? settings.policies.map((policy) => ({ ...policy, id: policy.version }));
  const servicesOf = ({ services }: Report['settings']['hosts'][number]) => {
    if (!services) return say('report.servicesUnknown');
    const on = services.filter(({ state }) => state !== 'off');
    if (on.length === 0) return say('report.noServices');
    return on
      .map(({ module, status }) => {
        const name = say(`module.${module}`);
        return status === 'active' ? name : say('report.serviceTroubled', { module: name });
      })
      .join(comma);
  };
  return (
    <Card title={say('report.section.settings')} flush>
      <Text p="md" size="sm" className="dim">
        <Time at={settings.takenAt ?? composedAt} />
      </Text>
      <DataTable
        label={say('report.section.policies')}
        rows={policies}
        rowKey={(row) => `${row.id} ${row.name}`}
        columns={[
          { key: 'policy', head: say('report.column.policy'), cell: (row) => row.name },
          { key: 'hosts', head: say('report.column.hosts'), cell: (row) => row.hosts.join(comma) },
        ]}
      />
      <DataTable
        label={say('report.section.services')}
        rows={settings.hosts}
        rowKey={(row) => row.name}
        columns={[
          { key: 'host', head: say('report.column.host'), cell: (row) => row.name },
          { key: 'services', head: say('report.column.services'), cell: servicesOf },
          {
            key: 'mode',
            head: say('report.column.engineMode'),
            cell: (row) => say(`report.engineMode.${row.engineMode ?? 'unknown'}`),
          },
        ]}
      />
    </Card>
  );
}
