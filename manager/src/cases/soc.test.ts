import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Actor, type Detection, permissionsOf, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { accessRoom } from '../access/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { onCallRoom } from '../oncall/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { casesRoom, tellExhausted, tellLevel } from './index.ts';

/** A receiver as a partner SOC runs one: it keeps what it was sent, and fails as long as it is told to. */
type Receiver = {
  readonly url: string;
  readonly got: { headers: IncomingMessage['headers']; body: string }[];
  status: number;
  readonly server: Server;
};
async function startReceiver(): Promise<Receiver> {
  const got: Receiver['got'] = [];
  const receiver = { got, status: 200 } as { -readonly [K in keyof Receiver]: Receiver[K] };
  receiver.server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    got.push({ headers: request.headers, body });
    response.writeHead(receiver.status, receiver.status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end('{}');
  });
  await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(receiver.server.address() as AddressInfo).port}/hook`;
  return receiver;
}

let door: TestDoor;
let rooms: Room[];
let receiver: Receiver;
const accounts: Record<string, string> = {};
const agents: Record<string, SimulatedAgent> = {};
const admin = actorOf('provider-admin');
let ours: Actor;
let other: Actor;
let socId: string;
let secret: string;

before(async () => {
  receiver = await startReceiver();
  door = await startTestDoor({
    env: { SAKIMORI_WEBHOOKS_PRIVATE: 'yes' },
    rooms: (platform) => {
      const desk = { platform, editions: Editions.read(platform.config) };
      rooms = [
        casesRoom(desk),
        onCallRoom({
          ...{ ...desk, publicUrl: () => 'https://console.example' },
          onLevel: (tx, page, level, names) => tellLevel(tx, desk, page, level, names),
          onExhausted: (tx, page) => tellExhausted(tx, desk, page),
        }),
        accessRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
      ];
      return rooms;
    },
  });
  for (const name of ['Hizen', 'Satsuma']) {
    accounts[name] = await door.makeAccount(name);
    await door.platform.database.asProvider((tx) =>
      tx.run(sql`update customers_account set plan = 'highend' where tenant_id = ${accounts[name]}`),
    );
    agents[name] = await door.enrolAgent(accounts[name]);
  }
  const made = await as()(routes.createSoc, {
    body: { name: 'Kanmon SOC', mails: ['soc@kanmon.example'], webhookUrl: receiver.url },
  });
  socId = made.soc.id;
  secret = made.secret;
  const second = await as()(routes.createSoc, { body: { name: 'Other SOC' } });
  await as()(routes.coverAccount, { params: { accountId: accounts['Hizen']! }, body: { socId } });
  await as()(routes.coverAccount, { params: { accountId: accounts['Satsuma']! }, body: { socId: second.soc.id } });
  ours = { ...actorOf('soc-partner'), name: 'Kanmon analyst', socId };
  other = { ...actorOf('soc-partner'), name: 'Other analyst', socId: second.soc.id };
});
after(async () => {
  await door?.stop();
  receiver?.server.close();
});

const as = (actor: Actor = admin) => door.service.as(actor);

async function run(name: string, payload: object): Promise<void> {
  const job = rooms.flatMap(({ jobs }) => jobs ?? []).find((one) => one.name === name)!;
  await job.run(payload as never, AbortSignal.abort());
}
const tick = (name: string) =>
  rooms
    .flatMap(({ ticks }) => ticks ?? [])
    .find((one) => one.name === name)!
    .run();
const passMinutes = (minutes: number) =>
  door.platform.clock.set(new Date(door.platform.clock.now().getTime() + minutes * 60_000));

async function happen(name: string, overrides: Partial<Detection> = {}): Promise<void> {
  const agent = agents[name]!;
  const at = door.platform.clock.now().toISOString();
  const subject = `subject ${Math.random()}`;
  const detection = makeSample('intrusion', agent, { subject, severity: 'high', occurredAt: at, ...overrides });
  await recordDetections(door.platform, agent.accountId, [detection]);
  await run('alerts.opened', { accountId: agent.accountId });
}
/** What is due is sent, as the queue would. */
async function sendDue(): Promise<void> {
  const due = await door.platform.database.asProvider((tx) =>
    tx.rows(
      sql<{ tenant_id: string; id: string }>`
        select tenant_id, id from cases_delivery where state = 'waiting' and next_at <= ${door.platform.clock.now()} order by created_at, id`,
    ),
  );
  for (const { tenant_id: accountId, id } of due) await run('cases.deliver', { accountId, deliveryId: id });
}
const queue = async (actor: Actor) => (await as(actor)(routes.listCases, { query: {} })).items;
const verify = (key: string, { headers, body }: Receiver['got'][number]): boolean => {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const mac = createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
    .update(signed)
    .digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${mac}`);
};

test('S72: an alert is in the queue of the provider and of the SOC; nobody answers and the next level is called; the note of the SOC is in the same case', async () => {
  const { person } = await as()(routes.createPerson, {
    body: { name: 'Sato', mail: 'sato@provider.example', role: 'operator' },
  });
  await as()(routes.createPerson, {
    body: { name: 'Mori', mail: 'mori@provider.example', role: 'service-manager' },
  });
  await happen('Hizen', { subject: 'grave' });
  const [[staffs], [theirs]] = [await queue(admin), await queue(ours)];
  assert.equal(staffs?.id, theirs?.id);
  assert.deepEqual(await queue(other), [], 'another SOC sees nothing of it');
  assert.deepEqual(staffs?.soc, { id: socId, name: 'Kanmon SOC' });
  const caseId = theirs!.id;
  await tick('oncall.levels');
  const levelOf = async () => {
    const { level, nextLevelAt } = await as()(routes.getCase, { params: { caseId } });
    return { level, nextLevelAt };
  };
  const called = async () => {
    const { items } = await as()(routes.listOnCallPages, { query: {} });
    return items[0]!.calls.map(({ level, channel }) => `${level} ${channel}`);
  };
  assert.equal((await levelOf()).level, 1);
  assert.deepEqual(await called(), [`1 mail:${person.name}`]);
  passMinutes(14);
  await tick('oncall.levels');
  assert.equal((await levelOf()).level, 1, 'there is time left');
  passMinutes(2);
  await tick('oncall.levels');
  assert.deepEqual([(await levelOf()).level, (await called()).at(-1)], [2, '2 mail:Mori']);
  const taken = await as(ours)(routes.acknowledgeCase, { params: { caseId }, body: { note: 'we look at it' } });
  assert.deepEqual([taken.state, taken.acknowledgedBy], ['working', 'Kanmon analyst']);
  passMinutes(60);
  await tick('oncall.levels');
  assert.deepEqual([(await levelOf()).level, (await levelOf()).nextLevelAt], [2, undefined], 'nobody else is called');
  await as(ours)(routes.noteCase, { params: { caseId }, body: { text: 'a known scanner' } });
  const shown = await as()(routes.getCase, { params: { caseId } });
  const note = shown.timeline.find(({ text }) => text === 'a known scanner');
  assert.deepEqual([note?.soc, note?.by, note?.audience], ['Kanmon SOC', 'Kanmon analyst', 'internal']);
});

test('S72, in part: all levels are called and nobody answers: the case says so, and it is work', async () => {
  await happen('Satsuma');
  for (const minutes of [0, 16, 16, 16]) {
    passMinutes(minutes);
    await tick('oncall.levels');
  }
  const [found] = await queue(other);
  const { timeline } = await as()(routes.getCase, { params: { caseId: found!.id } });
  assert.ok(timeline.some(({ kind }) => kind === 'unanswered'));
  const works = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ kind: string }>`select kind from work_item where target = ${`case:${found!.id}`}`),
  );
  assert.deepEqual(works, [{ kind: 'caseUnanswered' }]);
});

test('S72, in part: a SOC that answers for another account is refused, and the audit keeps it', async () => {
  const [theirs] = await queue(other);
  const params = { caseId: theirs!.id };
  await refusedWith(as(ours)(routes.getCase, { params }), 'not_found');
  await refusedWith(as(ours)(routes.noteCase, { params, body: { text: 'not mine' } }), 'not_found');
  await refusedWith(as(ours)(routes.acknowledgeCase, { params, body: {} }), 'not_found');
  const kept = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ actor_name: string }>`select actor_name from audit_entry where action = 'soc.refused'`),
  );
  assert.equal(kept.length, 3);
  assert.deepEqual((await as(ours)(routes.listCases, { query: { accountId: accounts['Satsuma']! } })).items, []);
  const { timeline } = await as()(routes.getCase, { params });
  assert.ok(!timeline.some(({ text }) => text === 'not mine'));
});

test('S41, in part: nothing else opens to a SOC, also where its role were to allow it', async () => {
  const [mine] = await queue(ours);
  const params = { caseId: mine!.id };
  await refusedWith(
    as(ours)(routes.noteCase, { params, body: { audience: 'customer', text: 'Dear customer' } }),
    'forbidden',
  );
  // A route that forgot about SOCs gets an error instead of every account.
  await refusedWith(
    door.platform.database.for(ours, async () => undefined),
    'forbidden',
  );
  assert.deepEqual(permissionsOf['soc-partner'], ['case.answer', 'case.read', 'report.sign']);
});

test('messages are signed as Standard Webhooks are, and carry ids to ask for and no more', async () => {
  receiver.got.length = 0;
  await happen('Hizen');
  await sendDue();
  const sent = receiver.got.at(-1)!;
  assert.ok(verify(secret, sent));
  assert.equal(JSON.parse(sent.body).data.account.name, 'Hizen');
  assert.ok(receiver.got.every(({ body }) => !body.includes('Satsuma') && !body.includes('we look at it')));
  const again = await as()(routes.rotateSocSecret, { params: { socId } });
  await happen('Hizen');
  await sendDue();
  assert.ok(verify(secret, receiver.got.at(-1)!) && verify(again.secret, receiver.got.at(-1)!), 'both sign for a day');
  passMinutes(25 * 60);
  await happen('Hizen');
  await sendDue();
  assert.ok(!verify(secret, receiver.got.at(-1)!) && verify(again.secret, receiver.got.at(-1)!));
});

test('a receiver that is down is tried again with longer waits, then given up where people see it, and can be tried again', async () => {
  receiver.got.length = 0;
  receiver.status = 503;
  await happen('Hizen');
  for (const minutes of [0, 1, 6, 31, 121, 301, 601]) {
    passMinutes(minutes);
    await sendDue();
  }
  const ids = new Set(receiver.got.map(({ headers }) => headers['webhook-id']));
  assert.ok(receiver.got.length > ids.size, 'the same message by the same id');
  const dead = async () =>
    (await as()(routes.listSocDeliveries, { params: { socId }, query: { state: 'dead' } })).items;
  const [lost] = await dead();
  assert.deepEqual([lost?.attempts, lost?.problem], [7, 'http_503']);
  receiver.status = 302;
  await as()(routes.retrySocDelivery, { params: { socId, deliveryId: lost!.id } });
  await sendDue();
  const { items } = await as()(routes.listSocDeliveries, { params: { socId }, query: { state: 'waiting' } });
  assert.equal(items.find(({ id }) => id === lost!.id)?.problem, 'http_302', 'a redirect is not followed');
  receiver.status = 200;
  passMinutes(1);
  await sendDue();
  assert.ok(!(await dead()).some(({ id }) => id === lost!.id));
});

test('a key of a SOC needs its SOC, and no other role takes one', async () => {
  const make = (body: object) => as()(routes.createKey, { body: { name: 'k', role: 'soc-partner', ...body } as never });
  await refusedWith(make({}), 'malformed');
  await refusedWith(make({ role: 'operator', socId }), 'malformed');
  await refusedWith(make({ socId: '019ab000-0000-7000-8000-00000000dead' }), 'not_found');
  const made = await make({ socId });
  assert.equal(made.socId, socId);
});
