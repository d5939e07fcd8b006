import { type Gather, joinLines, recordLinesMax } from './record.ts';

/** Types of the records that the kernel writes several of for one event; every other one is an event by itself (`audit.rules(7)`, `libaudit.h`). */
const parts = new Set(
  [
    'SYSCALL PATH CWD EXECVE SOCKADDR SOCKETCALL IPC IPC_SET_PERM AVC AVC_PATH SELINUX_ERR MAC_POLICY_LOAD FD_PAIR OBJ_PID TTY',
    'MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR CAPSET MMAP NETFILTER_CFG BPRM_FCAPS KERN_MODULE PROCTITLE EOE INTEGRITY_DATA',
    'INTEGRITY_PCR INTEGRITY_RULE ANOM_ABEND SECCOMP CONFIG_CHANGE BPF OPENAT2 TIME_INJOFFSET TIME_ADJNTPVAL URINGOP LOGIN',
  ].flatMap((line) => line.split(' ')),
);
/** With these an event ends: PROCTITLE is the last that auditd writes, EOE the kernel's own end. */
const lasts = new Set(['PROCTITLE', 'EOE']);

type Event = { readonly id: string; readonly lines: string[]; isOpen: boolean };

const head = /^(?:node=\S{1,255} )?type=([A-Z][A-Z0-9_]{0,40}) msg=(audit\(\d{1,12}\.\d{1,6}:\d{1,12}\))/;

/**
 * The records of one event of auditd, joined by its id, also where the kernel wrote records of other events between them. Nothing is given out while an event
 * is open, or a restart would read a part of it again; a stream in which always one is open is cut after a hundred lines.
 */
export const gatherAudit: Gather = (lines, from, isWhole) => {
  const records: string[] = [];
  let events: Event[] = [];
  let open = 0;
  let count = 0;
  let used = from;
  for (const { text, end } of lines) {
    const [, type = '', id = ''] = head.exec(text) ?? [];
    const known = id === '' ? undefined : events.findLast((event) => event.id === id && event.isOpen);
    if (known) known.lines.push(text);
    else events.push({ id, lines: [text], isOpen: parts.has(type) && !lasts.has(type) });
    if (!known && events.at(-1)!.isOpen) open++;
    if (known && lasts.has(type)) {
      known.isOpen = false;
      open--;
    }
    count++;
    if (open > 0 && count < recordLinesMax) continue;
    records.push(...events.map((event) => joinLines(event.lines)));
    events = [];
    open = 0;
    count = 0;
    used = end;
  }
  if (!isWhole || events.length === 0) return { records, used };
  records.push(...events.map((event) => joinLines(event.lines)));
  return { records, used: lines.at(-1)!.end };
};
