import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Role, roles } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { belongingOf, startTestService, type TestService } from '../../../test/service.ts';
import { sql } from '../platform/index.ts';
import { accessRoom, createKeyFor, ensureFirstAdmin } from './index.ts';

const publicUrl = () => 'http://127.0.0.1:7300';
let platform: TestPlatform;
let service: TestService;
let accountId: string;
let otherAccountId: string;
const keys = new Map<Role, string>();

before(async () => {
  platform = await startTestPlatform();
  service = await startTestService(platform, [accessRoom(platform, { publicUrl })]);
  accountId = await platform.makeAccount('Yamato');
  otherAccountId = await platform.makeAccount('Musashi');
  for (const role of roles)
    keys.set(
      role,
      await createKeyFor(platform, { name: role, role, ...(await belongingOf(platform, role, accountId)) }),
    );
});
after(async () => {
  await service.stop();
  await platform.stop();
});

const admin = () => keys.get('provider-admin');
type Made = {
  person: { id: string; mail: string; passwordSet: boolean; accountId?: string };
  link: string;
  code: string;
};
const add = (body: object, key = admin()) => service.send<Made>('POST', '/people', { key, body });
let number = 0;
const freshMail = () => `person-${++number}@example.jp`;
const redeem = (link: string) =>
  service.send('POST', '/session/link', { body: { secret: new URL(link).hash.slice(1) } });

test('200: a new person gets a link over http without Secure, and stands in the list', async () => {
  const { status, body } = await add({ name: '山田 太郎', mail: freshMail(), role: 'soc-analyst' });
  assert.equal(status, 200);
  assert.equal(body.person.passwordSet, false);
  assert.match(body.link, /^http:\/\/127\.0\.0\.1:7300\/link#/);
  const written = (await redeem(body.link)).headers.get('set-cookie') ?? '';
  assert.ok(!written.includes('Secure'));
  const list = await service.send<{ items: { id: string }[] }>('GET', '/people', { key: admin() });
  assert.ok(list.body.items.some((item) => item.id === body.person.id));
  assert.ok(!JSON.stringify(list.body).includes('hash'));
});

test('400: a customer’s role needs an account, a provider’s role takes none', async () => {
  assert.equal((await add({ name: 'x', mail: freshMail(), role: 'customer-viewer' })).status, 400);
  assert.equal((await add({ name: 'x', mail: freshMail(), role: 'operator', accountId })).status, 400);
  assert.equal((await add({ name: 'x', mail: 'no address', role: 'operator' })).status, 400);
  assert.equal((await add({ name: 'x', mail: freshMail(), role: 'king' })).status, 400);
  const key = (body: object) => service.send('POST', '/keys', { key: admin(), body });
  assert.equal((await key({ name: 'x', role: 'customer-viewer' })).status, 400);
  assert.equal((await key({ name: 'x', role: 'operator', accountId })).status, 400);
  assert.equal((await key({ name: 'x', role: 'operator', validDays: 0 })).status, 400);
});

test('401: without a credential, with a wrong one, and a wrong key is not saved by a good cookie', async () => {
  for (const [method, path] of [
    ['GET', '/people'],
    ['POST', '/people'],
    ['GET', '/keys'],
    ['POST', '/keys'],
    ['DELETE', '/keys/x'],
  ] as const)
    assert.equal((await service.send(method, path)).status, 401, `${method} ${path}`);
  const { body } = await add({ name: 'x', mail: freshMail(), role: 'operator' });
  const { cookie } = await redeem(body.link);
  assert.equal((await service.send('GET', '/people', { cookie })).status, 200);
  for (const key of [`skm_${'a'.repeat(43)}`, 'skm_short', `${admin()}x`])
    assert.equal((await service.send('GET', '/people', { cookie, key })).status, 401);
});

test('S12: 403 for every role that may not, customers of either account among them', async () => {
  const { body } = await add({ name: 'x', mail: freshMail(), role: 'customer-admin', accountId: otherAccountId });
  const calls: [string, string, object?][] = [
    ['POST', '/people', { name: 'x', mail: freshMail(), role: 'operator' }],
    ['POST', `/people/${body.person.id}/link`],
    ['DELETE', `/people/${body.person.id}`],
    ['GET', '/keys'],
    ['POST', '/keys', { name: 'x', role: 'provider-admin' }],
    ['DELETE', `/keys/${body.person.id}`],
  ];
  for (const role of roles.filter((each) => each !== 'provider-admin'))
    for (const [method, path, given] of calls)
      assert.equal(
        (await service.send(method, path, { key: keys.get(role), body: given })).status,
        403,
        `${role} ${method} ${path}`,
      );
  for (const role of roles) {
    const { status } = await service.send('GET', '/people', { key: keys.get(role) });
    assert.equal(status, ['provider-admin', 'operator'].includes(role) ? 200 : 403, role);
  }
});

test('404: an account, a person or a key that is not there', async () => {
  const nobody = '019ab000-0000-7000-8000-000000000000';
  assert.equal((await add({ name: 'x', mail: freshMail(), role: 'customer-viewer', accountId: nobody })).status, 404);
  for (const id of [nobody, 'admin', "'; drop table access_person; --"]) {
    assert.equal((await service.send('POST', `/people/${encodeURIComponent(id)}/link`, { key: admin() })).status, 404);
    assert.equal((await service.send('DELETE', `/people/${encodeURIComponent(id)}`, { key: admin() })).status, 404);
  }
  assert.equal((await service.send('DELETE', `/keys/${nobody}`, { key: admin() })).status, 404);
  assert.equal(
    (
      await service.send('POST', '/keys', {
        key: admin(),
        body: { name: 'x', role: 'customer-viewer', accountId: nobody },
      })
    ).status,
    404,
  );
});

test('409: one address is one person, however it is written; free again once the person is disabled', async () => {
  const mail = freshMail();
  const first = await add({ name: 'x', mail, role: 'operator' });
  const second = await add({ name: 'y', mail: mail.toUpperCase(), role: 'operator' });
  assert.deepEqual([second.status, second.body.code], [409, 'already_exists']);
  await service.send('DELETE', `/people/${first.body.person.id}`, { key: admin() });
  assert.equal((await add({ name: 'z', mail, role: 'operator' })).status, 200);
});

test('disabling ends sessions and links at once, and tells the open connections', async () => {
  const { body } = await add({ name: 'x', mail: freshMail(), role: 'operator' });
  const { cookie } = await redeem(body.link);
  const next = await service.send<{ link: string }>('POST', `/people/${body.person.id}/link`, { key: admin() });
  assert.equal((await service.send('GET', '/people', { cookie })).status, 200);
  const told = new Promise<string>((resolve) => {
    const end = platform.live.subscribe((event) => {
      if (!('internal' in event) || event.internal !== 'access-ended') return;
      end();
      resolve(event.id);
    });
  });
  assert.equal((await service.send('DELETE', `/people/${body.person.id}`, { key: admin() })).status, 204);
  assert.equal((await service.send('GET', '/people', { cookie })).status, 401);
  assert.equal((await redeem(next.body.link)).status, 401);
  assert.equal(await told, body.person.id);
  assert.equal((await service.send('DELETE', `/people/${body.person.id}`, { key: admin() })).status, 404);
});

test('409: the last provider administrator stays, also when two are disabled at once', async () => {
  await platform.database.asProvider((tx) =>
    tx.run(sql`update access_person set disabled_at = ${platform.clock.now()} where role = 'provider-admin'`),
  );
  const ids: string[] = [];
  for (const name of ['a', 'b'])
    ids.push((await add({ name, mail: freshMail(), role: 'provider-admin' })).body.person.id);
  const answers = await Promise.all(ids.map((id) => service.send('DELETE', `/people/${id}`, { key: admin() })));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [204, 409]);
  assert.equal(answers.find((answer) => answer.status === 409)!.body['code'], 'last_admin');
});

test('two processes that start at once make one first administrator', async () => {
  await platform.database.asProvider((tx) =>
    tx.run(sql`update access_person set disabled_at = ${platform.clock.now()} where role = 'provider-admin'`),
  );
  const links = await Promise.all([1, 2].map(() => ensureFirstAdmin(platform, { publicUrl })));
  assert.ok(links.every((entry) => entry !== undefined));
  const rows = await platform.database.asProvider((tx) =>
    tx.rows(
      sql<{ mail: string }>`select mail from access_person where role = 'provider-admin' and disabled_at is null`,
    ),
  );
  assert.deepEqual(rows, [{ mail: 'admin@sakimori.internal' }]);
});

test('keys: shown once, kept as a hash, expire, are revoked, and their last use is coarse', async () => {
  const make = (body: object) =>
    service.send<{ id: string; secret: string; expiresAt: string }>('POST', '/keys', { key: admin(), body });
  const { body: key } = await make({ name: 'nightly export', role: 'service-manager', validDays: 2 });
  assert.match(key.secret, /^skm_[A-Za-z0-9_-]{43}$/);
  assert.equal(key.expiresAt, new Date(platform.clock.now().getTime() + 2 * 86_400_000).toISOString());
  const session = () => service.send<{ permissions: string[] }>('GET', '/session', { key: key.secret });
  assert.ok((await session()).body.permissions.includes('report.compose'));
  const lastUse = async () => {
    const { body } = await service.send<{ items: { id: string; lastUsedAt?: string }[] }>('GET', '/keys', {
      key: admin(),
    });
    assert.ok(!JSON.stringify(body).includes('skm_'));
    return body.items.find((item) => item.id === key.id)?.lastUsedAt;
  };
  const firstUse = platform.clock.now().toISOString();
  platform.clock.advance(60_000);
  await session();
  assert.equal(await lastUse(), firstUse);
  platform.clock.advance(600_000);
  await session();
  assert.notEqual(await lastUse(), firstUse);
  const rows = await platform.database.asProvider((tx) => tx.rows(sql`select * from access_key`));
  assert.ok(!JSON.stringify(rows).includes(key.secret));
  platform.clock.advance(2 * 86_400_000);
  assert.deepEqual((await session()).body.permissions, [], 'expired');
  const { body: other } = await make({ name: 'revoked soon', role: 'operator' });
  assert.equal((await service.send('DELETE', `/keys/${other.id}`, { key: admin() })).status, 204);
  assert.equal((await service.send('GET', '/people', { key: other.secret })).status, 401);
  assert.equal((await service.send('DELETE', `/keys/${other.id}`, { key: admin() })).status, 404);
});

test('a key made at the start of the process ends its predecessor, and no one else’s', async () => {
  const byHand = await service.send<{ secret: string }>('POST', '/keys', {
    key: admin(),
    body: { name: 'cli', role: 'operator' },
  });
  const first = await createKeyFor(platform, { name: 'cli', role: 'operator' });
  const second = await createKeyFor(platform, { name: 'cli', role: 'operator' });
  const status = async (key: string) => (await service.send('GET', '/people', { key })).status;
  assert.deepEqual([await status(first), await status(second), await status(byHand.body.secret)], [401, 200, 200]);
});

test('S41: no customer’s transaction can read or write an identity', async () => {
  for (const table of ['access_person', 'access_session', 'access_link', 'access_key', 'access_attempt'])
    await assert.rejects(
      platform.database.as(accountId, (tx) => tx.rows(sql`select * from ${sql.table(table)}`)),
      /permission denied/,
      table,
    );
});
