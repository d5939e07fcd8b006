import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../../clock.ts';
import { Spool } from '../../../spool/index.ts';

/** Longer by `SAKIMORI_SOAK_SECONDS`. */
const seconds = Number(process.env['SAKIMORI_SOAK_SECONDS'] ?? 10);
const agentFile = join(import.meta.dirname, 'soak-agent.ts');

test('S8, in part: lines written while logs are rotated in every way and the agent is killed again and again count exactly once', async (t) => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sakimori-soak-'));
  const logs = join(folder, 'logs');
  fs.mkdirSync(logs);
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  const writers = ['app.log', 'svc-1.log', 'svc-2.log'].map(
    (name) => new Writer(join(logs, name), name !== 'app.log', random),
  );
  let agent: ChildProcess | undefined;
  t.after(() => {
    agent?.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true });
  });
  const start = async () => {
    agent = spawn(process.execPath, [agentFile, folder, join(logs, 'app.log'), join(logs, 'svc*')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(agent, 'exit').then(() => Promise.reject(new Error('the agent ended by itself')));
    await Promise.race([once(agent.stdout!, 'data'), ended]);
    ended.catch(() => undefined);
  };
  const kill = async () => {
    const ended = once(agent!, 'exit');
    agent!.kill('SIGKILL');
    await ended;
  };
  await start();
  let kills = 0;
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    for (const writer of writers) writer.act();
    await wait(random(40));
    if (random(40) !== 0) continue;
    await kill();
    kills++;
    for (let turn = random(12); turn > 0; turn--) for (const writer of writers) writer.act();
    await start();
  }
  const expected = writers.flatMap((writer) => writer.written);
  // What was being packed when it was looked for is asked for again after six seconds.
  await wait(9000);
  await kill();
  const seen = readSpool(join(folder, 'spool.db'));
  const rotations = writers.reduce((sum, writer) => sum + writer.rotations, 0);
  t.diagnostic(`${expected.length} lines, ${rotations} rotations, ${kills} kills`);
  const counts = new Map<string, number>();
  for (const line of seen) counts.set(line, (counts.get(line) ?? 0) + 1);
  const twice = [...counts].filter(([, count]) => count > 1).map(([line]) => line);
  const missing = expected.filter((line) => !counts.has(line));
  assert.deepEqual([twice.slice(0, 5), twice.length], [[], 0], 'lines that came twice');
  assert.deepEqual([missing.slice(0, 5), missing.length], [[], 0], 'lines that did not come');
  assert.equal(seen.length, expected.length);
  assert.ok(kills > 0 && rotations > 5);
});

/** Writes a log as daemons do, and rotates it as logrotate does. */
class Writer {
  readonly written: string[] = [];
  rotations = 0;
  readonly #path: string;
  readonly #isCopied: boolean;
  readonly #random: (below: number) => number;
  #generation = 0;
  #fd: number;

  /** @param isCopied whether it is rotated by copy and truncation, by a writer that keeps its file open; otherwise by rename */
  constructor(path: string, isCopied: boolean, random: (below: number) => number) {
    this.#path = path;
    this.#isCopied = isCopied;
    this.#random = random;
    this.#fd = fs.openSync(path, 'a');
  }

  act(): void {
    this.#write(1 + this.#random(30));
    if (this.#random(25) !== 0) return;
    this.rotations++;
    if (this.#isCopied) this.#copyAndTruncate();
    else this.#rename();
  }

  #write(count: number): void {
    const lines = Array.from({ length: count }, () => {
      const line = `soak ${this.#path.split('/').at(-1)} ${this.written.length} ${'x'.repeat(this.#random(this.#random(20) === 0 ? 3000 : 200))}`;
      this.written.push(line);
      return `${line}\n`;
    }).join('');
    const bytes = Buffer.from(lines);
    // In two pieces, cut anywhere.
    const cut = this.#random(bytes.length);
    fs.writeSync(this.#fd, bytes, 0, cut);
    fs.writeSync(this.#fd, bytes, cut);
  }

  #copyAndTruncate(): void {
    this.#shift();
    fs.copyFileSync(this.#path, `${this.#path}.1`);
    fs.ftruncateSync(this.#fd);
  }

  /** The writer goes on for a moment in the file that was renamed, as daemons do until they are told. */
  #rename(): void {
    this.#shift();
    fs.renameSync(this.#path, `${this.#path}.1`);
    const next = fs.openSync(this.#path, 'a');
    this.#write(this.#random(5));
    fs.closeSync(this.#fd);
    this.#fd = next;
  }

  /** `.1` becomes `.2.gz` and so on, as with `compress` and `delaycompress`. */
  #shift(): void {
    this.#generation++;
    for (let number = Math.min(this.#generation, 300); number > 1; number--) {
      const from = `${this.#path}.${number}.gz`;
      if (fs.existsSync(from)) fs.renameSync(from, `${this.#path}.${number + 1}.gz`);
    }
    const last = `${this.#path}.1`;
    if (!fs.existsSync(last)) return;
    const { atime, mtime } = fs.statSync(last);
    fs.writeFileSync(`${this.#path}.2.gz`, gzipSync(fs.readFileSync(last)));
    fs.utimesSync(`${this.#path}.2.gz`, atime, mtime);
    fs.rmSync(last);
  }
}

/** The detections that the agent would send. */
function readSpool(path: string): string[] {
  const spool = new Spool({
    ...{ path, clock: systemClock, log: () => undefined },
    seal: () => {
      throw new Error('the spool has something to say of itself');
    },
  });
  const lines: string[] = [];
  for (let lease = spool.lease(1000, 64 * 1024 * 1024); lease; lease = spool.lease(1000, 64 * 1024 * 1024)) {
    for (const row of lease.rows) lines.push(JSON.parse(row.body).raw);
    spool.commit(lease);
  }
  spool.close();
  return lines;
}

/** The same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return below <= 0 ? 0 : (state >> 8) % below;
  };
}
