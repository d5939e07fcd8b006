import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Actor, type CaseDetail, type Detection, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { caseOfAlert, casesRoom, recordInCase } from './index.ts';

let door: TestDoor;
let cases: Room;
const accounts: Record<string, string> = {};
const agents: Record<string, SimulatedAgent> = {};
const operator: Actor = { ...actorOf('operator'), name: 'Sato' };

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      cases = casesRoom({ platform, editions: Editions.read(platform.config) });
      return [cases];
    },
  });
  for (const [name, plan] of [
    ['Suruga', 'standard'],
    ['Yamato', 'advanced'],
    ['Hizen', 'highend'],
    ['Satsuma', 'highend'],
  ] as const) {
    accounts[name] = await door.makeAccount(name);
    await door.platform.database.asProvider((tx) =>
      tx.run(sql`update customers_account set plan = ${plan} where tenant_id = ${accounts[name]}`),
    );
    agents[name] = await door.enrolAgent(accounts[name]);
  }
});
after(() => door.stop());

const as = (actor: Actor = operator) => door.service.as(actor);
const customerOf = (name: string): Actor => ({ ...actorOf('customer-admin'), accountId: accounts[name]! });

/** Something happens on a host of an account, and what waits in the queue is done. */
async function happen(name: string, overrides: Partial<Detection> = {}, agent = agents[name]!): Promise<void> {
  const at = door.platform.clock.now().toISOString();
  const subject = `subject ${Math.random()}`;
  const detection = makeSample('intrusion', agent, { subject, severity: 'high', occurredAt: at, ...overrides });
  await recordDetections(door.platform, agent.accountId, [detection]);
  for (const job of cases.jobs ?? [])
    if (job.name === 'alerts.opened') await job.run({ accountId: agent.accountId } as never, AbortSignal.abort());
}
const list = async (name: string, query: object = {}) =>
  (await as()(routes.listCases, { query: { accountId: accounts[name]!, ...query } })).items;
const show = (caseId: string, actor = operator): Promise<CaseDetail> =>
  as(actor)(routes.getCase, { params: { caseId } });
const kinds = ({ timeline }: CaseDetail) => timeline.map(({ kind }) => kind);

test('S29, in part: one and the same detection on three plans opens a case on High-end alone, by the edition’s data', async () => {
  for (const name of ['Suruga', 'Yamato', 'Hizen']) await happen(name, { subject: 'the same' });
  assert.deepEqual([await list('Suruga'), await list('Yamato')], [[], []]);
  const [made, ...more] = await list('Hizen');
  assert.deepEqual(more, []);
  assert.deepEqual(
    [made?.state, made?.severity, made?.alertCount, made?.lead?.subject],
    ['open', 'high', 1, 'the same'],
  );
  const detail = await show(made!.id);
  assert.deepEqual(kinds(detail), ['opened']);
  assert.equal(detail.timeline[0]?.values['clause'], '7(8)');
  await happen('Hizen', { subject: 'the same' });
  assert.equal((await list('Hizen')).length, 1, 'the same again makes no second case');
});

test('alerts of a host join its case, and make it as grave as the gravest', async () => {
  await happen('Hizen', { severity: 'critical' });
  const [made, ...more] = await list('Hizen');
  assert.deepEqual([more.length, made?.alertCount, made?.severity], [0, 2, 'critical']);
  assert.deepEqual(kinds(await show(made!.id)), ['opened', 'alerts_added']);
  const other = await door.enrolAgent(accounts['Hizen']!);
  await happen('Hizen', {}, other);
  assert.equal((await list('Hizen')).length, 2, 'another host has a case of its own');
});

test('S72, in part: a case is taken, noted, handed on and closed, and its alerts follow', async () => {
  const { id: caseId } = (await list('Hizen')).find(({ alertCount }) => alertCount === 2)!;
  const params = { caseId };
  const taken = await as()(routes.acknowledgeCase, { params, body: { note: 'on it' } });
  assert.deepEqual([taken.state, taken.acknowledgedBy, taken.owner?.name], ['working', 'Sato', 'Sato']);
  assert.ok(taken.alerts.every(({ state }) => state === 'acknowledged'));
  await refusedWith(as()(routes.acknowledgeCase, { params, body: {} }), 'wrong_state');
  await as()(routes.rankCase, { params, body: { severity: 'medium' } });
  await as()(routes.moveCase, { params, body: { state: 'waiting', note: 'asked by phone' } });
  const closed = await as()(routes.closeCase, {
    params,
    body: { closing: 'handled', customerText: 'We removed the cause.', note: 'MARKER internal' },
  });
  assert.deepEqual([closed.state, closed.closing, closed.severity], ['closed', 'handled', 'medium']);
  assert.ok(closed.alerts.every(({ state, closing }) => state === 'closed' && closing === 'handled'));
  const again = await as()(routes.moveCase, { params, body: { state: 'working' } });
  assert.deepEqual([again.state, again.closing], ['working', undefined]);
  const { items } = await door.platform.database.asProvider(async (tx) => ({
    items: await tx.rows(
      sql<{ action: string }>`select action from audit_entry where target = ${`case:${caseId}`} order by at, id`,
    ),
  }));
  assert.deepEqual(
    items.map(({ action }) => action).sort(),
    ['acknowledged', 'closed', 'moved', 'opened', 'ranked', 'reopened'].map((verb) => `case.${verb}`),
  );
});

test('S88, in part: what was written for the customer is all that a customer is shown', async () => {
  const [found] = await list('Hizen', { state: 'working' });
  const params = { caseId: found!.id };
  await as()(routes.noteCase, { params, body: { text: 'MARKER between us' } });
  await as()(routes.noteCase, { params, body: { audience: 'customer', text: 'We look into it.' } });
  const shown = await show(found!.id, customerOf('Hizen'));
  assert.deepEqual(
    shown.timeline.map(({ text }) => text),
    ['We removed the cause.', 'We look into it.'],
  );
  assert.doesNotMatch(JSON.stringify(shown), /MARKER|asked by phone/);
  assert.deepEqual([shown.owner, shown.acknowledgedBy, shown.moves], [undefined, undefined, []]);
  await refusedWith(show(found!.id, customerOf('Satsuma')), 'not_found');
  assert.deepEqual(
    (await as(customerOf('Satsuma'))(routes.listCases, { query: { accountId: accounts['Hizen']! } })).items,
    [],
  );
});

test('cases are merged and split, and both are undone', async () => {
  const [first, second] = await list('Hizen');
  const [small, large] = [first!, second!].sort((a, b) => a.alertCount - b.alertCount);
  const merged = await as()(routes.mergeCase, { params: { caseId: small!.id }, body: { intoId: large!.id } });
  assert.deepEqual([merged.id, merged.alertCount], [large!.id, 3]);
  assert.deepEqual([(await show(small!.id)).state, (await show(small!.id)).mergedInto], ['merged', large!.id]);
  await as()(routes.undoCaseMove, { params: { caseId: large!.id, moveId: merged.moves[0]!.id } });
  assert.deepEqual([(await show(small!.id)).state, (await show(small!.id)).alertCount], [small!.state, 1]);
  await refusedWith(
    as()(routes.undoCaseMove, { params: { caseId: large!.id, moveId: merged.moves[0]!.id } }),
    'not_found',
  );
  const alertIds = [large!.lead!.id];
  const part = await as()(routes.splitCase, { params: { caseId: large!.id }, body: { alertIds } });
  assert.deepEqual([part.alertCount, part.lead?.id, (await show(large!.id)).alertCount], [1, alertIds[0], 1]);
  const back = await as()(routes.undoCaseMove, { params: { caseId: part.id, moveId: part.moves[0]!.id } });
  assert.deepEqual([back.id, back.alertCount, (await show(part.id)).state], [large!.id, 2, 'merged']);
  await refusedWith(
    as()(routes.splitCase, { params: { caseId: large!.id }, body: { alertIds: back.alerts.map(({ id }) => id) } }),
    'wrong_state',
  );
});

test('S41, in part: cases of two accounts are never merged, and an alert of one opens no case of the other', async () => {
  await happen('Satsuma');
  const [theirs] = await list('Satsuma');
  const [ours] = await list('Hizen');
  await refusedWith(
    as()(routes.mergeCase, { params: { caseId: ours!.id }, body: { intoId: theirs!.id } }),
    'not_found',
  );
  const body = { accountId: accounts['Hizen']!, alertIds: [theirs!.lead!.id] };
  await refusedWith(as()(routes.openCaseByHand, { body }), 'not_found');
});

test('other rooms find the case of an alert and write into it', async () => {
  const [found] = await list('Satsuma');
  const { database } = door.platform;
  await database.as(accounts['Satsuma']!, async (tx) => {
    const standing = await caseOfAlert(tx, found!.lead!.id);
    assert.equal(standing?.id, found!.id);
    const entry = { kind: 'note', text: 'from elsewhere', actor: operator, audience: 'internal' } as const;
    await recordInCase(tx, door.platform, standing!, entry);
  });
  assert.equal((await show(found!.id)).timeline.at(-1)?.text, 'from elsewhere');
  await database.as(accounts['Hizen']!, async (tx) =>
    assert.equal(await caseOfAlert(tx, found!.lead!.id), undefined, 'not as another account'),
  );
});
