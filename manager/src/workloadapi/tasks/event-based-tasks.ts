import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { badRequest } from '../http/api-fault.ts';
import { checkReference, type Resource } from '../resources/resource.ts';

const targets: Readonly<Record<string, string>> = { 'assign-policy': 'Policy', 'assign-group': 'ComputerGroup' };

/** What is done when a computer comes or changes; `automation` carries it out. */
export const eventBasedTask: Resource = {
  kind: 'EventBasedTask',
  present: (task) => ({ enabled: true, actions: [], conditions: [], ...task }),
  complete: (next, { edit }) => {
    for (const action of (next['actions'] as ApiObject[] | undefined) ?? []) {
      const kind = targets[String(action['type'])];
      if (kind) checkReference(edit, action['parameterValue'], kind, 'actions.parameterValue');
    }
    for (const { field, value } of (next['conditions'] as { field?: string; value?: string }[] | undefined) ?? []) {
      if (!field) throw badRequest('conditions: each needs a field.');
      checkPattern(value);
    }
    return next;
  },
};

/** Conditions are regular expressions; ours are matched without backtracking over what an agent or cloud says. */
function checkPattern(value: string | undefined): void {
  if (value === undefined) return;
  if (value.length > 1000) throw badRequest('conditions: a value is longer than 1,000 characters.');
  try {
    new RegExp(value);
  } catch {
    throw badRequest(`conditions: “${value.slice(0, 100)}” is no regular expression.`);
  }
}
