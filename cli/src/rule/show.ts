import { type Rule, type RuleModule, routes, ruleModules, ruleNameIn } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';
import { sheet } from '../table.ts';

type Options = { account: string; module: RuleModule };

export const showRule: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('rule.show'))
    .argument('<RULE>', cli.say('argument.rule'), wholeNumber(cli, 1))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--module <MODULE>', cli.say('option.ruleModule')).choices([...ruleModules]))
    .action(async (ruleId: number, { account, module }: Options) => {
      const { id: accountId } = await findAccount(cli, account);
      const rule = await cli.call(routes.getRule, { params: { accountId, module, ruleId } });
      cli.show(rule, () => [factsOf(cli, rule), ...rule.texts.map(({ text }) => text.trim())].join('\n\n'));
    });

function factsOf(cli: Cli, rule: Rule): string {
  const head = (name: string) => cli.say(`head.${name}`);
  const named = (object: { name: string; nameJa?: string | undefined }) => ruleNameIn(cli.language, object);
  return sheet([
    [head('rule'), named(rule)],
    [head('description'), (cli.language === 'ja' && rule.descriptionJa) || rule.description],
    [head('severity'), rule.severity && cli.word('severity', rule.severity)],
    [head('action'), rule.action && cli.word('console.rule.action', rule.action)],
    [head('applicationType'), rule.applicationType && named(rule.applicationType)],
    [head('cve'), rule.cve.join(', ')],
    [head('cvss'), rule.cvss],
    [head('attack'), rule.attack.join(', ')],
    [head('watched'), rule.watches.flatMap(({ include }) => include).join(', ')],
    [head('logs'), rule.logFiles.map(({ path }) => path).join(', ')],
    [head('policies'), rule.policies.map((policy) => usedBy(cli, policy)).join(', ')],
    [head('hosts'), rule.hosts.map(({ name }) => name).join(', ')],
    [head('identifier'), rule.identifier],
    [head('apiId'), String(rule.id)],
  ]);
}

const usedBy = (cli: Cli, { name, inherited }: Rule['policies'][number]): string =>
  inherited ? cli.say('inherited', { policy: name }) : name;
