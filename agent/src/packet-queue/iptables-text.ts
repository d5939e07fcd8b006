import { isIPv6 } from 'node:net';
import {
  type Family,
  lastQueueOf,
  portsText,
  type QueueHook,
  type QueueJump,
  type QueueOwner,
  type QueueRule,
  rulesOf,
} from './jump.ts';

/**
 * The jump in the words of `iptables-nft`, for kernels whose nf_tables has no queue of its own but takes the old extensions (`NFT_COMPAT`). A chain of
 * our own for each hook, in a table that hardly anybody uses, and one rule that leads there.
 */
export const iptablesTables = { early: 'mangle', late: 'security' } as const;

export const queueHooks: readonly QueueHook[] = ['input', 'output', 'forward'];
const builtIn = (hook: QueueHook): string => hook.toUpperCase();
export const queueChainOf = (owner: QueueOwner, hook: QueueHook): string =>
  `SAKIMORI_${owner.toUpperCase()}_${builtIn(hook)}`;

/**
 * One transaction: chains are emptied and filled, and the rule that leads to each stands there exactly once.
 * @param saved what `iptables-nft-save` tells of the table now
 */
export function iptablesInstallText(jump: QueueJump, family: Family, saved: string): string {
  const lines = queueHooks.flatMap((hook) => {
    if (!jump.hooks.includes(hook)) return removalLines(jump.owner, hook, saved);
    const chain = queueChainOf(jump.owner, hook);
    const jumps = jumpsTo(chain, hook, saved);
    return [
      `:${chain} - [0:0]`,
      `-F ${chain}`,
      ...rulesIn(jump, family, hook, chain),
      ...(jumps === 0 ? [`-A ${builtIn(hook)} -j ${chain}`] : []),
      ...Array.from({ length: Math.max(0, jumps - 1) }, () => `-D ${builtIn(hook)} -j ${chain}`),
    ];
  });
  return textOf(jump.stage, lines);
}

/** @returns undefined where nothing of ours is there */
export function iptablesRemovalText(owner: QueueOwner, stage: QueueJump['stage'], saved: string): string | undefined {
  const lines = queueHooks.flatMap((hook) => removalLines(owner, hook, saved));
  return lines.length > 0 ? textOf(stage, lines) : undefined;
}

/** Asks the extension for what only its newer revisions know, so that the kernel must have it. For `--test`, which puts nothing in force. */
export const iptablesTrialText =
  '*security\n:SAKIMORI_TRIAL - [0:0]\n-A SAKIMORI_TRIAL -j NFQUEUE --queue-num 0 --queue-bypass\nCOMMIT\n';

/** Whether a table holds no rule and no chain but those that every table has. */
export const isBareTable = (saved: string): boolean =>
  !/^-A /m.test(saved) && ![...saved.matchAll(/^:\S+ (\S+)/gm)].some(([, policy]) => policy !== 'ACCEPT');

/** What of a jump stands there: the rules of its chains and what leads to them, without counters. */
export const iptablesStanding = (owner: QueueOwner, saved: string): string =>
  saved
    .split('\n')
    .filter((line) => line.startsWith('-A ') && line.includes(`SAKIMORI_${owner.toUpperCase()}_`))
    .join('\n');

function removalLines(owner: QueueOwner, hook: QueueHook, saved: string): string[] {
  const chain = queueChainOf(owner, hook);
  const isThere = new RegExp(`^:${chain} `, 'm').test(saved);
  const jumps = Array.from({ length: jumpsTo(chain, hook, saved) }, () => `-D ${builtIn(hook)} -j ${chain}`);
  return isThere ? [...jumps, `-F ${chain}`, `-X ${chain}`] : [];
}

const jumpsTo = (chain: string, hook: QueueHook, saved: string): number =>
  saved.split('\n').filter((line) => line.trim() === `-A ${builtIn(hook)} -j ${chain}`).length;

const textOf = (stage: QueueJump['stage'], lines: readonly string[]): string =>
  `*${iptablesTables[stage]}\n${lines.filter((line) => line.startsWith(':')).join('\n')}\n${lines
    .filter((line) => !line.startsWith(':'))
    .join('\n')}\nCOMMIT\n`;

function rulesIn(jump: QueueJump, family: Family, hook: QueueHook, chain: string): string[] {
  const loopback =
    jump.includesLoopback || hook === 'forward' ? [] : [`${hook === 'input' ? '-i' : '-o'} lo -j RETURN`];
  const [address, port] = hook === 'input' ? ['-s', '--sport'] : ['-d', '--dport'];
  const except = (hook === 'forward' ? [] : (jump.except ?? []))
    .filter((one) => isIPv6(one.address) === (family === 6))
    .map((one) => `${address} ${one.address} -p tcp -m tcp ${port} ${one.port} -j RETURN`);
  const rules = rulesOf(jump)
    .filter(({ hooks }) => hooks === undefined || hooks.includes(hook))
    .map((rule) => `${conditionOf(rule)}${targetOf(jump)}`);
  const outside = hook === 'forward' ? (jump.forwardUnlessFrom ?? []).map((name) => `-i ${name} -j RETURN`) : [];
  return [...loopback, ...outside, ...except, ...rules].map((rule) => `-A ${chain} ${rule}`);
}

function conditionOf(rule: QueueRule): string {
  const parts = [
    ...(rule.protocol ? [`-p ${rule.protocol}`] : []),
    ...(rule.destinationPorts ? [`-m multiport --dports ${portsText(rule.destinationPorts, ':', ',')}`] : []),
    ...(rule.sourcePorts ? [`-m multiport --sports ${portsText(rule.sourcePorts, ':', ',')}`] : []),
    ...(rule.unlessConnectionMark === undefined
      ? []
      : [`-m connmark ! --mark ${rule.unlessConnectionMark}/${rule.unlessConnectionMark}`]),
    ...(rule.firstPackets === undefined
      ? []
      : [`-m connbytes --connbytes 0:${rule.firstPackets} --connbytes-dir both --connbytes-mode packets`]),
  ];
  return parts.map((part) => `${part} `).join('');
}

function targetOf(jump: QueueJump): string {
  const last = lastQueueOf(jump);
  const numbers = last > jump.queue ? `--queue-balance ${jump.queue}:${last}` : `--queue-num ${jump.queue}`;
  return `-j NFQUEUE ${numbers}${jump.failure === 'open' ? ' --queue-bypass' : ''}`;
}
