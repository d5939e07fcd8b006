import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Refusal, routes } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { auditRoutes } from '../audit/index.ts';
import { customersRoom } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { sql } from '../platform/index.ts';
import { providerRoom } from '../provider/index.ts';
import { reportsRoom } from './index.ts';

let platform: TestPlatform;
let service: DirectService;
let accountId: string;
let otherId: string;
const contacts: Record<'ja' | 'en', string> = { ja: '', en: '' };
const poppler = spawnSync('pdftotext', ['-v']).error ? 'poppler-utils is not installed' : false;

before(async () => {
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  const editions = Editions.read(platform.config);
  service = openDirectService(platform, [
    customersRoom(platform, { editions, onAccountCreated: async () => undefined }),
    noticesRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
    providerRoom(platform),
    reportsRoom(platform),
    { name: 'audit', routes: auditRoutes(platform) },
  ]);
  const make = async (name: string) =>
    (await staff()(routes.createAccount, { body: { customerName: `株式会社${name}`, name, plan: 'advanced' } })).id;
  [accountId, otherId] = [await make('みなと'), await make('よそ')];
  for (const language of ['ja', 'en'] as const)
    contacts[language] = (
      await staff()(routes.createContact, {
        params: { accountId },
        body: { name: language, mail: `${language}@minato.example`, language, purposes: [] },
      })
    ).id;
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

const staff = () => service.as(actorOf('operator'));
const refused = (code: Refusal['code']) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};
const offer = (title: string, more: object = {}) =>
  staff()(routes.createQuote, {
    params: { accountId },
    body: { feature: 'consulting.tuning', title, unitYen: 120_000, quantity: 2, validUntil: '2026-12-31', ...more },
  });
const documentOf = (quoteId: string, language: 'ja' | 'en' = 'ja') =>
  staff()(routes.getQuoteDocument, { params: { accountId, quoteId }, query: { language } });
function textOf(content: string): string {
  const { stdout } = spawnSync('pdftotext', ['-layout', '-', '-'], {
    input: Buffer.from(content, 'base64'),
    encoding: 'utf8',
  });
  return stdout.replaceAll(/\s+/g, '');
}

test('S34, S104: a quote is a document with number, amount, terms and the provider’s name, in both languages, and stays what it was', {
  skip: poppler,
}, async () => {
  const quote = await offer('変更監視ルールの調整');
  const [ja, en] = [await documentOf(quote.id), await documentOf(quote.id, 'en')];
  assert.match(ja.name, /^Q-20261124-\d+\.pdf$/);
  const said = textOf(ja.content);
  for (const word of [
    '御見積書',
    '株式会社みなと御中',
    '変更監視ルールの調整',
    '240,000円',
    '120,000円',
    '2026-12-31',
    'ご承認をいただくまで、作業は開始いたしません。',
  ])
    assert.ok(said.includes(word.replaceAll(' ', '')), `${word}: ${said}`);
  const english = textOf(en.content);
  for (const word of ['Quotation', 'JPY240,000', 'Noworkbeginsbeforeyouhaveapprovedit.'])
    assert.ok(english.includes(word), english);
  // The provider says who it is afterwards: what was offered stays, what is offered next has it.
  await service.as(actorOf('provider-admin'))(routes.createBrand, {
    body: {
      label: 'main',
      profile: {
        nameJa: '防人サービス株式会社',
        nameEn: 'Sakimori Service',
        tel: '03-0000-0000',
        colour: '#0b5d3b',
      } as never,
    },
  });
  assert.equal((await documentOf(quote.id)).sha256, ja.sha256);
  const later = textOf(
    (await documentOf((await offer('二件目', { billing: 'monthly', startsOn: '2026-12-01' })).id)).content,
  );
  for (const word of [
    '防人サービス株式会社',
    '03-0000-0000',
    '月額240,000円',
    '2026-12-01から、毎月ご請求いたします。',
  ])
    assert.ok(later.includes(word), `${word}: ${later}`);
});

test('S34, in part: the document is mailed to chosen contacts in their languages, with an audit entry; the approval is on record', async () => {
  const quote = await offer('送付');
  const params = { accountId, quoteId: quote.id };
  const { sentTo } = await staff()(routes.sendQuote, {
    params,
    body: { contactIds: [contacts.ja, contacts.en, contacts.ja] },
  });
  assert.deepEqual(sentTo.sort(), ['en@minato.example', 'ja@minato.example']);
  const letters = await platform.database.as(accountId, (tx) =>
    tx.rows(sql<{ recipient: string; subject: string; attachments: { name: string }[] }>`
      select recipient, subject, attachments from notices_notice where kind = 'quote.offered' order by recipient`),
  );
  assert.deepEqual(
    letters.map(({ attachments }) => attachments.length),
    [1, 1],
  );
  assert.match(letters[0]!.subject, /^Quotation Q-/);
  assert.match(letters[1]!.subject, /^【お見積もり】Q-/);
  const { items } = await staff()(routes.listAudit, { query: { accountId } as never });
  assert.ok(items.some(({ action, target }) => action === 'quote.sent' && target === `quote:${quote.id}`));
  const body = { decision: 'approved', by: 'K. Sato', how: 'document' } as const;
  const decided = await staff()(routes.decideQuote, { params, body });
  assert.deepEqual([decided.state, decided.decidedBy, decided.decidedHow], ['approved', 'K. Sato', 'document']);
  await assert.rejects(
    staff()(routes.sendQuote, { params, body: { contactIds: [contacts.ja] } }),
    refused('wrong_state'),
  );
});

test('S34, S41, in part: another account neither reads, sends nor is sent a quote; hostile titles print as they are', async () => {
  const quote = await offer('#panic("x") $(id) <script> \u202e');
  const params = { accountId, quoteId: quote.id };
  const stranger = service.as(actorOf('customer-admin', otherId));
  await assert.rejects(stranger(routes.getQuoteDocument, { params, query: {} }), refused('not_found'));
  await assert.rejects(
    stranger(routes.getQuoteDocument, { params: { ...params, accountId: otherId }, query: {} }),
    refused('not_found'),
  );
  await assert.rejects(
    stranger(routes.sendQuote, { params, body: { contactIds: [contacts.ja] } }),
    refused('forbidden'),
  );
  const own = await service.as(actorOf('customer-viewer', accountId))(routes.getQuoteDocument, { params, query: {} });
  assert.ok(Buffer.from(own.content, 'base64').subarray(0, 5).equals(Buffer.from('%PDF-')));
  await assert.rejects(staff()(routes.sendQuote, { params, body: { contactIds: [otherId] } }), refused('not_found'));
  const seen = await platform.database.as(otherId, (tx) => tx.rows(sql`select 1 from reports_quote_document`));
  assert.deepEqual(seen, []);
});
