import { networkInterfaces } from 'node:os';
import type { FirewallSurroundings } from '@sakimori/contract/policy-firewall';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { defaultRouteInterfaces, isVpn } from './interfaces.ts';
import type { ActiveInterface, Endpoint, Place, Surroundings } from './place.ts';
import { findDomainControllers, reachAddress, reachUrl } from './reach-tests.ts';

type Answer = { readonly atMs: number; readonly place: Place; readonly tested: readonly Endpoint[] };

/** Of one agent: engines that ask the same question within the policy's interval hear one answer. By the clock, since an agent has one. */
const answers = new WeakMap<Clock, Map<string, Promise<Answer>>>();

/** Finds out where the host stands, for rules whose context asks for it, and by which interfaces it can be reached. */
export class SurroundingsWatch {
  readonly #clock: Clock;
  readonly #log: Log;
  #place: Place | undefined;
  #tested: readonly Endpoint[] = [];

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  get now(): Surroundings {
    return { place: this.#place, active: activeInterfaces(), tested: this.#tested };
  }

  /**
   * Asks what the policy says must be asked, where it is time again. Takes some seconds at most. Never throws.
   * @param asked undefined: no rule wants to know
   */
  async look(asked: FirewallSurroundings | undefined): Promise<void> {
    if (!asked) {
      this.#place = undefined;
      this.#tested = [];
      return;
    }
    const before = this.#place;
    const { place, tested } = await this.#answerTo(asked);
    [this.#place, this.#tested] = [place, tested];
    if (before !== place) this.#log('info', 'where this host stands', { place });
  }

  async #answerTo(asked: FirewallSurroundings): Promise<Answer> {
    const known = answers.get(this.#clock) ?? new Map<string, Promise<Answer>>();
    answers.set(this.#clock, known);
    const question = JSON.stringify(asked);
    const last = await known.get(question);
    if (last && this.#clock.monotonicMs() < last.atMs + asked.everyMs) return last;
    const answer = this.#ask(asked);
    // Policies change seldom; what nobody asks any more is forgotten.
    for (const other of known.keys()) if (known.size >= questionsMax) known.delete(other);
    known.set(question, answer);
    return answer;
  }

  async #ask(asked: FirewallSurroundings): Promise<Answer> {
    const tested: Endpoint[] = [];
    const place = await findPlace(asked, (endpoint) => tested.push(endpoint));
    tested.sort((a, b) => (a.address < b.address ? -1 : 1));
    return { atMs: this.#clock.monotonicMs(), place, tested };
  }
}

const questionsMax = 4;

/** @param tell hears every address that is asked, so that no rule hinders the next time */
async function findPlace(
  { intranet, internet }: FirewallSurroundings,
  tell: (endpoint: Endpoint) => void,
): Promise<Place> {
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
