import { Group, Stack, Text } from '@mantine/core';
import type { Change } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Time } from '../../parts/time.tsx';

type Preview = NonNullable<Change['preview']>;

/** What the last 30 days would have been. */
export function PreviewCard({ preview }: { preview: Preview }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const columns: Column<Preview['byRule'][number]>[] = [
    {
      key: 'rule',
      head: say('console.change.rule'),
      cell: ({ name, nameJa }) => (language === 'ja' && nameJa ? nameJa : name),
    },
    { key: 'effect', head: say('console.change.effect'), cell: ({ effect }) => say(`changeEffect.${effect}`) },
    { key: 'count', head: say('console.change.count'), align: 'right', width: 110, cell: ({ count }) => count },
  ];
  const { suppressed, passes, blocks, hostCount, hosts, remarks } = preview;
  return (
    <Card title={say('console.change.preview')} flush>
      <Stack gap={6} px="md" py="xs">
        <Text size="sm" fw={600}>
          {say('console.change.previewText', { hosts: hostCount, suppressed, passes, blocks })}
        </Text>
        <Group gap={6}>
          {hosts.slice(0, 10).map(({ computerId, name }) => (
            <code key={computerId}>{name}</code>
          ))}
          {hostCount > 10 && <span className="dim">{say('console.change.moreHosts', { count: hostCount - 10 })}</span>}
        </Group>
        {remarks.map((remark) => (
          <Text key={remark} size="sm" className="dim">
            {say.or('change.remark', remark)}
          </Text>
        ))}
        <Text size="xs" className="dim">
          {say('console.change.previewAt')} <Time at={preview.at} />
        </Text>
      </Stack>
      {preview.byRule.length > 0 && (
        <DataTable
          label={say('console.change.preview')}
          columns={columns}
          rows={preview.byRule}
          rowKey={({ ruleId, effect }) => `${effect} ${ruleId}`}
        />
      )}
    </Card>
  );
}
