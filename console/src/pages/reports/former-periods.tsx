import type { Report } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { usePeriodName } from './period-name.ts';

/** The periods before, and this one as the last: detected, prevented and total (S80). */
export function FormerPeriods({ report }: { report: Report }) {
  const say = usePhrase();
  const nameOf = usePeriodName();
  const prevented = report.byModule.reduce((sum, row) => sum + row.prevented, 0);
  const rows = [
    ...(report.former ?? []),
    { period: report.period, detected: report.total - prevented, prevented, total: report.total },
  ];
  const count = (value: number) => say('report.count', { count: value });
  const title = say(`report.section.trend.${report.kind}`);
  return (
    <Card title={title} flush>
      <DataTable
        label={title}
        rows={rows}
        rowKey={(row) => row.period}
        columns={[
          { key: 'period', head: say(`report.column.span.${report.kind}`), cell: (row) => nameOf(row.period) },
          {
            key: 'detected',
            head: say('report.column.detected'),
            align: 'right',
            cell: (row) => count(row.detected),
          },
          {
            key: 'prevented',
            head: say('report.column.prevented'),
            align: 'right',
            cell: (row) => count(row.prevented),
          },
          { key: 'total', head: say('report.column.total'), align: 'right', cell: (row) => count(row.total) },
        ]}
      />
    </Card>
  );
}
