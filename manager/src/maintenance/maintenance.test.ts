import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type NewMaintenance, Refusal, type RouteCall, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { raiseAfterMaintenance, raiseDueSilences } from '../liveness/index.ts';
import { sql } from '../platform/index.ts';
import { readCalendar } from './icalendar.ts';
import { expand, readRule } from './recurrence.ts';

let door: TestDoor;
let account: string;
const operator = actorOf('operator');
const hourMs = 3_600_000;

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
  await door.platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
      values (${account}, gen_random_uuid(), 'Contact', 'alerts@yamato.example', 'ja', ${['alerts']}, ${door.platform.clock.now()})`),
  );
});
after(() => door.stop());

const inHours = (hours: number): string => new Date(door.platform.clock.now().getTime() + hours * hourMs).toISOString();
type Body = RouteCall<typeof routes.announceMaintenance>['body'];
const announceAs =
  (actor = operator) =>
  (body: Partial<NewMaintenance> & Record<string, unknown>) =>
    door.service.as(actor)(routes.announceMaintenance, {
      params: { accountId: account },
      body: { startsAt: inHours(0), endsAt: inHours(2), reason: 'Patches', ...body } as Body,
    });
const announce = announceAs();
const alertsOf = async (agent: SimulatedAgent) =>
  (await door.service.as(operator)(routes.listAlerts, { query: { hostId: agent.hostId } })).items;
const silencesOf = async (agent: SimulatedAgent) =>
  (await door.service.as(operator)(routes.listDetections, { query: { hostId: agent.hostId } })).items.filter(
    ({ kind }) => kind === 'agent.silent',
  );
/** Letters, and what is held to be told by one. */
const countMails = async (): Promise<number> => {
  const query = { accountId: account, limit: 500 };
  const letters = (await door.service.as(operator)(routes.listNotices, { query })).items.length;
  const digests = await door.service.as(operator)(routes.listContactDigests, { params: { accountId: account } });
  return letters + digests.items.reduce((sum, { held }) => sum + held, 0);
};
async function pass(ms: number): Promise<void> {
  await door.sightings.flush();
  door.platform.clock.advance(ms);
  await raiseDueSilences(door.platform);
  await raiseAfterMaintenance(door.platform);
}
async function fallSilent(agent: SimulatedAgent): Promise<void> {
  agent.kill();
  await until(async () => {
    await door.sightings.flush();
    const row = await door.platform.database.asProvider((tx) =>
      tx.one(sql<{ cause: string }>`select silence_cause as cause from hosts_host where id = ${agent.hostId}`),
    );
    return row.cause === 'process_ended' ? true : undefined;
  }, 'the end was not noticed');
  await pass(10_000);
}
async function connect(): Promise<SimulatedAgent> {
  const agent = await door.enrolAgent(account);
  await agent.heartbeat();
  await door.sightings.flush();
  return agent;
}

test('S47: inside the window nobody is told and the event is tagged; it passes and the agent is down still: alert; late notice is marked', async () => {
  const [down, back] = [await connect(), await connect()];
  const planned = await announce({ hostIds: [down.hostId, back.hostId], startsAt: inHours(1), endsAt: inHours(3) });
  const late = await announce({
    hostIds: [],
    modules: ['integrity'],
    startsAt: inHours(-1),
    endsAt: inHours(0.1),
    how: 'phone',
    announcedBy: '山田',
  });
  assert.deepEqual(
    [planned.late, planned.state, late.late, late.state, late.announcedBy],
    [false, 'planned', true, 'active', '山田'],
  );
  await pass(1.5 * hourMs);
  for (const agent of [down, back]) await agent.heartbeat();
  await door.sightings.flush();
  const mails = await countMails();
  for (const agent of [down, back]) {
    await fallSilent(agent);
    assert.deepEqual(await alertsOf(agent), []);
    const [event] = await silencesOf(agent);
    assert.deepEqual([event?.facts?.['maintenanceId'], event?.severity], [planned.id, 'informational']);
    const check = await door.service.as(operator)(routes.getLivenessCheck, { params: { hostId: agent.hostId } });
    assert.equal(check.maintenanceId, planned.id);
  }
  assert.equal(await countMails(), mails);
  await back.heartbeat();
  await pass(0.4 * hourMs);
  assert.deepEqual(await alertsOf(down), []);
  await back.heartbeat();
  await pass(1.1 * hourMs);
  const [alert] = await alertsOf(down);
  assert.deepEqual(
    [alert?.state, alert?.severity, alert?.facts['cause'], alert?.facts['afterMaintenance']],
    ['open', 'high', 'process_ended', true],
  );
  assert.ok((await countMails()) > mails);
  await down.heartbeat();
  await door.sightings.flush();
  assert.equal((await alertsOf(down))[0]?.state, 'closed');
  for (const agent of [down, back]) agent.kill();
});

test('S47: what is ended early is told at once; a host outside the scope is told all the time', async () => {
  const [inside, outside] = [await connect(), await connect()];
  const { id } = await announce({ hostIds: [inside.hostId] });
  await fallSilent(outside);
  assert.equal((await alertsOf(outside)).length, 1);
  await inside.heartbeat();
  await fallSilent(inside);
  assert.deepEqual(await alertsOf(inside), []);
  const params = { accountId: account, maintenanceId: id };
  assert.equal((await door.service.as(operator)(routes.endMaintenance, { params })).state, 'ended');
  await refusedWith(door.service.as(operator)(routes.endMaintenance, { params }), 'wrong_state');
  await pass(1000);
  assert.equal((await alertsOf(inside)).length, 1);
});

test('S70, in part: a change in a declared window carries the window; the agent cannot claim one; the alert tells nobody until it goes on', async () => {
  const agent = await connect();
  const window = await announce({ hostIds: [agent.hostId], modules: ['system', 'integrity'] });
  const mails = await countMails();
  const change = () => agent.makeDetection({ severity: 'high', subject: '/etc/x', occurredAt: inHours(0) });
  await agent.sendDetections([change()]);
  await agent.sendDetections([
    agent.makeDetection({
      severity: 'high',
      module: 'loginspection',
      kind: 'log.matched',
      facts: { maintenanceId: window.id },
    }),
  ]);
  const { items } = await door.service.as(operator)(routes.listDetections, { query: { hostId: agent.hostId } });
  const tagOf = (module: string) => items.find((item) => item.module === module)?.facts?.['maintenanceId'];
  assert.deepEqual([tagOf('integrity'), tagOf('loginspection')], [window.id, undefined]);
  assert.equal(await countMails(), mails + 1);
  const [alert] = (await alertsOf(agent)).filter(({ module }) => module === 'integrity');
  const stepsOf = async () =>
    (await door.service.as(operator)(routes.getAlert, { params: { alertId: alert!.id } })).steps.map(
      ({ kind }) => kind,
    );
  assert.deepEqual(await stepsOf(), ['opened', 'in_maintenance']);
  door.platform.clock.advance(3 * hourMs);
  await agent.sendDetections([change()]);
  assert.equal(await countMails(), mails + 2);
  assert.deepEqual((await stepsOf()).includes('mailed'), true);
  agent.kill();
});

test('a customer announces for the own account what stops the agent, and nothing else of it', async () => {
  const other = await door.makeAccount('Musashi');
  const customer = actorOf('customer-admin', account);
  const own = await announceAs(customer)({ how: 'phone', announcedBy: 'somebody else' });
  assert.deepEqual([own.how, own.announcedBy, own.modules], ['portal', customer.name, ['system']]);
  await refusedWith(announceAs(customer)({ modules: ['antimalware'] }), 'maintenance_scope_refused');
  await refusedWith(announceAs(actorOf('customer-viewer', account))({}), 'forbidden');
  const stranger = actorOf('customer-admin', other);
  await refusedWith(announceAs(stranger)({}), 'not_found');
  const params = { accountId: account, maintenanceId: own.id };
  await refusedWith(door.service.as(stranger)(routes.endMaintenance, { params }), 'not_found');
  await refusedWith(
    door.service.as(stranger)(routes.endMaintenance, { params: { ...params, accountId: other } }),
    'not_found',
  );
  for (const query of [{}, { accountId: account }])
    assert.deepEqual((await door.service.as(stranger)(routes.listMaintenance, { query })).items, []);
  const foreign = await door.enrolAgent(other);
  await refusedWith(announce({ hostIds: [foreign.hostId] }), 'not_found');
  await door.service.as(customer)(routes.endMaintenance, { params });
});

test('times that make no sense are refused with what is wrong with them', async () => {
  const reasonOf = async (body: Record<string, unknown>) =>
    announce(body).then(
      () => undefined,
      (error: unknown) =>
        error instanceof Refusal ? (error.facts['reason'] ?? error.facts['part'] ?? error.code) : error,
    );
  assert.equal(await reasonOf({ endsAt: inHours(-1) }), 'ends_first');
  assert.equal(await reasonOf({ endsAt: inHours(24 * 32) }), 'too_long');
  assert.equal(await reasonOf({ startsAt: inHours(24 * 900), endsAt: inHours(24 * 900 + 1) }), 'too_far');
  assert.equal(await reasonOf({ startsAt: inHours(-3), endsAt: inHours(-1) }), 'over');
  assert.equal(await reasonOf({ announcedAt: inHours(1) }), 'announced_later');
  assert.equal(await reasonOf({ rule: 'FREQ=DAILY;COUNT=3', endsAt: inHours(30) }), 'overlaps');
  assert.equal(await reasonOf({ rule: 'FREQ=DAILY' }), 'COUNT / UNTIL');
  assert.equal(await reasonOf({ rule: 'FREQ=SECONDLY;COUNT=3' }), 'FREQ=SECONDLY');
  assert.equal(await reasonOf({ rule: 'FREQ=DAILY;COUNT=999999999' }), 'COUNT=999999999');
  assert.equal(await reasonOf({ rule: 'FREQ=DAILY;UNTIL=20990101' }), '> 200');
  assert.equal(await reasonOf({ startsAt: 'yesterday' }), 'malformed');
});

test('repetition by days of Japan', () => {
  const days = (rule: string, first: string) =>
    expand(readRule(rule), Temporal.Instant.from(first)).map((instant) =>
      instant.toZonedDateTimeISO('Asia/Tokyo').toPlainDateTime().toString({ smallestUnit: 'minute' }),
    );
  // 2026-12-05 18:00 UTC is Sunday the 6th, 03:00, in Japan.
  assert.deepEqual(days('FREQ=WEEKLY;BYDAY=SU;COUNT=3', '2026-12-05T18:00:00Z'), [
    '2026-12-06T03:00',
    '2026-12-13T03:00',
    '2026-12-20T03:00',
  ]);
  assert.deepEqual(days('RRULE:FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20270227T000000Z', '2026-12-26T18:00:00Z'), [
    '2026-12-27T03:00',
    '2027-01-31T03:00',
  ]);
  assert.deepEqual(days('FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3', '2026-12-30T18:00:00Z'), [
    '2026-12-31T03:00',
    '2027-01-31T03:00',
    '2027-03-31T03:00',
  ]);
  assert.deepEqual(days('FREQ=DAILY;INTERVAL=2;COUNT=2', '2026-12-30T18:00:00Z').length, 2);
});

const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
const stamp = (instant: string) => `${instant.slice(0, 19).replace(/[-:]/g, '')}Z`;

test('an iCalendar file is taken once, changed and cancelled by the same event', async () => {
  const take = (file: string) =>
    door.service.as(operator)(routes.importMaintenance, { params: { accountId: account }, body: { file } });
  const event = (summary: string, ...more: string[]) =>
    calendar('UID:patch-day', `DTSTART:${stamp(inHours(5))}`, 'DURATION:PT2H', `SUMMARY:${summary}`, ...more);
  const counts = (result: Awaited<ReturnType<typeof take>>) => [
    result.added,
    result.changed,
    result.cancelled,
    result.unchanged,
  ];
  assert.deepEqual(counts(await take(event('定期\\, 更新', 'RRULE:FREQ=WEEKLY;COUNT=4'))), [1, 0, 0, 0]);
  assert.deepEqual(counts(await take(event('定期\\, 更新', 'RRULE:FREQ=WEEKLY;COUNT=4'))), [0, 0, 0, 1]);
  const [window] = (
    await door.service.as(operator)(routes.listMaintenance, { query: { accountId: account, state: 'planned' } })
  ).items;
  assert.deepEqual([window?.reason, window?.how, window?.times.length], ['定期, 更新', 'ical', 4]);
  assert.deepEqual(counts(await take(event('再計画'))), [0, 1, 0, 0]);
  assert.deepEqual(counts(await take(event('再計画', 'STATUS:CANCELLED'))), [0, 0, 1, 0]);
});

test('a hostile iCalendar file is refused with its line and leaves nothing behind', async () => {
  const head = ['UID:x', 'DTSTART:20270101T000000Z'];
  for (const [file, line] of [
    ['<html>', 1],
    [calendar('DTSTART:20270101T000000Z'), 3],
    [calendar('UID:x'), 3],
    [calendar('UID:x', 'DTSTART:20271301T000000Z'), 5],
    [calendar('UID:x', 'DTSTART;TZID=Mars/Olympus:20270101T000000'), 5],
    [calendar(...head, 'DURATION:P99999999Y'), 6],
    [calendar(...head, 'EXDATE:20270102T000000Z'), 6],
    [calendar(...head, 'DTSTART:20280101T000000Z'), 6],
    [calendar(...head, 'no colon here'), 6],
    [calendar(...head, `SUMMARY:${'x'.repeat(9000)}`), 6],
    [calendar(...head).replace('END:VEVENT', 'END:VTODO'), 6],
    [calendar(...head).replace('END:VCALENDAR', ''), 6],
    [`BEGIN:VCALENDAR\n${'BEGIN:VEVENT\nUID:x\nDTSTART:20270101T000000Z\nEND:VEVENT\n'.repeat(201)}END:VCALENDAR`, 805],
    [`BEGIN:VCALENDAR\n${'BEGIN:X\n'.repeat(20)}`, 6],
    [`BEGIN:VCALENDAR${'\n'.repeat(30_000)}`, 20_000],
  ] as const)
    assert.throws(
      () => readCalendar(file),
      (error) => error instanceof Refusal && error.code === 'calendar_file_invalid' && error.facts['line'] === line,
      file.slice(0, 120),
    );
  const before = (await door.service.as(operator)(routes.listMaintenance, { query: {} })).items.length;
  const file = `${calendar('UID:good', `DTSTART:${stamp(inHours(1))}`, 'DURATION:PT1H').replace('END:VCALENDAR\r\n', '')}BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:${stamp(inHours(2))}\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
  const take = door.service.as(operator)(routes.importMaintenance, { params: { accountId: account }, body: { file } });
  await refusedWith(take, 'maintenance_rule_invalid');
  assert.equal((await door.service.as(operator)(routes.listMaintenance, { query: {} })).items.length, before);
  assert.equal(
    readCalendar(`\uFEFF${calendar('UID:x', 'DTSTART;VALUE=DATE:20270101', 'SUMMARY:a', ' b')}`)[0]?.summary,
    'ab',
  );
});
