import { groupOfSetting, type PolicySetting, routes, type SettingGroup, settingGroups } from '@sakimori/contract';
import { settingSupport } from '@sakimori/contract/workload-security/setting-support';
import { InvalidArgumentError, Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { findPolicy } from '../find.ts';
import { accountOption, oneOf } from '../options.ts';
import { table } from '../table.ts';

type Options = {
  account?: string;
  group?: SettingGroup;
  all?: boolean;
  set: Record<string, string>;
  reset: string[];
  reason?: string;
};

/** Settings of a policy with where they take effect; with options of a change, what stands after it. */
export const policySettings: Verb = (noun, cli) =>
  noun
    .command('settings')
    .description(cli.say('policy.settings'))
    .argument('<POLICY>', cli.say('argument.policy'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--group <GROUP>', cli.say('option.settingGroup'), settingGroups))
    .option('--all', cli.say('option.allSettings'))
    .addOption(new Option('--set <NAME=VALUE>', cli.say('option.setSetting')).default({}).argParser(pair(cli)))
    .addOption(new Option('--reset <NAME>', cli.say('option.resetSetting')).default([]).argParser(word))
    .option('--reason <TEXT>', cli.say('option.reasonForChange'))
    .action(async (given: string, { account, group, all, set, reset, reason }: Options) => {
      const isChange = Object.keys(set).length > 0 || reset.length > 0;
      if (isChange && !reason) throw new CliFault('fault.reasonNeeded', {}, exitCodes.usage);
      const { id: policyId, name } = await findPolicy(cli, given, account);
      const params = { policyId };
      const found = isChange
        ? await cli.call(routes.changePolicySettings, { params, body: { set, reset, reason: reason! } })
        : await cli.call(routes.getPolicySettings, { params });
      if (isChange) cli.remark(cli.say('done.policySettings', { name }));
      cli.show(found, () => tell(cli, found.items, group, all === true));
    });

/** `NAME=VALUE`, once or more. */
const pair =
  (cli: Cli) =>
  (value: string, before: Record<string, string>): Record<string, string> => {
    const at = value.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(cli.say('usage.pair'));
    return { ...before, [value.slice(0, at).trim()]: value.slice(at + 1) };
  };
const word = (value: string, before: string[]): string[] => [...before, value];

/** Those that take effect, and with `all` the others with the reason why not. */
function tell(cli: Cli, items: readonly PolicySetting[], group: SettingGroup | undefined, all: boolean): string {
  const rows = items.flatMap(({ name, value, setBy }) => {
    const support = settingSupport[name];
    if (!support || (group && groupOfSetting(name) !== group) || (support.by === 'none' && !all)) return [];
    const why = support.by === 'none' ? `: ${cli.word('setting.why', support.why)}` : '';
    return [[name, value, setBy?.name ?? '', `${cli.word('setting.by', support.by)}${why}`]];
  });
  if (rows.length === 0) return cli.say('empty');
  const head = (name: string) => ({ head: cli.say(`head.${name}`) });
  return table([head('setting'), head('value'), head('setBy'), head('takesEffect')], rows);
}
