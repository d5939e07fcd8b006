import { type ContainmentRequest, containmentStates, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { accountIdOf, findHost } from '../find.ts';
import { reasonOption } from '../host/ask.ts';
import { accountOption, wholeNumber } from '../options.ts';

export const listPlaybooks: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('playbook.list'))
    .action(async () => {
      const found = await cli.call(routes.listPlaybooks);
      cli.list(found, [
        ['id', ({ id }) => id],
        ['playbook', ({ name }) => name[cli.language]],
        ['steps', ({ steps }) => steps.map((step) => cli.word('hostTask.kind', step)).join(', ')],
      ]);
      for (const { file, faults } of found.faults)
        cli.remark(cli.say('playbookFault', { file, fault: faults.join('; ') }));
    });

type Listing = { readonly account?: string; readonly state?: (typeof containmentStates)[number] };

export const listRequests: Verb = (noun, cli) =>
  noun
    .command('requests')
    .description(cli.say('playbook.requests'))
    .addOption(accountOption(cli))
    .addOption(new Option('--state <STATE>', cli.say('option.state')).choices(containmentStates))
    .action(async ({ account, state }: Listing) => {
      const query = { accountId: await accountIdOf(cli, account), state };
      cli.list(await cli.call(routes.listContainmentRequests, { query }), [
        ['number', ({ number }) => String(number)],
        ['playbook', ({ playbook }) => playbook.name[cli.language]],
        ['host', ({ hostName }) => hostName],
        ['source', ({ source }) => source ?? ''],
        ['state', (request) => cli.word('containmentState', request.state)],
        ['consent', ({ consent }) => (consent ? `${cli.word('consentWay', consent.way)} ${consent.by}` : '')],
      ]);
    });

export const showRequest: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('playbook.show'))
    .argument('<REQUEST>', cli.say('argument.request'))
    .action(async (given: string) => {
      const request = await findRequest(cli, given);
      const words = ({ at, what, by, facts }: ContainmentRequest['history'][number]) =>
        [cli.time(at), cli.word('containmentEvent', what), by, facts['customer'], facts['phone'], facts['reason']]
          .filter(Boolean)
          .join('  ');
      cli.show(request, () => [headOf(cli, request), ...request.history.map(words)].join('\n'));
    });

type Proposing = {
  readonly account?: string;
  readonly source?: string;
  readonly minutes?: number;
  readonly allHosts?: boolean;
  readonly reason: string;
};

export const proposePlaybook: Verb = (noun, cli) =>
  noun
    .command('propose')
    .description(cli.say('playbook.propose'))
    .argument('<PLAYBOOK>', cli.say('argument.playbook'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(new Option('--source <SOURCE>', cli.say('option.source')))
    .addOption(new Option('--minutes <N>', cli.say('option.containMinutes')).argParser(wholeNumber(cli, 1)))
    .addOption(new Option('--all-hosts', cli.say('option.onAllHosts')))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .action(async (playbookId: string, given: string, options: Proposing) => {
      const host = await findHost(cli, given, options.account);
      const { source, minutes, reason } = options;
      const body = {
        ...{ playbookId, reason, scope: options.allHosts ? ('account' as const) : ('host' as const) },
        ...(source === undefined ? {} : { source }),
        ...(minutes === undefined ? {} : { minutes }),
      };
      done(cli, await cli.call(routes.proposeContainment, { params: { hostId: host.id }, body }));
    });

export const askCustomer: Verb = (noun, cli) =>
  noun
    .command('ask')
    .description(cli.say('playbook.ask'))
    .argument('<REQUEST>', cli.say('argument.request'))
    .action(async (given: string) => done(cli, await cli.call(routes.askForConsent, await at(cli, given))));

type Calling = {
  readonly name: string;
  readonly phone: string;
  readonly decline?: boolean;
  readonly reason?: string;
};

export const recordConsent: Verb = (noun, cli) =>
  noun
    .command('consent')
    .description(cli.say('playbook.consent'))
    .argument('<REQUEST>', cli.say('argument.request'))
    .addOption(new Option('--name <NAME>', cli.say('option.customerName')).makeOptionMandatory())
    .addOption(new Option('--phone <NUMBER>', cli.say('option.customerPhone')).makeOptionMandatory())
    .addOption(new Option('--decline', cli.say('option.decline')))
    .addOption(reasonOption(cli))
    .action(async (given: string, { name, phone, decline, reason }: Calling) => {
      const body = { answer: decline ? ('no' as const) : ('yes' as const), name, phone, ...(reason ? { reason } : {}) };
      done(cli, await cli.call(routes.recordPhoneConsent, { ...(await at(cli, given)), body }));
    });

export const runRequest: Verb = (noun, cli) =>
  noun
    .command('run')
    .description(cli.say('playbook.run'))
    .argument('<REQUEST>', cli.say('argument.request'))
    .addOption(new Option('--confirm <NAME>', cli.say('option.confirmName')))
    .action(async (given: string, { confirm }: { confirm?: string }) => {
      const body = confirm === undefined ? {} : { confirmation: confirm };
      done(cli, await cli.call(routes.runContainment, { ...(await at(cli, given)), body }));
    });

export const liftRequest: Verb = (noun, cli) =>
  noun
    .command('lift')
    .description(cli.say('playbook.lift'))
    .argument('<REQUEST>', cli.say('argument.request'))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .action(async (given: string, body: { reason: string }) =>
      done(cli, await cli.call(routes.liftContainment, { ...(await at(cli, given)), body })),
    );

export const withdrawRequest: Verb = (noun, cli) =>
  noun
    .command('withdraw')
    .description(cli.say('playbook.withdraw'))
    .argument('<REQUEST>', cli.say('argument.request'))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .action(async (given: string, body: { reason: string }) =>
      done(cli, await cli.call(routes.withdrawContainment, { ...(await at(cli, given)), body })),
    );

/** The request that a person means: by its number, or by its id. @throws CliFault */
async function findRequest(cli: Cli, given: string): Promise<ContainmentRequest> {
  if (!/^\d{1,9}$/.test(given))
    return cli.call(routes.getContainmentRequest, { params: { requestId: given.toLowerCase() } });
  const { items } = await cli.call(routes.listContainmentRequests, { query: {} });
  const found = items.find(({ number }) => number === Number(given));
  if (!found) throw new CliFault('fault.noRequest', { id: given });
  return found;
}

const at = async (cli: Cli, given: string) => ({ params: { requestId: (await findRequest(cli, given)).id } });

const headOf = (cli: Cli, { number, playbook, hostName, state }: ContainmentRequest): string =>
  cli.say('done.containment', {
    ...{ number, playbook: playbook.name[cli.language], host: hostName },
    state: cli.word('containmentState', state),
  });

const done = (cli: Cli, request: ContainmentRequest): void => cli.show(request, () => headOf(cli, request));
