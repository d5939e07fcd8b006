import { spawn } from 'node:child_process';

/**
 * Why packets cannot be led into a queue. `missing`: a program is not installed, `what` names it. `unsupported`: the kernel has no NFQUEUE.
 * `refused`: no right to it. `failed`: anything else.
 */
export class QueueFault extends Error {
  readonly kind: 'missing' | 'unsupported' | 'refused' | 'failed';
  readonly what: string | undefined;

  constructor(kind: QueueFault['kind'], message: string, what?: string) {
    super(message);
    this.name = 'QueueFault';
    this.kind = kind;
    this.what = what;
  }
}

/** Runs a program with this text as its input. @returns what it prints @throws QueueFault */
export type RunProgram = (program: string, args: readonly string[], input?: string) => Promise<string>;

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
const runMsMax = 20_000;
const bytesMax = 8 * 1024 * 1024;
const complaintMax = 600;

/** @param path where programs are looked for */
export const createRunProgram =
  (path: string = folders.join(':')): RunProgram =>
  (program, args, input = '') =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, { env: { PATH: path, LC_ALL: 'C' }, stdio: 'pipe' });
      const timer = setTimeout(() => child.kill('SIGKILL'), runMsMax);
      let [answer, complaint] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (answer.length < bytesMax) answer += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (complaint.length < complaintMax) complaint += text.slice(0, complaintMax);
      });
      child.once('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        const isMissing = error.code === 'ENOENT';
        reject(new QueueFault(isMissing ? 'missing' : 'refused', `${program}: ${error.message}`, program));
      });
      child.once('close', (code) => {
        clearTimeout(timer);
        if (code === 0) resolve(answer);
        else reject(faultOf(program, complaint.slice(0, complaintMax).trim()));
      });
      // A program that ends before it has read everything is told by its exit.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });

function faultOf(program: string, complaint: string): QueueFault {
  const isRefused = /permission denied|operation not permitted|you must be root/i.test(complaint);
  return new QueueFault(isRefused ? 'refused' : 'failed', `${program}: ${complaint || 'ended without a word'}`);
}
