import { Button, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type CalendarFeed, type Language, languages, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { useAccountName } from '../../parts/account-filter.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconCalendar, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { feedsQuery, refreshCalendar } from './queries.ts';

/** Secret addresses at which calendar programs read the calendar. */
export function Feeds({ account }: { readonly account: string | undefined }) {
  const say = usePhrase();
  const accountName = useAccountName();
  const query = useQuery(feedsQuery);
  const revoke = async (feedId: string) => {
    await call(routes.revokeCalendarFeed, { params: { feedId } });
    await refreshCalendar();
  };
  const columns: Column<CalendarFeed>[] = [
    { key: 'name', head: say('console.calendar.feedName'), cell: ({ name }) => name },
    {
      key: 'account',
      head: say('console.account'),
      cell: ({ accountId }) => (accountId ? accountName(accountId) : say('console.allAccounts')),
    },
    {
      key: 'created',
      head: say('console.calendar.feedCreated'),
      width: 170,
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
    {
      key: 'fetched',
      head: say('console.calendar.feedFetched'),
      width: 170,
      cell: ({ lastFetchedAt }) =>
        lastFetchedAt ? <Time at={lastFetchedAt} /> : <span className="dim">{say('console.calendar.feedNever')}</span>,
    },
    {
      key: 'acts',
      head: say('console.actions'),
      silent: true,
      align: 'right',
      width: 110,
      cell: ({ id, name }) => (
        <ConfirmButton
          label={say('console.calendar.feedRevoke')}
          text={say('console.calendar.feedRevokeText', { name })}
          onConfirm={() => revoke(id)}
        />
      ),
    },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items.filter(({ accountId }) => account === undefined || accountId === account)}
      title={say('console.calendar.feeds')}
      label={say('console.calendar.feeds')}
      actions={
        <DialogButton
          label={say('console.calendar.feedMake')}
          button={{ size: 'compact-sm', variant: 'default', leftSection: <IconPlus size={15} /> }}
        >
          {() => <MakeFeed account={account} />}
        </DialogButton>
      }
      columns={columns}
      rowKey={({ id }) => id}
      empty={{
        icon: IconCalendar,
        title: say('console.calendar.feedNone'),
        children: say('console.calendar.feedNoneText'),
      }}
    />
  );
}

function MakeFeed({ account }: { readonly account: string | undefined }) {
  const say = usePhrase();
  const shown = useLanguage().language;
  const form = useForm<{ name: string; language: Language }>({ initialValues: { name: '', language: shown } });
  const make = useMutation({
    mutationFn: (values: typeof form.values) =>
      call(routes.createCalendarFeed, { body: { ...values, ...(account ? { accountId: account } : {}) } }),
    onSuccess: refreshCalendar,
  });
  if (make.data)
    return (
      <Stack gap="sm">
        <Notice tone="watch">{say('console.calendar.feedOnce')}</Notice>
        <CopyField label={make.data.name} value={make.data.url} />
      </Stack>
    );
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack gap="sm">
        <Text size="sm">{say('console.calendar.feedText')}</Text>
        <TextInput
          label={say('console.calendar.feedName')}
          required
          maxLength={100}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Select
          label={say('console.calendar.feedLanguage')}
          data={languages.map((value) => ({ value, label: say(`console.calendar.feedLanguage.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps('language')}
        />
        <ErrorNotice error={make.error} />
        <Button
          type="submit"
          loading={make.isPending}
          disabled={!form.values.name.trim()}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.calendar.feedMake')}
        </Button>
      </Stack>
    </form>
  );
}
