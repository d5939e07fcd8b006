import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed } from '../options.ts';

export const endContract: Verb = (noun, cli) =>
  noun
    .command('end')
    .description(cli.say('contract.end'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--on <DAY>', cli.say('option.on')))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async ({ account, ...body }: { account: string; on: string; reason: string }) => {
      const { id: accountId } = await findAccount(cli, account);
      const contract = await cli.call(routes.endContract, { params: { accountId }, body });
      cli.show(contract, () => cli.say('done.contractEnded', { number: contract.number, on: body.on }));
    });

export const cancelContract: Verb = (noun, cli) =>
  noun
    .command('cancel')
    .description(cli.say('contract.cancel'))
    .argument('<TERM>', cli.say('argument.contract'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (contractId: string, { account, reason }: { account: string; reason: string }) => {
      const { id: accountId } = await findAccount(cli, account);
      await cli.call(routes.cancelContract, { params: { accountId, contractId }, body: { reason } });
      cli.show({ id: contractId }, () => cli.say('done.contractCancelled'));
    });
