import { blockMinutes, proposalStates, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { reasonOption } from '../host/ask.ts';
import { accountOption, wholeNumber } from '../options.ts';

export const listProposals: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('proposal.list'))
    .addOption(accountOption(cli))
    .addOption(new Option('--state <STATE>', cli.say('option.state')).choices(proposalStates).default('open'))
    .action(async ({ account, state }: { account?: string; state: (typeof proposalStates)[number] }) => {
      const accountId = account === undefined ? undefined : (await findAccount(cli, account)).id;
      cli.list(await cli.call(routes.listBlockProposals, { query: { accountId, state } }), [
        ['source', ({ source }) => source],
        ['host', ({ hostName }) => hostName],
        ['count', ({ detectionCount }) => String(detectionCount)],
        ['last', ({ lastAt }) => cli.time(lastAt)],
        ['id', ({ id }) => id],
      ]);
    });

type Accepting = { readonly reason: string; readonly minutes: number; readonly allHosts?: boolean };

export const acceptProposal: Verb = (noun, cli) =>
  noun
    .command('accept')
    .description(cli.say('proposal.accept'))
    .argument('<ID>', cli.say('argument.proposal'))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .addOption(
      new Option('--minutes <N>', cli.say('option.blockMinutes'))
        .default(blockMinutes.usual)
        .argParser(wholeNumber(cli, blockMinutes.min)),
    )
    .addOption(new Option('--all-hosts', cli.say('option.allHosts')))
    .action(async (proposalId: string, { reason, minutes, allHosts }: Accepting) => {
      const body = { scope: allHosts === true ? ('account' as const) : ('host' as const), minutes, reason };
      const done = await cli.call(routes.acceptBlockProposal, { params: { proposalId }, body });
      cli.show(done, () => cli.say('done.proposalAccepted', { source: done.source, minutes }));
    });

export const declineProposal: Verb = (noun, cli) =>
  noun
    .command('decline')
    .description(cli.say('proposal.decline'))
    .argument('<ID>', cli.say('argument.proposal'))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .action(async (proposalId: string, { reason }: { readonly reason: string }) => {
      const done = await cli.call(routes.declineBlockProposal, { params: { proposalId }, body: { reason } });
      cli.show(done, () => cli.say('done.proposalDeclined', { source: done.source }));
    });
