import { createInterface } from 'node:readline';
import { systemClock } from '../clock.ts';
import { PacketQueue, type QueueJump, QueueWatchdog, readerOf, readQueueCounters } from './index.ts';

/** For tests that need a jump in a network namespace: orders and answers as lines of JSON; what the watchdog says is a line with `event`. */
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const queue = new PacketQueue('intrusion');
const watchdog = new QueueWatchdog({
  ...{ clock: systemClock, queue },
  onState: (state, why) => print({ event: { state, why, atMs: Date.now() } }),
  onTampered: (isHealed) => print({ event: { isHealed } }),
  onFault: (error) => print({ event: { fault: String(error) } }),
});
type Order = { do: string; jump: QueueJump };
const orders: Record<string, (order: Order) => Promise<unknown>> = {
  way: async () => ({ way: await queue.findWay() }),
  start: async ({ jump }) => ({ done: await watchdog.start(jump) }),
  stop: async () => ({ done: await watchdog.stop() }),
  install: async ({ jump }) => ({ done: await queue.install(jump) }),
  counters: async () => [...readQueueCounters().values()],
  reader: async ({ jump }) => (await readerOf(jump.queue)) ?? {},
};
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  try {
    print(await orders[order.do]!(order));
  } catch (error) {
    print({ fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}
