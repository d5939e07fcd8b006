import type { FirewallPolicy, FirewallPolicyRule } from '@sakimori/contract/policy-firewall';

/** @returns hour of the week by the host's local time, as `hoursOfWeek` counts them: 0 is Sunday from 0:00 to 1:00 */
export function hourOfWeek(epochMs: number): number {
  const time = new Date(epochMs);
  return time.getDay() * 24 + time.getHours();
}

export const isInHours = (rule: FirewallPolicyRule, hour: number): boolean => rule.hoursOfWeek?.[hour] ?? true;

/** Which rules with a schedule are in force: two moments with the same answer need no other rule set. */
export const scheduledRules = (policy: FirewallPolicy, hour: number): string =>
  (policy.rules ?? [])
    .filter((rule) => rule.hoursOfWeek && isInHours(rule, hour))
    .map(({ id }) => id)
    .join(',');
