import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { HostInventory, ModuleStatus } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts';
import { sampleFacts } from '../../../../test/simulated-agent.ts';
import { type AccountConfiguration, insertComputer, type Layer, readConfiguration } from '../../configuration/index.ts';
import { newId, sql, type Tx } from '../../platform/index.ts';
import { defaultTarget } from '../../policies/index.ts';
import { ComputerComposer, expandedParts, needsSaid } from './present-computer.ts';
import { type ComputerState, selectStates } from './store.ts';
import { filterComputers, writeComputers } from './write-computers.ts';

let platform: TestPlatform;
let yamato: string;
let mikado: string;

before(async () => {
  platform = await startTestPlatform();
  yamato = await platform.makeAccount('Yamato');
  mikado = await platform.makeAccount('Mikado');
  await fill(yamato, 'yamato');
  await fill(mikado, 'mikado');
});
after(() => platform.stop());

const linuxServer = 2;
const overrides: Layer = {
  settings: { platformSettingHeartbeatInterval: { value: '5 Minutes' } },
  integrityMonitoring: { state: 'off' },
};
const modules: ModuleStatus[] = [
  { module: 'integrity', state: 'active', causes: [], figures: { rules: 3 } },
  { module: 'antimalware', state: 'lacking', lacks: 'ClamAV', install: 'apt install clamav', causes: [], figures: {} },
];
const interfaces: HostInventory['interfaces'] = [
  { name: 'lo', mac: '', addresses: ['127.0.0.1/8'] },
  { name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['192.0.2.7/24'], dhcp: true },
];

/** Computers of every sort: without an agent, with one, with overrides, with an inventory, without a policy. */
async function fill(accountId: string, prefix: string): Promise<void> {
  await platform.database.as(accountId, async (tx) => {
    const target = await defaultTarget(tx, platform, accountId);
    const make = async (id: number, given: { hasAgent?: boolean; policy?: number | null; overrides?: Layer }) => {
      const name = `${prefix}-${id}`;
      const hostId = given.hasAgent === false ? null : await makeHost(tx, accountId, target, name);
      await insertComputer(tx, accountId, {
        ...{ id, guid: newId(platform.clock), host_id: hostId, host_name: name, created_at: platform.clock.now() },
        ...{ policy_id: given.policy === undefined ? linuxServer : given.policy, overrides: given.overrides ?? null },
      });
      return hostId;
    };
    // The ids are not in the order of coming.
    const withInventory = await make(7, {});
    await make(3, { overrides });
    await make(5, { hasAgent: false });
    await make(1, { policy: null });
    const withTasks = await make(2, {});
    await tx.run(sql`
      insert into inventory_host (tenant_id, host_id, taken_at, changed_at, digest, inventory)
      values (${accountId}, ${withInventory}, ${platform.clock.now()}, ${platform.clock.now()}, 'd', ${JSON.stringify({ interfaces })})`);
    for (const [kind, isDone] of [
      ...[['integrity-scan', false] as const, ['recommendation-scan', false] as const],
      ...[['integrity-scan', false] as const, ['policy', true] as const],
    ])
      await tx.run(sql`
        insert into hosts_task (tenant_id, id, host_id, kind, state, created_at, created_by, done_at)
        values (${accountId}, ${newId(platform.clock)}, ${withTasks}, ${kind}, ${isDone ? 'done' : 'waiting'}, ${platform.clock.now()}, 'a test',
          ${isDone ? platform.clock.now() : null})`);
  });
}

/** It has renewed its certificate once: the newer one counts. */
async function makeHost(tx: Tx, accountId: string, policyId: string, name: string): Promise<string> {
  const id = newId(platform.clock);
  const now = platform.clock.now();
  await tx.run(sql`
    insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id, applied_policy_id, applied_version, modules, last_seen_at)
    values (${accountId}, ${id}, ${name}, ${JSON.stringify(sampleFacts({ name }))}, ${now}, ${policyId}, ${policyId}, 1, ${JSON.stringify(modules)}, ${now})`);
  for (const [serial, ageMs] of [
    [`old-${name}`, 1000],
    [`new-${name}`, 0],
  ] as const)
    await tx.run(sql`
      insert into hosts_certificate (tenant_id, host_id, serial, issued_at, expires_at)
      values (${accountId}, ${id}, ${serial}, ${new Date(now.getTime() - ageMs)}, ${new Date(now.getTime() + 86_400_000)})`);
  return id;
}

const expands = ['none', 'all', 'computerStatus', 'tasks', 'computerSettings', 'allSecurityModules', 'interfaces,SAP'];

async function read(accountId: string, said = true): Promise<{ view: AccountConfiguration; states: ComputerState[] }> {
  return platform.database.as(accountId, async (tx) => ({
    view: await readConfiguration(tx, accountId),
    states: await selectStates(tx, accountId, { said }),
  }));
}

test('all computers at once and one by one by a search: the same, in the order of ids', async () => {
  for (const said of [true, false]) {
    const { states } = await read(yamato, said);
    const searched = await platform.database.as(yamato, (tx) =>
      selectStates(tx, yamato, { said, filter: sql`and c.host_name like 'yamato-%'`, limit: 5000 }),
    );
    assert.deepEqual(states, searched);
    assert.deepEqual(
      states.map(({ id }) => id),
      [1, 2, 3, 5, 7],
    );
  }
  const { states } = await read(yamato);
  assert.deepEqual(
    states.map(({ serial }) => serial),
    ['new-yamato-1', 'new-yamato-2', 'new-yamato-3', null, 'new-yamato-7'],
  );
  assert.deepEqual(states[1]?.open_tasks, ['integrity-scan', 'recommendation-scan']);
  assert.equal(states[0]?.open_tasks, null);
});

test('a listing says of each computer what it says when it is asked for alone, in the same order', async () => {
  const { view, states } = await read(yamato);
  for (const expand of expands)
    for (const isOwn of [false, true]) {
      const options = { wanted: expandedParts(expand.split(',')), overrides: isOwn };
      const listing = await writeComputers(new ComputerComposer(view, options), states);
      const listed = (JSON.parse(Buffer.concat(listing.pieces).toString()) as { computers: ApiObject[] }).computers;
      const alone = states.map((state) => new ComputerComposer(view, options).compose(state));
      assert.deepEqual(listed, JSON.parse(JSON.stringify(alone)), expand);
      assert.deepEqual(listed.map(Object.keys), alone.map(Object.keys), expand);
      assert.equal(listing.itemCount, states.length);
    }
});

test('what computers of one policy share is kept once, and a computer with overrides has its own', async () => {
  const { view, states } = await read(yamato);
  const options = { wanted: expandedParts(['computerSettings']), overrides: false };
  const { pieces } = await writeComputers(new ComputerComposer(view, options), states);
  const settings = pieces.filter((piece) => piece.length > 5000);
  assert.equal(settings.length, states.length);
  // One for the policy, one for no policy, one for the computer with overrides.
  assert.equal(new Set(settings).size, 3);
  assert.ok(settings[2]?.includes('"platformSettingHeartbeatInterval":{"value":"5 Minutes"}'));
});

test('a listing shows nothing of another account', async () => {
  const [own, other] = [await read(yamato), await read(mikado)];
  const options = { wanted: expandedParts(['all']), overrides: false };
  const textOf = async ({ view, states }: Awaited<ReturnType<typeof read>>) =>
    Buffer.concat((await writeComputers(new ComputerComposer(view, options), states)).pieces).toString();
  const [first, second] = await Promise.all([textOf(own), textOf(other)]);
  assert.equal(first.match(/"hostName":"yamato-/g)?.length, 5);
  assert.equal(second.match(/"hostName":"mikado-/g)?.length, 5);
  assert.doesNotMatch(first, /mikado/i);
  assert.doesNotMatch(second, /yamato/i);
});

test('only what is asked for is read: without status, modules and tasks the agents’ word stays where it is', async () => {
  assert.ok(!needsSaid(expandedParts(['none'])));
  const { states } = await read(yamato, false);
  assert.ok(states.every((state) => !('modules' in state) && !('open_tasks' in state)));
});

test('a filter stops at as many as are asked for', async () => {
  const { states } = await read(yamato);
  const found = await filterComputers(states, ({ id }) => id !== 2, 3);
  assert.deepEqual(
    found.map(({ id }) => id),
    [1, 3, 5],
  );
});
