import { type Meeting, type MeetingKind, meetingKinds, routes } from '@sakimori/contract';
import type { Command } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { findAccount, pick } from '../find.ts';
import { accountOption, needed, oneOf, timeParser } from '../options.ts';
import { findQuote } from '../quote/list.ts';
import { findMeeting } from './list.ts';

type Given = {
  account: string;
  kind?: MeetingKind;
  at?: string;
  until?: string;
  title?: string;
  place?: string;
  url?: string;
  agenda?: string;
  contact: string[];
  quote?: string;
  overrideReason?: string;
};
const defaultMinutes = 90;

const collect = (one: string, all: string[]) => [...all, one];
const optional = (command: Command, cli: Cli): Command =>
  command
    .option('--until <TIME>', cli.say('option.meetingUntil'), timeParser(cli))
    .option('--place <ADDRESS>', cli.say('option.meetingPlace'))
    .option('--url <URL>', cli.say('option.meetingUrl'))
    .option('--agenda <TEXT>', cli.say('option.meetingAgenda'))
    .option('--contact <MAIL>', cli.say('option.meetingContact'), collect, [] as string[])
    .option('--quote <QUOTE>', cli.say('option.meetingQuote'))
    .option('--override-reason <TEXT>', cli.say('option.meetingOverride'));

async function contactIds(cli: Cli, accountId: string, account: string, mails: readonly string[]): Promise<string[]> {
  if (mails.length === 0) return [];
  const { items } = await cli.call(routes.listContacts, { params: { accountId } });
  const what = {
    thing: 'contact',
    namesOf: (one: { mail: string }) => [one.mail],
    list: `contact list --account ${account}`,
  };
  return mails.map((mail) => pick(cli, items, mail, what).id);
}

/** What a booking and a change say in the same words. */
async function fieldsOf(cli: Cli, accountId: string, given: Given) {
  const { account, at, until, title, kind, place, url, agenda, quote, overrideReason } = given;
  const endsAt = until ?? (at && new Date(Date.parse(at) + defaultMinutes * 60_000).toISOString());
  return {
    ...{ kind, title, place, url, agenda, startsAt: at, endsAt, lateReason: overrideReason },
    ...(quote ? { quoteId: (await findQuote(cli, quote, account)).id } : {}),
    ...(given.contact.length > 0 ? { contactIds: await contactIds(cli, accountId, account, given.contact) } : {}),
  };
}

function tell(cli: Cli, meeting: Meeting): void {
  const { number, state, startsAt, charges } = meeting;
  const facts = { number, state: cli.word('meetingState', state), at: cli.time(startsAt).slice(0, 16) };
  const charged = charges.map((charge) => cli.word('meetingCharge', charge)).join(', ');
  cli.show(meeting, () =>
    [cli.say('done.meeting', facts), ...(charged ? [cli.say('meeting.charged', { charges: charged })] : [])].join('\n'),
  );
}

export const bookMeeting: Verb = (noun, cli) =>
  optional(
    noun
      .command('book')
      .description(cli.say('meeting.book'))
      .addOption(accountOption(cli, { required: true }))
      .addOption(oneOf('--kind <KIND>', cli.say('option.meetingKind'), meetingKinds).default('visit'))
      .addOption(needed('--at <TIME>', cli.say('option.meetingAt')).argParser(timeParser(cli)))
      .addOption(needed('--title <TEXT>', cli.say('option.meetingTitle'))),
    cli,
  ).action(async (given: Given) => {
    const { id: accountId } = await findAccount(cli, given.account);
    const { kind = 'visit', title = '', startsAt = '', endsAt = '', ...rest } = await fieldsOf(cli, accountId, given);
    const body = { ...rest, kind, title, startsAt, endsAt };
    tell(cli, await cli.call(routes.bookMeeting, { params: { accountId }, body }));
  });

export const changeMeeting: Verb = (noun, cli) =>
  optional(
    noun
      .command('change')
      .description(cli.say('meeting.change'))
      .argument('<MEETING>', cli.say('argument.meeting'))
      .addOption(accountOption(cli, { required: true }))
      .addOption(oneOf('--kind <KIND>', cli.say('option.meetingKind'), meetingKinds))
      .option('--at <TIME>', cli.say('option.meetingAt'), timeParser(cli))
      .option('--title <TEXT>', cli.say('option.meetingTitle')),
    cli,
  ).action(async (wanted: string, given: Given) => {
    const { id: meetingId, accountId, revision } = await findMeeting(cli, wanted, given.account);
    const body = { revision, ...(await fieldsOf(cli, accountId, given)) };
    tell(cli, await cli.call(routes.changeMeeting, { params: { meetingId }, body }));
  });

/** A verb about one meeting. */
const about = (noun: Command, cli: Cli, name: 'confirm' | 'hold' | 'cancel' | 'ask'): Command =>
  noun
    .command(name)
    .description(cli.say(`meeting.${name}`))
    .argument('<MEETING>', cli.say('argument.meeting'))
    .addOption(accountOption(cli, { required: true }));

export const confirmMeeting: Verb = (noun, cli) =>
  about(noun, cli, 'confirm')
    .option('--quote <QUOTE>', cli.say('option.meetingQuote'))
    .action(async (wanted: string, { account, quote }: { account: string; quote?: string }) => {
      const { id: meetingId } = await findMeeting(cli, wanted, account);
      const body = quote ? { quoteId: (await findQuote(cli, quote, account)).id } : {};
      tell(cli, await cli.call(routes.confirmMeeting, { params: { meetingId }, body }));
    });

export const holdMeeting: Verb = (noun, cli) =>
  about(noun, cli, 'hold').action(async (wanted: string, { account }: { account: string }) => {
    const { id: meetingId } = await findMeeting(cli, wanted, account);
    tell(cli, await cli.call(routes.holdMeeting, { params: { meetingId } }));
  });

export const cancelMeeting: Verb = (noun, cli) =>
  about(noun, cli, 'cancel')
    .addOption(needed('--reason <TEXT>', cli.say('option.meetingReason')))
    .action(async (wanted: string, { account, reason }: { account: string; reason: string }) => {
      const { id: meetingId } = await findMeeting(cli, wanted, account);
      tell(cli, await cli.call(routes.cancelMeeting, { params: { meetingId }, body: { reason } }));
    });

export const askAtMeeting: Verb = (noun, cli) =>
  about(noun, cli, 'ask')
    .addOption(needed('--text <TEXT>', cli.say('option.questionText')))
    .option('--by <MAIL>', cli.say('option.questionBy'))
    .action(async (wanted: string, { account, text, by }: { account: string; text: string; by?: string }) => {
      const { id: meetingId, accountId } = await findMeeting(cli, wanted, account);
      const [contactId] = await contactIds(cli, accountId, account, by ? [by] : []);
      const meeting = await cli.call(routes.askAtMeeting, {
        params: { meetingId },
        body: { text, ...(contactId ? { contactId } : {}) },
      });
      const asked = meeting.questions.at(-1);
      const facts = { number: String(asked?.ticketNumber ?? ''), due: asked ? cli.time(asked.dueAt).slice(0, 16) : '' };
      cli.show(meeting, () => cli.say('done.asked', facts));
    });
