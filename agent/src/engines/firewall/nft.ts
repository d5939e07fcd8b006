import { spawn } from 'node:child_process';
import { tableName } from './compile/chain-book.ts';

/** The program that speaks to the kernel's nf_tables. A file is one transaction: all of it, or nothing. */
export type Nft = {
  /** @throws NftFault */
  apply(text: string): Promise<void>;
  /** Asks nft and the kernel whether they would take it. @throws NftFault */
  check(text: string): Promise<void>;
  /** A table of ours as it stands, without what changes by itself; `undefined`: it is not there. @throws NftFault */
  list(table?: string): Promise<string | undefined>;
  /** Counters of our table: name → packets. Empty where there is none. @throws NftFault */
  counters(): Promise<ReadonlyMap<string, number>>;
  /** Whether this process of ours made a change, by its id. */
  isOurs(processId: number | undefined): boolean;
};

/** `missing`: no such program. `refused`: no right to it, or the kernel has no nf_tables. `failed`: this text is not taken. */
export class NftFault extends Error {
  readonly kind: 'missing' | 'refused' | 'failed';

  constructor(kind: NftFault['kind'], message: string) {
    super(message);
    this.name = 'NftFault';
    this.kind = kind;
  }
}

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
const runMsMax = 60_000;
const answerBytesMax = 64 * 1024 * 1024;
/** nft prints the whole line that it does not take, which may be megabytes. */
const complaintBytesMax = 600;
const processesKept = 50;

/** @param path where the program is looked for */
export function createNft(path: string = folders.join(':')): Nft {
  const own: number[] = [];
  const run = (args: readonly string[], input = ''): Promise<string> =>
    runProgram(path, args, input, (processId) => {
      own.push(processId);
      if (own.length > processesKept) own.shift();
    });
  return {
    apply: async (text) => void (await run(['-f', '-'], text)),
    check: async (text) => void (await run(['-c', '-f', '-'], text)),
    list: (table = tableName) => orNothing(run(['-s', '-t', 'list', 'table', 'inet', table])),
    async counters() {
      const answer = await orNothing(run(['-j', 'list', 'counters', 'table', 'inet', tableName]));
      return new Map(answer ? countersOf(answer) : []);
    },
    isOurs: (processId) => processId !== undefined && own.includes(processId),
  };
}

async function orNothing(answer: Promise<string>): Promise<string | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NftFault && /no such file or directory/i.test(error.message)) return undefined;
    throw error;
  }
}

function countersOf(answer: string): [string, number][] {
  const { nftables } = JSON.parse(answer) as { nftables: { counter?: { name: string; packets: number } }[] };
  return nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets] as [string, number]] : []));
}

function runProgram(
  path: string,
  args: readonly string[],
  input: string,
  onStarted: (processId: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('nft', args, { env: { PATH: path, LC_ALL: 'C' }, stdio: 'pipe' });
    if (child.pid !== undefined) onStarted(child.pid);
    const timer = setTimeout(() => child.kill('SIGKILL'), runMsMax);
    const answer: Buffer[] = [];
    let bytes = 0;
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= answerBytesMax) answer.push(chunk);
      else child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < complaintBytesMax) complaint += chunk.toString('utf8', 0, complaintBytesMax);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new NftFault(error.code === 'ENOENT' ? 'missing' : 'refused', `nft: ${error.message}`));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(answer).toString('utf8'));
      else reject(faultOf(complaint));
    });
    // A program that ends before it has read everything is told by its exit.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function faultOf(complaint: string): NftFault {
  const text = complaint.slice(0, complaintBytesMax).trim() || 'nft ended without a word';
  const isRefused =
    /operation not permitted|permission denied|you must be root|netlink: error|protocol not supported|cache initialization failed/i;
  return new NftFault(isRefused.test(text) ? 'refused' : 'failed', text);
}
