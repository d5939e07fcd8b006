import { routes, type Ticket, type TicketKind, ticketKinds, ticketStates } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf, pick } from '../find.ts';
import { accountOption, limitOption, oneOf } from '../options.ts';

const states = ['unclosed', ...ticketStates, 'all'] as const;
type Options = { account?: string; state: (typeof states)[number]; kind?: TicketKind; mine?: boolean; limit: number };

export const listTickets: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('ticket.list'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--state <STATE>', cli.say('option.ticketState'), states).default('unclosed'))
    .addOption(oneOf('--kind <KIND>', cli.say('option.ticketKind'), ticketKinds))
    .option('--mine', cli.say('option.mine'))
    .addOption(limitOption(cli))
    .action(async ({ account, mine, limit, ...given }: Options) => {
      const accountId = await accountIdOf(cli, account);
      const query = {
        ...given,
        accountId,
        limit: Math.min(limit, 500),
        mine: mine ? ('true' as const) : ('false' as const),
      };
      const tickets = await cli.call(routes.listTickets, { query });
      cli.list(tickets, [
        ['number', (ticket) => String(ticket.number), 'right'],
        ['due', (ticket) => (ticket.firstAnswerAt ? '' : cli.time(ticket.dueAt).slice(0, 16))],
        ['late', (ticket) => (ticket.urgency === 'none' ? '' : cli.word('ticketUrgency', ticket.urgency))],
        ['account', (ticket) => ticket.accountName],
        ['kind', (ticket) => cli.word('ticketKind', ticket.kind)],
        ['channel', (ticket) => cli.word('ticketChannel', ticket.channel)],
        ['ticketSubject', (ticket) => ticket.subject],
        ['state', (ticket) => cli.word('ticketState', ticket.state)],
        ['owner', (ticket) => ticket.assignee?.name ?? ''],
      ]);
      cli.remark(cli.say('ticket.counts', tickets.counts));
    });

/** A ticket by its number or id, closed or not. */
export async function findTicket(cli: Cli, given: string): Promise<Ticket> {
  const number = given.replace(/^#/, '');
  if (!/^\d{1,9}$/.test(number)) return cli.call(routes.getTicket, { params: { ticketId: given.toLowerCase() } });
  const { items } = await cli.call(routes.listTickets, { query: { number: Number(number) } });
  return pick(cli, items, number, {
    thing: 'ticket',
    namesOf: (ticket) => [String(ticket.number)],
    list: 'ticket list',
  });
}
