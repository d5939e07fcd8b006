import {
  type HostRecommendations,
  type HostRule,
  moduleOfApi,
  type RecommendedModule,
  reasonText,
  recommendedModules,
  routes,
  ruleNameIn,
  ruleStandings,
} from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption, needed, oneOf } from '../options.ts';
import { sheet, table } from '../table.ts';

type Options = { account?: string; host: string; module?: RecommendedModule; standing?: HostRule['standing'] };

export const showRecommendations: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('recommendation.show'))
    .addOption(needed('--host <HOST>', cli.say('option.hostNamed')))
    .addOption(accountOption(cli))
    .addOption(oneOf('--module <MODULE>', cli.say('option.ruleModule'), recommendedModules))
    .addOption(oneOf('--standing <STANDING>', cli.say('option.standing'), ruleStandings))
    .action(async (options: Options) => {
      const host = await findHost(cli, options.host, options.account);
      const found = await cli.call(routes.getHostRecommendations, { params: { hostId: host.id } });
      cli.show(found, () => tell(cli, host.facts.name, found, options));
    });

function tell(cli: Cli, host: string, found: HostRecommendations, { module, standing }: Options): string {
  const facts = sheet([
    [cli.say('head.host'), host],
    [cli.say('head.state'), cli.word('console.recommended.status', found.status)],
    [cli.say('head.scanned'), cli.time(found.scannedAt)],
  ]);
  const rows = found.modules
    .filter((entry) => !module || entry.module === module)
    .flatMap((entry) =>
      entry.rules
        .filter((rule) => !standing || rule.standing === standing)
        .map((rule) => [
          cli.word('module', moduleOfApi[entry.module]),
          String(rule.id),
          ruleNameIn(cli.language, rule),
          rule.severity ? cli.word('severity', rule.severity) : '',
          cli.word('console.recommended.standing', rule.standing),
          // The first of them; `--json` has all.
          rule.reasons.length > 0 ? reasonText(cli.language, rule.reasons[0]!) : '',
        ]),
    );
  if (rows.length === 0) return `${facts}\n\n${cli.say('empty')}`;
  const heads = ['module', 'id', 'rule', 'severity', 'standing', 'why'].map((name) => ({
    head: cli.say(`head.${name}`),
    right: name === 'id',
  }));
  return `${facts}\n\n${table(heads, rows)}`;
}
