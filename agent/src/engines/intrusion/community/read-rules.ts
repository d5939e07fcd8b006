import type { IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';

/** Rules of others, as `suricata-update` has put them together. */
export type ReadRules = {
  /** By number. Only those that alert: nothing of others blocks. */
  readonly lines: ReadonlyMap<number, string>;
  /** Not taken: they act on more than an alert, read or write files of the host, or have a number of ours. */
  readonly leftOut: number;
};

/** From here on numbers are ours (`rules/intrusion`) or the account's. */
const ownSidsFrom = 9_000_000;
const linesMax = 200_000;
/** Keywords by which a rule reaches files of the host, or runs a program of its own. */
const reaching = /[;(]\s*(?:dataset|datarep|lua|luajit|filestore|filemagic|geoip|iprep)\s*[:;]/;

/** @throws Error where there are more than anybody would load */
export function readRules(text: string): ReadRules {
  const lines = new Map<number, string>();
  let leftOut = 0;
  for (const line of text.split('\n')) {
    const rule = line.trim();
    if (rule === '' || rule.startsWith('#')) continue;
    const sid = sidOf(rule);
    if (!rule.startsWith('alert ') || sid === undefined || sid >= ownSidsFrom || reaching.test(rule)) leftOut += 1;
    else lines.set(sid, rule);
    if (lines.size > linesMax) throw new Error(`there are more than ${linesMax} rules`);
  }
  return { lines, leftOut };
}

const sidOf = (rule: string): number | undefined =>
  Number(/[;(]\s*sid\s*:\s*(\d{1,10})\s*;/.exec(rule)?.[1]) || undefined;

/** Severities as Emerging Threats writes them; where a rule says none, what it is classed as decides. */
const severities: Readonly<Record<string, IntrusionPolicyRule['severity']>> = {
  ...{ critical: 'critical', major: 'high', minor: 'low', informational: 'informational' },
};
const severeClasses =
  /^(?:attempted-(?:admin|user)|successful-|shellcode|trojan|web-application-attack|exploit-kit|command-and|credential)/;

/** What is told of a rule when it speaks. */
export function describeRule(sid: number, line: string): IntrusionPolicyRule {
  const option = (name: string) => new RegExp(`[;(]\\s*${name}\\s*:\\s*([^;]*);`).exec(line)?.[1]?.trim();
  const metadata = option('metadata') ?? '';
  const name = /[;(]\s*msg\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replace(/\\(.)/g, '$1').trim().slice(0, 300);
  const severity = severities[/\bsignature_severity (\w+)/.exec(metadata)?.[1]?.toLowerCase() ?? ''];
  const CVE = [...line.matchAll(/reference\s*:\s*cve\s*,\s*(?:CVE-)?(\d{4}-\d{4,7})/gi)].map(
    ([, number]) => `CVE-${number}`,
  );
  const attack = [...metadata.matchAll(/\bmitre_technique_id (T\d{4}(?:\.\d{3})?)/g)].map(
    ([, technique]) => technique!,
  );
  return {
    ...{ id: sid, sid, name: { en: name || `Rule ${sid}` }, priority: 'normal', rule: line, detectOnly: true },
    severity: severity ?? (severeClasses.test(option('classtype') ?? '') ? 'high' : 'low'),
    ...{ logEvents: true, logDrops: true, includePacketData: false, alert: false },
    ...(CVE.length > 0 ? { CVE: [...new Set(CVE)].slice(0, 50) } : {}),
    ...(attack.length > 0 ? { attack: [...new Set(attack)].slice(0, 20) } : {}),
  };
}
