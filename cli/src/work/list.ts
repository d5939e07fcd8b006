import { routes, type WorkItem, type WorkQueue, workQueues, workTitle } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf, pick } from '../find.ts';
import { accountOption, limitOption, oneOf } from '../options.ts';

const shows = ['today', 'unended', 'ended'] as const;
type Options = { account?: string; show: (typeof shows)[number]; queue?: WorkQueue; mine?: boolean; limit: number };

export const listWork: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('work.list'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--show <WHICH>', cli.say('option.workShow'), shows).default('unended'))
    .addOption(oneOf('--queue <QUEUE>', cli.say('option.queue'), workQueues))
    .option('--mine', cli.say('option.mine'))
    .addOption(limitOption(cli))
    .action(async ({ account, mine, ...given }: Options) => {
      const accountId = await accountIdOf(cli, account);
      const work = await cli.call(routes.listWork, {
        query: { ...given, accountId, mine: mine ? ('true' as const) : ('false' as const) },
      });
      cli.list(work, [
        ['number', (item) => String(item.number), 'right'],
        ['due', (item) => cli.time(item.dueAt).slice(0, 16)],
        ['late', (item) => (item.isOverdue ? cli.say('work.late') : '')],
        ['account', (item) => item.accountName],
        ['queue', (item) => cli.word('workQueue', item.queue)],
        ['title', (item) => workTitle(cli.language, item)],
        ['state', (item) => cli.word('workState', item.state)],
        ['owner', (item) => item.owner?.name ?? ''],
      ]);
      cli.remark(cli.say('work.counts', work.counts));
    });

/** Work by its number or id, ended or not. */
export async function findWork(cli: Cli, given: string): Promise<WorkItem> {
  if (!/^\d{1,9}$/.test(given)) return cli.call(routes.getWork, { params: { workId: given.toLowerCase() } });
  const { items } = await cli.call(routes.listWork, { query: { number: Number(given) } });
  return pick(cli, items, given, {
    thing: 'work',
    namesOf: ({ number }) => [String(number)],
    list: 'work list',
  });
}
