import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { type Answer, startTestService, type TestService } from '../../../test/service.ts';
import { sql } from '../platform/index.ts';
import { accessRoom, createKeyFor, ensureFirstAdmin, sweep } from './index.ts';

const publicUrl = () => 'https://desk.example.jp/';
const password = '春はあけぼの、やうやう白く';
const hour = 3_600_000;

let platform: TestPlatform;
let service: TestService;
let adminKey: string;

before(async () => {
  platform = await startTestPlatform();
  service = await startTestService(platform, [accessRoom(platform, { publicUrl })]);
  adminKey = await createKeyFor(platform, { name: 'test admin', role: 'provider-admin' });
});
after(async () => {
  await service.stop();
  await platform.stop();
});

const secretOf = (link: string): string => new URL(link).hash.slice(1);

/** A person who has redeemed their link and set the password; every sign-in here comes through the real doors. */
async function settle(mail: string, role = 'operator'): Promise<{ id: string; cookie: string }> {
  const made = await service.send<{ person: { id: string }; link: string }>('POST', '/people', {
    key: adminKey,
    body: { name: mail.split('@')[0], mail, role },
  });
  const redeemed = await service.send('POST', '/session/link', { body: { secret: secretOf(made.body.link) } });
  const cookie = redeemed.cookie!;
  await service.send('PUT', '/session/password', { cookie, body: { password } });
  return { id: made.body.person.id, cookie };
}

const signIn = (
  mail: string,
  given: string,
  totp?: string,
): Promise<Answer<{ totpRequired?: boolean; code?: string }>> =>
  service.send('POST', '/session', { body: { mail, password: given, ...(totp ? { totp } : {}) } });
const whoIs = async (cookie: string | undefined): Promise<string | undefined> =>
  (await service.send<{ person?: { mail: string } }>('GET', '/session', { cookie })).body.person?.mail;
/** Each group of tests is another quarter of an hour, so that its attempts are counted on their own. */
const nextWindow = () => platform.clock.advance(hour / 2);

const auditOf = (personId: string) =>
  platform.database.asProvider((tx) =>
    tx.rows(
      sql<{
        action: string;
        facts: Record<string, unknown>;
      }>`select action, facts from audit_entry where target = ${`person:${personId}`}`,
    ),
  );

test('the first administrator gets a fresh link until a password is set', async () => {
  const first = await ensureFirstAdmin(platform, { publicUrl });
  const second = await ensureFirstAdmin(platform, { publicUrl });
  assert.match(first!.link, /^https:\/\/desk\.example\.jp\/link#[A-Za-z0-9_-]{43}$/);
  const old = await service.send('POST', '/session/link', { body: { secret: secretOf(first!.link) } });
  assert.equal(old.status, 401, 'the newer link ends the older one');
  const { cookie, status } = await service.send('POST', '/session/link', { body: { secret: secretOf(second!.link) } });
  assert.equal(status, 200);
  assert.equal((await service.send('PUT', '/session/password', { cookie, body: { password } })).status, 200);
  assert.equal(await ensureFirstAdmin(platform, { publicUrl }), undefined);
});

test('a session cookie is HttpOnly, SameSite=Strict, Secure over https, and only its hash is stored', async () => {
  nextWindow();
  await settle('cookie@example.jp');
  const { headers, cookie } = await signIn('cookie@example.jp', password);
  const written = headers.get('set-cookie') ?? '';
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/', 'Max-Age=604800'])
    assert.ok(written.includes(part), part);
  const rows = await platform.database.asProvider((tx) => tx.rows(sql`select * from access_session`));
  assert.ok(rows.length > 0);
  assert.ok(!JSON.stringify(rows).includes(cookie!));
});

test('full-width letters from an input method are the same password', async () => {
  nextWindow();
  const { cookie } = await settle('width@example.jp');
  await service.send('PUT', '/session/password', { cookie, body: { current: password, password: 'abcdefghijkl12' } });
  assert.equal((await signIn('width@example.jp', 'ａｂｃｄｅｆｇｈｉｊｋｌ１２')).status, 200);
});

test('400: a body that does not fit, and a request from another site', async () => {
  nextWindow();
  assert.equal((await service.send('POST', '/session', { body: { mail: 'no', password: 'x' } })).status, 400);
  const foreign = await service.send('POST', '/session', {
    body: { mail: 'a@example.jp', password },
    headers: { origin: 'https://evil.example' },
  });
  assert.equal(foreign.status, 400);
  const { cookie } = await settle('short@example.jp');
  assert.equal(
    (await service.send('PUT', '/session/password', { cookie, body: { current: password, password: 'short' } })).status,
    400,
  );
});

test('401: unknown person, wrong password, no password, disabled person: one and the same answer', async () => {
  nextWindow();
  await settle('known@example.jp');
  const gone = await settle('gone@example.jp');
  await service.send('POST', '/people', {
    key: adminKey,
    body: { name: 'fresh', mail: 'fresh@example.jp', role: 'operator' },
  });
  await service.send('DELETE', `/people/${gone.id}`, { key: adminKey });
  const answers = await Promise.all(
    ['nobody@example.jp', 'known@example.jp', 'fresh@example.jp', 'gone@example.jp'].map((mail) =>
      signIn(mail, 'not the password'),
    ),
  );
  const bodies = answers.map(({ status, body }) => JSON.stringify({ status, ...body, requestId: undefined }));
  assert.equal(answers[0]!.body.code, 'sign_in_refused');
  assert.equal(new Set(bodies).size, 1, 'no answer tells who exists');
  for (const path of ['/session/password', '/session/totp', '/session/language'])
    assert.equal((await service.send('PUT', path, { body: {} })).status, 401);
  assert.equal((await service.send('GET', '/people', { cookie: 'x'.repeat(43) })).status, 401);
});

test('a link serves once, for 24 hours, and a used one is audited when it comes again', async () => {
  nextWindow();
  const { id } = await settle('link@example.jp');
  const link = async () =>
    secretOf((await service.send<{ link: string }>('POST', `/people/${id}/link`, { key: adminKey })).body.link);
  const redeem = (secret: string) => service.send('POST', '/session/link', { body: { secret } });
  const late = await link();
  platform.clock.advance(24 * hour);
  assert.equal((await redeem(late)).status, 401, 'expired');
  const once = await link();
  assert.deepEqual((await Promise.all([redeem(once), redeem(once)])).map((answer) => answer.status).sort(), [200, 401]);
  assert.equal((await redeem(once)).body['code'], 'link_invalid');
  assert.equal((await redeem('a'.repeat(43))).body['code'], 'link_invalid');
  assert.ok((await auditOf(id)).some((entry) => entry.action === 'person.link_refused'));
});

test('after a link, the lost password is not asked for; in a session of a password it is', async () => {
  nextWindow();
  const { id, cookie } = await settle('lost@example.jp');
  const set = (by: string | undefined, body: object) => service.send('PUT', '/session/password', { cookie: by, body });
  assert.equal((await set(cookie, { password: 'another password 1' })).body['code'], 'password_wrong');
  assert.equal((await set(cookie, { current: 'wrong', password: 'another password 1' })).status, 403);
  const { body } = await service.send<{ link: string }>('POST', `/people/${id}/link`, { key: adminKey });
  const fresh = await service.send('POST', '/session/link', { body: { secret: secretOf(body.link) } });
  assert.equal((await set(fresh.cookie, { password: 'another password 1' })).status, 200);
  assert.equal((await set(fresh.cookie, { password: 'another password 2' })).status, 403, 'only once');
});

test('a password change ends all other sessions, signing out ends this one', async () => {
  nextWindow();
  const { cookie } = await settle('change@example.jp');
  const other = await signIn('change@example.jp', password);
  assert.equal(await whoIs(other.cookie), 'change@example.jp');
  await service.send('PUT', '/session/password', {
    cookie,
    body: { current: password, password: 'a new password 123' },
  });
  assert.equal(await whoIs(other.cookie), undefined);
  assert.equal(await whoIs(cookie), 'change@example.jp');
  const left = await service.send('DELETE', '/session', { cookie });
  assert.equal(left.status, 204);
  assert.match(left.headers.get('set-cookie') ?? '', /^sakimori_session=; .*Max-Age=0/);
  assert.equal(await whoIs(cookie), undefined);
});

test('a new sign-in in the same browser ends the session it had', async () => {
  nextWindow();
  const { cookie } = await settle('twice@example.jp');
  await service.send('POST', '/session', { cookie, body: { mail: 'twice@example.jp', password } });
  assert.equal(await whoIs(cookie), undefined);
});

test('a session ends after 12 idle hours and after 7 days at the latest', async () => {
  nextWindow();
  const { cookie } = await settle('time@example.jp');
  platform.clock.advance(11 * hour);
  assert.equal(await whoIs(cookie), 'time@example.jp');
  platform.clock.advance(12 * hour);
  assert.equal(await whoIs(cookie), undefined, 'idle');
  const busy = (await signIn('time@example.jp', password)).cookie;
  for (let used = 0; used < 16; used++) {
    platform.clock.advance(10 * hour);
    assert.equal(await whoIs(busy), 'time@example.jp');
  }
  platform.clock.advance(8 * hour);
  assert.equal(await whoIs(busy), undefined, 'seven days');
  await sweep(platform);
  const left = await platform.database.asProvider((tx) => tx.rows(sql`select 1 from access_session`));
  assert.equal(left.length, 0);
});

test('one-time codes: asked for after the password, right once, and no code serves twice', async () => {
  nextWindow();
  const { id, cookie } = await settle('totp@example.jp');
  const totp = (method: string, body: object) =>
    service.send<{ uri: string; code: string }>(method, '/session/totp', { cookie, body });
  assert.equal((await totp('PUT', { code: '000000' })).status, 409, 'not begun');
  assert.equal((await totp('POST', { password: 'wrong' })).status, 403);
  const uri = new URL((await totp('POST', { password })).body.uri);
  const secret = uri.searchParams.get('secret')!;
  const codeAt = (at: Date) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });
  const now = () => platform.clock.now();
  assert.equal(
    (await signIn('totp@example.jp', password)).body.totpRequired,
    false,
    'nothing changes before it is confirmed',
  );
  assert.equal((await totp('PUT', { code: codeAt(new Date(now().getTime() - hour)) })).body.code, 'code_wrong');
  assert.equal((await totp('PUT', { code: codeAt(now()) })).status, 200);
  const asked = await signIn('totp@example.jp', password);
  assert.deepEqual([asked.body.totpRequired, asked.cookie], [true, undefined]);
  assert.equal((await signIn('totp@example.jp', 'wrong', codeAt(now()))).status, 401);
  assert.equal(
    (await signIn('totp@example.jp', password, codeAt(now()))).status,
    401,
    'the code that confirmed is used up',
  );
  platform.clock.advance(30_000);
  const together = await Promise.all([1, 2].map(() => signIn('totp@example.jp', password, codeAt(now()))));
  assert.deepEqual(together.map((answer) => answer.status).sort(), [200, 401]);
  platform.clock.advance(60_000);
  assert.equal(
    (await signIn('totp@example.jp', password, codeAt(new Date(now().getTime() - 30_000)))).status,
    200,
    'a clock half a minute off',
  );
  const [row] = await platform.database.asProvider((tx) =>
    tx.rows(sql<{ totp_sealed: string }>`select totp_sealed from access_person where id = ${id}`),
  );
  assert.ok(!row!.totp_sealed.includes(secret), 'sealed');
  assert.equal((await service.send('DELETE', '/session/totp', { cookie, body: { password: 'wrong' } })).status, 403);
  assert.equal((await service.send('DELETE', '/session/totp', { cookie, body: { password } })).status, 200);
  assert.equal((await signIn('totp@example.jp', password)).body.totpRequired, false);
});

test('one-time codes need a password first', async () => {
  nextWindow();
  const made = await service.send<{ link: string }>('POST', '/people', {
    key: adminKey,
    body: { name: 'n', mail: 'nopass@example.jp', role: 'operator' },
  });
  const { cookie } = await service.send('POST', '/session/link', { body: { secret: secretOf(made.body.link) } });
  const answer = await service.send('POST', '/session/totp', { cookie, body: { password } });
  assert.deepEqual([answer.status, answer.body['code']], [409, 'wrong_state']);
});

test('429: the eleventh try at one person waits for the window to end, even with the right password', async () => {
  nextWindow();
  await settle('guess@example.jp');
  const tries = await Promise.all(Array.from({ length: 10 }, () => signIn('guess@example.jp', 'wrong')));
  assert.ok(tries.every((answer) => answer.status === 401));
  platform.clock.advance(60_000);
  const held = await signIn('GUESS@example.jp', password);
  assert.deepEqual([held.status, held.body.code], [429, 'too_many_requests']);
  assert.equal(held.headers.get('retry-after'), String(14 * 60));
  assert.equal((await signIn('unheard-of@example.jp', 'wrong')).status, 401, 'others are not held up');
  platform.clock.advance(14 * 60_000);
  assert.equal((await signIn('guess@example.jp', password)).status, 200);
  assert.equal((await signIn('guess@example.jp', 'wrong')).status, 401, 'a success begins a new count');
});

test('429: one address trying many people, and many links', async () => {
  nextWindow();
  const statuses: number[] = [];
  for (let index = 0; index < 61; index++)
    statuses.push(
      (await service.send('POST', '/session/link', { body: { secret: `${index}`.padEnd(43, 'x') } })).status,
    );
  assert.deepEqual([...new Set(statuses.slice(0, 60))], [401]);
  assert.equal(statuses[60], 429);
  assert.equal((await signIn('someone@example.jp', 'x')).status, 429);
});

test('429: a stolen session does not guess the password freely', async () => {
  nextWindow();
  const { cookie } = await settle('stolen@example.jp');
  const guess = () =>
    service.send('PUT', '/session/password', { cookie, body: { current: 'wrong', password: 'a new password 123' } });
  const statuses: number[] = [];
  for (let index = 0; index < 11; index++) statuses.push((await guess()).status);
  assert.deepEqual([statuses[9], statuses[10]], [403, 429]);
});

test('language: remembered for the person', async () => {
  nextWindow();
  const { cookie } = await settle('language@example.jp');
  const set = await service.send('PUT', '/session/language', { cookie, body: { language: 'en' } });
  assert.deepEqual([set.status, set.body['language']], [200, 'en']);
  assert.equal((await service.send('PUT', '/session/language', { cookie, body: { language: 'fr' } })).status, 400);
});

test('403: a key has no session of its own to change', async () => {
  for (const [method, path, body] of [
    ['DELETE', '/session', undefined],
    ['PUT', '/session/password', { password }],
    ['POST', '/session/totp', { password }],
    ['PUT', '/session/totp', { code: '123456' }],
    ['DELETE', '/session/totp', { password }],
    ['PUT', '/session/language', { language: 'en' }],
  ] as const)
    assert.equal((await service.send(method, path, { key: adminKey, body })).status, 403, `${method} ${path}`);
});

test('every deed at the door is audited, and no secret with it', async () => {
  nextWindow();
  const { id, cookie } = await settle('audit@example.jp');
  await signIn('audit@example.jp', 'wrong password here');
  await signIn('audit@example.jp', password);
  await service.send('DELETE', '/session', { cookie });
  const entries = await auditOf(id);
  assert.deepEqual(
    entries.map((entry) => entry.action).sort(),
    [
      'person.created',
      'person.link_redeemed',
      'person.password_set',
      'person.sign_in_refused',
      'person.signed_in',
      'person.signed_out',
    ].sort(),
  );
  const told = JSON.stringify(await platform.database.asProvider((tx) => tx.rows(sql`select * from audit_entry`)));
  for (const secret of [password, 'wrong password here', cookie, adminKey]) assert.ok(!told.includes(secret));
});
