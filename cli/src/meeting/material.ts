import { type MaterialFormat, materialFormats, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { writeInto } from '../files.ts';
import { accountOption, oneOf } from '../options.ts';
import { findMeeting } from './list.ts';

type Options = { account: string; format: MaterialFormat; until?: string; out: string };

/** The material of a meeting, in the language of the command, into a folder (S96). */
export const meetingMaterial: Verb = (noun, cli) =>
  noun
    .command('material')
    .description(cli.say('meeting.material'))
    .argument('<MEETING>', cli.say('argument.meeting'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--format <FORMAT>', cli.say('option.materialFormat'), materialFormats).default('pdf'))
    .option('--until <MONTH>', cli.say('option.materialUntil'))
    .option('--out <FOLDER>', cli.say('option.out'), '.')
    .action(async (wanted: string, { account, format, until, out }: Options) => {
      const { id: meetingId } = await findMeeting(cli, wanted, account);
      const query = { format, language: cli.language, ...(until ? { until } : {}) };
      const made = await cli.call(routes.getMeetingMaterial, { params: { meetingId }, query });
      const path = writeInto(out, made.name, Buffer.from(made.content, 'base64'));
      const { sha256, months } = made;
      cli.show({ path, sha256, months }, () => cli.say('done.material', { path, months: months.join(', ') }));
    });
