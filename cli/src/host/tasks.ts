import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption } from '../options.ts';

export const listTasks: Verb = (noun, cli) =>
  noun
    .command('tasks')
    .description(cli.say('host.tasks'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .action(async (given: string, options: { account?: string }) => {
      const { id } = await findHost(cli, given, options.account);
      cli.list(await cli.call(routes.listHostTasks, { params: { hostId: id } }), [
        ['at', (task) => cli.time(task.createdAt)],
        ['task', (task) => cli.word('hostTask.kind', task.kind)],
        ['state', (task) => cli.word('hostTask.state', task.state)],
        ['by', (task) => task.createdBy],
        ['reason', (task) => task.reason ?? ''],
        ['done', (task) => cli.time(task.doneAt)],
        ['detail', (task) => task.detail ?? ''],
      ]);
    });
