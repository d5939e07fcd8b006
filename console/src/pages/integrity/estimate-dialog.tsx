import { Button, Checkbox, Group, Loader, Stack, Text } from '@mantine/core';
import { type IntegrityEstimate, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api.ts';
import { formatBytes, formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconAlertTriangle, IconCircleCheck } from '../../parts/icons.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { estimateQuery } from './queries.ts';

export type EstimateWish = { readonly assign: readonly number[]; readonly unassign: readonly number[] };
export type EstimateDialogProps = {
  readonly policyId: string;
  readonly wish: EstimateWish;
  /** @param confirmation the estimate that was seen, where it is above the limits */
  readonly onApply: (confirmation?: string) => Promise<void>;
  readonly onClose: () => void;
};

const askEveryMs = 1000;
type HostEstimate = IntegrityEstimate['hosts'][number];

/** What integrity rules would watch on the hosts of a policy, counted by their agents; above the limits it is ticked before it is applied (S24). */
export function EstimateDialog({ policyId, wish, onApply, onClose }: EstimateDialogProps) {
  const say = usePhrase();
  const begin = useMutation({
    mutationFn: () =>
      call(routes.createEstimate, {
        params: { policyId },
        body: { assign: [...wish.assign], unassign: [...wish.unassign] },
      }),
  });
  const { mutate } = begin;
  useEffect(() => mutate(), [mutate]);
  return (
    <Dialog opened onClose={onClose} title={say('console.estimate.title')} size="60rem">
      <Stack gap="sm">
        <Text size="sm">{say('console.estimate.text')}</Text>
        <ErrorNotice error={begin.error} />
        {begin.data && <Counting first={begin.data} onApply={onApply} onClose={onClose} />}
        {begin.error && <Deeds onApply={onApply} onClose={onClose} label={say('console.estimate.skip')} />}
      </Stack>
    </Dialog>
  );
}

type CountingProps = Pick<EstimateDialogProps, 'onApply' | 'onClose'> & { readonly first: IntegrityEstimate };

function Counting({ first, onApply, onClose }: CountingProps) {
  const say = usePhrase();
  const [seen, setSeen] = useState(false);
  const { data = first } = useQuery({
    ...estimateQuery(first.policyId, first.id),
    initialData: first,
    refetchInterval: ({ state }) => (state.data?.state === 'counting' ? askEveryMs : false),
  });
  const isCounting = data.state === 'counting';
  return (
    <>
      <EstimateTable hosts={data.hosts} />
      <Text size="xs" className="dim">
        {say('console.estimate.limits', data.limits)}
        {data.hostsNotAsked > 0 && ` ${say('console.estimate.notAsked', { count: data.hostsNotAsked })}`}
      </Text>
      {isCounting && (
        <Group gap="xs" role="status">
          <Loader size="xs" />
          <Text size="sm">{say('console.estimate.counting')}</Text>
        </Group>
      )}
      {data.needsConfirmation && (
        <Checkbox
          label={say('console.estimate.confirm')}
          checked={seen}
          onChange={(event) => setSeen(event.currentTarget.checked)}
        />
      )}
      <Deeds
        label={isCounting ? say('console.estimate.skip') : say('console.estimate.apply')}
        disabled={data.needsConfirmation && !seen}
        quiet={isCounting}
        onApply={() => onApply(data.needsConfirmation ? data.id : undefined)}
        onClose={onClose}
      />
    </>
  );
}

type DeedsProps = Pick<EstimateDialogProps, 'onApply' | 'onClose'> & {
  readonly label: string;
  readonly disabled?: boolean;
  readonly quiet?: boolean;
};

function Deeds({ label, disabled = false, quiet = false, onApply, onClose }: DeedsProps) {
  const say = usePhrase();
  const apply = useMutation({ mutationFn: () => onApply() });
  return (
    <>
      <ErrorNotice error={apply.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {say('console.cancel')}
        </Button>
        <Button
          variant={quiet ? 'default' : 'filled'}
          disabled={disabled}
          loading={apply.isPending}
          onClick={() => apply.mutate()}
        >
          {label}
        </Button>
      </Group>
    </>
  );
}

function EstimateTable({ hosts }: { hosts: readonly HostEstimate[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const figure = (key: 'files' | 'folders' | 'entities', width: number): Column<HostEstimate> => ({
    ...{ key, head: say(`console.estimate.${key}`), width, align: 'right' },
    cell: ({ figures }) => figures && <span className="figures">{formatNumber(language, figures[key])}</span>,
  });
  const columns: Column<HostEstimate>[] = [
    {
      key: 'host',
      head: say('console.estimate.host'),
      cell: ({ name, detail, figures }) => (
        <div style={{ overflowWrap: 'anywhere' }}>
          {name}
          {detail && (
            <div className="dim below" lang="en">
              {detail}
            </div>
          )}
          {figures && figures.mountsSkipped.length > 0 && (
            <div className="dim below">
              {say.pair(say('console.estimate.mounts'), figures.mountsSkipped.join(', '))}
            </div>
          )}
        </div>
      ),
    },
    {
      key: 'state',
      head: say('console.estimate.state'),
      width: 150,
      cell: ({ state, aboveLimit }) =>
        aboveLimit ? (
          <StateBadge tone="bad" icon={IconAlertTriangle}>
            {say('console.estimate.above')}
          </StateBadge>
        ) : state === 'done' ? (
          <StateBadge tone="good" icon={IconCircleCheck}>
            {say('console.estimate.within')}
          </StateBadge>
        ) : (
          <span className="dim">{say(`estimate.state.${state}`)}</span>
        ),
    },
    figure('files', 100),
    figure('folders', 90),
    figure('entities', 90),
    {
      key: 'content',
      head: say('console.estimate.content'),
      width: 110,
      align: 'right',
      cell: ({ figures }) => figures && formatBytes(language, figures.contentBytes),
    },
    {
      key: 'time',
      head: say('console.estimate.time'),
      width: 120,
      align: 'right',
      cell: ({ figures }) =>
        figures && (
          <>
            <div>{say('console.integrity.seconds', { seconds: Math.ceil(figures.seconds) })}</div>
            <div className="dim below">CPU {figures.cpuPercent}%</div>
          </>
        ),
    },
    {
      key: 'disk',
      head: say('console.estimate.disk'),
      width: 100,
      align: 'right',
      cell: ({ figures }) => figures && formatBytes(language, figures.baselineBytes),
    },
  ];
  return (
    <DataTable label={say('console.estimate.title')} columns={columns} rows={hosts} rowKey={({ hostId }) => hostId} />
  );
}
