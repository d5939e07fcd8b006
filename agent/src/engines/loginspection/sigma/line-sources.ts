import type { SigmaSource } from '@sakimori/contract/sigma/model';
import type { LogEvent } from '../event.ts';

type LineSource = Exclude<
  SigmaSource,
  'auditd' | 'process_creation' | 'file_event' | 'network_connection' | 'webserver'
>;

const programs: readonly (readonly [RegExp, readonly LineSource[]])[] = [
  [/^sshd(-session|-auth)?$/, ['sshd', 'auth']],
  [/^sudo(-rs)?$/, ['sudo', 'auth']],
  [/^su(-l|-rs)?$/, ['su', 'auth']],
  [
    /^(login|systemd-logind|polkitd|pkexec|gdm-password\]?|lightdm|passwd|useradd|usermod|userdel|groupadd|groupmod|groupdel|chage|unix_chkpwd)$/,
    ['auth'],
  ],
  [/^\(?(cron|crond|anacron|crontab|atd|fcron|run-parts)\)?$/i, ['cron']],
  [/^(clamd|freshclam|clamav.*|clamonacc|clamscan)$/, ['clamav']],
  [/^vsftpd$/, ['vsftpd']],
  [/^guacd$/, ['guacamole']],
  [/^systemd(-.*)?$/, ['systemd']],
  [/^kernel$/, ['kernel']],
  [/^(apache2?|httpd)$/, ['apache']],
  [/^nginx$/, ['nginx']],
];

/** Logs that hold nothing but the lines of one. */
const places: readonly (readonly [RegExp, readonly LineSource[]])[] = [
  [/\/(auth\.log|secure)$/, ['auth']],
  [/\/cron(\.log)?$/, ['cron']],
  [/\/(clamav|clamd)\b/, ['clamav']],
  [/\/vsftpd[^/]*$/, ['vsftpd']],
  [/\/guacamole\b|\/guacd[^/]*$/, ['guacamole']],
  [/\/(apache2|httpd)\//, ['apache']],
  [/\/nginx\//, ['nginx']],
];

/** What a line of a log is to Sigma. Programs and logs are few, so the answers are kept. */
export class LineSources {
  readonly #byName = new Map<string, readonly LineSource[]>();

  of(event: LogEvent): readonly LineSource[] {
    const name = `${event.program?.text ?? ''}\0${event.location}`;
    const known = this.#byName.get(name);
    if (known) return known;
    const found = sourcesOf(event.program?.text, event.location);
    if (this.#byName.size >= namesMax) this.#byName.clear();
    this.#byName.set(name, found);
    return found;
  }
}

/** Whoever writes to a log chooses the name of the program. */
const namesMax = 4096;

function sourcesOf(program: string | undefined, location: string): readonly LineSource[] {
  const found = new Set<LineSource>(program === undefined ? ['linux'] : ['linux', 'syslog']);
  for (const [pattern, sources] of programs)
    if (program !== undefined && pattern.test(program)) for (const source of sources) found.add(source);
  // A program that is known says more than the log that it shares with others.
  for (const [pattern, sources] of places) if (pattern.test(location)) for (const source of sources) found.add(source);
  return [...found];
}
