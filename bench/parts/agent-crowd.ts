// A crowd of simulated agents in a process of its own. Reads one line of JSON with the hosts, then one number a line: how many of them shall be
// connected. They come as fast as the manager lets them in, a few at a time. Writes one line a second: how many are connected, and how long
// heartbeats took since the line before: `firstMs` with the connection and its handshake, `heartbeatMs` on a connection that stood.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { SimulatedAgent } from '../../test/simulated-agent.ts';

export type Crowd = {
  readonly door: string;
  readonly key: string;
  readonly ca: string;
  readonly accountId: string;
  readonly hosts: readonly { readonly hostId: string; readonly certificate: string }[];
};
export type CrowdReport = {
  readonly connected: number;
  readonly firstMs: readonly number[];
  readonly heartbeatMs: readonly number[];
  readonly failed: number;
};

const connectingMax = 16;
let wanted = 0;
let started = 0;
let connected = 0;
let failed = 0;
let times = { firstMs: [] as number[], heartbeatMs: [] as number[] };

/** Heartbeat after heartbeat, as an agent: the next one when the manager lets go of the one before. */
async function live(agent: SimulatedAgent): Promise<void> {
  for (let isNew = true; ; ) {
    try {
      const startedAt = performance.now();
      const { ended } = await agent.heartbeat();
      times[isNew ? 'firstMs' : 'heartbeatMs'].push(performance.now() - startedAt);
      if (isNew) connected += 1;
      isNew = false;
      startMore();
      if (!(await ended)) throw new Error('the connection broke off');
    } catch {
      failed += 1;
      if (!isNew) connected -= 1;
      isNew = true;
      await sleep(1000);
    }
  }
}

function startMore(): void {
  while (started < Math.min(wanted, hosts.length) && started - connected < connectingMax) {
    const { hostId, certificate } = hosts[started++]!;
    void live(new SimulatedAgent(door, { hostId, accountId, keys: { key, certificate, ca } }));
  }
}

setInterval(() => {
  console.log(JSON.stringify({ connected, ...times, failed } satisfies CrowdReport));
  times = { firstMs: [], heartbeatMs: [] };
}, 1000);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { door, key, ca, accountId, hosts } = JSON.parse((await lines.next()).value as string) as Crowd;
for (let line = await lines.next(); !line.done; line = await lines.next()) {
  wanted = Number(line.value);
  startMore();
}
process.exit(0);
