import { type DayRule, dayRules, routes, type ScheduledTask, type TaskRun } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf, findAccount, pick } from '../find.ts';
import { accountOption, limitOption, oneOf } from '../options.ts';

export const listScheduledTasks: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('task.list'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const accountId = await accountIdOf(cli, account);
      cli.list(await cli.call(routes.listScheduledTasks, { query: { accountId } }), [
        ['account', (task) => task.accountName],
        ['id', ({ id }) => String(id)],
        ['name', ({ name }) => name],
        ['recurrence', ({ recurrence }) => cli.word('recurrence', recurrence)],
        ['days', ({ dayRule }) => cli.word('dayRule', dayRule)],
        ['nextRun', ({ nextRunAt }) => cli.time(nextRunAt)],
        ['state', ({ lastState }) => (lastState ? cli.word('runState', lastState) : '')],
      ]);
    });

export const listTaskRuns: Verb = (noun, cli) =>
  noun
    .command('runs')
    .description(cli.say('task.runs'))
    .addOption(accountOption(cli))
    .option('--missed', cli.say('option.missed'))
    .addOption(limitOption(cli))
    .action(async ({ account, missed, limit }: { account?: string; missed?: boolean; limit: number }) => {
      const query = {
        accountId: await accountIdOf(cli, account),
        state: missed ? ('missed' as const) : undefined,
        limit,
      };
      const { items, nextCursor } = await cli.call(routes.listTaskRuns, { query });
      cli.list({ items, more: nextCursor !== undefined }, [
        ['planned', ({ plannedAt }) => cli.time(plannedAt)],
        ['account', (run) => run.accountName],
        ['name', ({ name }) => name],
        ['state', ({ state }) => cli.word('runState', state)],
        ['reason', (run) => noteOf(cli, run)],
      ]);
    });

const noteOf = (cli: Cli, { reason, movedTo, hosts }: TaskRun): string =>
  [reason, movedTo && cli.time(movedTo), hosts && `${hosts.done}/${hosts.done + hosts.missed + hosts.waiting}`]
    .filter(Boolean)
    .join(' ');

async function findTask(cli: Cli, given: string, account: string): Promise<ScheduledTask> {
  const { id: accountId, name } = await findAccount(cli, account);
  const { items } = await cli.call(routes.listScheduledTasks, { query: { accountId } });
  const found = pick(
    cli,
    items.map((task) => ({ task, id: String(task.id) })),
    given,
    { thing: 'scheduledTask', namesOf: ({ task }) => [task.name], list: `task list --account ${name}` },
  );
  return found.task;
}

export const setTaskDays: Verb = (noun, cli) =>
  noun
    .command('days')
    .description(cli.say('task.days'))
    .argument('<TASK>', cli.say('argument.scheduledTask'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--rule <RULE>', cli.say('option.dayRule'), dayRules).makeOptionMandatory())
    .action(async (given: string, { account, rule }: { account: string; rule: DayRule }) => {
      const { accountId, id: taskId } = await findTask(cli, given, account);
      const task = await cli.call(routes.setTaskDayRule, { params: { accountId, taskId }, body: { rule } });
      const facts = { name: task.name, rule: cli.word('dayRule', rule), next: cli.time(task.nextRunAt) };
      cli.show(task, () => cli.say('done.taskDays', facts));
    });

export const runTaskNow: Verb = (noun, cli) =>
  noun
    .command('run')
    .description(cli.say('task.run'))
    .argument('<TASK>', cli.say('argument.scheduledTask'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (given: string, { account }: { account: string }) => {
      const { accountId, id: taskId } = await findTask(cli, given, account);
      const task = await cli.call(routes.runScheduledTaskNow, { params: { accountId, taskId } });
      cli.show(task, () => cli.say('done.taskRun', { name: task.name }));
    });
