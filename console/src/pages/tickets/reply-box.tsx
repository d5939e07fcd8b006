import { Button, Group, SegmentedControl, Select, Stack, Text, Textarea } from '@mantine/core';
import { phrase, routes, type TicketDetail } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { refreshTickets } from './queries.ts';

const ways = ['mail', 'phone', 'note'] as const;
const templates = ['answer', 'question', 'progress', 'done'] as const;

/** An answer by mail or as it was said on the phone, or a note for ourselves. The letter's salutation and signature are added. */
export function ReplyBox({ ticket }: { ticket: TicketDetail }) {
  const say = usePhrase();
  const [way, setWay] = useState<(typeof ways)[number]>(ticket.requester.mail ? 'mail' : 'phone');
  const [text, setText] = useState('');
  const params = { ticketId: ticket.id };
  const sending = useMutation({
    mutationFn: (closes: boolean) =>
      way === 'note'
        ? call(routes.noteTicket, { params, body: { text: text.trim() } })
        : call(routes.replyToTicket, { params, body: { text: text.trim(), by: way, closes } }),
    onSuccess: async () => {
      setText('');
      await refreshTickets();
    },
  });
  const isReady = text.trim() !== '';
  return (
    <Card title={say('console.ticket.reply')}>
      <Stack gap="sm">
        <Group gap="sm">
          <SegmentedControl
            aria-label={say('console.ticket.way')}
            data={ways
              .filter((each) => each !== 'mail' || ticket.requester.mail)
              .map((each) => ({ value: each, label: say(`console.ticket.way.${each}`) }))}
            value={way}
            onChange={(next) => setWay(ways.find((each) => each === next) ?? 'note')}
          />
          {way === 'mail' && (
            <Select
              aria-label={say('console.review.template')}
              placeholder={say('console.review.template')}
              // In the customer's language, whoever writes.
              data={templates.map((each) => ({ value: each, label: say(`console.ticket.template.${each}`) }))}
              value={null}
              onChange={(next) => {
                const found = templates.find((each) => each === next);
                if (found) setText(phrase(ticket.language, `template.ticket.${found}`, {}));
              }}
            />
          )}
        </Group>
        <Textarea
          aria-label={say('console.ticket.reply')}
          autosize
          minRows={6}
          maxLength={20_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {way === 'mail' && (
          <Text size="xs" className="dim">
            {say('console.ticket.letter', { mail: ticket.requester.mail ?? '' })}
          </Text>
        )}
        <ErrorNotice error={sending.error} />
        <Group gap="sm">
          <Button onClick={() => sending.mutate(false)} loading={sending.isPending} disabled={!isReady}>
            {say(`console.ticket.send.${way}`)}
          </Button>
          {way !== 'note' && (
            <Button variant="default" onClick={() => sending.mutate(true)} disabled={!isReady || sending.isPending}>
              {say('console.ticket.sendAndClose')}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
