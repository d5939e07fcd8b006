import { type Maintenance, type MaintenanceState, maintenanceStates, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf } from '../find.ts';
import { accountOption, oneOf } from '../options.ts';

export const listMaintenance: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('maintenance.list'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--state <STATE>', cli.say('option.maintenanceState'), maintenanceStates))
    .action(async ({ account, state }: { account?: string; state?: MaintenanceState }) => {
      const accountId = await accountIdOf(cli, account);
      cli.list(await cli.call(routes.listMaintenance, { query: { accountId, state } }), [
        ['account', (entry) => entry.accountName],
        ['state', (entry) => cli.word('maintenanceState', entry.state)],
        ['startsAt', (entry) => cli.time(entry.time.startsAt)],
        ['endsAt', (entry) => cli.time(entry.time.endsAt)],
        ['hosts', (entry) => hostsOf(cli, entry)],
        ['maintenanceModules', (entry) => entry.modules.map((module) => cli.word('module', module)).join(', ')],
        ['how', (entry) => cli.word('maintenanceWay', entry.how)],
        ['late', (entry) => (entry.late ? cli.say('late') : '')],
        ['maintenanceReason', (entry) => entry.reason],
        ['id', (entry) => entry.id],
      ]);
    });

const hostsOf = (cli: Cli, { hosts }: Maintenance): string =>
  hosts.length === 0 ? cli.say('allHosts') : hosts.map(({ name }) => name).join(', ');
