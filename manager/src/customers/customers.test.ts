import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Account, type Contact, type Role, roles } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { belongingOf, startTestService, type TestService } from '../../../test/service.ts';
import { accessRoom, createKeyFor } from '../access/index.ts';
import { Editions } from '../editions/index.ts';
import { type Announcement, newId, sql } from '../platform/index.ts';
import { contactsFor, customersRoom, findAccountByName, markBounced } from './index.ts';

let platform: TestPlatform;
let service: TestService;
let yamato: string;
let musashi: string;
const keys = new Map<Role, string>();
const madeFor: string[] = [];

before(async () => {
  platform = await startTestPlatform();
  service = await startTestService(platform, [
    accessRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
    customersRoom(platform, {
      editions: Editions.read(platform.config),
      onAccountCreated: async (tx, accountId) => {
        await tx.one(sql`select 1 from customers_account where tenant_id = ${accountId}`);
        madeFor.push(accountId);
      },
    }),
  ]);
  yamato = await platform.makeAccount('Yamato');
  musashi = await platform.makeAccount('Musashi');
  for (const role of roles)
    keys.set(role, await createKeyFor(platform, { name: role, role, ...(await belongingOf(platform, role, yamato)) }));
});
after(async () => {
  await service.stop();
  await platform.stop();
});

const key = (role: Role = 'operator') => keys.get(role);
const contact = (mail: string, more: object = {}) => ({
  name: '佐藤 花子',
  mail,
  language: 'ja',
  purposes: ['alerts', 'weekly'],
  ...more,
});
type ContactAnswer = Contact & { code?: string };
const add = (accountId: string, body: object, role: Role = 'operator') =>
  service.send<ContactAnswer>('POST', `/accounts/${accountId}/contacts`, { key: key(role), body });
const contactsOf = async (accountId: string, role: Role = 'operator') =>
  (await service.send<{ items: Contact[] }>('GET', `/accounts/${accountId}/contacts`, { key: key(role) })).body.items;
const nobody = '019ab000-0000-7000-8000-000000000000';

test('200: an account is made with what the rooms to the right put in, audited and announced', async () => {
  const heard: Announcement[] = [];
  const end = platform.live.subscribe((event) => heard.push(event));
  const body = { customerName: '株式会社 筑紫', name: '筑紫 本番', plan: 'highend' };
  const made = await service.send<Account>('POST', '/accounts', { key: key(), body });
  assert.equal(made.status, 200);
  assert.deepEqual(
    { ...made.body, id: '', createdAt: '' },
    { ...body, id: '', createdAt: '', hostCount: 0, openAlertCount: 0 },
  );
  assert.deepEqual(madeFor.slice(-1), [made.body.id]);
  const audit = await platform.database.as(made.body.id, (tx) =>
    tx.rows(sql<{ action: string; actor_name: string }>`select action, actor_name from audit_entry`),
  );
  assert.deepEqual(audit, [{ action: 'account.created', actor_name: 'operator' }]);
  for (let wait = 0; wait < 100 && !heard.some((event) => 'topic' in event && event.topic === 'account'); wait++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  end();
  assert.ok(heard.some((event) => 'topic' in event && event.topic === 'account' && event.accountId === made.body.id));
  const found = await platform.database.asProvider((tx) => findAccountByName(tx, '筑紫 本番'));
  assert.equal(found?.id, made.body.id);
});

test('200: the counts of hosts and unclosed alerts are the account’s own', async () => {
  const at = platform.clock.now();
  const host = async (tenant: string, retired: Date | null) => {
    const id = newId(platform.clock);
    const policy = newId(platform.clock);
    await platform.database.asProvider(async (tx) => {
      await tx.run(
        sql`insert into policies_policy (tenant_id, id, name, version, updated_at) values (${tenant}, ${policy}, ${policy}, 1, ${at})`,
      );
      await tx.run(
        sql`insert into hosts_host (tenant_id, id, name, facts, enrolled_at, retired_at, policy_id) values (${tenant}, ${id}, 'web', '{}', ${at}, ${retired}, ${policy})`,
      );
    });
    return id;
  };
  const alert = (tenant: string, hostId: string, number: number, state: string) =>
    platform.database.asProvider((tx) =>
      tx.run(sql`
        insert into alerts_alert (tenant_id, id, number, host_id, grouping_key, module, kind, rule_id, rule_name, severity, title, state, opened_at, last_detected_at, detection_count, first_detection_id)
        values (${tenant}, ${newId(platform.clock)}, ${number}, ${hostId}, ${`${tenant}|${number}`}, 'integrity', 'file.modified', 'r', 'r', 3, 't', ${state}, ${at}, ${at}, 1, ${newId(platform.clock)})`),
    );
  const one = await host(yamato, null);
  await host(yamato, null);
  await host(yamato, at);
  const other = await host(musashi, null);
  await alert(yamato, one, 1, 'open');
  await alert(yamato, one, 2, 'acknowledged');
  await alert(yamato, one, 3, 'closed');
  await alert(musashi, other, 1, 'open');
  const seen = async (role: Role) =>
    (await service.send<{ items: Account[] }>('GET', '/accounts', { key: key(role) })).body.items
      .filter((account) => ['Yamato', 'Musashi'].includes(account.name))
      .map((account) => [account.name, account.hostCount, account.openAlertCount]);
  assert.deepEqual(await seen('customer-viewer'), [['Yamato', 2, 2]]);
  assert.deepEqual(await seen('operator'), [
    ['Musashi', 1, 1],
    ['Yamato', 2, 2],
  ]);
});

test('S20, S21: 409: one account is one plan; a customer may have several accounts', async () => {
  const make = (name: string, plan: string, customerName = '株式会社 出雲') =>
    service.send('POST', '/accounts', { key: key(), body: { customerName, name, plan } });
  assert.equal((await make('出雲 Std', 'standard')).status, 200);
  assert.equal((await make('出雲 High', 'highend')).status, 200);
  const second = await make('出雲 Std', 'highend');
  assert.deepEqual([second.status, second.body['code']], [409, 'one_plan_per_account']);
  assert.equal((await make('出雲 Std', 'standard')).body['code'], 'already_exists');
  assert.equal((await make('出雲 Std', 'highend', '別の会社')).body['code'], 'already_exists');
  const together = await Promise.all([make('出雲 Adv', 'advanced'), make('出雲 Adv', 'advanced')]);
  assert.deepEqual(together.map((answer) => answer.status).sort(), [200, 409]);
});

test('400: bodies and ids that do not fit', async () => {
  for (const body of [
    {},
    { customerName: 'a', name: ' ', plan: 'standard' },
    { customerName: 'a', name: 'b', plan: 'gold' },
  ])
    assert.equal((await service.send('POST', '/accounts', { key: key(), body })).status, 400);
  for (const body of [
    contact('no address'),
    contact('a@example.jp', { purposes: ['gossip'] }),
    contact('a@example.jp', { language: 'de' }),
  ])
    assert.equal((await add(yamato, body)).status, 400);
  assert.equal((await service.send('GET', '/accounts/none/contacts', { key: key() })).status, 400);
});

test('401: without a credential', async () => {
  for (const [method, path] of [
    ['GET', '/accounts'],
    ['POST', '/accounts'],
    ['GET', `/accounts/${yamato}/contacts`],
    ['POST', `/accounts/${yamato}/contacts`],
    ['PUT', `/accounts/${yamato}/contacts/${nobody}`],
    ['DELETE', `/accounts/${yamato}/contacts/${nobody}`],
  ] as const)
    assert.equal((await service.send(method, path)).status, 401, `${method} ${path}`);
});

test('S12: 403: customers and reading roles write nothing', async () => {
  const { body: made } = await add(yamato, contact('written@example.jp'));
  for (const role of ['soc-analyst', 'service-manager', 'customer-admin', 'customer-viewer'] as const) {
    const send = async (method: string, path: string, body?: object) =>
      (await service.send(method, path, { key: key(role), body })).status;
    assert.equal(await send('POST', '/accounts', { customerName: 'a', name: 'b', plan: 'standard' }), 403, role);
    assert.equal(await send('POST', `/accounts/${yamato}/contacts`, contact('x@example.jp')), 403, role);
    assert.equal(await send('PUT', `/accounts/${yamato}/contacts/${made.id}`, contact('x@example.jp')), 403, role);
    assert.equal(await send('DELETE', `/accounts/${yamato}/contacts/${made.id}`), 403, role);
  }
});

test('S41: 404: the other tenant’s account and contacts are not there', async () => {
  await add(musashi, contact('secret-musashi@example.jp'));
  const list = (accountId: string) =>
    service.send('GET', `/accounts/${accountId}/contacts`, { key: key('customer-admin') });
  const [own, foreign, none] = await Promise.all([list(yamato), list(musashi), list(nobody)]);
  assert.deepEqual([own.status, foreign.status, none.status], [200, 404, 404]);
  assert.deepEqual({ ...foreign.body, requestId: '' }, { ...none.body, requestId: '' }, 'not even that it exists');
  assert.ok(!JSON.stringify(own.body).includes('musashi'));
});

test('404: an unknown account or contact, or a contact of another account', async () => {
  const { body: made } = await add(musashi, contact('elsewhere@example.jp'));
  assert.equal((await add(nobody, contact('x@example.jp'))).status, 404);
  for (const path of [`/accounts/${yamato}/contacts/${nobody}`, `/accounts/${yamato}/contacts/${made.id}`]) {
    assert.equal((await service.send('PUT', path, { key: key(), body: contact('x@example.jp') })).status, 404);
    assert.equal((await service.send('DELETE', path, { key: key() })).status, 404);
  }
});

test('409: one address is one contact of an account, however it is written', async () => {
  const first = await add(yamato, contact('twice@example.jp'));
  const second = await add(yamato, contact('TWICE@example.jp'));
  assert.deepEqual([first.status, second.status, second.body.code], [200, 409, 'already_exists']);
  assert.equal((await add(musashi, contact('twice@example.jp'))).status, 200, 'another account has its own');
  const { body: other } = await add(yamato, contact('once@example.jp'));
  const path = `/accounts/${yamato}/contacts/${other.id}`;
  assert.equal((await service.send('PUT', path, { key: key(), body: contact('twice@example.jp') })).status, 409);
});

test('a bounce is kept with its reason until the contact is looked at; removal is audited', async () => {
  const { body: made } = await add(yamato, contact('bounce@example.jp', { purposes: ['alerts', 'alerts'] }));
  assert.deepEqual(made.purposes, ['alerts']);
  await platform.database.as(yamato, (tx) => markBounced(tx, platform.clock, made.id, '550 5.1.1 no such user'));
  await platform.database.as(yamato, (tx) => markBounced(tx, platform.clock, made.id, 'again'));
  await platform.database.as(musashi, (tx) => markBounced(tx, platform.clock, made.id, 'not theirs'));
  const bounced = (await contactsOf(yamato)).find((each) => each.id === made.id)!;
  assert.deepEqual(
    [bounced.bouncedAt, bounced.bounceReason],
    [platform.clock.now().toISOString(), '550 5.1.1 no such user'],
  );
  const path = `/accounts/${yamato}/contacts/${made.id}`;
  const changed = await service.send<Contact>('PUT', path, { key: key(), body: contact('fixed@example.jp') });
  assert.deepEqual([changed.body.mail, changed.body.bouncedAt], ['fixed@example.jp', undefined]);
  assert.equal((await service.send('DELETE', path, { key: key() })).status, 204);
  const audit = await platform.database.as(yamato, (tx) =>
    tx.rows(sql<{ action: string }>`select action from audit_entry where target = ${`contact:${made.id}`}`),
  );
  assert.deepEqual(audit.map((entry) => entry.action).sort(), [
    'contact.bounced',
    'contact.created',
    'contact.removed',
    'contact.updated',
  ]);
});

test('S41: letters go to the account’s own contacts of that purpose, and never from the provider’s view', async () => {
  const fresh = await platform.makeAccount('Kaga');
  await add(fresh, contact('alerts@example.jp', { purposes: ['alerts'] }));
  await add(fresh, contact('monthly@example.jp', { purposes: ['monthly'], language: 'en' }));
  const mails = async (purpose: 'alerts' | 'weekly' | 'monthly') =>
    (await platform.database.as(fresh, (tx) => contactsFor(tx, purpose))).map((each) => each.mail);
  assert.deepEqual(await mails('alerts'), ['alerts@example.jp']);
  assert.deepEqual(await mails('monthly'), ['monthly@example.jp']);
  assert.deepEqual(await mails('weekly'), []);
  await assert.rejects(
    platform.database.asProvider((tx) => contactsFor(tx, 'alerts')),
    /as one account/,
  );
});

test('409: the contact list is bounded', async () => {
  const full = await platform.makeAccount('Full');
  await platform.database.as(full, (tx) =>
    tx.run(sql`
      insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
      select ${full}::uuid, gen_random_uuid(), 'n', 'c' || n || '@example.jp', 'ja', '{}', ${platform.clock.now()} from generate_series(1, 500) n`),
  );
  const answer = await add(full, contact('one-more@example.jp'));
  assert.deepEqual([answer.status, answer.body.code], [409, 'limit_reached']);
  assert.equal((await contactsOf(full)).length, 500);
});
