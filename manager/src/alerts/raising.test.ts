import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Detection, routes } from '@sakimori/contract';
import { countRows, refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { alertsRoom } from './index.ts';

let door: TestDoor;
let accountId: string;
let agent: SimulatedAgent;
before(async () => {
  door = await startTestDoor();
  accountId = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(accountId);
});
after(() => door.stop());

const minute = 60_000;
const operator = () => door.service.as(actorOf('operator'));
const later = (ms: number) => door.platform.clock.advance(ms);
const make = (parts: Partial<Detection>) =>
  makeSample('firewall', agent, { severity: 'medium', occurredAt: door.platform.clock.now().toISOString(), ...parts });
const send = (count: number, parts: Partial<Detection>) =>
  agent.sendDetections(Array.from({ length: count }, () => make(parts)));
const alertsOf = async (subject: string) =>
  (await operator()(routes.listAlerts, { query: { accountId, limit: 500 } })).items.filter(
    (each) => each.subject === subject,
  );
const detailOf = async (subject: string) =>
  operator()(routes.getAlert, { params: { alertId: (await alertsOf(subject))[0]!.id } });
/** What the clock does in a running manager. */
const tick = async () => {
  for (const each of alertsRoom(door.platform).ticks ?? []) await each.run();
};

test('a threshold: fewer within the time raise nothing and are kept; the one that reaches it raises an alert that counts and shows them all', async () => {
  const parts = { kind: 'firewall.malformed', subject: '203.0.113.1' };
  await send(4, parts);
  later(2 * minute);
  await send(5, parts);
  assert.deepEqual(await alertsOf(parts.subject), []);
  later(minute);
  await send(1, parts);
  const [alert] = await alertsOf(parts.subject);
  assert.deepEqual([alert?.detectionCount, alert?.definitionId], [10, 'firewall.suspicious']);
  const shown = await operator()(routes.listDetections, { query: { alertId: alert!.id } });
  assert.equal(shown.items.length, 10, 'those before it are its detections too');
  await send(3, parts);
  assert.equal((await alertsOf(parts.subject))[0]?.detectionCount, 13);
  assert.equal(await countRows(door.platform, 'alerts_pending', accountId), 0);
});

test('a threshold counts within its time only: what comes slower raises nothing', async () => {
  const parts = { kind: 'firewall.malformed', subject: '203.0.113.2' };
  for (let turn = 0; turn < 4; turn++) {
    await send(4, parts);
    later(6 * minute);
  }
  assert.deepEqual(await alertsOf(parts.subject), []);
});

test('an account has a bound of its own, or none at all; the reason is in the audit, other accounts are as before, and it can be taken back', async () => {
  const params = { accountId, definitionId: 'intrusion.matched' };
  const set = (body: object) => operator()(routes.setAlertOverride, { params, body: body as { reason: string } });
  const parts = { module: 'intrusion', kind: 'intrusion.matched', subject: '203.0.113.3' } as const;
  await set({ threshold: { count: 3, withinMinutes: 5 }, reason: 'a scanner of the customer' });
  await send(2, parts);
  assert.deepEqual(await alertsOf(parts.subject), []);
  await send(1, parts);
  assert.equal((await alertsOf(parts.subject)).length, 1);
  await set({ isOff: true, reason: 'test week' });
  await send(5, { ...parts, subject: '203.0.113.4' });
  assert.deepEqual(await alertsOf('203.0.113.4'), []);
  const other = await door.enrolAgent(await door.makeAccount('Unchanged'));
  await other.sendDetections([makeSample('intrusion', other, { subject: '203.0.113.4' })]);
  assert.equal((await alertsOf('203.0.113.4')).length, 0);
  const theirs = await operator()(routes.listAlerts, { query: { accountId: other.accountId } });
  assert.equal(theirs.items.length, 1);
  const { items } = await operator()(routes.listAlertDefinitions, { query: { accountId } });
  assert.equal(items.find(({ id }) => id === 'intrusion.matched')?.override?.isOff, true);
  await operator()(routes.resetAlertOverride, { params });
  await send(1, { ...parts, subject: '203.0.113.5' });
  assert.equal((await alertsOf('203.0.113.5')).length, 1);
  const audit = await operator()(routes.listAudit, { query: { target: 'alertDefinition:intrusion.matched' } });
  assert.deepEqual(audit.items.map(({ action }) => action).sort(), [
    'alert.definition_reset',
    'alert.definition_set',
    'alert.definition_set',
  ]);
  await refusedWith(operator()(routes.resetAlertOverride, { params }), 'not_found');
  await refusedWith(set({ holdMinutes: 3, reason: 'x' }), 'malformed');
  await refusedWith(set({ reason: 'nothing else' }), 'malformed');
  await refusedWith(set({ isOff: true, reason: ' ' }), 'malformed');
  const unknown = { params: { accountId, definitionId: 'no.such' }, body: { isOff: true, reason: 'x' } };
  await refusedWith(operator()(routes.setAlertOverride, unknown), 'not_found');
});

test('S12, in part: a customer sees the definitions as they hold for it, none of another account, and sets none', async () => {
  const customer = door.service.as(actorOf('customer-admin', accountId));
  assert.ok((await customer(routes.listAlertDefinitions, { query: {} })).items.length > 40);
  const other = await door.makeAccount('Other');
  await refusedWith(customer(routes.listAlertDefinitions, { query: { accountId: other } }), 'not_found');
  const params = { accountId, definitionId: 'other' };
  await refusedWith(customer(routes.setAlertOverride, { params, body: { isOff: true, reason: 'x' } }), 'forbidden');
  await refusedWith(customer(routes.resetAlertOverride, { params }), 'forbidden');
  const bound = door.service.as({ ...actorOf('operator'), accountId });
  const theirs = { accountId: other, definitionId: 'other' };
  await refusedWith(
    bound(routes.setAlertOverride, { params: theirs, body: { isOff: true, reason: 'x' } }),
    'not_found',
  );
});

const died = (subject: string) => ({ module: 'antimalware', kind: 'engine.died', severity: 'high', subject }) as const;
const recovered = (subject: string) =>
  ({ module: 'antimalware', kind: 'engine.recovered', severity: 'informational', subject }) as const;

test('a sign of recovery ends what it is about, on that host and of that subject; an older sign ends nothing', async () => {
  await send(1, died('clamd'));
  const early = new Date(door.platform.clock.now().getTime() - minute).toISOString();
  await send(1, { ...recovered('clamd'), occurredAt: early });
  await send(1, recovered('suricata'));
  assert.equal((await alertsOf('clamd'))[0]?.state, 'open');
  later(1000);
  await send(1, recovered('clamd'));
  const alert = await detailOf('clamd');
  assert.deepEqual([alert.state, alert.closing, alert.steps.at(-1)?.kind], ['closed', 'resolved', 'resolved']);
});

test('what comes and goes three times within the hour stays open, opens no more, and ends once it was well for a quarter of an hour', async () => {
  for (let turn = 0; turn < 3; turn++) {
    await send(1, died('flapping'));
    later(minute);
    await send(1, recovered('flapping'));
    later(minute);
  }
  assert.equal((await alertsOf('flapping')).length, 3);
  for (let turn = 0; turn < 5; turn++) {
    await send(1, died('flapping'));
    later(minute);
    await send(1, recovered('flapping'));
    later(minute);
    await tick();
  }
  const all = await alertsOf('flapping');
  assert.deepEqual([all.length, all[0]?.state, all[0]?.detectionCount], [4, 'open', 5]);
  assert.ok(all[0]?.flappingSince);
  later(14 * minute);
  await tick();
  const settled = await detailOf('flapping');
  assert.deepEqual([settled.state, settled.closing], ['closed', 'resolved']);
  assert.ok(settled.steps.some(({ kind }) => kind === 'flapping'));
});

test('an alert of which nothing more comes ends by itself after the time of its definition, and not before', async () => {
  const parts = { kind: 'firewall.scan', subject: '203.0.113.7' };
  await send(1, parts);
  later(23 * 60 * minute);
  await tick();
  assert.equal((await alertsOf(parts.subject))[0]?.state, 'open');
  await send(1, parts);
  later(23 * 60 * minute);
  await tick();
  assert.equal((await alertsOf(parts.subject))[0]?.state, 'open');
  later(2 * 60 * minute);
  await tick();
  assert.equal((await alertsOf(parts.subject))[0]?.closing, 'resolved');
});

test('put aside with reason and end: out of what waits, back by the clock, by a person, or where it becomes worse', async () => {
  const analyst = door.service.as(actorOf('soc-analyst'));
  const subject = '203.0.113.8';
  await send(1, { kind: 'intrusion.matched', module: 'intrusion', subject });
  const params = { alertId: (await alertsOf(subject))[0]!.id };
  const until = (ms: number) => new Date(door.platform.clock.now().getTime() + ms).toISOString();
  const snooze = (ms: number, reason = 'a test by the customer') =>
    analyst(routes.snoozeAlert, { params, body: { until: until(ms), reason } });
  const isListed = async (snoozed: 'yes' | 'no') =>
    (await analyst(routes.listAlerts, { query: { accountId, snoozed, limit: 500 } })).items.some(
      ({ id }) => id === params.alertId,
    );
  const put = await snooze(60 * minute);
  assert.deepEqual(
    [put.snoozeReason, put.state, put.steps.at(-1)?.kind],
    ['a test by the customer', 'open', 'snoozed'],
  );
  assert.deepEqual([await isListed('yes'), await isListed('no')], [true, false]);
  later(59 * minute);
  await tick();
  assert.equal(await isListed('yes'), true);
  later(2 * minute);
  await tick();
  assert.equal(await isListed('yes'), false);
  await snooze(60 * minute);
  const woken = await analyst(routes.wakeAlert, { params });
  assert.deepEqual([woken.snoozedUntil, woken.steps.at(-1)?.by], [undefined, 'A soc-analyst']);
  await refusedWith(analyst(routes.wakeAlert, { params }), 'wrong_state');
  await snooze(60 * minute);
  await send(1, { kind: 'intrusion.matched', module: 'intrusion', subject });
  assert.equal(await isListed('yes'), true, 'more of the same wakes nobody');
  await send(1, { kind: 'intrusion.matched', module: 'intrusion', subject, severity: 'critical' });
  assert.equal(await isListed('yes'), false, 'it became worse');
  await refusedWith(snooze(-minute), 'malformed');
  await refusedWith(snooze(91 * 24 * 60 * minute), 'malformed');
  await refusedWith(snooze(minute, ' '), 'malformed');
  await analyst(routes.closeAlert, { params, body: { closing: 'handled' } });
  await refusedWith(snooze(minute), 'wrong_state');
  const customer = door.service.as(actorOf('customer-admin', accountId));
  await refusedWith(customer(routes.snoozeAlert, { params, body: { until: until(minute), reason: 'x' } }), 'forbidden');
});

test('ATT&CK techniques: of the rule, else of the definition; found by the technique with its parts; why and what to do next in both languages', async () => {
  const subject = '203.0.113.9';
  await send(1, { kind: 'intrusion.matched', module: 'intrusion', subject, attack: ['T1110.001'] });
  await send(1, { kind: 'intrusion.matched', module: 'intrusion', subject: `${subject}0` });
  const alert = await detailOf(subject);
  assert.deepEqual(alert.attack, ['T1110.001']);
  assert.deepEqual((await detailOf(`${subject}0`)).attack, ['T1190']);
  assert.ok(alert.guidance.next.ja.length > 0 && alert.guidance.cause.en.length > 0);
  const found = async (query: object) =>
    (await operator()(routes.listAlerts, { query: { accountId, ...query } })).items.map((each) => each.subject);
  assert.deepEqual(await found({ attack: 'T1110' }), [subject]);
  assert.deepEqual(await found({ attack: 'T1110.002' }), []);
  assert.ok((await found({ definition: 'engine.died' })).every((each) => each === 'clamd' || each === 'flapping'));
  await refusedWith(operator()(routes.listAlerts, { query: { attack: 'sql' } }), 'malformed');
});
