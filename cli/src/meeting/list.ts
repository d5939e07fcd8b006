import { type Meeting, type MeetingState, meetingStates, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf, pick } from '../find.ts';
import { accountOption, oneOf } from '../options.ts';
import { plain } from '../table.ts';

const chargesOf = (cli: Cli, { charges }: Meeting): string =>
  charges.map((charge) => cli.word('meetingCharge', charge)).join(', ');

export const listMeetings: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('meeting.list'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--state <STATE>', cli.say('option.meetingState'), meetingStates))
    .action(async ({ account, state }: { account?: string; state?: MeetingState }) => {
      const accountId = await accountIdOf(cli, account);
      const answer = await cli.call(routes.listMeetings, { query: { accountId, state } });
      cli.list(answer, [
        ['account', (meeting) => meeting.accountName],
        ['number', (meeting) => String(meeting.number), 'right'],
        ['state', (meeting) => cli.word('meetingState', meeting.state)],
        ['startsAt', (meeting) => cli.time(meeting.startsAt).slice(0, 16)],
        ['kind', (meeting) => cli.word('meetingKind', meeting.kind)],
        ['title', (meeting) => meeting.title],
        ['charges', (meeting) => chargesOf(cli, meeting)],
        ['id', (meeting) => meeting.id],
      ]);
      for (const { accountName, held, planned, ...year } of answer.years)
        cli.remark(cli.say('meeting.year', { ...year, account: accountName, used: held + planned }));
    });

/** A meeting by its id, or by its number within an account. */
export async function findMeeting(cli: Cli, given: string, account: string | undefined): Promise<Meeting> {
  const { items } = await cli.call(routes.listMeetings, { query: { accountId: await accountIdOf(cli, account) } });
  return pick(cli, items, given, {
    thing: 'meeting',
    namesOf: ({ number }) => [String(number)],
    list: 'meeting list',
  });
}

export const showMeeting: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('meeting.show'))
    .argument('<MEETING>', cli.say('argument.meeting'))
    .addOption(accountOption(cli))
    .action(async (given: string, { account }: { account?: string }) => {
      const { id } = await findMeeting(cli, given, account);
      const meeting = await cli.call(routes.getMeeting, { params: { meetingId: id } });
      cli.show(meeting, () =>
        [
          `${meeting.number}. ${plain(meeting.title)} (${cli.word('meetingState', meeting.state)})`,
          `${meeting.accountName} · ${cli.time(meeting.startsAt).slice(0, 16)} · ${cli.word('meetingKind', meeting.kind)} · ${plain(meeting.place ?? meeting.url ?? '')}`,
          ...(meeting.charges.length > 0 ? [cli.say('meeting.charged', { charges: chargesOf(cli, meeting) })] : []),
          ...meeting.attendees.map(
            ({ name, mail, answer }) => `  ${plain(name)} <${plain(mail)}> ${cli.word('attendeeAnswer', answer)}`,
          ),
          ...(meeting.agenda ? ['', plain(meeting.agenda)] : []),
          ...meeting.questions.map(({ ticketNumber, text }) => `#${ticketNumber} ${plain(text)}`),
          ...(meeting.minutes ? ['', plain(meeting.minutes)] : []),
        ].join('\n'),
      );
    });
