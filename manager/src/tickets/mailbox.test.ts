import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Refusal, routes } from '@sakimori/contract';
import { addContact, eventually } from '../../../test/notices.ts';
import { patience } from '../../../test/patience.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { hasDovecot, type RealDovecot, startDovecot } from '../../../test/real-dovecot.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { auditRoutes } from '../audit/index.ts';
import type { Desk } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { startJobs } from '../platform/index.ts';
import { ticketsRoom } from './index.ts';

let platform: TestPlatform;
let dovecot: RealDovecot;
let service: DirectService;
let accountId: string;
const ends: (() => Promise<unknown>)[] = [];
const skip = hasDovecot() ? false : 'there is no Dovecot here';

before(async () => {
  if (skip) return;
  platform = await startTestPlatform();
  const desk: Desk = { platform, editions: Editions.read(platform.config) };
  const room = ticketsRoom(desk);
  service = openDirectService(platform, [room, { name: 'audit', routes: auditRoutes(platform) }]);
  dovecot = await startDovecot();
  const jobs = await startJobs(platform.jobsUrl, room.jobs ?? [], platform.log, 2);
  const stop = await room.start?.();
  ends.push(
    async () => stop?.(),
    () => jobs.stop(),
    () => dovecot.stop(),
    () => platform.stop(),
  );
  accountId = await platform.makeAccount('Yamato');
  await addContact(platform, accountId, 'sato@yamato.example');
});
after(async () => {
  for (const end of ends) await end();
});

const admin = () => service.as(actorOf('provider-admin'));
const subjects = async () =>
  (await admin()(routes.listTickets, { query: { accountId, state: 'all' } })).items.map(({ subject }) => subject);
const sample = (name: string) => readFileSync(join(import.meta.dirname, `../../../test/desk-mails/${name}.eml`));
const within = patience(15_000);

test('S52, in part: mail comes out of a real mailbox by IMAP, at once by IDLE, once each, and again after the server was away', {
  skip,
}, async () => {
  dovecot.deliver(sample('iso-2022-jp'));
  const mailbox = {
    ...{ host: '127.0.0.1', port: dovecot.port, security: 'none' as const, user: dovecot.user },
    password: dovecot.password,
  };
  const set = await admin()(routes.setDeskMailbox, { body: mailbox });
  assert.deepEqual([set.passwordSet, JSON.stringify(set).includes(dovecot.password)], [true, false]);
  await eventually(async () => (await subjects()).includes('【質問】侵入防御のルールについて教えてください'), within);
  // By IDLE: the watch stands, and is told.
  dovecot.deliver(sample('shift-jis'));
  await eventually(async () => (await subjects()).includes('①設定変更のお願い（髙橋）'), within);
  dovecot.deliver(sample('shift-jis'));
  await dovecot.halt();
  await dovecot.start();
  dovecot.deliver(sample('euc-jp'));
  await eventually(async () => (await subjects()).includes('検出の件'), within);
  assert.equal((await subjects()).filter((subject) => subject.startsWith('①')).length, 1);
  const { state, lastMailAt } = await admin()(routes.getDeskMailbox);
  assert.deepEqual([state, lastMailAt], ['watching', platform.clock.now().toISOString()]);
});

test('a mailbox is tried before it is set: it tells what the server says, stores nothing, and a stored password goes nowhere else', {
  skip,
}, async () => {
  const mailbox = {
    ...{ host: '127.0.0.1', port: dovecot.port, security: 'none' as const, user: dovecot.user },
    password: dovecot.password,
  };
  const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
  const before = await admin()(routes.getDeskMailbox);
  const tried = await admin()(routes.testDeskMailbox, { body: mailbox });
  assert.ok(tried.folder === 'INBOX' && tried.count > 0);
  assert.deepEqual(await admin()(routes.getDeskMailbox), before);
  const wrong = { ...mailbox, password: 'himitsu-wrong' };
  await assert.rejects(
    admin()(routes.testDeskMailbox, { body: wrong }),
    (error: Refusal) => error.code === 'mail_refused' && !JSON.stringify(error.facts).includes('himitsu'),
  );
  await assert.rejects(
    admin()(routes.testDeskMailbox, { body: { ...mailbox, folder: 'Nowhere' } }),
    refused('mail_refused'),
  );
  await assert.rejects(admin()(routes.testDeskMailbox, { body: {} }), refused('malformed'));
  await admin()(routes.setDeskMailbox, { body: mailbox });
  const { password: _, ...without } = mailbox;
  assert.equal((await admin()(routes.testDeskMailbox, { body: without })).folder, 'INBOX', 'the stored one is used');
  // Another server that is asked to hear it hears nothing of it.
  let heard = '';
  const thief = createServer((socket) => {
    socket.write('* OK ready\r\n');
    socket.on('data', (data) => {
      heard += data;
      const [tag = '*', verb = ''] = String(data).split(/\s/);
      socket.write(/CAPABILITY/i.test(verb) ? `* CAPABILITY IMAP4rev1\r\n${tag} OK\r\n` : `${tag} NO\r\n`);
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
  const { port } = thief.address() as { port: number };
  const elsewhere = { ...without, host: 'localhost', port };
  await assert.rejects(admin()(routes.testDeskMailbox, { body: elsewhere }), refused('mail_refused'));
  thief.close();
  assert.ok(!heard.includes(dovecot.password) && !heard.includes(Buffer.from(dovecot.password).toString('base64')));
  for (const role of ['operator', 'customer-admin'] as const)
    await assert.rejects(
      service.as(actorOf(role, role === 'operator' ? undefined : accountId))(routes.testDeskMailbox, { body: mailbox }),
      refused('forbidden'),
    );
});

test('a wrong password is told without the password; nobody but an administrator sets the mailbox', {
  skip,
}, async () => {
  const body = {
    ...{ host: '127.0.0.1', port: dovecot.port, security: 'none' as const, user: dovecot.user },
    password: 'himitsu-wrong',
  };
  await admin()(routes.setDeskMailbox, { body });
  const { lastError } = await eventually(async () => {
    const found = await admin()(routes.getDeskMailbox);
    return found.state === 'failing' && found;
  }, within);
  assert.match(lastError!, /auth/i);
  assert.doesNotMatch(JSON.stringify(await admin()(routes.listAudit, { query: {} })), /himitsu/);
  const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
  for (const role of ['operator', 'service-manager'] as const)
    await assert.rejects(service.as(actorOf(role))(routes.setDeskMailbox, { body: {} }), refused('forbidden'));
  await assert.rejects(admin()(routes.setDeskMailbox, { body: { host: 'imap://x' } }), refused('malformed'));
  await assert.rejects(admin()(routes.setDeskMailbox, { body: { host: 'x.example' } }), refused('malformed'));
  assert.equal((await admin()(routes.setDeskMailbox, { body: {} })).state, 'off');
});
