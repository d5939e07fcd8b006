import { Button, Checkbox, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { type NumberedName, type RouteAnswer, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { download } from '../../parts/download.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

type Made = RouteAnswer<typeof routes.createDeploymentScript>;
type Choices = RouteAnswer<typeof routes.listDeploymentChoices>;
const start = { policy: null as string | null, group: null as string | null, days: 30, hostsMax: 1000 };

/** Makes a script that installs the agent on many hosts and enrols them. Made anew with each account: policies and groups are its own. */
export function ScriptForm({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const { data: choices } = useQuery(
    ask(['policy', 'choices', accountId], routes.listDeploymentChoices, { params: { accountId } }),
  );
  const [wish, setWish] = useState(start);
  const [activation, setActivation] = useState(true);
  const make = useMutation({
    mutationFn: () => call(routes.createDeploymentScript, { params: { accountId }, body: bodyOf(wish, activation) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['token'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{say('console.enrol.scriptText')}</Text>
          <Checkbox
            label={say('console.enrol.activation')}
            checked={activation}
            onChange={(event) => setActivation(event.currentTarget.checked)}
          />
          {activation && <ActivationFields wish={wish} choices={choices} change={setWish} />}
          <Button type="submit" loading={make.isPending} style={{ alignSelf: 'flex-start' }}>
            {say('console.enrol.make')}
          </Button>
          {make.isPending && (
            <Text size="xs" className="dim">
              {say('console.enrol.making')}
            </Text>
          )}
          <ErrorNotice error={make.error} />
        </Stack>
      </form>
      {make.data && <MadeScript made={make.data} />}
    </>
  );
}

type Wish = typeof start;

const bodyOf = ({ policy, group, days, hostsMax }: Wish, activation: boolean) => ({
  activation,
  ...(activation && policy ? { policy: Number(policy) } : {}),
  ...(activation && group ? { group: Number(group) } : {}),
  validHours: days * 24,
  hostsMax,
});

function ActivationFields({
  wish,
  choices,
  change,
}: {
  wish: Wish;
  choices: Choices | undefined;
  change: (wish: Wish) => void;
}) {
  const say = usePhrase();
  const standard = choices?.policies.find(({ number }) => number === choices.defaultPolicy)?.name;
  const half = { flex: '1 1 12rem' };
  return (
    <>
      <Group gap="sm" align="flex-end">
        <Select
          label={say('console.enrol.policy')}
          data={optionsOf(choices?.policies)}
          value={wish.policy}
          onChange={(policy) => change({ ...wish, policy })}
          placeholder={standard ? say('console.enrol.policyDefault', { name: standard }) : ''}
          clearable
          searchable
          style={half}
        />
        <Select
          label={say('console.enrol.group')}
          data={optionsOf(choices?.groups)}
          value={wish.group}
          onChange={(group) => change({ ...wish, group })}
          placeholder={say('console.enrol.noGroup')}
          disabled={choices?.groups.length === 0}
          clearable
          searchable
          style={half}
        />
      </Group>
      <Group gap="sm" align="flex-end">
        <NumberInput
          label={say('console.enrol.validDays')}
          value={wish.days}
          onChange={(value) => change({ ...wish, days: Number(value) || start.days })}
          min={1}
          max={90}
          allowDecimal={false}
          style={half}
        />
        <NumberInput
          label={say('console.enrol.hostsMax')}
          value={wish.hostsMax}
          onChange={(value) => change({ ...wish, hostsMax: Number(value) || start.hostsMax })}
          min={1}
          max={1000}
          allowDecimal={false}
          style={half}
        />
      </Group>
    </>
  );
}

const optionsOf = (choices: readonly NumberedName[] = []) =>
  choices.map(({ number, name }) => ({ value: String(number), label: name }));

function MadeScript({ made: { script, token } }: { made: Made }) {
  const say = usePhrase();
  return (
    <Stack gap="xs">
      {token && <Notice tone="watch">{say('console.enrol.scriptOnce')}</Notice>}
      <CopyField label={say('console.enrol.script')} value={script} />
      <Group justify="space-between">
        <Button variant="default" onClick={() => download(script, 'text/x-shellscript', 'install-sakimori-agent.sh')}>
          {say('console.enrol.download')}
        </Button>
        {token && (
          <Text size="xs" className="dim">
            {say('console.enrol.validUntil')} <Time at={token.expiresAt} zone relative />
          </Text>
        )}
      </Group>
    </Stack>
  );
}
