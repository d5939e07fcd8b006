import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { createRecordingHost } from '../recording-host.ts';
import { print, takeOrders } from '../test-orders.ts';
import { createIntrusionEngine } from './index.ts';

/**
 * For tests that need the engine in a network namespace: takes orders as lines of JSON and answers each with one; every detection is a line with
 * `event`. What the engine keeps is in a file of the folder, so that the next process knows it.
 *
 *   node run-engine.ts <data folder> <folder of the kernel's tracing> <folder of Suricata>
 */
const [folder = '', tracing = '', programs = ''] = process.argv.slice(2);
const hours = { ms: 0 };
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + hours.ms };
const recorder = createRecordingHost('intrusion', folder, clock, {
  reach: async () => ({ address: '10.78.0.1', port: 4119 }),
});
const kept = new Map<string, string>(
  existsSync(join(folder, 'memory')) ? JSON.parse(readFileSync(join(folder, 'memory'), 'utf8')) : [],
);
const host = {
  ...recorder,
  recall: (key: string) => kept.get(key),
  report: async (...args: Parameters<typeof recorder.report>) => {
    const before = recorder.detections.length;
    await recorder.report(...args);
    for (const [key, value] of Object.entries(args[1] ?? {}))
      value === undefined ? kept.delete(key) : kept.set(key, value);
    writeFileSync(join(folder, 'memory'), JSON.stringify([...kept]));
    for (const detection of recorder.detections.slice(before)) print({ event: detection });
  },
};
const engine = createIntrusionEngine({ tracing: [tracing], programFolders: [programs] })(host);

type Order = { do: string; policy?: unknown; hours?: number };
const orders: Record<string, (order: Order) => Promise<unknown>> = {
  apply: async ({ policy }) => {
    await engine.apply(policy as Parameters<typeof engine.apply>[0]);
    return { done: true };
  },
  status: async () => engine.status(),
  clock: async (order) => {
    hours.ms = (order.hours ?? 0) * 3_600_000;
    return { done: true };
  },
  log: async () => recorder.logLines,
  stop: async () => {
    await engine.stop();
    return { log: recorder.logLines };
  },
};
await takeOrders(orders);
