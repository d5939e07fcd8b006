import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { sql } from '../platform/index.ts';
import { watchConditions } from './index.ts';

let door: TestDoor;
let agent: SimulatedAgent;
before(async () => {
  door = await startTestDoor();
  agent = await door.enrolAgent(await door.makeAccount('Yamato'));
});
after(() => door.stop());

const minute = 60_000;
const staff = () => door.service.as(actorOf('operator'));
/** As heartbeats write it. */
const set = (assignment: ReturnType<typeof sql>, hostId = agent.hostId) =>
  door.platform.database.asProvider((tx) => tx.run(sql`update hosts_host set ${assignment} where id = ${hostId}`));
const modules = (...list: { module: string; state: string; code?: string; facts?: object }[]) =>
  set(
    sql`modules = ${JSON.stringify(
      list.map(({ module, state, code, facts = {} }) => ({
        ...{ module, state, figures: {}, causes: code ? [{ code, facts }] : [] },
        ...(state === 'lacking' ? { lacks: 'clamd', install: 'apt-get install clamav-daemon' } : {}),
      })),
    )}::jsonb`,
  );
async function look(minutesLater = 0): Promise<void> {
  door.platform.clock.advance(minutesLater * minute);
  await watchConditions(door.platform);
}
const alertsOf = async (accountId = agent.accountId) =>
  (await staff()(routes.listAlerts, { query: { accountId, limit: 500 } })).items;
const states = async (kind: string) =>
  (await alertsOf())
    .filter((each) => each.kind === kind)
    .map(({ state, subject }) => `${state} ${subject ?? ''}`.trim());

test('a module that works in part for a quarter of an hour is an alert, ends by itself, and a short while is none', async () => {
  await modules({ module: 'firewall', state: 'degraded', code: 'firewall_contested' });
  await look();
  await look(10);
  await modules({ module: 'firewall', state: 'active' });
  await look(1);
  await modules({ module: 'firewall', state: 'degraded', code: 'firewall_contested' });
  await look(1);
  await look(10);
  assert.deepEqual(await states('module.degraded'), []);
  await look(6);
  await look(6);
  assert.deepEqual(await states('module.degraded'), ['open firewall']);
  await set(sql`silent_since = now()`);
  await modules();
  await look(30);
  assert.deepEqual(await states('module.degraded'), ['open firewall'], 'of a silent host nothing new is known');
  await set(sql`silent_since = null`);
  await look(1);
  assert.deepEqual(await states('module.degraded'), ['closed firewall']);
});

test('engine missing, signatures out of date, detections that pile up, certificate, restart: each is its own alert with its facts', async () => {
  await modules(
    { module: 'antimalware', state: 'degraded', code: 'antimalware_out_of_date', facts: { days: 12 } },
    { module: 'intrusion', state: 'lacking' },
  );
  await set(sql`spool_pending = 20000, preflight = '{"needsReboot": true}'::jsonb`);
  await set(sql`policy_problem = null`);
  await door.platform.database.asProvider((tx) =>
    tx.run(
      sql`update hosts_certificate set expires_at = ${new Date(door.platform.clock.now().getTime() + 3 * 86_400_000)} where host_id = ${agent.hostId}`,
    ),
  );
  await look();
  assert.deepEqual(await states('host.reboot_needed'), ['open'], 'at once');
  await look(61);
  const kinds = ['rules.outdated', 'module.lacking', 'spool.filling', 'certificate.expiring'];
  for (const kind of kinds) assert.equal((await states(kind)).length, 1, kind);
  assert.deepEqual(await states('rules.outdated'), ['open antimalware']);
  assert.equal((await states('module.degraded')).length, 1, 'out of date is told once');
  const outdated = (await alertsOf()).find(({ kind }) => kind === 'rules.outdated');
  assert.equal(outdated?.facts['days'], 12);
  await modules();
  await set(sql`spool_pending = 0, facts = jsonb_set(facts, '{bootId}', '"after"')`);
  await look(1);
  for (const kind of ['rules.outdated', 'module.lacking', 'spool.filling', 'host.reboot_needed'])
    assert.match((await states(kind))[0]!, /^closed/, kind);
  assert.match((await states('certificate.expiring'))[0]!, /^open/);
});

test('an alert of a condition that a person closed does not come again before the condition was over', async () => {
  await modules({ module: 'integrity', state: 'lacking' });
  await look();
  await look(31);
  const alert = (await alertsOf()).find(({ kind, subject }) => kind === 'module.lacking' && subject === 'integrity')!;
  const params = { alertId: alert.id };
  await door.service.as(actorOf('soc-analyst'))(routes.closeAlert, { params, body: { closing: 'handled' } });
  await look(60);
  assert.equal((await states('module.lacking')).filter((each) => each.endsWith('integrity')).length, 1);
  await modules();
  await look(1);
  await modules({ module: 'integrity', state: 'lacking' });
  await look(1);
  await look(31);
  assert.equal((await states('module.lacking')).filter((each) => each.endsWith('integrity')).length, 2);
  await modules();
  await look(1);
});

test('an account with another time, or none of it: as set; other accounts are not touched by what one host has', async () => {
  const other = await door.enrolAgent(await door.makeAccount('Other'));
  const params = { accountId: agent.accountId, definitionId: 'module.lacking' };
  await staff()(routes.setAlertOverride, { params, body: { holdMinutes: 0, reason: 'at once', isOff: false } });
  await modules({ module: 'loginspection', state: 'lacking' });
  await look();
  assert.equal((await states('module.lacking'))[0], 'open loginspection');
  assert.ok((await alertsOf(other.accountId)).every(({ kind }) => kind !== 'module.lacking'));
  await modules();
  await look(1);
  await staff()(routes.setAlertOverride, { params, body: { isOff: true, reason: 'known' } });
  await modules({ module: 'webreputation', state: 'lacking' });
  await look();
  await look(60);
  assert.ok((await states('module.lacking')).every((each) => !each.endsWith('webreputation')));
});

test('licenses: one that ends soon, has ended, or is used by more hosts than it allows stands at the host enrolled first', async () => {
  const { accountId } = agent;
  const day = (days: number) =>
    new Date(door.platform.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
  await door.platform.database.asProvider(async (tx) => {
    const id = '019ab000-0000-7000-8000-0000000000a1';
    await tx.run(sql`
      insert into licenses_license (tenant_id, id, product, vendor, seats, created_at, created_by)
      values (${accountId}, ${id}, 'Deep Security', 'TM', 1, now(), 'x')`);
    await tx.run(sql`
      insert into licenses_term (tenant_id, id, license_id, valid_from, valid_to, created_at, created_by)
      values (${accountId}, ${id}, ${id}, ${day(-300)}, ${day(20)}, now(), 'x')`);
  });
  const license = (assignment: ReturnType<typeof sql>) =>
    door.platform.database.asProvider((tx) => tx.run(sql`update licenses_license set ${assignment}`));
  await look();
  assert.deepEqual(await states('license.expiring'), ['open Deep Security']);
  await license(sql`gap_since = ${day(-1)}, is_overused = true`);
  await look(1);
  assert.deepEqual(await states('license.expiring'), ['closed Deep Security']);
  assert.deepEqual(await states('license.ended'), ['open Deep Security']);
  assert.deepEqual(await states('license.overused'), ['open Deep Security']);
  await license(sql`gap_since = null, is_overused = false`);
  await look(1);
  assert.deepEqual(await states('license.ended'), ['closed Deep Security']);
});
