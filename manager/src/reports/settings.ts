import { type Module, moduleOfApi, type Report, type ReportedService } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Platform } from '../platform/index.ts';
import { compare } from './figures.ts';
import { type HostRow, selectComputerHosts, selectHosts } from './store.ts';
import { sourcesOf } from './wiring.ts';

/** What a month's report says of the settings (S86), with the hosts that were in service then. */
export type Settings = {
  readonly settings: Report['settings'];
  readonly hosts: readonly Pick<HostRow, 'id' | 'name'>[];
};

/**
 * The settings of the moment: what agents have applied and say of themselves, and what the API that rules the hosts answers, be it ours or that of a tenant of
 * the customer's. Where that does not answer, it is logged and its part is left out, so that a report says that it is not known.
 */
export async function readSettings(platform: Platform, accountId: string): Promise<Settings> {
  const configuration = await askConfiguration(platform, accountId);
  return platform.database.as(accountId, async (tx) => {
    const hosts = await selectHosts(tx, accountId);
    const own = toSettings(hosts);
    const computers = configuration?.kind === 'own' ? await selectComputerHosts(tx, accountId) : [];
    const settings = configuration ? withConfiguration(own, hosts, configuration, computers) : own;
    return { settings, hosts: hosts.map(({ id, name }) => ({ id, name })) };
  });
}

/** Answers of the public API: `listPolicies` and `listComputers`. */
export type Configuration = {
  readonly kind: 'own' | 'remote';
  readonly policies: readonly ApiObject[];
  readonly computers: readonly ApiObject[];
};

async function askConfiguration(platform: Platform, accountId: string): Promise<Configuration | undefined> {
  try {
    return await sourcesOf(platform).configurationOf?.(accountId);
  } catch (error) {
    platform.log.warn({ error, accountId }, 'The settings of an account could not be read for its report.');
    return undefined;
  }
}

/**
 * @param own what is known here, of each of `hosts` in their order
 * @param computerHosts which computer of our own API is which host
 */
export function withConfiguration(
  own: Report['settings'],
  hosts: readonly Pick<HostRow, 'id' | 'name'>[],
  { policies, computers }: Configuration,
  computerHosts: readonly { computer_id: number; host_id: string }[],
): Report['settings'] {
  const hostIds = new Map(computerHosts.map((row) => [row.computer_id, row.host_id]));
  const names = new Map(hosts.map(({ id, name }) => [id, name]));
  const hostOf = (computer: ApiObject) => hostIds.get(Number(computer['ID'])) ?? '';
  const nameOf = (computer: ApiObject) =>
    names.get(hostOf(computer)) ?? String(computer['displayName'] || computer['hostName'] || '');
  const told = new Map(computers.map((computer) => [hostOf(computer), computer]));
  const assigned = policies.map((policy) => ({
    id: Number(policy['ID']),
    name: String(policy['name'] ?? ''),
    hosts: computers
      .filter((computer) => computer['policyID'] === policy['ID'])
      .map(nameOf)
      .sort(compare),
  }));
  return {
    ...own,
    assigned: assigned
      .filter((policy) => policy.hosts.length > 0)
      .sort((a, b) => compare(a.name, b.name) || a.id - b.id),
    hosts: [
      ...own.hosts.map((host, index) => ({ ...host, ...toldOf(told.get(hosts[index]!.id)) })),
      // What a tenant of the customer's rules has no agent of ours: all that is known of it is what its API says.
      ...computers
        .filter((computer) => !names.has(hostOf(computer)))
        .map((computer) => ({
          ...{ name: nameOf(computer), os: String(computer['platform'] ?? ''), modules: {}, ...toldOf(computer) },
          liveness: livenessOf(computer),
        })),
    ].sort((a, b) => compare(a.name, b.name)),
  };
}

function toldOf(computer: ApiObject | undefined): Pick<Report['settings']['hosts'][number], 'services' | 'engineMode'> {
  if (!computer) return {};
  const settings = computer['computerSettings'] as Record<string, { value?: unknown } | undefined> | undefined;
  const mode = String(settings?.['firewallSettingNetworkEngineMode']?.value ?? '').toLowerCase();
  const services = Object.entries(moduleOfApi).flatMap(([name, module]) => serviceOf(module, computer[name]));
  return {
    ...(services.length > 0 ? { services } : {}),
    ...(mode === 'inline' || mode === 'tap' ? { engineMode: mode } : {}),
  };
}

function serviceOf(module: Module, told: unknown): ReportedService[] {
  const { state, moduleStatus } = (told ?? {}) as { state?: unknown; moduleStatus?: { agentStatus?: unknown } };
  if (typeof state !== 'string') return [];
  return [{ module, state, status: String(moduleStatus?.agentStatus ?? 'unknown') }];
}

function livenessOf(computer: ApiObject): string {
  const status = computer['computerStatus'] as { agentStatus?: unknown } | undefined;
  if (status?.agentStatus === undefined) return 'unknown';
  return status.agentStatus === 'active' || status.agentStatus === 'warning' ? 'connected' : 'silent';
}

export function toSettings(hosts: readonly HostRow[]): Report['settings'] {
  const applied = hosts.filter((host) => host.policy_name !== null && host.applied_version !== null);
  const byPolicy = Map.groupBy(applied, (host) => JSON.stringify([host.policy_name, host.applied_version]));
  const policies = [...byPolicy.values()].map((of) => ({
    name: of[0]!.policy_name!,
    version: of[0]!.applied_version!,
    latestVersion: of[0]!.latest_version!,
    hosts: of.map((host) => host.name),
  }));
  return {
    policies: policies.sort((a, b) => compare(a.name, b.name) || b.version - a.version),
    hostsWithoutPolicy: hosts.filter((host) => !applied.includes(host)).map((host) => host.name),
    hosts: hosts.map((host) => ({
      name: host.name,
      os: host.os ?? '',
      modules: Object.fromEntries(host.modules.map(({ module, state }) => [module, state])),
      liveness: host.silent ? 'silent' : 'connected',
      ...integrityOf(host),
    })),
  };
}

/** What stands beside the state of integrity monitoring: what is left out of it, and from which record changes are told. */
function integrityOf({ modules }: HostRow): Pick<Report['settings']['hosts'][number], 'mountsSkipped' | 'baseline'> {
  const status = modules.find(({ module }) => module === 'integrity');
  const facts = status?.causes?.find(({ code }) => code === 'integrity_mounts_skipped')?.facts;
  const { version, recordedAt } = status?.baseline ?? {};
  return {
    ...(facts
      ? { mountsSkipped: { count: Number(facts['count'] ?? 1), list: String(facts['list'] ?? facts['example'] ?? '') } }
      : {}),
    ...(version && recordedAt ? { baseline: { version, recordedAt } } : {}),
  };
}
