import { Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { type AlertDetail, closings, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconArrowBackUp, IconCheck, IconNote, IconUser } from '../../parts/icons.ts';
import { alertQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';
import { applyStep, type TriageStep } from './triage-step.ts';

const choices = closings.filter((closing) => closing !== 'resolved');

function send(alertId: string, step: TriageStep): Promise<AlertDetail> {
  const params = { alertId };
  const note = step.note || undefined;
  if (step.kind === 'closed') return call(routes.closeAlert, { params, body: { closing: step.closing, note } });
  if (step.kind === 'acknowledged') return call(routes.acknowledgeAlert, { params, body: { note } });
  if (step.kind === 'noted') return call(routes.noteAlert, { params, body: { note: step.note } });
  return call(routes.reopenAlert, { params, body: { note: step.note } });
}

/** A step is shown at once and taken back, with the reason, when the manager refuses it. */
function useTriage(alert: AlertDetail) {
  const key = alertQuery(alert.id).queryKey;
  return useMutation({
    mutationFn: (step: TriageStep) => send(alert.id, step),
    onMutate: async (step) => {
      await queryClient.cancelQueries({ queryKey: key });
      const before = queryClient.getQueryData(key);
      queryClient.setQueryData(key, (now: AlertDetail | undefined) => now && applyStep(now, step));
      return { before };
    },
    onError: (_error, _step, context) => {
      queryClient.setQueryData(key, context?.before);
      void queryClient.invalidateQueries({ queryKey: key });
    },
    onSuccess: (changed) => {
      queryClient.setQueryData(key, changed);
      void queryClient.invalidateQueries({ queryKey: ['alert', 'list'] });
      void queryClient.invalidateQueries({ queryKey: ['overview'] });
    },
  });
}

/** Take, note, close; or take a close back. */
export function Triage({ alert }: { alert: AlertDetail }) {
  const say = usePhrase();
  const triage = useTriage(alert);
  const [note, setNote] = useState('');
  const [closing, setClosing] = useState<(typeof choices)[number]>('handled');
  const closed = alert.state === 'closed';
  const act = (step: TriageStep) => {
    setNote('');
    // A note that was not stored goes back into the field: nobody types it twice.
    triage.mutate(step, { onError: () => setNote(step.note) });
  };
  return (
    <Card title={say('console.triage.title')}>
      <Stack gap="sm">
        {alert.state === 'open' && (
          <Button
            leftSection={<IconUser size={16} />}
            loading={triage.isPending}
            onClick={() => act({ kind: 'acknowledged', note })}
          >
            {say('console.triage.acknowledge')}
          </Button>
        )}
        <Textarea
          label={say('console.triage.note')}
          description={closed ? say('console.triage.reopenHint') : undefined}
          autosize
          minRows={2}
          maxRows={10}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconNote size={16} />}
            disabled={!note.trim()}
            loading={triage.isPending}
            onClick={() => act({ kind: 'noted', note: note.trim() })}
          >
            {say('console.triage.addNote')}
          </Button>
          {closed && (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={16} />}
              disabled={!note.trim()}
              loading={triage.isPending}
              onClick={() => act({ kind: 'reopened', note: note.trim() })}
            >
              {say('console.triage.reopen')}
            </Button>
          )}
        </Group>
        {!closed && (
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <Select
              label={say('console.triage.closing')}
              data={choices.map((value) => ({ value, label: say(`closing.${value}`) }))}
              value={closing}
              allowDeselect={false}
              onChange={(value) => setClosing(choices.find((choice) => choice === value) ?? 'handled')}
              style={{ flex: 1 }}
            />
            <Button
              variant="default"
              leftSection={<IconCheck size={16} />}
              loading={triage.isPending}
              onClick={() => act({ kind: 'closed', closing, note: note.trim() })}
            >
              {say('console.triage.close')}
            </Button>
          </Group>
        )}
        <ErrorNotice error={triage.error} />
        <Text size="xs" className="dim">
          {say('console.triage.recorded')}
        </Text>
      </Stack>
    </Card>
  );
}
