import { Button, Group, Loader, Stack, Tabs, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type Host, type HostRecommendations, moduleOfApi, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../../api.ts';
import { recommendationsQuery } from '../../../configuration-queries.ts';
import { usePhrase } from '../../../language.tsx';
import { Card } from '../../../parts/card.tsx';
import { EmptyState } from '../../../parts/empty-state.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { IconListSearch, IconRefresh } from '../../../parts/icons.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { Notice } from '../../../parts/notice.tsx';
import { StateBadge } from '../../../parts/state-badge.tsx';
import { Time } from '../../../parts/time.tsx';
import { queryClient, useSession } from '../../../session.tsx';
import { ApplyButton } from './apply-dialog.tsx';
import { HostRules } from './host-rules.tsx';
import { countOf } from './standings.ts';

const statusTones = { none: 'idle', valid: 'good', 'out-of-date': 'watch' } as const;

/** Takes the manager's answer for what stands now. */
export function keepRecommendations(hostId: string, found: HostRecommendations): void {
  queryClient.setQueryData(recommendationsQuery(hostId).queryKey, found);
}

/** Which rules this host should have by what runs on it, how those it has stand to the service's standard, and what to do about it (S11). */
export function RecommendationsCard({ host }: { host: Host }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(recommendationsQuery(host.id));
  const mayWrite = may('policy.write') && host.liveness.state !== 'retired';
  const actions = query.data && (
    <Group gap="xs">
      <StateBadge tone={statusTones[query.data.status]}>
        {say(`console.recommended.status.${query.data.status}`)}
      </StateBadge>
      {mayWrite && <ScanButton hostId={host.id} isPending={query.data.scanPending} />}
      {mayWrite && query.data.status !== 'none' && (
        <ApplyButton
          hostId={host.id}
          modules={query.data.modules}
          onApplied={(found) => {
            keepRecommendations(host.id, found);
            notifications.show({ message: say('console.recommended.applied') });
          }}
        />
      )}
    </Group>
  );
  return (
    <Card title={say('console.recommended.title')} actions={actions} flush>
      <Loaded query={query}>{(found) => <Found host={host} found={found} mayWrite={mayWrite} />}</Loaded>
    </Card>
  );
}

function ScanButton({ hostId, isPending }: { hostId: string; isPending: boolean }) {
  const say = usePhrase();
  const scan = useMutation({
    mutationFn: () => call(routes.scanForRecommendations, { params: { hostId } }),
    onSuccess: (found) => keepRecommendations(hostId, found),
    onError: (error) => notifications.show({ color: 'red', message: <ErrorNotice error={error} /> }),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconRefresh size={15} />}
      disabled={isPending}
      loading={scan.isPending}
      onClick={() => scan.mutate()}
    >
      {say('console.recommended.scan')}
    </Button>
  );
}

type FoundProps = { readonly host: Host; readonly found: HostRecommendations; readonly mayWrite: boolean };

function Found({ host, found, mayWrite }: FoundProps) {
  const say = usePhrase();
  const [first] = found.modules;
  return (
    <>
      <Stack gap="xs" className="card-body">
        <Text size="sm" className="dim">
          {say('console.recommended.intro')}
        </Text>
        {found.scannedAt && (
          <Text size="sm">
            {say('console.recommended.scannedAt')} <Time at={found.scannedAt} relative />
          </Text>
        )}
        <ScanProgress scan={found.scan} />
      </Stack>
      {first ? (
        <Tabs defaultValue={first.module} keepMounted={false}>
          <Tabs.List aria-label={say('console.alerts.module')} px="sm">
            {found.modules.map(({ module, rules }) => (
              <Tabs.Tab key={module} value={module}>
                {say(`module.${moduleOfApi[module]}`)} <ToDo count={countOf(rules, 'missing')} />
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {found.modules.map((module) => (
            <Tabs.Panel key={module.module} value={module.module}>
              <HostRules host={host} module={module} mayWrite={mayWrite} />
            </Tabs.Panel>
          ))}
        </Tabs>
      ) : (
        <EmptyState icon={IconListSearch} title={say('console.recommended.never')}>
          {say(mayWrite ? 'console.recommended.neverText' : 'console.recommended.neverTextRead')}
        </EmptyState>
      )}
    </>
  );
}

function ToDo({ count }: { count: number }) {
  const say = usePhrase();
  return count > 0 && <StateBadge tone="warn">{say('console.recommended.toDo', { count })}</StateBadge>;
}

/** What became of the newest scan that was asked for, where that is not plain from what it found. */
function ScanProgress({ scan }: Pick<HostRecommendations, 'scan'>) {
  const say = usePhrase();
  switch (scan?.state) {
    case 'waiting':
    case 'sent':
      return (
        <Group gap="xs" role="status">
          <Loader size={15} aria-hidden />
          <Text size="sm">{say(`console.recommended.${scan.state}`)}</Text>
        </Group>
      );
    case 'failed':
      return <Notice tone="warn">{say('console.recommended.scanFailed', { detail: scan.detail ?? '' })}</Notice>;
    case 'not_supported':
      return <Notice tone="warn">{say('console.recommended.scanNotSupported')}</Notice>;
    default:
      return null;
  }
}
