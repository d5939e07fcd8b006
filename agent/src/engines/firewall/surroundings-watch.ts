import { networkInterfaces } from 'node:os';
import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import type { EngineHost } from '../engine.ts';
import type { Endpoint } from './compile/event-key.ts';
import type { ActiveInterface, Place, Surroundings } from './compile/surroundings.ts';
import { defaultRouteInterfaces, isVpn } from './interfaces.ts';
import { findDomainControllers, reachAddress, reachUrl } from './reach-tests.ts';

/** Finds out where the host stands, for rules whose context asks for it, and by which interfaces it can be reached. */
export class SurroundingsWatch {
  readonly #host: EngineHost;
  #place: Place | undefined;
  #tested: readonly Endpoint[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #lookedBy = '';

  constructor(host: EngineHost) {
    this.#host = host;
  }

  get now(): Surroundings {
    return { place: this.#place, active: activeInterfaces(), tested: this.#tested };
  }

  /** Asks what the policy says must be asked, where it is time again. Takes some seconds at most. Never throws. */
  async look({ rules = [], settings }: FirewallPolicy): Promise<void> {
    const asked = settings?.surroundings;
    if (!asked || !rules.some(({ context }) => context)) {
      this.#place = undefined;
      this.#tested = [];
      return;
    }
    const [nowMs, by] = [this.#host.clock.monotonicMs(), JSON.stringify(asked)];
    if (by === this.#lookedBy && nowMs < this.#lookedAtMs + asked.everyMs) return;
    const before = this.#place;
    const tested: Endpoint[] = [];
    this.#place = await findPlace(asked, (endpoint) => tested.push(endpoint));
    this.#tested = tested.sort((a, b) => (a.address < b.address ? -1 : 1));
    [this.#lookedAtMs, this.#lookedBy] = [this.#host.clock.monotonicMs(), by];
    if (before !== this.#place) this.#host.log('info', 'where this host stands', { place: this.#place });
  }
}

type Asked = NonNullable<NonNullable<FirewallPolicy['settings']>['surroundings']>;

/** @param tell hears every address that is asked, so that no rule hinders the next time */
async function findPlace({ intranet, internet }: Asked, tell: (endpoint: Endpoint) => void): Promise<Place> {
  const own = intranet ? await reachUrl(intranet, tell) : await reachDomain(tell);
  if (own !== undefined) return isVpn(nameOf(own)) ? 'remote' : 'local';
  const isOnline = internet
    ? (await reachUrl(internet, tell)) !== undefined
    : defaultRouteInterfaces().some((name) => activeInterfaces().some((one) => one.name === name));
  return isOnline ? 'away' : 'offline';
}

async function reachDomain(tell: (endpoint: Endpoint) => void): Promise<string | undefined> {
  for (const controller of await findDomainControllers()) {
    tell(controller);
    const own = await reachAddress(controller);
    if (own !== undefined) return own;
  }
  return undefined;
}

/** The interface that has this address. */
const nameOf = (address: string): string =>
  Object.entries(networkInterfaces()).find(([, all]) => all?.some((one) => one.address === address))?.[0] ?? '';

function activeInterfaces(): ActiveInterface[] {
  const first = defaultRouteInterfaces();
  return Object.entries(networkInterfaces())
    .flatMap(([name, all]) => {
      const one = all?.find(({ internal }) => !internal);
      return one ? [{ name, mac: one.mac.toLowerCase() }] : [];
    })
    .sort((a, b) => Number(first.includes(b.name)) - Number(first.includes(a.name)) || (a.name < b.name ? -1 : 1));
}
