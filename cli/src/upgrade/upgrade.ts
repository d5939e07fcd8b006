import { readRings, routes, type UpgradePlan, type UpgradeRing, usualRings } from '@sakimori/contract';
import { InvalidArgumentError, Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';

type Planning = {
  readonly account: string;
  readonly build?: string;
  readonly rings: readonly UpgradeRing[];
  readonly failures: number;
  readonly failuresPercent?: number;
  readonly minutes: number;
  readonly reason: string;
};

const ringsParser =
  (cli: Cli) =>
  (value: string): UpgradeRing[] => {
    const rings = readRings(value);
    if (!rings) throw new InvalidArgumentError(cli.say('usage.rings'));
    return rings;
  };

export const planUpgrade: Verb = (noun, cli) =>
  noun
    .command('plan')
    .description(cli.say('upgrade.plan'))
    .addOption(accountOption(cli, { required: true }))
    .option('--build <BUILD>', cli.say('option.upgradeBuild'))
    .addOption(
      new Option('--rings <LIST>', cli.say('option.upgradeRings'))
        .default(readRings(usualRings), usualRings)
        .argParser(ringsParser(cli)),
    )
    .addOption(
      new Option('--failures <N>', cli.say('option.upgradeFailures')).default(0).argParser(wholeNumber(cli, 0)),
    )
    .addOption(
      new Option('--failures-percent <N>', cli.say('option.upgradeFailuresPercent')).argParser(wholeNumber(cli, 0)),
    )
    .addOption(new Option('--minutes <N>', cli.say('option.upgradeMinutes')).default(10).argParser(wholeNumber(cli, 1)))
    .addOption(needed('--reason <TEXT>', cli.say('option.upgradeReason')))
    .action(async ({ account, build, rings, failures, failuresPercent, minutes, reason }: Planning) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = { rings: [...rings], failuresMax: failures, healthMinutes: minutes, reason };
      const share = failuresPercent === undefined ? {} : { failuresPercentMax: failuresPercent };
      const wish = { ...body, ...share, ...(build === undefined ? {} : { build }) };
      const plan = await cli.call(routes.createUpgradePlan, { params: { accountId }, body: wish });
      cli.remark(plan.id);
      show(cli, plan);
    });

const deed =
  (name: 'start' | 'pause' | 'resume' | 'abort'): Verb =>
  (noun, cli) =>
    noun
      .command(name)
      .description(cli.say(`upgrade.${name}`))
      .argument('<ID>', cli.say('argument.upgrade'))
      .action(async (planId: string) =>
        show(cli, await cli.call(routes.changeUpgradePlan, { params: { planId }, body: { deed: name } })),
      );

export const startUpgrade = deed('start');
export const pauseUpgrade = deed('pause');
export const resumeUpgrade = deed('resume');
export const abortUpgrade = deed('abort');

/** Ends with 1 where a host of the plan failed, so that a script notices. */
export const upgradeStatus: Verb = (noun, cli) =>
  noun
    .command('status')
    .description(cli.say('upgrade.status'))
    .argument('[ID]', cli.say('argument.upgrade'))
    .addOption(accountOption(cli))
    .action(async (planId: string | undefined, { account }: { account?: string }) => {
      if (planId !== undefined) {
        const plan = await cli.call(routes.getUpgradePlan, { params: { planId } });
        show(cli, plan);
        if (plan.counts.failed + plan.counts.rolledBack > 0) cli.endWith(1);
        return;
      }
      const accountId = account === undefined ? undefined : (await findAccount(cli, account)).id;
      cli.list(await cli.call(routes.listUpgradePlans, { query: { accountId } }), [
        ['at', ({ createdAt }) => cli.time(createdAt)],
        ['account', ({ accountName }) => accountName],
        ['state', ({ state }) => cli.word('upgradeState', state)],
        ['version', ({ build }) => build],
        ['hosts', ({ counts, hosts }) => `${counts.done}/${hosts.length}`, 'right'],
        ['id', ({ id }) => id],
      ]);
    });

const show = (cli: Cli, plan: UpgradePlan) => {
  cli.remark(`${cli.word('upgradeState', plan.state)}  ${plan.build}`);
  cli.list({ ...plan, items: plan.hosts }, [
    ['ring', ({ ring }) => String(ring + 1), 'right'],
    ['host', ({ hostName }) => hostName],
    ['state', ({ state, isOffline }) => cli.word('upgradeHost', isOffline ? 'offline' : state)],
    ['version', ({ nowVersion }) => nowVersion],
    ['detail', ({ code, detail }) => [code && cli.word('upgrade.code', code), detail].filter(Boolean).join(' ')],
  ]);
};

export const listVersionChanges: Verb = (noun, cli) =>
  noun
    .command('changes')
    .description(cli.say('upgrade.changes'))
    .addOption(accountOption(cli))
    .option('--unannounced', cli.say('option.unannounced'))
    .action(async ({ account, unannounced }: { account?: string; unannounced?: boolean }) => {
      const accountId = account === undefined ? undefined : (await findAccount(cli, account)).id;
      const query = { accountId, ...(unannounced ? { unannounced: 'true' as const } : {}) };
      cli.list(await cli.call(routes.listVersionChanges, { query }), [
        ['at', ({ seenAt }) => cli.time(seenAt)],
        ['account', ({ accountName }) => accountName],
        ['host', ({ hostName }) => hostName],
        ['component', ({ component }) => cli.word('versionComponent', component)],
        ['before', ({ from }) => from],
        ['now', ({ to }) => to],
        ['id', ({ planId }) => planId ?? ''],
      ]);
    });
