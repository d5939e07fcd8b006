import {
  type AskedTask,
  askableScans,
  type Host,
  type HostTaskEntry,
  isolationMinutes,
  routes,
  taskReasonMax,
} from '@sakimori/contract';
import { InvalidArgumentError, Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption, wholeNumber } from '../options.ts';

type Given = { readonly account?: string; readonly reason?: string };

export const scanHost: Verb = (noun, cli) =>
  noun
    .command('scan')
    .description(cli.say('host.scan'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(new Option('--kind <KIND>', cli.say('option.scanKind')).choices(askableScans).default(askableScans[0]))
    .addOption(reasonOption(cli))
    .action(async (given: string, { kind, account, reason }: Given & { kind: (typeof askableScans)[number] }) => {
      const host = await findHost(cli, given, account);
      await ask(cli, host, reason === undefined ? { kind } : { kind, reason });
    });

export const rebuildBaseline: Verb = (noun, cli) =>
  noun
    .command('rebuild-baseline')
    .description(cli.say('host.rebuildBaseline'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .action(async (given: string, { account, reason }: Given & { reason: string }) => {
      await ask(cli, await findHost(cli, given, account), { kind: 'integrity-baseline', reason });
    });

export const isolateHost: Verb = (noun, cli) =>
  noun
    .command('isolate')
    .description(cli.say('host.isolate'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .addOption(
      new Option('--minutes <N>', cli.say('option.isolationMinutes'))
        .default(isolationMinutes.usual)
        .argParser(wholeNumber(cli, isolationMinutes.min)),
    )
    .addOption(new Option('--dns', cli.say('option.isolationDns')))
    .action(async (given: string, { account, reason, minutes, dns }: Given & Isolating) => {
      const host = await findHost(cli, given, account);
      await ask(cli, host, { kind: 'isolate', reason, minutes, dns: dns === true });
    });

type Isolating = { readonly reason: string; readonly minutes: number; readonly dns?: boolean };

export const releaseHost: Verb = (noun, cli) =>
  noun
    .command('release')
    .description(cli.say('host.release'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .action(async (given: string, { account, reason }: Given & { reason: string }) => {
      await ask(cli, await findHost(cli, given, account), { kind: 'release', reason });
    });

export const stopHost: Verb = (noun, cli) =>
  noun
    .command('stop')
    .description(cli.say('host.stop'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(reasonOption(cli).makeOptionMandatory())
    .addOption(new Option('--confirm <NAME>', cli.say('option.confirmName')).makeOptionMandatory())
    .action(async (given: string, { account, reason, confirm }: Given & { reason: string; confirm: string }) => {
      const host = await findHost(cli, given, account);
      const body = { reason, confirmation: confirm };
      showTask(cli, host, await cli.call(routes.stopHost, { params: { hostId: host.id }, body }));
    });

export const reasonOption = (cli: Cli): Option =>
  new Option('--reason <TEXT>', cli.say('option.reason')).argParser((text: string) => {
    const reason = text.trim();
    if (reason !== '' && reason.length <= taskReasonMax) return reason;
    throw new InvalidArgumentError(cli.say('usage.length', { max: taskReasonMax }));
  });

async function ask(cli: Cli, host: Host, body: AskedTask): Promise<void> {
  showTask(cli, host, await cli.call(routes.giveHostTask, { params: { hostId: host.id }, body }));
}

export function showTask(cli: Cli, host: Host, task: HostTaskEntry): void {
  const facts = { task: cli.word('hostTask.kind', task.kind), state: cli.word('hostTask.state', task.state) };
  cli.show(task, () => cli.say('done.task', { ...facts, name: host.facts.name }));
}
