import {
  type ApiModule,
  type ApiModuleState,
  apiModuleStates,
  apiModules,
  moduleOfApi,
  type PolicyModules,
  routes,
  ruleNameIn,
} from '@sakimori/contract';
import { Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { findPolicy } from '../find.ts';
import { accountOption, numberList, oneOf } from '../options.ts';
import { sheet, table } from '../table.ts';

type Options = {
  account?: string;
  module?: ApiModule;
  state?: ApiModuleState | 'inherited';
  assign: number[];
  unassign: number[];
  reason?: string;
  confirm?: string;
};

/** Modules and rules of a policy; with options of a change, what stands after it. */
export const policyRules: Verb = (noun, cli) =>
  noun
    .command('rules')
    .description(cli.say('policy.rules'))
    .argument('<POLICY>', cli.say('argument.policy'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--module <MODULE>', cli.say('option.apiModule'), apiModules))
    .addOption(oneOf('--state <STATE>', cli.say('option.moduleState'), [...apiModuleStates, 'inherited']))
    .addOption(new Option('--assign <IDS>', cli.say('option.assign')).default([]).argParser(numberList(cli)))
    .addOption(new Option('--unassign <IDS>', cli.say('option.unassign')).default([]).argParser(numberList(cli)))
    .option('--reason <TEXT>', cli.say('option.reasonForChange'))
    .option('--confirm <ESTIMATE>', cli.say('option.confirm'))
    .action(async (given: string, options: Options) => {
      const change = readChange(options);
      const { id: policyId } = await findPolicy(cli, given, options.account);
      const params = { policyId };
      const found = change
        ? await cli.call(routes.changePolicyRules, { params, body: change })
        : await cli.call(routes.getPolicyModules, { params });
      if (change) cli.remark(cli.say('done.policyRules', { name: found.name, version: found.version }));
      cli.show(found, () => tellModules(cli, found, options.module));
    });

function readChange({ module, state, assign, unassign, reason, confirm }: Options) {
  if (!state && assign.length === 0 && unassign.length === 0) return undefined;
  if (!module) throw new CliFault('fault.moduleNeeded', {}, exitCodes.usage);
  if (!reason) throw new CliFault('fault.reasonNeeded', {}, exitCodes.usage);
  const confirmation = confirm === undefined ? {} : { confirmation: confirm };
  return { module, ...(state ? { state } : {}), assign, unassign, reason, ...confirmation };
}

/** All modules in a line each; of one that is asked for, its rules. */
function tellModules(cli: Cli, policy: PolicyModules, only: ApiModule | undefined): string {
  const head = (name: string) => cli.say(`head.${name}`);
  const facts = sheet([
    [head('policy'), policy.name],
    [head('apiId'), String(policy.number)],
    [head('parent'), policy.parent?.name],
    [head('version'), String(policy.version)],
    [head('applied'), cli.say('appliedOf', policy.hosts)],
  ]);
  const states = policy.modules.map(({ module, state, rules }) => [
    cli.word('module', moduleOfApi[module]),
    cli.word('console.policies', state),
    rules ? String(rules.length) : '',
  ]);
  const heads = [{ head: head('module') }, { head: head('setting') }, { head: head('rules'), right: true }];
  const rules = policy.modules.find(({ module }) => module === only)?.rules;
  return [facts, table(heads, states), ...(rules ? [tellRules(cli, rules)] : [])].join('\n\n');
}

function tellRules(cli: Cli, rules: NonNullable<PolicyModules['modules'][number]['rules']>): string {
  if (rules.length === 0) return cli.say('empty');
  const head = (name: string) => cli.say(`head.${name}`);
  return table(
    [{ head: head('id'), right: true }, { head: head('rule') }, { head: head('severity') }, { head: head('origin') }],
    rules.map((rule) => [
      String(rule.id),
      ruleNameIn(cli.language, rule),
      rule.severity ? cli.word('severity', rule.severity) : '',
      rule.inheritedFrom ? cli.say('inherited', { policy: rule.inheritedFrom.name }) : '',
    ]),
  );
}
