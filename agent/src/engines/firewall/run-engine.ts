import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { createRecordingHost } from '../recording-host.ts';
import { print, takeOrders } from '../test-orders.ts';
import { createFirewallEngine } from './index.ts';

/**
 * For tests that need the engine in a network namespace: takes orders as lines of JSON and answers each with one; every detection is a line with
 * `event`. What the engine keeps is in a file of the folder, so that the next process knows it. The way to the manager is a connection to the address that is given.
 *
 *   node run-engine.ts <data folder> <manager's address> <its port> [folders for nft]
 */
const [folder = '', address = '', port = '0', path] = process.argv.slice(2);
const hours = { ms: 0 };
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + hours.ms };
const reach = () =>
  new Promise<{ address: string; port: number }>((resolve, reject) => {
    const socket = connect({ host: address, port: Number(port), timeout: 1500 });
    socket.once('connect', () => {
      socket.destroy();
      resolve({ address, port: Number(port) });
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
const recorder = createRecordingHost('firewall', folder, clock, { reach });
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
const engine = createFirewallEngine(path)(host);

type Order = { do: string; policy?: unknown; task?: unknown; hours?: number };
const orders: Record<string, (order: Order) => Promise<unknown>> = {
  apply: async ({ policy }) => {
    await engine.apply(policy as Parameters<typeof engine.apply>[0]);
    return { done: true };
  },
  run: async ({ task }) => ({ answer: await engine.run?.(task as Parameters<NonNullable<typeof engine.run>>[0]) }),
  status: async () => engine.status(),
  clock: async (order) => {
    hours.ms = (order.hours ?? 0) * 3_600_000;
    return { done: true };
  },
  stop: async () => {
    await engine.stop();
    return { log: recorder.logLines };
  },
};
await takeOrders(orders);
