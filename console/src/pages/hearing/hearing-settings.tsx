import { Button, Checkbox, Group, Select, Stack, Text } from '@mantine/core';
import { type Hearing, phraseOr, routes, type SheetSetting } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconClipboardList, IconDownload } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { hearingSettingsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { saveFile } from './save-file.ts';

/** The settings that follow from the sheet, each with its cell, against what stands: before they are applied a preview, afterwards the list as built. */
export function HearingSettings({ hearing }: { hearing: Hearing }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { may } = useSession();
  const [number, setNumber] = useState(hearing.versions[0]?.number ?? 1);
  const [all, setAll] = useState(true);
  const params = { hearingId: hearing.id, number };
  const query = useQuery(hearingSettingsQuery(hearing.id, number));
  const print = useMutation({
    mutationFn: () => call(routes.printHearing, { params, query: { language } }),
    onSuccess: saveFile,
  });
  const apply = async () => {
    await call(routes.applyHearing, { params });
    await queryClient.invalidateQueries({ queryKey: ['account', 'hearing'] });
  };
  const version = hearing.versions.find((one) => one.number === number);
  const columns: Column<SheetSetting>[] = [
    { key: 'area', head: say('hearing.built.area'), cell: ({ area }) => phraseOr(language, 'hearingArea', area) },
    { key: 'name', head: say('hearing.built.setting'), cell: ({ name }) => name[language] },
    {
      key: 'wanted',
      head: say('hearing.built.wanted'),
      cell: ({ wanted }) => wanted[language] || say('hearing.built.none'),
    },
    { key: 'live', head: say('hearing.built.live'), cell: ({ live }) => live[language] || say('hearing.built.none') },
    {
      key: 'state',
      head: say('hearing.built.result'),
      cell: ({ state }) => (
        <StateBadge tone={state === 'same' ? 'good' : 'warn'}>{say(`settingState.${state}`)}</StateBadge>
      ),
    },
    {
      key: 'cell',
      head: say('hearing.built.source'),
      cell: ({ place }) => (place?.cell ? `${place.sheet}!${place.cell}` : ''),
    },
  ];
  return (
    <Stack gap="md">
      <ErrorNotice error={print.error} />
      <Card
        flush
        title={say('console.hearing.settings')}
        actions={
          <Group gap="xs">
            <Checkbox
              label={say('console.hearing.onlyDifferences')}
              checked={!all}
              onChange={(event) => setAll(!event.currentTarget.checked)}
            />
            <Select
              size="xs"
              aria-label={say('console.hearing.version')}
              data={hearing.versions.map((one) => ({
                value: String(one.number),
                label: say('hearing.built.numberOf', { number: one.number }),
              }))}
              value={String(number)}
              allowDeselect={false}
              onChange={(next) => setNumber(Number(next))}
            />
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconDownload size={14} />}
              loading={print.isPending}
              disabled={!query.data}
              onClick={() => print.mutate()}
            >
              {say('console.hearing.print')}
            </Button>
            {may('policy.write') && version?.state === 'confirmed' && (
              <ConfirmButton
                label={say('console.hearing.apply')}
                harmless
                button={{ variant: 'filled' }}
                text={say('console.hearing.applyText', { number, count: query.data?.differences ?? 0 })}
                onConfirm={apply}
              />
            )}
          </Group>
        }
      >
        <Loaded query={query}>
          {({ items, differences }) => {
            const shown = items.filter(({ state }) => all || state === 'differs');
            return (
              <>
                <Text size="sm" px="md" py="xs">
                  {say('console.hearing.compared', { count: items.length, differences })}
                </Text>
                {shown.length === 0 ? (
                  <EmptyState icon={IconClipboardList} title={say('console.hearing.noDifferences')} />
                ) : (
                  <PagedTable
                    label={say('console.hearing.settings')}
                    columns={columns}
                    rows={shown}
                    rowKey={({ id }) => id}
                  />
                )}
              </>
            );
          }}
        </Loaded>
      </Card>
    </Stack>
  );
}
