import { caseStates, caseTitle, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountIdOf, collect } from '../find.ts';
import { accountOption, limitOption, oneOf } from '../options.ts';

const shows = [...caseStates, 'unclosed', 'unacknowledged'] as const;
type Options = { account?: string; state: (typeof shows)[number]; mine?: boolean; limit: number };

export const listCases: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('case.list'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--state <STATE>', cli.say('option.caseState'), shows).default('unclosed'))
    .option('--mine', cli.say('option.caseMine'))
    .addOption(limitOption(cli))
    .action(async ({ account, state, mine, limit }: Options) => {
      const accountId = await accountIdOf(cli, account);
      const cases = await collect(limit, (cursor, size) =>
        cli.call(routes.listCases, {
          query: { accountId, state, mine: mine ? 'true' : 'false', cursor, limit: size },
        }),
      );
      cli.list(cases, [
        ['number', ({ number }) => String(number), 'right'],
        ['severity', ({ severity }) => cli.word('severity', severity)],
        ['state', (found) => cli.word('caseState', found.state)],
        ['account', (found) => found.accountName],
        ['title', (found) => caseTitle(cli.language, found)],
        ['caseAlerts', (found) => String(found.alertCount), 'right'],
        ['owner', (found) => found.owner?.name ?? found.acknowledgedBy ?? ''],
        ['opened', (found) => cli.time(found.openedAt)],
      ]);
    });
