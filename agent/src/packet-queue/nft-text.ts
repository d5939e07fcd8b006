import { isIPv6 } from 'node:net';
import {
  lastQueueOf,
  portsText,
  type QueueHook,
  type QueueJump,
  type QueueOwner,
  type QueueRule,
  rulesOf,
} from './jump.ts';

/** The jump in nftables' own words: a table of our own, `inet sakimori_queue_<owner>`, for kernels that have `NFT_QUEUE`. */
export const queueTableOf = (owner: QueueOwner): string => `sakimori_queue_${owner}`;

const priorities = { early: -150, late: 150 } as const;

/** One transaction: whatever stood there before is replaced. */
export function nftInstallText(jump: QueueJump): string {
  const table = queueTableOf(jump.owner);
  return `${nftRemovalText(jump.owner)}table inet ${table} {\n${jump.hooks.map((hook) => chainOf(jump, hook)).join('')}}\n`;
}

/** Also where there is nothing to remove. */
export function nftRemovalText(owner: QueueOwner): string {
  const table = queueTableOf(owner);
  return `add table inet ${table}\ndelete table inet ${table}\n`;
}

/** Asks for what a jump needs, under a name of its own; meant to be checked, never to be put in force. */
export const nftTrialText =
  'table inet sakimori_queue_trial {\nchain one {\ntype filter hook input priority 150; policy accept;\nqueue num 0 bypass\n}\n}\n';

function chainOf(jump: QueueJump, hook: QueueHook): string {
  const lines = [
    `type filter hook ${hook} priority ${priorities[jump.stage]}; policy accept;`,
    ...loopbackLines(jump, hook),
    ...(hook === 'forward' ? (jump.forwardUnlessFrom ?? []).map((name) => `iifname "${name}" return`) : []),
    ...exceptLines(jump, hook),
    ...rulesOf(jump)
      .filter(({ hooks }) => hooks === undefined || hooks.includes(hook))
      .map((rule) => `${conditionOf(rule)}${targetOf(jump)}`),
  ];
  return `chain ${hook} {\n${lines.join('\n')}\n}\n`;
}

function loopbackLines({ includesLoopback }: QueueJump, hook: QueueHook): string[] {
  if (includesLoopback || hook === 'forward') return [];
  return [`${hook === 'input' ? 'iifname' : 'oifname'} "lo" return`];
}

function exceptLines({ except = [] }: QueueJump, hook: QueueHook): string[] {
  if (hook === 'forward') return [];
  const [address, port] = hook === 'input' ? ['saddr', 'sport'] : ['daddr', 'dport'];
  return except.map(
    (one) => `${isIPv6(one.address) ? 'ip6' : 'ip'} ${address} ${one.address} tcp ${port} ${one.port} return`,
  );
}

function conditionOf(rule: QueueRule): string {
  const parts = [
    ...(rule.protocol ? [`meta l4proto ${rule.protocol}`] : []),
    ...(rule.destinationPorts ? [`${rule.protocol} dport { ${portsText(rule.destinationPorts, '-', ', ')} }`] : []),
    ...(rule.sourcePorts ? [`${rule.protocol} sport { ${portsText(rule.sourcePorts, '-', ', ')} }`] : []),
    ...(rule.unlessConnectionMark === undefined
      ? []
      : [`ct mark and ${rule.unlessConnectionMark} != ${rule.unlessConnectionMark}`]),
    ...(rule.firstPackets === undefined ? [] : [`ct packets <= ${rule.firstPackets}`]),
  ];
  return parts.map((part) => `${part} `).join('');
}

function targetOf(jump: QueueJump): string {
  const last = lastQueueOf(jump);
  const numbers = last > jump.queue ? `${jump.queue}-${last}` : `${jump.queue}`;
  return `counter queue num ${numbers}${jump.failure === 'open' ? ' bypass' : ''}`;
}
