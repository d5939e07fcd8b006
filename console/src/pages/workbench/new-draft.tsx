import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { routes, type WorkbenchModule, workbenchModules } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { quotesQuery } from '../../queries.ts';
import { useAccounts } from '../../session.tsx';
import { beginnings } from './beginnings.ts';
import { useModuleName } from './draft-state.tsx';
import { consultingQuery, showDraft } from './queries.ts';

/** What is to be made, for whom, and at whose request. */
export function NewDraft({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const navigate = useNavigate();
  const accounts = useAccounts();
  const nameOf = useModuleName();
  const form = useForm({
    initialValues: {
      accountId: account ?? null,
      module: 'logInspection' as WorkbenchModule,
      name: '',
      ticketId: null as string | null,
      quoteId: null as string | null,
    },
  });
  const { accountId, module } = form.values;
  const isChosen = accountId !== null;
  const tickets = useQuery({ ...consultingQuery(accountId ?? ''), enabled: isChosen });
  const quotes = useQuery({ ...quotesQuery(accountId ?? ''), enabled: isChosen });
  const approved = quotes.data?.items.filter(
    ({ feature, state }) => feature === 'consulting.tuning' && state === 'approved',
  );
  const begin = useMutation({
    mutationFn: ({ ticketId, quoteId, ...values }: typeof form.values) =>
      call(routes.createRuleDraft, {
        params: { accountId: values.accountId ?? '' },
        body: {
          ...{ module: values.module, name: values.name, ...beginnings[values.module] },
          ...(ticketId ? { ticketId } : {}),
          ...(quoteId ? { quoteId } : {}),
        },
      }),
    onSuccess: async (draft) => {
      await showDraft(draft);
      await navigate({ to: '/workbench/$draftId', params: { draftId: draft.id } });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => begin.mutate(values))}>
      <Stack gap="sm">
        <Select
          label={say('console.account')}
          data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          required
          searchable
          allowDeselect={false}
          value={accountId}
          onChange={(value) => form.setValues({ accountId: value, ticketId: null, quoteId: null })}
        />
        <Select
          label={say('console.workbench.module')}
          data={workbenchModules.map((value) => ({ value, label: nameOf(value) }))}
          allowDeselect={false}
          value={module}
          onChange={(value) => value && form.setFieldValue('module', value as WorkbenchModule)}
        />
        <TextInput label={say('console.workbench.name')} required maxLength={200} {...form.getInputProps('name')} />
        <Select
          label={say('console.workbench.ticket')}
          data={(tickets.data?.items ?? []).map(({ id, number, subject }) => ({
            value: id,
            label: `#${number} ${subject}`,
          }))}
          clearable
          searchable
          disabled={!isChosen}
          {...form.getInputProps('ticketId')}
        />
        <Select
          label={say('console.workbench.quote')}
          data={(approved ?? []).map(({ id, number, title }) => ({ value: id, label: `${number} ${title}` }))}
          clearable
          searchable
          disabled={!isChosen}
          {...form.getInputProps('quoteId')}
        />
        <ErrorNotice error={begin.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={begin.isPending} disabled={!isChosen || form.values.name.trim() === ''}>
            {say('console.workbench.begin')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
