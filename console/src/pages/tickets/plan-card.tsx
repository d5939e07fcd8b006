import { Button, Select, Stack, Text } from '@mantine/core';
import { routes, type TicketDetail, type TicketPlan } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { TextLink } from '../../parts/links.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { quotesQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { refreshTickets } from './queries.ts';

const tones = { granted: 'good', paid: 'warn', refused: 'bad' } as const;

/** Of consulting: whether the plan includes, sells or lacks it, and its beginning, which an approved quote allows (S33, S34). */
export function PlanCard({ ticket, plan }: { ticket: TicketDetail; plan: TicketPlan }) {
  const say = usePhrase();
  const { may } = useSession();
  const canBegin = may('ticket.write') && ticket.state !== 'closed' && plan.begunAt === undefined;
  return (
    <Card title={say('console.ticket.plan')}>
      <Stack gap="xs">
        <div>
          <StateBadge tone={tones[plan.outcome]}>{say(`ticketPlan.${plan.outcome}`)}</StateBadge>
        </div>
        <Text size="sm">{say('console.ticket.planNow', { plan: say(`plan.${plan.plan}`), clause: plan.clause })}</Text>
        {plan.begunAt && (
          <Text size="sm">
            {say('console.ticket.begunAt')} <Time at={plan.begunAt} />
          </Text>
        )}
        {canBegin && plan.outcome === 'refused' && (
          <Text size="sm" className="dim">
            {say('console.ticket.refuseText')}
          </Text>
        )}
        {canBegin && plan.outcome !== 'refused' && <Begin ticket={ticket} isPaid={plan.outcome === 'paid'} />}
      </Stack>
    </Card>
  );
}

function Begin({ ticket, isPaid }: { ticket: TicketDetail; isPaid: boolean }) {
  const say = usePhrase();
  const [quoteId, setQuoteId] = useState<string | null>(null);
  const quotes = useQuery({ ...quotesQuery(ticket.accountId), enabled: isPaid });
  const approved = (quotes.data?.items ?? []).filter(
    ({ state, feature }) => state === 'approved' && feature === 'consulting.tuning',
  );
  const begin = useMutation({
    mutationFn: () =>
      call(routes.beginConsulting, { params: { ticketId: ticket.id }, body: quoteId === null ? {} : { quoteId } }),
    onSuccess: refreshTickets,
  });
  return (
    <>
      {isPaid && (
        <>
          <Text size="sm" className="dim">
            {say('console.ticket.beginText')}
          </Text>
          {approved.length > 0 ? (
            <Select
              label={say('console.ticket.quote')}
              data={approved.map(({ id, number, title }) => ({ value: id, label: `${number} ${title}` }))}
              value={quoteId}
              onChange={setQuoteId}
            />
          ) : (
            <Text size="sm">
              {say('console.ticket.noQuote')}{' '}
              <TextLink to="/quotes" size="sm">
                {say('console.ticket.toQuotes')}
              </TextLink>
            </Text>
          )}
        </>
      )}
      <ErrorNotice error={begin.error} />
      <Button
        size="compact-sm"
        loading={begin.isPending}
        disabled={isPaid && quoteId === null}
        onClick={() => begin.mutate()}
        style={{ alignSelf: 'flex-start' }}
      >
        {say('console.ticket.begin')}
      </Button>
    </>
  );
}
