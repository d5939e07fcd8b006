import type { FirewallPolicy, FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import { compileMatch } from '../match.ts';
import type { ChainBook } from './chain-book.ts';
import type { Direction, LeftOut, Moment, Settings } from './event-key.ts';
import { isInForce } from './schedule.ts';
import type { StatefulChains } from './stateful.ts';

/**
 * The rules of one direction as lines of a chain, first to last: by priority, then bypass, log-only, force-allow, deny, allow. The first that
 * decides a packet decides it. With an allow rule in the direction, what none of them means is refused, but for answers that the stateful
 * inspection knows and for ICMPv6, without which IPv6 does not work.
 */
export function ruleLines(
  book: ChainBook,
  policy: FirewallPolicy,
  direction: Direction,
  chains: StatefulChains,
  moment: Moment,
): string[] {
  const rules = inForce(policy, direction, moment);
  const lines = rules.flatMap((rule) => linesOf(book, rule, chains, policy.settings));
  if (!rules.some(({ action }) => action === 'allow')) return [...lines, `goto ${chains.allowed}`];
  const isLogged = policy.settings?.events.outOfAllowedPolicy ?? true;
  const meaning = { key: `policy.${direction}`, rule: undefined, isAlert: false, withData: false } as const;
  return [
    ...lines,
    ...chains.replies.map((match) => `${match} goto ${chains.allowed}`),
    `meta l4proto icmpv6 goto ${chains.allowed}`,
    book.refuse(meaning, isLogged),
  ];
}

/** Of both directions. */
export const countInForce = (policy: FirewallPolicy, moment: Moment): number =>
  inForce(policy, 'incoming', moment).length + inForce(policy, 'outgoing', moment).length;

const order = ['bypass', 'log-only', 'force-allow', 'deny', 'allow'] as const;
const byPrecedence = (a: FirewallPolicyRule, b: FirewallPolicyRule): number =>
  b.priority - a.priority || order.indexOf(a.action) - order.indexOf(b.action) || a.id - b.id;

function inForce({ rules = [] }: FirewallPolicy, direction: Direction, moment: Moment): FirewallPolicyRule[] {
  return rules
    .filter((rule) => rule.direction === direction && whyLeftOut(rule) === undefined)
    .filter((rule) => isInForce(rule, moment.hourOfWeek))
    .sort(byPrecedence);
}

function linesOf(
  book: ChainBook,
  rule: FirewallPolicyRule,
  chains: StatefulChains,
  settings: Settings | undefined,
): string[] {
  const matches = compileMatch(rule);
  if (matches.length === 0) return [];
  const answer = answerTo(book, rule, chains, settings);
  return matches.map((match) => `${match} ${answer}`.trim());
}

function answerTo(
  book: ChainBook,
  rule: FirewallPolicyRule,
  chains: StatefulChains,
  settings: Settings | undefined,
): string {
  const key = `rule.${rule.id}` as const;
  const withData = rule.includePacketData || settings?.events.allPacketData === true;
  const meaning = { key, rule, isAlert: rule.alert, withData };
  switch (rule.action) {
    case 'bypass':
    case 'force-allow':
      return 'accept';
    case 'allow':
      return `goto ${namesOwnPort(rule) ? chains.allowed : chains.answers}`;
    case 'deny':
      return book.refuse(meaning, rule.log || rule.alert);
    case 'log-only':
      return rule.log || rule.alert ? book.tell(meaning) : 'continue';
  }
}

/**
 * Whether the rule opens a service: it says which port of the destination, or which type of ICMP. One that does not, such as "UDP from port 53",
 * lets in answers where UDP and ICMP are inspected.
 */
function namesOwnPort({ destination, icmp }: FirewallPolicyRule): boolean {
  return (destination.ports !== undefined && !destination.ports.not) || (icmp !== undefined && !icmp.not);
}

const [ipv4, ipv6] = [0x0800, 0x86dd];

/** Frames that are not IP pass in any case: what allows them asks for nothing. */
function whyLeftOut(rule: FirewallPolicyRule): 'context' | 'frame' | 'mac' | undefined {
  if (rule.context) return 'context';
  if (rule.direction === 'outgoing' && (rule.source.macs ?? rule.destination.macs)) return 'mac';
  const { frame } = rule;
  const meansIp = !frame || [ipv4, ipv6].some((type) => frame.items.includes(type) !== frame.not);
  return meansIp || rule.action !== 'deny' ? undefined : 'frame';
}

export function leftOutOfRules({ rules = [] }: FirewallPolicy): LeftOut[] {
  return rules.flatMap((rule) => {
    const why = whyLeftOut(rule);
    return why ? [{ kind: 'rule', name: `${rule.name.en} (${rule.id})`, why } as const] : [];
  });
}
