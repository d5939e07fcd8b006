import type { FirewallPolicy, FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import { isInContext } from '../../../surroundings/index.ts';
import { compileMatch } from '../match.ts';
import type { ChainBook } from './chain-book.ts';
import type { Direction, LeftOut, Moment, Settings } from './event-key.ts';
import { isInHours } from './schedule.ts';
import { interfaceMatch, type StatefulChains } from './stateful.ts';
import { restrictedInterfaces } from './surroundings.ts';

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
  const lines = rules.flatMap((rule) => linesOf(book, rule, chains, policy.settings, moment));
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

/**
 * What isolation leaves unused: there only rules whose context means such interfaces are asked, and all else is refused. Rules that let in ask as they do
 * elsewhere.
 */
export function isolationLines(
  book: ChainBook,
  policy: FirewallPolicy,
  direction: Direction,
  chains: StatefulChains,
  moment: Moment,
): string[] {
  const names = restrictedInterfaces(policy, moment.interfaces, moment.surroundings);
  if (names.length === 0) return [];
  const rules = inHours(policy, direction, moment).filter(({ context }) => context?.restrictedInterfaces);
  const meaning = { key: `isolated.${direction}`, rule: undefined, isAlert: false, withData: false } as const;
  const isLogged = policy.settings?.events.outOfAllowedPolicy ?? true;
  const chain = book.chain(`isolated_${direction}`, [
    ...rules.flatMap((rule) => linesOf(book, rule, chains, policy.settings, moment)),
    book.refuse(meaning, isLogged),
  ]);
  return [`${interfaceMatch(direction, names)}goto ${chain}`];
}

/** Of both directions. */
export const countInForce = (policy: FirewallPolicy, moment: Moment): number =>
  inForce(policy, 'incoming', moment).length + inForce(policy, 'outgoing', moment).length;

const order = ['bypass', 'log-only', 'force-allow', 'deny', 'allow'] as const;
const byPrecedence = (a: FirewallPolicyRule, b: FirewallPolicyRule): number =>
  b.priority - a.priority || order.indexOf(a.action) - order.indexOf(b.action) || a.id - b.id;

const inForce = (policy: FirewallPolicy, direction: Direction, moment: Moment): FirewallPolicyRule[] =>
  inHours(policy, direction, moment).filter(({ context }) => isInContext(context, moment.surroundings.place));

function inHours({ rules = [] }: FirewallPolicy, direction: Direction, moment: Moment): FirewallPolicyRule[] {
  return rules
    .filter((rule) => rule.direction === direction && whyLeftOut(rule) === undefined)
    .filter((rule) => isInHours(rule, moment.hourOfWeek))
    .sort(byPrecedence);
}

function linesOf(
  book: ChainBook,
  rule: FirewallPolicyRule,
  chains: StatefulChains,
  settings: Settings | undefined,
  moment: Moment,
): string[] {
  const leaving = rule.direction === 'outgoing' ? leavingBy(rule, moment) : '';
  const matches = leaving === undefined ? [] : compileMatch(leaving === '' ? rule : withoutSourceMacs(rule));
  if (matches.length === 0) return [];
  const answer = answerTo(book, rule, chains, settings);
  return matches.map((match) => `${leaving}${match} ${answer}`.trim());
}

/**
 * What leaves this host has no hardware address yet when rules are asked: it will be the one of the interface that it leaves by.
 * @returns undefined where it can be none of the rule's
 */
function leavingBy({ source: { macs } }: FirewallPolicyRule, { surroundings }: Moment): string | undefined {
  if (!macs) return '';
  const own = surroundings.active.filter(({ mac }) => macs.items.includes(mac) !== macs.not).map(({ name }) => name);
  return own.length === 0 ? undefined : interfaceMatch('outgoing', own);
}

const withoutSourceMacs = (rule: FirewallPolicyRule): FirewallPolicyRule => ({
  ...rule,
  source: { ...rule.source, macs: undefined },
});

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
function whyLeftOut(rule: FirewallPolicyRule): 'frame' | 'mac' | undefined {
  // Where a packet goes is known after it was put on its way: there is nobody left to ask.
  if (rule.direction === 'outgoing' && rule.destination.macs) return 'mac';
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
