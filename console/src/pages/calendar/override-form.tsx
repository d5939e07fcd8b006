import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { overrideEffects, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { useAccountName } from '../../parts/account-filter.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { ReasonField } from '../../parts/reason-field.tsx';
import { refreshCalendar, todayInJapan } from './queries.ts';

export function OverrideButton({ account }: { readonly account: string | undefined }) {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.calendar.add')} button={{ leftSection: <IconPlus size={16} /> }}>
      {(close) => <OverrideForm account={account} date={todayInJapan()} onDone={close} />}
    </DialogButton>
  );
}

type Props = { readonly account: string | undefined; readonly date: string; readonly onDone: () => void };

/** Closes days or opens them, with the reason that customers read in explanations. */
export function OverrideForm({ account, date, onDone }: Props) {
  const say = usePhrase();
  const accountName = useAccountName();
  const form = useForm<{ from: string; to: string; effect: (typeof overrideEffects)[number]; reason: string }>({
    initialValues: { from: date, to: date, effect: 'closing', reason: '' },
  });
  const { from, to, effect, reason } = form.values;
  const add = useMutation({
    mutationFn: async (values: typeof form.values) => {
      const body = { ...values, reason: values.reason.trim(), ...(account ? { accountId: account } : {}) };
      await call(routes.addOverride, { body });
      await refreshCalendar();
    },
    onSuccess: onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack gap="sm">
        <Text size="sm">
          {account
            ? say('console.calendar.addForAccount', { name: accountName(account) })
            : say('console.calendar.addForAll')}
        </Text>
        <SegmentedControl
          value={effect}
          onChange={(next) => form.setFieldValue('effect', overrideEffects.find((one) => one === next) ?? 'closing')}
          aria-label={say('console.calendar.effect')}
          data={overrideEffects.map((value) => ({ value, label: say(`dayKindName.${value}`) }))}
        />
        <Group grow align="flex-start">
          <TextInput type="date" label={say('console.calendar.from')} required {...form.getInputProps('from')} />
          <TextInput type="date" label={say('console.calendar.to')} required min={from} {...form.getInputProps('to')} />
        </Group>
        <ReasonField
          value={reason}
          onChange={(next) => form.setFieldValue('reason', next)}
          hint={say('console.calendar.reasonHint')}
          lengthMax={300}
        />
        <ErrorNotice error={add.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending} disabled={!from || !to || to < from || !reason.trim()}>
            {say('console.calendar.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
