import { Loader, Stack, Text } from '@mantine/core';
import { hasPhrase, type RemoteTest, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '../../api.ts';
import { formatTimeWithZone } from '../../format.ts';
import { usePhrase } from '../../language.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Notice } from '../../parts/notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { queryClient } from '../../session.tsx';

const tones = { allowed: 'good', forbidden: 'warn', absent: 'idle', failed: 'bad' } as const;

/** Asks the tenant who the key is and what it may, as soon as it is opened. */
export function TestPanel({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const test = useMutation({
    mutationFn: () => call(routes.testRemote, { params: { accountId } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['remote'] }),
  });
  const { mutate } = test;
  useEffect(() => mutate(), [mutate]);
  return (
    <Stack gap="sm">
      {test.isPending && <Loader size="sm" aria-label={say('console.remote.test')} />}
      <ErrorNotice error={test.error} />
      {test.data && <Found test={test.data} />}
    </Stack>
  );
}

function Found({ test }: { test: RemoteTest }) {
  const say = usePhrase();
  const { isWorking, problem, keyName, roleName, keyExpiresAt, tenant, apiVersion, groups } = test;
  const nameOf = (group: string) => {
    const key = `remoteGroup.${group}`;
    return hasPhrase(key) ? say(key) : group;
  };
  return (
    <>
      <Notice tone={isWorking ? 'good' : 'bad'}>
        {isWorking
          ? say('console.remote.working', { milliseconds: test.milliseconds })
          : problem && say(`remoteProblem.${problem.code}`)}
        {problem && <div className="dim">{problem.detail}</div>}
      </Notice>
      <FactList
        facts={[
          [say('console.remote.testedVersion'), apiVersion],
          [say('console.remote.testedKey'), keyName],
          [say('console.remote.testedRole'), roleName],
          [say('console.remote.testedExpiry'), keyExpiresAt && formatTimeWithZone(keyExpiresAt)],
          [say('console.remote.testedTenant'), tenant],
        ]}
      />
      {groups.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {say('console.remote.groups')}
          </Text>
          <DataTable
            label={say('console.remote.groups')}
            rows={groups}
            rowKey={({ group }) => group}
            columns={[
              { key: 'group', head: say('console.remote.groups'), cell: ({ group }) => nameOf(group) },
              {
                key: 'outcome',
                head: say('console.remote.state'),
                cell: ({ outcome }) => <StateBadge tone={tones[outcome]}>{say(`probeOutcome.${outcome}`)}</StateBadge>,
              },
            ]}
          />
        </>
      )}
    </>
  );
}
