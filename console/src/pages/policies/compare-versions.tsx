import { Group, Select, Stack, Text } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { ask } from '../../queries.ts';
import { DiffCard } from '../changes/change-diff.tsx';

const differenceQuery = (policyId: string, from: number, to: number) =>
  ask(['policy', 'difference', policyId, from, to], routes.comparePolicyVersions, {
    params: { policyId },
    query: { from, to },
  });

/** Any two versions of a policy, and what differs (S54). */
export function CompareVersions({ policyId, versions }: { policyId: string; versions: readonly number[] }) {
  const say = usePhrase();
  if (versions.length < 2) return null;
  return (
    <DialogButton label={say('console.policies.compare')} size="xl" button={{ size: 'compact-sm', variant: 'default' }}>
      {() => <Comparison policyId={policyId} versions={versions} />}
    </DialogButton>
  );
}

function Comparison({ policyId, versions }: { policyId: string; versions: readonly number[] }) {
  const say = usePhrase();
  const [from, setFrom] = useState(versions[1]!);
  const [to, setTo] = useState(versions[0]!);
  const query = useQuery(differenceQuery(policyId, from, to));
  const data = versions.map((version) => ({ value: String(version), label: `v${version}` }));
  return (
    <Stack gap="sm">
      <Group grow>
        <Select
          label={say('console.change.before')}
          data={data}
          value={String(from)}
          onChange={(next) => next && setFrom(Number(next))}
          allowDeselect={false}
        />
        <Select
          label={say('console.change.after')}
          data={data}
          value={String(to)}
          onChange={(next) => next && setTo(Number(next))}
          allowDeselect={false}
        />
      </Group>
      <Loaded query={query}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Text size="sm">{say('console.policies.same')}</Text>
          ) : (
            <DiffCard
              lines={lines.map(({ path, ...sides }) => ({ type: 'policy', name: '', field: path, ...sides }))}
            />
          )
        }
      </Loaded>
    </Stack>
  );
}
