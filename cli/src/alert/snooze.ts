import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAlertId } from '../find.ts';
import { accountOption, needed, timeParser } from '../options.ts';

export const snoozeAlert: Verb = (noun, cli) =>
  noun
    .command('snooze')
    .description(cli.say('alert.snooze'))
    .argument('<ALERT>', cli.say('argument.alert'))
    .addOption(accountOption(cli))
    .addOption(needed('--until <TIME>', cli.say('option.snoozeUntil')).argParser(timeParser(cli)))
    .addOption(needed('--reason <TEXT>', cli.say('option.snoozeReason')))
    .action(async (given: string, { account, until, reason }: { account?: string; until: string; reason: string }) => {
      const alertId = await findAlertId(cli, given, account);
      const alert = await cli.call(routes.snoozeAlert, { params: { alertId }, body: { until, reason } });
      cli.show(alert, () => cli.say('done.snoozed', { number: alert.number, until: cli.time(until) }));
    });

export const wakeAlert: Verb = (noun, cli) =>
  noun
    .command('wake')
    .description(cli.say('alert.wake'))
    .argument('<ALERT>', cli.say('argument.alert'))
    .addOption(accountOption(cli))
    .action(async (given: string, { account }: { account?: string }) => {
      const alertId = await findAlertId(cli, given, account);
      const alert = await cli.call(routes.wakeAlert, { params: { alertId } });
      cli.show(alert, () => cli.say('done.woken', { number: alert.number }));
    });
