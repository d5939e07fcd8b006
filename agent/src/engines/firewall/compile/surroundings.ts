import type { FirewallPolicy, FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import type { Endpoint } from './event-key.ts';
import { fits } from './name-pattern.ts';

/**
 * Where the host stands: its organisation's network answers on a local link or through a VPN; it does not, and the Internet does; neither does.
 */
export type Place = 'local' | 'remote' | 'away' | 'offline';

/** An interface that has an address and a link. */
export type ActiveInterface = { readonly name: string; readonly mac: string };

/** What the rules depend on that is outside of the policy. */
export type Surroundings = {
  /** undefined: nobody has asked. */
  readonly place: Place | undefined;
  /** The one with the default route first, then by name; without loopback. */
  readonly active: readonly ActiveInterface[];
  /** Where the agent asks to find out: rules must not hinder that, or it would never hear of a change. */
  readonly tested: readonly Endpoint[];
};

/** Whether a rule means all interfaces now. One whose context only means restricted interfaces is asked there. */
export function isInContext({ context }: FirewallPolicyRule, place: Place | undefined): boolean {
  if (!context) return true;
  return (
    (context.localConnection && place === 'local') ||
    (context.remoteConnection && place === 'remote') ||
    (context.noConnection && (place === 'away' || place === 'offline')) ||
    (context.noInternet && place === 'offline')
  );
}

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
    rules.some(({ context }) => context) ? [now.place, now.tested] : [],
    restrictedInterfaces(policy, present, now),
    rules.some(({ direction, source }) => direction === 'outgoing' && source.macs) ? now.active : [],
  ]);
}
