import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findKey } from '../find.ts';

export const revokeKey: Verb = (noun, cli) =>
  noun
    .command('revoke')
    .description(cli.say('key.revoke'))
    .argument('<KEY>', cli.say('argument.key'))
    .action(async (given: string) => {
      const key = await findKey(cli, given);
      await cli.call(routes.revokeKey, { params: { keyId: key.id } });
      cli.show(key, () => cli.say('done.keyRevoked', { name: key.name }));
    });
