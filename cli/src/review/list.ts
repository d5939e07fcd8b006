import { type ReviewSheet, reviewStates, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountIdOf } from '../find.ts';
import { accountOption, limitOption, oneOf } from '../options.ts';

type Options = { account?: string; state?: ReviewSheet['state']; limit: number };

export const listReviews: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('review.list'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--state <STATE>', cli.say('option.reviewState'), reviewStates))
    .addOption(limitOption(cli))
    .action(async ({ account, ...given }: Options) => {
      const sheets = await cli.call(routes.listReviews, {
        query: { ...given, limit: Math.min(given.limit, 500), accountId: await accountIdOf(cli, account) },
      });
      cli.list(sheets, [
        ['id', (sheet) => sheet.id],
        ['day', (sheet) => sheet.businessDay],
        ['account', (sheet) => sheet.accountName],
        ['reviewed', ({ counts }) => `${counts.reviewed}/${counts.due}`, 'right'],
        ['leftOut', ({ counts }) => String(counts.excluded), 'right'],
        ['due', (sheet) => cli.time(sheet.dueAt).slice(0, 16)],
        ['late', (sheet) => (sheet.isLate ? cli.say('work.late') : '')],
        ['state', (sheet) => cli.word('console.review', sheet.state)],
      ]);
    });
