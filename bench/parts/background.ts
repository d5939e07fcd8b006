// Steady traffic of some hosts in a process of its own. Reads one line of JSON, sends until its standard input ends, then writes how many
// detections a second were stored.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentKeys, SimulatedAgent } from '../../test/simulated-agent.ts';
import { makeTraffic } from './traffic.ts';

export type Background = {
  readonly door: string;
  readonly hosts: readonly { readonly hostId: string; readonly accountId: string; readonly keys: AgentKeys }[];
  /** Of all hosts together. */
  readonly detectionsPerSecond: number;
};

const sendEveryMs = 250;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { door, hosts, detectionsPerSecond } = JSON.parse((await lines.next()).value as string) as Background;
const batchSize = Math.round((detectionsPerSecond * sendEveryMs) / 1000 / hosts.length);
let isOver = false;
let stored = 0;

/** A batch at each turn, however long the one before took: what was missed is made up for. */
async function send(agent: SimulatedAgent, offsetMs: number): Promise<void> {
  const startedAt = performance.now() + offsetMs;
  for (let turn = 0; !isOver; turn++) {
    await sleep(Math.max(0, startedAt + turn * sendEveryMs - performance.now()));
    const batch = Array.from({ length: batchSize }, (_, index) => makeTraffic(agent, turn * batchSize + index));
    stored += (await agent.sendDetections(batch)).stored;
  }
}

const startedAt = performance.now();
const all = hosts.map((host, index) => send(new SimulatedAgent(door, host), (index * sendEveryMs) / hosts.length));
await lines.next();
isOver = true;
await Promise.all(all);
console.log(JSON.stringify({ storedPerSecond: stored / ((performance.now() - startedAt) / 1000) }));
process.exit(0);
