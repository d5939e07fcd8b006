import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Actor, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample } from '../../../test/simulated-agent.ts';
import { accessRoom } from '../access/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { onCallRoom } from '../oncall/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { casesRoom } from './index.ts';

let door: TestDoor;
let rooms: Room[];
const accounts: string[] = [];
const sato: Actor = { ...actorOf('operator'), name: 'Sato' };
const kato: Actor = { ...actorOf('soc-analyst'), name: 'Kato' };

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      const desk = { platform, editions: Editions.read(platform.config) };
      rooms = [
        casesRoom(desk),
        onCallRoom({ ...desk, publicUrl: () => 'https://console.example' }),
        accessRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
      ];
      return rooms;
    },
  });
  for (const name of ['Hizen', 'Satsuma']) accounts.push(await door.makeAccount(name));
  await door.platform.database.asProvider((tx) => tx.run(sql`update customers_account set plan = 'highend'`));
});
after(() => door?.stop());

const as = (actor: Actor = sato) => door.service.as(actor);
const pass = (minutes: number) =>
  door.platform.clock.set(new Date(door.platform.clock.now().getTime() + minutes * 60_000));
async function openCase(accountId: string): Promise<string> {
  const agent = await door.enrolAgent(accountId);
  const occurredAt = door.platform.clock.now().toISOString();
  const subject = `subject ${Math.random()}`;
  await recordDetections(door.platform, accountId, [
    makeSample('intrusion', agent, { subject, severity: 'high', occurredAt }),
  ]);
  const job = rooms.flatMap(({ jobs }) => jobs ?? []).find(({ name }) => name === 'alerts.opened')!;
  await job.run({ accountId } as never, AbortSignal.abort());
  const { items } = await as()(routes.listCases, { query: { accountId } });
  return items[0]!.id;
}
const tick = () =>
  rooms
    .flatMap(({ ticks }) => ticks ?? [])
    .find(({ name }) => name === 'cases.handover')!
    .run();
const list = async () => (await as()(routes.listHandovers, { query: {} })).items;

test('S72, in part: a hand-over is drafted from the cases of all accounts, completed, signed, and stays as it was; the next one begins where it ended', async () => {
  const [first, second] = [await openCase(accounts[0]!), await openCase(accounts[1]!)];
  await as()(routes.acknowledgeCase, { params: { caseId: first }, body: { note: 'waits for the log' } });
  await as()(routes.closeCase, { params: { caseId: second }, body: { closing: 'handled', customerText: 'Removed.' } });
  pass(1);
  const made = await as()(routes.draftHandover, {});
  assert.deepEqual(made.counts, { unclosed: 1, untaken: 0, opened: 2, closed: 1, unanswered: 0 });
  assert.deepEqual(
    [made.unclosed, made.closed].map((cases) => cases.map(({ accountName, id }) => [accountName, id])),
    [[['Hizen', first]], [['Satsuma', second]]],
  );
  const [open] = made.unclosed;
  assert.deepEqual(
    [open?.owner?.name, open?.lastNote?.text, open?.lastNote?.by],
    ['Sato', 'waits for the log', 'Sato'],
  );
  assert.equal((await as(kato)(routes.draftHandover, {})).id, made.id, 'one draft at a time');

  const params = { handoverId: made.id };
  const written = await as()(routes.editHandover, {
    params,
    body: { text: 'Call Hizen at 9.', version: made.version },
  });
  await refusedWith(
    as(kato)(routes.editHandover, { params, body: { text: 'over it', version: made.version } }),
    'version_conflict',
  );
  await refusedWith(as(kato)(routes.signHandover, { params, body: { version: made.version } }), 'version_conflict');
  pass(5);
  const third = await openCase(accounts[1]!);
  pass(1);
  assert.equal((await as()(routes.getHandover, { params })).counts.unclosed, 2, 'a draft says how it is now');
  const signed = await as()(routes.signHandover, { params, body: { version: written.version } });
  assert.deepEqual([signed.state, signed.signedBy, signed.text], ['signed', 'Sato', 'Call Hizen at 9.']);
  pass(5);
  await as()(routes.closeCase, { params: { caseId: third }, body: { closing: 'handled', customerText: 'Done.' } });
  assert.deepEqual(await as()(routes.getHandover, { params }), signed, 'a signed one stays as it was');
  const again = { params, body: { version: signed.version } };
  await refusedWith(as()(routes.signHandover, again), 'wrong_state');
  await refusedWith(as()(routes.editHandover, { params, body: { text: '', version: signed.version } }), 'wrong_state');

  pass(1);
  const next = await as(kato)(routes.draftHandover, {});
  assert.deepEqual([next.from, next.counts.opened, next.counts.closed], [signed.to, 0, 1]);
  assert.deepEqual(
    (await list()).map(({ state }) => state),
    ['draft', 'signed'],
  );
  const kept = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ action: string }>`select action from audit_entry where action like 'handover.%' order by at, id`),
  );
  assert.deepEqual(
    kept.map(({ action }) => action.slice(9)),
    ['drafted', 'changed', 'signed', 'drafted'],
  );
  await as(kato)(routes.signHandover, { params: { handoverId: next.id }, body: { version: next.version } });
});

test('S72, in part: half an hour before a turn ends there is a draft, unless one was just signed', async () => {
  pass(120);
  await tick();
  assert.ok(
    (await list()).every(({ state }) => state === 'signed'),
    'no rotation, no draft by the clock',
  );
  const admin = as(actorOf('provider-admin'));
  const { person } = await admin(routes.createPerson, {
    body: { name: 'Sato', mail: 'sato@provider.example', role: 'operator' },
  });
  const rotation = { id: 'day', name: 'Day', members: [person.id], startsOn: '2026-01-01', handOverDays: 1 };
  const plan = { rotations: [rotation], channels: [], levels: [{ minutes: 5, rotations: ['day'] }] };
  await admin(routes.setOnCall, { body: { plan, version: 0 } as never });
  const { turns } = await admin(routes.getOnCall);
  const end = new Date(turns[0]!.until).getTime();
  const at = async (minutesBefore: number) => {
    door.platform.clock.set(new Date(end - minutesBefore * 60_000));
    await tick();
    return (await list())[0]!;
  };
  assert.equal((await at(31)).state, 'signed');
  const found = await at(29);
  assert.deepEqual([found.state, found.createdBy], ['draft', 'system']);
  const params = { handoverId: found.id };
  await as()(routes.signHandover, { params, body: { version: found.version } });
  assert.equal((await at(10)).state, 'signed', 'not a second one for the same turn');
});

test('a hand-over is the provider’s: neither customers nor partner SOCs see one; what is too long or unknown is refused', async () => {
  const [latest] = await list();
  const params = { handoverId: latest!.id };
  const strangers: Actor[] = [
    { ...actorOf('customer-admin'), accountId: accounts[0]! },
    { ...actorOf('customer-viewer'), accountId: accounts[0]! },
    { ...actorOf('soc-partner'), socId: '019ab000-0000-7000-8000-0000000050c1' },
    actorOf('monitor'),
  ];
  for (const actor of strangers) {
    await refusedWith(as(actor)(routes.listHandovers, { query: {} }), 'forbidden');
    await refusedWith(as(actor)(routes.getHandover, { params }), 'forbidden');
    await refusedWith(as(actor)(routes.draftHandover, {}), 'forbidden');
    await refusedWith(as(actor)(routes.signHandover, { params, body: { version: 1 } }), 'forbidden');
  }
  const unknown = { handoverId: '019ab000-0000-7000-8000-00000000dead' };
  await refusedWith(as()(routes.getHandover, { params: unknown }), 'not_found');
  await refusedWith(as()(routes.signHandover, { params: unknown, body: { version: 1 } }), 'not_found');
  const made = await as()(routes.draftHandover, {});
  const body = { text: 'x'.repeat(4001), version: made.version };
  await refusedWith(as()(routes.editHandover, { params: { handoverId: made.id }, body }), 'malformed');
});
