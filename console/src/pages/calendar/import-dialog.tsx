import { Button, FileInput, Group, Stack, Text } from '@mantine/core';
import { type Day, type HolidayFault, type HolidayPreview, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconUpload } from '../../parts/icons.ts';
import { Notice } from '../../parts/notice.tsx';
import { refreshCalendar } from './queries.ts';

export function ImportButton() {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.calendar.import')}
      size="lg"
      button={{ variant: 'default', leftSection: <IconUpload size={16} /> }}
    >
      {(close) => <Import onDone={close} />}
    </DialogButton>
  );
}

/** Larger files are refused here already: the list has some 20 KB. */
const fileBytesMax = 2 * 1024 * 1024;

async function toBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.slice(0, fileBytesMax).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** Chooses a file, shows what it would change, and takes it then. */
function Import({ onDone }: { readonly onDone: () => void }) {
  const say = usePhrase();
  const [file, setFile] = useState<string>();
  const preview = useMutation({
    mutationFn: (chosen: string) => call(routes.previewHolidays, { body: { file: chosen } }),
  });
  const take = useMutation({
    mutationFn: async (body: { file: string; version: number }) => {
      await call(routes.importHolidays, { body });
      await refreshCalendar();
    },
    onSuccess: onDone,
  });
  const choose = async (chosen: File | null) => {
    preview.reset();
    take.reset();
    const encoded = chosen ? await toBase64(chosen) : undefined;
    setFile(encoded);
    if (encoded !== undefined) preview.mutate(encoded);
  };
  const isReady = preview.data !== undefined && preview.data.faults.length === 0;
  return (
    <Stack gap="sm">
      <Text size="sm">{say('console.calendar.importText')}</Text>
      <FileInput
        label={say('console.calendar.file')}
        placeholder="syukujitsu.csv"
        accept=".csv,text/csv"
        onChange={(chosen) => void choose(chosen)}
        clearable
        leftSection={<IconUpload size={16} />}
      />
      <ErrorNotice error={preview.error ?? take.error} />
      {preview.data && <Preview preview={preview.data} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {say('console.cancel')}
        </Button>
        <Button
          disabled={!isReady || file === undefined}
          loading={preview.isPending || take.isPending}
          onClick={() => file !== undefined && preview.data && take.mutate({ file, version: preview.data.version })}
        >
          {say('console.calendar.importTake')}
        </Button>
      </Group>
    </Stack>
  );
}

type Difference = Day & { readonly sign: 'added' | 'removed' };

function Preview({ preview }: { readonly preview: HolidayPreview }) {
  const say = usePhrase();
  const { language } = useLanguage();
  if (preview.faults.length > 0) return <Faults faults={preview.faults} />;
  const differences: Difference[] = [
    ...preview.added.map((day) => ({ ...day, sign: 'added' as const })),
    ...preview.removed.map((day) => ({ ...day, sign: 'removed' as const })),
  ].sort((a, b) => (a.date < b.date ? -1 : 1));
  const columns: Column<Difference>[] = [
    { key: 'date', head: say('console.calendar.days'), width: 130, cell: ({ date }) => date },
    { key: 'name', head: say('console.calendar.holiday'), cell: ({ name }) => name?.[language] ?? '' },
    {
      key: 'sign',
      head: say('console.calendar.difference'),
      width: 180,
      cell: ({ sign }) => say(`console.calendar.${sign}`),
    },
  ];
  const facts = { count: preview.count, first: String(preview.firstYear), last: String(preview.lastYear) };
  return (
    <>
      <Notice tone="good">{say('cli.calendar.preview', facts)}</Notice>
      {differences.length === 0 ? (
        <Text size="sm">{say('cli.calendar.noDifference')}</Text>
      ) : (
        <DataTable
          label={say('console.calendar.difference')}
          columns={columns}
          rows={differences}
          rowKey={({ date, sign }) => `${date} ${sign}`}
        />
      )}
    </>
  );
}

function Faults({ faults }: { readonly faults: readonly HolidayFault[] }) {
  const say = usePhrase();
  return (
    <Notice tone="bad">
      {say('console.calendar.faults')}
      <ul style={{ margin: '0.3rem 0 0', paddingLeft: '1.2rem' }}>
        {faults.slice(0, 20).map(({ line, code, text = '', otherLine = 0 }) => {
          const what = say(`holidayFault.${code}`, { text, otherLine });
          return <li key={`${line} ${code} ${text}`}>{line === 0 ? what : say('holidayFault.at', { line, what })}</li>;
        })}
      </ul>
    </Notice>
  );
}
