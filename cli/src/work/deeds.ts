import { type Feature, features, routes, type WorkItem, type WorkQueue, workQueues } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, oneOf, wholeNumber } from '../options.ts';
import { findWork } from './list.ts';

const tell = (cli: Cli, item: WorkItem): void =>
  cli.show(item, () => cli.say('done.work', { number: item.number, state: cli.word('workState', item.state) }));

type NewOptions = {
  account: string;
  queue: WorkQueue;
  title: string;
  businessDays: number;
  feature?: Feature;
  once?: string;
};

export const addWork: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('work.add'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--queue <QUEUE>', cli.say('option.queue'), workQueues).default('desk'))
    .addOption(needed('--title <TEXT>', cli.say('option.workTitle')))
    .option('--business-days <N>', cli.say('option.businessDays'), wholeNumber(cli, 1), 3)
    .addOption(oneOf('--feature <FEATURE>', cli.say('option.workFeature'), features))
    .option('--once <WORD>', cli.say('option.workKey'))
    .action(async ({ account, once, ...given }: NewOptions) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = { ...given, ...(once === undefined ? {} : { key: once }) };
      const item = await cli.call(routes.createWork, { params: { accountId }, body });
      cli.show(item, () => cli.say('done.workOpened', { number: item.number, due: cli.time(item.dueAt).slice(0, 16) }));
    });

export const takeWork: Verb = (noun, cli) =>
  noun
    .command('take')
    .description(cli.say('work.take'))
    .argument('<WORK>', cli.say('argument.work'))
    .option('--over', cli.say('option.over'))
    .option('--quote <ID>', cli.say('option.workQuote'))
    .action(async (given: string, { over = false, quote }: { over?: boolean; quote?: string }) => {
      const { id: workId } = await findWork(cli, given);
      const body = { isTakenOver: over, ...(quote === undefined ? {} : { quoteId: quote }) };
      tell(cli, await cli.call(routes.takeWork, { params: { workId }, body }));
    });

export const finishWork: Verb = (noun, cli) =>
  noun
    .command('done')
    .description(cli.say('work.done'))
    .argument('<WORK>', cli.say('argument.work'))
    .addOption(needed('--evidence <TEXT>', cli.say('option.evidence')))
    .action(async (given: string, body: { evidence: string }) => {
      const { id: workId } = await findWork(cli, given);
      tell(cli, await cli.call(routes.finishWork, { params: { workId }, body }));
    });

export const cancelWork: Verb = (noun, cli) =>
  noun
    .command('cancel')
    .description(cli.say('work.cancel'))
    .argument('<WORK>', cli.say('argument.work'))
    .addOption(needed('--reason <TEXT>', cli.say('option.workReason')))
    .action(async (given: string, { reason }: { reason: string }) => {
      const { id: workId } = await findWork(cli, given);
      tell(cli, await cli.call(routes.cancelWork, { params: { workId }, body: { evidence: reason } }));
    });
