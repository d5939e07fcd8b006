import type { FirewallPolicyRule } from '@sakimori/contract/policy-firewall';

/**
 * Where the host stands: its organisation's network answers on a local link or through a VPN; it does not, and the Internet does; neither does.
 */
export type Place = 'local' | 'remote' | 'away' | 'offline';

/** An interface that has an address and a link. */
export type ActiveInterface = { readonly name: string; readonly mac: string };

export type Endpoint = { readonly address: string; readonly port: number };

/** What rules depend on that is outside of the policy. */
export type Surroundings = {
  /** undefined: nobody has asked. */
  readonly place: Place | undefined;
  /** The one with the default route first, then by name; without loopback. */
  readonly active: readonly ActiveInterface[];
  /** Where the agent asks to find out: rules must not hinder that, or it would never hear of a change. */
  readonly tested: readonly Endpoint[];
};

/** Whether a context means the host now. One that only means restricted interfaces is asked there. */
export const isInContext = (context: FirewallPolicyRule['context'], place: Place | undefined): boolean =>
  !context ||
  (context.localConnection && place === 'local') ||
  (context.remoteConnection && place === 'remote') ||
  (context.noConnection && (place === 'away' || place === 'offline')) ||
  (context.noInternet && place === 'offline');
