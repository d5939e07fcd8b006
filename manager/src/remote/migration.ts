import type { Actor } from '@sakimori/contract';
import {
  type MigratedPolicy,
  type MigrationDirection,
  type MigrationReport,
  Module,
  moduleOfApi,
} from '@sakimori/contract';
import { type ApiObject, isSetting, whyNotSet } from '@sakimori/contract/workload-security/index';
import type { Asking, OwnOperations } from '../workloadapi/index.ts';
import type { RemoteDesk } from './remotes.ts';
import { fetchAll } from './sync.ts';

/** Asks one side for an operation, in the API's own words. */
type Ask = (operationId: string, asking?: Asking) => Promise<ApiObject>;

const ruleSearches = {
  firewall: 'searchFirewallRules',
  intrusionPrevention: 'searchIntrusionPreventionRules',
  integrityMonitoring: 'searchIntegrityMonitoringRules',
  logInspection: 'searchLogInspectionRules',
} as const;
type RuleModule = keyof typeof ruleSearches;
const ruleModules = Object.keys(ruleSearches) as RuleModule[];
/** Modules of the API beyond the six of the service. */
const furtherModules = ['activityMonitoring', 'applicationControl', 'SAP'] as const;
const [rulesMax, policiesMax, listedMax] = [20_000, 5000, 500];

const object = (value: unknown): ApiObject => (typeof value === 'object' && value !== null ? (value as ApiObject) : {});

/**
 * What of one side's policies the other one carries out: by the models that both speak. Settings by name and value, rules by name or by the
 * vulnerabilities that they are for, modules by their engines.
 * @throws RemoteFault where the tenant does not answer
 */
export async function reportMigration(
  remote: RemoteDesk,
  own: OwnOperations,
  { accountId, actor, direction }: { accountId: string; actor: Actor; direction: MigrationDirection },
): Promise<MigrationReport> {
  const { client } = await remote.client(accountId);
  const askRemote: Ask = (id, asking) => client.call(id, asking);
  const by = { actor, reason: 'migration report' };
  const askOwn: Ask = (id, asking = {}) => own.perform(accountId, id, by, asking);
  const [from, to] = direction === 'to-own' ? [askRemote, askOwn] : [askOwn, askRemote];
  const policies = await fetchAll({ call: from }, 'searchPolicies', { overrides: 'true' }, policiesMax);
  const books = new Map<RuleModule, RuleBook>();
  for (const module of ruleModules) {
    if (!policies.some((policy) => ruleIdsOf(policy, module).length > 0)) continue;
    const theirs = await fetchAll({ call: from }, ruleSearches[module], {}, rulesMax);
    const ours = await fetchAll({ call: to }, ruleSearches[module], {}, rulesMax);
    books.set(module, new RuleBook(theirs, ours));
  }
  return {
    ...{ direction, at: remote.platform.clock.now().toISOString() },
    policies: policies.map((policy) => migrated(policy, books, direction)),
  };
}

const ruleIdsOf = (policy: ApiObject, module: RuleModule): number[] => {
  const ids = object(policy[module])['ruleIDs'];
  return Array.isArray(ids) ? (ids as number[]) : [];
};

function migrated(
  policy: ApiObject,
  books: ReadonlyMap<RuleModule, RuleBook>,
  direction: MigrationDirection,
): MigratedPolicy {
  const settings = Object.entries(object(policy['policySettings'])).map(([name, value]) => ({
    name: name.slice(0, 200),
    value: String(object(value)['value'] ?? '').slice(0, 500),
  }));
  const settingsLost = settings.flatMap(({ name, value }) => {
    const why = direction === 'to-own' ? whyLost(name, value) : undefined;
    return why === undefined ? [] : [{ name, value, why }];
  });
  const isOn = (name: string): boolean => !['off', undefined].includes(object(policy[name])['state'] as string);
  const rules = ruleModules.flatMap((module) =>
    ruleIdsOf(policy, module).map((id) => ({
      module: Module.parse(moduleOfApi[module]),
      ...books.get(module)!.find(id),
    })),
  );
  const rulesLost = rules.filter(({ match }) => match === 'none').map(({ module, name }) => ({ module, name }));
  return {
    ...{ number: policy['ID'] as number, name: String(policy['name'] ?? '').slice(0, 255) },
    settingsMapped: settings.length - settingsLost.length,
    settingsLost: settingsLost.slice(0, 250),
    modulesMapped: Object.entries(moduleOfApi).flatMap(([name, module]) => (isOn(name) ? [module] : [])),
    modulesLost: direction === 'to-own' ? furtherModules.filter(isOn) : [],
    rulesMapped: rules.length - rulesLost.length,
    ...{ rulesLost: rulesLost.slice(0, listedMax), rulesLostCount: rulesLost.length },
  };
}

const whyLost = (name: string, value: string): string | undefined =>
  isSetting('policy', name) ? whyNotSet(name, value) : 'migrationWhy.unknown_here';

/** Rules of one side, and where each stands in the other's library. */
class RuleBook {
  readonly #theirs: ReadonlyMap<number, ApiObject>;
  readonly #names: ReadonlySet<string>;
  readonly #cves: ReadonlySet<string>;

  constructor(theirs: readonly ApiObject[], ours: readonly ApiObject[]) {
    this.#theirs = new Map(theirs.map((rule) => [rule['ID'] as number, rule]));
    this.#names = new Set(ours.map((rule) => String(rule['name'] ?? '').toLowerCase()));
    this.#cves = new Set(ours.flatMap(cvesOf));
  }

  find(id: number): { name: string; match: 'name' | 'cve' | 'none' } {
    const rule = this.#theirs.get(id);
    const name = String(rule?.['name'] ?? `#${id}`).slice(0, 300);
    if (rule && this.#names.has(name.toLowerCase())) return { name, match: 'name' };
    const cves = rule ? cvesOf(rule) : [];
    return { name, match: cves.length > 0 && cves.every((cve) => this.#cves.has(cve)) ? 'cve' : 'none' };
  }
}

const cvesOf = (rule: ApiObject): string[] =>
  (Array.isArray(rule['CVE']) ? rule['CVE'] : []).map((cve) => String(cve).toUpperCase());
