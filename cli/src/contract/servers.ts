import { routes, type supportLevels } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount, pick } from '../find.ts';
import { accountOption, needed, oneOf } from '../options.ts';

export const listServers: Verb = (noun, cli) =>
  noun
    .command('servers')
    .description(cli.say('contract.servers'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (options: { account: string }) => {
      const { id: accountId } = await findAccount(cli, options.account);
      cli.list(await cli.call(routes.listServers, { params: { accountId }, query: {} }), [
        ['name', (server) => server.name],
        ['support', (server) => cli.word('support', server.support)],
        ['supportUntil', (server) => server.supportUntil ?? ''],
        ['basicUntil', (server) => server.basicUntil ?? ''],
        ['lacks', (server) => server.lacks.map((lack) => cli.word('prerequisite', lack)).join(' / ')],
        ['id', (server) => server.id],
      ]);
    });

const supports = ['none', 'silver', 'gold', 'platinum'] as const satisfies typeof supportLevels;
type Options = {
  account: string;
  support: (typeof supports)[number];
  supportFrom?: string;
  supportUntil?: string;
  basicFrom?: string;
  basicUntil?: string;
};

export const addServer: Verb = (noun, cli) =>
  noun
    .command('add-server')
    .description(cli.say('contract.add-server'))
    .argument('<NAME>', cli.say('argument.server'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--support <LEVEL>', cli.say('option.support'), supports).makeOptionMandatory())
    .option('--support-from <DAY>', cli.say('option.supportFrom'))
    .option('--support-until <DAY>', cli.say('option.supportUntil'))
    .addOption(needed('--basic-from <DAY>', cli.say('option.basicFrom')))
    .option('--basic-until <DAY>', cli.say('option.basicUntil'))
    .action(async (name: string, { account, ...given }: Options) => {
      const { id: accountId } = await findAccount(cli, account);
      const server = await cli.call(routes.createServer, { params: { accountId }, body: { name, ...given } });
      cli.show(server, () => cli.say('done.server', { name: server.name }));
    });

type Removal = { account: string; reason: string; contractAction?: 'replacement' | 'ending' };

export const removeServer: Verb = (noun, cli) =>
  noun
    .command('remove-server')
    .description(cli.say('contract.remove-server'))
    .argument('<SERVER>', cli.say('argument.server'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .addOption(
      oneOf('--contract-action <ACTION>', cli.say('option.contractAction'), ['replacement', 'ending'] as const),
    )
    .action(async (given: string, { account, ...body }: Removal) => {
      const { id: accountId } = await findAccount(cli, account);
      const { items } = await cli.call(routes.listServers, { params: { accountId }, query: {} });
      const server = pick(cli, items, given, {
        thing: 'server',
        namesOf: ({ name }) => [name],
        list: `contract servers --account ${account}`,
      });
      await cli.call(routes.removeServer, { params: { accountId, serverId: server.id }, body });
      cli.show(server, () => cli.say('done.serverRemoved', { name: server.name }));
    });
