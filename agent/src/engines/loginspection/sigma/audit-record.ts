/** One record of the Linux audit system, as auditd writes it (audit.rules(7), auditd.conf(5)). */
export interface AuditRecord {
  readonly type: string;
  /** `1700000000.123:456`: what all records of one event have in common; undefined where the log leaves it out. */
  readonly serial: string | undefined;
  /** Seconds since 1970 of the event. */
  readonly seconds: number;
  readonly fields: ReadonlyMap<string, string>;
}

/** Numbers that kernels write instead of names to a log that is not auditd's (linux/audit.h). */
const typesByNumber: Readonly<Record<string, string>> = {
  1006: 'LOGIN',
  1100: 'USER_AUTH',
  1101: 'USER_ACCT',
  1105: 'USER_START',
  1106: 'USER_END',
  1112: 'USER_LOGIN',
  1123: 'USER_CMD',
  1130: 'SERVICE_START',
  1131: 'SERVICE_STOP',
  1300: 'SYSCALL',
  1302: 'PATH',
  1305: 'CONFIG_CHANGE',
  1306: 'SOCKADDR',
  1307: 'CWD',
  1309: 'EXECVE',
  1320: 'EOE',
  1325: 'NETFILTER_CFG',
  1326: 'SECCOMP',
  1327: 'PROCTITLE',
  1330: 'KERN_MODULE',
  1400: 'AVC',
  1701: 'ANOM_ABEND',
};

const standard =
  /^(?:audit: |node=\S{1,255} )?type=([A-Z0-9_]{1,40}|UNKNOWN\[\d{1,6}\]) (?:msg=)?audit\((\d{1,12})\.(\d{1,6}):(\d{1,12})\):? ?/;
/** As systemd's journal passes it on to syslog: the program is `audit`. */
const ofJournal = /^([A-Z][A-Z0-9_]{2,40}) (?=\S)/;

/** @param program who wrote the line, where the log says so. @returns undefined for a line that is no record */
export function readAuditRecord(message: string, program: string | undefined): AuditRecord | undefined {
  const found = standard.exec(message);
  if (found) {
    const [head, type = '', seconds = '', fraction = '', number = ''] = found;
    const name = typesByNumber[type] ?? type;
    return {
      type: name,
      serial: `${seconds}.${fraction}:${number}`,
      seconds: Number(seconds),
      fields: readFields(name, message.slice(head.length)),
    };
  }
  const short = program === 'audit' ? ofJournal.exec(message) : null;
  if (!short) return undefined;
  const [head, type = ''] = short;
  return { type, serial: undefined, seconds: 0, fields: readFields(type, message.slice(head.length)) };
}

/** Values that the kernel writes in hexadecimal where they hold a space, a quote or a byte beyond ASCII. */
const encoded =
  /^(?:name|exe|comm|cwd|cmd|proctitle|acct|dir|path|old-disk|new-disk|device|grp|data|key|root_dir|sw|a\d{1,4})$/;

function readFields(type: string, body: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>([['type', type]]);
  // Behind the separator stand the names that auditd knows for the numbers before it. Where control characters are taken out of lines, U+FFFD stands there.
  const [raw = '', enriched = ''] = body.replace('\u001d', '\ufffd').split('\ufffd');
  readPairs(type, raw, fields);
  readPairs(type, enriched, fields);
  return fields;
}

function readPairs(type: string, text: string, fields: Map<string, string>): void {
  const pair = /([A-Za-z_][\w.-]*(?:\[\d{1,6}\])?)=(?:"([^"]*)"|'([^']*)'|([^\s"']\S*)?)/g;
  for (const found of text.matchAll(pair)) {
    const [, name = '', doubly, singly, bare] = found;
    // A message of a program has fields of its own in quotes.
    if (name === 'msg' && singly !== undefined) readPairs(type, singly, fields);
    const value = doubly ?? singly ?? decoded(type, name, bare ?? '');
    const part = /^(a\d{1,4})\[\d{1,6}\]$/.exec(name)?.[1];
    // Long arguments come in parts.
    if (part) fields.set(part, (fields.get(part) ?? '') + value);
    else if (!fields.has(name)) fields.set(name, value);
  }
}

function decoded(type: string, name: string, value: string): string {
  const plainName = name.replace(/\[\d{1,6}\]$/, '');
  const isRegister = /^a\d/.test(plainName) && type !== 'EXECVE';
  if (value.length < 2 || value.length % 2 === 1 || isRegister || !encoded.test(plainName)) return value;
  if (!/^[0-9A-F]+$/.test(value)) return value === '(null)' ? '' : value;
  return Buffer.from(value, 'hex').toString('utf8').replaceAll('\0', ' ').trimEnd();
}
