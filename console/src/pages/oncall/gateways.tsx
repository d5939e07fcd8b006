import { Button, Text } from '@mantine/core';
import { type OnCall, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { queryClient, useSession } from '../../session.tsx';

const tones = { untried: 'watch', trying: 'watch', working: 'good', quiet: 'bad' } as const;

/** Telephone gateways, and what their last trial showed. */
export function Gateways({ plan }: { plan: OnCall }) {
  const say = usePhrase();
  const { may } = useSession();
  const channels = new Map(plan.channels.map((channel) => [channel.id, channel]));
  const attempt = useMutation({
    mutationFn: (channel: string) => call(routes.tryOnCallChannel, { params: { channel } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['cases', 'oncall'] }),
  });
  return (
    <Card flush title={say('console.oncall.gateways')}>
      {attempt.error && <ErrorNotice error={attempt.error} />}
      <DataTable
        label={say('console.oncall.gateways')}
        rows={plan.gateways}
        rowKey={({ channel }) => channel}
        columns={[
          {
            key: 'channel',
            head: say('console.oncall.gateway'),
            cell: ({ channel }) => channels.get(channel)?.name ?? channel,
          },
          {
            key: 'number',
            head: say('console.oncall.number'),
            cell: ({ channel }) => <span className="figures">{channels.get(channel)?.to}</span>,
          },
          {
            key: 'state',
            head: say('console.case.state'),
            cell: ({ state, problem }) => (
              <StateBadge tone={tones[state]}>
                {say(`gatewayState.${state}`)} {problem}
              </StateBadge>
            ),
          },
          { key: 'at', head: say('console.oncall.tried'), cell: ({ at }) => (at ? <Time at={at} /> : '–') },
          {
            key: 'try',
            head: '',
            align: 'right',
            cell: ({ channel, state }) =>
              may('oncall.write') && (
                <Button
                  size="compact-sm"
                  variant="default"
                  disabled={state === 'trying'}
                  loading={attempt.isPending && attempt.variables === channel}
                  onClick={() => attempt.mutate(channel)}
                >
                  {say('console.oncall.try')}
                </Button>
              ),
          },
        ]}
      />
      <Text size="xs" className="dim" p="sm">
        {say('console.oncall.trialAt', { at: plan.trialAt })}
      </Text>
    </Card>
  );
}
