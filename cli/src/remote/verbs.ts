import { resolve } from 'node:path';
import {
  hasPhrase,
  type MigrationDirection,
  migrationDirections,
  phrase,
  type RemoteMode,
  type RemoteProduct,
  type RemoteReach,
  remoteModes,
  remoteProducts,
  remoteReaches,
  remoteRegions,
  remoteTaskStateOf,
  routes,
} from '@sakimori/contract';
import { type Command, Option } from 'commander';
import type { Cli, Columns, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { readGiven } from '../files.ts';
import { accountIdOf, findAccount } from '../find.ts';
import { accountOption, oneOf, wholeNumber } from '../options.ts';

export const listRemotes: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('remote.list'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const found = await cli.call(routes.listRemotes, { query: { accountId: await accountIdOf(cli, account) } });
      cli.list(found, [
        ['account', ({ accountName }) => accountName],
        ['name', ({ name }) => name],
        ['state', ({ state }) => cli.word('remoteState', state)],
        ['remoteProduct', ({ product }) => cli.word('remoteProduct', product)],
        ['remoteMode', ({ mode }) => cli.word('remoteMode', mode)],
        ['remoteAddress', ({ address }) => address],
        ['remoteComputers', ({ computerCount }) => String(computerCount), 'right'],
        ['remoteSynced', ({ syncedAt }) => cli.time(syncedAt)],
        ['problem', ({ problem }) => (problem ? cli.word('remoteProblem', problem.code) : '')],
      ]);
    });

type Attaching = {
  product: RemoteProduct;
  mode: RemoteMode;
  address?: string;
  region?: (typeof remoteRegions)[number];
  reach: RemoteReach;
  certificate?: string;
  tenant?: string;
};

/** The key is never an argument: those can be read by everybody on the machine. */
const readKey = (): string => readGiven('-').trim();

export const attachRemote: Verb = (noun, cli) =>
  noun
    .command('attach')
    .description(cli.say('remote.attach'))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .argument('<NAME>', cli.say('argument.remoteName'))
    .addOption(oneOf('--product <PRODUCT>', cli.say('option.remoteProduct'), remoteProducts).default('cloud-one'))
    .addOption(oneOf('--mode <MODE>', cli.say('option.remoteMode'), remoteModes).default('ruling'))
    .option('--address <URL>', cli.say('option.remoteAddress'))
    .addOption(oneOf('--region <REGION>', cli.say('option.remoteRegion'), remoteRegions))
    .addOption(oneOf('--reach <REACH>', cli.say('option.remoteReach'), remoteReaches).default('public'))
    .option('--certificate <FILE>', cli.say('option.remoteCertificate'))
    .option('--tenant <TENANT>', cli.say('option.remoteTenant'))
    .action(async (account: string, name: string, { certificate, tenant, ...given }: Attaching) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = {
        ...{ ...given, name, apiKey: readKey() },
        ...(certificate === undefined ? {} : { certificate: readGiven(resolve(certificate)) }),
        ...(tenant === undefined ? {} : { trendTenant: tenant }),
      };
      const remote = await cli.call(routes.attachRemote, { params: { accountId }, body });
      cli.show(remote, () => cli.say('done.remoteAttached', { account: remote.accountName, name }));
    });

type Change = Partial<Omit<Attaching, 'product' | 'region'>> & { name?: string; keyStdin?: boolean };

export const changeRemote: Verb = (noun, cli) =>
  noun
    .command('set')
    .description(cli.say('remote.set'))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .option('--name <NAME>', cli.say('argument.remoteName'))
    .addOption(oneOf('--mode <MODE>', cli.say('option.remoteMode'), remoteModes))
    .option('--address <URL>', cli.say('option.remoteAddress'))
    .addOption(oneOf('--reach <REACH>', cli.say('option.remoteReach'), remoteReaches))
    .option('--certificate <FILE>', cli.say('option.remoteCertificate'))
    .option('--tenant <TENANT>', cli.say('option.remoteTenant'))
    .option('--key-stdin', cli.say('option.remoteKeyStdin'))
    .action(async (account: string, { certificate, tenant, keyStdin, ...given }: Change) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = {
        ...given,
        ...(certificate === undefined ? {} : { certificate: readGiven(resolve(certificate)) }),
        ...(tenant === undefined ? {} : { trendTenant: tenant }),
        ...(keyStdin ? { apiKey: readKey() } : {}),
      };
      const remote = await cli.call(routes.changeRemote, { params: { accountId }, body });
      cli.show(remote, () => cli.say('done.remoteChanged', { name: remote.name }));
    });

export const detachRemote: Verb = (noun, cli) =>
  noun
    .command('detach')
    .description(cli.say('remote.detach'))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .action(async (account: string) => {
      const { id: accountId } = await findAccount(cli, account);
      await cli.call(routes.detachRemote, { params: { accountId } });
      cli.show({ accountId }, () => cli.say('done.remoteDetached'));
    });

/** Ends with a fault where the tenant does not answer as it should, so that a script sees it. */
export const testRemote: Verb = (noun, cli) =>
  noun
    .command('test')
    .description(cli.say('remote.test'))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .action(async (account: string) => {
      const { id: accountId } = await findAccount(cli, account);
      const test = await cli.call(routes.testRemote, { params: { accountId } });
      if (!test.isWorking)
        throw new CliFault('done.remoteTestFailed', {
          problem: test.problem ? cli.word('remoteProblem', test.problem.code) : '',
          detail: test.problem?.detail ?? '',
        });
      const { apiVersion: version = '', keyName: key = '', milliseconds } = test;
      cli.remark(cli.say('done.remoteTested', { version, key, milliseconds }));
      cli.list({ ...test, items: test.groups }, [
        ['remoteGroup', ({ group }) => cli.word('remoteGroup', group)],
        ['remoteOutcome', ({ outcome }) => cli.word('probeOutcome', outcome)],
      ]);
    });

export const syncRemote: Verb = (noun, cli) =>
  noun
    .command('sync')
    .description(cli.say('remote.sync'))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .action(async (account: string) => {
      const { id: accountId } = await findAccount(cli, account);
      const remote = await cli.call(routes.syncRemote, { params: { accountId } });
      cli.show(remote, () => cli.say('done.remoteSynced', { count: remote.computerCount }));
    });

/** What was fetched of an account's tenant, with the time that it is as of. */
function listFetched<Item>(
  noun: Command,
  cli: Cli,
  name: 'computers' | 'policies' | 'tasks',
  ask: (accountId: string) => Promise<{ readonly fetchedAt?: string | undefined; readonly items: readonly Item[] }>,
  columns: Columns<Item>,
): void {
  noun
    .command(name)
    .description(cli.say(`remote.${name}`))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .action(async (account: string) => {
      const { id: accountId } = await findAccount(cli, account);
      const found = await ask(accountId);
      if (found.fetchedAt) cli.remark(cli.say('done.remoteAsOf', { at: cli.time(found.fetchedAt) }));
      cli.list(found, columns);
    });
}

export const listRemoteComputers: Verb = (noun, cli) =>
  listFetched(noun, cli, 'computers', (accountId) => cli.call(routes.listRemoteComputers, { params: { accountId } }), [
    ['number', ({ number }) => String(number), 'right'],
    ['name', ({ name }) => name],
    ['remoteLiveness', ({ liveness }) => cli.word('remoteLiveness', liveness)],
    ['remoteAgent', ({ agentVersion }) => agentVersion],
    ['remotePlatform', ({ platform }) => platform],
    ['policy', ({ policyName }) => policyName ?? ''],
    [
      'modules',
      ({ modules }) =>
        modules
          .filter(({ status }) => status === 'active')
          .map(({ module }) => cli.word('module', module))
          .join(phrase(cli.language, 'report.comma')),
    ],
  ]);

export const listRemotePolicies: Verb = (noun, cli) =>
  listFetched(noun, cli, 'policies', (accountId) => cli.call(routes.listRemotePolicies, { params: { accountId } }), [
    ['number', ({ number }) => String(number), 'right'],
    ['name', ({ name }) => name],
    ['remoteParent', ({ parentNumber }) => String(parentNumber ?? ''), 'right'],
    ['remoteSettings', ({ settingCount }) => String(settingCount), 'right'],
  ]);

export const listRemoteTasks: Verb = (noun, cli) =>
  listFetched(noun, cli, 'tasks', (accountId) => cli.call(routes.listRemoteTasks, { params: { accountId } }), [
    ['number', ({ number }) => String(number), 'right'],
    ['name', ({ name }) => name],
    ['taskType', ({ type }) => (hasPhrase(`taskType.${type}`) ? cli.word('taskType', type) : type)],
    ['state', (task) => cli.word('remoteTaskState', remoteTaskStateOf(task))],
    ['lastRun', ({ lastRunAt }) => cli.time(lastRunAt)],
    ['nextRun', ({ nextRunAt }) => cli.time(nextRunAt)],
  ]);

export const listCapabilities: Verb = (noun, cli) =>
  noun
    .command('capabilities')
    .description(cli.say('remote.capabilities'))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .action(async (account: string) => {
      const { id: accountId } = await findAccount(cli, account);
      const found = await cli.call(routes.listCapabilities, { params: { accountId } });
      cli.list(found, [
        ['capability', ({ capability }) => cli.word('capability', capability)],
        ['capabilityOffered', ({ isOffered }) => cli.say(isOffered ? 'word.offered' : 'word.notOffered')],
        ['capabilityWhy', ({ why }) => (why ? cli.word('capabilityWhy', why) : '')],
      ]);
    });

export const compareShadow: Verb = (noun, cli) =>
  noun
    .command('shadow')
    .description(cli.say('remote.shadow'))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .addOption(new Option('--days <N>', cli.say('option.shadowDays')).default(7).argParser(wholeNumber(cli, 1)))
    .addOption(
      new Option('--window <MINUTES>', cli.say('option.shadowWindow')).default(15).argParser(wholeNumber(cli, 1)),
    )
    .action(async (account: string, { days, window: windowMinutes }: { days: number; window: number }) => {
      const { id: accountId } = await findAccount(cli, account);
      const report = await cli.call(routes.compareShadow, { params: { accountId }, query: { days, windowMinutes } });
      for (const name of report.onlyOwn) cli.remark(cli.say('done.shadowOnlyOwn', { name }));
      for (const name of report.onlyRemote) cli.remark(cli.say('done.shadowOnlyRemote', { name }));
      const items = report.hosts.flatMap(({ name, modules }) => modules.map((module) => ({ name, ...module })));
      cli.list({ ...report, items }, [
        ['host', ({ name }) => name],
        ['shadowModule', ({ module }) => cli.word('module', module)],
        ['shadowOwn', ({ own }) => (own ? cli.word('shadowState', own) : '')],
        ['shadowRemote', ({ remote }) => (remote ? cli.word('shadowState', remote) : '')],
        ['shadowBoth', ({ both }) => String(both), 'right'],
        ['shadowOnlyOwn', ({ onlyOwn }) => String(onlyOwn), 'right'],
        ['shadowOnlyRemote', ({ onlyRemote }) => String(onlyRemote), 'right'],
      ]);
    });

export const reportMigration: Verb = (noun, cli) =>
  noun
    .command('migration')
    .description(cli.say('remote.migration'))
    .argument('<ACCOUNT>', cli.say('option.account'))
    .addOption(
      oneOf('--direction <DIRECTION>', cli.say('option.migrationDirection'), migrationDirections).default('to-own'),
    )
    .action(async (account: string, { direction }: { direction: MigrationDirection }) => {
      const { id: accountId } = await findAccount(cli, account);
      const report = await cli.call(routes.reportMigration, { params: { accountId }, query: { direction } });
      cli.list({ ...report, items: report.policies }, [
        ['policy', ({ name }) => name],
        [
          'migratedSettings',
          ({ settingsMapped, settingsLost }) => `${settingsMapped} / ${settingsMapped + settingsLost.length}`,
          'right',
        ],
        [
          'migratedRules',
          ({ rulesMapped, rulesLostCount }) => `${rulesMapped} / ${rulesMapped + rulesLostCount}`,
          'right',
        ],
        [
          'migratedLost',
          ({ settingsLost, modulesLost }) =>
            [...modulesLost, ...settingsLost.map(({ name }) => name)].slice(0, 5).join(', '),
        ],
      ]);
    });
