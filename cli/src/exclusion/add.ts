import { type EntityKind, entityKinds, routes } from '@sakimori/contract';
import { InvalidArgumentError, Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { findAccount, findHost, findPolicy } from '../find.ts';
import { accountOption, needed, timeParser } from '../options.ts';
import { excludedBy } from './list.ts';

type Entity = { readonly entity: EntityKind; readonly key: string };
type Options = {
  account: string;
  policy?: string;
  host?: string;
  path: string[];
  entity: Entity[];
  until: string;
  reason: string;
};

export const addExclusion: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('exclusion.add'))
    .addOption(accountOption(cli, { required: true }))
    .option('--policy <POLICY>', cli.say('argument.policy'))
    .option('--host <HOST>', cli.say('argument.host'))
    .addOption(new Option('--path <PATH>', cli.say('option.excludedPath')).default([], '').argParser(append))
    .addOption(
      new Option('--entity <KIND:KEY>', cli.say('option.excludedEntity')).default([], '').argParser(entityParser(cli)),
    )
    .addOption(needed('--until <TIME>', cli.say('option.until')).argParser(timeParser(cli)))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async ({ account, policy, host, path: paths, entity: entities, until, reason }: Options) => {
      if ((policy === undefined) === (host === undefined))
        throw new CliFault('fault.policyOrHost', {}, exitCodes.usage);
      const { id: accountId } = await findAccount(cli, account);
      const place = policy
        ? { policyId: (await findPolicy(cli, policy, account)).id }
        : { hostId: (await findHost(cli, host!, account)).id };
      const made = await cli.call(routes.createExclusion, {
        params: { accountId },
        body: { paths, entities, until, reason, ...place },
      });
      cli.show(made, () => cli.say('done.exclusion', { what: excludedBy(made), until: cli.time(made.until) }));
    });

const append = (value: string, before: string[]): string[] => [...before, value];

const entityParser =
  (cli: Cli) =>
  (value: string, before: Entity[]): Entity[] => {
    const [kind = '', ...rest] = value.split(':');
    const entity = entityKinds.find((one) => one === kind);
    if (entity && rest.length > 0) return [...before, { entity, key: rest.join(':') }];
    throw new InvalidArgumentError(cli.say('usage.allowed', { list: entityKinds.map((one) => `${one}:…`).join(', ') }));
  };
