import { modules, reasonIn, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { accountNames, findPolicy } from '../find.ts';
import { accountOption } from '../options.ts';
import { sheet, table } from '../table.ts';

export const showPolicy: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('policy.show'))
    .argument('<POLICY>', cli.say('argument.policy'))
    .addOption(accountOption(cli))
    .action(async (given: string, options: { account?: string }) => {
      const { id } = await findPolicy(cli, given, options.account);
      const policy = await cli.call(routes.getPolicy, { params: { policyId: id } });
      const nameOf = await accountNames(cli);
      const head = (name: string) => cli.say(`head.${name}`);
      cli.show(policy, () => {
        const facts = sheet([
          [head('policy'), policy.name],
          [head('account'), nameOf(policy.accountId)],
          [head('version'), String(policy.version)],
          [head('updated'), cli.time(policy.createdAt)],
          [head('by'), policy.createdBy],
          [head('reason'), reasonIn(cli.language, policy.reason)],
          [head('id'), policy.policyId],
        ]);
        const states = modules.map((module) => [
          cli.word('module', module),
          cli.word('cli.setting', policy.document.modules[module].state),
        ]);
        return `${facts}\n\n${table([{ head: head('module') }, { head: head('setting') }], states)}`;
      });
    });
