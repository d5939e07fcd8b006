import { routes, type WebFeed, webFeedFormats } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { readGiven } from '../files.ts';
import { findAccount, pick } from '../find.ts';
import { accountOption, oneOf, wholeNumber } from '../options.ts';
import { problemOf } from './list.ts';

type Options = {
  account?: string;
  url?: string;
  file?: string;
  format: (typeof webFeedFormats)[number];
  category?: string;
  score?: number;
  minutes?: number;
};

export const addFeed: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('feed.add'))
    .argument('<NAME>', cli.say('argument.feedName'))
    .addOption(accountOption(cli))
    .option('--url <URL>', cli.say('option.feedUrl'))
    .option('--file <FILE>', cli.say('option.feedFile'))
    .addOption(oneOf('--format <FORMAT>', cli.say('option.feedFormat'), webFeedFormats).default('list'))
    .option('--category <WORD>', cli.say('option.feedCategory'))
    .option('--score <N>', cli.say('option.feedScore'), wholeNumber(cli, 0))
    .option('--minutes <N>', cli.say('option.feedMinutes'), wholeNumber(cli, 5))
    .action(async (name: string, { account, url, file, format, category, score, minutes }: Options) => {
      if ((url === undefined) === (file === undefined)) throw new CliFault('fault.urlOrFile', {}, exitCodes.usage);
      const feed = await cli.call(routes.addWebFeed, {
        body: {
          ...{ name, format },
          ...(account === undefined ? {} : { accountId: (await findAccount(cli, account)).id }),
          ...(url === undefined ? { text: readGiven(file!) } : { url }),
          ...(category === undefined ? {} : { category }),
          ...(score === undefined ? {} : { score }),
          ...(minutes === undefined ? {} : { intervalMinutes: minutes }),
        },
      });
      cli.show(feed, () => cli.say('done.feed', { name, entries: feed.entries, problem: problemOf(cli, feed) || '—' }));
    });

export const refreshFeed: Verb = (noun, cli) =>
  noun
    .command('refresh')
    .description(cli.say('feed.refresh'))
    .argument('<FEED>', cli.say('argument.feed'))
    .addOption(accountOption(cli))
    .action(async (given: string, { account }: { account?: string }) => {
      const { id: feedId } = await findFeed(cli, given, account);
      const feed = await cli.call(routes.refreshWebFeed, { params: { feedId } });
      cli.show(feed, () =>
        cli.say('done.feed', { name: feed.name, entries: feed.entries, problem: problemOf(cli, feed) || '—' }),
      );
    });

export const replaceFeed: Verb = (noun, cli) =>
  noun
    .command('replace')
    .description(cli.say('feed.replace'))
    .argument('<FEED>', cli.say('argument.feed'))
    .addOption(accountOption(cli))
    .option('--url <URL>', cli.say('option.feedUrl'))
    .option('--file <FILE>', cli.say('option.feedFile'))
    .action(async (given: string, { account, url, file }: Pick<Options, 'account' | 'url' | 'file'>) => {
      if ((url === undefined) === (file === undefined)) throw new CliFault('fault.urlOrFile', {}, exitCodes.usage);
      const { id: feedId } = await findFeed(cli, given, account);
      const body = url === undefined ? { text: readGiven(file!) } : { url };
      const feed = await cli.call(routes.replaceWebFeed, { params: { feedId }, body });
      cli.show(feed, () =>
        cli.say('done.feed', { name: feed.name, entries: feed.entries, problem: problemOf(cli, feed) || '—' }),
      );
    });

export const removeFeed: Verb = (noun, cli) =>
  noun
    .command('remove')
    .description(cli.say('feed.remove'))
    .argument('<FEED>', cli.say('argument.feed'))
    .addOption(accountOption(cli))
    .action(async (given: string, { account }: { account?: string }) => {
      const { id: feedId } = await findFeed(cli, given, account);
      await cli.call(routes.removeWebFeed, { params: { feedId } });
      cli.show({ id: feedId }, () => cli.say('done.feedRemoved'));
    });

/** By its id or name among the provider's feeds and, where an account is named, its own. */
async function findFeed(cli: Cli, given: string, account: string | undefined): Promise<WebFeed> {
  const query = account === undefined ? {} : { accountId: (await findAccount(cli, account)).id };
  const { feeds } = await cli.call(routes.listWebFeeds, { query });
  const list = account === undefined ? 'feed list' : `feed list --account ${account}`;
  return pick(cli, feeds, given, { thing: 'feed', namesOf: ({ name }) => [name], list });
}
