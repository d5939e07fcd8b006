import { routes, type TicketDetail } from '@sakimori/contract';
import { explainDeadline } from '@sakimori/contract/calendar/index';
import type { Cli, Verb } from '../cli.ts';
import { plain } from '../table.ts';
import { findTicket } from './list.ts';

export const showTicket: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('ticket.show'))
    .argument('<TICKET>', cli.say('argument.ticket'))
    .action(async (given: string) => {
      const { id } = await findTicket(cli, given);
      const ticket = await cli.call(routes.getTicket, { params: { ticketId: id } });
      cli.show(ticket, () => toText(cli, ticket));
    });

function toText(cli: Cli, ticket: TicketDetail): string {
  const { requester } = ticket;
  const clock = [
    ...explainDeadline(cli.language, ticket.due).map(({ step, text }) => `  ${step.date}  ${text}`),
    ...ticket.pauses.map(
      ({ from, to, reason, openMs }) =>
        `  ${cli.say('ticket.pausedFor', { from: cli.time(from).slice(0, 16), to: cli.time(to).slice(0, 16), minutes: Math.round(openMs / 60_000), reason })}`,
    ),
  ];
  const head = [
    `#${ticket.number}  ${ticket.subject}`,
    [
      cli.word('ticketKind', ticket.kind),
      cli.word('ticketChannel', ticket.channel),
      cli.word('ticketState', ticket.state),
    ].join(' · '),
    [ticket.customerName, requester.name, requester.mail, requester.phone].filter(Boolean).join(' · '),
    cli.say(ticket.isPromised ? 'ticket.due' : 'ticket.dueOwn', { due: cli.time(ticket.dueAt).slice(0, 16) }),
    ...(ticket.firstAnswerAt
      ? [cli.say('ticket.answeredAt', { at: cli.time(ticket.firstAnswerAt).slice(0, 16) })]
      : []),
    ...clock,
  ];
  const thread = ticket.messages.flatMap((message) => [
    '',
    `--- ${cli.word('ticketMessage', message.kind)} · ${message.author} · ${cli.time(message.at).slice(0, 16)}${message.isStranger ? ` · ${cli.say('ticket.stranger')}` : ''}`,
    message.text,
    ...message.attachments.map(
      ({ name, sizeBytes, state }) => `  [${name} · ${sizeBytes} B · ${cli.word('attachmentState', state)}]`,
    ),
  ]);
  return [...head, ...thread].map((line) => line.split('\n').map(plain).join('\n')).join('\n');
}
