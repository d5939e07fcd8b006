import { type ApiObject, readModel } from '@sakimori/contract/workload-security/index';
import {
  ancestorsOf,
  type ConfigurationEdit,
  type ConfigurationView,
  countComputersWith,
  type Layer,
  moduleNames,
} from '../../configuration/index.ts';
import { ApiFault, badRequest } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { checkObject, findObject, merge } from '../resources/resource.ts';
import { checkRoom, checkSize } from '../resources/sizes.ts';
import { readBody } from '../resources/standard.ts';
import { inUse } from '../resources/usage-of.ts';
import { readSearch } from '../search/criteria.ts';
import { searchObjects } from '../search/match.ts';
import { changeLayer } from './layer.ts';
import { presentPolicy } from './present-policy.ts';
import { checkPolicyReference, findPolicy } from './target.ts';
import { isVisiblePolicy, mayEditPolicy } from './visibility.ts';

const notOwn = ['policySettings', 'interfaceTypes', ...moduleNames];
const depthMax = 20;

export const policyHandlers: readonly [string, Handler][] = [
  ['listPolicies', list],
  ['searchPolicies', search],
  ['describePolicy', (call) => call.read(async (view) => presentPolicy(view, visible(call, view), call.overrides))],
  ['createPolicy', create],
  ['modifyPolicy', modify],
  ['deletePolicy', remove],
];

function visible(call: Call, view: ConfigurationView): number {
  const id = call.id('policyID');
  findPolicy(call, view, id);
  return id;
}

const presentAll = (call: Call, view: ConfigurationView, overrides: boolean): ApiObject[] =>
  view
    .list('Policy')
    .filter((policy) => isVisiblePolicy(call.caller.role, policy['ID'] as number))
    .map((policy) => presentPolicy(view, policy['ID'] as number, overrides));

function list(call: Call): Promise<ApiObject> {
  const { overrides } = call;
  return call.read(async (view) => ({ policies: presentAll(call, view, overrides) }));
}

function search(call: Call): Promise<ApiObject> {
  const wanted = readSearch('Policy', call.body);
  const { overrides } = call;
  return call.read(async (view) => {
    const found = searchObjects(presentAll(call, view, false), wanted);
    if (!overrides) return { policies: found };
    return { policies: found.map((policy) => presentPolicy(view, policy['ID'] as number, true)) };
  });
}

async function create(call: Call): Promise<ApiObject> {
  call.demand('Policy', 'create');
  const given = readBody('Policy', call);
  const { overrides } = call;
  return call.change(async (edit) => {
    checkRoom('Policy', edit);
    const next = nextPolicy(call, edit, undefined, given);
    const id = await edit.insert('Policy', next);
    return presentPolicy(edit, id, overrides);
  });
}

async function modify(call: Call): Promise<ApiObject> {
  call.demand('Policy', 'edit');
  const given = call.body === undefined ? {} : readModel('Policy', call.body);
  const { overrides } = call;
  return call.change(async (edit) => {
    const id = call.id('policyID');
    const before = findObject(edit, 'Policy', id);
    if (!mayEditPolicy(call.caller.role, id)) throw new ApiFault(403, `Not authorized to edit Policy ${id}.`);
    edit.put('Policy', id, nextPolicy(call, edit, before, given));
    return presentPolicy(edit, id, overrides);
  });
}

function nextPolicy(call: Call, edit: ConfigurationEdit, before: ApiObject | undefined, given: ApiObject): ApiObject {
  const plain = Object.fromEntries(Object.entries(given).filter(([name]) => !notOwn.includes(name)));
  const next = merge('Policy', before, plain);
  const id = before?.['ID'] as number | undefined;
  checkObject('Policy', next, id, edit);
  checkParent(edit, id, next['parentID'] as number | undefined);
  checkPolicyReference(call, edit, given['parentID'], 'parentID');
  const settings = (given['policySettings'] as ApiObject | null) ?? undefined;
  return checkSize('Policy', changeLayer(next as Layer, given, settings, edit) as ApiObject);
}

/** @throws ApiFault 400 where a policy would stand below itself */
function checkParent(view: ConfigurationView, id: number | undefined, parentId: number | undefined): void {
  if (!parentId) return;
  const above = ancestorsOf(view, parentId);
  if (id !== undefined && above.includes(id)) throw badRequest('parentID: a policy cannot stand below itself.');
  if (above.length + heightOf(view, id) > depthMax)
    throw badRequest(`parentID: policies stand at most ${depthMax} deep.`);
}

/** How many stand one below the other, from this one on. */
function heightOf(view: ConfigurationView, id: number | undefined): number {
  if (id === undefined) return 1;
  const chains = view.list('Policy').map((policy) => ancestorsOf(view, policy['ID'] as number).indexOf(id) + 1);
  return Math.max(1, ...chains);
}

async function remove(call: Call): Promise<undefined> {
  call.demand('Policy', 'delete');
  await call.change(async (edit) => {
    const id = call.id('policyID');
    findObject(edit, 'Policy', id);
    if (!mayEditPolicy(call.caller.role, id)) throw new ApiFault(403, `Not authorized to delete Policy ${id}.`);
    const child = edit.list('Policy').find((policy) => policy['parentID'] === id);
    if (child) throw inUse('Policy', id, 'Policy', child);
    const count = await countComputersWith(edit.tx, edit.accountId, 'policy_id', id);
    if (count > 0) throw badRequest(`Policy ${id} is in use by ${count} computer(s); give them another policy first.`);
    for (const type of edit.list('InterfaceType'))
      if (type['_policyID'] === id) edit.remove('InterfaceType', type['ID'] as number);
    edit.remove('Policy', id);
  });
  return undefined;
}
