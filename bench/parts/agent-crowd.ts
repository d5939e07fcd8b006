// A crowd of simulated agents in a process of its own. Reads one line of JSON with the hosts, then one number a line: how many of them shall be
// connected. They come as fast as the manager lets them in, a few at a time. Writes one line a second: how many are connected, and how long
// heartbeats took since the line before: `firstMs` with the connection and its handshake, `heartbeatMs` on a connection that stood; and which policies
// its agents fetched.
import { hash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { type AssignedPolicy, agentPaths } from '@sakimori/contract';
import { SimulatedAgent } from '../../test/simulated-agent.ts';

export type Crowd = {
  readonly door: string;
  readonly key: string;
  readonly ca: string;
  readonly accountId: string;
  /** What they keep to at first. */
  readonly policy: PolicyVersion;
  readonly hosts: readonly { readonly hostId: string; readonly certificate: string }[];
};
type PolicyVersion = { readonly id: string; readonly version: number };
/** An agent had the whole of this version at this time; `bytes` as they came over the wire. */
export type PolicyTaken = { readonly version: number; readonly atMs: number; readonly bytes: number };
export type CrowdReport = {
  readonly connected: number;
  readonly firstMs: readonly number[];
  readonly heartbeatMs: readonly number[];
  readonly failed: number;
  readonly policies: readonly PolicyTaken[];
};

const connectingMax = 16;
let wanted = 0;
let started = 0;
let connected = 0;
let failed = 0;
const nothing = () => ({ firstMs: [] as number[], heartbeatMs: [] as number[], policies: [] as PolicyTaken[] });
let since = nothing();

/** Heartbeat after heartbeat, as an agent: the next one when the manager lets go of the one before, and between them the policy where it changed. */
async function live(agent: SimulatedAgent): Promise<void> {
  let has = policy;
  for (let isNew = true; ; ) {
    try {
      const startedAt = performance.now();
      const { received, ended } = await agent.heartbeat({ policy: has });
      since[isNew ? 'firstMs' : 'heartbeatMs'].push(performance.now() - startedAt);
      if (isNew) connected += 1;
      isNew = false;
      startMore();
      const isKept = received.policyId === has.id && received.policyVersion === has.version;
      const end = isKept ? await ended : undefined;
      if (isKept && !end) throw new Error('the connection broke off');
      if (isKept && end?.reason !== 'policy') continue;
      has = await takePolicy(agent, has);
      // With thousands of sockets in one process the connection is free again only then; a host with one agent knows no such wait.
      await turn();
    } catch {
      failed += 1;
      if (!isNew) connected -= 1;
      isNew = true;
      await sleep(1000);
    }
  }
}

/** Of equal bytes each is read once: agents do that on their own hosts, not on the processors of this bench. */
const read = new Map<string, PolicyVersion>();

async function takePolicy(agent: SimulatedAgent, has: PolicyVersion): Promise<PolicyVersion> {
  const bytes = await agent.getCompressed(agentPaths.policy);
  const digest = hash('sha1', bytes, 'base64');
  let taken = read.get(digest);
  if (!taken) {
    const { policyId, version } = JSON.parse(zstdDecompressSync(bytes).toString()) as AssignedPolicy;
    taken = { id: policyId, version };
    read.set(digest, taken);
  }
  const isNew = taken.id !== has.id || taken.version !== has.version;
  if (isNew) since.policies.push({ version: taken.version, atMs: Date.now(), bytes: bytes.length });
  return taken;
}

function startMore(): void {
  while (started < Math.min(wanted, hosts.length) && started - connected < connectingMax) {
    const { hostId, certificate } = hosts[started++]!;
    void live(new SimulatedAgent(door, { hostId, accountId, keys: { key, certificate, ca } }));
  }
}

setInterval(() => {
  console.log(JSON.stringify({ connected, ...since, failed } satisfies CrowdReport));
  since = nothing();
}, 1000);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { door, key, ca, accountId, policy, hosts } = JSON.parse((await lines.next()).value as string) as Crowd;
for (let line = await lines.next(); !line.done; line = await lines.next()) {
  wanted = Number(line.value);
  startMore();
}
process.exit(0);
