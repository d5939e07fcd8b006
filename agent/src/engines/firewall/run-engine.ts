import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { systemClock } from '../../clock.ts';
import { createRecordingHost } from '../recording-host.ts';
import { createFirewallEngine } from './index.ts';

/**
 * For tests that need the engine in a network namespace: takes orders as lines of JSON and answers each with one; every detection is a line with
 * `event`. The way to the manager is a connection to the address that is given.
 *
 *   node run-engine.ts <data folder> <manager's address> <its port> [folders for nft]
 */
const [folder = '', address = '', port = '0', path] = process.argv.slice(2);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const hours = { ms: 0 };
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + hours.ms };
const reach = () =>
  new Promise<{ address: string; port: number }>((resolve, reject) => {
    const socket = connect({ host: address, port: Number(port), timeout: 1500 });
    socket.once('connect', () => {
      socket.destroy();
      resolve({ address: named ?? address, port: Number(port) });
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
let named: string | undefined;
const recorder = createRecordingHost('firewall', folder, clock, { reach });
const host = {
  ...recorder,
  report: async (...args: Parameters<typeof recorder.report>) => {
    const before = recorder.detections.length;
    await recorder.report(...args);
    for (const detection of recorder.detections.slice(before)) print({ event: detection });
  },
};
const engine = createFirewallEngine(path)(host);

type Order = { do: string; policy?: unknown; hours?: number; named?: string };
const orders: Record<string, (order: Order) => Promise<unknown>> = {
  apply: async ({ policy }) => {
    await engine.apply(policy as Parameters<typeof engine.apply>[0]);
    return { done: true };
  },
  status: async () => engine.status(),
  /** From now on the manager is said to be at another address than the one that is reached: something on the way translates it. */
  name: async (order) => {
    named = order.named;
    return { done: true };
  },
  clock: async (order) => {
    hours.ms = (order.hours ?? 0) * 3_600_000;
    return { done: true };
  },
  stop: async () => {
    await engine.stop();
    return { log: recorder.logLines };
  },
};
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  try {
    print(await orders[order.do]!(order));
  } catch (error) {
    print({ fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}
process.exit(0);
