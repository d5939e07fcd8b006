import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type License, Refusal, routes, workTitle } from '@sakimori/contract';
import fc from 'fast-check';
import { addHost } from '../../../test/notices.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { auditRoutes } from '../audit/index.ts';
import { customersRoom, type Desk } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { newId, sql } from '../platform/index.ts';
import { workRoom } from '../work/index.ts';
import { addDays, runsOf, standingOn } from './coverage.ts';
import { followLicenses, licensesRoom } from './index.ts';

let platform: TestPlatform;
let service: DirectService;
let desk: Desk;
let count = 0;
const options = { publicUrl: () => 'https://console.sakimori.example' };

before(async () => {
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  desk = { platform, editions: Editions.read(platform.config) };
  service = openDirectService(platform, [
    customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
    workRoom(desk),
    licensesRoom(desk, options),
    { name: 'audit', routes: auditRoutes(platform) },
  ]);
  await platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into access_person (id, name, mail, role, language, created_at)
      values (${newId(platform.clock)}, '運用 花子', 'hanako@provider.example', 'operator', 'ja', ${platform.clock.now()}),
        (${newId(platform.clock)}, 'An analyst', 'analyst@provider.example', 'soc-analyst', 'en', ${platform.clock.now()})`),
  );
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

const staff = () => service.as(actorOf('operator'));
const account = () => platform.makeAccount(`account ${++count}`);
const at = (day: string, time = '10:00') => platform.clock.set(`${day}T${time}:00+09:00`);
const follow = () => followLicenses(desk, options);
const proof = (text = 'PO-1') => ({ name: 'order.pdf', content: Buffer.from(`%PDF-1.7 ${text}`).toString('base64') });
const add = (accountId: string, validTo: string, more: object = {}) =>
  staff()(routes.createLicense, {
    params: { accountId },
    body: { product: 'Workload Security', vendor: 'Trend Micro', validFrom: '2026-01-01', validTo, ...more },
  });
const renew = (license: License, validTo: string, more: object = {}) =>
  staff()(routes.renewLicense, { params: { licenseId: license.id }, body: { validTo, proof: proof(), ...more } });
const list = async (accountId: string) => (await staff()(routes.listLicenses, { query: { accountId } })).items[0]!;
const work = async (accountId: string, show: 'unended' | 'ended' = 'unended') =>
  (await staff()(routes.listWork, { query: { accountId, show } })).items;
const mails = (accountId: string) =>
  platform.database.asProvider((tx) =>
    tx.rows(
      sql<{ kind: string; recipient: string; subject: string; body_text: string }>`
        select kind, recipient, subject, body_text from notices_notice where tenant_id = ${accountId} order by created_at, id`,
    ),
  );
const refused =
  (code: Refusal['code'], about = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(JSON.stringify(error.facts), about);
    return true;
  };

test('S48: an end is told 90, 60, 30, 14, 7 and 1 days before, each exactly once, as work and by mail to the staff who renew', async () => {
  at('2026-01-05');
  const accountId = await account();
  const license = await add(accountId, '2026-12-31');
  const days: string[] = [];
  for (let day = '2026-09-25'; day <= '2026-12-31'; day = addDays(day, 1)) {
    at(day, '00:01');
    const before = (await mails(accountId)).length;
    await follow();
    await Promise.all([follow(), follow()]);
    const told = (await mails(accountId)).length - before;
    assert.ok(told <= 1, day);
    if (told === 1) days.push(day);
  }
  assert.deepEqual(days, ['2026-10-02', '2026-11-01', '2026-12-01', '2026-12-17', '2026-12-24', '2026-12-30']);
  const [first, ...others] = await mails(accountId);
  assert.equal(others.length, 5);
  assert.deepEqual([first!.kind, first!.recipient], ['license.expiring', 'hanako@provider.example']);
  assert.match(first!.subject, /「Workload Security」の期限まで 90 日/);
  assert.match(first!.body_text, /2026-12-31 です（残り 90 日）/);
  // The step before makes way: one piece of work stands at a time, and the last is due by the end of the day.
  const unended = await work(accountId);
  assert.deepEqual(
    unended.map((item) => [item.queue, item.facts['days'], item.dueAt, item.target]),
    [['licenseRenewal', 1, '2026-12-31T15:00:00.000Z', `license:${license.id}`]],
  );
  assert.match(workTitle('ja', unended[0]!), /期限まで 1 日/);
  assert.equal((await work(accountId, 'ended')).length, 5);
  const { items } = await service.as(actorOf('provider-admin'))(routes.listAudit, {
    query: { target: `license:${license.id}` },
  });
  assert.equal(items.filter(({ action }) => action === 'license.reminded').length, 6);
});

test('S48: a license that ends in 30 days creates the task once; after the renewal its end and proof are stored and the task is done', async () => {
  at('2026-06-01');
  const accountId = await account();
  const license = await add(accountId, '2026-12-31', { key: 'ABCD-EFGH-IJKL-MNOP' });
  at('2026-12-01');
  await follow();
  await follow();
  const [item, ...more] = await work(accountId);
  assert.deepEqual([item!.facts['days'], more.length], [30, 0]);
  // A week later the desk renews it.
  at('2026-12-07');
  await follow();
  const renewed = await renew(license, '2027-12-31', { key: 'NEW-KEY-9999-ZZZZ' });
  assert.deepEqual([renewed.validTo, renewed.state, renewed.keyHint], ['2027-12-31', 'inForce', 'ZZZZ']);
  const term = renewed.terms.at(-1)!;
  assert.deepEqual([term.validFrom, term.validTo, term.createdBy], ['2027-01-01', '2027-12-31', 'A operator']);
  assert.deepEqual([term.proof!.name, term.proof!.type], ['order.pdf', 'application/pdf']);
  const file = await staff()(routes.getProof, { params: { licenseId: license.id, termId: term.id } });
  assert.equal(Buffer.from(file.content, 'base64').toString(), '%PDF-1.7 PO-1');
  assert.deepEqual(await work(accountId), []);
  const done = (await work(accountId, 'ended')).find(({ id }) => id === item!.id)!;
  assert.deepEqual([done.state, done.endedBy], ['done', 'A operator']);
  assert.ok(done.evidence!.includes(term.proof!.sha256));
  // Nothing more is told of the end that is none any more.
  const told = (await mails(accountId)).length;
  for (const day of ['2026-12-17', '2026-12-24', '2026-12-30', '2027-01-01']) {
    at(day);
    await follow();
  }
  assert.equal((await mails(accountId)).length, told);
  at('2027-10-02');
  await follow();
  assert.equal((await mails(accountId)).length, told + 1);
});

test('S48: days on which nothing ran make one reminder, not six', async () => {
  at('2026-01-05');
  const accountId = await account();
  await add(accountId, '2026-12-31');
  at('2026-12-25');
  await follow();
  const [mail, ...others] = await mails(accountId);
  assert.deepEqual(others, []);
  assert.match(mail!.body_text, /残り 6 日/);
  assert.equal((await work(accountId)).length, 1);
  at('2026-12-30');
  await follow();
  assert.equal((await mails(accountId)).length, 2);
  // One that is entered late is told of at once, once.
  const late = await account();
  await add(late, addDays('2026-12-30', 20));
  await follow();
  assert.equal((await mails(late)).length, 1);
});

test('S48: a gap is a breach alarm: work that is due at once and a mail; a renewal that leaves a gap is asked back for', async () => {
  at('2026-11-24');
  const accountId = await account();
  const license = await add(accountId, '2026-11-30');
  await follow();
  at('2026-11-30', '23:59');
  await follow();
  assert.equal((await list(accountId)).state, 'inForce');
  at('2026-12-01', '00:00');
  await follow();
  await follow();
  const gap = (await work(accountId)).filter(({ kind }) => kind === 'licenseGap');
  assert.deepEqual([gap.length, gap[0]!.isOverdue, gap[0]!.facts['validTo']], [1, true, '2026-11-30']);
  const alarms = (await mails(accountId)).filter(({ kind }) => kind === 'license.gap');
  assert.equal(alarms.length, 1);
  assert.match(alarms[0]!.subject, /【重要】/);
  const standing = await list(accountId);
  assert.deepEqual([standing.state, standing.gapSince, standing.daysLeft], ['gap', '2026-12-01', -1]);

  at('2026-12-05');
  await assert.rejects(
    renew(license, '2027-11-30', { validFrom: '2026-12-05' }),
    refused('license_gap', /2026-12-01.*2026-12-04.*4/),
  );
  const renewed = await renew(license, '2027-11-30', { validFrom: '2026-12-05', isGapAccepted: true });
  assert.equal(renewed.state, 'inForce');
  assert.equal(renewed.gapSince, undefined);
  await follow();
  assert.deepEqual(await work(accountId), []);
  // A renewal on paper for a day to come leaves the alarm standing until then.
  const other = await account();
  const coming = await add(other, '2026-11-30');
  await follow();
  await renew(coming, '2027-12-31', { validFrom: '2026-12-10', isGapAccepted: true });
  await follow();
  assert.equal((await work(other)).filter(({ kind }) => kind === 'licenseGap').length, 1);
  at('2026-12-10');
  await follow();
  assert.deepEqual(await work(other), []);
});

test('S48, in part: more hosts than seats are work and a mail, until there are seats for them; seats of one product add up', async () => {
  at('2026-11-24');
  const accountId = await account();
  const license = await add(accountId, '2027-11-30', { seats: 1 });
  for (const name of ['web1', 'web2']) await addHost(platform, accountId, name);
  await follow();
  await follow();
  const standing = await list(accountId);
  assert.deepEqual([standing.used, standing.seats, standing.isOverused], [2, 1, true]);
  assert.deepEqual(
    (await work(accountId)).map(({ kind, facts }) => [kind, facts['used'], facts['seats']]),
    [['licenseOveruse', 2, 1]],
  );
  assert.equal((await mails(accountId)).filter(({ kind }) => kind === 'license.overuse').length, 1);
  const second = await add(accountId, '2027-11-30', { seats: 1 });
  await follow();
  assert.deepEqual(await work(accountId), []);
  await staff()(routes.retireLicense, { params: { licenseId: second.id }, body: { reason: 'not needed' } });
  await follow();
  assert.equal((await work(accountId)).length, 1);
  await staff()(routes.retireLicense, { params: { licenseId: license.id }, body: { reason: 'not needed' } });
  await follow();
  assert.deepEqual(await work(accountId), []);
  await assert.rejects(renew(license, '2028-11-30'), refused('wrong_state'));
});

test('S26, in part: setting a license up is open to every plan by its entitlement', async () => {
  at('2026-11-24');
  for (const plan of ['standard', 'advanced', 'highend'] as const) {
    const { id } = await staff()(routes.createAccount, { body: { customerName: `C ${plan}`, name: plan, plan } });
    const { items } = await staff()(routes.listEntitlements, { params: { accountId: id } });
    assert.equal(items.find(({ feature }) => feature === 'license.setup')?.outcome, 'granted');
    assert.equal((await add(id, '2027-11-30')).state, 'inForce');
  }
});

test('the key is kept sealed and shown by its end alone, in no answer, audit or row', async () => {
  at('2026-11-24');
  const accountId = await account();
  const key = 'SECRET-1234-5678-TAIL';
  const license = await add(accountId, '2027-11-30', { key });
  assert.equal(license.keyHint, 'TAIL');
  const short = await add(accountId, '2027-11-30', { key: 'abcdef' });
  assert.equal(short.keyHint, 'ef');
  const [row] = await platform.database.asProvider((tx) =>
    tx.rows(sql<{ whole: string; sealed_key: string }>`
      select l::text as whole, sealed_key from licenses_license l where id = ${license.id}`),
  );
  assert.ok(!row!.whole.includes('SECRET-1234'));
  assert.equal(platform.vault.open('license key', row!.sealed_key), key);
  const audit = await service.as(actorOf('provider-admin'))(routes.listAudit, { query: { accountId } });
  assert.ok(!JSON.stringify([audit, await list(accountId)]).includes('SECRET-1234'));
});

test('a customer’s roles and another account’s transaction reach no license; an analyst reads and does not write', async () => {
  at('2026-11-24');
  const [ours, theirs] = [await account(), await account()];
  const license = await add(theirs, '2027-11-30', { proof: proof() });
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const customer = service.as(actorOf(role, ours));
    await assert.rejects(customer(routes.listLicenses, { query: { accountId: theirs } }), refused('forbidden'));
    await assert.rejects(
      customer(routes.getProof, { params: { licenseId: license.id, termId: license.terms[0]!.id } }),
      refused('forbidden'),
    );
  }
  for (const table of ['licenses_license', 'licenses_term', 'licenses_reminder'])
    assert.deepEqual(
      await platform.database.as(ours, (tx) =>
        tx.rows(sql`select 1 from ${sql.raw(table)} where tenant_id = ${theirs}`),
      ),
      [],
    );
  const analyst = service.as(actorOf('soc-analyst'));
  assert.equal((await analyst(routes.listLicenses, { query: { accountId: theirs } })).items.length, 1);
  await assert.rejects(
    analyst(routes.retireLicense, { params: { licenseId: license.id }, body: { reason: 'x' } }),
    refused('forbidden'),
  );
});

test('malformed, oversized, hostile and duplicated input is refused, and nothing half is kept', async () => {
  at('2026-11-24');
  const accountId = await account();
  await assert.rejects(add(accountId, '2025-12-31'), refused('malformed', /validTo/));
  await assert.rejects(add(accountId, '9999-12-31'), refused('malformed'));
  await assert.rejects(add(accountId, '2027-11-30', { seats: 0 }), refused('malformed'));
  await assert.rejects(add(accountId, '2027-11-30', { key: 'abc' }), refused('malformed'));
  for (const bad of ['MZ\u0090\0exe', '<html><script>', 'PK\u0003\u0004\0zip', '<svg onload=x>'])
    await assert.rejects(
      add(accountId, '2027-11-30', { proof: { name: 'proof.pdf', content: Buffer.from(bad).toString('base64') } }),
      refused('proof_refused'),
    );
  await assert.rejects(
    add(accountId, '2027-11-30', { proof: { name: 'x', content: 'A'.repeat(8 * 1024 * 1024) } }),
    (error: unknown) => error instanceof Refusal && ['malformed', 'too_large'].includes(error.code),
  );
  assert.deepEqual((await staff()(routes.listLicenses, { query: { accountId } })).items, []);
  const license = await add(accountId, '2027-11-30', {
    proof: { name: '../../etc/pass\u202ewd\n', content: Buffer.from('PO 17, signed').toString('base64') },
  });
  assert.deepEqual([license.terms[0]!.proof!.name, license.terms[0]!.proof!.type], ['passwd', 'text/plain']);
  await assert.rejects(renew(license, '2027-11-30'), refused('license_not_longer', /2027-11-30/));
  const both = await Promise.allSettled([renew(license, '2028-11-30'), renew(license, '2028-11-30')]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await list(accountId)).terms.length, 2);
});

test('what joins on is one run: a day is covered where some term has it, whatever the order', () => {
  const day = fc.integer({ min: 0, max: 200 }).map((days) => addDays('2026-01-01', days));
  const span = fc
    .tuple(day, fc.integer({ min: 0, max: 40 }))
    .map(([from, length]) => ({ valid_from: from, valid_to: addDays(from, length) }));
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 6 }), day, (spans, today) => {
      const covered = (each: string) =>
        spans.some(({ valid_from, valid_to }) => valid_from <= each && valid_to >= each);
      const { state, validTo } = standingOn(spans, today);
      assert.equal(state === 'inForce', covered(today));
      if (state === 'inForce') {
        for (let each = today; each <= validTo; each = addDays(each, 1)) assert.ok(covered(each));
        assert.ok(!covered(addDays(validTo, 1)));
      }
      assert.equal(
        state === 'coming',
        spans.every(({ valid_from }) => valid_from > today),
      );
      const runs = runsOf(spans);
      for (const [index, run] of runs.entries()) if (index > 0) assert.ok(run.from > addDays(runs[index - 1]!.to, 1));
    }),
  );
});
