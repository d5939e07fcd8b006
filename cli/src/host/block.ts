import { blockMinutes, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption, wholeNumber } from '../options.ts';
import { reasonOption, showTask } from './ask.ts';

type Given = { readonly account?: string; readonly reason: string; readonly minutes: number };

export const blockSource: Verb = (noun, cli) =>
  noun
    .command('block')
    .description(cli.say('host.block'))
    .argument('<HOST>', cli.say('argument.host'))
    .argument('<SOURCE>', cli.say('argument.source'))
    .addOption(accountOption(cli))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .addOption(
      new Option('--minutes <N>', cli.say('option.blockMinutes'))
        .default(blockMinutes.usual)
        .argParser(wholeNumber(cli, blockMinutes.min)),
    )
    .action(async (given: string, source: string, { account, reason, minutes }: Given) => {
      const host = await findHost(cli, given, account);
      const body = { source, minutes, reason };
      showTask(cli, host, await cli.call(routes.blockSource, { params: { hostId: host.id }, body }));
    });

export const unblockSource: Verb = (noun, cli) =>
  noun
    .command('unblock')
    .description(cli.say('host.unblock'))
    .argument('<HOST>', cli.say('argument.host'))
    .argument('<SOURCE>', cli.say('argument.source'))
    .addOption(accountOption(cli))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .action(async (given: string, source: string, { account, reason }: Given) => {
      const host = await findHost(cli, given, account);
      const body = { source, reason };
      showTask(cli, host, await cli.call(routes.unblockSource, { params: { hostId: host.id }, body }));
    });
