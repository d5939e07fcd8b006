import { closings, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAlertId } from '../find.ts';
import { accountOption, needed } from '../options.ts';

/** An alert resolves by itself or not; a person closes it in one of the other ways. */
type Closing = Exclude<(typeof closings)[number], 'resolved'>;
const byPerson = closings.filter((closing): closing is Closing => closing !== 'resolved');

export const closeAlert: Verb = (noun, cli) =>
  noun
    .command('close')
    .description(cli.say('alert.close'))
    .argument('<ALERT>', cli.say('argument.alert'))
    .addOption(accountOption(cli))
    .addOption(needed('--as <WAY>', cli.say('option.closing')).choices(byPerson))
    .option('--note <TEXT>', cli.say('option.note'))
    .action(async (given: string, options: { account?: string; as: Closing; note?: string }) => {
      const alertId = await findAlertId(cli, given, options.account);
      const body = { closing: options.as, note: options.note };
      const alert = await cli.call(routes.closeAlert, { params: { alertId }, body });
      const state = `${cli.word('alertState', alert.state)} (${cli.word('closing', options.as)})`;
      cli.show(alert, () => cli.say('done.alert', { number: alert.number, state }));
    });
