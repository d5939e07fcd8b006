import { Button, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { routes, type Soc, type SocDelivery } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Dialog, DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { IconBuilding, IconPlus } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ask, brandsQuery } from '../../queries.ts';
import { queryClient, useAccounts, useSession } from '../../session.tsx';

const socsQuery = ask(['cases', 'socs'], routes.listSocs);
const deliveriesQuery = (socId: string) =>
  ask(['cases', 'socs', socId], routes.listSocDeliveries, { params: { socId }, query: { limit: 50 } });
const refresh = () => queryClient.invalidateQueries({ queryKey: ['cases'] });

/** The parties that work cases beside the provider: what covers whom, and whether messages arrive. */
export function SocsPage() {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(socsQuery);
  const [secret, setSecret] = useState<string>();
  return (
    <Page
      title={say('console.soc.title')}
      subtitle={say('console.soc.subtitle')}
      actions={
        may('soc.write') && (
          <DialogButton label={say('console.soc.add')} button={{ leftSection: <IconPlus size={16} /> }}>
            {(close) => (
              <SocForm
                onDone={(made) => {
                  close();
                  setSecret(made);
                }}
              />
            )}
          </DialogButton>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length > 0 ? (
            <Stack>
              {items.map((soc) => (
                <SocCard key={soc.id} soc={soc} onSecret={setSecret} />
              ))}
            </Stack>
          ) : (
            <Card flush>
              <EmptyState icon={IconBuilding} title={say('console.soc.none')}>
                {say('console.soc.noneText')}
              </EmptyState>
            </Card>
          )
        }
      </Loaded>
      <Dialog
        opened={secret !== undefined}
        onClose={() => setSecret(undefined)}
        title={say('console.soc.secret')}
        size="lg"
      >
        <Stack gap="sm">
          <Notice tone="watch">{say('console.soc.secretOnce')}</Notice>
          <CopyField value={secret ?? ''} label={say('console.soc.secret')} />
        </Stack>
      </Dialog>
    </Page>
  );
}

const listOf = (text: string) => text.split(/[\s,、]+/).filter(Boolean);

function SocForm({ soc, onDone }: { soc?: Soc; onDone: (secret: string | undefined) => void }) {
  const say = usePhrase();
  const [name, setName] = useState(soc?.name ?? '');
  const [mails, setMails] = useState(soc?.mails.join(', ') ?? '');
  const [webhookUrl, setWebhookUrl] = useState(soc?.webhookUrl ?? '');
  const [brandId, setBrandId] = useState(soc?.brandId ?? '');
  const [fromAddress, setFromAddress] = useState(soc?.fromAddress ?? '');
  const brands = useQuery({ ...brandsQuery, enabled: soc !== undefined }).data?.items ?? [];
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), mails: listOf(mails) };
      const url = webhookUrl.trim();
      const reporting = { brandId, fromAddress: fromAddress.trim() };
      if (soc)
        await call(routes.changeSoc, { params: { socId: soc.id }, body: { ...body, webhookUrl: url, ...reporting } });
      else return (await call(routes.createSoc, { body: { ...body, ...(url ? { webhookUrl: url } : {}) } })).secret;
      return undefined;
    },
    onSuccess: async (secret) => {
      await refresh();
      onDone(secret);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={say('console.soc.name')}
          required
          maxLength={200}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={say('console.soc.mails')}
          description={say('console.soc.mailsHint')}
          value={mails}
          onChange={(event) => setMails(event.currentTarget.value)}
        />
        <TextInput
          label={say('console.soc.webhook')}
          description={say('console.soc.webhookHint')}
          placeholder="https://"
          maxLength={2000}
          value={webhookUrl}
          onChange={(event) => setWebhookUrl(event.currentTarget.value)}
        />
        {soc && (
          <>
            <Select
              label={say('console.socs.brand')}
              data={[
                { value: '', label: say('console.socs.brandNone') },
                ...brands.map(({ id, label }) => ({ value: id, label })),
              ]}
              value={brandId}
              allowDeselect={false}
              onChange={(value) => setBrandId(value ?? '')}
            />
            <TextInput
              label={say('console.socs.fromAddress')}
              type="email"
              maxLength={254}
              value={fromAddress}
              onChange={(event) => setFromAddress(event.currentTarget.value)}
            />
          </>
        )}
        <ErrorNotice error={save.error} />
        <Button type="submit" disabled={!name.trim()} loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.save')}
        </Button>
      </Stack>
    </form>
  );
}

function SocCard({ soc, onSecret }: { soc: Soc; onSecret: (secret: string) => void }) {
  const say = usePhrase();
  const { may } = useSession();
  return (
    <Card
      title={soc.name}
      actions={
        may('soc.write') && (
          <Group gap="xs">
            <DialogButton label={say('console.soc.change')} button={{ size: 'compact-sm', variant: 'default' }}>
              {(close) => <SocForm soc={soc} onDone={close} />}
            </DialogButton>
            <DialogButton label={say('console.soc.cover')} button={{ size: 'compact-sm', variant: 'default' }}>
              {(close) => <CoverForm soc={soc} onDone={close} />}
            </DialogButton>
            <ConfirmButton
              label={say('console.soc.rotate')}
              text={say('console.soc.rotateText')}
              onConfirm={async () => {
                onSecret((await call(routes.rotateSocSecret, { params: { socId: soc.id } })).secret);
                await refresh();
              }}
            />
          </Group>
        )
      }
    >
      <Stack>
        <FactList
          facts={[
            [
              say('console.soc.accounts'),
              soc.accounts.map(({ name }) => name).join(say('console.oncall.comma')) || '–',
            ],
            [say('console.soc.mails'), soc.mails.join(', ') || '–'],
            [say('console.soc.webhook'), soc.webhookUrl ?? '–'],
            [say('console.socs.fromAddress'), soc.fromAddress],
            [say('console.soc.oldSecret'), soc.oldSecretUntil && <Time key="old" at={soc.oldSecretUntil} />],
          ]}
        />
        <Deliveries soc={soc} />
      </Stack>
    </Card>
  );
}

/** Which accounts it covers; what is taken off is covered by nobody. */
function CoverForm({ soc, onDone }: { soc: Soc; onDone: () => void }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const before = soc.accounts.map(({ id }) => id);
  const [chosen, setChosen] = useState<string[]>(before);
  const save = useMutation({
    mutationFn: async () => {
      for (const accountId of chosen.filter((id) => !before.includes(id)))
        await call(routes.coverAccount, { params: { accountId }, body: { socId: soc.id } });
      for (const accountId of before.filter((id) => !chosen.includes(id)))
        await call(routes.coverAccount, { params: { accountId }, body: {} });
    },
    onSuccess: async () => {
      await refresh();
      onDone();
    },
  });
  return (
    <Stack gap="sm">
      <MultiSelect
        label={say('console.soc.accounts')}
        description={say('console.soc.coverHint')}
        data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        onChange={setChosen}
        searchable
        hidePickedOptions
      />
      <ErrorNotice error={save.error} />
      <Button loading={save.isPending} onClick={() => save.mutate()} style={{ alignSelf: 'flex-start' }}>
        {say('console.save')}
      </Button>
    </Stack>
  );
}

const tones = { waiting: 'watch', delivered: 'good', dead: 'bad' } as const;

function Deliveries({ soc }: { soc: Soc }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(deliveriesQuery(soc.id));
  const columns: Column<SocDelivery>[] = [
    { key: 'at', head: say('console.soc.at'), width: 170, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { key: 'event', head: say('console.soc.event'), cell: ({ event }) => say(`socEvent.${event}`) },
    { key: 'case', head: say('thing.case'), cell: ({ caseNumber }) => <span className="figures">#{caseNumber}</span> },
    { key: 'channel', head: say('console.soc.channel'), cell: ({ channel }) => say(`socChannel.${channel}`) },
    {
      key: 'state',
      head: say('console.case.state'),
      cell: ({ state, attempts, problem }) => (
        <Group gap={6}>
          <StateBadge tone={tones[state]}>{say(`socDelivery.${state}`)}</StateBadge>
          {problem && <span className="dim">{say('console.soc.problem', { problem, attempts })}</span>}
        </Group>
      ),
    },
    {
      key: 'retry',
      head: say('console.actions'),
      silent: true,
      align: 'right',
      shown: may('soc.write'),
      cell: ({ id, state }) =>
        state === 'dead' && (
          <ConfirmButton
            harmless
            label={say('console.soc.retry')}
            text={say('console.soc.retryText')}
            onConfirm={async () => {
              await call(routes.retrySocDelivery, { params: { socId: soc.id, deliveryId: id } });
              await refresh();
            }}
          />
        ),
    },
  ];
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length > 0 && (
          <DataTable label={say('console.soc.deliveries')} columns={columns} rows={items} rowKey={({ id }) => id} />
        )
      }
    </Loaded>
  );
}
