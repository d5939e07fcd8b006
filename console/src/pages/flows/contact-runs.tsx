import { Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type CallResult, callResults, type FlowRun, type FlowTry, routes } from '@sakimori/contract';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { TextLink } from '../../parts/links.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { queryClient, useSession } from '../../session.tsx';

const runTones = {
  running: 'watch',
  answered: 'good',
  recovered: 'good',
  exhausted: 'bad',
  stopped: 'idle',
} as const;
const tryTones = {
  waiting: 'watch',
  sent: 'info',
  answered: 'good',
  unanswered: 'warn',
  failed: 'bad',
  skipped: 'idle',
} as const;

const refresh = () => queryClient.invalidateQueries({ queryKey: ['alert', 'flow'] });

/** One run with every try: who, when, how, and what came of it (S46). */
export function ContactRun({ run }: { run: FlowRun }) {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const isRunning = run.state === 'running';
  const columns: Column<FlowTry>[] = [
    { key: 'step', head: say('console.flows.step'), width: 70, cell: ({ step, attempt }) => `${step}-${attempt}` },
    { key: 'at', head: say('console.flows.at'), width: 150, cell: ({ at }) => <Time at={at} /> },
    { key: 'kind', head: say('console.flows.kind'), width: 90, cell: ({ kind }) => say(`flowKind.${kind}`) },
    { key: 'who', head: say('console.flows.who'), cell: ({ who, target }) => <Whom who={who} target={target} /> },
    {
      key: 'state',
      head: say('console.flows.state'),
      cell: ({ state }) => <StateBadge tone={tryTones[state]}>{say(`flowTryState.${state}`)}</StateBadge>,
    },
    { key: 'note', head: say('console.flows.note'), cell: (each) => <Note attempt={each} /> },
    {
      key: 'record',
      head: say('console.edit'),
      silent: true,
      shown: isRunning && may('contact.write'),
      cell: (each) => each.state === 'waiting' && <RecordButton run={run} attempt={each} />,
    },
  ];
  return (
    <Stack gap={6}>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <StateBadge tone={runTones[run.state]}>{say(`flowRunState.${run.state}`)}</StateBadge>
          <Text size="sm" component="span">
            {isProvider && `${run.accountName} · `}
            {run.hostName} ·{' '}
            <TextLink to="/alerts/$alertId" params={{ alertId: run.alertId }} size="sm">
              {say('console.flows.alert')} {run.alertNumber}
            </TextLink>
          </Text>
          {run.dueAt && (
            <Text size="xs" className="dim" component="span">
              {say('console.flows.next')} <Time at={run.dueAt} relative />
            </Text>
          )}
          {run.endedAt && (
            <Text size="xs" className="dim" component="span">
              {say('console.flows.ended')}: <Time at={run.endedAt} /> {run.endedBy !== 'system' && run.endedBy}
            </Text>
          )}
        </Group>
        {isRunning && may('contact.write') && (
          <ConfirmButton
            label={say('console.flows.stop')}
            text={say('console.flows.stopText')}
            reasonLabel={say('console.reason')}
            onConfirm={async (reason) => {
              const params = { accountId: run.accountId, runId: run.id };
              await call(routes.stopContactRun, { params, body: { reason } });
              await refresh();
            }}
          />
        )}
      </Group>
      <DataTable label={say('console.flows.runs')} columns={columns} rows={run.tries} rowKey={({ id }) => id} />
    </Stack>
  );
}

const small = { fontSize: '0.75rem' };

function Whom({ who, target }: { who: string; target: string }) {
  return (
    <div>
      {who}
      <div className="dim" style={small}>
        {target}
      </div>
    </div>
  );
}

function Note({ attempt: { note, answeredBy, answeredAt } }: { attempt: FlowTry }) {
  const say = usePhrase();
  const [word, ...rest] = (note ?? '').split(': ');
  const known = say.maybe(`callResult.${word}`) ?? say.maybe(`flowHours.${word}`);
  return (
    <div>
      {known ? [known, ...rest].join('：') : note}
      {answeredBy && answeredBy !== 'system' && (
        <div className="dim" style={small}>
          {answeredBy} {answeredAt && <Time at={answeredAt} />}
        </div>
      )}
    </div>
  );
}

/** What became of a call, by whoever made it. */
export function RecordButton({ run, attempt }: { run: FlowRun; attempt: FlowTry }) {
  const say = usePhrase();
  const [result, setResult] = useState<CallResult['result']>('answered');
  const [by, setBy] = useState('');
  const [note, setNote] = useState('');
  const record = async () => {
    const params = { accountId: run.accountId, runId: run.id, tryId: attempt.id };
    const body = { result, ...(by.trim() ? { by } : {}), ...(note.trim() ? { note } : {}) };
    await call(routes.recordCall, { params, body });
    await refresh();
  };
  return (
    <ConfirmButton
      label={say('console.flows.record')}
      harmless
      button={{ variant: 'filled' }}
      onConfirm={record}
      text={
        <Stack gap="sm">
          <Text size="sm">
            {attempt.who} {attempt.target}
          </Text>
          <Select
            label={say('console.flows.result')}
            data={callResults.map((each) => ({ value: each, label: say(`callResult.${each}`) }))}
            value={result}
            allowDeselect={false}
            onChange={(next) => setResult(callResults.find((each) => each === next) ?? 'answered')}
          />
          <TextInput
            label={say('console.flows.by')}
            maxLength={200}
            value={by}
            onChange={({ currentTarget }) => setBy(currentTarget.value)}
          />
          <Textarea
            label={say('console.flows.note')}
            maxLength={1000}
            value={note}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
          />
        </Stack>
      }
    />
  );
}
