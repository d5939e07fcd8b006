import type { hostTask as ja } from '../ja/host-task.ts';

/** What hosts are asked, and their inventories: words of the console and the command line. */
export const hostTask: Record<keyof typeof ja, string> = {
  'hostTask.kind.recommendation-scan': 'Recommendation scan',
  'hostTask.kind.open-ports-scan': 'Scan of open ports',
  'hostTask.kind.integrity-scan': 'Scan for changed files',
  'hostTask.kind.integrity-baseline': 'Rebuild of the baseline',
  'hostTask.kind.integrity-estimate': 'Estimate of integrity monitoring',
  'hostTask.kind.malware-scan': 'Malware scan',
  'hostTask.kind.malware-scan-cancel': 'End of a malware scan',
  'hostTask.kind.quarantine-restore': 'Restore of a quarantined file',
  'hostTask.kind.quarantine-delete': 'Removal of a quarantined file',
  'hostTask.kind.quarantine-fetch': 'Copy of a quarantined file',
  'hostTask.kind.isolate': 'Isolate the host',
  'hostTask.kind.release': 'Release from isolation',
  'hostTask.kind.stop-host': 'Stop of the host',
  'hostTask.kind.block-source': 'Block of a source',
  'hostTask.kind.unblock-source': 'End of a block',
  'hostTask.kind.policy': 'Policy fetched again',
  'hostTask.kind.update-check': 'Check for updates',
  'hostTask.state.waiting': 'Waiting',
  'hostTask.state.sent': 'Under way',
  'hostTask.state.done': 'Done',
  'hostTask.state.failed': 'Failed',
  'hostTask.state.not_supported': 'Not supported',
  'inventory.limit.packages_unknown': 'Packages are not listed: this host has no package manager that we know.',
  'inventory.limit.packages_failed': 'The packages could not be read.',
  'inventory.limit.packages_cut': 'There are more packages than can be listed; some are left out.',
  'inventory.limit.services_failed': 'The open ports could not be read.',
  'inventory.limit.services_cut': 'There are more open ports than can be listed; some are left out.',
  'inventory.limit.sockets_without_process':
    'Without further rights the agent cannot tell which programs hold some of the open ports.',
};
