import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sql } from '@sakimori/manager/platform/index';
import pg from 'pg';
import { type Behaviour, type MailServer, selfSigned, startMailServer } from '../../../test/mail-server.ts';
import {
  addContact,
  addHost,
  eventually,
  makeDetection,
  parseMail,
  readNotices,
  startTestNotices,
  type TestNotices,
  tellOf,
} from '../../../test/notices.ts';
import type { Undelivered } from './index.ts';

let notices: TestNotices;
const undelivered: Undelivered[] = [];
let server: MailServer | undefined;
let accounts = 0;

before(async () => {
  notices = await startTestNotices(async (_tx, lost) => void undelivered.push(lost));
});
after(() => notices.stop());
afterEach(async () => {
  await server?.stop();
  server = undefined;
  // What still waits must not come in the way of the next test.
  await notices.platform.database.asProvider((tx) =>
    tx.run(sql`update notices_notice set state = 'failed', next_attempt_at = null where state = 'waiting'`),
  );
});

async function operatorServer(behaviour: Behaviour = {}, settings: object = {}): Promise<MailServer> {
  server = await startMailServer(behaviour);
  await notices.useServer(server.port, settings);
  return server;
}

async function account(...contacts: ['ja' | 'en', string][]) {
  const name = `account ${++accounts}`;
  const accountId = await notices.platform.makeAccount(name);
  const hostId = await addHost(notices.platform, accountId, `web${accounts}`);
  const ids = [];
  for (const [language, mail] of contacts) ids.push(await addContact(notices.platform, accountId, mail, language));
  return { accountId, hostId, ids, detection: () => makeDetection(notices.platform, accountId, hostId) };
}
const stateIs = (accountId: string, state: string) =>
  eventually(async () => {
    const rows = await readNotices(notices.platform, accountId);
    return rows.length > 0 && rows.every((row) => row.state === state) && rows;
  });
/** The letter after so many attempts, of which the last failed for this reason. */
const attempted = (accountId: string, attempts: number, reason = /./) =>
  eventually(async () => {
    const [row] = await readNotices(notices.platform, accountId);
    return row?.attempts === attempts && reason.test(row.last_error ?? '') && row;
  });

test('S62: an alert is mailed to each contact alone, in their language, and the server took it', async () => {
  const { mails } = await operatorServer();
  const customer = await account(['ja', 'sato@customer.example'], ['en', 'smith@customer.example']);
  await addContact(notices.platform, customer.accountId, 'weekly@customer.example', 'ja', ['weekly']);
  const detection = customer.detection();
  const { alertId, letters } = await tellOf(notices.platform, detection);
  assert.equal(letters, 2);
  const rows = await stateIs(customer.accountId, 'sent');
  assert.match(rows[0]!.server_response!, /^250 /);
  assert.equal(rows[0]!.sent_at!.toISOString(), notices.platform.clock.now().toISOString());
  assert.deepEqual(mails.map(({ to }) => to).sort(), [['sato@customer.example'], ['smith@customer.example']]);
  const [ja, en] = await Promise.all(
    ['sato@', 'smith@'].map((who) => parseMail(mails.find(({ to }) => to[0]!.startsWith(who))!.raw)),
  );
  assert.match(ja!.subject!, /^\[Sakimori\]\[重大\] 変更監視: ファイルの変更：\/etc\/passwd/);
  assert.match(ja!.text!, /ご担当者様[\s\S]*アラートの概要[\s\S]*0644 → 0666/);
  assert.match(String(ja!.html), /lang="ja"[\s\S]*対応のお願い/);
  assert.equal(ja!.from!.value[0]!.name, '防人セキュリティ株式会社');
  assert.match(en!.subject!, /^\[Sakimori\]\[Critical\] Integrity monitoring: File changed: \/etc\/passwd/);
  assert.match(en!.text!, /What to do next/);
  for (const mail of [ja!, en!]) {
    assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
    assert.equal(mail.headers.get('x-sakimori-alert'), alertId);
    assert.equal(mail.headers.get('x-sakimori-account'), customer.accountId);
    assert.equal(mail.references, `<alert.${alertId}@provider.example>`);
    assert.equal(mail.messageId, `<notice.${mail.headers.get('x-sakimori-notice')}@provider.example>`);
    assert.ok(mail.text!.includes(detection.id));
    assert.ok(mail.text!.includes(`https://console.sakimori.example/alerts/${alertId}`));
  }
});

test('where nobody is registered nothing is sent and the caller learns it', async () => {
  const { mails } = await operatorServer();
  const customer = await account();
  assert.equal((await tellOf(notices.platform, customer.detection())).letters, 0);
  assert.deepEqual(await readNotices(notices.platform, customer.accountId), []);
  assert.equal(mails.length, 0);
});

test('an alert that is rolled back leaves no letter and no mail', async () => {
  const { mails } = await operatorServer();
  const customer = await account(['ja', 'sato@customer.example']);
  const { tell } = await import('./index.ts');
  const { contactsFor } = await import('../customers/index.ts');
  const failing = notices.platform.database.as(customer.accountId, async (tx) => {
    const contacts = await contactsFor(tx, 'alerts');
    const letters = await tell(tx, notices.platform, {
      accountId: customer.accountId,
      kind: 'alert.opened',
      contacts,
      compose: () => ({ subject: 'never', text: 'never' }),
    });
    assert.equal(letters, 1);
    throw new Error('the detection could not be stored');
  });
  await assert.rejects(failing, /could not be stored/);
  await tellOf(notices.platform, customer.detection());
  await stateIs(customer.accountId, 'sent');
  assert.equal(mails.length, 1);
});

test('a server that refuses for now (450) is tried again when the clock says so, and not before', async () => {
  let refusing = true;
  const { mails } = await operatorServer({
    recipient: () => (refusing ? [450, '4.2.0 Greylisted, come back'] : undefined),
  });
  const customer = await account(['ja', 'sato@customer.example']);
  await tellOf(notices.platform, customer.detection());
  const first = await attempted(customer.accountId, 1);
  assert.equal(first.state, 'waiting');
  assert.match(first.last_error!, /Greylisted/);
  assert.equal(first.next_attempt_at!.getTime() - notices.platform.clock.now().getTime(), 30_000);
  refusing = false;
  notices.platform.clock.advance(29_000);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.equal(mails.length, 0);
  notices.platform.clock.advance(1000);
  const [sent] = await stateIs(customer.accountId, 'sent');
  assert.equal(sent!.attempts, 2);
  assert.equal(sent!.last_error, null);
  assert.equal(mails.length, 1);
});

test('S62: an address that does not exist (550) bounces: the contact is marked, the audit and the alert know', async () => {
  await operatorServer({
    recipient: (address) => (address.startsWith('gone') ? [550, '5.1.1 No such user'] : undefined),
  });
  const customer = await account(['ja', 'gone@customer.example'], ['ja', 'here@customer.example']);
  const { alertId } = await tellOf(notices.platform, customer.detection());
  const rows = await eventually(async () => {
    const found = await readNotices(notices.platform, customer.accountId);
    return found.every((row) => row.state !== 'waiting') && found;
  });
  assert.deepEqual(
    rows.map(({ recipient, state }) => [recipient, state]),
    [
      ['gone@customer.example', 'bounced'],
      ['here@customer.example', 'sent'],
    ],
  );
  const lost = undelivered.filter(({ accountId }) => accountId === customer.accountId);
  assert.deepEqual(
    lost.map(({ recipient, alertId: of }) => [recipient, of]),
    [['gone@customer.example', alertId]],
  );
  const seen = await notices.platform.database.as(customer.accountId, (tx) =>
    tx.one(sql<{ reason: string; entries: number }>`
      select (select bounce_reason from customers_contact where mail = 'gone@customer.example' and bounced_at is not null) as reason,
        (select count(*)::int from audit_entry where action = 'notice.bounced') as entries`),
  );
  assert.match(seen.reason, /No such user/);
  assert.equal(seen.entries, 1);
  assert.equal(
    (await tellOf(notices.platform, customer.detection())).letters,
    1,
    'the next alert goes to the other one only',
  );
});

test('a refused sign-in or relay is the operator’s to mend: no contact is marked, the letter waits', async () => {
  await operatorServer({ recipient: () => [554, '5.7.1 Relay access denied'] });
  const customer = await account(['ja', 'sato@customer.example']);
  await tellOf(notices.platform, customer.detection());
  const row = await attempted(customer.accountId, 1);
  assert.equal(row.state, 'waiting');
  assert.match(row.last_error!, /Relay access denied/);
});

test('a letter that the server will not have (554 after its text) fails at once, and its contact is not at fault', async () => {
  await operatorServer({ content: () => [554, '5.7.1 Looks like spam'] });
  const customer = await account(['ja', 'sato@customer.example']);
  await tellOf(notices.platform, customer.detection());
  const [row] = await stateIs(customer.accountId, 'failed');
  assert.match(row!.last_error!, /Looks like spam/);
  assert.equal((await tellOf(notices.platform, customer.detection())).letters, 1);
});

test('a server that drops the connection, or none at all, is tried again', async () => {
  const dropping = await operatorServer({
    content: () => new Promise(() => undefined),
  });
  const customer = await account(['ja', 'sato@customer.example']);
  await tellOf(notices.platform, customer.detection());
  await eventually(async () => dropping.conversations() > 0);
  await dropping.stop();
  server = undefined;
  const row = await attempted(customer.accountId, 1);
  assert.equal(row.state, 'waiting');
  notices.platform.clock.advance(30_000);
  await attempted(customer.accountId, 2, /ECONNREFUSED/);
  const { mails } = await operatorServer();
  notices.platform.clock.advance(120_000);
  await stateIs(customer.accountId, 'sent');
  assert.equal(mails.length, 1);
});

test('a letter that no server took for three days is given up and seen', async () => {
  await operatorServer({ recipient: () => [451, '4.3.0 Try later'] });
  const customer = await account(['ja', 'sato@customer.example']);
  await tellOf(notices.platform, customer.detection());
  await attempted(customer.accountId, 1);
  notices.platform.clock.advance(72 * 3_600_000 - 60_000);
  const [row] = await stateIs(customer.accountId, 'failed');
  assert.equal(row!.attempts, 2);
  assert.match(row!.last_error!, /Try later/);
  assert.equal(undelivered.filter(({ accountId }) => accountId === customer.accountId).length, 1);
});

test('STARTTLS is not given up for a server that lacks it, nor for a certificate nobody knows; a trusted one is taken', async () => {
  const certificate = await selfSigned();
  const plain = await operatorServer({}, { security: 'starttls' });
  const customer = await account(['ja', 'sato@customer.example']);
  await tellOf(notices.platform, customer.detection());
  await attempted(customer.accountId, 1, /STARTTLS|not recognized/);
  assert.equal(plain.mails.length, 0);
  await plain.stop();
  const options = { key: certificate.key, cert: certificate.pem, disabledCommands: ['AUTH'] };
  const secure = await operatorServer({ options }, { security: 'starttls', host: 'localhost' });
  notices.platform.clock.advance(30_000);
  await attempted(customer.accountId, 2, /self-signed/);
  assert.equal(secure.mails.length, 0);
  await notices.useServer(secure.port, {
    security: 'starttls',
    host: 'localhost',
    trustedCertificate: certificate.pem,
  });
  notices.platform.clock.advance(120_000);
  await stateIs(customer.accountId, 'sent');
  assert.equal(secure.mails[0]!.secure, true);
});

test('a sealed password is used to sign in, and a wrong one is told without being shown', async () => {
  const options = {
    disabledCommands: ['STARTTLS'],
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (
      auth: { username?: string | undefined; password?: string | null | undefined },
      _session: unknown,
      done: (error: Error | null, reply?: { user: string }) => void,
    ) =>
      auth.username === 'sakimori' && auth.password === 'ひみつ の password'
        ? done(null, { user: 'sakimori' })
        : done(new Error('Authentication failed')),
  };
  const { port, mails } = await operatorServer({ options });
  await notices.useServer(port, { user: 'sakimori' }, notices.platform.vault.seal('mail password', 'wrong-password'));
  const customer = await account(['ja', 'sato@customer.example']);
  await tellOf(notices.platform, customer.detection());
  const refused = await attempted(customer.accountId, 1);
  assert.match(refused.last_error!, /535/);
  assert.doesNotMatch(refused.last_error!, /wrong-password/);
  await notices.useServer(
    port,
    { user: 'sakimori' },
    notices.platform.vault.seal('mail password', 'ひみつ の password'),
  );
  notices.platform.clock.advance(30_000);
  await stateIs(customer.accountId, 'sent');
  assert.equal(mails.length, 1);
});

test('the database gone for a moment while a server takes the mail: it is recorded later and sent once', async () => {
  const customer = await account(['ja', 'sato@customer.example']);
  const ownUrl = new URL(notices.platform.ownerUrl);
  const database = ownUrl.pathname.slice(1);
  ownUrl.pathname = '/template1';
  const owner = new pg.Client({ connectionString: ownUrl.toString() });
  await owner.connect();
  let gone = false;
  const { mails } = await operatorServer({
    content: async () => {
      if (gone) return undefined;
      gone = true;
      await owner.query(`alter database ${database} allow_connections false`);
      await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
      return undefined;
    },
  });
  await tellOf(notices.platform, customer.detection());
  await eventually(async () => mails.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await owner.query(`alter database ${database} allow_connections true`);
  await owner.end();
  const [row] = await eventually(async () => {
    const rows = await readNotices(notices.platform, customer.accountId).catch(() => []);
    return rows[0]?.state === 'sent' && rows;
  }, 30_000);
  assert.equal(row!.attempts, 1);
  notices.platform.clock.advance(600_000);
  await tellOf(notices.platform, customer.detection());
  await stateIs(customer.accountId, 'sent');
  assert.equal(mails.length, 2, 'one of each: the queue works on, and nothing is sent again');
});

test('a burst of mails goes over few connections', async () => {
  const { mails, conversations } = await operatorServer();
  const customer = await account(['ja', 'sato@customer.example'], ['en', 'smith@customer.example']);
  for (let n = 0; n < 50; n += 1) await tellOf(notices.platform, customer.detection());
  await stateIs(customer.accountId, 'sent');
  assert.equal(mails.length, 100);
  assert.equal(new Set(mails.map(({ raw }) => /^message-id: (.*)$/im.exec(raw)![1])).size, 100);
  assert.ok(conversations() <= 8, `${conversations()} connections`);
});
