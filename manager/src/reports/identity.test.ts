import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ProviderProfile, Refusal, routes } from '@sakimori/contract';
import { addContact, addHost, makeDetection, tellOf } from '../../../test/notices.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { auditRoutes } from '../audit/index.ts';
import { customersRoom, termsShown } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { sql } from '../platform/index.ts';
import { providerRoom } from '../provider/index.ts';
import { issueReport, reportsRoom } from './index.ts';

const poppler = spawnSync('pdftotext', ['-v']).error ? 'poppler-utils is not installed' : false;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-identity-'));
let platform: TestPlatform;
let service: DirectService;
const accounts: Record<'minato' | 'suzaku', string> = { minato: '', suzaku: '' };

before(async () => {
  platform = await startTestPlatform('2026-12-01T01:00:00.000Z');
  const editions = Editions.read(platform.config);
  const publicUrl = () => 'https://console.sakimori.example';
  service = openDirectService(platform, [
    providerRoom(platform),
    customersRoom(platform, { editions, onAccountCreated: async () => undefined }),
    noticesRoom(platform, { publicUrl }),
    reportsRoom(platform, { termsOf: (tx, accountId, day) => termsShown(tx, { editions }, accountId, day) }),
    { name: 'audit', routes: auditRoutes(platform) },
  ]);
  for (const name of ['minato', 'suzaku'] as const) {
    accounts[name] = await platform.makeAccount(name);
    await addContact(platform, accounts[name], `ja@${name}.example`, 'ja');
    await addContact(platform, accounts[name], `en@${name}.example`, 'en');
  }
});
after(async () => {
  await service?.stop();
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const admin = () => service.as(actorOf('provider-admin'));
const profile = (change: Partial<ProviderProfile> = {}): ProviderProfile => ({
  nameJa: '防人セキュリティ株式会社',
  nameEn: 'Sakimori Security K.K.',
  postalCode: '812-0011',
  addressJa: '福岡県福岡市博多区博多駅前一丁目',
  addressEn: 'Hakata, Fukuoka',
  tel: '092-000-0001',
  fax: '092-000-0002',
  mail: 'desk@sakimori.example',
  url: 'https://sakimori.example',
  colour: '#5b2a86',
  ...change,
});
const letters = (accountId: string) =>
  platform.database.as(accountId, (tx) =>
    tx.rows(
      sql<{ language: string; body_text: string; body_html: string; from_name: string | null }>`
        select language, body_text, body_html, from_name from notices_notice order by created_at, recipient`,
    ),
  );
let told = 0;
async function tellAlert(accountId: string) {
  platform.clock.advance(1000);
  const hostId = await addHost(platform, accountId, `web${++told}`);
  await tellOf(platform, makeDetection(platform, accountId, hostId));
  return (await letters(accountId)).slice(-2);
}
const issue = (accountId: string, kind: 'weekly' | 'monthly' = 'monthly', language: 'ja' | 'en' = 'ja') =>
  issueReport(platform, actorOf('operator'), language, {
    ...{ accountId, kind, early: false, send: false },
    period: kind === 'monthly' ? '2026-11' : '2026-W47',
  });
function textOf(pdf: Buffer | undefined): string {
  const path = join(folder, 'report.pdf');
  writeFileSync(path, pdf!);
  return execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' }).replace(/\s+/g, '');
}
const refusedAs = (code: Refusal['code'], about: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(JSON.stringify(error.facts), about);
  return true;
};
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><rect width="100" height="40" fill="#5b2a86"/></svg>';

test('S104, in part: until the provider says who it is, nothing is made up', async () => {
  assert.deepEqual((await admin()(routes.listBrands)).items, []);
  assert.deepEqual(await admin()(routes.getIdentity, { query: {} }), {});
  const [mail] = await tellAlert(accounts.minato);
  assert.match(mail!.body_text, /-- \nSakimori\n$/);
  const { report } = await issue(accounts.minato, 'weekly');
  assert.equal(report.provider, undefined);
});

test('S104: changing the profile changes new mails and reports in both languages, and no archived one', {
  skip: poppler,
}, async () => {
  const brand = await admin()(routes.createBrand, { body: { label: 'standard', profile: profile() } });
  assert.ok(brand.isDefault);
  const [en, ja] = await tellAlert(accounts.minato);
  for (const line of ['〒812-0011', '博多駅前一丁目', 'TEL 092-000-0001', 'FAX 092-000-0002', 'desk@sakimori.example'])
    assert.ok(ja!.body_text.includes(line) && ja!.body_html.includes(line), line);
  assert.ok(en!.body_text.includes('Sakimori Security K.K.') && en!.body_text.includes('Hakata, Fukuoka'));
  assert.deepEqual([en!.from_name, ja!.from_name], ['Sakimori Security K.K.', '防人セキュリティ株式会社']);

  await admin()(routes.putLogo, {
    params: { brandId: brand.id },
    body: { content: Buffer.from(svg).toString('base64') },
  });
  const monthly = await issue(accounts.minato);
  const weekly = await issue(accounts.minato, 'weekly');
  const paper = textOf(monthly.pdf);
  for (const line of ['防人セキュリティ株式会社', '〒812-0011', 'TEL092-000-0001', 'FAX092-000-0002'])
    assert.ok(paper.includes(line), line);
  assert.match(weekly.mail.text, /TEL 092-000-0001 {2}FAX 092-000-0002/);
  assert.match(weekly.mail.html, /background:#5b2a86/);
  const archived = await admin()(routes.getReportDocuments, { params: { reportId: monthly.id } });

  const standing = (await admin()(routes.listBrands)).items[0]!;
  const changed = profile({ nameJa: '新しい名前の会社', nameEn: 'The New Name', tel: '03-9999-9999' });
  await admin()(routes.updateBrand, {
    params: { brandId: brand.id },
    body: { label: 'standard', profile: changed, version: standing.version },
  });
  const [newEn, newJa] = await tellAlert(accounts.minato);
  assert.ok(newEn!.body_text.includes('The New Name') && newJa!.body_text.includes('TEL 03-9999-9999'));
  assert.equal(newJa!.from_name, '新しい名前の会社');
  const next = await issue(accounts.minato);
  assert.ok(textOf(next.pdf).includes('新しい名前の会社') && !textOf(next.pdf).includes('防人セキュリティ株式会社'));
  const english = await issue(accounts.minato, 'monthly', 'en');
  assert.ok(textOf(english.pdf).includes('TheNewName'));

  assert.deepEqual(await admin()(routes.getReportDocuments, { params: { reportId: monthly.id } }), archived);
  const kept = await admin()(routes.getReport, { params: { reportId: monthly.id } });
  assert.deepEqual(kept.provider, { brandId: brand.id, version: 2, profile: profile() });
  const earlier = (await letters(accounts.minato)).filter(({ from_name }) => from_name === '防人セキュリティ株式会社');
  assert.ok(earlier.length > 0 && earlier.every(({ body_text }) => body_text.includes('092-000-0001')));
});

test('S104: a customer has a brand of its own, and sees no other’s name, logo or telephone', async () => {
  const tower = profile({ nameJa: '塔の警備保障', nameEn: 'Tower Guards', tel: '06-1111-2222', colour: '#0b5a3c' });
  const { id: brandId } = await admin()(routes.createBrand, { body: { label: 'tower', profile: tower } });
  await admin()(routes.setAccountBrand, { params: { accountId: accounts.suzaku }, body: { brandId } });
  const [, ja] = await tellAlert(accounts.suzaku);
  assert.match(ja!.body_text, /塔の警備保障\n/);
  assert.equal(ja!.from_name, '塔の警備保障');
  const { report, mail } = await issue(accounts.suzaku, 'weekly');
  assert.equal(report.providerName, '塔の警備保障');
  assert.match(mail.html, /#0b5a3c/);
  const seen = (name: 'minato' | 'suzaku') =>
    service.as(actorOf('customer-viewer', accounts[name]))(routes.getIdentity, {
      query: { accountId: accounts.suzaku },
    });
  assert.equal((await seen('suzaku')).profile?.nameEn, 'Tower Guards');
  assert.equal((await seen('minato')).profile?.nameEn, 'The New Name');
  assert.ok((await seen('minato')).logo && !(await seen('suzaku')).logo);
  const labels = await platform.database.as(accounts.minato, (tx) =>
    tx.rows(sql<{ label: string }>`select label from provider_brand`),
  );
  assert.deepEqual(labels, [{ label: 'standard' }]);
  const customer = service.as(actorOf('customer-admin', accounts.minato));
  for (const route of [routes.listBrands, routes.createBrand] as const)
    await assert.rejects(
      customer(route as typeof routes.createBrand, { body: { label: 'x', profile: profile() } }),
      refusedAs('forbidden', /provider/),
    );
  assert.equal((await admin()(routes.listBrands)).items.find(({ label }) => label === 'tower')!.customers, 1);
  await admin()(routes.setAccountBrand, { params: { accountId: accounts.suzaku }, body: { brandId: null } });
  assert.equal((await seen('suzaku')).profile?.nameEn, 'The New Name');
});

test('names that would forge a header, colours nobody can read on and logos that run are refused, and each change is in the audit', async () => {
  const [brand] = (await admin()(routes.listBrands)).items;
  const put = (change: object) =>
    admin()(routes.updateBrand, {
      params: { brandId: brand!.id },
      body: { label: 'standard', profile: { ...profile(), ...change }, version: brand!.version },
    });
  for (const [change, about] of [
    [{ nameEn: 'Evil\r\nBcc: all@example.com' }, /profile\.nameEn/],
    [{ nameJa: '防人\u202eliame' }, /profile\.nameJa/],
    [{ nameJa: 'x'.repeat(201) }, /profile\.nameJa/],
    [{ colour: '#ffd400' }, /colour.*4\.5/],
    [{ colour: 'red' }, /colour/],
    [{ postalCode: '8120011' }, /postalCode/],
    [{ url: 'javascript:alert(1)' }, /url/],
    [{ tel: '1234;rm' }, /tel/],
    [{ signatureJa: 'a\u0000b' }, /signatureJa/],
  ] as const)
    await assert.rejects(put(change), refusedAs('malformed', about));
  await assert.rejects(
    admin()(routes.putLogo, {
      params: { brandId: brand!.id },
      body: { content: Buffer.from(svg.replace('<rect', '<script>x</script><rect')).toString('base64') },
    }),
    refusedAs('logo_refused', /script/),
  );
  await assert.rejects(
    admin()(routes.updateBrand, {
      params: { brandId: brand!.id },
      body: { label: 'standard', profile: profile(), version: 1 },
    }),
    refusedAs('version_conflict', /current/),
  );
  const { items } = await admin()(routes.listAudit, { query: { target: `brand:${brand!.id}` } });
  assert.deepEqual(
    items.map(({ action }) => action),
    ['provider.brand_changed', 'provider.logo_changed', 'provider.brand_created'],
  );
});

test('S99, S100, S101a, S101b, S101c, S101d, in part: a report carries the disclaimers of its edition with their version, in mail and on paper', {
  skip: poppler,
}, async () => {
  const { report, pdf } = await issue(accounts.minato);
  assert.deepEqual([report.terms?.edition, report.terms?.version], ['2', 1]);
  const paper = textOf(pdf);
  for (const part of ['§8(1)', '不正アクセス', '§8(2)', '§8(3)', '検知もしくは遮断できなかった場合', '破損、消失'])
    assert.ok(paper.includes(part), part);
  const weekly = await issue(accounts.minato, 'weekly', 'en');
  for (const clause of report.terms!.clauses) {
    assert.ok(weekly.mail.text.includes(clause.en), clause.number);
    assert.ok(weekly.mail.html.includes(`§${clause.number}`), clause.number);
  }
});
