import type { HostTaskKind } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationEdit } from '../../configuration/index.ts';
import { giveTasks } from '../../hosts/index.ts';
import type { Platform } from '../../platform/index.ts';
import { type ComputerFilter, selectFiltered, targetOf } from './computer-filter.ts';
import { failed, type Outcome, ran } from './outcome.ts';

/** Types of task that ask hosts for something, and what each asks for. Rules and engines come by the same check, and ports with the inventory. */
export const hostTaskKinds: Readonly<Record<string, HostTaskKind>> = {
  'scan-for-recommendations': 'recommendation-scan',
  'scan-for-open-ports': 'open-ports-scan',
  'scan-for-integrity-changes': 'integrity-scan',
  'scan-for-malware': 'malware-scan',
  'check-for-security-updates': 'update-check',
  'check-for-software-updates': 'update-check',
  'send-policy': 'policy',
};

/** Asks the hosts that the filter chooses. Computers without an agent cannot be asked and are counted. */
export async function askHosts(
  edit: ConfigurationEdit,
  platform: Platform,
  task: ApiObject,
  kind: HostTaskKind,
  filter: ComputerFilter = {},
): Promise<Outcome> {
  const target = targetOf(filter);
  if (target && target.kind !== 'Computer' && !edit.get(target.kind, target.id))
    return failed(`The ${target.kind} ${target.id} that the task names is gone.`);
  const computers = await selectFiltered(edit.tx, edit, filter);
  if (target?.kind === 'Computer' && computers.length === 0) return failed(`The Computer ${target.id} is gone.`);
  const hostIds = computers.flatMap(({ host_id }) => host_id ?? []);
  const by = `Scheduled task “${String(task['name'])}”`;
  // An agent has a configuration of its own for scans that a schedule asks for.
  const facts = kind === 'malware-scan' ? { scheduled: true } : undefined;
  const given = await giveTasks(edit.tx, platform, edit.accountId, hostIds, kind, by, facts);
  return {
    ...ran({ hosts: given.length, withoutAgent: computers.length - hostIds.length }),
    hostTaskIds: given.map(({ id }) => id),
  } as Outcome;
}
