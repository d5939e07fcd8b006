import { type Host, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { accountIdOf } from '../find.ts';
import { accountOption } from '../options.ts';

export const listHosts: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('host.list'))
    .addOption(accountOption(cli))
    .action(async (options: { account?: string }) => {
      const accountId = await accountIdOf(cli, options.account);
      cli.list(await cli.call(routes.listHosts, { query: { accountId } }), [
        ['host', (host) => host.facts.name],
        ['account', (host) => host.accountName],
        ['state', (host) => livenessOf(cli, host)],
        ['lastSeen', (host) => cli.time(host.lastSeenAt)],
        ['policy', (host) => policyOf(cli, host)],
        ['modules', (host) => activeModules(cli, host)],
        ['alerts', (host) => String(host.openAlertCount), 'right'],
        ['id', (host) => host.id],
      ]);
    });

function livenessOf(cli: Cli, { liveness }: Host): string {
  const state = cli.word('cli.liveness', liveness.state);
  return liveness.cause ? `${state} (${cli.word('liveness.cause', liveness.cause)})` : state;
}

/** The version that the host really has; marked where it is not the one it should have. */
function policyOf(cli: Cli, { policy }: Host): string {
  const drift = policy.appliedVersion === policy.assignedVersion ? '' : cli.say('drift');
  return `${policy.name} v${policy.appliedVersion ?? '–'}${drift}`;
}

const activeModules = (cli: Cli, host: Host): string =>
  host.modules
    .filter((module) => module.state === 'active')
    .map((module) => cli.word('module', module.module))
    .join(', ');
