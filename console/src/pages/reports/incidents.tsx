import { Stack, Text } from '@mantine/core';
import { caseEntryText, headlineIn, matterOfAlert, type Report } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { Time } from '../../parts/time.tsx';

/** What the SOC worked in the month: what was detected, when, and what the customer was told that was done (S88). */
export function Incidents({ incidents: { count, items } }: { incidents: NonNullable<Report['incidents']> }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Card title={say('report.section.cases')} flush>
      <Text p="md" size="sm" className="dim">
        {say('report.incidentsNote')}
      </Text>
      <DataTable
        label={say('report.section.cases')}
        rows={items}
        rowKey={({ number }) => String(number)}
        columns={[
          { key: 'number', head: say('report.column.number'), width: 60, cell: ({ number }) => `#${number}` },
          {
            key: 'severity',
            head: say('report.column.severity'),
            width: 96,
            cell: ({ severity }) => <SeverityBadge severity={severity} />,
          },
          {
            key: 'at',
            head: say('report.column.incidentAt'),
            width: 170,
            cell: ({ openedAt, closedAt }) => (
              <>
                <Time at={openedAt} />
                {closedAt && (
                  <>
                    {' '}
                    – <Time at={closedAt} />
                  </>
                )}
              </>
            ),
          },
          {
            key: 'content',
            head: say('report.column.incidentContent'),
            cell: ({ lead, hosts, hostCount }) => (
              <>
                {lead ? headlineIn(language, matterOfAlert(lead)) : say('report.noContent')}
                <Text size="xs" className="dim">
                  {hosts.join(say('report.comma'))}
                  {hostCount > hosts.length &&
                    ` ${say('report.moreChangedHosts', { count: hostCount - hosts.length })}`}
                </Text>
              </>
            ),
          },
          {
            key: 'done',
            head: say('report.column.incidentDone'),
            cell: ({ told }) => (
              <Stack gap={4}>
                {told.length === 0 && say('report.nothingTold')}
                {told.map((entry) => (
                  <div key={entry.at + entry.kind}>
                    <Text size="xs" className="dim" component="span">
                      <Time at={entry.at} />
                    </Text>{' '}
                    <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                      {caseEntryText(language, entry)}
                    </span>
                  </div>
                ))}
              </Stack>
            ),
          },
          {
            key: 'state',
            head: say('report.column.state'),
            cell: ({ state, closing }) =>
              closing
                ? say('report.withDetail', { text: say(`caseState.${state}`), detail: say.or('closing', closing) })
                : say(`caseState.${state}`),
          },
        ]}
      />
      {count > items.length && (
        <Text p="md" size="sm" className="dim">
          {say('report.moreIncidents', { count: count - items.length })}
        </Text>
      )}
    </Card>
  );
}
