import { Button, Checkbox, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { type RuleDraftDetail, type RuleTrial, type RuleTry, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconListSearch } from '../../parts/icons.ts';
import { Notice } from '../../parts/notice.tsx';
import { refreshDraft } from './queries.ts';
import { TryResult } from './try-result.tsx';

/** What the saved version finds: in what was stored, and in files that somebody brings. */
export function Trials({ draft, isChanged }: { draft: RuleDraftDetail; isChanged: boolean }) {
  const say = usePhrase();
  const [isPlain, setPlain] = useState(false);
  const [paths, setPaths] = useState('');
  const [chosen, setChosen] = useState<string>();
  const attempt = useMutation({
    mutationFn: (trial: RuleTrial) => call(routes.tryRuleDraft, { params: { draftId: draft.id }, body: trial }),
    onSuccess: async (found) => {
      await refreshDraft(draft.id);
      setChosen(found.id);
    },
  });
  const shown = draft.tries.find(({ id }) => id === chosen) ?? draft.tries[0];
  const isOver = draft.state === 'withdrawn';
  const disabled = !draft.check.isSound || attempt.isPending;
  const pathList = paths
    .split('\n')
    .map((path) => path.trim())
    .filter(Boolean);
  const onFile = async (file: File | null) => {
    if (file) attempt.mutate(draft.module === 'logInspection' ? await asLog(file, isPlain) : await asCapture(file));
  };
  return (
    <Card title={say('console.workbench.try')}>
      <Stack gap="sm">
        {isChanged && <Notice tone="warn">{say('console.workbench.unsaved')}</Notice>}
        {!isOver && (
          <Group gap="sm">
            <Button
              loading={attempt.isPending && attempt.variables.on === 'stored'}
              disabled={disabled}
              onClick={() => attempt.mutate({ on: 'stored' })}
            >
              {say('console.workbench.tryStored')}
            </Button>
            {draft.module !== 'integrityMonitoring' && (
              <FileButton
                onChange={(file) => void onFile(file)}
                {...(draft.module === 'intrusionPrevention' ? { accept: '.pcap,.pcapng,.cap' } : {})}
              >
                {(button) => (
                  <Button
                    {...button}
                    variant="default"
                    disabled={disabled}
                    loading={attempt.isPending && attempt.variables.on !== 'stored'}
                  >
                    {say('console.workbench.tryFile')}
                  </Button>
                )}
              </FileButton>
            )}
            {draft.module === 'logInspection' && (
              <Checkbox
                label={say('console.workbench.plainLog')}
                checked={isPlain}
                onChange={(event) => setPlain(event.currentTarget.checked)}
              />
            )}
          </Group>
        )}
        {draft.module === 'integrityMonitoring' && !isOver && (
          <Group gap="sm" align="flex-end">
            <Textarea
              label={say('console.workbench.pathsLabel')}
              value={paths}
              autosize
              minRows={1}
              maxRows={8}
              style={{ flex: 1 }}
              onChange={(event) => setPaths(event.currentTarget.value)}
            />
            <Button
              variant="default"
              disabled={disabled || pathList.length === 0}
              onClick={() => attempt.mutate({ on: 'paths', paths: pathList })}
            >
              {say('console.workbench.tryPaths')}
            </Button>
          </Group>
        )}
        <ErrorNotice error={attempt.error} />
        {shown ? (
          <TryResult found={shown} />
        ) : (
          <EmptyState icon={IconListSearch} title={say('console.workbench.noTries')}>
            {say('console.workbench.noTriesText')}
          </EmptyState>
        )}
        {draft.tries.length > 1 && shown && (
          <Earlier tries={draft.tries} shown={shown} onChoose={(id) => setChosen(id)} />
        )}
      </Stack>
    </Card>
  );
}

type EarlierProps = {
  readonly tries: readonly RuleTry[];
  readonly shown: RuleTry;
  readonly onChoose: (id: string) => void;
};

function Earlier({ tries, shown, onChoose }: EarlierProps) {
  const say = usePhrase();
  return (
    <details>
      <summary style={{ fontSize: '0.8125rem', cursor: 'pointer' }}>{say('console.workbench.earlier')}</summary>
      <Stack gap={4} mt={6} align="flex-start">
        {tries.map((one) => (
          <Button
            key={one.id}
            size="compact-xs"
            variant={one.id === shown.id ? 'light' : 'subtle'}
            onClick={() => onChoose(one.id)}
          >
            <Text size="xs" span>
              {say('console.workbench.versionOf', { version: one.version })} · {say(`triedOn.${one.on}`)} {one.name} ·{' '}
              {say('console.workbench.result', { looked: one.looked, hits: one.hits, hosts: one.hosts })}
            </Text>
          </Button>
        ))}
      </Stack>
    </details>
  );
}

const asLog = async (file: File, isPlain: boolean): Promise<RuleTrial> => ({
  ...{ on: 'log', name: file.name, text: await file.text(), format: isPlain ? 'plain' : 'syslog' },
});

async function asCapture(file: File): Promise<RuleTrial> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return { on: 'capture', name: file.name, content: btoa(binary), homeNet: [] };
}
