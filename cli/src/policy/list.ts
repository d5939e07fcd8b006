import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountIdOf, accountNames } from '../find.ts';
import { accountOption } from '../options.ts';

export const listPolicies: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('policy.list'))
    .addOption(accountOption(cli))
    .action(async (options: { account?: string }) => {
      const nameOf = await accountNames(cli);
      const accountId = await accountIdOf(cli, options.account);
      cli.list(await cli.call(routes.listPolicies, { query: { accountId } }), [
        ['policy', (policy) => policy.name],
        ['account', (policy) => nameOf(policy.accountId)],
        ['version', (policy) => String(policy.version), 'right'],
        ['hosts', (policy) => String(policy.hostCount), 'right'],
        ['updated', (policy) => cli.time(policy.updatedAt)],
        ['id', (policy) => policy.id],
      ]);
    });
