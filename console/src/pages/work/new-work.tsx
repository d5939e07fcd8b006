import { Button, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { routes, type WorkQueue, workQueues } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useAccounts } from '../../session.tsx';
import { refreshWork } from './queries.ts';

export function NewWorkForm({ account, onDone }: { account: string | undefined; onDone: () => void }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const form = useForm({
    initialValues: {
      accountId: account ?? null,
      queue: 'helpdesk' as WorkQueue,
      title: '',
      businessDays: 3 as number | string,
    },
  });
  const add = useMutation({
    mutationFn: ({ accountId, businessDays, ...values }: typeof form.values) =>
      call(routes.createWork, {
        params: { accountId: accountId ?? '' },
        body: { ...values, businessDays: Number(businessDays) },
      }),
    onSuccess: async () => {
      await refreshWork();
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack gap="sm">
        <Select
          label={say('console.account')}
          data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          placeholder={say('console.account')}
          required
          searchable
          allowDeselect={false}
          {...form.getInputProps('accountId')}
        />
        <Select
          label={say('console.work.queue')}
          data={workQueues.map((queue) => ({ value: queue, label: say(`workQueue.${queue}`) }))}
          allowDeselect={false}
          {...form.getInputProps('queue')}
        />
        <TextInput label={say('console.work.name')} required maxLength={200} {...form.getInputProps('title')} />
        <NumberInput
          label={say('console.work.days')}
          description={say('console.work.daysHint')}
          required
          min={1}
          max={60}
          {...form.getInputProps('businessDays')}
        />
        <ErrorNotice error={add.error} />
        <Button type="submit" loading={add.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.work.add')}
        </Button>
      </Stack>
    </form>
  );
}
