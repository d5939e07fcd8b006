import { type Quote, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf, pick } from '../find.ts';
import { accountOption } from '../options.ts';

export const listQuotes: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('quote.list'))
    .addOption(accountOption(cli))
    .action(async (options: { account?: string }) => {
      const accountId = await accountIdOf(cli, options.account);
      cli.list(await cli.call(routes.listQuotes, { query: { accountId } }), [
        ['account', (quote) => quote.accountName],
        ['number', (quote) => String(quote.number), 'right'],
        ['state', (quote) => cli.word('quoteState', quote.state)],
        ['work', (quote) => cli.word('quoteWork', quote.work)],
        ['title', (quote) => quote.title],
        ['yen', (quote) => String(quote.unitYen * quote.quantity), 'right'],
        ['validUntil', (quote) => quote.validUntil],
        ['decidedBy', (quote) => quote.decidedBy ?? ''],
        ['id', (quote) => quote.id],
      ]);
    });

/** A quote by its id, or by its number within an account. */
export async function findQuote(cli: Cli, given: string, account: string): Promise<Quote> {
  const { items } = await cli.call(routes.listQuotes, { query: { accountId: await accountIdOf(cli, account) } });
  return pick(cli, items, given, {
    thing: 'quote',
    namesOf: ({ number }) => [String(number)],
    list: `quote list --account ${account}`,
  });
}
