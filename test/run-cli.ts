import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const launcher = join(resolve(import.meta.dirname, '..'), 'cli/bin/sakimori.mjs');

export type Run = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs the real `sakimori` with an environment of its own, so that no setting of the machine reaches it. */
export function runCli(args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Run> {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', SAKIMORI_DATA: '/nonexistent', LANG: 'C', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, out, err }));
  });
}
