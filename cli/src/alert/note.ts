import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAlertId } from '../find.ts';
import { accountOption } from '../options.ts';

export const noteAlert: Verb = (noun, cli) =>
  noun
    .command('note')
    .description(cli.say('alert.note'))
    .argument('<ALERT>', cli.say('argument.alert'))
    .argument('<TEXT>', cli.say('argument.note'))
    .addOption(accountOption(cli))
    .action(async (given: string, note: string, options: { account?: string }) => {
      const alertId = await findAlertId(cli, given, options.account);
      const alert = await cli.call(routes.noteAlert, { params: { alertId }, body: { note } });
      cli.show(alert, () => cli.say('done.noted', { number: alert.number }));
    });
