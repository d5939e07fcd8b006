import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { patternFault } from '../../automation/index.ts';
import type { ConfigurationView } from '../../configuration/index.ts';
import { badRequest } from '../http/api-fault.ts';
import type { Call } from '../http/call.ts';
import { checkPolicyReference } from '../policies/target.ts';
import { checkReference, type Resource } from '../resources/resource.ts';
import { demandAllComputers } from './task-parameters.ts';

const targets: Readonly<Record<string, string>> = { 'assign-policy': 'Policy', 'assign-group': 'ComputerGroup' };
const tasksMax = 500;
const partsMax = 100;

/** What is done when a computer comes or changes; `automation` carries it out. */
export const eventBasedTask: Resource = {
  kind: 'EventBasedTask',
  present: (task) => ({ enabled: true, actions: [], conditions: [], ...task }),
  complete: (next, { edit, call, before }) => {
    demandAllComputers(call);
    if (!before && edit.list('EventBasedTask').length >= tasksMax)
      throw badRequest(`An account has at most ${tasksMax} event-based tasks.`);
    for (const action of listOf(next, 'actions')) checkAction(action, edit, call);
    for (const condition of listOf(next, 'conditions')) checkCondition(condition);
    return next;
  },
  checkDelete: (_id, _edit, call) => demandAllComputers(call),
};

function listOf(task: ApiObject, name: string): readonly ApiObject[] {
  const list = (task[name] as ApiObject[] | undefined) ?? [];
  if (list.length > partsMax) throw badRequest(`${name}: at most ${partsMax} are taken.`);
  return list;
}

function checkAction({ type, parameterValue }: ApiObject, edit: ConfigurationView, call: Call): void {
  if (!type) throw badRequest('actions: each needs a type.');
  const kind = targets[String(type)];
  if (!kind) return;
  if (!parameterValue) throw badRequest(`actions: ${String(type)} needs the ID of a ${kind} as its parameterValue.`);
  const property = 'actions.parameterValue';
  if (kind === 'Policy') checkPolicyReference(call, edit, parameterValue, property);
  else checkReference(edit, parameterValue, kind, property);
}

/** Conditions are regular expressions of customers that meet what agents and clouds say; they are held to linear time. */
function checkCondition({ field, key, value }: ApiObject): void {
  if (!field) throw badRequest('conditions: each needs a field.');
  for (const source of [value, ...(field === 'tag' ? [key] : [])]) {
    const fault = typeof source === 'string' ? patternFault(source) : undefined;
    if (fault) throw badRequest(`conditions: ${fault}`);
  }
}
