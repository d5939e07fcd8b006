import { type NumberedName, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { findAccount } from '../find.ts';
import { accountOption, wholeNumber } from '../options.ts';

type Options = {
  readonly account: string;
  readonly policy?: string;
  readonly group?: string;
  readonly hours: number;
  readonly hosts: number;
  readonly activation: boolean;
};

/** The script alone goes to standard output, so that it can be kept in a file or piped to a host. */
export const deploymentScript: Verb = (noun, cli) =>
  noun
    .command('script')
    .description(cli.say('host.script'))
    .addOption(accountOption(cli, { required: true }))
    .option('--policy <POLICY>', cli.say('option.hostPolicy'))
    .option('--group <GROUP>', cli.say('option.hostGroup'))
    .addOption(new Option('--hours <N>', cli.say('option.hours')).default(720).argParser(wholeNumber(cli, 1)))
    .addOption(new Option('--hosts <N>', cli.say('option.hosts')).default(1000).argParser(wholeNumber(cli, 1)))
    .option('--no-activation', cli.say('option.noActivation'))
    .action(async (options: Options) => {
      const { id: accountId } = await findAccount(cli, options.account);
      const params = { accountId };
      const hasChosen = options.policy !== undefined || options.group !== undefined;
      const choices = hasChosen ? await cli.call(routes.listDeploymentChoices, { params }) : undefined;
      const made = await cli.call(routes.createDeploymentScript, {
        params,
        body: {
          activation: options.activation,
          policy: numberOf(cli, 'policy', choices?.policies, options.policy),
          group: numberOf(cli, 'group', choices?.groups, options.group),
          ...{ validHours: options.hours, hostsMax: options.hosts },
        },
      });
      if (made.token)
        cli.remark(cli.say('done.script', { expires: cli.time(made.token.expiresAt), count: made.token.usesMax }));
      cli.show(made, () => made.script.trimEnd());
    });

/** By its number, as the Workload Security API shows it, else by its name. @throws CliFault where it is none, or not one */
function numberOf(
  cli: Cli,
  thing: 'policy' | 'group',
  choices: readonly NumberedName[] = [],
  given: string | undefined,
): number | undefined {
  if (given === undefined) return undefined;
  const numbered = choices.find(({ number }) => String(number) === given);
  const named = choices.filter(({ name }) => name === given);
  const chosen = numbered ?? (named.length === 1 ? named[0] : undefined);
  if (chosen) return chosen.number;
  const list = (named.length > 1 ? named : choices).map(({ number, name }) => `${number} ${name}`).join(', ');
  throw new CliFault(named.length > 1 ? 'fault.severalChoices' : 'fault.noChoice', {
    ...{ what: cli.word('thing', thing), given, list: list || '–' },
  });
}
