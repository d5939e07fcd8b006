import { routes, type WebFeed } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption } from '../options.ts';

export const listFeeds: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('feed.list'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const query = account === undefined ? {} : { accountId: (await findAccount(cli, account)).id };
      const { feeds } = await cli.call(routes.listWebFeeds, { query });
      cli.list({ items: feeds }, [
        ['name', ({ name }) => name],
        ['format', ({ format }) => format],
        ['entries', ({ entries }) => String(entries), 'right'],
        ['fetched', ({ goodAt }) => (goodAt ? cli.time(goodAt) : '')],
        ['problem', problemOf],
        ['from', ({ url }) => url ?? ''],
        ['id', ({ id }) => id],
      ]);
    });

export const problemOf = ({ problem, faults, faultCount }: WebFeed): string =>
  problem ?? (faultCount > 0 ? `${faultCount}: ${faults[0]?.line ?? ''} ${faults[0]?.fault ?? ''}` : '');
