import { Button, Checkbox, Group, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { routes, type SourceBlocking } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { sourceBlockingQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

/** What is never blocked on hosts of an account, and when a block is proposed. */
export function BlockingSetting({ accountId }: { accountId: string }) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.blocks.setting')}
      title={say('console.blocks.settingTitle')}
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {(close) => <Setting accountId={accountId} onDone={close} />}
    </DialogButton>
  );
}

function Setting({ accountId, onDone }: { accountId: string; onDone: () => void }) {
  const query = useQuery(sourceBlockingQuery(accountId));
  return (
    <Loaded query={query}>
      {(setting) => <SettingForm accountId={accountId} setting={setting} onDone={onDone} />}
    </Loaded>
  );
}

type FormProps = { accountId: string; setting: SourceBlocking; onDone: () => void };

function SettingForm({ accountId, setting, onDone }: FormProps) {
  const say = usePhrase();
  const [allow, setAllow] = useState(setting.allow.join('\n'));
  const [on, setOn] = useState(setting.proposals.on);
  const [count, setCount] = useState<number | string>(setting.proposals.count);
  const [window, setWindow] = useState<number | string>(setting.proposals.windowMinutes);
  const put = useMutation({
    mutationFn: () => {
      const entries = allow.split(/[\s,]+/).filter(Boolean);
      const proposals = { ...setting.proposals, on, count: Number(count), windowMinutes: Number(window) };
      return call(routes.putSourceBlocking, { params: { accountId }, body: { allow: entries, proposals } });
    },
    onSuccess: (saved) => queryClient.setQueryData(sourceBlockingQuery(accountId).queryKey, saved),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.blocks.settingText')}</Text>
        <Textarea
          label={say('console.blocks.allow')}
          description={say('console.blocks.allowHint')}
          value={allow}
          onChange={({ currentTarget }) => setAllow(currentTarget.value)}
          autosize
          minRows={3}
          maxRows={8}
          spellCheck={false}
          data-autofocus
        />
        <Checkbox
          label={say('console.blocks.propose')}
          checked={on}
          onChange={({ currentTarget }) => setOn(currentTarget.checked)}
        />
        <Group grow align="flex-end">
          <NumberInput
            label={say('console.blocks.count')}
            value={count}
            onChange={setCount}
            min={2}
            max={10_000}
            allowDecimal={false}
            disabled={!on}
          />
          <NumberInput
            label={say('console.blocks.window')}
            value={window}
            onChange={setWindow}
            min={1}
            max={1440}
            allowDecimal={false}
            disabled={!on}
          />
        </Group>
        <ErrorNotice error={put.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={put.isPending}>
            {say('console.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
