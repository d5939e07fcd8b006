import {
  type RuleHead,
  type RuleModule,
  routes,
  ruleModules,
  ruleNameIn,
  type Severity,
  severities,
} from '@sakimori/contract';
import type { Cli, Columns, Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, limitOption, needed, oneOf } from '../options.ts';

type Options = { account: string; module: RuleModule; text?: string; severity?: Severity; limit: number };

export const listRules: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('rule.list'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--module <MODULE>', cli.say('option.ruleModule')).choices([...ruleModules]))
    .option('--text <WORDS>', cli.say('option.text'))
    .addOption(oneOf('--severity <SEVERITY>', cli.say('option.severity'), severities))
    .addOption(limitOption(cli))
    .action(async ({ account, module, text, severity, limit }: Options) => {
      const { id: accountId } = await findAccount(cli, account);
      const query = { module, text, severity, limit: Math.min(limit, 1000) };
      const found = await cli.call(routes.listRules, { params: { accountId }, query });
      cli.list({ ...found, more: found.total > found.items.length }, columnsOf(cli, module));
    });

/** Rules for the firewall have an action and no severity; those of intrusion prevention stand for an application type. */
function columnsOf(cli: Cli, module: RuleModule): Columns<RuleHead> {
  const type: Columns<RuleHead> = [
    ['applicationType', ({ applicationType }) => (applicationType ? ruleNameIn(cli.language, applicationType) : '')],
    ['cve', ({ cve }) => cve.join(', ')],
  ];
  const action: Columns<RuleHead> = [['action', (rule) => cli.word('console.rule.action', rule.action ?? '')]];
  const severity: Columns<RuleHead> = [
    ['severity', (rule) => (rule.severity ? cli.word('severity', rule.severity) : '')],
  ];
  return [
    ['id', (rule) => String(rule.id), 'right'],
    ['rule', (rule) => ruleNameIn(cli.language, rule)],
    ...(module === 'firewall' ? action : severity),
    ...(module === 'intrusionPrevention' ? type : []),
    ['policies', (rule) => String(rule.policyCount), 'right'],
  ];
}
