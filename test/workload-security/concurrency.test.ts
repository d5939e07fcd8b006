import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentPaths, type HostInventory, Refusal, routes } from '@sakimori/contract';
import {
  type ComputerRow,
  deleteComputers,
  insertComputer,
  readConfiguration,
  selectComputers,
  takeId,
  updateComputer,
} from '@sakimori/manager/configuration/index';
import { retireHosts } from '@sakimori/manager/hosts/index';
import { newId, sql, type Tx } from '@sakimori/manager/platform/index';
import { changeConfiguration, changeWithin, policiesRoom } from '@sakimori/manager/policies/index';
import { applyAutomatically } from '@sakimori/manager/recommendations/index';
import pg from 'pg';
import { startTestDoor, type TestDoor } from '../agents-door.ts';
import { actorOf } from '../service.ts';

/** Changes of one account, agents and people at the same moment: nobody waits for ever, nothing is lost, and what fails leaves nothing. */
let door: TestDoor;
let owner: pg.Client;
let accountId: string;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor({ onInventory: (tx, host) => applyAutomatically(tx, door.platform, host) });
  owner = new pg.Client({ connectionString: door.platform.ownerUrl });
  await owner.connect();
});
after(async () => {
  await owner?.end();
  await door?.stop();
});
beforeEach(async () => {
  accountId = await door.makeAccount(crypto.randomUUID());
});

const by = () => ({ accountId, actor: operator, reason: 'test' });
const edit = <T>(work: Parameters<typeof changeConfiguration<T>>[2]) => changeConfiguration(door.platform, by(), work);
const asAccount = <T>(work: (tx: Tx) => Promise<T>) => door.platform.database.as(accountId, work);

/** Waits until so many transactions wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const { rows } = await owner.query(
      `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows[0].waiting >= count) return;
    await sleep(10);
  }
  throw new Error('Nobody waits for a lock.');
}

/** Something that others wait for. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

const computerOf = async (hostId: string): Promise<ComputerRow> =>
  (await asAccount((tx) => selectComputers(tx, accountId, sql`and c.host_id = ${hostId}`)))[0]!;

const inventory = (address: string): HostInventory => ({
  takenAt: door.platform.clock.now().toISOString(),
  os: { id: 'debian', version: '12', name: 'Debian', kernel: '6.1', architecture: 'x86_64' },
  packages: [{ name: 'nginx', version: '1.22.1-9', architecture: 'amd64', manager: 'dpkg' }],
  services: [{ protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx' }],
  processes: ['nginx', 'sshd'],
  interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01', addresses: [`${address}/24`] }],
  limits: [],
});

/** Rules of one module follow recommendations by themselves. */
const followRecommendations = () =>
  edit(async (draft) => {
    const settings = { logInspectionSettingAutoApplyRecommendationsEnabled: { value: 'Yes' } };
    for (const policy of draft.list('Policy'))
      draft.put('Policy', policy['ID'] as number, {
        ...policy,
        settings: { ...(policy['settings'] as object), ...settings },
        logInspection: { ...(policy['logInspection'] as object), state: 'on' },
      });
  });

test('an edit and the end of a host’s service at the same moment: both happen', async () => {
  const agent = await door.enrolAgent(accountId);
  const held = gate();
  const changing = edit(async (draft) => {
    const [row] = await selectComputers(draft.tx, accountId, sql`and c.host_id = ${agent.hostId}`);
    await updateComputer(draft.tx, accountId, { ...row!, description: 'changed' });
    draft.noteComputer(row!.id, 'modified');
    await held.opened;
  });
  await sleep(50);
  const retiring = door.service.as(operator)(routes.retireHost, {
    params: { hostId: agent.hostId },
    body: { reason: 'at the same moment' },
  });
  await untilWaiting(1);
  held.open();
  const [, host] = await Promise.all([changing, retiring]);
  assert.equal(host.liveness.state, 'retired');
  assert.equal(await computerOf(agent.hostId), undefined);
});

test('an edit and an inventory with another address at the same moment: both happen', async () => {
  await followRecommendations();
  const agent = await door.enrolAgent(accountId);
  const held = gate();
  const changing = edit(async (draft) => {
    await held.opened;
    const [row] = await selectComputers(draft.tx, accountId, sql`and c.host_id = ${agent.hostId}`);
    await updateComputer(draft.tx, accountId, { ...row!, description: 'changed' });
    draft.noteComputer(row!.id, 'modified');
  });
  await sleep(50);
  const sending = agent.post(agentPaths.inventory, inventory('192.0.2.77'));
  await untilWaiting(1);
  held.open();
  const [, answer] = await Promise.all([changing, sending]);
  assert.equal(answer.status, 204);
  assert.equal((await computerOf(agent.hostId)).description, 'changed');
});

test('recommendations that are applied after an edit keep what the edit changed', async () => {
  await followRecommendations();
  const agent = await door.enrolAgent(accountId);
  await agent.post(agentPaths.inventory, inventory('192.0.2.1'));
  const [own] = [await computerOf(agent.hostId)];
  // Nothing is assigned yet, so that there is something to apply.
  await asAccount((tx) => updateComputer(tx, accountId, { ...own, overrides: null }));
  const held = gate();
  const changing = edit(async (draft) => {
    await held.opened;
    const [row] = await selectComputers(draft.tx, accountId, sql`and c.host_id = ${agent.hostId}`);
    await updateComputer(draft.tx, accountId, { ...row!, description: 'moved', policy_id: 1 });
    draft.noteComputer(row!.id, 'modified');
  });
  await sleep(50);
  const applying = asAccount((tx) => applyAutomatically(tx, door.platform, { accountId, hostId: agent.hostId }));
  await untilWaiting(1);
  held.open();
  await Promise.all([changing, applying]);
  const { description, policy_id } = await computerOf(agent.hostId);
  assert.deepEqual([description, policy_id], ['moved', 1]);
});

/** Hosts whose computers stand in another order than they do: `names` are those of computers, the hosts come sorted. */
async function enrolInto(names: readonly string[]): Promise<{ hosts: string[]; computers: Map<string, number> }> {
  const computers = new Map<string, number>();
  await edit(async (draft) => {
    for (const host_name of names) {
      const id = await takeId(draft.tx, accountId, 'Computer', 1);
      await insertComputer(draft.tx, accountId, { id, guid: crypto.randomUUID(), host_name, created_at: draft.at });
      draft.noteComputer(id, 'created');
      computers.set(host_name, id);
    }
  });
  const hosts: string[] = [];
  for (const name of names.toSorted()) {
    door.platform.clock.advance(10);
    hosts.push((await door.enrolAgent(accountId, { name })).hostId);
  }
  return { hosts, computers };
}

/** Locks the first host, waits until `work` waits for it, then locks the second one: whoever locks in another order than this ends in a deadlock. */
async function lockInTurn(first: string, second: string, work: () => Promise<unknown>): Promise<void> {
  let working: Promise<unknown> = Promise.resolve();
  await door.platform.database.asProvider(async (tx) => {
    const lock = (id: string) => tx.run(sql`select from hosts_host where id = ${id} for no key update`);
    await lock(first);
    working = work();
    working.catch(() => undefined);
    await untilWaiting(1);
    await lock(second);
  });
  await working;
}

test('an edit that gives hosts several policies locks them in the order of heartbeats', async () => {
  const { hosts, computers } = await enrolInto(['a', 'b', 'c']);
  await lockInTurn(hosts[1]!, hosts[2]!, () =>
    edit(async (draft) => {
      for (const row of await selectComputers(draft.tx, accountId)) {
        const policy_id = row.id === computers.get('b') ? 1 : 3;
        await updateComputer(draft.tx, accountId, { ...row, policy_id });
        draft.noteComputer(row.id, 'modified');
      }
    }),
  );
});

test('a deletion of many computers locks their hosts in the order of heartbeats', async () => {
  const { hosts, computers } = await enrolInto(['b', 'a']);
  await lockInTurn(hosts[0]!, hosts[1]!, () =>
    edit(async (draft) => {
      const gone = await deleteComputers(draft.tx, accountId, [...computers.values()]);
      const hostIds = gone.toSorted((one, other) => one.id - other.id).map(({ host_id }) => host_id!);
      await retireHosts(draft.tx, door.platform, { accountId, actor: operator, hostIds, reason: 'test' });
      for (const { id } of gone) draft.noteComputer(id, 'deleted');
    }),
  );
});

test('what a transaction changed and took back is never read by others', async () => {
  const undone = new Error('undone');
  await assert.rejects(
    asAccount(async (tx) => {
      await changeWithin(tx, door.platform, by(), (draft) => draft.insert('Contact', { name: 'never there' }));
      assert.equal((await readConfiguration(tx, accountId)).list('Contact').length, 1, 'it sees its own change');
      throw undone;
    }),
    undone,
  );
  // Another process of the manager changes something meanwhile: this one hears of it by the revision alone.
  await owner.query(
    `insert into configuration_object (tenant_id, kind, id, data, created_at, updated_at) values ($1, 'Contact', 1, '{"name": "there"}', now(), now())`,
    [accountId],
  );
  await owner.query(
    `insert into configuration_account (tenant_id, revision) values ($1, 1) on conflict (tenant_id) do update set revision = configuration_account.revision + 1`,
    [accountId],
  );
  const names = (await asAccount((tx) => readConfiguration(tx, accountId))).list('Contact').map(({ name }) => name);
  assert.deepEqual(names, ['there']);
});

const counts = async (): Promise<unknown> => {
  const tables = [
    'configuration_object',
    'configuration_computer',
    'policies_policy',
    'policies_version',
    'audit_entry',
  ];
  const all: Record<string, unknown> = {};
  for (const table of [...tables, 'configuration_counter'])
    all[table] = (
      await owner.query(
        `select count(*)::int as n, md5(string_agg(t::text, ',' order by t::text)) as digest from ${table} t where tenant_id = $1`,
        [accountId],
      )
    ).rows[0];
  return { ...all, revision: (await asAccount((tx) => readConfiguration(tx, accountId))).revision };
};

test('a change that no agent could carry out leaves nothing behind', async () => {
  const agent = await door.enrolAgent(accountId);
  await agent.heartbeat();
  const before = await counts();
  const bad = edit(async (draft) => {
    const rule = { name: 'bad', action: 'deny', sourceIPType: 'single', sourceIPValue: 'nowhere' };
    const ruleID = await draft.insert('FirewallRule', rule);
    await draft.insert('Contact', { name: 'beside it' });
    for (const policy of draft.list('Policy'))
      draft.put('Policy', policy['ID'] as number, { ...policy, firewall: { state: 'on', ruleIDs: [ruleID] } });
  });
  await assert.rejects(bad, (error) => error instanceof Refusal && error.code === 'malformed');
  assert.deepEqual(await counts(), before);
});

test('an account without any policy lets hosts in all the same', async () => {
  await edit(async (draft) => {
    for (const policy of draft.list('Policy')) draft.remove('Policy', policy['ID'] as number);
  });
  const agent = await door.enrolAgent(accountId);
  const { received } = await agent.heartbeat();
  assert.ok(received.policyVersion >= 1);
  assert.equal((await computerOf(agent.hostId)).policy_id, null);
  const policy = (await agent.get(agentPaths.policy)).body as {
    document: { modules: { firewall: { state: string } } };
  };
  assert.equal(policy.document.modules.firewall.state, 'off');
});

test('an account whose configuration this version cannot compile keeps its policies and keeps nobody else from starting', async () => {
  const broken = accountId;
  await edit(async (draft) => void (await draft.insert('Contact', { name: 'anybody' })));
  const other = await door.makeAccount(crypto.randomUUID());
  await owner.query(
    `insert into configuration_object (tenant_id, kind, id, data, created_at, updated_at)
     values ($1, 'Policy', 1, '{"name": "Base Policy", "firewall": {"state": "on", "globalStatefulConfigurationID": 99}}', now(), now())`,
    [broken],
  );
  await owner.query(`update configuration_account set revision = revision + 1, content = 'older'`);
  await owner.query(
    `insert into configuration_account (tenant_id, revision, content) values ($1, 1, 'older') on conflict do nothing`,
    [other],
  );
  await policiesRoom(door.platform).start!();
  const { rows } = await owner.query('select tenant_id, content from configuration_account where tenant_id = any($1)', [
    [broken, other],
  ]);
  assert.equal(
    new Set(rows.map(({ content }) => content)).has('older'),
    true,
    'the broken one is tried again at the next start',
  );
  assert.notEqual(rows.find(({ tenant_id }) => tenant_id === other)?.content, 'older');
  const agent = await door.enrolAgent(broken);
  assert.ok((await agent.heartbeat()).received.policyVersion >= 1);
});

test('S41: a host enrols into its own account alone, whatever waits under its name in another one', async () => {
  const theirs = accountId;
  await edit(async (draft) => {
    const group_id = await draft.insert('ComputerGroup', { name: 'theirs' });
    const policy_id = await draft.insert('Policy', { name: 'theirs', parentID: 1 });
    const task = { type: 'agent-initiated-activation', actions: [{ type: 'deactivate' }], conditions: [] };
    await draft.insert('EventBasedTask', { name: 'ends every host', ...task });
    const id = await takeId(draft.tx, theirs, 'Computer', 1);
    const waiting = { host_name: 'same-name', group_id, policy_id, overrides: { firewall: { state: 'off' } } };
    await insertComputer(draft.tx, theirs, { id, guid: crypto.randomUUID(), created_at: draft.at, ...waiting });
    draft.noteComputer(id, 'created');
  });
  const before = await counts();
  accountId = await door.makeAccount(crypto.randomUUID());
  const agent = await door.enrolAgent(accountId, { name: 'same-name' });
  await agent.heartbeat();
  await agent.post(agentPaths.inventory, inventory('192.0.2.9'));
  const { policy_id, group_id, overrides } = await computerOf(agent.hostId);
  assert.deepEqual([policy_id, group_id, overrides], [2, null, null]);
  const audit = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ tenant_id: string }>`select distinct tenant_id from audit_entry where actor_id = ${agent.hostId}`),
  );
  assert.deepEqual(audit, [{ tenant_id: accountId }]);
  accountId = theirs;
  assert.deepEqual(await counts(), before);
});

test('under many changes, enrolments and ends at once every host has the policy that its computer says', async () => {
  const { database, clock } = door.platform;
  const numbers = await edit(async (draft) => {
    const ids: number[] = [];
    for (const name of ['x', 'y', 'z']) ids.push(await draft.insert('Policy', { name, parentID: 1 }));
    return ids;
  });
  const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;
  const onOne = (change: (row: ComputerRow) => Partial<ComputerRow>) =>
    edit(async (draft) => {
      const row = pick(await selectComputers(draft.tx, accountId));
      if (!row) return;
      await updateComputer(draft.tx, accountId, { ...row, ...change(row) });
      draft.noteComputer(row.id, 'modified');
    });
  const deeds: (() => Promise<unknown>)[] = [
    () => onOne(() => ({ policy_id: pick([...numbers, null, 1]) })),
    () =>
      onOne(() => ({ overrides: pick([null, { webReputation: { state: 'on' } }, { firewall: { state: 'off' } }]) })),
    () =>
      edit(async (draft) => {
        const id = pick(numbers);
        draft.put('Policy', id, { ...draft.get('Policy', id), webReputation: { state: pick(['on', 'off']) } });
      }),
    () => edit((draft) => draft.insert('IpList', { name: newId(clock), items: ['192.0.2.1'] })),
    () => door.enrolAgent(accountId, { name: `host-${newId(clock).slice(-6)}` }),
    async () => {
      const row = pick(await asAccount((tx) => selectComputers(tx, accountId, sql`and c.host_id is not null`)));
      if (!row) return;
      await door.service
        .as(operator)(routes.retireHost, { params: { hostId: row.host_id! }, body: { reason: 'storm' } })
        .catch((error: Refusal) => assert.equal(error.code, 'wrong_state'));
    },
  ];
  for (let turn = 0; turn < 5; turn++) await door.enrolAgent(accountId, { name: `first-${turn}` });
  const workers = Array.from({ length: 6 }, async () => {
    for (let turn = 0; turn < 14; turn++) await pick(deeds)();
  });
  await Promise.all(workers);
  const rows = await database.asProvider((tx) =>
    tx.rows(sql<{ id: string; policy_id: number | null; own: boolean; number: number; computer: number; c: number }>`
      select h.id, c.policy_id, c.overrides is not null as own, p.number, p.computer_number as computer, c.id as c
      from hosts_host h join configuration_computer c on c.tenant_id = h.tenant_id and c.host_id = h.id
      join policies_policy p on p.tenant_id = h.tenant_id and p.id = h.policy_id
      where h.tenant_id = ${accountId} and h.retired_at is null`),
  );
  const { count } = await database.asProvider((tx) =>
    tx.one(
      sql<{ count: number }>`select count(*) from hosts_host where tenant_id = ${accountId} and retired_at is null`,
    ),
  );
  assert.equal(rows.length, count, 'every host in service is a computer');
  for (const row of rows)
    assert.deepEqual([row.number, row.computer], [row.policy_id ?? 0, row.own ? row.c : 0], `computer ${row.c}`);
});
