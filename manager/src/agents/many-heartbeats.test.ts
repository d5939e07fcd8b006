import assert from 'node:assert/strict';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { SightingWriter } from '../hosts/index.ts';
import { newId } from '../platform/index.ts';
import { Heartbeats } from './heartbeats.ts';
import type { AgentIdentity } from './identity.ts';

let platform: TestPlatform;
let server: Server;
let heartbeats: Heartbeats;
let onOpened: (response: ServerResponse) => void;

before(async () => {
  platform = await startTestPlatform();
  heartbeats = new Heartbeats(platform, new SightingWriter(platform, async () => undefined));
  server = createServer((_request, response) => onOpened(response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await platform.stop();
});

const policies = { common: newId({ now: () => new Date() }), other: newId({ now: () => new Date() }) };

const identityOf = (policyId: string): AgentIdentity => ({
  ...{ accountId: newId(platform.clock), hostId: newId(platform.clock), hostName: 'host', serial: 'ab', policyId },
  ...{ certificateExpiresAt: new Date(platform.clock.now().getTime() + 86_400_000), clockOffsetMs: 0 },
});

type Agent = { readonly identity: AgentIdentity; readonly reason: Promise<string> };

/** A request that waits for its answer, with the reason that the answer ends with. */
async function open(): Promise<{ response: ServerResponse; reason: Promise<string> }> {
  const opened = new Promise<ServerResponse>((resolve) => {
    onOpened = resolve;
  });
  const { port } = server.address() as AddressInfo;
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    get({ port, host: '127.0.0.1', agent: false }, resolve).once('error', reject),
  );
  const response = await opened;
  response.write('{}\n');
  const reason = answered.then(async (message) => {
    const lines = (await message.toArray()).join('').trim().split('\n');
    return (JSON.parse(lines.at(-1)!) as { reason: string }).reason;
  });
  return { response, reason };
}

async function hold(identity: AgentIdentity): Promise<Agent> {
  const { response, reason } = await open();
  heartbeats.hold(identity, response, 600_000);
  return { identity, reason };
}

async function holdMany(count: number, policyId: string): Promise<Agent[]> {
  const agents: Agent[] = [];
  for (let index = 0; index < count; index++) agents.push(await hold(identityOf(policyId)));
  return agents;
}

test('a policy is pushed to all who have it and to nobody else, and others get their turn meanwhile', async () => {
  const [concerned, others] = [await holdMany(350, policies.common), await holdMany(5, policies.other)];
  heartbeats.push(policies.common);
  heartbeats.push(policies.common);
  const counts: number[] = [];
  while (heartbeats.count > others.length && counts.length < 100) {
    await turn();
    counts.push(heartbeats.count);
  }
  assert.ok(new Set(counts).size >= 3, `all were ended at once: ${counts.join(', ')}`);
  assert.deepEqual(new Set(await Promise.all(concerned.map(({ reason }) => reason))), new Set(['policy']));
  assert.equal(heartbeats.count, others.length);
  heartbeats.stop();
  assert.deepEqual(new Set(await Promise.all(others.map(({ reason }) => reason))), new Set(['stopping']));
});

test('who comes back before its turn is not ended again', async () => {
  heartbeats = new Heartbeats(platform, new SightingWriter(platform, async () => undefined));
  const agents = await holdMany(250, policies.common);
  const last = agents.at(-1)!;
  const newer = await open();
  heartbeats.endEach(
    agents.map(({ identity }) => identity.hostId),
    'policy',
  );
  heartbeats.hold(last.identity, newer.response, 600_000);
  assert.equal(await last.reason, 'interval');
  await Promise.all(agents.map(({ reason }) => reason));
  for (let index = 0; index < 10; index++) await turn();
  assert.equal(heartbeats.count, 1);
  heartbeats.stop();
  assert.equal(await newer.reason, 'stopping');
});
