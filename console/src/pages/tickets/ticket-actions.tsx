import { Button, Group, Select } from '@mantine/core';
import { routes, type Ticket, type TicketKind, type TicketOutcome, ticketKinds } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useSession } from '../../session.tsx';
import { refreshTickets } from './queries.ts';

/** Take on, sort, pause and end a ticket. */
export function TicketActions({ ticket }: { ticket: Ticket }) {
  const say = usePhrase();
  const { person } = useSession();
  const params = { ticketId: ticket.id };
  const doing = useMutation({ mutationFn: (deed: () => Promise<unknown>) => deed(), onSuccess: refreshTickets });
  if (ticket.state === 'closed') return null;
  const { assignee, number } = ticket;
  const isMine = assignee?.id === person.id;
  const close = (outcome: TicketOutcome) => async () => {
    await call(routes.closeTicket, { params, body: { outcome } });
    await refreshTickets();
  };
  return (
    <Group gap={6}>
      {!isMine && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() =>
            doing.mutate(() => call(routes.takeTicket, { params, body: { isTakenOver: assignee !== undefined } }))
          }
        >
          {assignee ? say('console.work.takeOver') : say('console.work.take')}
        </Button>
      )}
      <Select
        aria-label={say('console.ticket.kind')}
        size="xs"
        w={150}
        allowDeselect={false}
        data={ticketKinds.map((kind) => ({ value: kind, label: say(`ticketKind.${kind}`) }))}
        value={ticket.kind}
        onChange={(kind) =>
          doing.mutate(() => call(routes.changeTicketKind, { params, body: { kind: kind as TicketKind } }))
        }
      />
      {ticket.state === 'paused' ? (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => doing.mutate(() => call(routes.resumeTicket, { params }))}
        >
          {say('console.ticket.resume')}
        </Button>
      ) : (
        <ConfirmButton
          label={say('console.ticket.pause')}
          harmless
          text={say('console.ticket.pauseText')}
          reasonLabel={say('console.reason')}
          onConfirm={async (reason) => {
            await call(routes.pauseTicket, { params, body: { reason } });
            await refreshTickets();
          }}
        />
      )}
      {ticket.firstAnswerAt && (
        <ConfirmButton
          label={say('console.ticket.close')}
          harmless
          text={say('console.ticket.closeText', { number: String(number) })}
          onConfirm={close('resolved')}
        />
      )}
      {(['out_of_scope', 'not_supported', 'duplicate'] as const).map((outcome) => (
        <ConfirmButton
          key={outcome}
          label={say(`ticketOutcome.${outcome}`)}
          text={say(`console.ticket.closeText.${outcome}`, { number: String(number) })}
          onConfirm={close(outcome)}
        />
      ))}
      <ErrorNotice error={doing.error} />
    </Group>
  );
}
