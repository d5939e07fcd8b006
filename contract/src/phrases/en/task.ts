import type { task as ja } from '../ja/task.ts';

/** Mails that scheduled tasks send. */
export const task: Record<keyof typeof ja, string> = {
  'work.title.taskMissed': 'Scheduled task “{name}” did not run when it was due ({at})',
  'task.alertSummary.subject': '[{product}] Open alerts: {count, number}',
  'task.alertSummary.intro':
    'This is a summary of open alerts from {provider}.\n{count, plural, =0 {No alert is open.} one {One alert is open.} other {{count, number} alerts are open.}}',
  'task.alertSummary.severity': 'Severity {severity}: {count, number}',
  'task.alertSummary.alert': '#{number} [{severity}] {host}: {what}',
  'task.alertSummary.more': '{count, plural, one {and one more} other {and {count, number} more}}',
};
