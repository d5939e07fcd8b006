import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CaughtMail, MailSettings, Notice } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { sql } from '@sakimori/manager/platform/index';
import { startMailServer } from '../../../test/mail-server.ts';
import {
  addContact,
  addHost,
  eventually,
  makeDetection,
  readNotices,
  startTestNotices,
  type TestNotices,
  tellOf,
} from '../../../test/notices.ts';
import { startTestService, type TestService } from '../../../test/service.ts';

let notices: TestNotices;
let service: TestService;
let admin: string;
let operator: string;

before(async () => {
  notices = await startTestNotices();
  service = await startTestService(notices.platform, [notices.room]);
  admin = await createKeyFor(notices.platform, { name: 'admin', role: 'provider-admin' });
  operator = await createKeyFor(notices.platform, { name: 'operator', role: 'operator' });
});
after(async () => {
  await service.stop();
  await notices.stop();
});

const smtp = {
  transport: 'smtp',
  host: 'smtp.provider.example',
  fromName: '防人セキュリティ',
  fromAddress: 'alerts@provider.example',
} as const;
const put = (body: object, key = admin) =>
  service.send<MailSettings & { detail: string }>('PUT', '/mail/settings', { key, body });
const get = async () => (await service.send<MailSettings>('GET', '/mail/settings', { key: admin })).body;

test('200: an install that nobody configured sends into its own catcher', async () => {
  assert.deepEqual(await get(), {
    transport: 'catcher',
    fromName: 'Sakimori',
    fromAddress: 'no-reply@sakimori.example',
    passwordSet: false,
  });
  const sent = await service.send<{ response: string }>('POST', '/mail/test', {
    key: admin,
    body: { to: 'me@provider.example' },
  });
  assert.equal(sent.status, 200);
  assert.match(sent.body.response, /^250 /);
  const caught = await service.send<{ items: CaughtMail[] }>('GET', '/mail/caught', { key: operator });
  assert.equal(caught.body.items[0]!.subject, '[Sakimori] テストメール');
  assert.deepEqual(caught.body.items[0]!.to, ['me@provider.example']);
});

test('200: settings are kept, the password is sealed and never read back', async () => {
  const stored = await put({
    ...smtp,
    user: 'sakimori',
    password: 'とても ひみつ',
    signature: '東京都\nTEL 03-0000-0000',
  });
  assert.equal(stored.status, 200);
  assert.deepEqual(await get(), {
    ...smtp,
    port: 587,
    security: 'starttls',
    user: 'sakimori',
    signature: '東京都\nTEL 03-0000-0000',
    passwordSet: true,
  });
  const { row, audit } = await notices.platform.database.asProvider((tx) =>
    tx.one(sql<{ row: string; audit: string }>`
      select (select notices_settings::text from notices_settings) as row,
        (select string_agg(facts::text, ' ') from audit_entry where action = 'mail.configured') as audit`),
  );
  for (const text of [row, audit]) assert.doesNotMatch(text, /ひみつ/);
  await put({ ...smtp, security: 'tls' });
  const kept = await get();
  assert.equal(kept.port, 465);
  assert.equal(kept.passwordSet, true, 'left out: it stays');
  assert.match(kept.signature!, /TEL/);
  await put({ ...smtp, password: '', signature: '' });
  assert.equal((await get()).passwordSet, false);
  assert.equal((await get()).signature, undefined);
});

test('400: what cannot be a mail server or a sender is refused with the field', async () => {
  const cases: [string, object][] = [
    ['host', { ...smtp, host: undefined }],
    ['host', { ...smtp, host: 'smtp://provider.example' }],
    ['host', { ...smtp, host: 'smtp.example\r\nEHLO' }],
    ['fromName', { ...smtp, fromName: 'x\r\nBcc: everybody@example.net' }],
    ['user', { ...smtp, user: 'x\u0000' }],
    ['fromAddress', { ...smtp, fromAddress: 'no address' }],
    ['port', { ...smtp, port: 70_000 }],
    ['trustedCertificate', { ...smtp, trustedCertificate: 'not PEM' }],
  ];
  for (const [field, body] of cases) {
    const answer = await put(body);
    assert.equal(answer.status, 400, field);
    assert.match(answer.body.detail, new RegExp(`body\\.${field}`));
  }
});

test('502: a test mail says what the server answered', async () => {
  const server = await startMailServer({ recipient: () => [550, '5.1.1 Nobody of that name'] });
  await put({ ...smtp, host: '127.0.0.1', port: server.port, security: 'none' });
  const answer = await service.send<{ code: string; detail: string }>('POST', '/mail/test', {
    key: admin,
    body: { to: 'x@customer.example' },
  });
  assert.equal(answer.status, 502);
  assert.equal(answer.body.code, 'mail_refused');
  assert.match(answer.body.detail, /Nobody of that name/);
  await server.stop();
  const unreachable = await service.send<{ detail: string }>('POST', '/mail/test', {
    key: admin,
    body: { to: 'x@customer.example' },
  });
  assert.equal(unreachable.status, 502);
  assert.match(unreachable.body.detail, /ECONNREFUSED/);
});

test('401, 403: settings are the administrator’s, mails are the provider’s', async () => {
  const accountId = await notices.platform.makeAccount('routes 403');
  const customer = await createKeyFor(notices.platform, { name: 'customer', role: 'customer-admin', accountId });
  assert.equal((await service.send('GET', '/mail/settings')).status, 401);
  assert.equal((await put(smtp, operator)).status, 403);
  for (const path of ['/mail/settings', '/mail/caught', '/notices'])
    assert.equal((await service.send('GET', path, { key: customer })).status, 403);
});

test('the outbox lists letters page by page, of one account where asked', async () => {
  const { platform } = notices;
  await put({ transport: 'catcher', fromName: 'Sakimori', fromAddress: 'no-reply@sakimori.example' });
  const ids: string[] = [];
  for (const name of ['outbox one', 'outbox two']) {
    const accountId = await platform.makeAccount(name);
    const hostId = await addHost(platform, accountId, name);
    await addContact(platform, accountId, 'sato@customer.example');
    for (let n = 0; n < 3; n += 1) {
      platform.clock.advance(1000);
      await tellOf(platform, makeDetection(platform, accountId, hostId));
    }
    await eventually(async () => (await readNotices(platform, accountId)).every(({ state }) => state === 'sent'));
    ids.push(accountId);
  }
  type Page = { items: Notice[]; nextCursor?: string };
  const page = async (query: string) => (await service.send<Page>('GET', `/notices?${query}`, { key: operator })).body;
  const first = await page('limit=4');
  const rest = await page(`limit=4&cursor=${first.nextCursor}`);
  assert.deepEqual(
    [...first.items, ...rest.items].map(({ accountId }) => ids.indexOf(accountId)),
    [1, 1, 1, 0, 0, 0],
  );
  assert.equal(rest.nextCursor, undefined);
  assert.equal(first.items[0]!.kind, 'alert.opened');
  const one = await page(`accountId=${ids[0]}`);
  assert.equal(one.items.length, 3);
  assert.ok(one.items.every(({ accountId, state, sentAt }) => accountId === ids[0] && state === 'sent' && sentAt));
});

test('the list of caught mails goes on page by page', async () => {
  type Page = { items: CaughtMail[]; nextCursor?: string };
  const page = async (query: string) =>
    (await service.send<Page>('GET', `/mail/caught?${query}`, { key: operator })).body;
  const whole = await page('limit=500');
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { items, nextCursor } = await page(`limit=3${cursor}`);
    seen.push(...items.map(({ id }) => id));
    if (!nextCursor) break;
    cursor = `&cursor=${nextCursor}`;
  }
  assert.deepEqual(
    seen,
    whole.items.map(({ id }) => id),
  );
  assert.ok(seen.length >= 7);
});
