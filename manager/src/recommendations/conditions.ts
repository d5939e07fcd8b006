import type { ListeningService } from '@sakimori/contract';
import { compileGlob } from './glob.ts';
import { compareVersions } from './package-version.ts';
import type { ScannedHost } from './scanned-host.ts';

/** Where a rule is worth having. All conditions of one must hold. */
export type AppliesTo = {
  /** Name of an installed package; `*` stands for any characters. */
  readonly package?: string | undefined;
  /** That package's version is older than this one, by the order of its packaging system. */
  readonly below?: string | undefined;
  /** `tcp/80`: something listens there. */
  readonly listens?: string | undefined;
  /** Name of a running program; `*` stands for any characters. Together with `listens`: of the one that listens, where that is known. */
  readonly process?: string | undefined;
  /** `ID` of os-release(5), with `*`; `linux` is any of them. */
  readonly os?: string | undefined;
  /** Every host. */
  readonly always?: boolean | undefined;
};

/** What on the host made a rule apply. */
export type Reason = {
  readonly package?: string;
  readonly version?: string;
  /** Where something listens: `tcp/80`. */
  readonly port?: string;
  readonly process?: string;
  readonly os?: string;
  readonly always?: true;
};

/** What on the host meets all conditions, or undefined where one is not met. An alternative without any condition is met by no host. */
export function whyApplies(one: AppliesTo, host: ScannedHost): Reason | undefined {
  const parts = [
    one.always === undefined ? {} : always(one.always),
    one.os === undefined ? {} : osOf(one.os, host),
    one.package === undefined ? notBelow(one) : packageOf(one.package, one.below, host),
    one.listens === undefined ? processOf(one.process, host) : serviceOf(one.listens, one.process, host),
  ];
  if (parts.includes(undefined)) return undefined;
  const reason: Reason = Object.assign({}, ...parts);
  return Object.keys(reason).length > 0 ? reason : undefined;
}

const always = (wanted: boolean): Reason | undefined => (wanted ? { always: true } : undefined);

/** `below` says something about a package only. */
const notBelow = ({ below }: AppliesTo): Reason | undefined => (below === undefined ? {} : undefined);

/** Agents exist for Linux alone, so whatever calls itself anything else is a Linux too. */
function osOf(pattern: string, { osId }: ScannedHost): Reason | undefined {
  return pattern === 'linux' || compileGlob(pattern).matches(osId) ? { os: osId } : undefined;
}

function packageOf(pattern: string, below: string | undefined, host: ScannedHost): Reason | undefined {
  const found = host
    .packages(pattern)
    .find(({ manager, version }) => below === undefined || compareVersions(manager, version, below) < 0);
  return found && { package: found.name, version: found.version };
}

function processOf(pattern: string | undefined, host: ScannedHost): Reason | undefined {
  if (pattern === undefined) return {};
  const process = host.process(pattern);
  return process === undefined ? undefined : { process };
}

function serviceOf(where: string, process: string | undefined, host: ScannedHost): Reason | undefined {
  const services = host.services(where);
  if (services.length === 0) return undefined;
  if (process === undefined) return { port: where, ...processIn(services[0]!) };
  const glob = compileGlob(process);
  const named = services.find((service) => service.process !== undefined && glob.matches(service.process));
  if (named) return { port: where, ...processIn(named) };
  // Whose socket it is may be hidden from the agent: then it is enough that the program runs.
  const running = services.some((service) => service.process === undefined) ? host.process(process) : undefined;
  return running === undefined ? undefined : { port: where, process: running };
}

const processIn = ({ process }: ListeningService): Reason => (process === undefined ? {} : { process });
