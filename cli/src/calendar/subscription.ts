import { languages, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountIdOf, accountNames, pick } from '../find.ts';
import { accountOption, oneOf } from '../options.ts';

export const subscribeCalendar: Verb = (noun, cli) =>
  noun
    .command('subscribe')
    .description(cli.say('calendar.subscribe'))
    .argument('<NAME>', cli.say('argument.subscription'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--in <LANGUAGE>', cli.say('option.feedLanguage'), languages).default('ja'))
    .action(async (name: string, { account, in: language }: { account?: string; in: 'ja' | 'en' }) => {
      const accountId = await accountIdOf(cli, account);
      const made = await cli.call(routes.createCalendarFeed, { body: { name, language, accountId } });
      cli.show(made, () => made.url);
      cli.remark(cli.say('done.subscribed'));
    });

export const listSubscriptions: Verb = (noun, cli) =>
  noun
    .command('subscriptions')
    .description(cli.say('calendar.subscriptions'))
    .action(async () => {
      const found = await cli.call(routes.listCalendarFeeds);
      const nameOf = await accountNames(cli);
      cli.list(found, [
        ['name', ({ name }) => name],
        ['account', ({ accountId }) => nameOf(accountId)],
        ['created', ({ createdAt }) => cli.time(createdAt)],
        ['lastUsed', ({ lastFetchedAt }) => cli.time(lastFetchedAt)],
        ['id', ({ id }) => id],
      ]);
    });

export const unsubscribeCalendar: Verb = (noun, cli) =>
  noun
    .command('unsubscribe')
    .description(cli.say('calendar.unsubscribe'))
    .argument('<NAME>', cli.say('argument.subscriptionGiven'))
    .action(async (given: string) => {
      const { items } = await cli.call(routes.listCalendarFeeds);
      const feed = pick(cli, items, given, {
        thing: 'calendarFeed',
        namesOf: ({ name }) => [name],
        list: 'calendar subscriptions',
      });
      await cli.call(routes.revokeCalendarFeed, { params: { feedId: feed.id } });
      cli.show(feed, () => cli.say('done.unsubscribed', { name: feed.name }));
    });
