import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { note, system } from '../../audit/index.ts';
import type { ConfigurationEdit } from '../../configuration/index.ts';
import type { Platform } from '../../platform/index.ts';

/** What matching tasks do to a computer, taken together: a later task has the last word. */
export type Deeds = {
  readonly policyId?: number;
  readonly groupId?: number;
  readonly deactivates: boolean;
  /** Actions that this manager does not take, or whose policy or group is gone. */
  readonly ignored: readonly string[];
};

type Action = { readonly type: string; readonly parameterValue?: number };

export function deedsOf(edit: ConfigurationEdit, tasks: readonly ApiObject[]): Deeds {
  let deeds: Deeds = { deactivates: false, ignored: [] };
  for (const task of tasks)
    for (const action of (task['actions'] as readonly Action[] | undefined) ?? []) deeds = add(edit, deeds, action);
  return deeds;
}

function add(edit: ConfigurationEdit, deeds: Deeds, { type, parameterValue = 0 }: Action): Deeds {
  const ignore = () => ({ ...deeds, ignored: [...new Set([...deeds.ignored, type])] });
  switch (type) {
    case 'assign-policy':
      return edit.get('Policy', parameterValue) ? { ...deeds, policyId: parameterValue } : ignore();
    case 'assign-group':
      return edit.get('ComputerGroup', parameterValue) ? { ...deeds, groupId: parameterValue } : ignore();
    case 'deactivate':
      return { ...deeds, deactivates: true };
    case 'activate':
      // Agents activate themselves here: one that is there is active, and one that is not cannot be reached.
      return { ...deeds, deactivates: false };
    default:
      return ignore();
  }
}

/** Writes when a task ran and, in the audit, on what and what of it was left out. */
export async function noteRun(
  edit: ConfigurationEdit,
  platform: Pick<Platform, 'clock'>,
  task: ApiObject,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const id = task['ID'] as number;
  const known = edit.get('EventBasedTask', id);
  if (known) edit.record('EventBasedTask', id, { ...known, lastRunTime: edit.at.getTime() });
  const { ignored } = deedsOf(edit, [task]);
  await note(edit.tx, platform.clock, {
    ...{ accountId: edit.accountId, actor: system, action: 'task.ran', target: `EventBasedTask:${id}` },
    facts: { name: task['name'], type: task['type'], ...facts, ...(ignored.length > 0 ? { ignored } : {}) },
  });
}

/** Conditions that were not tried to the end. */
export async function noteExhausted(edit: ConfigurationEdit, platform: Pick<Platform, 'clock'>, type: string) {
  await note(edit.tx, platform.clock, {
    ...{ accountId: edit.accountId, actor: system, action: 'task.failed', target: `event:${type}` },
    facts: { type, reason: 'The conditions of event-based tasks took too long; not all computers were tried.' },
  });
}
