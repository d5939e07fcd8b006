import type { ApiObject } from '@sakimori/contract/workload-security/index';
import {
  type ComputerRow,
  type ConfigurationEdit,
  type ConfigurationView,
  type Layer,
  type Scope,
  scopeOf,
  selectComputer,
  updateComputer,
} from '../../configuration/index.ts';
import type { Tx } from '../../platform/index.ts';
import { ApiFault, badRequest, notFound } from '../http/api-fault.ts';
import type { Call } from '../http/call.ts';
import { checkReference, findObject } from '../resources/resource.ts';
import { checkSize } from '../resources/sizes.ts';
import { isVisibleComputer, isVisiblePolicy, mayEditComputer, mayEditPolicy } from './visibility.ts';

/** A policy or a computer: both hold settings, modules and rules of their own above what they inherit. */
export type Target = {
  readonly kind: 'Policy' | 'Computer';
  readonly id: number;
  readonly scope: Scope;
  readonly layer: Layer;
  readonly computer: ComputerRow | undefined;
};

/** A policy that the caller may see. @throws ApiFault 404, 403 */
export function findPolicy(call: Call, view: ConfigurationView, id: number): ApiObject {
  const policy = findObject(view, 'Policy', id);
  if (!isVisiblePolicy(call.caller.role, id)) throw new ApiFault(403, `Not authorized to view Policy ${id}.`);
  return policy;
}

/** The policy or computer that the path names. @throws ApiFault 404, 403 */
export async function findTarget(call: Call, view: ConfigurationView, tx: Tx): Promise<Target> {
  if ('policyID' in call.params) {
    const id = call.id('policyID');
    const policy = findPolicy(call, view, id);
    return { kind: 'Policy', id, scope: scopeOf(view, id), layer: policy as Layer, computer: undefined };
  }
  const id = call.id('computerID');
  const computer = await selectComputer(tx, call.accountId, id);
  if (!computer || !isVisibleComputer(call.caller.role, computer)) throw notFound('Computer', id);
  return computerTarget(view, computer);
}

export function computerTarget(view: ConfigurationView, computer: ComputerRow): Target {
  const layer = computer.overrides ?? {};
  return {
    kind: 'Computer',
    id: computer.id,
    scope: scopeOf(view, computer.policy_id ?? undefined, layer),
    layer,
    computer,
  };
}

/** Stores the target's own layer. */
export async function writeLayer(edit: ConfigurationEdit, target: Target, layer: Layer): Promise<void> {
  checkSize(target.kind, layer);
  if (target.kind === 'Policy') {
    edit.put('Policy', target.id, layer as ApiObject);
    return;
  }
  await updateComputer(edit.tx, edit.accountId, { ...target.computer!, overrides: layer });
  edit.noteComputer(target.id, 'modified');
}

/** The target as it is after a change in the same edit. */
export async function targetAgain(call: Call, edit: ConfigurationEdit): Promise<Target> {
  return findTarget(call, edit, edit.tx);
}

/** @throws ApiFault 403 where the role has not the right, or not for this policy or computer */
export function demandOn(call: Call, { kind, id, computer }: Target, deed: 'view' | 'edit'): void {
  call.demand(kind, deed);
  if (deed === 'view') return;
  const { role } = call.caller;
  const may = computer ? mayEditComputer(role, computer) : mayEditPolicy(role, id);
  if (!may) throw new ApiFault(403, `Not authorized to edit ${kind} ${id}.`);
}

/** What belongs to a policy is seen and changed with it. @throws ApiFault 404, 403 */
export function demandPolicy(call: Call, view: ConfigurationView, id: number, deed: 'view' | 'edit'): void {
  findPolicy(call, view, id);
  if (deed === 'edit' && !mayEditPolicy(call.caller.role, id))
    throw new ApiFault(403, `Not authorized to edit Policy ${id}.`);
}

/** Whoever uses a policy sees through it what it says, so it must be one that they may see. @throws ApiFault 400, as for one that is not there */
export function checkPolicyReference(call: Call, view: ConfigurationView, id: unknown, property: string): void {
  checkReference(view, id, 'Policy', property);
  if (typeof id === 'number' && id !== 0 && !isVisiblePolicy(call.caller.role, id))
    throw badRequest(`${property}: there is no Policy with the ID ${id}.`);
}
