import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Report, Role } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { startTestService, type TestService } from '../../../test/service.ts';
import { accessRoom, createKeyFor } from '../access/index.ts';
import { customersRoom } from '../customers/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { type Announcement, sql } from '../platform/index.ts';
import { reportsRoom } from './index.ts';
import { detectionOf, makeSampleAccount, type SampleAccount } from './sample-account.ts';

const publicUrl = () => 'http://127.0.0.1:7300';
let platform: TestPlatform;
let service: TestService;
let minato: SampleAccount;
let suzaku: SampleAccount;
const keys = new Map<Role | 'other viewer', string>();

type Issued = {
  id: string;
  report: Report;
  mail: { subject: string; text: string; html: string };
  pdf?: string;
  sentTo: string[];
  code?: string;
};
type Letter = {
  kind: string;
  recipient: string;
  language: string;
  subject: string;
  body_text: string;
  attachments: { name: string; contentType: string; base64: string }[];
};

before(async () => {
  platform = await startTestPlatform('2026-12-01T01:00:00.000Z');
  service = await startTestService(platform, [
    accessRoom(platform, { publicUrl }),
    customersRoom(platform, {
      editions: Editions.read(platform.config),
      onAccountCreated: async () => undefined,
    }),
    noticesRoom(platform, { publicUrl }),
    reportsRoom(platform),
  ]);
  minato = await makeSampleAccount(platform, 'minato');
  suzaku = await makeSampleAccount(platform, 'suzaku');
  for (const role of ['operator', 'service-manager', 'soc-analyst'] as const)
    keys.set(role, await createKeyFor(platform, { name: role, role }));
  const viewer = { role: 'customer-viewer', name: 'viewer' } as const;
  keys.set('customer-viewer', await createKeyFor(platform, { ...viewer, accountId: minato.accountId }));
  keys.set('other viewer', await createKeyFor(platform, { ...viewer, accountId: suzaku.accountId }));
  await recordDetections(platform, minato.accountId, [
    detectionOf(platform, minato, '2026-11-23T09:00:00+09:00'),
    detectionOf(platform, minato, '2026-11-24T09:00:00+09:00', { module: 'loginspection', kind: 'log.matched' }),
  ]);
  await addContact(minato, 'weekly@minato.example', 'ja', ['weekly']);
  await addContact(minato, 'both@minato.example', 'en', ['weekly', 'monthly']);
  await addContact(minato, 'monthly@minato.example', 'ja', ['monthly']);
  await addContact(minato, 'alerts@minato.example', 'ja', ['alerts']);
  const gone = await addContact(minato, 'gone@minato.example', 'ja', ['weekly', 'monthly']);
  await platform.database.as(minato.accountId, (tx) =>
    tx.run(sql`update customers_contact set bounced_at = ${platform.clock.now()} where id = ${gone}`),
  );
  await addContact(suzaku, 'weekly@suzaku.example', 'ja', ['weekly', 'monthly']);
});
after(async () => {
  await service.stop();
  await platform.stop();
});

async function addContact(account: SampleAccount, mail: string, language: string, purposes: string[]): Promise<string> {
  const body = { name: '港 太郎', mail, language, purposes };
  const path = `/accounts/${account.accountId}/contacts`;
  return (await service.send<{ id: string }>('POST', path, { key: keys.get('operator'), body })).body.id;
}
const issue = (body: object, who: Role = 'operator', headers: Record<string, string> = {}) =>
  service.send<Issued>('POST', '/reports', {
    key: keys.get(who),
    body: { accountId: minato.accountId, kind: 'weekly', period: '2026-W48', ...body },
    headers,
  });
const lettersOf = (account: SampleAccount) =>
  platform.database.as(account.accountId, (tx) =>
    tx.rows(sql<Letter>`
      select kind, recipient, language, subject, body_text, attachments from notices_notice where kind like 'report.%' order by created_at, recipient`),
  );
const audited = () =>
  platform.database.as(minato.accountId, (tx) =>
    tx.rows(sql<{ action: string; target: string; actor_name: string }>`
      select action, target, actor_name from audit_entry where action like 'report.%' order by at, action`),
  );

test('200: a report that is not sent is stored, listed, audited and announced; nobody is written to', async () => {
  const heard: Announcement[] = [];
  const end = platform.live.subscribe((event) => heard.push(event));
  const { status, body } = await issue({});
  assert.equal(status, 200);
  assert.deepEqual([body.report.total, body.sentTo, body.pdf], [2, [], undefined]);
  assert.match(body.mail.subject, /^【週次レポート】minato Inc\.様 /);
  assert.match(body.mail.text, /合計2件/);
  assert.match(body.mail.html, /^<!DOCTYPE html>/);
  assert.deepEqual(await lettersOf(minato), []);
  assert.deepEqual(await audited(), [
    { action: 'report.composed', target: `report:${body.id}`, actor_name: 'operator' },
  ]);
  for (let wait = 0; wait < 200 && !heard.some((event) => event.id === body.id); wait += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  end();
  assert.ok(
    heard.some((event) => 'topic' in event && event.topic === 'report' && event.accountId === minato.accountId),
  );
  const stored = await service.send<Report>('GET', `/reports/${body.id}`, { key: keys.get('operator') });
  assert.deepEqual([stored.status, stored.body], [200, body.report]);
  // A customer reads what was sent.
  for (const path of [`/reports/${body.id}`, `/reports/${body.id}/documents`])
    assert.equal((await service.send('GET', path, { key: keys.get('customer-viewer') })).status, 404);
  const own = await service.send<{ items: unknown[] }>('GET', '/reports', { key: keys.get('customer-viewer') });
  assert.deepEqual(own.body.items, []);
  const list = await service.send<{ items: { id: string; total: number }[] }>('GET', '/reports', {
    key: keys.get('operator'),
  });
  assert.deepEqual(
    list.body.items.map((item) => [item.id, item.total]),
    [[body.id, 2]],
  );
});

test('200: a weekly report goes to the account’s own contacts for it, each in their language, and not to an address that failed', async () => {
  platform.clock.advance(60_000);
  const { body } = await issue({ send: true }, 'service-manager');
  assert.deepEqual(body.sentTo.toSorted(), ['both@minato.example', 'weekly@minato.example']);
  const letters = await lettersOf(minato);
  assert.deepEqual(
    letters.map((letter) => [letter.kind, letter.recipient, letter.language]),
    [
      ['report.weekly', 'both@minato.example', 'en'],
      ['report.weekly', 'weekly@minato.example', 'ja'],
    ],
  );
  assert.match(letters[0]!.body_text, /There were 2 detections this week/);
  assert.match(letters[1]!.body_text, /この週の検出は合計2件/);
  assert.deepEqual(
    letters.map((letter) => letter.attachments),
    [[], []],
  );
  assert.deepEqual(await lettersOf(suzaku), []);
  const last = (await audited()).slice(-2);
  assert.deepEqual(
    last.map((entry) => entry.action),
    ['report.composed', 'report.sent'],
  );
});

test('S89, in part: the monthly report is mailed as a PDF, the same bytes that are stored', async () => {
  platform.clock.advance(60_000);
  const { body } = await issue({ kind: 'monthly', period: '2026-11', send: true });
  assert.deepEqual(body.sentTo.toSorted(), ['both@minato.example', 'monthly@minato.example']);
  const letters = (await lettersOf(minato)).filter((letter) => letter.kind === 'report.monthly');
  const [english, japanese] = letters;
  assert.deepEqual(
    letters.map((letter) => letter.attachments.length),
    [1, 1],
  );
  assert.equal(japanese!.attachments[0]!.base64, body.pdf);
  assert.equal(japanese!.attachments[0]!.contentType, 'application/pdf');
  assert.equal(japanese!.attachments[0]!.name, 'sakimori-report-2026-11.pdf');
  assert.notEqual(english!.attachments[0]!.base64, body.pdf);
  const pdf = Buffer.from(body.pdf!, 'base64');
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  const list = await service.send<{ items: { id: string; pdfSha256?: string; sentTo: string[] }[] }>(
    'GET',
    `/reports?accountId=${minato.accountId}`,
    { key: keys.get('operator') },
  );
  const item = list.body.items.find((one) => one.id === body.id);
  assert.equal(item?.pdfSha256, createHash('sha256').update(pdf).digest('hex'));
  assert.deepEqual(item?.sentTo, body.sentTo);
  const stored = await service.send<Pick<Issued, 'mail' | 'pdf'>>('GET', `/reports/${body.id}/documents`, {
    key: keys.get('customer-viewer'),
  });
  assert.deepEqual([stored.body.mail, stored.body.pdf], [body.mail, body.pdf]);
});

test('200: the stored renderings are in the language of who asks', async () => {
  const { body } = await issue({}, 'operator', { 'accept-language': 'en' });
  assert.match(body.mail.subject, /^\[Weekly report\] /);
});

test('400: a period that does not exist or is not of the kind', async () => {
  for (const change of [{ period: '2026-W54' }, { period: '2026-11' }, { kind: 'monthly' }]) {
    const { status, body } = await issue(change);
    assert.deepEqual([status, body.code], [400, 'period_invalid'], JSON.stringify(change));
  }
  for (const change of [{ period: '2026/11' }, { kind: 'yearly' }, { accountId: 'minato' }])
    assert.equal((await issue(change)).body.code, 'malformed');
});

test('403: customers and analysts do not compose; 401 without a key', async () => {
  assert.equal((await issue({}, 'customer-viewer')).status, 403);
  assert.equal((await issue({}, 'soc-analyst')).status, 403);
  assert.equal((await service.send('POST', '/reports', { body: {} })).status, 401);
});

test('404: another account’s report is not there for a customer, and is in no list of theirs', async () => {
  const { body } = await issue({});
  const asked = await service.send<{ detail: string }>('GET', `/reports/${body.id}`, { key: keys.get('other viewer') });
  assert.deepEqual([asked.status, asked.body.detail], [404, '該当するレポートが見つかりません。']);
  const papers = await service.send('GET', `/reports/${body.id}/documents`, { key: keys.get('other viewer') });
  assert.equal(papers.status, 404);
  for (const path of ['/reports', `/reports?accountId=${minato.accountId}`]) {
    const list = await service.send<{ items: unknown[] }>('GET', path, { key: keys.get('other viewer') });
    assert.deepEqual(list.body.items, []);
  }
  assert.equal((await issue({ accountId: '019ab000-0000-7000-8000-000000000000' })).status, 404);
});

test('409: a period that is not over; early is possible and says so', async () => {
  const refused = await issue({ period: '2026-W49' });
  assert.deepEqual([refused.status, refused.body.code], [409, 'period_not_over']);
  const early = await issue({ period: '2026-W49', early: true });
  assert.equal(early.status, 200);
  assert.match(early.body.mail.text, /集計期間の途中/);
});
