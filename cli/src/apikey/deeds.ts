import { routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountOption } from '../options.ts';
import { findApiKey } from './find-apikey.ts';

type Deed = {
  readonly verb: 'lock' | 'unlock' | 'delete';
  readonly done: string;
  readonly act: (cli: Cli, params: { accountId: string; apiKeyId: number }) => Promise<unknown>;
};

/** One deed on one key, told in a line. */
const onKey =
  ({ verb, done, act }: Deed): Verb =>
  (noun, cli) =>
    noun
      .command(verb)
      .description(cli.say(`apikey.${verb}`))
      .argument('<KEY>', cli.say('argument.apikey'))
      .addOption(accountOption(cli, { required: true }))
      .action(async (given: string, options: { account: string }) => {
        const { account, key } = await findApiKey(cli, given, options.account);
        const after = await act(cli, { accountId: account.id, apiKeyId: key.id });
        cli.show(after ?? key, () => cli.say(done, { name: key.name }));
      });

export const lockApiKey = onKey({
  verb: 'lock',
  done: 'done.apikeyLocked',
  act: (cli, params) => cli.call(routes.lockWorkloadKey, { params }),
});
export const unlockApiKey = onKey({
  verb: 'unlock',
  done: 'done.apikeyUnlocked',
  act: (cli, params) => cli.call(routes.unlockWorkloadKey, { params }),
});
export const deleteApiKey = onKey({
  verb: 'delete',
  done: 'done.apikeyDeleted',
  act: (cli, params) => cli.call(routes.deleteWorkloadKey, { params }),
});
