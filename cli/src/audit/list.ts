import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountIdOf, accountNames, collect } from '../find.ts';
import { accountOption, limitOption } from '../options.ts';

export const listAudit: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('audit.list'))
    .addOption(accountOption(cli))
    .option('--target <TARGET>', cli.say('option.target'))
    .addOption(limitOption(cli))
    .action(async (options: { account?: string; target?: string; limit: number }) => {
      const accountId = await accountIdOf(cli, options.account);
      const found = await collect(options.limit, (cursor, limit) =>
        cli.call(routes.listAudit, { query: { accountId, target: options.target, cursor, limit } }),
      );
      const nameOf = await accountNames(cli);
      cli.list(found, [
        ['at', (entry) => cli.time(entry.at)],
        ['by', (entry) => entry.actorName],
        ['step', (entry) => cli.word('audit', entry.action)],
        ['account', (entry) => nameOf(entry.accountId)],
        ['target', (entry) => entry.target],
        ['facts', (entry) => factsInWords(entry.facts)],
      ]);
    });

const factsInWords = (facts: Record<string, unknown>): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
