import { phrase, phraseOr, routes, type WebFeed } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
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
        ['feedEntries', ({ entries }) => String(entries), 'right'],
        ['fetched', ({ goodAt }) => (goodAt ? cli.time(goodAt) : '')],
        ['problem', (feed) => problemOf(cli, feed)],
        ['feedSource', ({ url }) => url ?? ''],
        ['id', ({ id }) => id],
      ]);
    });

export function problemOf({ language }: Cli, { problem, faults, faultCount }: WebFeed): string {
  if (problem) return phrase(language, `web.problem.${problem.code}`, { detail: problem.detail });
  const [first] = faults;
  return first ? `${faultCount}: ${first.line} ${phraseOr(language, 'web.fault', first.fault)}` : '';
}
