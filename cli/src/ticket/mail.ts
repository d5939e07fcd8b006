import { readFileSync } from 'node:fs';
import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { collect, findAccount } from '../find.ts';
import { limitOption, needed, oneOf, wholeNumber } from '../options.ts';
import { findTicket } from './list.ts';

export const listCallers: Verb = (noun, cli) =>
  noun
    .command('caller')
    .description(cli.say('ticket.caller'))
    .option('--phone <NUMBER>', cli.say('option.callerPhone'))
    .option('--name <NAME>', cli.say('option.callerName'))
    .action(async (query: { phone?: string; name?: string }) => {
      cli.list(await cli.call(routes.findCallers, { query }), [
        ['id', (caller) => caller.contactId],
        ['name', (caller) => caller.name],
        ['furigana', (caller) => caller.reading ?? ''],
        ['phone', (caller) => caller.phone ?? ''],
        ['account', (caller) => `${caller.customerName} / ${caller.accountName}`],
        ['openTickets', (caller) => String(caller.openTickets), 'right'],
      ]);
    });

export const listParked: Verb = (noun, cli) =>
  noun
    .command('parked')
    .description(cli.say('ticket.parked'))
    .addOption(limitOption(cli))
    .action(async ({ limit }: { limit: number }) => {
      const found = await collect(limit, (cursor, count) =>
        cli.call(routes.listParkedMails, { query: { cursor, limit: count } }),
      );
      cli.list(found, [
        ['id', (mail) => mail.id],
        ['received', (mail) => cli.time(mail.receivedAt).slice(0, 16)],
        ['from', (mail) => mail.fromMail],
        ['ticketSubject', (mail) => mail.subject],
        ['reason', (mail) => cli.word('parkedReason', mail.reason)],
      ]);
    });

export const assignParked: Verb = (noun, cli) =>
  noun
    .command('assign')
    .description(cli.say('ticket.assign'))
    .argument('<MAIL>', cli.say('argument.parkedMail'))
    .addOption(needed('--account <ACCOUNT>', cli.say('option.account')))
    .option('--ticket <TICKET>', cli.say('option.assignTicket'))
    .action(async (mailId: string, { account, ticket }: { account: string; ticket?: string }) => {
      const { id: accountId } = await findAccount(cli, account);
      const ticketId = ticket === undefined ? undefined : (await findTicket(cli, ticket)).id;
      const body = { accountId, ...(ticketId === undefined ? {} : { ticketId }) };
      const made = await cli.call(routes.assignParkedMail, { params: { mailId }, body });
      cli.show(made, () =>
        cli.say('done.ticket', { number: String(made.number), state: cli.word('ticketState', made.state) }),
      );
    });

export const dismissParked: Verb = (noun, cli) =>
  noun
    .command('dismiss')
    .description(cli.say('ticket.dismiss'))
    .argument('<MAIL>', cli.say('argument.parkedMail'))
    .addOption(needed('--reason <TEXT>', cli.say('option.dismissReason')))
    .action(async (mailId: string, body: { reason: string }) => {
      await cli.call(routes.dismissParkedMail, { params: { mailId }, body });
      cli.show({ id: mailId }, () => cli.say('done.dismissed'));
    });

type MailboxOptions = {
  host?: string;
  port?: number;
  security?: 'none' | 'starttls' | 'tls';
  user?: string;
  passwordFile?: string;
  folder?: string;
  certificate?: string;
  relay?: string;
  off?: boolean;
};

/** Without options it shows what stands; with any it sets, and what is not named stays. */
export const deskMailbox: Verb = (noun, cli) =>
  noun
    .command('mailbox')
    .description(cli.say('ticket.mailbox'))
    .option('--host <HOST>', cli.say('option.imapHost'))
    .option('--port <N>', cli.say('option.imapPort'), wholeNumber(cli, 1))
    .addOption(oneOf('--security <HOW>', cli.say('option.imapSecurity'), ['tls', 'starttls', 'none']))
    .option('--user <USER>', cli.say('option.imapUser'))
    .option('--password-file <FILE>', cli.say('option.imapPassword'))
    .option('--folder <FOLDER>', cli.say('option.imapFolder'))
    .option('--certificate <FILE>', cli.say('option.imapCertificate'))
    .option('--relay <NAME>', cli.say('option.relayName'))
    .option('--off', cli.say('option.imapOff'))
    .action(async (given: MailboxOptions) => {
      const before = await cli.call(routes.getDeskMailbox);
      const { passwordFile, certificate, relay, off, ...rest } = given;
      const isAsked = Object.keys(given).length === 0;
      const { passwordSet, state, lastError, lastMailAt, parked, ...kept } = before;
      const { host, port, security, user, folder, trustedCertificate, ...others } = kept;
      const base = off ? others : kept;
      const mailbox = isAsked
        ? before
        : await cli.call(routes.setDeskMailbox, {
            body: {
              ...base,
              ...rest,
              ...(relay === undefined ? {} : { relayName: relay }),
              ...(certificate === undefined ? {} : { trustedCertificate: readFileSync(certificate, 'utf8') }),
              ...(passwordFile === undefined
                ? {}
                : { password: readFileSync(passwordFile, 'utf8').replace(/\r?\n$/, '') }),
            },
          });
      cli.show(mailbox, () =>
        [
          cli.say(`mailbox.${mailbox.state}`, {
            host: mailbox.host ?? '',
            user: mailbox.user ?? '',
            error: mailbox.lastError ?? '',
          }),
          cli.say('mailbox.relay', { relay: mailbox.relayName ?? '-' }),
          cli.say('mailbox.parked', { count: mailbox.parked }),
        ].join('\n'),
      );
    });
