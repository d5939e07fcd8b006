import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { createRecordingHost } from '../recording-host.ts';
import { print, takeOrders } from '../test-orders.ts';
import { createWebReputationEngine } from './index.ts';

/**
 * For tests that need the engine in a network namespace: takes orders as lines of JSON and answers each with one; every detection is a line with
 * `event`. Tables are files of the folder, `<name>.table`, which stand in for the manager's.
 *
 *   node run-engine.ts <data folder>
 */
const [folder = ''] = process.argv.slice(2);
const manager = { name: 'manager.example', reach: async () => ({ address: '10.78.0.1', port: 4119 }) };
const recorder = createRecordingHost('webreputation', folder, systemClock, manager);
const kept = new Map<string, string>(
  existsSync(join(folder, 'memory')) ? JSON.parse(readFileSync(join(folder, 'memory'), 'utf8')) : [],
);
const tableOf = (name: string) => join(folder, `${name}.table`);
const host = {
  ...recorder,
  fetchTable: async ({ name, from }: { name: string; from: number }) =>
    createReadStream(tableOf(name), { start: from }),
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
const engine = createWebReputationEngine(host);

type Order = { do: string; policy?: unknown; names?: readonly string[] };
const orders: Record<string, (order: Order) => Promise<unknown>> = {
  apply: async ({ policy }) => {
    await engine.apply(policy as Parameters<typeof engine.apply>[0]);
    return { done: true };
  },
  announce: async ({ names = [] }) => {
    const announced = names.map((name) => {
      const bytes = readFileSync(tableOf(name));
      return [name, { version: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }] as const;
    });
    engine.announceTables?.({ ...Object.fromEntries(announced), spreadSeconds: 0 });
    return { done: true };
  },
  status: async () => engine.status(),
  stop: async () => {
    await engine.stop();
    return { log: recorder.logLines };
  },
};
await takeOrders(orders);
