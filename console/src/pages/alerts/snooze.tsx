import { Button, Select, Stack, Text, Textarea } from '@mantine/core';
import { type AlertDetail, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconBell, IconPlayerPause } from '../../parts/icons.ts';
import { alertQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

const hours = [1, 4, 8, 24, 72, 168, 720] as const;

/** Puts an alert aside for a while, or takes it up again. */
export function Snooze({ alert }: { alert: AlertDetail }) {
  const say = usePhrase();
  const [chosen, setChosen] = useState('24');
  const [reason, setReason] = useState('');
  const params = { alertId: alert.id };
  const changed = (detail: AlertDetail) => {
    setReason('');
    queryClient.setQueryData(alertQuery(alert.id).queryKey, detail);
    void queryClient.invalidateQueries({ queryKey: ['alert', 'list'] });
  };
  const snooze = useMutation({
    mutationFn: () => {
      const until = new Date(Date.now() + Number(chosen) * 3_600_000).toISOString();
      return call(routes.snoozeAlert, { params, body: { until, reason: reason.trim() } });
    },
    onSuccess: changed,
  });
  const wake = useMutation({ mutationFn: () => call(routes.wakeAlert, { params }), onSuccess: changed });
  if (alert.snoozedUntil)
    return (
      <Card title={say('console.snooze.title')}>
        <Stack gap="sm">
          <Button
            variant="default"
            leftSection={<IconBell size={16} />}
            loading={wake.isPending}
            onClick={() => wake.mutate()}
            style={{ alignSelf: 'flex-start' }}
          >
            {say('console.snooze.wake')}
          </Button>
          <ErrorNotice error={wake.error} />
        </Stack>
      </Card>
    );
  return (
    <Card title={say('console.snooze.title')}>
      <Stack gap="sm">
        <Text size="xs" className="dim">
          {say('console.snooze.hint')}
        </Text>
        <Select
          label={say('console.snooze.for')}
          data={hours.map((count) => ({
            value: String(count),
            label:
              count < 48
                ? say('console.snooze.hours', { count })
                : say('console.snooze.days', { count: Math.round(count / 24) }),
          }))}
          value={chosen}
          allowDeselect={false}
          onChange={(value) => setChosen(value ?? '24')}
        />
        <Textarea
          label={say('console.snooze.reason')}
          required
          autosize
          minRows={2}
          maxRows={6}
          maxLength={4000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          disabled={!reason.trim()}
          loading={snooze.isPending}
          onClick={() => snooze.mutate()}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.snooze.submit')}
        </Button>
        <ErrorNotice error={snooze.error} />
      </Stack>
    </Card>
  );
}
