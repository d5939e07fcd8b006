import { routes, ruleNameIn } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption } from '../options.ts';

export const listApiKeys: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('apikey.list'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (options: { account: string }) => {
      const { id: accountId } = await findAccount(cli, options.account);
      cli.list(await cli.call(routes.listWorkloadKeys, { params: { accountId } }), [
        ['id', (key) => String(key.id), 'right'],
        ['name', (key) => key.name],
        ['role', (key) => ruleNameIn(cli.language, key.role)],
        ['state', (key) => cli.word('console.workload.state', key.state)],
        ['created', (key) => cli.time(key.createdAt)],
        ['expires', (key) => cli.time(key.expiresAt)],
        ['lastUsed', (key) => cli.time(key.lastUsedAt)],
      ]);
    });
