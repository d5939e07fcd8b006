import { intrusionRuleCharactersMax } from '@sakimori/contract/policy-intrusion';
import { IntrusionFault } from './intrusion-fault.ts';

/** One rule in Suricata's language, taken apart as Suricata does: options end at a `;` that no `\` stands before. */
export type RuleText = {
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string;
  readonly arrow: string;
  readonly destination: string;
  readonly destinationPort: string;
  readonly options: readonly (readonly [name: string, text: string])[];
};

const form = /^(alert|drop|reject) +([a-z0-9-]+) +(\S+) +(\S+) +(->|<>) +(\S+) +(\S+) +\((.*)\)$/;
const address = /^!?(?:any|\$(?:HOME|EXTERNAL)_NET|[\d.:a-f/]+|\[[\d.:a-f/,!\s[\]]+\])$/i;
const port = /^!?(?:any|[\d:]+|\[[\d:,!\s[\]]+\])$/;

/**
 * Options that reach beyond the packets that are looked at (files of the host, programs, the queue, other engines) or that would make a rule speak under
 * another name or not at all.
 */
const foreign = new Set(
  `lua luajit dataset datarep filestore filemd5 filesha1 filesha256 iprep config bypass nfq_set_mark replace geoip noalert
  requires tag gid`.split(/\s+/),
);

/** @throws IntrusionFault where it is no rule, or one with options that a policy may not carry */
export function readRuleText(text: string, owner: string): RuleText {
  const match = form.exec(text.trim());
  if (!match) throw new IntrusionFault(`${owner} is no rule in Suricata's language: alert tcp any any -> any any (…).`);
  const [, , protocol = '', source = '', sourcePort = '', arrow = '', destination = '', destinationPort = ''] = match;
  for (const one of [source, destination])
    if (!address.test(one)) throw new IntrusionFault(`${owner} has ${JSON.stringify(one)} where an address stands.`);
  for (const one of [sourcePort, destinationPort])
    if (!port.test(one)) throw new IntrusionFault(`${owner} has ${JSON.stringify(one)} where a port stands.`);
  const options = splitOptions(match[8] ?? '', owner);
  const bad = options.find(([name]) => foreign.has(name));
  if (bad) throw new IntrusionFault(`${owner} uses ${bad[0]}, which rules of a policy may not.`);
  return { protocol, source, sourcePort, arrow, destination, destinationPort, options };
}

function splitOptions(text: string, owner: string): RuleText['options'] {
  const parts = text.split(/(?<!\\);/).map((part) => part.trim());
  if (parts.pop() !== '') throw new IntrusionFault(`${owner} has an option that does not end with a semicolon.`);
  return parts.map((part) => {
    const name = /^[a-z0-9_.-]+/i.exec(part)?.[0];
    if (!name) throw new IntrusionFault(`${owner} has an option without a name: ${JSON.stringify(part.slice(0, 40))}.`);
    return [name, part] as const;
  });
}

/**
 * The same rule looking only at these ports of the server: behind the arrow for what clients say, before it for what the server says.
 * @param ports as `portsOf` gives them
 */
export function withPorts(rule: RuleText, ports: string): RuleText {
  const flow = rule.options.find(([name]) => name === 'flow')?.[1] ?? '';
  const isAnswer = /\b(?:to_client|from_server)\b/.test(flow);
  return isAnswer ? { ...rule, sourcePort: ports } : { ...rule, destinationPort: ports };
}

/** @throws IntrusionFault where the engine would not read so long a rule */
export function writeRuleText(rule: RuleText, owner: string): string {
  const head = `${rule.protocol} ${rule.source} ${rule.sourcePort} ${rule.arrow} ${rule.destination} ${rule.destinationPort}`;
  const text = `alert ${head} (${rule.options.map(([, option]) => `${option};`).join(' ')})`;
  if (text.length <= intrusionRuleCharactersMax) return text;
  throw new IntrusionFault(
    `${owner} is ${text.length} characters long; the engine reads ${intrusionRuleCharactersMax}.`,
  );
}

/** With this name and number in place of its own. */
export const withIdentity = (rule: RuleText, name: string, sid: number): RuleText => ({
  ...rule,
  options: [
    ['msg', `msg:"${plainName(name)}"`],
    ...rule.options.filter(([option]) => option !== 'msg' && option !== 'sid'),
    ['sid', `sid:${sid}`],
    ...(rule.options.some(([option]) => option === 'rev') ? [] : [['rev', 'rev:1'] as const]),
  ],
});

/** Without the signs that mean something to Suricata. */
export const plainName = (name: string): string =>
  name
    .replace(/[\\";:|\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed() || 'rule';
