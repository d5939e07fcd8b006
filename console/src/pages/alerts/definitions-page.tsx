import { Button, Checkbox, Group, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { type AccountAlertDefinition, type AlertOverrideInput, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api.ts';
import { formatDuration, formatTime } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { alertDefinitionsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { Techniques } from './techniques.tsx';

const route = getRouteApi('/frame/alert-definitions');

/** What becomes an alert, when, and how it ends; what an account has otherwise is set here. */
export function DefinitionsPage() {
  const say = usePhrase();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const { may, isProvider } = useSession();
  const query = useQuery(alertDefinitionsQuery(account));
  return (
    <Page title={say('console.nav.alertDefinitions')} subtitle={say('console.definitions.subtitle')}>
      <Group gap="xs">
        <AccountFilter
          value={account}
          onChange={(next) => void navigate({ search: next ? { account: next } : {}, replace: true })}
        />
        {may('alert.define') && account === undefined && (
          <Text size="sm" className="dim">
            {say('console.definitions.chooseAccount')}
          </Text>
        )}
      </Group>
      <Card flush>
        <Loaded query={query}>
          {({ items }) => (
            <DefinitionTable
              items={items}
              accountId={account}
              showState={account !== undefined || !isProvider}
              mayChange={may('alert.define') && account !== undefined}
            />
          )}
        </Loaded>
      </Card>
    </Page>
  );
}

type TableProps = {
  readonly items: readonly AccountAlertDefinition[];
  readonly accountId: string | undefined;
  readonly showState: boolean;
  readonly mayChange: boolean;
};

function DefinitionTable({ items, accountId, showState, mayChange }: TableProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const raised = useRaised();
  const columns: Column<AccountAlertDefinition>[] = [
    {
      key: 'name',
      width: '30%',
      head: say('console.definitions.name'),
      cell: ({ id, name, cause }) => (
        <div>
          <Text size="sm" fw={600}>
            {name[language]}
          </Text>
          <Text size="xs" className="dim">
            {cause[language]}
          </Text>
          <Text size="xs" className="dim figures">
            {id}
          </Text>
        </div>
      ),
    },
    { key: 'raised', head: say('console.definitions.raised'), cell: raised },
    {
      key: 'ends',
      head: say('console.definitions.ends'),
      cell: ({ resolve }) =>
        resolve.by === 'quiet'
          ? say('console.definitions.ends.quiet', { time: formatDuration(language, resolve.minutes * 60_000) })
          : say(`console.definitions.ends.${resolve.by}`),
    },
    {
      key: 'attack',
      head: say('console.alert.attack'),
      cell: ({ attack }) => <Techniques ids={attack} />,
    },
    {
      key: 'mails',
      head: say('console.definitions.mails'),
      cell: ({ mails }) => say(mails ? 'console.definitions.mailed' : 'console.definitions.notMailed'),
    },
    {
      key: 'state',
      width: 190,
      head: say('console.definitions.state'),
      shown: showState,
      cell: (definition) => (
        <Stack gap={4}>
          <Override definition={definition} />
          {mayChange && accountId && (
            <DialogButton
              label={say('console.definitions.change')}
              title={say('console.definitions.changeOf', { name: definition.name[language] })}
              button={{ size: 'compact-xs', variant: 'default', style: { alignSelf: 'flex-start' } }}
            >
              {(close) => <OverrideForm definition={definition} accountId={accountId} onDone={close} />}
            </DialogButton>
          )}
        </Stack>
      ),
    },
  ];
  return (
    <DataTable
      label={say('console.nav.alertDefinitions')}
      columns={columns}
      rows={items}
      rowKey={(definition) => definition.id}
    />
  );
}

/** When it is raised, as it holds here. */
function useRaised() {
  const say = usePhrase();
  return ({ threshold, holdMinutes, severity, severityMin, override }: AccountAlertDefinition) => {
    const bound = override?.threshold ?? threshold;
    const hold = override?.holdMinutes ?? holdMinutes;
    const when =
      hold !== undefined
        ? hold === 0
          ? say('console.definitions.atOnce')
          : say('console.definitions.hold', { minutes: hold })
        : bound && bound.count > 1
          ? say('console.definitions.threshold', { count: bound.count, minutes: bound.withinMinutes })
          : say('console.definitions.each');
    const grade = severity
      ? say(`severity.${severity}`)
      : say('console.definitions.from', { severity: say(`severity.${severityMin}`) });
    return (
      <div>
        <Text size="sm">{when}</Text>
        <Text size="xs" className="dim">
          {grade}
        </Text>
      </div>
    );
  };
}

function Override({ definition: { override } }: { definition: AccountAlertDefinition }) {
  const say = usePhrase();
  if (!override)
    return (
      <Text size="sm" className="dim">
        {say('console.definitions.asShipped')}
      </Text>
    );
  const { isOff, reason, updatedBy, updatedAt } = override;
  return (
    <div>
      <StateBadge tone={isOff ? 'warn' : 'info'}>
        {say(isOff ? 'console.definitions.off' : 'console.definitions.changed')}
      </StateBadge>
      <Text size="xs" className="dim" style={{ overflowWrap: 'anywhere' }}>
        {say('console.definitions.by', { by: updatedBy, at: formatTime(updatedAt), reason })}
      </Text>
    </div>
  );
}

type FormProps = {
  readonly definition: AccountAlertDefinition;
  readonly accountId: string;
  readonly onDone: () => void;
};

function OverrideForm({ definition, accountId, onDone }: FormProps) {
  const say = usePhrase();
  const { override, threshold, holdMinutes, condition } = definition;
  const [count, setCount] = useState(override?.threshold?.count ?? threshold?.count ?? 1);
  const [within, setWithin] = useState(override?.threshold?.withinMinutes ?? threshold?.withinMinutes ?? 10);
  const [hold, setHold] = useState(override?.holdMinutes ?? holdMinutes ?? 0);
  const [isOff, setOff] = useState(override?.isOff ?? false);
  const [reason, setReason] = useState(override?.reason ?? '');
  const params = { accountId, definitionId: definition.id };
  const onSuccess = async () => {
    await queryClient.invalidateQueries({ queryKey: ['alert', 'definitions'] });
    onDone();
  };
  const save = useMutation({
    mutationFn: () => {
      const bound = condition ? { holdMinutes: hold } : { threshold: { count, withinMinutes: within } };
      const body: AlertOverrideInput = { ...bound, isOff, reason: reason.trim() };
      return call(routes.setAlertOverride, { params, body });
    },
    onSuccess,
  });
  const reset = useMutation({ mutationFn: () => call(routes.resetAlertOverride, { params }), onSuccess });
  const number = (set: (value: number) => void, least: number) => (value: string | number) =>
    set(typeof value === 'number' ? value : least);
  return (
    <Stack>
      {condition ? (
        <NumberInput
          label={say('console.definitions.holdFor')}
          min={0}
          max={10_080}
          value={hold}
          disabled={isOff}
          onChange={number(setHold, 0)}
        />
      ) : (
        <Group grow>
          <NumberInput
            label={say('console.definitions.count')}
            min={1}
            max={100_000}
            value={count}
            disabled={isOff}
            onChange={number(setCount, 1)}
          />
          <NumberInput
            label={say('console.definitions.within')}
            min={1}
            max={10_080}
            value={within}
            disabled={isOff}
            onChange={number(setWithin, 1)}
          />
        </Group>
      )}
      <Checkbox
        label={say('console.definitions.switchOff')}
        checked={isOff}
        onChange={(event) => setOff(event.currentTarget.checked)}
      />
      <Textarea
        label={say('console.definitions.reason')}
        required
        autosize
        minRows={2}
        maxLength={4000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <ErrorNotice error={save.error ?? reset.error} />
      <Group>
        <Button disabled={!reason.trim()} loading={save.isPending} onClick={() => save.mutate()}>
          {say('console.definitions.save')}
        </Button>
        {override && (
          <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate()}>
            {say('console.definitions.reset')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
