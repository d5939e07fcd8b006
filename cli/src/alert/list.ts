import {
  alertStates,
  type DetectionModule,
  headlineIn,
  matterOfAlert,
  modules,
  routes,
  type Severity,
  severities,
} from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountIdOf, collect, findHost } from '../find.ts';
import { accountOption, limitOption, oneOf } from '../options.ts';

type Options = {
  account?: string;
  host?: string;
  state: (typeof alertStates)[number] | 'unclosed' | 'all';
  severity?: Severity;
  module?: DetectionModule;
  definition?: string;
  attack?: string;
  snoozed?: 'yes' | 'no';
  limit: number;
};

export const listAlerts: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('alert.list'))
    .addOption(accountOption(cli))
    .option('--host <HOST>', cli.say('option.host'))
    .addOption(
      oneOf('--state <STATE>', cli.say('option.state'), [...alertStates, 'unclosed', 'all']).default('unclosed'),
    )
    .addOption(oneOf('--severity <SEVERITY>', cli.say('option.severity'), severities))
    .addOption(oneOf('--module <MODULE>', cli.say('option.module'), [...modules, 'system']))
    .option('--definition <DEFINITION>', cli.say('option.definition'))
    .option('--attack <TECHNIQUE>', cli.say('option.attack'))
    .addOption(oneOf('--snoozed <WHETHER>', cli.say('option.snoozed'), ['yes', 'no']))
    .addOption(limitOption(cli))
    .action(async ({ account, host, state, severity, module, limit, ...more }: Options) => {
      const accountId = await accountIdOf(cli, account);
      const hostId = host === undefined ? undefined : (await findHost(cli, host, account)).id;
      const filter = { accountId, hostId, severity, module, ...more, state: state === 'all' ? undefined : state };
      const found = await collect(limit, (cursor, count) =>
        cli.call(routes.listAlerts, { query: { ...filter, cursor, limit: count } }),
      );
      cli.list(found, [
        ['number', (alert) => String(alert.number), 'right'],
        ['account', (alert) => alert.accountName],
        ['severity', (alert) => cli.word('severity', alert.severity)],
        ['state', (alert) => cli.word('alertState', alert.state)],
        ['host', (alert) => alert.hostName],
        ['title', (alert) => headlineIn(cli.language, matterOfAlert(alert))],
        ['detections', (alert) => String(alert.detectionCount), 'right'],
        ['opened', (alert) => cli.time(alert.openedAt)],
        ['id', (alert) => alert.id],
      ]);
    });
