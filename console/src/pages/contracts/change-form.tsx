import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ChangeOutcome, type Plan, plans, routes, type ServiceContract } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { EditionSelect } from './contract-form.tsx';
import { refreshContract } from './refresh.ts';

type Values = { from: string; plan: Plan; edition: string | null; nodes: number | string; reason: string };

/** Changes a contract from a day on. What it means, in the middle of a month too, is shown before it is done. */
export function ChangeForm({ term, onDone }: { term: ServiceContract; onDone: () => void }) {
  const say = usePhrase();
  const form = useForm<Values>({
    initialValues: { from: '', plan: term.plan, edition: term.edition, nodes: term.nodes, reason: '' },
  });
  const send = (values: Values, preview: boolean) =>
    call(routes.changeContract, {
      params: { accountId: term.accountId },
      body: {
        ...{ from: values.from, plan: values.plan, nodes: Number(values.nodes), reason: values.reason, preview },
        ...(values.edition ? { edition: values.edition } : {}),
      },
    });
  const preview = useMutation({ mutationFn: (values: Values) => send(values, true) });
  const change = useMutation({
    mutationFn: (values: Values) => send(values, false),
    onSuccess: async () => {
      await refreshContract();
      onDone();
    },
  });
  form.watch('from', preview.reset);
  form.watch('plan', preview.reset);
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack gap="sm">
        <Select
          label={say('console.accounts.plan')}
          data={plans.map((plan) => ({ value: plan, label: say(`plan.${plan}`) }))}
          allowDeselect={false}
          {...form.getInputProps('plan')}
        />
        <EditionSelect {...form.getInputProps('edition')} />
        <NumberInput label={say('console.contract.nodes')} required min={1} {...form.getInputProps('nodes')} />
        <TextInput label={say('console.contract.changeFrom')} type="date" required {...form.getInputProps('from')} />
        <ReasonField value={form.values.reason} onChange={(reason) => form.setFieldValue('reason', reason)} />
        {preview.data && <OutcomeNotice outcome={preview.data.outcome} />}
        <ErrorNotice error={change.error ?? preview.error} />
        <Group gap="xs">
          <Button
            variant="default"
            loading={preview.isPending}
            disabled={!form.values.from || !form.values.reason.trim()}
            onClick={() => preview.mutate(form.values)}
          >
            {say('console.contract.preview')}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {say('console.contract.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function OutcomeNotice({ outcome }: { outcome: ChangeOutcome }) {
  const say = usePhrase();
  const { month, from, daysBefore, daysAfter, before, after } = outcome;
  return (
    <Notice tone="info">
      <Stack gap={4}>
        <Text size="sm">
          {say('contract.outcome.days', {
            ...{ month, from, daysBefore, daysAfter },
            ...{ before: say(`plan.${before.plan}`), after: say(`plan.${after.plan}`) },
          })}
        </Text>
        {outcome.reports.map(({ kind, period, outcome: told, clause }) => (
          <Text size="sm" key={kind}>
            {say('contract.outcome.report', { kind, period, clause, outcome: say(`outcome.${told}`) })}
          </Text>
        ))}
        {outcome.features.map(({ feature, before: was, after: will, clause }) => (
          <Text size="sm" key={feature}>
            {say('contract.outcome.feature', {
              ...{ feature: say(`feature.${feature}`), clause },
              ...{ before: say(`outcome.${was}`), after: say(`outcome.${will}`) },
            })}
          </Text>
        ))}
      </Stack>
    </Notice>
  );
}
