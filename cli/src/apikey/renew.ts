import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountOption } from '../options.ts';
import { findApiKey } from './find-apikey.ts';

/** The new secret alone goes to standard output. */
export const renewApiKey: Verb = (noun, cli) =>
  noun
    .command('renew')
    .description(cli.say('apikey.renew'))
    .argument('<KEY>', cli.say('argument.apikey'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (given: string, options: { account: string }) => {
      const { account, key } = await findApiKey(cli, given, options.account);
      const params = { accountId: account.id, apiKeyId: key.id };
      const renewed = await cli.call(routes.renewWorkloadKey, { params });
      cli.remark(cli.say('done.apikeyRenewed', { name: renewed.name }));
      cli.show(renewed, () => renewed.secret);
    });
