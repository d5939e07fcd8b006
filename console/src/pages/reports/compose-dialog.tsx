import { Button, Checkbox, SegmentedControl, Select, Stack } from '@mantine/core';
import { reportKinds, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { queryClient, useAccounts } from '../../session.tsx';
import { ComposedReport } from './composed-report.tsx';
import { usePeriodName } from './period-name.ts';
import { recentPeriods } from './periods.ts';

type Kind = (typeof reportKinds)[number];
const offered = { weekly: 27, monthly: 25 } as const;

/** Composes a weekly or monthly report and shows its mail and PDF. */
export function ComposeButton({ account }: { account: string | undefined }) {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.reports.compose')} size="xl" button={{ leftSection: <IconPlus size={16} /> }}>
      {() => <ComposeForm account={account} />}
    </DialogButton>
  );
}

function ComposeForm({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const nameOf = usePeriodName();
  const accounts = useAccounts();
  const [chosen, setChosen] = useState<string | null>(account ?? null);
  const [kind, setKind] = useState<Kind>('weekly');
  const [period, setPeriod] = useState<string>();
  const [send, setSend] = useState(false);
  const [early, setEarly] = useState(false);
  const accountId = chosen ?? (accounts.length === 1 ? accounts[0]?.id : undefined);
  const periods = recentPeriods(kind, Date.now(), offered[kind]);
  const wanted = period && periods.includes(period) ? period : (periods[1] ?? '');
  const compose = useMutation({
    mutationFn: (forAccount: string) =>
      call(routes.composeReport, { body: { accountId: forAccount, kind, period: wanted, send, early } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['report'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (accountId) compose.mutate(accountId);
  };
  return (
    <Stack>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Select
            label={say('console.account')}
            data={accounts.map((each) => ({ value: each.id, label: each.name }))}
            value={accountId ?? null}
            onChange={setChosen}
            allowDeselect={false}
            searchable
            required
          />
          <SegmentedControl
            value={kind}
            onChange={(next) => setKind(reportKinds.find((each) => each === next) ?? 'weekly')}
            aria-label={say('console.reports.kind')}
            data={reportKinds.map((value) => ({ value, label: say(`console.reports.kind.${value}`) }))}
          />
          <Select
            label={say(kind === 'weekly' ? 'console.reports.week' : 'console.reports.month')}
            data={periods.map((value) => ({ value, label: nameOf(value) }))}
            value={wanted}
            onChange={(next) => setPeriod(next ?? undefined)}
            allowDeselect={false}
          />
          <Checkbox
            label={say('console.reports.send')}
            checked={send}
            onChange={(event) => setSend(event.currentTarget.checked)}
          />
          <Checkbox
            label={say('console.reports.early')}
            checked={early}
            onChange={(event) => setEarly(event.currentTarget.checked)}
          />
          <ErrorNotice error={compose.error} />
          <Button type="submit" loading={compose.isPending} disabled={!accountId} style={{ alignSelf: 'flex-start' }}>
            {say('console.reports.make')}
          </Button>
        </Stack>
      </form>
      {compose.data && <ComposedReport composed={compose.data} />}
    </Stack>
  );
}
