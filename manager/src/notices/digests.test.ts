import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import fc from 'fast-check';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { startMailServer } from '../../../test/mail-server.ts';
import { addContact, eventually, parseMail } from '../../../test/notices.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { type Room, sql, startJobs } from '../platform/index.ts';
import { noticesRoom } from './index.ts';

type MailServer = Awaited<ReturnType<typeof startMailServer>>;
let door: TestDoor;
let room: Room;
let server: MailServer;
let stopJobs: () => Promise<void>;
const got: { to: string; subject: string; text: string; account: string }[] = [];

before(async () => {
  door = await startTestDoor();
  server = await takeMail();
  await useServer(server.port);
  room = noticesRoom(door.platform, { publicUrl: () => 'https://console.example' });
  const jobs = await startJobs(door.platform.jobsUrl, room.jobs ?? [], door.platform.log, 4);
  stopJobs = () => jobs.stop();
});
after(async () => {
  await stopJobs();
  await server.stop();
  await door.stop();
});

const takeMail = () =>
  startMailServer({
    content: async ({ raw }) => {
      const mail = await parseMail(raw);
      const to = [mail.to].flat()[0]?.text ?? '';
      const account = String(mail.headers.get('x-sakimori-account'));
      got.push({ to, subject: mail.subject ?? '', text: mail.text ?? '', account });
      return undefined;
    },
  });

const useServer = (port: number) =>
  door.platform.database.asProvider((tx) => {
    const settings = {
      ...{ transport: 'smtp', host: '127.0.0.1', port, security: 'none' },
      ...{ fromName: '防人', fromAddress: 'alerts@provider.example' },
    };
    return tx.run(sql`
      insert into notices_settings (id, settings, updated_at) values (1, ${JSON.stringify(settings)}::jsonb, ${door.platform.clock.now()})
      on conflict (id) do update set settings = excluded.settings`);
  });

const minute = 60_000;
const later = (ms: number) => door.platform.clock.advance(ms);
const tick = async () => {
  for (const each of room.ticks ?? []) await each.run();
};
async function accountWith(name: string, ...mails: string[]): Promise<{ accountId: string; agent: SimulatedAgent }> {
  const accountId = await door.makeAccount(name);
  for (const mail of mails) await addContact(door.platform, accountId, mail);
  return { accountId, agent: await door.enrolAgent(accountId, { name: `host-of-${name}` }) };
}
const send = (agent: SimulatedAgent, subjects: readonly string[]) =>
  agent.sendDetections(
    subjects.map((subject) =>
      makeSample('intrusion', agent, { subject, occurredAt: door.platform.clock.now().toISOString() }),
    ),
  );
const mailsTo = (address: string) => got.filter(({ to }) => to === address);
const waiting = async (accountId: string) =>
  (
    await door.platform.database.as(accountId, (tx) =>
      tx.one(sql<{ count: number }>`select count(*) from notices_notice where state = 'waiting'`),
    )
  ).count;
const settled = (accountId: string) => eventually(async () => (await waiting(accountId)) === 0, 60_000);
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `10.0.${from}.${index}`);

test('S62, in part: the first alerts are mailed at once, each alone; what goes beyond them within the time is one mail with counts', async () => {
  const { accountId, agent } = await accountWith('first', 'first@customer.example');
  for (const subject of numbers(5)) await send(agent, [subject]);
  await settled(accountId);
  assert.equal(mailsTo('first@customer.example').length, 5);
  await send(agent, numbers(30, 1));
  await send(agent, numbers(10, 2));
  await tick();
  await settled(accountId);
  assert.equal(mailsTo('first@customer.example').length, 5, 'held until the time is over');
  later(2 * minute);
  await tick();
  await settled(accountId);
  const mails = mailsTo('first@customer.example');
  assert.equal(mails.length, 6);
  assert.match(mails[5]!.subject, /アラート 40 件（検出 40 件）/);
  assert.match(mails[5]!.text, /host-of-first \/ 40 \/ 40/);
  later(3 * minute);
  await send(agent, ['10.9.9.9']);
  await settled(accountId);
  assert.equal(mailsTo('first@customer.example').length, 7, 'after a quiet while, alone and at once again');
});

test('S62, in part: ten thousand detections in a minute are at most two mails with true counts, and no alert is lost', async () => {
  const { accountId, agent } = await accountWith('flood', 'flood@customer.example');
  const subjects = Array.from({ length: 2000 }, (_, index) => `10.${index >> 8}.${index & 255}.1`);
  for (let turn = 0; turn < 5; turn++) {
    await send(agent, subjects);
    if (turn === 0) await tick();
    later(10_000);
  }
  later(3 * minute);
  await tick();
  await settled(accountId);
  const mails = mailsTo('flood@customer.example');
  assert.ok(mails.length <= 2, `${mails.length} mails`);
  const told = mails.map(({ subject }) => Number(/アラート ([\d,]+) 件/.exec(subject)![1]!.replace(',', '')));
  assert.equal(
    told.reduce((sum, count) => sum + count, 0),
    2000,
  );
  const { open } = await door.platform.database.as(accountId, (tx) =>
    tx.one(sql<{ open: number }>`select sum(detection_count) as open from alerts_alert`),
  );
  assert.equal(open, 10_000);
});

test('S62, in part: SMTP down all night: letters wait, are folded, and go as one digest when it is back; nothing is doubled or lost', async () => {
  const { accountId, agent } = await accountWith('night', 'night@customer.example');
  await server.stop();
  for (let hour = 0; hour < 8; hour++) {
    for (const subject of numbers(4, hour)) await send(agent, [subject]);
    for (let turn = 0; turn < 4; turn++) {
      later(15 * minute);
      await tick();
      await eventually(async () => {
        const { busy } = await door.platform.database.as(accountId, (tx) =>
          tx.one(
            sql<{
              busy: number;
            }>`select count(*) as busy from notices_notice where state = 'waiting' and last_error is null`,
          ),
        );
        return busy === 0;
      }, 60_000);
    }
  }
  assert.equal(mailsTo('night@customer.example').length, 0);
  assert.ok((await waiting(accountId)) <= 1, 'one letter waits, and tells of all');
  server = await takeMail();
  await useServer(server.port);
  // Its last attempt was within ten minutes, so its next one is.
  await eventually(async () => {
    later(minute);
    await tick();
    return (await waiting(accountId)) === 0;
  }, 60_000);
  const [digest, ...more] = mailsTo('night@customer.example');
  assert.deepEqual(more, []);
  assert.match(digest!.subject, /アラート 32 件/);
  later(60 * minute);
  await tick();
  assert.equal(mailsTo('night@customer.example').length, 1);
});

test('S62: an alert on a Sunday at 03:00 is accepted by the server within five minutes, even in the middle of a flood', async () => {
  const { accountId, agent } = await accountWith('sunday', 'sunday@customer.example');
  const days = (7 - door.platform.clock.now().getUTCDay()) % 7;
  const sunday = new Date(door.platform.clock.now().getTime() + (days === 0 ? 7 : days) * 24 * 60 * minute);
  // 03:00 in Japan is 18:00 UTC of the day before.
  sunday.setUTCHours(18 - 24, 0, 0, 0);
  later(sunday.getTime() - door.platform.clock.now().getTime());
  await send(agent, numbers(50));
  await tick();
  await send(agent, ['10.7.7.7']);
  for (let minutes = 0; minutes < 5; minutes++) {
    later(minute - 1);
    await tick();
  }
  await settled(accountId);
  const counts = mailsTo('sunday@customer.example').map(({ subject }) => Number(/アラート (\d+) 件/.exec(subject)![1]));
  assert.deepEqual(counts, [50, 1]);
});

test('each contact has a bound of its own; a customer sets none, and nobody one of another account', async () => {
  const { accountId, agent } = await accountWith('bounds', 'all@customer.example', 'few@customer.example');
  const operator = door.service.as(actorOf('operator'));
  const list = () => operator(routes.listContactDigests, { params: { accountId } });
  const contacts = await door.platform.database.as(accountId, (tx) =>
    tx.rows(sql<{ id: string; mail: string }>`select id, mail from customers_contact`),
  );
  const idOf = (mail: string) => contacts.find((each) => each.mail === mail)!.id;
  const set = (mail: string, body: object) =>
    operator(routes.setContactDigest, { params: { accountId, contactId: idOf(mail) }, body });
  await set('all@customer.example', { singlesMax: 100 });
  await set('few@customer.example', { singlesMax: 0, windowMinutes: 1 });
  await send(agent, numbers(8));
  assert.deepEqual((await list()).items.map(({ held }) => held).sort(), [0, 8]);
  later(minute);
  await tick();
  await settled(accountId);
  assert.deepEqual([mailsTo('all@customer.example').length, mailsTo('few@customer.example').length], [8, 1]);
  const reset = await set('few@customer.example', {});
  assert.deepEqual([reset.isDefault, reset.singlesMax, reset.windowMinutes], [true, 5, 1]);
  await refusedWith(set('few@customer.example', { windowMinutes: 61 }), 'malformed');
  const other = await accountWith('bounds-other', 'other@customer.example');
  const params = { accountId: other.accountId, contactId: idOf('few@customer.example') };
  await refusedWith(operator(routes.setContactDigest, { params, body: {} }), 'not_found');
  const customer = door.service.as(actorOf('customer-admin', other.accountId));
  await refusedWith(customer(routes.listContactDigests, { params: { accountId } }), 'not_found');
  await refusedWith(
    customer(routes.setContactDigest, { params: { accountId, contactId: idOf('all@customer.example') }, body: {} }),
    'forbidden',
  );
});

test('property: whatever comes in whatever order, no mail or digest ever tells one account of another', async () => {
  const accounts: { name: string; accountId: string; agent: SimulatedAgent }[] = [];
  // The same address in two accounts is two recipients: what they share is a mailbox, never a letter.
  for (const name of ['kumo', 'tsuki', 'hoshi'])
    accounts.push({ name, ...(await accountWith(name, `${name}@customer.example`, 'shared@customer.example')) });
  const step = fc.record({
    who: fc.integer({ min: 0, max: 2 }),
    count: fc.integer({ min: 1, max: 9 }),
    rest: fc.constantFrom(0, 1, 3),
  });
  let serial = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      const from = got.length;
      for (const { who, count, rest } of steps) {
        const { agent, name } = accounts[who]!;
        await send(
          agent,
          Array.from({ length: count }, () => `secret-${name}-${++serial}`),
        );
        later(rest * minute);
        await tick();
      }
      later(5 * minute);
      await tick();
      for (const { accountId } of accounts) await settled(accountId);
      for (const mail of got.slice(from)) {
        const own = accounts.find(({ accountId }) => accountId === mail.account)!;
        const whole = `${mail.subject} ${mail.text} ${mail.to}`;
        for (const other of accounts)
          if (other !== own)
            for (const word of [other.name, other.accountId, other.agent.hostId])
              assert.ok(!whole.includes(word), `${own.name} was told of ${other.name}`);
      }
    }),
    { numRuns: 8 },
  );
  assert.ok(mailsTo('shared@customer.example').length > 0);
});
