import { type Host, type HostInventory, type RouteAnswer, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption } from '../options.ts';
import { sheet, table } from '../table.ts';

export const showInventory: Verb = (noun, cli) =>
  noun
    .command('inventory')
    .description(cli.say('host.inventory'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .action(async (given: string, options: { account?: string }) => {
      const host = await findHost(cli, given, options.account);
      const answer = await cli.call(routes.getHostInventory, { params: { hostId: host.id } });
      cli.show(answer, () => describe(cli, host, answer));
    });

function describe(cli: Cli, host: Host, answer: RouteAnswer<typeof routes.getHostInventory>): string {
  const { inventory, receivedAt, changedAt } = answer;
  if (!inventory) return cli.say('done.noInventory', { name: host.facts.name });
  const { os, cloud } = inventory;
  const head = (name: string) => cli.say(`head.${name}`);
  const facts = sheet([
    [head('host'), host.facts.name],
    [head('os'), os.name],
    [head('kernel'), `${os.kernel} (${os.architecture})`],
    [head('cloud'), cloud && [cloud.provider, cloud.zone ?? cloud.region, cloud.instanceId].filter(Boolean).join(' ')],
    [head('received'), cli.time(receivedAt)],
    [head('changed'), cli.time(changedAt)],
    [head('limits'), inventory.limits.map((limit) => cli.word('inventory.limit', limit)).join(' ')],
  ]);
  const lists = [interfacesOf(cli, inventory), servicesOf(cli, inventory), packagesOf(cli, inventory)];
  return [facts, ...lists].filter((part) => part !== '').join('\n\n');
}

/** A table below its headings, or nothing where it has no rows. */
const listOf = (cli: Cli, heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : table(
        heads.map((name) => ({ head: cli.say(`head.${name}`) })),
        rows,
      );

const interfacesOf = (cli: Cli, { interfaces }: HostInventory): string =>
  listOf(
    cli,
    ['interface', 'mac', 'ipAddress'],
    interfaces.map(({ name, mac, addresses }) => [name, mac, addresses.join(' ')]),
  );

const servicesOf = (cli: Cli, { services }: HostInventory): string =>
  listOf(
    cli,
    ['port', 'ipAddress', 'program', 'package'],
    services.map(({ protocol, port, address, process, package: name, version }) => [
      `${protocol}/${port}`,
      address,
      process ?? '–',
      name ? `${name} ${version ?? ''}`.trim() : '',
    ]),
  );

const packagesOf = (cli: Cli, { packages }: HostInventory): string =>
  listOf(
    cli,
    ['package', 'version', 'architecture'],
    packages.map(({ name, version, architecture }) => [name, version, architecture]),
  );
