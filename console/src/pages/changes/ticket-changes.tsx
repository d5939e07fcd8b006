import { Stack } from '@mantine/core';
import type { TicketDetail } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { useSession } from '../../session.tsx';
import { ChangeForm } from './change-form.tsx';
import { ChangeStateBadge } from './change-state.tsx';
import { changesQuery } from './queries.ts';

/** The changes that a ticket asks for, and the way to one (S54, S60). */
export function TicketChanges({ ticket }: { ticket: TicketDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const { data } = useQuery(changesQuery({ ticketId: ticket.id }));
  const items = data?.items ?? [];
  const mayAsk = may('change.write') && ticket.state !== 'closed';
  if (items.length === 0 && (!mayAsk || ticket.kind !== 'change')) return null;
  return (
    <Card
      title={say('console.change.ofTicket')}
      actions={
        mayAsk && (
          <DialogButton label={say('console.change.new')} size="lg" button={{ size: 'compact-sm', variant: 'default' }}>
            {(close) => <ChangeForm accountId={ticket.accountId} ticket={ticket} onDone={close} />}
          </DialogButton>
        )
      }
    >
      <Stack gap={6}>
        {items.map((change) => (
          <div key={change.id}>
            <Link to="/changes/$changeId" params={{ changeId: change.id }}>
              #{change.number} {change.subject}
            </Link>{' '}
            <ChangeStateBadge state={change.state} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
