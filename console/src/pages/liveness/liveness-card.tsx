import { Button, Group, Stack, Text } from '@mantine/core';
import { type Host, type LivenessCheck, type ProbeEvidence, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { livenessCheckQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { LivenessSettingsButton } from './liveness-settings.tsx';

/** The check of one host (S43): how long it is waited for, and what the last look from outside saw. */
export function LivenessCard({ host }: { host: Host }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(livenessCheckQuery(host.id));
  const probe = useMutation({
    mutationFn: () => call(routes.probeHost, { params: { hostId: host.id } }),
    onSuccess: (check) => queryClient.setQueryData(livenessCheckQuery(host.id).queryKey, check),
  });
  const actions = may('liveness.write') && (
    <Group gap="xs">
      <LivenessSettingsButton accountId={host.accountId} />
      {host.liveness.state === 'connected' && query.data?.probes && (
        <Button size="compact-sm" variant="default" loading={probe.isPending} onClick={() => probe.mutate()}>
          {say('console.check.probe')}
        </Button>
      )}
    </Group>
  );
  return (
    <Card title={say('console.check.title')} actions={actions}>
      <Stack gap="sm">
        <ErrorNotice error={probe.error} />
        <Loaded query={query}>{(check) => <Check check={check} accountId={host.accountId} />}</Loaded>
      </Stack>
    </Card>
  );
}

const tones = {
  answered: 'good',
  refused: 'good',
  host_unreachable: 'bad',
  network_unreachable: 'bad',
  no_answer: 'warn',
  not_tried: 'idle',
} as const;

function Check({ check, accountId }: { check: LivenessCheck; accountId: string }) {
  const say = usePhrase();
  const inSeconds = (seconds: number) => say('console.check.seconds', { seconds });
  const columns: Column<ProbeEvidence>[] = [
    { key: 'whose', head: say('console.check.whose'), cell: ({ whose }) => say(`probeWhose.${whose}`) },
    {
      key: 'point',
      head: say('console.check.point'),
      cell: ({ address, port }) => <code>{port === undefined ? `${address} (ICMP)` : `${address} (TCP ${port})`}</code>,
    },
    {
      key: 'result',
      head: say('console.check.result'),
      cell: ({ result }) => <StateBadge tone={tones[result]}>{say(`probeResult.${result}`)}</StateBadge>,
    },
    {
      key: 'milliseconds',
      head: say('console.check.milliseconds'),
      align: 'right',
      cell: ({ result, milliseconds }) => (result === 'not_tried' ? '' : milliseconds),
    },
  ];
  const probed = check.probedAt ? <Time at={check.probedAt} relative zone /> : say('console.check.never');
  return (
    <>
      {check.maintenanceId && (
        <Notice tone="info">
          {say('console.check.muted')}{' '}
          <TextLink to="/maintenance" search={{ account: accountId }} size="sm">
            {say('console.nav.maintenance')}
          </TextLink>
        </Notice>
      )}
      <FactList
        facts={[
          [say('console.check.interval'), inSeconds(check.heartbeatSeconds)],
          [say('console.check.silence'), inSeconds(check.silenceSeconds)],
          [say('console.check.ended'), inSeconds(check.endedSeconds)],
          [say('console.check.since'), <Time key="since" at={check.createdAt} zone />],
          [say('console.check.probedAt'), check.probes ? probed : say('console.check.probesOff')],
        ]}
      />
      {check.evidence.length > 0 ? (
        <DataTable
          label={say('console.check.probedAt')}
          columns={columns}
          rows={check.evidence}
          rowKey={({ whose, address, port }) => `${whose} ${address} ${port ?? ''}`}
        />
      ) : (
        check.probedAt && (
          <Text size="sm" className="dim">
            {say('console.check.noPoint')}
          </Text>
        )
      )}
    </>
  );
}
