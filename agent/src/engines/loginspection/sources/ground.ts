import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { LogJournal, LogSource } from '@sakimori/contract/log-source';
import { systemClock } from '../../../clock.ts';
import { LogSources } from './index.ts';

/** A place for logs, and sources over it that share what is kept, as the runs of one agent do. For tests. */
export function ground(t: TestContext, journalFolder?: string) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sakimori-follow-'));
  const kept = new Map<string, string>();
  const seen: string[] = [];
  const logged: string[] = [];
  let sources: LogSources | undefined;
  t.after(async () => {
    await sources?.stop();
    fs.rmSync(folder, { recursive: true });
  });
  const path = (name = 'auth.log') => join(folder, name);
  const sourceOf = (name: string, more: Partial<LogSource> = {}): LogSource => ({
    path: path(name),
    format: 'syslog',
    ...more,
  });
  const startWith = async (wanted: readonly LogSource[], journal: LogJournal = 'never') => {
    sources = new LogSources(
      {
        clock: systemClock,
        log: (_level, message) => logged.push(message),
        recall: (key) => kept.get(key),
        recallKeys: () => [...kept.keys()],
        async take({ lines, memory }) {
          seen.push(...lines);
          for (const [key, value] of Object.entries(memory))
            value === undefined ? kept.delete(key) : kept.set(key, value);
          return { kept: Promise.resolve() };
        },
      },
      journalFolder === undefined ? {} : { directory: journalFolder },
    );
    await sources.follow(LogSources.read({ sources: wanted, journal }));
    return sources;
  };
  const start = (name = 'auth.log', more: Partial<LogSource> = {}) => startWith([sourceOf(name, more)]);
  const write = (text: string | Buffer, name?: string) => {
    fs.mkdirSync(dirname(path(name)), { recursive: true });
    fs.appendFileSync(path(name), text);
  };
  const until = async (count: number, quietMs = 150, timeoutMs = 15_000) => {
    const endMs = performance.now() + timeoutMs;
    while (seen.length < count && performance.now() < endMs) await wait(10);
    await wait(quietMs);
  };
  const stop = () => sources?.stop();
  return { start, startWith, sourceOf, stop, path, write, until, seen, kept, folder, logged, sources: () => sources! };
}
