import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed } from '../options.ts';

export const endExclusion: Verb = (noun, cli) =>
  noun
    .command('end')
    .description(cli.say('exclusion.end'))
    .argument('<ID>', cli.say('argument.exclusion'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (exclusionId: string, { account, reason }: { account: string; reason: string }) => {
      const { id: accountId } = await findAccount(cli, account);
      await cli.call(routes.endExclusion, { params: { accountId, exclusionId }, body: { reason } });
      cli.show({ id: exclusionId }, () => cli.say('done.exclusionEnded'));
    });
