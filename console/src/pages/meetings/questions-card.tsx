import { Button, Select, Stack, Text, Textarea } from '@mantine/core';
import { type MeetingDetail, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { refreshMeetings } from './queries.ts';

/** What was asked, with the tickets that it became (S90). */
export function QuestionsCard({ meeting }: { meeting: MeetingDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const { questions } = meeting;
  return (
    <Card
      flush
      title={say('console.meetings.questions')}
      actions={
        may('ticket.ask') &&
        meeting.state !== 'cancelled' && (
          <DialogButton label={say('console.meetings.ask')} button={{ size: 'compact-sm', variant: 'default' }}>
            {(close) => <AskForm meeting={meeting} onDone={close} />}
          </DialogButton>
        )
      }
    >
      {questions.length === 0 ? (
        <Text p="md" size="sm" className="dim">
          {say('console.meetings.noQuestions')}
        </Text>
      ) : (
        <DataTable
          label={say('console.meetings.questions')}
          rows={questions}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'text',
              head: say('console.meetings.question'),
              cell: ({ text, ticketId, ticketNumber }) => (
                <>
                  <TextLink to="/tickets/$ticketId" params={{ ticketId }} size="sm">
                    #{ticketNumber}
                  </TextLink>{' '}
                  <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text}</span>
                </>
              ),
            },
            { key: 'by', head: say('console.meetings.askedBy'), width: 140, cell: ({ askedBy }) => askedBy },
            {
              key: 'state',
              head: say('console.alerts.state'),
              width: 110,
              cell: ({ ticketState }) => say(`ticketState.${ticketState}`),
            },
            { key: 'due', head: say('console.ticket.due'), width: 150, cell: ({ dueAt }) => <Time at={dueAt} /> },
          ]}
        />
      )}
    </Card>
  );
}

function AskForm({ meeting, onDone }: { meeting: MeetingDetail; onDone: () => void }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const [text, setText] = useState('');
  const [contactId, setContactId] = useState<string | null>(null);
  const askers = meeting.attendees.flatMap(({ contactId: id, name }) => (id ? [{ value: id, label: name }] : []));
  const add = useMutation({
    mutationFn: () =>
      call(routes.askAtMeeting, {
        params: { meetingId: meeting.id },
        body: { text, ...(contactId ? { contactId } : {}) },
      }),
    onSuccess: async () => {
      await refreshMeetings();
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.meetings.askText')}</Text>
        <Textarea
          label={say('console.meetings.question')}
          {...{ required: true, autosize: true, minRows: 3, maxLength: 4000 }}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        {isProvider && (
          <Select
            label={say('console.meetings.askedBy')}
            data={askers}
            clearable
            value={contactId}
            onChange={setContactId}
          />
        )}
        <ErrorNotice error={add.error} />
        <Button type="submit" loading={add.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.meetings.ask')}
        </Button>
      </Stack>
    </form>
  );
}
