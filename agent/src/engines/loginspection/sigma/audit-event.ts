import type { LogEvent } from '../event.ts';
import type { AuditRecord } from './audit-record.ts';

/** All records of one audited event, and the lines they stood on. */
export interface AuditEvent {
  readonly records: readonly AuditRecord[];
  readonly lines: readonly LogEvent[];
}

/** Events that wait for more of their records; the oldest is taken as it is when there are more. */
const waitingMax = 64;
const recordsMax = 64;
/** auditd writes an event within this time of its first record (auparse_feed(3) waits as long). */
const waitSeconds = 2;

/** Puts the records of an event together: the kernel writes them apart, and those of two events may be mixed. */
export class AuditEvents {
  readonly #waiting = new Map<string, { records: AuditRecord[]; lines: LogEvent[] }>();

  /** @returns the events that are complete with this record, or will get no more */
  take(record: AuditRecord, line: LogEvent): AuditEvent[] {
    if (record.serial === undefined) return [];
    const key = `${line.location}\0${record.serial}`;
    const event = this.#waiting.get(key) ?? { records: [], lines: [] };
    if (event.records.length < recordsMax) {
      event.records.push(record);
      event.lines.push(line);
    }
    this.#waiting.set(key, event);
    const complete: AuditEvent[] = [];
    // The kernel's last words on an event.
    if (record.type === 'PROCTITLE' || record.type === 'EOE') {
      this.#waiting.delete(key);
      complete.push(event);
    }
    for (const [oldest, waiting] of this.#waiting) {
      const isOver = waiting.records[0]!.seconds + waitSeconds <= record.seconds;
      if (!isOver && this.#waiting.size <= waitingMax) break;
      this.#waiting.delete(oldest);
      complete.push(waiting);
    }
    return complete.filter(({ records }) => records.some(({ type }) => type === 'SYSCALL' || type === 'EXECVE'));
  }
}
