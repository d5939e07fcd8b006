import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import { readRings, routes, usualRings } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { queryClient } from '../../session.tsx';

/** What a plan needs to know; it is made and not started. */
export function PlanForm({ accountId, onDone }: { accountId: string; onDone: () => void }) {
  const say = usePhrase();
  const [build, setBuild] = useState('');
  const [rings, setRings] = useState<string>(usualRings);
  const [failuresMax, setFailuresMax] = useState<number | string>(0);
  const [healthMinutes, setHealthMinutes] = useState<number | string>(10);
  const [reason, setReason] = useState('');
  const read = readRings(rings);
  const create = useMutation({
    mutationFn: () =>
      call(routes.createUpgradePlan, {
        params: { accountId },
        body: {
          ...{ rings: read ?? [], failuresMax: Number(failuresMax), healthMinutes: Number(healthMinutes) },
          ...(build.trim() === '' ? {} : { build: build.trim() }),
          reason: reason.trim(),
        },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['installation'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <ReasonField
          isFirst
          label={say('console.upgrade.reason')}
          lengthMax={300}
          value={reason}
          onChange={setReason}
        />
        <TextInput
          label={say('console.upgrade.rings')}
          description={say('console.upgrade.ringsHint')}
          value={rings}
          onChange={({ currentTarget }) => setRings(currentTarget.value)}
          error={read ? undefined : say('console.upgrade.ringsFault')}
        />
        <NumberInput
          label={say('console.upgrade.failuresMax')}
          value={failuresMax}
          onChange={setFailuresMax}
          min={0}
          max={10_000}
          allowDecimal={false}
        />
        <NumberInput
          label={say('console.upgrade.healthMinutes')}
          value={healthMinutes}
          onChange={setHealthMinutes}
          min={1}
          max={120}
          allowDecimal={false}
        />
        <TextInput
          label={say('console.upgrade.build')}
          description={say('console.upgrade.buildHint')}
          value={build}
          onChange={({ currentTarget }) => setBuild(currentTarget.value)}
          spellCheck={false}
        />
        <ErrorNotice error={create.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button
            type="submit"
            loading={create.isPending}
            disabled={!read || !reason.trim() || healthMinutes === '' || failuresMax === ''}
          >
            {say('console.upgrade.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
