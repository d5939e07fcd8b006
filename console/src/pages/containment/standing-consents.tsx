import { Group, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { type NewStandingConsent, routes, type StandingConsent } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { hostsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { playbooksQuery, standingConsentsQuery } from './queries.ts';
import { DeedForm, ReasonForm } from './request-actions.tsx';

const button = { size: 'compact-sm', variant: 'default' } as const;
const hours = ['any', 'business', 'off'] as const;

/** Consents that the contract gives beforehand, with those that are over. */
export function StandingConsents({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const mayWrite = useSession().may('contract.write');
  const query = useQuery(standingConsentsQuery(accountId));
  const playbooks = useQuery(playbooksQuery).data?.items ?? [];
  const nameOf = (id: string) => playbooks.find((one) => one.id === id)?.name[language] ?? id;
  const columns: Column<StandingConsent>[] = [
    {
      key: 'playbooks',
      head: say('console.contain.playbooks'),
      cell: ({ playbookIds }) => playbookIds.map(nameOf).join(', '),
    },
    {
      key: 'hosts',
      head: say('console.contain.scope'),
      cell: ({ hostIds }) =>
        hostIds.length === 0
          ? say('console.contain.everyHost')
          : say('console.contain.hostCount', { count: hostIds.length }),
    },
    { key: 'hours', head: say('console.contain.hours'), cell: (one) => say(`standingHours.${one.hours}`) },
    { key: 'until', head: say('console.contain.validUntil'), cell: ({ until }) => until },
    {
      key: 'by',
      head: say('console.contain.agreedBy'),
      cell: (one) => (
        <>
          {one.agreedBy}（{one.document}） <Time at={one.recordedAt} />
        </>
      ),
    },
    {
      key: 'state',
      head: say('console.tasks.state'),
      cell: (one) => (
        <Group gap="xs">
          <StateBadge tone={one.isInForce ? 'good' : 'idle'}>
            {say(one.isInForce ? 'console.contain.inForce' : 'console.contain.notInForce')}
          </StateBadge>
          <Text size="xs">{say('console.contain.used', { count: one.useCount })}</Text>
          {one.endReason && <Text size="xs">{one.endReason}</Text>}
          {one.isInForce && mayWrite && (
            <DialogButton
              label={say('console.contain.endStanding')}
              title={say('console.contain.endStandingTitle')}
              button={button}
            >
              {(close) => (
                <ReasonForm
                  label={say('console.contain.endStandingDo')}
                  onDone={close}
                  run={(reason) =>
                    call(routes.endStandingConsent, { params: { accountId, standingId: one.id }, body: { reason } })
                  }
                />
              )}
            </DialogButton>
          )}
        </Group>
      ),
    },
  ];
  const add = mayWrite && (
    <DialogButton
      label={say('console.contain.addStanding')}
      title={say('console.contain.standingTitle')}
      button={button}
    >
      {(close) => <StandingForm accountId={accountId} onDone={close} />}
    </DialogButton>
  );
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Card title={say('console.contain.standing')} actions={add} flush={items.length > 0}>
          {items.length === 0 ? (
            <Text size="sm">{say('console.contain.noStanding')}</Text>
          ) : (
            <DataTable label={say('console.contain.standing')} columns={columns} rows={items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
    </Loaded>
  );
}

function StandingForm({ accountId, onDone }: { accountId: string; onDone: () => void }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const playbooks = useQuery(playbooksQuery).data?.items ?? [];
  const hosts = useQuery(hostsQuery(accountId)).data?.items ?? [];
  const [given, setGiven] = useState<NewStandingConsent>({
    ...{ playbookIds: [], hostIds: [], hours: 'any', until: '', agreedBy: '', document: '' },
  });
  const set = (change: Partial<NewStandingConsent>) => setGiven((before) => ({ ...before, ...change }));
  const isReady =
    given.playbookIds.length > 0 && given.until !== '' && given.agreedBy.trim() !== '' && given.document.trim() !== '';
  return (
    <DeedForm
      label={say('console.contain.record')}
      onDone={onDone}
      isReady={isReady}
      run={() => call(routes.createStandingConsent, { params: { accountId }, body: given })}
    >
      <Stack gap="sm">
        <MultiSelect
          label={say('console.contain.playbooks')}
          required
          data={playbooks
            .filter((one) => one.needsConsent)
            .map(({ id, name }) => ({ value: id, label: name[language] }))}
          value={given.playbookIds}
          onChange={(playbookIds) => set({ playbookIds })}
        />
        <MultiSelect
          label={say('console.contain.standingHosts')}
          data={hosts.map(({ id, facts }) => ({ value: id, label: facts.name }))}
          value={given.hostIds}
          onChange={(hostIds) => set({ hostIds })}
        />
        <Select
          label={say('console.contain.hours')}
          data={hours.map((value) => ({ value, label: say(`standingHours.${value}`) }))}
          value={given.hours}
          onChange={(value) => set({ hours: (value ?? 'any') as NewStandingConsent['hours'] })}
          allowDeselect={false}
        />
        <TextInput
          type="date"
          label={say('console.contain.validUntil')}
          required
          value={given.until}
          onChange={({ currentTarget }) => set({ until: currentTarget.value })}
        />
        <TextInput
          label={say('console.contain.agreedBy')}
          required
          maxLength={100}
          value={given.agreedBy}
          onChange={({ currentTarget }) => set({ agreedBy: currentTarget.value })}
        />
        <TextInput
          label={say('console.contain.document')}
          required
          maxLength={200}
          value={given.document}
          onChange={({ currentTarget }) => set({ document: currentTarget.value })}
        />
      </Stack>
    </DeedForm>
  );
}
