import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountIdOf, accountNames } from '../find.ts';
import { accountOption } from '../options.ts';

export const listReports: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('report.list'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const accountId = await accountIdOf(cli, account);
      const found = await cli.call(routes.listReports, { query: { accountId } });
      const nameOf = await accountNames(cli);
      cli.list(found, [
        ['account', (report) => nameOf(report.accountId)],
        ['kind', (report) => cli.word('report.title', report.kind)],
        ['period', (report) => report.period],
        ['total', (report) => String(report.total), 'right'],
        ['composedAt', (report) => cli.time(report.composedAt)],
        ['sentTo', (report) => report.sentTo.join(', ')],
        ['id', (report) => report.id],
      ]);
    });
