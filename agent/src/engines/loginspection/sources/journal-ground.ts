import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const program = '/lib/systemd/systemd-journal-remote';

/** Why journal files cannot be made here; undefined where they can. */
export const whyNoJournal: string | undefined =
  fs.existsSync(program) && fs.existsSync('/usr/bin/journalctl')
    ? undefined
    : 'systemd-journal-remote makes the journal files of this test (apt-get install systemd-journal-remote)';

export type JournalFields = Readonly<Record<string, string | Buffer>>;

/** Real journal files in a folder, written by systemd's own program from its export format. For tests. */
export function journalGround(t: TestContext) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sakimori-journal-'));
  const writers = new Map<string, ChildProcess>();
  let micros = Date.now() * 1000;
  t.after(async () => {
    for (const name of [...writers.keys()]) await close(name);
    fs.rmSync(folder, { recursive: true });
  });
  /** Entries into a file; several calls go to the same writer, as journald holds its file open. */
  const write = (entries: readonly JournalFields[], name = 'system.journal') => {
    let writer = writers.get(name);
    if (!writer) {
      writer = spawn(program, ['--output', join(folder, name), '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
      writers.set(name, writer);
    }
    micros = Math.max(micros + 1000, Date.now() * 1000);
    for (const entry of entries) writer.stdin!.write(exported(entry, micros++));
  };
  const close = async (name = 'system.journal') => {
    const writer = writers.get(name);
    if (!writer) return;
    writers.delete(name);
    const ended = once(writer, 'close');
    writer.stdin!.end();
    await ended;
  };
  const remove = (name: string) => fs.rmSync(join(folder, name));
  return { folder, write, close, remove };
}

/** As sshd's words come into the journal by syslog. */
export const sshd = (message: string | Buffer): JournalFields => ({
  ...{ SYSLOG_IDENTIFIER: 'sshd', SYSLOG_PID: '812', _PID: '812', _COMM: 'sshd', _TRANSPORT: 'syslog' },
  MESSAGE: message,
});

/** The export format of the journal (https://systemd.io/JOURNAL_EXPORT_FORMATS/). */
function exported(fields: JournalFields, micros: number): Buffer {
  const own = {
    __REALTIME_TIMESTAMP: String(micros),
    __MONOTONIC_TIMESTAMP: String(micros - 1_600_000_000_000_000),
    _BOOT_ID: '0123456789abcdef0123456789abcdef',
    _HOSTNAME: 'web01',
  };
  const parts = Object.entries({ ...own, ...fields }).map(([name, value]) => {
    const bytes = Buffer.from(value as string);
    if (!bytes.includes(10) && typeof value === 'string') return Buffer.from(`${name}=${value}\n`);
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(bytes.length));
    return Buffer.concat([Buffer.from(`${name}\n`), size, bytes, Buffer.from('\n')]);
  });
  return Buffer.concat([...parts, Buffer.from('\n')]);
}
