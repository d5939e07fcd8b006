import { type HostFacts, type Module, type ModuleStatus, moduleOfApi, type RemoteComputer } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Tx } from '../platform/index.ts';
import { type ComputerRow, selectComputers, selectSnapshot } from './store.ts';

const clean = (value: unknown, max: number): string =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '').slice(0, max) : '';
const object = (value: unknown): ApiObject => (typeof value === 'object' && value !== null ? (value as ApiObject) : {});

/** What is kept of a computer: what the desk shows and compares. */
export function keptOf(computer: ApiObject): ApiObject {
  const { agentStatus, agentStatusMessages } = object(computer['computerStatus']);
  return {
    hostName: clean(computer['hostName'], 255),
    displayName: clean(computer['displayName'], 255),
    platform: clean(computer['platform'], 200),
    agentVersion: clean(computer['agentVersion'], 60),
    policyID: typeof computer['policyID'] === 'number' ? computer['policyID'] : 0,
    lastIPUsed: clean(computer['lastIPUsed'], 64),
    instanceID: clean(object(computer['ec2VirtualMachineSummary'])['instanceID'], 60),
    heardAt: typeof computer['lastAgentCommunication'] === 'number' ? computer['lastAgentCommunication'] : 0,
    status: clean(agentStatus, 40),
    messages: (Array.isArray(agentStatusMessages) ? agentStatusMessages : [])
      .slice(0, 10)
      .map((message) => clean(message, 300)),
    modules: Object.fromEntries(Object.keys(moduleOfApi).map((name) => [name, statusOf(computer, name)])),
    states: Object.fromEntries(
      Object.keys(moduleOfApi).map((name) => [name, clean(object(computer[name])['state'], 30)]),
    ),
    // No part of the service: that it is on is said, and nothing else is made of it (S13).
    applicationControl: clean(object(computer['applicationControl'])['state'], 30),
    versions: versionsOf(computer),
  };
}

const statusOf = (computer: ApiObject, module: string): string =>
  clean(object(object(computer[module])['moduleStatus'])['agentStatus'], 30);

/** Parts with a version of their own: the agent, its rules, and the patterns of scans (S17). */
function versionsOf(computer: ApiObject): Record<string, string> {
  const versions: Record<string, string> = {};
  const agent = clean(computer['agentVersion'], 60);
  if (agent !== '' && agent !== '0.0.0.0') versions['agent'] = agent;
  const updates = object(computer['securityUpdates']);
  for (const kind of ['rules', 'antiMalware', 'webReputationService', 'other'] as const) {
    const parts = updates[kind];
    for (const part of Array.isArray(parts) ? parts.slice(0, 60) : []) {
      const [name, version] = [clean(object(part)['name'], 80), clean(object(part)['version'], 80)];
      if (name !== '' && version !== '') versions[`${kind}: ${name}`] = version;
    }
  }
  return versions;
}

const offline = /\boffline\b/i;

/** By the words of the status: `Managed (Online)`, `Offline`, `Unmanaged (Unknown)`. A warning or another error is an agent that is there. */
export function livenessOf(kept: ApiObject): 'online' | 'offline' | 'unmanaged' {
  const messages = kept['messages'] as string[];
  const status = kept['status'] as string;
  if (status === 'inactive' || status === 'not-supported' || status === '') return 'unmanaged';
  if (messages.some((message) => offline.test(message))) return 'offline';
  if (messages.some((message) => /\bunmanaged\b/i.test(message))) return 'unmanaged';
  return 'online';
}

export function factsOf(kept: ApiObject): HostFacts & { versions: Record<string, string> } {
  return {
    ...{ name: nameOf(kept), os: kept['platform'] as string, kernel: '', architecture: '', bootId: '', root: false },
    ...{ agentVersion: kept['agentVersion'] as string, limits: [] },
    versions: kept['versions'] as Record<string, string>,
  };
}

export const nameOf = (kept: ApiObject): string =>
  (kept['hostName'] as string) || (kept['displayName'] as string) || 'unnamed';

const states = { active: 'active', warning: 'degraded', error: 'lacking', inactive: 'off' } as const;

export const modulesOf = (kept: ApiObject): ModuleStatus[] =>
  Object.entries(moduleOfApi).map(([name, module]) => ({
    module,
    state: states[(kept['modules'] as Record<string, string>)[name] as keyof typeof states] ?? 'off',
    causes: [],
    figures: {},
  }));

/** Computers as they were last fetched, with the names of their policies. */
export async function listComputers(
  tx: Tx,
  accountId: string,
  isWanted: (row: ComputerRow) => boolean = () => true,
): Promise<RemoteComputer[]> {
  const names = await policyNames(tx, accountId);
  return (await selectComputers(tx, accountId)).filter(isWanted).map((row) => toComputer(row, names));
}

export async function policyNames(tx: Tx, accountId: string): Promise<ReadonlyMap<number, string>> {
  const policies = await selectSnapshot(tx, accountId, 'policies');
  return new Map((policies?.body ?? []).map((policy) => [policy['ID'] as number, String(policy['name'])]));
}

export function toComputer(row: ComputerRow, policies: ReadonlyMap<number, string>): RemoteComputer {
  const { body } = row;
  const policyName = policies.get(body['policyID'] as number);
  return {
    ...{ number: Number(row.number), name: nameOf(body), platform: body['platform'] as string },
    ...(row.host_id ? { hostId: row.host_id } : {}),
    ...{ agentVersion: body['agentVersion'] as string, liveness: row.liveness },
    ...(policyName === undefined ? {} : { policyName }),
    statusMessages: body['messages'] as string[],
    modules: named(body['modules']),
  };
}

/** Words of the API about the six modules, by our names of these. */
export const named = (words: unknown): { module: Module; status: string }[] =>
  Object.entries(moduleOfApi).map(([name, module]) => ({
    module,
    status: (words as Record<string, string>)[name] ?? '',
  }));
