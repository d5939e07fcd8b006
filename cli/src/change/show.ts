import type { Change, ChangeLine } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { plain } from '../table.ts';
import { findChange } from './list.ts';

export const showChange: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('change.show'))
    .argument('<CHANGE>', cli.say('argument.change'))
    .action(async (given: string) => tellChange(cli, await findChange(cli, given)));

/** Difference, effect, hosts and history of a change. Ends with 1 where it failed, so that a script notices. */
export function tellChange(cli: Cli, change: Change): void {
  cli.show(change, () => toText(cli, change));
  if (change.state === 'failed') cli.endWith(1);
}

function toText(cli: Cli, change: Change): string {
  const { preview, hosts, others, conflict, refusal, fault } = change;
  const dates = [
    ['change.requested', change.requestedAt, change.requester],
    ['change.approved', change.approvedAt, change.approvedBy],
    ['change.applied', change.appliedAt, change.appliedBy],
    ['change.until', change.until, undefined],
    ['change.reverted', change.revertedAt, change.revertedBy],
  ] as const;
  return [
    `#${change.number}  ${change.subject}`,
    [cli.word('changeKind', change.kind), cli.word('changeState', change.state), change.accountName].join(' · '),
    ...dates.flatMap(([key, at, by]) => (at ? [`${cli.say(key)}: ${cli.time(at).slice(0, 16)}  ${by ?? ''}`] : [])),
    ...(refusal ? ['', refusal.text[cli.language]] : []),
    ...(fault ? ['', cli.word('change.fault', fault.code), fault.detail ?? ''] : []),
    '',
    ...change.diff.map((line) => lineOf(cli, line)),
    ...(preview
      ? [
          cli.say('change.counts', {
            ...{ hosts: preview.hostCount, suppressed: preview.suppressed },
            ...{ passes: preview.passes, blocks: preview.blocks },
          }),
        ]
      : []),
    ...(preview?.byRule ?? []).map(
      ({ name, effect, count }) => `  ${count}  ${name} · ${cli.word('changeEffect', effect)}`,
    ),
    ...others.map(({ number, subject, isContradictory }) =>
      cli.say(isContradictory ? 'change.contradicts' : 'change.shares', { number: String(number), subject }),
    ),
    ...(conflict.length > 0 ? [cli.say('change.conflict'), ...conflict.map((line) => lineOf(cli, line))] : []),
    ...hosts.map(
      ({ name, state, version, detail }) =>
        `  ${name}  ${[cli.word('changeHost', state), version, detail].filter((part) => part !== undefined).join(' · ')}`,
    ),
    ...(change.answer ? ['', change.answer] : []),
  ]
    .join('\n')
    .split('\n')
    .map(plain)
    .join('\n');
}

const lineOf = (cli: Cli, { name, field, before, after }: ChangeLine): string =>
  `  ${name} · ${field}: ${before ?? cli.say('change.notSet')} → ${after ?? cli.say('change.notSet')}`;
