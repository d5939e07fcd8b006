import { type ChangeOutcome, type Plan, phrase, plans, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, oneOf, wholeNumber } from '../options.ts';

type Options = {
  account: string;
  from: string;
  reason: string;
  plan?: Plan;
  edition?: string;
  nodes?: number;
  preview?: boolean;
};

export const changeContract: Verb = (noun, cli) =>
  noun
    .command('change')
    .description(cli.say('contract.change'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--from <DAY>', cli.say('option.changeFrom')))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .addOption(oneOf('--plan <PLAN>', cli.say('option.changePlan'), plans))
    .option('--edition <EDITION>', cli.say('option.edition'))
    .option('--nodes <N>', cli.say('option.nodes'), wholeNumber(cli, 1))
    .option('--preview', cli.say('option.previewChange'))
    .action(async ({ account, ...body }: Options) => {
      const { id: accountId } = await findAccount(cli, account);
      const answer = await cli.call(routes.changeContract, { params: { accountId }, body });
      cli.show(answer, () => tell(cli, answer.outcome));
    });

function tell(cli: Cli, outcome: ChangeOutcome): string {
  const { language, word } = cli;
  const days = phrase(language, 'contract.outcome.days', {
    ...{ month: outcome.month, from: outcome.from, daysBefore: outcome.daysBefore, daysAfter: outcome.daysAfter },
    ...{ before: word('plan', outcome.before.plan), after: word('plan', outcome.after.plan) },
  });
  const reports = outcome.reports.map(({ kind, period, outcome: told, clause }) =>
    phrase(language, 'contract.outcome.report', { kind, period, clause, outcome: word('outcome', told) }),
  );
  const features = outcome.features.map(({ feature, before, after, clause }) =>
    phrase(language, 'contract.outcome.feature', {
      ...{ feature: word('feature', feature), clause },
      ...{ before: word('outcome', before), after: word('outcome', after) },
    }),
  );
  return [days, ...reports, ...features].join('\n');
}
