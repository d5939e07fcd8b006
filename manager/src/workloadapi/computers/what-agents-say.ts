import type { hostTaskKinds } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ComputerState } from './store.ts';

/** Whether a computer is managed, and what stands in the way, by what its agent last said. */
export function computerStatus(state: ComputerState): ApiObject {
  if (!state.host_id) return { agentStatus: 'inactive', agentStatusMessages: ['Unmanaged (Unknown)'] };
  if (state.silent_since) return { agentStatus: 'error', agentStatusMessages: ['Offline'] };
  if (state.policy_problem)
    return { agentStatus: 'error', agentStatusMessages: [`Policy not applied: ${state.policy_problem.slice(0, 500)}`] };
  const troubled = (state.modules ?? []).filter(({ state: said }) => said === 'lacking' || said === 'degraded');
  if (troubled.length > 0)
    return {
      agentStatus: 'warning',
      agentStatusMessages: troubled.map(
        ({ module, state: said }) => `${module}: ${said === 'lacking' ? 'engine missing' : 'degraded'}`,
      ),
    };
  return { agentStatus: 'active', agentStatusMessages: ['Managed (Online)'] };
}

const taskWords: Readonly<Record<(typeof hostTaskKinds)[number], string>> = {
  'recommendation-scan': 'Scan for Recommendations Pending',
  'integrity-scan': 'Integrity Scan Pending',
  'integrity-baseline': 'Baseline Rebuild Pending',
  'integrity-estimate': 'Integrity Estimate Pending',
  'malware-scan': 'Malware Scan Pending',
  'malware-scan-cancel': 'Malware Scan Cancellation Pending',
  'quarantine-restore': 'Restore of a Quarantined File Pending',
  'quarantine-delete': 'Removal of a Quarantined File Pending',
  'quarantine-fetch': 'Copy of a Quarantined File Pending',
  isolate: 'Isolation Pending',
  release: 'Release from Isolation Pending',
  'stop-host': 'Stop Pending',
  'block-source': 'Block of Source Pending',
  'unblock-source': 'End of Block Pending',
  'list-connections': 'Scan for Open Connections Pending',
  'open-ports-scan': 'Scan for Open Ports Pending',
  'agent-upgrade': 'Upgrade Pending',
  policy: 'Send Policy Pending',
  'update-check': 'Update Check Pending',
};

export function tasksOf(state: ComputerState): ApiObject {
  const open = (state.open_tasks ?? []).map((kind) => taskWords[kind as keyof typeof taskWords] ?? kind);
  if (state.host_id && state.applied === false) open.push('Send Policy Pending');
  return { agentTasks: [...new Set(open)], applianceTasks: [] };
}

/** Rules come with the policy, so the version in force is the policy's. */
export function securityUpdates(state: ComputerState): ApiObject {
  const none = { rules: [], antiMalware: [], webReputationService: [], manifests: [], other: [] };
  if (!state.host_id) return { updateStatus: { status: 'inactive', statusMessage: 'Not Activated' }, ...none };
  const isCurrent = state.applied === true;
  return {
    updateStatus: {
      status: isCurrent ? 'active' : 'warning',
      statusMessage: isCurrent ? 'Up-to-Date' : 'Out-of-Date',
    },
    lastChanged: state.requested_at?.getTime(),
    ...none,
  };
}
