import { plans, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { needed } from '../options.ts';

export const createAccount: Verb = (noun, cli) =>
  noun
    .command('create')
    .description(cli.say('account.create'))
    .argument('<NAME>', cli.say('argument.accountName'))
    .addOption(needed('--customer <CUSTOMER>', cli.say('option.customer')))
    .addOption(needed('--plan <PLAN>', cli.say('option.plan')).choices([...plans]))
    .action(async (name: string, options: { customer: string; plan: (typeof plans)[number] }) => {
      const body = { name, customerName: options.customer, plan: options.plan };
      const account = await cli.call(routes.createAccount, { body });
      cli.show(account, () => cli.say('done.account', { name: account.name }));
    });
