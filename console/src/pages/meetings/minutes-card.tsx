import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type MeetingDetail, minutesCharactersMax, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Time } from '../../parts/time.tsx';
import { refreshMeetings } from './queries.ts';

/** What was said and agreed. Customers read it once it was sent. */
export function MinutesCard({ meeting, isWriter }: { meeting: MeetingDetail; isWriter: boolean }) {
  const say = usePhrase();
  const [text, setText] = useState(meeting.minutes ?? '');
  const params = { meetingId: meeting.id };
  const save = useMutation({
    mutationFn: () => call(routes.writeMinutes, { params, body: { revision: meeting.revision, text } }),
    onSuccess: refreshMeetings,
  });
  const isWritable = isWriter && (meeting.state === 'confirmed' || meeting.state === 'held');
  const isSaved = text.trim() === (meeting.minutes ?? '');
  const send = async () => {
    await call(routes.sendMinutes, { params });
    await refreshMeetings();
  };
  if (!isWritable)
    return (
      <Card title={say('console.meetings.minutes')}>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {meeting.minutes ?? <span className="dim">{say('console.meetings.noMinutes')}</span>}
        </Text>
      </Card>
    );
  return (
    <Card title={say('console.meetings.minutes')}>
      <Stack gap="sm">
        <Textarea
          aria-label={say('console.meetings.minutes')}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          {...{ autosize: true, minRows: 5, maxRows: 30, maxLength: minutesCharactersMax }}
        />
        <ErrorNotice error={save.error} />
        <Group gap="sm">
          <Button
            variant="default"
            disabled={isSaved || text.trim() === ''}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            {say('console.meetings.saveMinutes')}
          </Button>
          {meeting.state === 'held' && meeting.minutes !== undefined && isSaved && (
            <ConfirmButton
              harmless
              button={{ size: 'sm', variant: 'filled' }}
              label={say('console.meetings.sendMinutes')}
              text={say('console.meetings.sendMinutesText', { count: meeting.attendeeCount })}
              onConfirm={send}
            />
          )}
          {meeting.minutesSentAt && (
            <Text size="xs" className="dim">
              {say('console.meetings.minutesSentAt')} <Time at={meeting.minutesSentAt} />
            </Text>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
