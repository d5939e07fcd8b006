import { Anchor, Group, Select, Stack } from '@mantine/core';
import {
  type AnswerChange,
  type Hearing,
  type HearingDefinition,
  type HearingVersionHead,
  routes,
} from '@sakimori/contract';
import { answerText, pathName } from '@sakimori/contract/hearing/words';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconClipboardList } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { hearingChangesQuery } from '../../queries.ts';
import { saveFile } from './save-file.ts';

type Asked = Hearing & { questions: HearingDefinition };

/** What was saved, by whom, with the files as they came; and what differs between two versions. */
export function HearingVersions({ hearing }: { hearing: Asked }) {
  const say = usePhrase();
  const { versions } = hearing;
  const takeFile = async (number: number) =>
    saveFile(await call(routes.getHearingOriginal, { params: { hearingId: hearing.id, number } }));
  const columns: Column<HearingVersionHead>[] = [
    { key: 'number', head: say('console.hearing.version'), width: 70, cell: ({ number }) => number },
    {
      key: 'state',
      head: say('console.hearing.state'),
      cell: ({ state, appliedAt }) => (
        <Group gap={4}>
          <StateBadge tone={state === 'confirmed' ? 'good' : 'watch'}>{say(`hearingState.${state}`)}</StateBadge>
          {appliedAt && <StateBadge tone="info">{say('console.hearing.applied')}</StateBadge>}
        </Group>
      ),
    },
    {
      key: 'source',
      head: say('console.hearing.source'),
      cell: ({ source, file, number }) =>
        file ? (
          <Anchor component="button" type="button" size="sm" onClick={() => void takeFile(number)}>
            {file.name}
          </Anchor>
        ) : (
          say(`hearingSource.${source}`)
        ),
    },
    { key: 'by', head: say('console.hearing.by'), cell: ({ createdBy }) => createdBy },
    { key: 'saved', head: say('console.hearing.saved'), cell: ({ createdAt }) => <Time at={createdAt} /> },
  ];
  if (versions.length === 0)
    return (
      <EmptyState icon={IconClipboardList} title={say('console.hearing.empty')}>
        {say('console.hearing.emptyText')}
      </EmptyState>
    );
  return (
    <Stack gap="md">
      <Card flush title={say('console.hearing.versions')}>
        <DataTable
          label={say('console.hearing.versions')}
          columns={columns}
          rows={versions}
          rowKey={({ number }) => String(number)}
        />
      </Card>
      <Changes hearing={hearing} />
    </Stack>
  );
}

function Changes({ hearing }: { hearing: Asked }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const newest = hearing.versions[0]?.number ?? 1;
  const [[from, to], setRange] = useState<[number, number]>([newest - 1, newest]);
  const query = useQuery(hearingChangesQuery(hearing.id, from, to));
  const { questions } = hearing;
  const choices = hearing.versions.map(({ number }) => ({
    value: String(number),
    label: say('hearing.built.numberOf', { number }),
  }));
  const columns: Column<AnswerChange>[] = [
    { key: 'name', head: say('console.hearing.question'), cell: ({ path }) => pathName(questions, language, path) },
    {
      key: 'before',
      head: say('console.hearing.before'),
      cell: ({ path, before }) => answerText(questions, language, path, before),
    },
    {
      key: 'after',
      head: say('console.hearing.after'),
      cell: ({ path, after }) => answerText(questions, language, path, after),
    },
    {
      key: 'cell',
      head: say('hearing.built.source'),
      cell: ({ place }) => (place?.cell ? `${place.sheet}!${place.cell}` : ''),
    },
  ];
  return (
    <Card
      flush
      title={say('console.hearing.changes')}
      actions={
        <Group gap="xs">
          <Select
            size="xs"
            aria-label={say('console.hearing.before')}
            data={[{ value: '0', label: say('console.hearing.nothing') }, ...choices]}
            value={String(from)}
            allowDeselect={false}
            onChange={(next) => setRange([Number(next), to])}
          />
          <Select
            size="xs"
            aria-label={say('console.hearing.after')}
            data={choices}
            value={String(to)}
            allowDeselect={false}
            onChange={(next) => setRange([from, Number(next)])}
          />
        </Group>
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={IconClipboardList} title={say('console.hearing.noChanges')} />
          ) : (
            <DataTable
              label={say('console.hearing.changes')}
              columns={columns}
              rows={items}
              rowKey={({ path }) => JSON.stringify(path)}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
