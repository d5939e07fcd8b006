import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountNames } from '../find.ts';

export const listKeys: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('key.list'))
    .action(async () => {
      const nameOf = await accountNames(cli);
      cli.list(await cli.call(routes.listKeys), [
        ['name', (key) => key.name],
        ['role', (key) => cli.word('role', key.role)],
        ['account', (key) => nameOf(key.accountId)],
        ['created', (key) => cli.time(key.createdAt)],
        ['expires', (key) => cli.time(key.expiresAt)],
        ['lastUsed', (key) => cli.time(key.lastUsedAt)],
        ['id', (key) => key.id],
      ]);
    });
