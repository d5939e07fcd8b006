import { basename } from 'node:path';
import type { LogFormat } from '../event.ts';

/** Names under which syslog daemons keep what the journal holds too. Other files in syslog's form (ProFTPD, Kerberos) are written by their programs alone. */
const names = new Set([
  ...['auth.log', 'authpriv.log', 'secure', 'syslog', 'messages', 'cron', 'cron.log', 'daemon.log'],
  ...['kern.log', 'user.log', 'debug', 'mail', 'mail.log', 'maillog'],
]);

/** Whether a syslog daemon writes this file from what the journal holds as well. */
export const isSystemLog = (path: string, format: LogFormat): boolean =>
  format === 'syslog' && names.has(basename(path));
