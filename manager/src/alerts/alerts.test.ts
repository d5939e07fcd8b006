import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Detection, routes } from '@sakimori/contract';
import fc from 'fast-check';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeDetection, makeSample, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { groupingKey, resolveAlert } from './index.ts';

let door: TestDoor;
let yamato: string;
let agent: SimulatedAgent;
const analyst = actorOf('soc-analyst');

before(async () => {
  door = await startTestDoor();
  yamato = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(yamato);
});
after(() => door.stop());

const call = () => door.service.as(analyst);
const list = async (query: { accountId?: string; hostId?: string; state?: 'open' | 'unclosed' | 'closed' }) =>
  (await call()(routes.listAlerts, { query: { ...query, limit: 500 } })).items;
let lastSubject = 0;
/** One alert of a cause of its own. */
async function openAlert(overrides: Partial<Detection> = {}) {
  const subject = `203.0.113.${++lastSubject}`;
  const again = () =>
    makeSample('loginspection', agent, { subject, occurredAt: door.platform.clock.now().toISOString(), ...overrides });
  await agent.sendDetections([again()]);
  const alert = (await list({ hostId: agent.hostId })).find((each) => each.subject === subject)!;
  return { alertId: alert.id, alert, again, subject };
}
const params = (alertId: string) => ({ params: { alertId } });

test('property: detections share an alert exactly where account, host, module, rule and subject are the same', () => {
  const part = fc.string({ maxLength: 6, unit: fc.constantFrom('a', '|', '\\', '0', ' ') });
  const shape = fc.record({
    accountId: fc.uuid(),
    hostId: fc.uuid(),
    module: fc.constantFrom('integrity' as const, 'loginspection' as const),
    rule: fc.record({ id: part, name: part }),
    subject: part,
  });
  fc.assert(
    fc.property(
      shape,
      shape,
      fc.subarray(['accountId', 'hostId', 'module', 'rule', 'subject'] as const),
      (a, b, shared) => {
        const mixed = { ...b, ...Object.fromEntries(shared.map((name) => [name, a[name]])) };
        const same =
          a.accountId === mixed.accountId &&
          a.hostId === mixed.hostId &&
          a.module === mixed.module &&
          a.rule.id === mixed.rule.id &&
          a.subject === mixed.subject;
        assert.equal(groupingKey(a) === groupingKey(mixed), same);
        assert.ok(groupingKey(a).startsWith(`${a.accountId}|`));
      },
    ),
    { numRuns: 5000 },
  );
});

test('the same cause in two accounts is two alerts, each numbered in its own account', async () => {
  const musashi = await door.makeAccount('Musashi');
  const other = await door.enrolAgent(musashi);
  const fresh = await door.enrolAgent(await door.makeAccount('Fresh'));
  for (const each of [fresh, other])
    await each.sendDetections(['a', 'b'].map((subject) => makeSample('intrusion', each, { subject })));
  for (const { accountId } of [fresh, other])
    assert.deepEqual((await list({ accountId })).map(({ number, accountId: of }) => `${of} ${number}`).sort(), [
      `${accountId} 1`,
      `${accountId} 2`,
    ]);
});

test('below medium there is no alert; the highest severity of a group is the alert’s', async () => {
  const subject = 'severity';
  const send = (...severities: Detection['severity'][]) =>
    agent.sendDetections(severities.map((severity) => makeSample('firewall', agent, { severity, subject })));
  const find = async () => (await list({ hostId: agent.hostId })).find((alert) => alert.subject === subject);
  await send('informational', 'low');
  assert.equal(await find(), undefined);
  await send('low', 'medium', 'medium');
  assert.deepEqual([(await find())?.severity, (await find())?.detectionCount], ['medium', 2]);
  await send('critical');
  await send('medium');
  assert.deepEqual([(await find())?.severity, (await find())?.detectionCount], ['critical', 4]);
});

test('more of the same adds to the standing alert, newest time and facts win; a closed one is followed by a new one', async () => {
  const { alertId, alert, again, subject } = await openAlert({ facts: { tries: 5 } });
  door.platform.clock.advance(60_000);
  const later = { ...again(), facts: { tries: 9 } };
  const late = { ...again(), occurredAt: new Date(door.platform.clock.now().getTime() - 3_600_000).toISOString() };
  await agent.sendDetections([later, late]);
  const bumped = await call()(routes.getAlert, params(alertId));
  assert.deepEqual(
    [bumped.detectionCount, bumped.lastDetectedAt, bumped.openedAt],
    [3, later.occurredAt, alert.openedAt],
  );
  assert.deepEqual(bumped.firstDetectionId, alert.firstDetectionId);
  const detections = await call()(routes.listDetections, { query: { alertId } });
  assert.equal(detections.items.length, 3);
  await call()(routes.closeAlert, { ...params(alertId), body: { closing: 'handled' } });
  door.platform.clock.advance(60_000);
  await agent.sendDetections([again()]);
  const alerts = (await list({ hostId: agent.hostId })).filter((each) => each.subject === subject);
  assert.deepEqual(
    alerts.map(({ state, detectionCount }) => [state, detectionCount]),
    [
      ['open', 1],
      ['closed', 3],
    ],
  );
  assert.equal((await call()(routes.listDetections, { query: { alertId: alerts[0]!.id } })).items.length, 1);
  assert.equal((await call()(routes.listDetections, { query: { alertId } })).items.length, 3);
});

test('triage: acknowledge, note, close; each step appended in order, with who, when and why, and audited', async () => {
  const { alertId, alert } = await openAlert();
  const advance = () => door.platform.clock.advance(60_000);
  advance();
  assert.equal((await call()(routes.acknowledgeAlert, { ...params(alertId), body: {} })).state, 'acknowledged');
  advance();
  await call()(routes.noteAlert, { ...params(alertId), body: { note: '  調査中です。\n2 行目  ' } });
  advance();
  const closed = await call()(routes.closeAlert, {
    ...params(alertId),
    body: { closing: 'false_positive', note: 'a scan of ours' },
  });
  assert.deepEqual(
    [closed.state, closed.closing, closed.closedAt],
    ['closed', 'false_positive', door.platform.clock.now().toISOString()],
  );
  await call()(routes.noteAlert, { ...params(alertId), body: { note: 'after the end' } });
  const { steps } = await call()(routes.getAlert, params(alertId));
  assert.deepEqual(
    steps.map(({ kind, by, note }) => [kind, by, note]),
    [
      ['opened', 'system', undefined],
      ['mail_failed', 'system', undefined],
      ['acknowledged', 'A soc-analyst', undefined],
      ['noted', 'A soc-analyst', '調査中です。\n2 行目'],
      ['closed', 'A soc-analyst', 'a scan of ours'],
      ['noted', 'A soc-analyst', 'after the end'],
    ],
  );
  assert.deepEqual(
    steps.map(({ at }) => at),
    [...steps.map(({ at }) => at)].sort(),
  );
  assert.equal(steps[0]?.at, alert.openedAt);
  const audit = await call()(routes.listAudit, { query: { target: `alert:${alertId}` } });
  assert.deepEqual(
    audit.items
      .map(({ action, actorName, facts }) => [action, actorName, facts])
      .reverse()
      .slice(0, 3),
    [
      ['alert.acknowledged', 'A soc-analyst', {}],
      ['alert.noted', 'A soc-analyst', { note: '調査中です。\n2 行目' }],
      ['alert.closed', 'A soc-analyst', { closing: 'false_positive', note: 'a scan of ours' }],
    ],
  );
});

test('409 wrong_state: only an open alert is acknowledged, only an unclosed one closed, only a closed one reopened', async () => {
  const { alertId } = await openAlert();
  const acknowledge = () => call()(routes.acknowledgeAlert, { ...params(alertId), body: {} });
  const close = () => call()(routes.closeAlert, { ...params(alertId), body: { closing: 'handled' } });
  const reopen = () => call()(routes.reopenAlert, { ...params(alertId), body: { note: 'too early' } });
  await refusedWith(reopen(), 'wrong_state');
  await acknowledge();
  await refusedWith(acknowledge(), 'wrong_state');
  await refusedWith(reopen(), 'wrong_state');
  await close();
  await refusedWith(close(), 'wrong_state');
  await refusedWith(acknowledge(), 'wrong_state');
  const reopened = await reopen();
  assert.deepEqual([reopened.state, reopened.closing, reopened.closedAt], ['open', undefined, undefined]);
  assert.deepEqual(reopened.steps.at(-1)?.kind, 'reopened');
});

test('409: a closed alert whose cause has a newer one is not reopened', async () => {
  const { alertId, again } = await openAlert();
  await call()(routes.closeAlert, { ...params(alertId), body: { closing: 'handled' } });
  await agent.sendDetections([again()]);
  await refusedWith(call()(routes.reopenAlert, { ...params(alertId), body: { note: 'x' } }), 'wrong_state');
  assert.equal((await call()(routes.getAlert, params(alertId))).state, 'closed');
});

test('two people who take an alert at the same moment: one has it, the other hears that it is taken', async () => {
  const { alertId } = await openAlert();
  const take = () =>
    call()(routes.acknowledgeAlert, { ...params(alertId), body: {} }).then(
      () => 'taken',
      (error: { code: string }) => error.code,
    );
  assert.deepEqual((await Promise.all([take(), take(), take()])).sort(), ['taken', 'wrong_state', 'wrong_state']);
});

test('400, 404: no such alert, a note without words, a closing that only the system gives, a character nobody can store', async () => {
  const { alertId } = await openAlert();
  await refusedWith(call()(routes.getAlert, params('019ab000-0000-7000-8000-000000000000')), 'not_found');
  await refusedWith(call()(routes.getAlert, params('1')), 'malformed');
  await refusedWith(call()(routes.noteAlert, { ...params(alertId), body: { note: ' \n ' } }), 'malformed');
  await refusedWith(
    call()(routes.closeAlert, { ...params(alertId), body: { closing: 'resolved' as 'handled' } }),
    'malformed',
  );
  await refusedWith(call()(routes.noteAlert, { ...params(alertId), body: { note: 'a\u0000b' } }), 'malformed');
  await refusedWith(call()(routes.listAlerts, { query: { cursor: 'x' } }), 'malformed');
});

test('S12: a customer reads its own alerts, none of others, and triages nothing', async () => {
  const { alertId } = await openAlert();
  const musashi = await door.makeAccount('Customer');
  const theirs = await door.enrolAgent(musashi);
  await theirs.sendDetections([makeSample('intrusion', theirs)]);
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const customer = door.service.as(actorOf(role, musashi));
    const [own, ...rest] = (await customer(routes.listAlerts)).items;
    assert.deepEqual([own?.accountId, rest.length], [musashi, 0]);
    assert.deepEqual((await customer(routes.listAlerts, { query: { accountId: yamato } })).items, []);
    await refusedWith(customer(routes.getAlert, params(alertId)), 'not_found');
    assert.deepEqual((await customer(routes.listDetections, { query: { alertId } })).items, []);
    for (const id of [alertId, own!.id]) {
      await refusedWith(customer(routes.acknowledgeAlert, { ...params(id), body: {} }), 'forbidden');
      await refusedWith(customer(routes.noteAlert, { ...params(id), body: { note: 'x' } }), 'forbidden');
      await refusedWith(customer(routes.closeAlert, { ...params(id), body: { closing: 'handled' } }), 'forbidden');
      await refusedWith(customer(routes.reopenAlert, { ...params(id), body: { note: 'x' } }), 'forbidden');
    }
  }
  // A role that may triage, bound to one account: the database holds it to that account.
  const bound = door.service.as({ ...actorOf('soc-analyst'), accountId: musashi });
  await refusedWith(bound(routes.acknowledgeAlert, { ...params(alertId), body: {} }), 'not_found');
});

test('a cause that goes away by itself closes its alert; where none stands nothing happens', async () => {
  const { alertId, again } = await openAlert();
  const resolve = () =>
    door.platform.database.as(yamato, (tx) => resolveAlert(tx, door.platform, again(), { gapSeconds: 5 }));
  assert.equal(await resolve(), true);
  assert.equal(await resolve(), false);
  const alert = await call()(routes.getAlert, params(alertId));
  assert.deepEqual([alert.state, alert.closing, alert.facts['gapSeconds']], ['closed', 'resolved', 5]);
});

test('filters and pages: by state, severity, module, newest first, each alert once', async () => {
  const paged = await door.enrolAgent(await door.makeAccount('Paged'));
  for (let turn = 0; turn < 5; turn++) {
    door.platform.clock.advance(1000);
    await paged.sendDetections(
      ['x', 'y', 'z'].map((subject) =>
        makeDetection(paged, { subject: `${subject}${turn}`, severity: subject === 'x' ? 'high' : 'medium' }),
      ),
    );
  }
  const { hostId } = paged;
  const seen: string[] = [];
  for (let cursor: string | undefined, page = 0; page === 0 || cursor; page++) {
    const answer = await call()(routes.listAlerts, { query: { hostId, limit: 4, ...(cursor ? { cursor } : {}) } });
    seen.push(...answer.items.map(({ id }) => id));
    assert.deepEqual(
      answer.items.map(({ openedAt }) => openedAt),
      answer.items
        .map(({ openedAt }) => openedAt)
        .sort()
        .reverse(),
    );
    cursor = answer.nextCursor;
  }
  assert.equal(new Set(seen).size, 15);
  assert.equal(seen.length, 15);
  const count = async (query: object) =>
    (await call()(routes.listAlerts, { query: { hostId, ...query } })).items.length;
  assert.deepEqual(
    [
      await count({ severity: 'high' }),
      await count({ module: 'intrusion' }),
      await count({ state: 'unclosed' }),
      await count({ state: 'closed' }),
    ],
    [5, 0, 15, 0],
  );
});
