import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentPaths, routes } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import {
  advance,
  as,
  at,
  carryOut,
  door,
  get,
  makeSite,
  minuteMs,
  operator,
  type Proposal,
  pass,
  phone,
  propose,
  run,
  tasksOf,
} from '../../../test/containment-desk.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';

test('S74: it is lifted by the clock with the customer’s limit, by hand before it, and by any other way; what no host heard of is taken back', async () => {
  const site = await makeSite('clock');
  const isolated = async (minutes: number) => {
    const request = await propose(site, { minutes });
    await phone(request);
    return run(request);
  };
  const first = await isolated(30);
  await carryOut(site);
  await refusedWith(isolated(60), 'wrong_state');
  await pass(30 * minuteMs - 1);
  assert.equal((await get(first)).state, 'running');
  await pass(1);
  const over = await get(first);
  assert.deepEqual([over.state, over.endReason, over.endedBy], ['ended', 'time', 'system']);
  assert.equal((await tasksOf(site, 'release')).length, 1);
  await carryOut(site);
  // Never heard of: it must not begin when the host comes back.
  const unheard = await isolated(30);
  const lifted = await as()(routes.liftContainment, { ...at(unheard), body: { reason: 'cleaned' } });
  assert.deepEqual([lifted.state, lifted.endReason], ['ended', 'cleaned']);
  assert.equal((await tasksOf(site, 'isolate'))[0]?.state, 'failed');
  await carryOut(site);
  // By the task that hosts always had.
  const third = await isolated(30);
  await as()(routes.giveHostTask, {
    params: { hostId: site.agent.hostId },
    body: { kind: 'release', reason: 'by hand' },
  });
  assert.deepEqual([(await get(third)).state, (await get(third)).endReason], ['ended', 'by hand']);
});

test('S74: an isolation that cut the manager off is lifted by the host, and stands as failed; a stop needs the name of the host and cannot be lifted', async () => {
  const site = await makeSite('deadman');
  const request = await propose(site);
  await phone(request);
  await run(request);
  await carryOut(site, 'failed', 'The manager cannot be reached from an isolated host, so the isolation was lifted.');
  await advance();
  const failed = await get(request);
  assert.equal(failed.state, 'failed');
  assert.match(failed.endReason ?? '', /so the isolation was lifted/);
  const stop = await propose(site, { playbookId: 'stop-host' });
  await phone(stop);
  await refusedWith(run(stop), 'name_not_confirmed');
  await run(stop, operator, 'web-01');
  await refusedWith(as()(routes.liftContainment, { ...at(stop), body: { reason: 'x' } }), 'wrong_state');
  await carryOut(site);
  await advance();
  assert.deepEqual([(await get(stop)).state, (await get(stop)).endReason], ['ended', 'done']);
});

test('S75: after consent the source is blocked on every host; the manager, what is allowed and the customer’s own hosts never are, also when the list changed meanwhile', async () => {
  const site = await makeSite('block');
  const block = (source: string, more: Partial<Proposal> = {}) =>
    propose(site, { playbookId: 'block-source', source, minutes: 60, scope: 'account', ...more });
  const params = { accountId: site.account };
  const setting = await as()(routes.getSourceBlocking, { params });
  await as()(routes.putSourceBlocking, { params, body: { ...setting, allow: ['203.0.113.0/28'] } });
  await sendInventory(site.agent, inventoryWith('192.0.2.40', '02:00:00:00:00:01'));
  for (const source of ['203.0.113.7', '198.51.100.9', '198.51.100.0/24', '192.0.2.40'])
    await refusedWith(block(source), 'source_allowed');
  for (const source of ['127.0.0.1', '0.0.0.0/0', 'evil.example']) await refusedWith(block(source), 'malformed');
  await refusedWith(block('203.0.113.77', { minutes: 1 }), 'malformed');
  const request = await block('203.0.113.77');
  await phone(request);
  await as()(routes.putSourceBlocking, { params, body: { ...setting, allow: ['203.0.113.64/26'] } });
  await refusedWith(run(request), 'source_allowed');
  assert.deepEqual(await tasksOf(site, 'block-source'), []);
  await as()(routes.putSourceBlocking, { params, body: { ...setting, allow: [] } });
  assert.equal((await run(request)).state, 'running');
  const [task] = await tasksOf(site, 'block-source');
  assert.equal(task?.createdBy, operator.name);
  await as()(routes.unblockSource, {
    params: { hostId: site.agent.hostId },
    body: { source: '203.0.113.77', reason: 'harmless' },
  });
  assert.equal((await get(request)).state, 'ended');
});

const sendInventory = (agent: SimulatedAgent, inventory: object) => agent.post(agentPaths.inventory, inventory);
const inventoryWith = (address: string, mac: string) => ({
  takenAt: door.platform.clock.now().toISOString(),
  os: { id: 'debian', version: '13', name: 'Debian', kernel: '6', architecture: 'x86_64' },
  packages: [],
  services: [{ protocol: 'tcp' as const, address: '0.0.0.0', port: 443, process: 'nginx' }],
  processes: [],
  interfaces: [{ name: 'eth0', mac, addresses: [address] }],
  limits: [],
});

test('S73: what it would do is shown before: services, connections and who depends; the machine of the manager is neither isolated nor stopped', async () => {
  const site = await makeSite('preview');
  await sendInventory(site.agent, inventoryWith('192.0.2.50', '02:00:00:00:00:02'));
  const neighbour = await door.enrolAgent(site.account, { name: 'db-01' });
  await sendInventory(neighbour, inventoryWith('192.0.2.51', '02:00:00:00:00:03'));
  const request = await propose(site);
  assert.deepEqual(request.preview.services, [{ protocol: 'tcp', port: 443, process: 'nginx' }]);
  await carryOut(site, 'done', '5 open connections: 192.0.2.51 ×3, 203.0.113.9 ×2');
  const { connections } = await get(request);
  assert.deepEqual(
    [connections?.count, connections?.peers],
    [
      5,
      [
        { address: '192.0.2.51', count: 3, hostName: 'db-01' },
        { address: '203.0.113.9', count: 2 },
      ],
    ],
  );
  await sendInventory(site.agent, inventoryWith('198.51.100.9', '02:00:00:00:00:02'));
  await refusedWith(propose(site), 'host_is_manager');
});

test('S76: a file in the data directory can be chosen at once; broken ones are named, and the others stand', async () => {
  const folder = join(door.platform.config.SAKIMORI_DATA, 'playbooks');
  mkdirSync(folder, { recursive: true });
  const shipped = await as()(routes.listPlaybooks);
  assert.deepEqual(shipped.items.map(({ id }) => id).sort(), [
    'block-source',
    'isolate-host',
    'release-host',
    'stop-host',
    'unblock-source',
  ]);
  const text = { ja: '文', en: 'text' };
  const own = {
    ...{
      id: 'isolate-and-scan',
      version: 1,
      name: { ja: '隔離と検索', en: 'Isolate and scan' },
      summary: text,
      effect: text,
    },
    ...{ steps: [{ do: 'isolate' }, { do: 'malware-scan' }], minutes: { min: 1, usual: 5, max: 10 }, scopes: ['host'] },
    ...{ preview: [], guards: ['host-not-manager'], cases: [{ name: 'five', given: { minutes: 5 }, expect: 'ok' }] },
    consent: { needed: true, linkMinutes: 60, nextContactMinutes: 5, validHours: 1 },
  };
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  write('own.json', own);
  write('no-consent.json', { ...own, id: 'no-consent', consent: { ...own.consent, needed: false } });
  write('no-guard.json', { ...own, id: 'no-guard', guards: [] });
  write('wrong-case.json', {
    ...own,
    id: 'wrong-case',
    cases: [{ name: 'a day', given: { minutes: 1440 }, expect: 'ok' }],
  });
  write('taken.json', { ...own, id: 'stop-host' });
  write('torn.json', '{');
  write('huge.json', ' '.repeat(70_000));
  mkdirSync(join(folder, 'folder.json'), { recursive: true });
  const { items, faults } = await as()(routes.listPlaybooks);
  assert.equal(items.length, 6);
  assert.deepEqual(
    faults.map(({ file }) => file),
    ['folder.json', 'huge.json', 'no-consent.json', 'no-guard.json', 'taken.json', 'torn.json', 'wrong-case.json'],
  );
  assert.match(
    JSON.stringify(faults),
    /never done without a consent.*its steps need host-not-manager.*is the id of.*a day/,
  );
  const site = await makeSite('own');
  const request = await propose(site, { playbookId: 'isolate-and-scan' });
  assert.equal(request.minutes, 5);
  await refusedWith(run(request), 'consent_needed');
  // What was agreed does not change with the file.
  write('own.json', { ...own, version: 2, steps: [{ do: 'malware-scan' }] });
  await phone(request);
  await run(request);
  assert.equal((await tasksOf(site, 'isolate')).length, 1);
  assert.equal((await tasksOf(site, 'malware-scan')).length, 1);
});
