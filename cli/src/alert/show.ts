import { type AlertDetail, headlineIn, matterOfAlert, routes, ruleNameIn } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findAlertId } from '../find.ts';
import { accountOption } from '../options.ts';
import { sheet, table } from '../table.ts';

export const showAlert: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('alert.show'))
    .argument('<ALERT>', cli.say('argument.alert'))
    .addOption(accountOption(cli))
    .action(async (given: string, options: { account?: string }) => {
      const alertId = await findAlertId(cli, given, options.account);
      const alert = await cli.call(routes.getAlert, { params: { alertId } });
      cli.show(alert, () => `${factsOf(cli, alert)}\n\n${stepsOf(cli, alert)}`);
    });

function factsOf(cli: Cli, alert: AlertDetail): string {
  const head = (name: string) => cli.say(`head.${name}`);
  return sheet([
    [head('number'), String(alert.number)],
    [head('title'), headlineIn(cli.language, matterOfAlert(alert))],
    [head('account'), alert.accountName],
    [head('host'), alert.hostName],
    [head('severity'), cli.word('severity', alert.severity)],
    [head('state'), cli.word('alertState', alert.state)],
    [head('closing'), alert.closing && cli.word('closing', alert.closing)],
    [head('module'), cli.word('module', alert.module)],
    [head('rule'), `${ruleNameIn(cli.language, matterOfAlert(alert).rule)} (${alert.ruleId})`],
    [head('subject'), alert.subject],
    [head('opened'), cli.time(alert.openedAt)],
    [head('detections'), String(alert.detectionCount)],
    [head('attack'), alert.attack.join(' ')],
    [head('snoozedUntil'), alert.snoozedUntil && cli.time(alert.snoozedUntil)],
    [head('why'), alert.guidance.cause[cli.language]],
    [head('next'), alert.guidance.next[cli.language].join(' ')],
    [head('id'), alert.id],
  ]);
}

const stepsOf = (cli: Cli, alert: AlertDetail): string =>
  table(
    ['at', 'step', 'by', 'note'].map((name) => ({ head: cli.say(`head.${name}`) })),
    alert.steps.map((step) => [cli.time(step.at), cli.word('cli.step', step.kind), step.by, step.note ?? '']),
  );
