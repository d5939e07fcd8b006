import type { IntrusionPolicy, IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';
import { isInContext, type Place } from '../../surroundings/index.ts';

/** What of a policy is in force at an hour, in a place, as Suricata reads it. */
export type RuleText = {
  readonly text: string;
  readonly rules: ReadonlyMap<number, IntrusionPolicyRule>;
  /** Names of rules that hold only on restricted interfaces: the engine does not know by which one a packet came. */
  readonly leftOut: readonly string[];
};

/** @param resets whether connections that this host opens may be answered with a reset */
export function ruleTextOf(
  policy: Pick<IntrusionPolicy, 'rules'>,
  mode: 'prevent' | 'detect',
  hourOfWeek: number,
  place: Place | undefined,
  withoutSids: ReadonlySet<number> = new Set(),
  resets = true,
): RuleText {
  const rules = new Map<number, IntrusionPolicyRule>();
  const lines: string[] = [];
  const leftOut = new Set<string>();
  for (const rule of policy.rules) {
    if (withoutSids.has(rule.sid) || rule.hoursOfWeek?.[hourOfWeek] === false) continue;
    if (!isInContext(rule.context, place)) {
      if (rule.context?.restrictedInterfaces) leftOut.add(rule.name.en);
      continue;
    }
    const action = actionOf(rule, mode, resets);
    if (action === 'alert' && !rule.logEvents) continue;
    rules.set(rule.sid, rule);
    lines.push(`${action}${rule.rule.slice('alert'.length)}\n`);
  }
  return { text: lines.join(''), rules, leftOut: [...leftOut] };
}

/**
 * A connection that this host opens is answered with a reset, so that its program fails at once; whoever attacks from outside hears nothing.
 * @returns a word of Suricata's language
 */
export function actionOf(
  rule: Pick<IntrusionPolicyRule, 'rule' | 'detectOnly'>,
  mode: 'prevent' | 'detect',
  resets: boolean,
): string {
  if (mode === 'detect' || rule.detectOnly) return 'alert';
  return resets && /^alert (?:http|tls|tcp|tcp-pkt|tcp-stream|ssh|smtp|ftp) \$HOME_NET /.test(rule.rule)
    ? 'reject'
    : 'drop';
}

/** @returns hour of the week by the host's local time: 0 is Sunday from 0:00 to 1:00 */
export function hourOfWeekAt(epochMs: number): number {
  const time = new Date(epochMs);
  return time.getDay() * 24 + time.getHours();
}
