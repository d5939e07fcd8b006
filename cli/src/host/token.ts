import { routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, wholeNumber } from '../options.ts';

/** The token alone goes to standard output, so that it can be piped; what to do with it goes to the person. */
export const issueToken: Verb = (noun, cli) =>
  noun
    .command('token')
    .description(cli.say('host.token'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(new Option('--hours <N>', cli.say('option.hours')).default(72).argParser(wholeNumber(cli, 1)))
    .action(async (options: { account: string; hours: number }) => {
      const { id } = await findAccount(cli, options.account);
      const token = await cli.call(routes.createEnrolmentToken, {
        params: { accountId: id },
        body: { validHours: options.hours },
      });
      cli.remark(cli.say('done.token', { expires: cli.time(token.expiresAt) }));
      cli.show(token, () => token.token);
    });
