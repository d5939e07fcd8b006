import assert from 'node:assert/strict';
import { type ApiObject, collectionOf, type Operation, operations } from '@sakimori/contract/workload-security/index';
import { type System, startSystem } from '../system.ts';
import { createDriver, type Driver, type Ids, operationOf } from './driver.ts';
import { bodyOf } from './fixtures.ts';

export type Workload = { readonly system: System; readonly api: Driver };

/** A whole system whose API counts no calls in practice, and a driver with the key of its account's administrator. */
export async function startWorkload(env: Record<string, string> = {}): Promise<Workload> {
  const system = await startSystem({ SAKIMORI_API_REQUESTS_PER_MINUTE: '1000000', ...env });
  return { system, api: createDriver(`${system.workloadSecurity}/api`, system.workloadSecurityKey) };
}

/** A policy, one below it, and a computer that uses the lower one. */
export async function makeFamily(api: Driver) {
  const make = async (operation: string, body: ApiObject) => idIn(await api.call(operation, {}, { body }));
  const parentID = await make('createPolicy', { name: 'Parent' });
  const policyID = await make('createPolicy', { name: 'Child', parentID });
  return { parentID, policyID, computerID: await make('createComputer', { hostName: 'grandchild', policyID }) };
}

/** The parameter that names an object made by this operation: `roleID` of `POST /roles`. */
export const parameterOf = (create: Operation): string => {
  const pattern = new RegExp(`^${create.path.replace(/[{}]/g, '\\$&')}/\\{(\\w+)\\}$`);
  const found = operations.map(({ path }) => pattern.exec(path)?.[1]).find(Boolean);
  if (!found) throw new Error(`Nothing is described below ${create.path}.`);
  return create.id === 'addGlobalRules' ? 'globalRuleID' : found;
};

export const creates: readonly Operation[] = Object.keys(bodyOf).map(operationOf);

/** The object that a create answered with: global rules come as a list, a vCenter has its number as `id`. */
export function idIn(answer: ApiObject): number {
  const list = answer['applicationControlGlobalRules'] as ApiObject[] | undefined;
  const object = list ? list[0]! : answer;
  const id = object['ID'] ?? object['id'];
  assert.equal(typeof id, 'number', `no ID in ${JSON.stringify(answer).slice(0, 300)}`);
  return id as number;
}

/** Application Control is no part of the service (S13): it is read, empty, and refused to whoever would make something of it. */
export const outOfScope: readonly string[] = ['createSoftwareInventory', 'createRuleset', 'addGlobalRules'];
export const makeable: readonly Operation[] = creates.filter(({ id }) => !outOfScope.includes(id));

/** Makes one object of every kind. @returns their ids by the names of path parameters; 0 where there is none */
export async function makeWorld(api: Driver, prefix = 'world'): Promise<Ids> {
  const ids: Record<string, number | string> = {};
  for (const create of creates)
    ids[parameterOf(create)] = outOfScope.includes(create.id) ? 0 : idIn(await makeOne(api, create.id, prefix, ids));
  for (const kind of ['createGcpConnectorAction', 'createVCenterConnectorAction']) {
    const action = await api.call(kind, ids, { body: { type: 'synchronize' } });
    ids[kind === 'createGcpConnectorAction' ? 'gcpActionID' : 'vcenterActionID'] = idIn(action);
  }
  return { ...ids, ...(await findShipped(api, ids)) };
}

/** Makes one object by its operation. @returns the answer, held to its model */
export function makeOne(api: Driver, create: string, prefix: string, ids: Ids): Promise<ApiObject> {
  const query = create === 'createRuleset' ? { softwareinventoryid: ids['softwareInventoryID']! } : {};
  return api.call(create, ids, { query, body: bodyOf[create]!(nameOf(create, prefix), ids) });
}
export const nameOf = (create: string, prefix: string): string => `${prefix}-${create.replace('create', '')}`;

/** Objects that nobody makes through the API; 0 where the account has none. */
async function findShipped(api: Driver, ids: Ids): Promise<Ids> {
  const first = async (list: string, of: Ids = ids) => {
    const answer = await api.call(list, of);
    const [one] = itemsOf(list, answer);
    return one ? (one['ID'] as number) : 0;
  };
  const agentVersionControlProfileID = await first('listAgentVersionControlProfiles');
  return {
    agentVersionControlProfileID,
    agentVersionControlID: await first('listAgentVersionControls', { agentVersionControlProfileID }),
    reportTemplateID: await first('listReportTemplates'),
    rulesetRuleID: 0,
    inventoryItemID: 0,
    softwareChangeID: await first('listSoftwareChanges'),
  };
}

/** What a listing lists; its property must be there, empty or not. */
export function itemsOf(operation: string, answer: ApiObject): ApiObject[] {
  const { property } = collectionOf(operationOf(operation).returns!);
  const items = answer[property];
  assert.ok(Array.isArray(items), `${operation} has no list ${property}: ${JSON.stringify(answer).slice(0, 200)}`);
  return items as ApiObject[];
}

/** The ids that an operation's path needs; the same name means different things below different roots. */
export function idsFor({ path }: Operation, ids: Ids): Ids {
  const own: Record<string, number | string> = { ...ids };
  if (path.startsWith('/applicationcontrolglobalrules')) own['ruleID'] = ids['globalRuleID']!;
  if (path.startsWith('/rulesets')) own['ruleID'] = ids['rulesetRuleID']!;
  if (path.startsWith('/gcpconnectors')) own['actionID'] = ids['gcpActionID']!;
  if (path.startsWith('/vcenterconnectors')) own['actionID'] = ids['vcenterActionID']!;
  own['name'] = path.startsWith('/systemsettings')
    ? 'firewallSettingIntranetConnectivityTestExpectedContentRegex'
    : 'firewallSettingReconnaissanceEnabled';
  return own;
}

/** A body that changes nothing of importance, for every operation that takes one. */
export function harmlessBody({ id, body }: Operation, ids: Ids): unknown {
  if (!body) return undefined;
  if (body === 'SearchFilter') return {};
  if (body === 'SettingValue') return { value: 'true' };
  if (body === 'RuleIDs') return { ruleIDs: [] };
  if (id === 'deleteComputers' || body === 'ComputersToBeDeletedIDList') return { ids: [ids['computerID']] };
  if (body === 'SoftwareChangeReview') return { action: 'block', softwareChangeIDs: [] };
  if (body === 'AgentDeploymentScript') return { platform: 'linux' };
  if (/^create\w+Action$/.test(id)) return { type: 'synchronize' };
  return {};
}

/** Does something with every item, a few at a time; what fails is said of all of them. */
export async function each<T>(items: readonly T[], act: (item: T) => Promise<void>, atOnce = 8): Promise<void> {
  const queue = [...items];
  const faults: string[] = [];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift())
      await act(item).catch((error: Error) => faults.push(error.message));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  assert.equal(faults.length, 0, `${faults.length} of ${items.length}:\n${faults.slice(0, 30).join('\n')}`);
}
