import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { permissions, permissionsOf, roles, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { raiseDueSilences } from '../liveness/index.ts';
import { sql } from '../platform/index.ts';
import { monitoringRoom } from './index.ts';
import { readMetrics } from './monitoring.ts';

let door: TestDoor;
const monitor = actorOf('monitor');
const hostile = 'Evil"} 1\nsakimori_up 0 \\';

before(async () => {
  door = await startTestDoor({ rooms: (platform) => [monitoringRoom(platform)] });
});
after(() => door.stop());

/** Lines of the text format: a comment, or name, labels and number. */
const line =
  /^(?:# (?:HELP|TYPE) sakimori_[a-z_]+ .+|sakimori_[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?[0-9.]+)$/;

test('S45, in part: the provider’s monitoring sees hosts by state, the age of heartbeats, queues, outbox and alerts, and nothing of persons', async () => {
  const [accountId, other] = [await door.makeAccount('Yamato'), await door.makeAccount(hostile)];
  const [there, silent] = [await door.enrolAgent(accountId, { name: 'secret-host' }), await door.enrolAgent(other)];
  door.platform.clock.advance(100_000);
  await there.heartbeat();
  await door.sightings.flush();
  door.platform.clock.advance(60_000);
  await raiseDueSilences(door.platform);
  const text = await readMetrics(door.platform);
  const lines = text.trimEnd().split('\n');
  assert.deepEqual(
    lines.filter((each) => !line.test(each)),
    [],
  );
  for (const expected of [
    'sakimori_up 1',
    'sakimori_hosts{account="Yamato",state="connected"} 1',
    'sakimori_hosts{account="Yamato",state="silent"} 0',
    'sakimori_hosts{account="Evil\\"} 1\\nsakimori_up 0 \\\\",state="silent"} 1',
    'sakimori_heartbeat_age_seconds{account="Yamato"} 60',
    'sakimori_alerts_open{account="Yamato",severity="high"} 0',
    'sakimori_mail_outbox{state="waiting"} 0',
    'sakimori_contact_calls_waiting 0',
    'sakimori_manager_outage 0',
  ])
    assert.ok(lines.includes(expected), expected);
  assert.equal(lines.filter((each) => each.startsWith('sakimori_up')).length, 1);
  for (const hidden of ['secret-host', there.hostId, '@']) assert.ok(!text.includes(hidden), hidden);
  const { data } = await door.service.as(monitor)(routes.discoverHosts);
  assert.deepEqual(data.map((host) => [host['{#HOSTNAME}'], host['{#ACCOUNT}']]).sort(), [
    ['secret-host', 'Yamato'],
    ['web-01', hostile],
  ]);
  const { items } = await door.service.as(monitor)(routes.readItems);
  const of = (hostId: string) => items.find((item) => item.hostId === hostId);
  assert.deepEqual(of(there.hostId), {
    hostId: there.hostId,
    connected: 1,
    heartbeatAge: 60,
    spoolPending: 0,
    openAlerts: 0,
  });
  assert.deepEqual(of(silent.hostId), { hostId: silent.hostId, connected: 0, spoolPending: 0, openAlerts: 1 });
  there.kill();
});

test('two thousand accounts are a bounded number of series and none of them twice', async () => {
  await door.platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into customers_account (tenant_id, customer_id, customer_name, name, plan, created_at)
      select gen_random_uuid(), customer_id, customer_name, 'Account ' || n, plan, created_at
      from (select * from customers_account where name = 'Yamato') a, generate_series(1, 2000) n`),
  );
  const lines = (await readMetrics(door.platform)).trimEnd().split('\n');
  const series = lines.filter((each) => !each.startsWith('#')).map((each) => each.replace(/ [0-9.]+$/, ''));
  assert.equal(new Set(series).size, series.length);
  assert.ok(series.length < 6000, String(series.length));
  assert.ok(series.includes('sakimori_hosts{account="",state="connected"}'));
});

test('a key of a monitoring server reads figures and nothing else; a customer reads none', async () => {
  assert.deepEqual(permissionsOf.monitor, ['metrics.read']);
  assert.deepEqual(
    roles.filter((role) => permissionsOf[role].includes('metrics.read')),
    ['provider-admin', 'operator', 'service-manager', 'monitor'],
  );
  assert.ok(permissions.includes('metrics.read'));
  await refusedWith(door.service.as(monitor)(routes.listHosts, { query: {} }), 'forbidden');
  const accountId = await door.makeAccount('Musashi');
  for (const route of [routes.readMetrics, routes.discoverHosts, routes.readItems])
    await refusedWith(door.service.as(actorOf('customer-admin', accountId))(route), 'forbidden');
});
