import { system } from '../../audit/index.ts';
import { type ComputerRow, type ConfigurationEdit, unlinkHosts } from '../../configuration/index.ts';
import { retireHosts } from '../../hosts/index.ts';
import type { Platform, Tx } from '../../platform/index.ts';
import { type Activation, activateComputer } from '../../policies/index.ts';
import { deedsOf, noteExhausted, noteRun } from './deeds.ts';
import { Matcher } from './matcher.ts';
import { subjectOf } from './subject.ts';

/**
 * Makes an enrolled host a computer, with what tasks for “agent-initiated activation” say of its policy and group; a task that deactivates
 * ends the agent's service at once. In the transaction of the enrolment.
 */
export async function activateHost(tx: Tx, platform: Platform, activation: Activation): Promise<void> {
  let deactivates = false;
  await activateComputer(tx, platform, activation, async (edit, { facts, groupId }, waiting) => {
    const matcher = new Matcher(edit, 'agent-initiated-activation');
    if (matcher.isIdle) return {};
    const tasks = matcher.matching(subjectOfHost(edit, activation, waiting, groupId));
    for (const task of tasks) await noteRun(edit, platform, task, { computer: facts.name });
    if (matcher.isExhausted) await noteExhausted(edit, platform, 'agent-initiated-activation');
    const deeds = deedsOf(edit, tasks);
    deactivates = deeds.deactivates;
    return deeds;
  });
  if (!deactivates) return;
  const { accountId, hostId } = activation;
  const reason = 'event-based task: agent-initiated activation';
  await retireHosts(tx, platform, { accountId, actor: system, hostIds: [hostId], reason });
  await unlinkHosts(tx, accountId, [hostId]);
}

function subjectOfHost(
  edit: ConfigurationEdit,
  { facts }: Activation,
  waiting: ComputerRow | undefined,
  groupId: number | undefined,
) {
  return subjectOf(edit, {
    hostName: facts.name,
    platform: facts.os,
    groupId: groupId ?? waiting?.group_id,
    summary: waiting?.summary,
  });
}
