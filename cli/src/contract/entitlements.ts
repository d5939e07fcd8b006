import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption } from '../options.ts';

export const showEntitlements: Verb = (noun, cli) =>
  noun
    .command('entitlements')
    .description(cli.say('contract.entitlements'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (options: { account: string }) => {
      const { id: accountId } = await findAccount(cli, options.account);
      cli.list(await cli.call(routes.listEntitlements, { params: { accountId } }), [
        ['feature', ({ feature }) => cli.word('feature', feature)],
        ['outcome', ({ outcome }) => cli.word('outcome', outcome)],
        ['note', ({ note }) => note?.[cli.language] ?? ''],
        ['clause', ({ clause }) => `§${clause}`],
      ]);
    });
