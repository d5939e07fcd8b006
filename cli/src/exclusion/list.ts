import { type IntegrityExclusion, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption } from '../options.ts';

export const listExclusions: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('exclusion.list'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (options: { account: string }) => {
      const { id: accountId } = await findAccount(cli, options.account);
      cli.list(await cli.call(routes.listExclusions, { params: { accountId } }), [
        ['until', ({ until }) => cli.time(until)],
        ['target', ({ policy, host }) => policy?.name ?? host?.name ?? ''],
        ['excluded', excludedBy],
        ['by', ({ createdBy }) => createdBy],
        ['reason', ({ reason }) => reason],
        ['id', ({ id }) => id],
      ]);
    });

export const excludedBy = ({ paths, entities }: IntegrityExclusion): string =>
  [...paths, ...entities.map(({ entity, key }) => `${entity}:${key}`)].join(', ');
