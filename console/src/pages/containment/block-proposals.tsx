import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { type BlockProposal, blockMinutes, routes, taskReasonMax } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { RelativeTime, Time } from '../../parts/time.tsx';
import { blockProposalsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { ProposeContainment } from './propose-containment.tsx';
import { MinutesField } from './source-blocks.tsx';

/** Sources that attacked again and again, and wait for a person's decision (S75). Nothing to see where none waits. */
export function BlockProposals({ place }: { place: { hostId?: string | undefined; accountId?: string | undefined } }) {
  const say = usePhrase();
  const { data } = useQuery(blockProposalsQuery(place));
  if (!data || data.items.length === 0) return null;
  return (
    <Card title={say('console.proposals.title')} flush>
      <Text size="sm" className="dim" px="md" py="xs">
        {say('console.proposals.text')}
      </Text>
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {data.items.map((proposal) => (
          <li key={proposal.id} className="module">
            <Proposal proposal={proposal} showsHost={place.hostId === undefined} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Proposal({ proposal, showsHost }: { proposal: BlockProposal; showsHost: boolean }) {
  const say = usePhrase();
  const { may } = useSession();
  const button = { size: 'compact-sm', variant: 'default' } as const;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {showsHost
            ? say('console.proposals.onHost', { source: proposal.source, host: proposal.hostName })
            : proposal.source}
        </Text>
        {may('source.block') && (
          <Group gap="xs">
            <ProposeContainment target={{ ...proposal, proposalId: proposal.id }} />
            <DialogButton
              label={say('console.proposals.accept')}
              title={say('hostTask.kind.block-source')}
              button={button}
            >
              {(close) => <AcceptForm proposal={proposal} onDone={close} />}
            </DialogButton>
            <DialogButton
              label={say('console.proposals.decline')}
              title={say('console.proposals.declineTitle')}
              button={button}
            >
              {(close) => <DeclineForm proposal={proposal} onDone={close} />}
            </DialogButton>
          </Group>
        )}
      </Group>
      <Text size="sm">
        {say('console.proposals.counted', { count: proposal.detectionCount })} <RelativeTime at={proposal.lastAt} />
      </Text>
      <details>
        <summary>
          <Text span size="sm">
            {say('console.proposals.evidence')}
          </Text>
        </summary>
        <ul style={{ margin: '0.25rem 0 0', paddingInlineStart: '1.25rem' }}>
          {proposal.evidence.map((one) => (
            <li key={one.id}>
              <Text span size="xs">
                <Time at={one.at} /> {say(`module.${one.module}`)} {say.or('kind', one.kind)}: {one.rule}
              </Text>
            </li>
          ))}
        </ul>
      </details>
    </Stack>
  );
}

const refresh = () => queryClient.invalidateQueries({ queryKey: ['alert', 'proposals'] });

function AcceptForm({ proposal, onDone }: { proposal: BlockProposal; onDone: () => void }) {
  const say = usePhrase();
  const [scope, setScope] = useState<'host' | 'account'>('host');
  const [minutes, setMinutes] = useState<number | string>(blockMinutes.usual);
  const [reason, setReason] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      call(routes.acceptBlockProposal, {
        params: { proposalId: proposal.id },
        body: { scope, minutes: Number(minutes), reason: reason.trim() },
      }),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.proposals.acceptText', { source: proposal.source })}</Text>
        <Radio.Group
          label={say('console.proposals.scope')}
          value={scope}
          onChange={(value) => setScope(value as 'host' | 'account')}
        >
          <Stack gap={4} mt={4}>
            <Radio value="host" label={say('console.proposals.scopeHost', { host: proposal.hostName })} />
            <Radio value="account" label={say('console.proposals.scopeAccount', { account: proposal.accountName })} />
          </Stack>
        </Radio.Group>
        <MinutesField value={minutes} onChange={setMinutes} />
        <ReasonField
          value={reason}
          onChange={setReason}
          hint={say('console.blocks.reasonHint')}
          lengthMax={taskReasonMax}
        />
        <ErrorNotice error={accept.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button
            type="submit"
            color="red.8"
            loading={accept.isPending}
            disabled={!reason.trim() || typeof minutes !== 'number'}
          >
            {say('console.blocks.blockDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function DeclineForm({ proposal, onDone }: { proposal: BlockProposal; onDone: () => void }) {
  const say = usePhrase();
  const [reason, setReason] = useState('');
  const decline = useMutation({
    mutationFn: () =>
      call(routes.declineBlockProposal, { params: { proposalId: proposal.id }, body: { reason: reason.trim() } }),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    decline.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.proposals.declineText', { source: proposal.source })}</Text>
        <ReasonField
          value={reason}
          onChange={setReason}
          hint={say('console.proposals.declineHint')}
          lengthMax={taskReasonMax}
          isFirst
        />
        <ErrorNotice error={decline.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={decline.isPending} disabled={!reason.trim()}>
            {say('console.proposals.declineDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
