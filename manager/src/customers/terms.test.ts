import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { type Edition, Refusal, routes } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { Editions } from '../editions/index.ts';
import { sql } from '../platform/index.ts';
import { customersRoom } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sakimori-terms-'));
let platform: TestPlatform;
let service: DirectService;
let later: DirectService;
let ours: string;
let theirs: string;

before(async () => {
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  const shipped = resolve(import.meta.dirname, '../../../rules/editions/2.json');
  const next = JSON.parse(readFileSync(shipped, 'utf8')) as Edition;
  next.id = 'next';
  next.terms.version = 2;
  writeFileSync(join(folder, 'next.json'), JSON.stringify(next));
  const open = (SAKIMORI_EDITION: string) =>
    openDirectService(platform, [
      customersRoom(platform, {
        editions: Editions.read({ SAKIMORI_EDITION, SAKIMORI_EDITIONS: folder }),
        onAccountCreated: async () => undefined,
      }),
    ]);
  [service, later] = [open('2'), open('next')];
  [ours, theirs] = [await platform.makeAccount('Ours'), await platform.makeAccount('Theirs')];
});
after(async () => {
  await service?.stop();
  await later?.stop();
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const staff = actorOf('operator');
const termsOf = (accountId: string, from = service, actor = staff) =>
  from.as(actor)(routes.getTerms, { params: { accountId } });
const agree = (
  accountId: string,
  body: { version: number; by?: string; how?: 'document'; on?: string },
  actor = staff,
) => service.as(actor)(routes.recordConsent, { params: { accountId }, body });
const refused = (code: Refusal['code']) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

test('S99, S100, S101a, S101b, S101c, S101d: the terms are those of the edition, and each consent is listed with version, date and who', async () => {
  const asked = await termsOf(ours);
  assert.deepEqual([asked.state, asked.version, asked.consents], ['asked', 1, []]);
  assert.deepEqual(
    asked.clauses.map(({ number }) => number),
    ['8(1)', '8(2)', '8(3)', '8(4)'],
  );
  await assert.rejects(agree(ours, { version: 1 }), refused('malformed'));
  await assert.rejects(agree(ours, { version: 2, by: '佐藤', how: 'document' }), refused('version_conflict'));
  await assert.rejects(
    agree(ours, { version: 1, by: '佐藤', how: 'document', on: '2026-11-25' }),
    refused('malformed'),
  );
  const agreed = await agree(ours, { version: 1, by: '佐藤', how: 'document', on: '2026-11-20' });
  assert.equal(agreed.state, 'agreed');
  const [consent] = agreed.consents;
  assert.deepEqual(
    [consent?.agreedBy, consent?.agreedOn, consent?.agreedHow, consent?.version, consent?.sha256],
    ['佐藤', '2026-11-20', 'document', 1, asked.sha256],
  );
  const [kept] = await platform.database.as(ours, (tx) =>
    tx.rows(sql<{ texts: unknown }>`select texts from customers_consent`),
  );
  assert.deepEqual(kept?.texts, asked.clauses, 'the very texts are kept');
});

test('S99, S100: a new version is asked for again, and the older consent stays on record', async () => {
  const { state, version, consents } = await termsOf(ours, later);
  assert.deepEqual([state, version, consents.length], ['asked', 2, 1]);
});

test('S41: a customer agrees for the own account in the own name, and knows nothing of another’s', async () => {
  const customer = actorOf('customer-admin', theirs);
  await assert.rejects(termsOf(ours, service, customer), refused('not_found'));
  await assert.rejects(agree(ours, { version: 1 }, customer), refused('not_found'));
  await assert.rejects(agree(theirs, { version: 1 }, actorOf('customer-viewer', theirs)), refused('forbidden'));
  const { consents } = await agree(theirs, { version: 1, by: 'somebody else', how: 'document' }, customer);
  assert.deepEqual([consents[0]?.agreedBy, consents[0]?.agreedHow], ['A customer-admin', 'portal']);
  assert.equal((await termsOf(theirs, service, customer)).consents.length, 1);
});

test('S99, S100: the accepted version and date of each customer are one list; a customer finds its own line alone', async () => {
  const { items } = await service.as(staff)(routes.listConsentStates);
  const line = (id: string) => items.find(({ accountId }) => accountId === id)!;
  assert.deepEqual(
    [line(ours).state, line(ours).last?.version, line(ours).last?.agreedOn],
    ['agreed', 1, (await termsOf(ours)).consents[0]!.agreedOn],
  );
  assert.equal(line(theirs).last?.agreedBy, 'A customer-admin');
  const next = (await later.as(staff)(routes.listConsentStates)).items.find(({ accountId }) => accountId === ours)!;
  assert.deepEqual([next.state, next.version, next.last?.version], ['asked', 2, 1]);
  const own = await service.as(actorOf('customer-viewer', theirs))(routes.listConsentStates);
  assert.deepEqual(
    own.items.map(({ accountId }) => accountId),
    [theirs],
  );
});
