import { Button, FileInput, Group, Stack, Text } from '@mantine/core';
import { type Hearing, type HearingDefinition, hearingFileBytesMax, routes } from '@sakimori/contract';
import { faultText } from '@sakimori/contract/hearing/words';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconUpload } from '../../parts/icons.ts';
import { Notice } from '../../parts/notice.tsx';
import { queryClient } from '../../session.tsx';

type Asked = Hearing & { questions: HearingDefinition };

export function ImportButton({ hearing }: { hearing: Asked }) {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.hearing.import')} size="lg" button={{ leftSection: <IconUpload size={16} /> }}>
      {(close) => <Import hearing={hearing} onDone={close} />}
    </DialogButton>
  );
}

async function toBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** Sends a workbook that was filled in. Every fault is told with its sheet and cell, and then nothing was stored. */
function Import({ hearing, onDone }: { hearing: Asked; onDone: () => void }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const [file, setFile] = useState<File | null>(null);
  const isTooLarge = file !== null && file.size > hearingFileBytesMax;
  const send = useMutation({
    mutationFn: async (chosen: File) =>
      call(routes.importHearing, {
        params: { hearingId: hearing.id },
        body: { name: chosen.name, content: await toBase64(chosen) },
      }),
    onSuccess: ({ outcome }) =>
      outcome === 'imported' && queryClient.invalidateQueries({ queryKey: ['account', 'hearing'] }),
  });
  const { data } = send;
  return (
    <Stack gap="sm">
      <Text size="sm">{say('console.hearing.importText')}</Text>
      <FileInput
        label={say('console.hearing.file')}
        accept=".xlsx"
        value={file}
        placeholder="*.xlsx"
        leftSection={<IconUpload size={16} />}
        error={isTooLarge && say('workbookFault.tooLarge')}
        onChange={(chosen) => {
          send.reset();
          setFile(chosen);
        }}
        clearable
      />
      <ErrorNotice error={send.error} />
      {data && (
        <Notice tone={data.outcome === 'refused' ? 'bad' : 'good'}>
          <Text size="sm" fw={600}>
            {say(`console.hearing.outcome.${data.outcome}`, { number: data.version?.number ?? 0 })}
          </Text>
          <Stack gap={4}>
            {data.faults.slice(0, 200).map((fault, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              <Text size="sm" key={index}>
                {say(`hearingLevel.${fault.level}`)}　{faultText(hearing.questions, language, fault)}
              </Text>
            ))}
          </Stack>
        </Notice>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {say('console.close')}
        </Button>
        <Button disabled={!file || isTooLarge} loading={send.isPending} onClick={() => file && send.mutate(file)}>
          {say('console.hearing.import')}
        </Button>
      </Group>
    </Stack>
  );
}
