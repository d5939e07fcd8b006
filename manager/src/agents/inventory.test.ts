import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { agentPaths, HostInventory } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { selectInventories, selectInventory } from '../inventory/index.ts';
import { sql } from '../platform/index.ts';

let door: TestDoor;
let account: string;

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
});
after(() => door.stop());

const inventory: HostInventory = HostInventory.parse({
  takenAt: '2020-01-01T00:00:00.000Z',
  os: { id: 'debian', version: '12', name: 'Debian 12', kernel: 'Linux 6.1', architecture: 'x86_64' },
  packages: [{ name: 'nginx', version: '1.22.1-9', architecture: 'amd64', manager: 'dpkg' }],
  services: [{ protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx' }],
  interfaces: [{ name: 'eth0', mac: '02:fc:00:00:00:01', addresses: ['192.0.2.2'], dhcp: true }],
});
const send = (agent: SimulatedAgent, body: unknown = inventory) =>
  agent.post(agentPaths.inventory, zstdCompressSync(JSON.stringify(body)), { 'content-encoding': 'zstd' });
const stored = (agent: SimulatedAgent, asAccount = account) =>
  door.platform.database.as(asAccount, (tx) => selectInventory(tx, asAccount, agent.hostId));

test('S11, in part: the newest inventory of a host is kept, with the manager’s time; one that says the same moves the time alone', async () => {
  const agent = await door.enrolAgent(account);
  const start = door.platform.clock.now();
  assert.equal(await stored(agent), undefined);
  assert.equal((await send(agent)).status, 204);
  const first = await stored(agent);
  assert.deepEqual(first?.inventory, inventory);
  assert.deepEqual([first?.taken_at, first?.changed_at], [start, start]);
  const later = new Date(start.getTime() + 60_000);
  door.platform.clock.set(later);
  await send(agent, { ...inventory, takenAt: '2026-11-27T00:00:00.000Z' });
  const same = await stored(agent);
  assert.deepEqual([same?.taken_at, same?.changed_at, same?.digest], [later, start, first?.digest]);
  await send(agent, { ...inventory, packages: [] });
  const changed = await stored(agent);
  assert.deepEqual([changed?.changed_at, changed?.inventory.packages], [later, []]);
  agent.kill();
});

test('S41, in part: another account sees no inventory, and a host has no way to speak for another', async () => {
  const other = await door.makeAccount('Other');
  const [mine, foreign] = [await door.enrolAgent(account), await door.enrolAgent(other)];
  await send(mine);
  assert.equal(await stored(mine, other), undefined);
  await door.platform.database.as(other, async (tx) => {
    assert.deepEqual(await selectInventories(tx, account, [mine.hostId]), []);
    assert.deepEqual(await tx.rows(sql`select * from inventory_current`), []);
  });
  await send(foreign, { ...inventory, hostId: mine.hostId, tenant_id: account, packages: [] });
  assert.equal((await stored(mine))?.inventory.packages.length, 1);
  assert.equal((await stored(foreign, other))?.inventory.packages.length, 0);
  for (const agent of [mine, foreign]) agent.kill();
});

test('400: hostile inventories are refused whole, and what was kept before stays', async () => {
  const agent = await door.enrolAgent(account);
  await send(agent);
  const [one] = inventory.packages;
  const [service] = inventory.services;
  const hostile: Record<string, unknown> = {
    none: {},
    list: [],
    text: 'an inventory',
    'too many packages': {
      ...inventory,
      packages: Array(20_001).fill({ name: 'a', version: '1', architecture: '', manager: 'rpm' }),
    },
    'too many services': { ...inventory, services: Array(2001).fill(service) },
    'too many interfaces': { ...inventory, interfaces: Array(201).fill(inventory.interfaces[0]) },
    'a long name': { ...inventory, packages: [{ ...one, name: 'n'.repeat(201) }] },
    'an escape sequence': { ...inventory, packages: [{ ...one, name: 'nginx\u001b[2J' }] },
    'a second line': { ...inventory, services: [{ ...service, process: 'nginx\nroot' }] },
    'a made-up manager': { ...inventory, packages: [{ ...one, manager: 'pip' }] },
    'a port out of range': { ...inventory, services: [{ ...service, port: 65_536 }] },
    'half a port': { ...inventory, services: [{ ...service, port: 0.5 }] },
    'a made-up provider': { ...inventory, cloud: { provider: 'mine' } },
    'no time': { ...inventory, takenAt: 'yesterday' },
  };
  for (const [what, body] of Object.entries(hostile))
    assert.equal((await send(agent, body)).body['code'], 'malformed', what);
  assert.deepEqual((await stored(agent))?.inventory, inventory);
  agent.kill();
});

test('413: a bomb ends at the limit; half a surrogate and U+0000 are stored as U+FFFD or refused, never a fault', async () => {
  const agent = await door.enrolAgent(account);
  const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
  const answer = await agent.post(agentPaths.inventory, bomb, { 'content-encoding': 'zstd' });
  assert.equal(answer.body['code'], 'too_large');
  const text = JSON.stringify({ ...inventory, processes: ['PLACE'] });
  const zero = await agent.post(agentPaths.inventory, Buffer.from(text.replace('PLACE', 'a\\u0000b')));
  assert.equal(zero.status, 204);
  const half = await agent.post(agentPaths.inventory, Buffer.from(text.replace('PLACE', 'a\\ud800b')));
  assert.equal(half.status, 204);
  assert.deepEqual((await stored(agent))?.inventory.processes, ['a\ufffdb']);
  agent.kill();
});

test('whoever listens hears of an inventory in its transaction, and a listener that fails keeps it from being stored', async () => {
  const agent = await door.enrolAgent(account);
  const { recordInventory } = await import('../inventory/index.ts');
  const host = { accountId: account, hostId: agent.hostId };
  const heard: boolean[] = [];
  for (const _ of [1, 2])
    await recordInventory(door.platform, host, inventory, async (tx, { hostId }, _inventory, isNew) => {
      assert.ok(await selectInventory(tx, account, hostId));
      heard.push(isNew);
    });
  assert.deepEqual(heard, [true, false]);
  const changed = { ...inventory, processes: ['nginx'] };
  await assert.rejects(
    recordInventory(door.platform, host, changed, () => Promise.reject(new Error('not now'))),
    {
      message: 'not now',
    },
  );
  assert.deepEqual((await stored(agent))?.inventory, inventory);
  agent.kill();
});
