import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Actor, dayInJapan, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample } from '../../../test/simulated-agent.ts';
import { accessRoom } from '../access/index.ts';
import { casesRoom, tellExhausted, tellKey, tellLevel } from '../cases/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { startFakeGateway } from './fake-gateway.ts';
import { onCallRoom } from './index.ts';

const token = 'tok-7f3a-secret';
let door: TestDoor;
let rooms: Room[];
let gateway: Awaited<ReturnType<typeof startFakeGateway>>;
let accountId = '';
let otherId = '';
const admin = actorOf('provider-admin');

before(async () => {
  gateway = await startFakeGateway(() => door.platform.clock, token);
  door = await startTestDoor({
    env: { SAKIMORI_WEBHOOKS_PRIVATE: 'yes' },
    rooms: (platform) => {
      const desk = { platform, editions: Editions.read(platform.config) };
      rooms = [
        casesRoom(desk),
        onCallRoom({
          ...{ ...desk, publicUrl: () => 'https://console.example' },
          onLevel: (tx, page, level, names) => tellLevel(tx, desk, page, level, names),
          onKey: (tx, page, by) => tellKey(tx, desk, page, by),
          onExhausted: (tx, page) => tellExhausted(tx, desk, page),
        }),
        accessRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
      ];
      return rooms;
    },
  });
  // Noon of the next day in Japan, an hour after the daily trial.
  const tomorrow = new Date(door.platform.clock.now().getTime() + 86_400_000);
  door.platform.clock.set(new Date(`${dayInJapan(tomorrow)}T12:00:00+09:00`));
  accountId = await door.makeAccount('Hizen');
  otherId = await door.makeAccount('Satsuma');
  await door.platform.database.asProvider((tx) => tx.run(sql`update customers_account set plan = 'highend'`));
  await as()(routes.createPerson, {
    body: { name: 'Mori', mail: 'mori@provider.example', role: 'service-manager' },
  });
  await setPlan({});
});
beforeEach(async () => {
  gateway.manner = 'key';
  await through(300);
  gateway.taken = 0;
});
after(async () => {
  await door?.stop();
  gateway?.close();
});

const as = (actor: Actor = admin) => door.service.as(actor);
const voice = { id: 'duty', name: 'Duty phone', kind: 'voice', to: '+819012345678' } as const;
async function setPlan(change: object, channel: object = { ...voice, url: gateway.url, key: token }) {
  const { version } = await as()(routes.getOnCall);
  const levels = [
    { minutes: 5, channels: ['duty'] },
    { minutes: 5, roles: ['service-manager'] },
  ];
  const plan = { rotations: [], channels: [channel], levels, ...change };
  return as()(routes.setOnCall, { body: { plan, version } as never });
}
const rows = <Row>(query: ReturnType<typeof sql>) =>
  door.platform.database.asProvider((tx) => tx.rows(query)) as Promise<Row[]>;
const job = (name: string) => rooms.flatMap(({ jobs }) => jobs ?? []).find((one) => one.name === name)!;
const tick = (name: string) =>
  rooms
    .flatMap(({ ticks }) => ticks ?? [])
    .find((one) => one.name === name)!
    .run();
/** Lets the clock run in steps of five seconds, and does what falls due, as the queue would. */
async function through(seconds: number): Promise<void> {
  for (let passed = 0; passed <= seconds; passed += 5) {
    await tick('oncall.levels');
    await tick('oncall.trials');
    const now = door.platform.clock.now();
    for (const { tenant_id, id } of await rows<{ tenant_id: string; id: string }>(
      sql`select tenant_id, id from oncall_call where next_at <= ${now}`,
    ))
      await job('oncall.call').run({ accountId: tenant_id, callId: id } as never, AbortSignal.abort());
    for (const { id } of await rows<{ id: string }>(sql`select id from oncall_trial where next_at <= ${now}`))
      await job('oncall.trial').run({ trialId: id } as never, AbortSignal.abort());
    if (passed < seconds) door.platform.clock.set(new Date(now.getTime() + 5000));
  }
}
const pass = (minutes: number) =>
  door.platform.clock.set(new Date(door.platform.clock.now().getTime() + minutes * 60_000));
async function openCase(account = accountId): Promise<string> {
  const agent = await door.enrolAgent(account);
  const occurredAt = door.platform.clock.now().toISOString();
  const subject = `198.51.100.${Math.floor(Math.random() * 250)}`;
  await recordDetections(door.platform, account, [
    makeSample('intrusion', agent, { subject, severity: 'critical', occurredAt }),
  ]);
  await job('alerts.opened').run({ accountId: account } as never, AbortSignal.abort());
  const { items } = await as()(routes.listCases, { query: { accountId: account } });
  return items[0]!.id;
}
const caseOf = (caseId: string) => as()(routes.getCase, { params: { caseId } });
const callsOf = async (caseId: string) => {
  const { items } = await as()(routes.listOnCallPages, { query: {} });
  return items.find(({ target }) => target === `case:${caseId}`)!.calls;
};
const gatewayState = async () => (await as()(routes.getOnCall)).gateways[0]!;
const audited = () =>
  rows<{ action: string }>(
    sql`select action from audit_entry where action like 'oncall.gateway%' order by at, id`,
  ).then((all) => all.map(({ action }) => action));

test('S72, in part: a call rings, is answered and taken by a key: the case is theirs and no further level is called', async () => {
  const caseId = await openCase();
  await through(10);
  assert.equal((await callsOf(caseId))[0]?.state, 'accepted');
  await through(60);
  const found = await caseOf(caseId);
  assert.deepEqual([found.state, found.acknowledgedBy, found.nextLevelAt], ['working', 'Duty phone', undefined]);
  assert.deepEqual(
    (await callsOf(caseId)).map(({ state }) => state),
    ['acknowledged'],
  );
  await through(400);
  assert.equal((await caseOf(caseId)).level, 1);
  const [said] = [...gateway.calls.values()].filter(({ text }) => text.includes('Hizen'));
  assert.deepEqual([said?.kind, said?.to], ['voice', '+819012345678']);
});

test('S72, in part: nobody presses a key, answers, or the line is busy: the next level is called; that is no fault of the gateway', async () => {
  for (const [manner, state, problem] of [
    ['answers', 'answered', undefined],
    ['no_answer', 'failed', 'no_answer'],
    ['busy', 'failed', 'busy'],
  ] as const) {
    gateway.manner = manner;
    const caseId = await openCase(otherId);
    await through(310);
    const [first, second] = await callsOf(caseId);
    assert.deepEqual([first?.state, first?.problem, second?.channel], [state, problem, 'mail:Mori'], manner);
    await as()(routes.closeCase, { params: { caseId }, body: { closing: 'handled', customerText: 'done' } });
  }
  assert.deepEqual(await rows(sql`select kind from work_item where kind = 'gatewayQuiet'`), []);
});

test('S72, in part: a gateway that is down is tried four times by the same id, then it is work; one that says nothing is found quiet too', async () => {
  gateway.manner = 'down';
  const caseId = await openCase();
  await through(30);
  assert.deepEqual(
    (await callsOf(caseId)).map(({ state, problem }) => [state, problem]),
    [['waiting', 'http_503']],
  );
  gateway.manner = 'key';
  await through(60);
  assert.equal((await caseOf(caseId)).state, 'working', 'it comes back in time');
  const ids = [...gateway.calls.keys()];
  assert.equal(new Set(ids).size, ids.length);
  const works = () =>
    rows<{ facts: object }>(sql`select facts from work_item where kind = 'gatewayQuiet' and ended_at is null`);
  for (const [manner, reason] of [
    ['silent', 'no_outcome'],
    ['garbled', 'bad_answer'],
  ] as const) {
    gateway.manner = manner;
    const account = manner === 'silent' ? accountId : otherId;
    await openCase(account);
    await through(290);
    assert.deepEqual((await works()).at(-1)?.facts, { channel: 'Duty phone', reason });
  }
});

test('S72, in part: a gateway is tried when it is set up and each day; a quiet one is told once, tried each hour, and told again when it is back', async () => {
  assert.equal((await gatewayState()).state, 'working', 'tried when it was set up');
  const before = (await audited()).length;
  const since = async () => (await audited()).slice(before);
  gateway.manner = 'silent';
  pass(24 * 60);
  await through(10);
  assert.equal((await gatewayState()).state, 'trying');
  await through(240);
  assert.deepEqual([(await gatewayState()).state, (await gatewayState()).problem], ['quiet', 'no_outcome']);
  assert.deepEqual(await since(), ['oncall.gateway_quiet']);
  gateway.manner = 'no_answer';
  pass(61);
  await through(120);
  assert.deepEqual([(await gatewayState()).problem, (await since()).length], ['no_answer', 1], 'told once');
  gateway.manner = 'answers';
  pass(61);
  await through(60);
  assert.equal((await gatewayState()).state, 'working');
  assert.deepEqual(await since(), ['oncall.gateway_quiet', 'oncall.gateway_back']);
  gateway.taken = 0;
  await through(120);
  assert.equal(gateway.taken, 0, 'not again on the same day');
});

test('a gateway is tried by hand by who may, and a channel that is none is refused', async () => {
  const shown = await as()(routes.tryOnCallChannel, { params: { channel: 'duty' } });
  assert.equal(shown.gateways[0]?.state, 'trying');
  await as()(routes.tryOnCallChannel, { params: { channel: 'duty' } });
  await through(60);
  assert.equal(gateway.taken, 1, 'one trial at a time');
  await refusedWith(as()(routes.tryOnCallChannel, { params: { channel: 'nothing' } }), 'not_found');
  await refusedWith(as(actorOf('operator'))(routes.tryOnCallChannel, { params: { channel: 'duty' } }), 'forbidden');
  const customer: Actor = { ...actorOf('customer-admin'), accountId };
  await refusedWith(as(customer)(routes.tryOnCallChannel, { params: { channel: 'duty' } }), 'forbidden');
  await refusedWith(as(customer)(routes.getOnCall), 'forbidden');
});

test('address and token of a gateway are shown nowhere, and stay as long as they are left out; a number that is none is refused', async () => {
  const shown = await setPlan({}, voice);
  const kept = await rows(sql`select document, sealed from oncall_plan`);
  const entries = await rows(sql`select facts from audit_entry where action like 'oncall%'`);
  for (const text of [shown, kept, entries].map((one) => JSON.stringify(one)))
    assert.ok(!text.includes(token) && !text.includes(gateway.url));
  await as()(routes.tryOnCallChannel, { params: { channel: 'duty' } });
  await through(60);
  assert.equal((await gatewayState()).state, 'working');
  for (const to of ['0312345678', '+0123', `+${'1'.repeat(40)}`, '+81 90', '+81;ext=1'])
    await refusedWith(setPlan({}, { ...voice, to }), 'malformed');
  await refusedWith(setPlan({}, { ...voice, to: undefined }), 'malformed');
  await refusedWith(setPlan({}, { id: 'duty', name: 'c', kind: 'slack', to: voice.to }), 'malformed');
});

test('a text message counts as sent when it is delivered', async () => {
  gateway.manner = 'delivered';
  await setPlan({}, { ...voice, kind: 'sms' });
  const caseId = await openCase();
  await through(60);
  assert.deepEqual(
    (await callsOf(caseId)).map(({ state }) => state),
    ['sent'],
  );
  assert.equal((await caseOf(caseId)).state, 'open', 'nobody has it by that');
  const sent = [...gateway.calls.values()].at(-1)!;
  assert.ok(sent.kind === 'sms' && sent.text.includes(`https://console.example/cases/${caseId}`));
});
