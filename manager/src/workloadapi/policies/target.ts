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
import { ApiFault, notFound } from '../http/api-fault.ts';
import type { Call } from '../http/call.ts';
import { findObject } from '../resources/resource.ts';
import { isVisibleComputer, mayEditPolicy } from './visibility.ts';

/** A policy or a computer: both hold settings, modules and rules of their own above what they inherit. */
export type Target = {
  readonly kind: 'Policy' | 'Computer';
  readonly id: number;
  readonly scope: Scope;
  readonly layer: Layer;
  readonly computer: ComputerRow | undefined;
};

/** The policy or computer that the path names. @throws ApiFault 404 */
export async function findTarget(call: Call, view: ConfigurationView, tx: Tx): Promise<Target> {
  if ('policyID' in call.params) {
    const id = call.id('policyID');
    const policy = findObject(view, 'Policy', id);
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

export function demandOn(call: Call, target: { kind: 'Policy' | 'Computer'; id: number }, deed: 'view' | 'edit'): void {
  call.demand(target.kind, deed);
  if (deed === 'edit' && target.kind === 'Policy' && !mayEditPolicy(call.caller.role, target.id))
    throw new ApiFault(403, `Not authorized to edit Policy ${target.id}.`);
}
