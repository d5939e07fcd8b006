import { tableName } from './chain-book.ts';
import type { RuleSet } from './rule-set.ts';
import { virtualInterfaces } from './surroundings.ts';

/**
 * The one table of ours, as one transaction that takes the place of what stood there: until the kernel commits it the old rules hold, from then on
 * the new ones, and no packet meets neither. Tables of others are not touched. `accept` ends our table alone and whatever others refuse stays
 * refused; `drop` is for all.
 *
 * Our chains come just before those that iptables, Docker, ufw (priority 0) and firewalld (+10) filter in, and after connection tracking (-200) and
 * the translation of destinations (-100).
 */
const filterPriority = -10;
/** Before the kernel puts fragments together (-400). */
const fragmentPriority = -450;

export const removalText = `table inet ${tableName}\ndelete table inet ${tableName}\n`;

/** How a rule set that is on trial ends by itself: the kernel forgets this set's elements, whatever has become of the agent. */
const trialSet = 'trial';

/** Takes the place of whatever stands there under our name. */
export const freshText = (ruleSet: RuleSet): string =>
  [removalText, `table inet ${tableName} {`, ruleSet.text, ...baseChains([ruleSet], false), '}', ''].join('\n');

/**
 * Puts a rule set in force for some seconds; then the one before holds again by itself, and where there is none, everything passes.
 * @param before stands in the table, as `freshText` or `keepText` have left it
 */
export function trialText(ruleSet: RuleSet, before: RuleSet | undefined, seconds: number): string {
  const both = before ? [ruleSet, before] : [ruleSet];
  return [
    ...(before ? flushes(before) : [removalText]),
    `table inet ${tableName} {`,
    ...trialLines(seconds),
    ruleSet.text,
    ...baseChains(both, true),
    '}',
    '',
  ].join('\n');
}

/** Ends a trial: one of the two rule sets stays, with its counters and what it remembers, the other goes. */
export function keepText(kept: RuleSet, dropped: RuleSet | undefined): string {
  const wasForwarding = kept.rulesForwarded || dropped?.rulesForwarded === true;
  const gone = [...(dropped?.text ?? '').matchAll(/^(chain|set|counter|ct timeout) (\S+) \{$/gm)];
  const chains = gone.filter(([, kind]) => kind === 'chain');
  return [
    ...flushes({ rulesForwarded: wasForwarding }),
    ...(wasForwarding && !kept.rulesForwarded ? [`delete chain inet ${tableName} passing`] : []),
    `table inet ${tableName} {`,
    ...baseChains([kept], false),
    '}',
    ...chains.map(([, , name]) => `flush chain inet ${tableName} ${name}`),
    ...[...chains, ...gone.filter(([, kind]) => kind !== 'chain')].map(
      ([, kind, name]) => `delete ${kind} inet ${tableName} ${name}`,
    ),
    `delete set inet ${tableName} ${trialSet}`,
    '',
  ].join('\n');
}

const flushes = ({ rulesForwarded }: { readonly rulesForwarded: boolean }): string[] =>
  ['fragments', 'arriving', 'leaving', ...(rulesForwarded ? ['passing'] : [])].map(
    (name) => `flush chain inet ${tableName} ${name}`,
  );

/** @param ruleSets the one in force; on trial the one before as well */
function baseChains(ruleSets: readonly RuleSet[], isTrial: boolean): string[] {
  const way = (name: string): string[] =>
    ruleSets.map(({ letter }, index) => `${isTrial && index === 0 ? whileOnTrial : ''}goto ${letter}_${name}`);
  return [
    baseChain('fragments', 'prerouting', fragmentPriority, ['iifname "lo" accept', ...way('fragments')]),
    baseChain('arriving', 'input', filterPriority, ['iifname "lo" accept', ...way('incoming')]),
    baseChain('leaving', 'output', filterPriority, ['oifname "lo" accept', ...way('outgoing')]),
    ...forwarding(ruleSets, isTrial),
  ];
}

const whileOnTrial = `meta nfproto @${trialSet} `;

const trialLines = (seconds: number): string[] => [
  `set ${trialSet} {`,
  'typeof meta nfproto',
  'flags timeout',
  `elements = { ipv4 timeout ${seconds}s, ipv6 timeout ${seconds}s }`,
  '}',
];

const baseChain = (name: string, hook: string, priority: number, lines: readonly string[]): string =>
  [`chain ${name} {`, `type filter hook ${hook} priority ${priority}; policy accept;`, ...lines, '}'].join('\n');

/** To a container is incoming, from one is outgoing. */
function forwarding(ruleSets: readonly RuleSet[], isTrial: boolean): string[] {
  const lines = ruleSets.flatMap(({ letter, rulesForwarded }, index) => {
    const held = isTrial && index === 0 ? whileOnTrial : '';
    // While one is on trial the other must not be asked, even where it alone rules forwarded traffic.
    if (!rulesForwarded) return held ? [`${held}accept`] : [];
    return virtualInterfaces.flatMap((name) => [
      `oifname "${name}" ${held}goto ${letter}_incoming`,
      `iifname "${name}" ${held}goto ${letter}_outgoing`,
    ]);
  });
  return ruleSets.some(({ rulesForwarded }) => rulesForwarded)
    ? [baseChain('passing', 'forward', filterPriority, lines)]
    : [];
}
