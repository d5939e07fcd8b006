import { type Plan, plans, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';

type Options = {
  account: string;
  number: string;
  edition?: string;
  plan: Plan;
  nodes: number;
  from: string;
  until?: string;
};

export const createContract: Verb = (noun, cli) =>
  noun
    .command('create')
    .description(cli.say('contract.create'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--number <NUMBER>', cli.say('option.contractNumber')))
    .addOption(needed('--plan <PLAN>', cli.say('option.plan')).choices([...plans]))
    .addOption(needed('--nodes <N>', cli.say('option.nodes')).argParser(wholeNumber(cli, 1)))
    .addOption(needed('--from <DAY>', cli.say('option.contractFrom')))
    .option('--until <DAY>', cli.say('option.contractUntil'))
    .option('--edition <EDITION>', cli.say('option.edition'))
    .action(async ({ account, from, until, ...given }: Options) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = { ...given, startsOn: from, ...(until === undefined ? {} : { endsOn: until }) };
      const contract = await cli.call(routes.createContract, { params: { accountId }, body });
      const { number, nodes, startsOn } = contract;
      const facts = { number, nodes, from: startsOn, plan: cli.word('plan', contract.plan) };
      cli.show(contract, () => cli.say('done.contract', facts));
    });
