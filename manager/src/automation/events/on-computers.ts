import { setImmediate as turn } from 'node:timers/promises';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { system } from '../../audit/index.ts';
import {
  type ConfigurationEdit,
  type DescribedComputer,
  selectDescribed,
  unlinkHosts,
  updateComputer,
} from '../../configuration/index.ts';
import { retireHosts } from '../../hosts/index.ts';
import type { Platform } from '../../platform/index.ts';
import { deedsOf, noteExhausted, noteRun } from './deeds.ts';
import { type EventType, Matcher } from './matcher.ts';
import { subjectOf } from './subject.ts';

/** Computers that are tried before others get their turn. */
const perTurn = 200;

/** Has the event-based tasks of one kind of event act on computers to which it happened, in the transaction of the event. */
export async function actOnComputers(
  edit: ConfigurationEdit,
  platform: Platform,
  type: EventType,
  ids: readonly number[],
  isWanted?: (task: ApiObject) => boolean,
): Promise<void> {
  const matcher = new Matcher(edit, type, isWanted);
  if (ids.length === 0 || matcher.isIdle) return;
  const ran = new Map<number, { task: ApiObject; names: string[]; count: number }>();
  for (const [index, computer] of (await selectDescribed(edit.tx, edit.accountId, ids)).entries()) {
    const tasks = matcher.matching(subjectOfComputer(edit, computer));
    for (const task of tasks) {
      const run = ran.get(task['ID'] as number) ?? { task, names: [], count: 0 };
      ran.set(task['ID'] as number, run);
      run.count += 1;
      if (run.names.length < 10) run.names.push(computer.host_name);
    }
    if (tasks.length > 0) await act(edit, platform, type, computer, tasks);
    if (index % perTurn === perTurn - 1) await turn();
  }
  for (const { task, names, count } of ran.values())
    await noteRun(edit, platform, task, { computers: count, names: names.join(', ') });
  if (matcher.isExhausted) await noteExhausted(edit, platform, type);
}

const subjectOfComputer = (edit: ConfigurationEdit, computer: DescribedComputer) =>
  subjectOf(edit, {
    hostName: computer.host_name,
    platform: computer.facts?.os,
    address: computer.last_address ?? undefined,
    groupId: computer.group_id,
    summary: computer.summary,
  });

async function act(
  edit: ConfigurationEdit,
  platform: Platform,
  type: EventType,
  { facts: _, last_address: __, ...computer }: DescribedComputer,
  tasks: readonly ApiObject[],
): Promise<void> {
  const { policyId = computer.policy_id, groupId = computer.group_id, deactivates } = deedsOf(edit, tasks);
  if (policyId !== computer.policy_id || groupId !== computer.group_id) {
    await updateComputer(edit.tx, edit.accountId, { ...computer, policy_id: policyId, group_id: groupId });
    edit.noteComputer(computer.id, 'modified');
  }
  if (!deactivates || computer.host_id === null) return;
  const { accountId } = edit;
  const hostIds = [computer.host_id];
  await retireHosts(edit.tx, platform, { accountId, actor: system, hostIds, reason: `event-based task: ${type}` });
  await unlinkHosts(edit.tx, accountId, hostIds);
  edit.noteComputer(computer.id, 'modified');
}
