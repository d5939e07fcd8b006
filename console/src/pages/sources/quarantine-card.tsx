import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { type QuarantinedSender, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconShieldLock } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { heldRecordsQuery, heldSendersQuery, sourcesQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

const refresh = () => queryClient.invalidateQueries({ queryKey: ['source'] });
const compact = { size: 'compact-sm', variant: 'default' } as const;

/** What no source may bring: looked at, released to a source, or deleted. */
export function QuarantineCard() {
  const say = usePhrase();
  const query = useQuery(heldSendersQuery);
  const columns: Column<QuarantinedSender>[] = [
    {
      key: 'sender',
      head: say('console.sources.sender'),
      cell: ({ transport, address, identity, sourceName, accountName }) => (
        <div style={{ overflowWrap: 'anywhere' }}>
          {[transport.toUpperCase(), address, identity].filter(Boolean).join(' ')}
          {sourceName && (
            <div className="dim" style={{ fontSize: '0.75rem' }}>
              {sourceName} · {accountName}
            </div>
          )}
        </div>
      ),
    },
    { key: 'reason', head: say('console.sources.reason'), cell: ({ reason }) => say(`holdReason.${reason}`) },
    { key: 'named', head: say('console.sources.named'), cell: ({ named }) => named ?? '—' },
    {
      key: 'count',
      head: say('console.sources.counts'),
      cell: ({ recordCount, keptCount }) => say('console.sources.kept', { count: recordCount, kept: keptCount }),
    },
    {
      key: 'last',
      head: say('console.sources.lastHeard'),
      width: 150,
      cell: ({ lastAt }) => <Time at={lastAt} />,
    },
    {
      key: 'deeds',
      head: say('console.edit'),
      silent: true,
      cell: (row) => (
        <Group gap={4} wrap="nowrap">
          <DialogButton label={say('console.sources.show')} button={compact} size="xl">
            {() => <Records senderId={row.id} />}
          </DialogButton>
          <DialogButton label={say('console.sources.release')} button={compact}>
            {(close) => <Release row={row} onDone={close} />}
          </DialogButton>
          <ConfirmButton
            label={say('console.sources.discard')}
            text={say('console.sources.discardText')}
            onConfirm={() => call(routes.discardHeldRecords, { params: { senderId: row.id } }).then(refresh)}
          />
        </Group>
      ),
    },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items}
      title={say('console.sources.quarantine')}
      label={say('console.sources.quarantine')}
      columns={columns}
      rowKey={({ id }) => id}
      empty={{
        icon: IconShieldLock,
        title: say('console.sources.quarantineNone'),
        children: say('console.sources.quarantineText'),
      }}
    />
  );
}

function Records({ senderId }: { senderId: string }) {
  const query = useQuery(heldRecordsQuery(senderId));
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack gap="xs">
          {items.map(({ id, at, text }) => (
            <div key={id}>
              <Text size="xs" className="dim" component="div">
                <Time at={at} />
              </Text>
              <pre className="record">{text}</pre>
            </div>
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function Release({ row, onDone }: { row: QuarantinedSender; onDone: () => void }) {
  const say = usePhrase();
  const sources = (useQuery(sourcesQuery()).data?.items ?? []).filter(({ state }) => state !== 'removed');
  const [sourceId, setSourceId] = useState<string | null>(row.sourceId ?? null);
  const release = useMutation({
    mutationFn: () => call(routes.releaseHeldRecords, { params: { senderId: row.id }, body: { sourceId: sourceId! } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    release.mutate();
  };
  const close = () => {
    onDone();
    void refresh();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.sources.releaseText')}</Text>
        <Select
          label={say('console.sources.releaseTo')}
          data={sources.map(({ id, name, accountName }) => ({ value: id, label: `${accountName} · ${name}` }))}
          value={sourceId}
          onChange={setSourceId}
          searchable
          required
        />
        <ErrorNotice error={release.error} />
        {release.data && <Notice tone="good">{say('console.sources.released', release.data)}</Notice>}
        {release.data ? (
          <Button onClick={close} style={{ alignSelf: 'flex-start' }}>
            {say('console.close')}
          </Button>
        ) : (
          <Button type="submit" loading={release.isPending} disabled={!sourceId} style={{ alignSelf: 'flex-start' }}>
            {say('console.sources.release')}
          </Button>
        )}
      </Stack>
    </form>
  );
}
