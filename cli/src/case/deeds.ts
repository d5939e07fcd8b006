import { type CaseDetail, caseTitle, closings, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { needed } from '../options.ts';
import { findCaseId } from './find-case.ts';

type Closing = Exclude<(typeof closings)[number], 'resolved'>;
const byPerson = closings.filter((closing): closing is Closing => closing !== 'resolved');

const tell = (cli: Cli, found: CaseDetail): void =>
  cli.show(found, () =>
    cli.say('done.case', {
      ...{ number: found.number, title: caseTitle(cli.language, found), account: found.accountName },
      ...{ state: cli.word('caseState', found.state), alerts: found.alertCount },
    }),
  );

export const takeCase: Verb = (noun, cli) =>
  noun
    .command('take')
    .description(cli.say('case.take'))
    .argument('<CASE>', cli.say('argument.case'))
    .option('--note <TEXT>', cli.say('option.note'))
    .action(async (given: string, { note }: { note?: string }) => {
      const params = { caseId: await findCaseId(cli, given) };
      tell(cli, await cli.call(routes.acknowledgeCase, { params, body: { note } }));
    });

export const noteCase: Verb = (noun, cli) =>
  noun
    .command('note')
    .description(cli.say('case.note'))
    .argument('<CASE>', cli.say('argument.case'))
    .argument('<TEXT>', cli.say('argument.note'))
    .option('--customer', cli.say('option.caseCustomer'))
    .action(async (given: string, text: string, { customer }: { customer?: boolean }) => {
      const params = { caseId: await findCaseId(cli, given) };
      const audience = customer ? 'customer' : 'internal';
      tell(cli, await cli.call(routes.noteCase, { params, body: { audience, text } }));
    });

export const closeCase: Verb = (noun, cli) =>
  noun
    .command('close')
    .description(cli.say('case.close'))
    .argument('<CASE>', cli.say('argument.case'))
    .addOption(needed('--as <WAY>', cli.say('option.closing')).choices(byPerson))
    .addOption(needed('--text <TEXT>', cli.say('option.caseText')))
    .option('--note <TEXT>', cli.say('option.note'))
    .action(async (given: string, { as: closing, text, note }: { as: Closing; text: string; note?: string }) => {
      const params = { caseId: await findCaseId(cli, given) };
      tell(cli, await cli.call(routes.closeCase, { params, body: { closing, customerText: text, note } }));
    });

export const mergeCase: Verb = (noun, cli) =>
  noun
    .command('merge')
    .description(cli.say('case.merge'))
    .argument('<CASE>', cli.say('argument.case'))
    .argument('<INTO>', cli.say('argument.caseInto'))
    .action(async (given: string, into: string) => {
      const params = { caseId: await findCaseId(cli, given) };
      const intoId = await findCaseId(cli, into);
      tell(cli, await cli.call(routes.mergeCase, { params, body: { intoId } }));
    });

export const undoCase: Verb = (noun, cli) =>
  noun
    .command('undo')
    .description(cli.say('case.undo'))
    .argument('<CASE>', cli.say('argument.case'))
    .argument('<MOVE>', cli.say('argument.caseMove'))
    .action(async (given: string, moveId: string) => {
      const params = { caseId: await findCaseId(cli, given), moveId };
      tell(cli, await cli.call(routes.undoCaseMove, { params }));
    });
