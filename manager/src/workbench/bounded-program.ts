import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that is given what a customer's rule and file are, and no more than it may need. */
export type BoundedProgram = {
  readonly program: string;
  readonly args: readonly string[];
  /** Its own folder; it is started there. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Of processor time, and twice as much by the clock. */
  readonly seconds: number;
  /** KiB of address space. Not for Node, which reserves much and uses little. */
  readonly addressKib?: number;
  /** KiB of each file that it writes. */
  readonly fileKib: number;
  /** As whom it runs, where we are root; absent: as we do. */
  readonly uid?: number;
  /** Lines for its standard input. */
  readonly input?: Iterable<string>;
  readonly onLine?: (line: string) => void;
};

export type ProgramEnd = {
  readonly code: number | null;
  /** It was ended by one of its limits. */
  readonly isCut: boolean;
  /** The beginning of what it complained of. */
  readonly complaint: string;
};

const complaintMax = 20_000;
/** What of a line is kept; longer ones are dropped. */
const lineMax = 1_000_000;
const inputChunk = 256 * 1024;

/**
 * Runs a program within limits that the kernel keeps (`setrlimit`), which stand before it is there. Never rejects for what the program does.
 * @throws Error where it cannot be started at all
 */
export function runBounded(given: BoundedProgram): Promise<ProgramEnd> {
  const { program, args, folder, seconds, addressKib, fileKib, uid } = given;
  const limits = [
    `ulimit -t ${seconds}`,
    // In blocks of 512 bytes.
    `ulimit -f ${fileKib * 2}`,
    'ulimit -c 0',
    ...(addressKib === undefined ? [] : [`ulimit -v ${addressKib}`]),
  ];
  const child = spawn('/bin/sh', ['-c', `${limits.join(' && ')} && exec "$@"`, 'sh', program, ...args], {
    ...{ cwd: folder, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...given.env } },
    ...{ timeout: seconds * 2000, killSignal: 'SIGKILL' },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < complaintMax) complaint += text.slice(0, complaintMax);
  });
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (line) => {
    if (line.length <= lineMax) given.onLine?.(line);
  });
  const read = once(lines, 'close');
  // A program that ends early leaves its input unread.
  child.stdin.on('error', () => undefined);
  void feed(child.stdin, given.input ?? []);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', async (code, signal) => {
      await read;
      resolve({ code, isCut: signal !== null, complaint });
    });
  });
}

async function feed(stdin: NodeJS.WritableStream & { readonly writable: boolean }, input: Iterable<string>) {
  let chunk = '';
  for (const line of input) {
    chunk += `${line}\n`;
    if (chunk.length < inputChunk) continue;
    if (!stdin.writable) return;
    if (!stdin.write(chunk)) await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => undefined);
    chunk = '';
  }
  if (stdin.writable) stdin.end(chunk);
}
