import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentPaths, HostInventory, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { patience } from '../../../test/patience.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { inventoryRoom } from './index.ts';

let door: TestDoor;
let account: string;
let agent: SimulatedAgent;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor({ rooms: (platform) => [inventoryRoom(platform)] });
  account = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(account);
});
after(() => door.stop());

const read = (actor = operator, hostId = agent.hostId) =>
  door.service.as(actor)(routes.getHostInventory, { params: { hostId } });
const inventory = HostInventory.parse({
  takenAt: '2026-11-27T00:00:00.000Z',
  os: { id: 'debian', version: '12', name: 'Debian 12', kernel: 'Linux 6.1', architecture: 'x86_64' },
  packages: [{ name: 'nginx', version: '1.22.1-9', architecture: 'amd64', manager: 'dpkg' }],
  services: [{ protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx', package: 'nginx' }],
  processes: ['nginx'],
  interfaces: [{ name: 'eth0', mac: '02:fc:00:00:00:01', addresses: ['192.0.2.2'], dhcp: true }],
  cloud: { provider: 'aws', instanceId: 'i-1' },
  limits: ['sockets_without_process'],
});

test('a host that sent none has an empty answer; then its newest word is read, with when it came and since when it holds', async () => {
  assert.deepEqual(await read(), {});
  const start = door.platform.clock.now();
  await agent.post(agentPaths.inventory, inventory);
  door.platform.clock.advance(60_000);
  await agent.post(agentPaths.inventory, { ...inventory, takenAt: '2026-11-27T00:01:00.000Z' });
  const at = door.platform.clock.now();
  assert.deepEqual(await read(), {
    receivedAt: at.toISOString(),
    changedAt: start.toISOString(),
    inventory,
  });
});

test('the largest inventory that a host may send is read in good time', async () => {
  const crowded = await door.enrolAgent(account);
  const packages = Array.from({ length: 20_000 }, (_, index) => ({
    ...{ name: `package-${index}`, version: '1:1.0-1', architecture: 'amd64', manager: 'dpkg' as const },
  }));
  assert.equal((await crowded.post(agentPaths.inventory, { ...inventory, packages })).status, 204);
  const startedAt = performance.now();
  assert.equal((await read(operator, crowded.hostId)).inventory?.packages.length, 20_000);
  assert.ok(performance.now() - startedAt < patience(5000), `${performance.now() - startedAt} ms`);
});

test('S41, in part: another account reads nothing of it, a customer reads his own', async () => {
  const other = await door.makeAccount('Musashi');
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    assert.equal((await read(actorOf(role, account))).inventory?.packages.length, 1);
    await refusedWith(read(actorOf(role, other)), 'not_found');
  }
  await refusedWith(read({ ...operator, accountId: other }), 'not_found');
  await refusedWith(read(operator, '019ab000-0000-7000-8000-00000000cafe'), 'not_found');
  await refusedWith(read(operator, 'x'), 'malformed');
});
