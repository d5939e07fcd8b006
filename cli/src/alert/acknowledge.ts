import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAlertId } from '../find.ts';
import { accountOption } from '../options.ts';

export const acknowledgeAlert: Verb = (noun, cli) =>
  noun
    .command('acknowledge')
    .description(cli.say('alert.acknowledge'))
    .argument('<ALERT>', cli.say('argument.alert'))
    .addOption(accountOption(cli))
    .option('--note <TEXT>', cli.say('option.note'))
    .action(async (given: string, { account, note }: { account?: string; note?: string }) => {
      const alertId = await findAlertId(cli, given, account);
      const alert = await cli.call(routes.acknowledgeAlert, { params: { alertId }, body: { note } });
      const state = cli.word('alertState', alert.state);
      cli.show(alert, () => cli.say('done.alert', { number: alert.number, state }));
    });
