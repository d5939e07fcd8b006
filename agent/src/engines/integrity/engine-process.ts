import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Detection } from '@sakimori/contract/detection';
import type { ModuleStatus } from '@sakimori/contract/module';

export type Line = { status?: ModuleStatus; detection?: Detection };

/** Runs it as root, but without the capability that fanotify's marks on file systems need. */
export const withoutFanotify = ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin'] as const;

/**
 * For tests: runs the engine over `<root>/watched` as another process ({@link file://./run-engine.ts}) and hands out what it says, line by line.
 * @param prefix a command that runs it with other rights
 */
export function runEngine(root: string, prefix: readonly string[]) {
  const [command, ...args] = [...prefix, process.execPath, join(import.meta.dirname, 'run-engine.ts'), root];
  const child = spawn(command!, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const path = join(root, 'data/told');
  const lines: Line[] = [];
  const log: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => log.push(bytes.toString()));
  let read = fs.existsSync(path) ? fs.statSync(path).size : 0;
  const readMore = () => {
    const text = fs.existsSync(path) ? fs.readFileSync(path).subarray(read).toString('utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    read += Buffer.byteLength(whole);
    lines.push(
      ...whole
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line),
    );
  };
  const next = async (): Promise<Line> => {
    for (let tries = 0; lines.length === 0 && tries < 2000; tries += 1) {
      await sleep(10);
      readMore();
    }
    return lines.shift() ?? assert.fail(`the engine says nothing more: ${log.join('')}`);
  };
  return {
    next,
    pid: child.pid!,
    /** What it wrote to its log so far. */
    log: () => log.join(''),
    /** Asks how it fares now; what it tells meanwhile goes to `others`. */
    async status(others: (line: Line) => void = () => {}): Promise<ModuleStatus> {
      child.kill('SIGUSR2');
      for (;;) {
        const line = await next();
        if (line.status) return line.status;
        others(line);
      }
    },
    signal: (name: NodeJS.Signals) => child.kill(name),
    /** Kills it and gives what it had said. */
    async kill(): Promise<Line[]> {
      child.kill('SIGKILL');
      await once(child, 'exit');
      readMore();
      return lines.splice(0);
    },
    async stop() {
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
