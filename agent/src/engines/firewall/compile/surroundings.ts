import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import type { Surroundings } from '../../../surroundings/index.ts';
import { fits } from './name-pattern.ts';

/** Networks of containers and virtual machines, by the names of the host's side. */
export const virtualInterfaces = [
  ...['docker*', 'br-*', 'veth*', 'podman*', 'cni*', 'cali*', 'flannel*', 'lxc*', 'virbr*', 'vnet*', 'tap*'],
] as const;

/**
 * Interfaces that isolation leaves unused, by name: of those that are up, the ones that fit the first pattern that any of them fits are used, with
 * `limitToOneActive` one of them alone. Where none fits, nothing is restricted: a host without any network protects nobody.
 */
export function restrictedInterfaces(
  { settings }: FirewallPolicy,
  present: readonly string[],
  { active }: Surroundings,
): string[] {
  const isolation = settings?.interfaceIsolation;
  if (!isolation?.enabled) return [];
  const isVirtual = (name: string) =>
    !settings?.virtualAndContainerNetworks && virtualInterfaces.some((pattern) => fits(pattern, name));
  const candidates = active.map(({ name }) => name).filter((name) => !isVirtual(name));
  const patterns = isolation.patterns.length > 0 ? isolation.patterns : ['*'];
  const found = patterns
    .map((pattern) => candidates.filter((name) => fits(pattern, name)))
    .find(({ length }) => length);
  if (!found) return [];
  const used = isolation.limitToOneActive ? found.slice(0, 1) : found;
  return present.filter((name) => name !== 'lo' && !used.includes(name) && !isVirtual(name));
}

/** Which of its circumstances a policy asks for, as a text: where it is the same, so are the rules. */
export function surroundingsText(policy: FirewallPolicy, present: readonly string[], now: Surroundings): string {
  const rules = policy.rules ?? [];
  return JSON.stringify([
    [rules.some(({ context }) => context) ? now.place : undefined, policy.settings?.surroundings ? now.tested : []],
    restrictedInterfaces(policy, present, now),
    rules.some(({ direction, source }) => direction === 'outgoing' && source.macs) ? now.active : [],
  ]);
}
