import { workTitle } from '@sakimori/contract';
import { explainDeadline } from '@sakimori/contract/calendar/index';
import type { Verb } from '../cli.ts';
import { sheet } from '../table.ts';
import { findWork } from './list.ts';

export const showWork: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('work.show'))
    .argument('<WORK>', cli.say('argument.work'))
    .action(async (given: string) => {
      const item = await findWork(cli, given);
      cli.show(item, () =>
        [
          sheet([
            [cli.say('head.number'), String(item.number)],
            [cli.say('head.title'), workTitle(cli.language, item)],
            [cli.say('head.account'), item.accountName],
            [cli.say('head.queue'), cli.word('workQueue', item.queue)],
            [cli.say('head.state'), cli.word('workState', item.state)],
            [cli.say('head.owner'), item.owner?.name],
            [cli.say('head.due'), `${cli.time(item.dueAt)}${item.isOverdue ? ` (${cli.say('work.late')})` : ''}`],
            [cli.say('head.by'), item.endedBy],
            [cli.say('head.evidence'), item.evidence],
          ]),
          ...(item.due
            ? explainDeadline(cli.language, item.due).map(({ step, text }) => `  ${step.date}  ${text}`)
            : []),
        ].join('\n'),
      );
    });
