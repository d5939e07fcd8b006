import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption, needed } from '../options.ts';

export const retireHost: Verb = (noun, cli) =>
  noun
    .command('retire')
    .description(cli.say('host.retire'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (given: string, options: { account?: string; reason: string }) => {
      const host = await findHost(cli, given, options.account);
      const retired = await cli.call(routes.retireHost, {
        params: { hostId: host.id },
        body: { reason: options.reason },
      });
      cli.show(retired, () => cli.say('done.retired', { name: retired.facts.name }));
    });
