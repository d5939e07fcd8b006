import { Button, Menu } from '@mantine/core';
import { type AskedTask, askableScans, type Host, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { IconListSearch } from '../../parts/icons.ts';
import { hostTasksQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';

/** Asks a host for something; its list of tasks shows it at once. */
export function useAskHost(hostId: string) {
  return useMutation({
    mutationFn: (body: AskedTask) => call(routes.giveHostTask, { params: { hostId }, body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: hostTasksQuery(hostId).queryKey }),
  });
}

/** Whether the reader may ask this host for anything. */
export function useMayAsk(host: Host): boolean {
  const { may } = useSession();
  return may('policy.write') && host.liveness.state !== 'retired';
}

/** A button whose menu names the scans. */
export function ScanMenu({ ask }: { ask: ReturnType<typeof useAskHost> }) {
  const say = usePhrase();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconListSearch size={14} aria-hidden />}
          loading={ask.isPending}
        >
          {say('console.tasks.scan')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={say('console.tasks.scanKind')}>
        {askableScans.map((kind) => (
          <Menu.Item key={kind} onClick={() => ask.mutate({ kind })}>
            {say(`hostTask.kind.${kind}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
