import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostTaskKind, PolicyDocument, routes } from '@sakimori/contract';
import { selectDetections } from '@sakimori/manager/detections/index';
import { assignPolicies, giveTasks } from '@sakimori/manager/hosts/index';
import { selectInventory } from '@sakimori/manager/inventory/index';
import { newId, sql, type Tx } from '@sakimori/manager/platform/index';
import { recommend, standardOf } from '@sakimori/manager/recommendations/index';
import { startTestDoor, type TestDoor } from './agents-door.ts';
import { actorOf } from './service.ts';
import { type RealAgent, startAgent, until } from './system.ts';

/** A real agent on this machine, against a real manager: what it reports of its host, and what it does when it is asked. */
let door: TestDoor;
let account: string;
let agent: RealAgent;
let folder: string;

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
  agent = await startAgent({ admin: door.service.as(actorOf('operator')) }, account);
  folder = mkdtempSync(join(tmpdir(), 'sakimori-tasks-'));
  mkdirSync(join(folder, 'watched'));
  writeFileSync(join(folder, 'watched', 'a'), '1');
});
after(async () => {
  await agent?.remove();
  await door.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** In a transaction of the account. */
const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => door.platform.database.as(account, work);
type TaskRow = { state: string; detail: string | null };

/** Asks the agent and waits for its word. */
async function ask(kind: HostTaskKind, facts?: Record<string, string>): Promise<TaskRow & { ms: number }> {
  const startedAt = performance.now();
  const [task] = await within((tx) =>
    giveTasks(tx, door.platform, account, [agent.hostId], kind, 'Yamada Hanako', facts),
  );
  const row = await until(async () => {
    const { state, detail } = await within((tx) =>
      tx.one(sql<TaskRow>`select state, detail from hosts_task_all where id = ${task!.id}`),
    );
    return state === 'waiting' || state === 'sent' ? undefined : { state, detail };
  }, `${kind} was not answered`);
  return { ...row, ms: performance.now() - startedAt };
}

const inventory = () => within((tx) => selectInventory(tx, account, agent.hostId));
const detections = async (kind: string) => {
  const rows = await within((tx) => selectDetections(tx, { accountId: account, limit: 500 }));
  return rows
    .map(({ record }) => record)
    .filter((each) => each.kind === kind)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
};
const hostNow = async () => {
  await door.sightings.flush();
  return door.service.as(actorOf('operator'))(routes.getHost, { params: { hostId: agent.hostId } });
};

/** The agent's policy with integrity monitoring of the test's own folder alone, by scans, and a heartbeat to tell it by. */
async function addPolicy(heartbeatSeconds: number): Promise<string> {
  const id = newId(door.platform.clock);
  const rule = {
    ...{ id: 'test.rule', name: { ja: 'テスト', en: 'Test rule' }, severity: 'low' },
    include: [join(folder, 'watched')],
  };
  await within(async (tx) => {
    const { document } = await tx.one(sql<{ document: PolicyDocument }>`
      select v.document from policies_version v join hosts_host h on h.tenant_id = v.tenant_id and h.policy_id = v.policy_id
      where h.id = ${agent.hostId} order by v.version desc limit 1`);
    const { loginspection, ...others } = document.modules;
    const integrity = { state: 'on', realTime: false, rules: [rule] };
    const modules = { ...others, integrity, loginspection: { ...loginspection, state: 'off' } };
    const changed = PolicyDocument.parse({ ...document, heartbeatSeconds, modules });
    await tx.run(sql`
      insert into policies_policy (tenant_id, id, name, version, updated_at)
      values (${account}, ${id}, ${`every ${heartbeatSeconds} s`}, 1, ${door.platform.clock.now()})`);
    await tx.run(sql`
      insert into policies_version (tenant_id, policy_id, version, document, created_at, created_by, reason)
      values (${account}, ${id}, 1, ${JSON.stringify(changed)}, ${door.platform.clock.now()}, 'test', 'test')`);
  });
  return id;
}

/** Gives the agent another policy and waits until it says that it keeps to it. @returns how long that took, ms */
async function reassign(policyId: string): Promise<number> {
  const startedAt = performance.now();
  await within((tx) => assignPolicies(tx, account, [agent.hostId], policyId));
  await until(async () => {
    const { policy } = await hostNow();
    return policy.id === policyId && policy.appliedVersion === 1 ? true : undefined;
  }, 'the agent does not keep to its new policy');
  return performance.now() - startedAt;
}

test('S11, in part: after its start an agent reports what stands on its host', async () => {
  const { inventory: reported } = await until(inventory, 'no inventory came');
  if (existsSync('/var/lib/dpkg/status')) {
    const installed = readFileSync('/var/lib/dpkg/status', 'utf8').match(/^Status: install ok installed$/gm)!.length;
    assert.equal(reported.packages.length, installed);
  }
  assert.ok(reported.interfaces.length > 0 || reported.limits.length > 0);
  assert.ok(reported.processes.length > 0);
});

test('another policy reaches the agent within two seconds, and is in force', async () => {
  const ms = await reassign(await addPolicy(51));
  assert.ok(ms < 2000, `${ms} ms`);
});

test('S11, in part: asked for a recommendation scan, the agent reports anew within two seconds; what was found leads to rules', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    const scan = await ask('recommendation-scan');
    assert.equal(scan.state, 'done');
    assert.ok(scan.ms < 2000, `${scan.ms} ms`);
    const { inventory: reported } = (await inventory())!;
    const where = `tcp/${port}`;
    const recommended = recommend(reported, [
      { ID: 1, module: 'intrusion', severity: 'high', appliesTo: [{ listens: where, os: 'linux' }] },
      { ID: 2, module: 'intrusion', severity: 'medium', appliesTo: [{ listens: where }] },
      { ID: 3, module: 'intrusion', severity: 'critical', appliesTo: [{ package: 'no-such-package' }] },
    ]);
    assert.deepEqual(
      recommended.map(({ ID }) => ID),
      [1, 2],
    );
    assert.deepEqual(standardOf(recommended), [1]);
  } finally {
    server.close();
  }
  assert.equal((await ask('open-ports-scan')).state, 'done');
  const { services } = (await inventory())!.inventory;
  assert.ok(services.every((service) => service.port !== port));
});

test('S7, in part: asked for an integrity scan, the agent tells of a change that no watch saw; asked for a baseline, who and why', async () => {
  writeFileSync(join(folder, 'watched', 'a'), '2');
  const scan = await ask('integrity-scan');
  assert.match(`${scan.state}: ${scan.detail}`, /^done: 1 files compared in/);
  assert.ok(scan.ms < 2000, `${scan.ms} ms`);
  const [changed] = await until(async () => {
    const found = await detections('file.modified');
    return found.length > 0 ? found : undefined;
  }, 'the change was not told');
  assert.equal(changed?.file?.path, join(folder, 'watched', 'a'));
  writeFileSync(join(folder, 'watched', 'b'), '1');
  const rebuilt = await ask('integrity-baseline', { by: 'Yamada Hanako', reason: 'monthly update' });
  assert.match(`${rebuilt.state}: ${rebuilt.detail}`, /^done: 2 files recorded in/);
  const [told] = await until(async () => {
    const found = await detections('integrity.baseline_rebuilt');
    return found.length > 0 ? found : undefined;
  }, 'the new baseline was not told');
  assert.deepEqual(told?.facts, { cause: 'requested', by: 'Yamada Hanako', reason: 'monthly update' });
  await ask('integrity-scan');
  await sleep(300);
  assert.equal((await detections('file.created')).length, 0);
});

test('what the agent cannot do it says: no engine, nothing to update; its policy it fetches', async () => {
  const malware = await ask('malware-scan');
  assert.equal(malware.state, 'not_supported');
  assert.match(malware.detail ?? '', /Anti-malware is off/);
  assert.equal((await ask('update-check')).state, 'not_supported');
  const policy = await ask('policy');
  assert.deepEqual([policy.state, policy.detail], ['done', 'Policy version 1 is in force.']);
});

test('an agent that was away does what it was asked meanwhile once it is back', async () => {
  await agent.kill('SIGKILL');
  const [task] = await within((tx) =>
    giveTasks(tx, door.platform, account, [agent.hostId], 'integrity-scan', 'Yamada Hanako'),
  );
  await agent.start();
  await until(async () => {
    const { state } = await within((tx) =>
      tx.one(sql<TaskRow>`select state from hosts_task_all where id = ${task!.id}`),
    );
    return state === 'done' ? true : undefined;
  }, 'the task was not done');
});
