import { routes, type Source } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf, pick } from '../find.ts';
import { accountOption } from '../options.ts';

export const listSources: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('source.list'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const found = await cli.call(routes.listSources, { query: { accountId: await accountIdOf(cli, account) } });
      cli.list(found, [
        ['account', ({ accountName }) => accountName],
        ['name', ({ name }) => name],
        ['state', ({ state }) => cli.word('sourceState', state)],
        ['sourceKind', ({ kind }) => cli.word('sourceKind', kind)],
        ['sourceValue', ({ value }) => value],
        ['trendTenant', ({ trendTenant }) => trendTenant ?? ''],
        ['lastRecord', ({ lastHeardAt }) => (lastHeardAt ? cli.time(lastHeardAt) : '')],
        ['records', ({ counts }) => String(counts.records), 'right'],
        ['detections', ({ counts }) => String(counts.stored), 'right'],
        ['outOfScope', ({ counts }) => String(counts.application + counts.device), 'right'],
        ['held', ({ counts }) => String(counts.held), 'right'],
        ['id', ({ id }) => id],
      ]);
    });

/** Hosts that only a remote manager knows. */
export const listRemoteHosts: Verb = (noun, cli) =>
  noun
    .command('hosts')
    .description(cli.say('source.hosts'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const found = await cli.call(routes.listRemoteHosts, { query: { accountId: await accountIdOf(cli, account) } });
      cli.list(found, [
        ['account', ({ accountName }) => accountName],
        ['name', ({ name }) => name],
        ['lastRecord', ({ lastSeenAt }) => (lastSeenAt ? cli.time(lastSeenAt) : '')],
        ['alerts', ({ openAlertCount }) => String(openAlertCount), 'right'],
        ['id', ({ id }) => id],
      ]);
    });

/** By its id or name. */
export async function findSource(cli: Cli, given: string, account: string | undefined): Promise<Source> {
  const { items } = await cli.call(routes.listSources, { query: { accountId: await accountIdOf(cli, account) } });
  return pick(cli, items, given, { thing: 'source', namesOf: ({ name }) => [name], list: 'source list' });
}
