import {
  routes,
  type TicketDetail,
  type TicketKind,
  type TicketOutcome,
  ticketKinds,
  ticketOutcomes,
} from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, oneOf } from '../options.ts';
import { findTicket } from './list.ts';

const tell = (cli: Cli, ticket: TicketDetail): void =>
  cli.show(ticket, () =>
    cli.say('done.ticket', { number: String(ticket.number), state: cli.word('ticketState', ticket.state) }),
  );

type NewOptions = {
  account: string;
  kind: TicketKind;
  subject: string;
  text: string;
  caller?: string;
  phone?: string;
  contact?: string;
};

export const addTicket: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('ticket.add'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--kind <KIND>', cli.say('option.ticketKind'), ticketKinds).default('inquiry'))
    .addOption(needed('--subject <TEXT>', cli.say('option.ticketSubject')))
    .addOption(needed('--text <TEXT>', cli.say('option.ticketText')))
    .option('--caller <NAME>', cli.say('option.caller'))
    .option('--phone <NUMBER>', cli.say('option.callerPhone'))
    .option('--contact <ID>', cli.say('option.callerContact'))
    .action(async ({ account, caller, phone, contact, ...given }: NewOptions) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = {
        ...given,
        ...(caller === undefined ? {} : { callerName: caller }),
        ...(phone === undefined ? {} : { callerPhone: phone }),
        ...(contact === undefined ? {} : { contactId: contact }),
      };
      const ticket = await cli.call(routes.createTicket, { params: { accountId }, body });
      cli.show(ticket, () =>
        cli.say('done.ticketOpened', { number: String(ticket.number), due: cli.time(ticket.dueAt).slice(0, 16) }),
      );
    });

/** A verb that does something with one ticket. */
const deed =
  <Options>(
    name: string,
    options: (verb: ReturnType<Parameters<Verb>[0]['command']>, cli: Cli) => unknown,
    call: (cli: Cli, ticketId: string, options: Options) => Promise<TicketDetail>,
  ): Verb =>
  (noun, cli) => {
    const verb = noun
      .command(name)
      .description(cli.say(`ticket.${name}`))
      .argument('<TICKET>', cli.say('argument.ticket'));
    options(verb, cli);
    verb.action(async (given: string, given_: Options) => {
      const { id } = await findTicket(cli, given);
      tell(cli, await call(cli, id, given_));
    });
  };

export const replyTicket = deed<{ text: string; phone?: boolean; close?: boolean }>(
  'reply',
  (verb, cli) =>
    verb
      .addOption(needed('--text <TEXT>', cli.say('option.ticketReply')))
      .option('--phone', cli.say('option.ticketByPhone'))
      .option('--close', cli.say('option.ticketCloses')),
  (cli, ticketId, { text, phone = false, close = false }) =>
    cli.call(routes.replyToTicket, {
      params: { ticketId },
      body: { text, by: phone ? 'phone' : 'mail', closes: close },
    }),
);
export const noteTicket = deed<{ text: string }>(
  'note',
  (verb, cli) => verb.addOption(needed('--text <TEXT>', cli.say('option.ticketNote'))),
  (cli, ticketId, { text }) => cli.call(routes.noteTicket, { params: { ticketId }, body: { text } }),
);
export const takeTicket = deed<{ over?: boolean }>(
  'take',
  (verb, cli) => verb.option('--over', cli.say('option.over')),
  (cli, ticketId, { over = false }) =>
    cli.call(routes.takeTicket, { params: { ticketId }, body: { isTakenOver: over } }),
);
export const pauseTicket = deed<{ reason: string }>(
  'pause',
  (verb, cli) => verb.addOption(needed('--reason <TEXT>', cli.say('option.ticketPause'))),
  (cli, ticketId, { reason }) => cli.call(routes.pauseTicket, { params: { ticketId }, body: { reason } }),
);
export const resumeTicket = deed<object>(
  'resume',
  () => undefined,
  (cli, ticketId) => cli.call(routes.resumeTicket, { params: { ticketId } }),
);
export const closeTicket = deed<{ outcome: TicketOutcome; text?: string }>(
  'close',
  (verb, cli) =>
    verb
      .addOption(oneOf('--outcome <OUTCOME>', cli.say('option.ticketOutcome'), ticketOutcomes).default('resolved'))
      .option('--text <TEXT>', cli.say('option.ticketClosing')),
  (cli, ticketId, { outcome, text }) =>
    cli.call(routes.closeTicket, { params: { ticketId }, body: { outcome, ...(text === undefined ? {} : { text }) } }),
);
