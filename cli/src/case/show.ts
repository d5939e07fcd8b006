import { caseEntryText, caseTitle, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findCaseId } from './find-case.ts';

export const showCase: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('case.show'))
    .argument('<CASE>', cli.say('argument.case'))
    .action(async (given: string) => {
      const found = await cli.call(routes.getCase, { params: { caseId: await findCaseId(cli, given) } });
      cli.list({ ...found, items: found.timeline }, [
        ['when', (entry) => cli.time(entry.at)],
        ['by', (entry) => (entry.soc ? `${entry.by} (${entry.soc})` : entry.by)],
        ['audience', (entry) => cli.word('caseAudience', entry.audience)],
        ['what', (entry) => caseEntryText(cli.language, entry)],
      ]);
      cli.remark(
        cli.say('done.case', {
          ...{ number: found.number, title: caseTitle(cli.language, found), account: found.accountName },
          ...{ state: cli.word('caseState', found.state), alerts: found.alertCount },
        }),
      );
    });
