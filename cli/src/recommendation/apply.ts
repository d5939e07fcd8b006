import { type HostRecommendations, type RecommendedModule, recommendedModules, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption, needed, someOf } from '../options.ts';

type Options = { account?: string; host: string; modules: RecommendedModule[]; reason: string };

export const applyRecommendations: Verb = (noun, cli) =>
  noun
    .command('apply')
    .description(cli.say('recommendation.apply'))
    .addOption(needed('--host <HOST>', cli.say('option.hostNamed')))
    .addOption(accountOption(cli))
    .addOption(someOf('--modules <MODULES>', cli.say('option.modules'), recommendedModules, cli))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async ({ account, host: given, modules, reason }: Options) => {
      const host = await findHost(cli, given, account);
      const params = { hostId: host.id };
      const before = assignedIn(await cli.call(routes.getHostRecommendations, { params }));
      const found = await cli.call(routes.applyRecommendations, { params, body: { modules, reason } });
      const after = assignedIn(found);
      cli.show(found, () =>
        cli.say('done.applied', {
          host: host.facts.name,
          added: after.difference(before).size,
          removed: before.difference(after).size,
        }),
      );
    });

const assignedIn = ({ modules }: HostRecommendations): Set<string> =>
  new Set(
    modules.flatMap(({ module, rules }) => rules.filter(({ assigned }) => assigned).map(({ id }) => `${module} ${id}`)),
  );
