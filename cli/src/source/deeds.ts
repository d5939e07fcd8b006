import { routes, type SourceKind, sourceKinds } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, oneOf, wholeNumber } from '../options.ts';
import { findSource } from './list.ts';

type Options = {
  account: string;
  kind: SourceKind;
  value: string;
  tenant?: string;
  zone?: string;
  silent?: number;
  raw?: boolean;
};

export const addSource: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('source.add'))
    .argument('<NAME>', cli.say('argument.sourceName'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--kind <KIND>', cli.say('option.sourceKind'), sourceKinds).default('address'))
    .addOption(needed('--value <VALUE>', cli.say('option.sourceValue')))
    .option('--tenant <TENANT>', cli.say('option.trendTenant'))
    .option('--zone <ZONE>', cli.say('option.zone'))
    .option('--silent <MINUTES>', cli.say('option.silentMinutes'), wholeNumber(cli, 5))
    .option('--raw', cli.say('option.rawDelivery'))
    .action(async (name: string, { account, kind, value, tenant, zone, silent, raw }: Options) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = {
        ...{ name, kind, value, isRaw: raw ?? false },
        ...(tenant === undefined ? {} : { trendTenant: tenant }),
        ...(zone === undefined ? {} : { zone }),
        ...(silent === undefined ? {} : { silentMinutes: silent }),
      };
      const source = await cli.call(routes.addSource, { params: { accountId }, body });
      cli.show(source, () =>
        [
          cli.say('done.source', { name, id: source.id }),
          ...(source.rawPassword ? [cli.say('done.rawPassword', { password: source.rawPassword })] : []),
        ].join('\n'),
      );
    });

type Change = { account?: string; name?: string; tenant?: string; zone?: string; silent?: number };

export const changeSource: Verb = (noun, cli) =>
  noun
    .command('set')
    .description(cli.say('source.set'))
    .argument('<SOURCE>', cli.say('argument.eventSource'))
    .addOption(accountOption(cli))
    .option('--name <NAME>', cli.say('argument.sourceName'))
    .option('--tenant <TENANT>', cli.say('option.trendTenant'))
    .option('--zone <ZONE>', cli.say('option.zone'))
    .option('--silent <MINUTES>', cli.say('option.silentMinutes'), wholeNumber(cli, 0))
    .action(async (given: string, { account, name, tenant, zone, silent }: Change) => {
      const { id: sourceId } = await findSource(cli, given, account);
      const body = {
        ...(name === undefined ? {} : { name }),
        ...(tenant === undefined ? {} : { trendTenant: tenant || null }),
        ...(zone === undefined ? {} : { zone }),
        ...(silent === undefined ? {} : { silentMinutes: silent || null }),
      };
      const source = await cli.call(routes.changeSource, { params: { sourceId }, body });
      cli.show(source, () => cli.say('done.sourceChanged', { name: source.name }));
    });

export const removeSource: Verb = (noun, cli) =>
  noun
    .command('remove')
    .description(cli.say('source.remove'))
    .argument('<SOURCE>', cli.say('argument.eventSource'))
    .addOption(accountOption(cli))
    .option('--undo', cli.say('option.undoRemoval'))
    .action(async (given: string, { account, undo }: { account?: string; undo?: boolean }) => {
      const { id: sourceId } = await findSource(cli, given, account);
      const source = await cli.call(undo ? routes.restoreSource : routes.removeSource, { params: { sourceId } });
      cli.show(source, () => cli.say(undo ? 'done.sourceRestored' : 'done.sourceRemoved', { name: source.name }));
    });
