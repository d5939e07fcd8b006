import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';

export const listAccounts: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('account.list'))
    .action(async () => {
      cli.list(await cli.call(routes.listAccounts), [
        ['account', (account) => account.name],
        ['customer', (account) => account.customerName],
        ['plan', (account) => cli.word('plan', account.plan)],
        ['hosts', (account) => String(account.hostCount), 'right'],
        ['alerts', (account) => String(account.openAlertCount), 'right'],
        ['id', (account) => account.id],
      ]);
    });
