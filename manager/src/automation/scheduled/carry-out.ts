import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationEdit } from '../../configuration/index.ts';
import type { Platform } from '../../platform/index.ts';
import { sendAlertSummary } from './alert-summary.ts';
import type { ComputerFilter } from './computer-filter.ts';
import { askHosts, hostTaskKinds } from './host-tasks.ts';
import { failed, type Outcome } from './outcome.ts';
import { parametersOf } from './parameters.ts';
import { generateReport } from './report.ts';
import { synchronizable, synchronizeGroup } from './synchronize.ts';

/** Types that clients may keep here and that this manager cannot carry out, and why. */
const impossible: Readonly<Record<string, string>> = {
  'discover-computers':
    'This manager does not search networks for computers: agents enrol themselves, and connectors bring the machines of clouds.',
  'run-script': 'This manager runs no scripts.',
  'synchronize-directory': 'This manager is connected to no directory.',
  'synchronize-users': 'This manager is connected to no directory.',
  'update-suspicious-objects-list': 'This manager takes no list of suspicious objects.',
};

type Parameters = { readonly computerFilter?: ComputerFilter; readonly computerGroupID?: number };

/** Does what a scheduled task says, in the transaction that notes its run. */
export async function carryOut(
  edit: ConfigurationEdit,
  platform: Platform,
  task: ApiObject,
  publicUrl: string,
): Promise<Outcome> {
  const type = String(task['type']);
  const parameters = (task[parametersOf[type]?.property ?? ''] ?? {}) as Parameters;
  const kind = hostTaskKinds[type];
  if (kind) return askHosts(edit, platform, task, kind, parameters.computerFilter);
  if (synchronizable[type]) return synchronizeGroup(edit, platform, task, parameters.computerGroupID);
  if (type === 'send-alert-summary') return sendAlertSummary(edit, platform, task, publicUrl);
  if (type === 'generate-report') return generateReport(edit, task);
  return failed(impossible[type] ?? `This manager knows no tasks of the type ${type}.`);
}
