import { type Capability, type CapabilityAnswer, capabilities, type RemoteTest } from '@sakimori/contract';
import type { Operation } from '@sakimori/contract/workload-security/index';
import { isReading } from './client.ts';
import { RemoteFault } from './fault.ts';
import type { TenantRow } from './store.ts';

/**
 * What the desk's work needs of a tenant: groups of its API, nothing at all where the work is our own (mails are sent by us, alerts come by events), or
 * `never` where the API has no way to it.
 */
const needs: Readonly<Record<Capability, readonly string[] | 'never'>> = {
  policyChange: ['policies'],
  recipients: [],
  hostMode: ['computers'],
  exclusions: ['policies', 'antiMalwareConfigurations', 'directoryLists'],
  scheduledTasks: ['scheduledTasks'],
  recommendations: ['scheduledTasks', 'computers'],
  settingsSnapshot: ['policies', 'computers'],
  liveness: ['computers'],
  versionDrift: ['computers'],
  // Which version a computer's agent is brought to is the tenant's; no call upgrades one, so no ring can wait for another.
  agentUpdateRings: 'never',
  containment: 'never',
  quarantine: 'never',
  // Estimates are made from what our own agents count.
  estimates: 'never',
  inventory: 'never',
  systemSettings: ['systemSettings'],
};

/** What our own manager offers: all of it. */
export const ownCapabilities = (): CapabilityAnswer[] =>
  capabilities.map((capability) => ({ capability, isOffered: true }));

/** By what the last test of the connection found (S25). Before the first one nothing is offered that has to be asked of the tenant. */
export function remoteCapabilities({ test }: Pick<TenantRow, 'test'>): CapabilityAnswer[] {
  const outcomes = new Map((test?.groups ?? []).map(({ group, outcome }) => [group, outcome]));
  return capabilities.map((capability) => {
    const needed = needs[capability];
    if (needed === 'never') return { capability, isOffered: false, why: 'not_in_api' };
    const found = needed.map((group) => outcomes.get(group));
    if (found.every((outcome) => outcome === 'allowed')) return { capability, isOffered: true };
    if (found.includes('absent')) return { capability, isOffered: false, why: 'absent' };
    if (found.includes('forbidden')) return { capability, isOffered: false, why: 'forbidden' };
    return { capability, isOffered: false, why: 'untested' };
  });
}

const groupPaths: Readonly<Record<string, string>> = {
  policies: '/policies',
  computers: '/computers',
  scheduledTasks: '/scheduledtasks',
  eventBasedTasks: '/eventbasedtasks',
  firewallRules: '/firewallrules',
  intrusionPreventionRules: '/intrusionpreventionrules',
  integrityMonitoringRules: '/integritymonitoringrules',
  logInspectionRules: '/loginspectionrules',
  antiMalwareConfigurations: '/antimalwareconfigurations',
  directoryLists: '/directorylists',
  contacts: '/contacts',
  systemSettings: '/systemsettings',
};
/** Who may enter the tenant is the customer's own affair; a key that replaced itself would lock us out. */
const customersOwn = ['/apikeys', '/administrators', '/roles'];

const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);

/** Asked before anything is sent: what cannot be is refused with a sentence (S25). @throws RemoteFault 400, 403 */
export function checkOffered(operation: Operation, test: RemoteTest | null): void {
  const { path } = operation;
  if (!isReading(operation) && customersOwn.some((root) => isBelow(path, root)))
    throw new RemoteFault(
      403,
      'Keys, administrators and roles of a customer’s own tenant are changed by the customer.',
    );
  for (const { group, outcome } of test?.groups ?? []) {
    const root = groupPaths[group];
    if (root === undefined || !isBelow(path, root)) continue;
    if (outcome === 'absent')
      throw new RemoteFault(400, `The customer’s own tenant does not offer this: it has no ${group}.`);
    if (outcome === 'forbidden')
      throw new RemoteFault(403, `The key of the customer’s own tenant has no right to this: ${group}.`);
  }
}
