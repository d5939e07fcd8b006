import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption } from '../options.ts';

export const listContracts: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('contract.list'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (options: { account: string }) => {
      const { id: accountId } = await findAccount(cli, options.account);
      cli.list(await cli.call(routes.listContracts, { params: { accountId } }), [
        ['number', (term) => term.number],
        ['state', (term) => cli.word('contractState', term.state)],
        ['plan', (term) => cli.word('plan', term.plan)],
        ['edition', (term) => term.edition],
        ['nodes', (term) => String(term.nodes), 'right'],
        ['startsOn', (term) => term.startsOn],
        ['endsOn', (term) => term.endsOn ?? ''],
        ['id', (term) => term.id],
      ]);
    });
