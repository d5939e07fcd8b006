import { setTimeout as pause } from 'node:timers/promises';
import { type IntegrityEstimate, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { findPolicy } from '../find.ts';
import { accountOption, numberList } from '../options.ts';
import { table } from '../table.ts';

type Options = { account?: string; assign: number[]; unassign: number[]; wait: boolean };

const askEveryMs = 1000;

/** What the integrity rules of a policy would watch on its hosts; nothing is changed by it. */
export const estimatePolicy: Verb = (noun, cli) =>
  noun
    .command('estimate')
    .description(cli.say('policy.estimate'))
    .argument('<POLICY>', cli.say('argument.policy'))
    .addOption(accountOption(cli))
    .addOption(new Option('--assign <IDS>', cli.say('option.assign')).default([]).argParser(numberList(cli)))
    .addOption(new Option('--unassign <IDS>', cli.say('option.unassign')).default([]).argParser(numberList(cli)))
    .option('--no-wait', cli.say('option.noWait'))
    .action(async (given: string, { account, assign, unassign, wait }: Options) => {
      const { id: policyId } = await findPolicy(cli, given, account);
      let estimate = await cli.call(routes.createEstimate, { params: { policyId }, body: { assign, unassign } });
      for (let told = 0; wait && estimate.state === 'counting'; ) {
        await pause(askEveryMs);
        estimate = await cli.call(routes.getEstimate, { params: { policyId, estimateId: estimate.id } });
        const files = Math.max(0, ...estimate.hosts.map(({ figures }) => figures?.files ?? 0));
        if (files !== told) cli.remark(cli.say('estimate.soFar', { files }));
        told = files;
      }
      cli.show(estimate, () => tell(cli, estimate));
    });

function tell(cli: Cli, estimate: IntegrityEstimate): string {
  const head = (name: string, right = false) => ({ head: cli.say(`head.${name}`), right });
  const rows = estimate.hosts.map(({ name, state, figures }) => [
    name,
    cli.word('estimate.state', state),
    ...(figures
      ? [figures.files, figures.folders, figures.entities, Math.ceil(figures.seconds), figures.cpuPercent].map(String)
      : ['', '', '', '', '']),
    figures?.mountsSkipped.join(', ') ?? '',
  ]);
  const heads = [
    ...[head('host'), head('state'), head('files', true), head('folders', true), head('entities', true)],
    ...[head('seconds', true), head('cpu', true), head('mountsSkipped')],
  ];
  const needs = estimate.needsConfirmation ? cli.say('estimate.needsConfirmation', { estimate: estimate.id }) : '';
  return [table(heads, rows), needs].filter(Boolean).join('\n\n');
}
