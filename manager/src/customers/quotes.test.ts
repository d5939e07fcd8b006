import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Plan, Refusal, refusalText, routes } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { Editions } from '../editions/index.ts';
import { sql } from '../platform/index.ts';
import { checkWork, customersRoom, type Desk, entitlementOf } from './index.ts';

let platform: TestPlatform;
let service: DirectService;
let desk: Desk;
let advanced: string;
let standard: string;

before(async () => {
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  desk = { platform, editions: Editions.read(platform.config) };
  service = openDirectService(platform, [
    customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
  ]);
  [advanced, standard] = [await makeAccount('advanced', 'Yamato'), await makeAccount('standard', 'Musashi')];
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

const staff = () => service.as(actorOf('operator'));
async function makeAccount(plan: Plan, customerName: string): Promise<string> {
  return (await staff()(routes.createAccount, { body: { customerName, name: `=${customerName}`, plan } })).id;
}
const offer = (accountId: string, more: Partial<Parameters<typeof body>[0]> = {}) =>
  staff()(routes.createQuote, { params: { accountId }, body: body(more) });
function body(more: {
  feature?: 'consulting.tuning' | 'report.monthly' | 'report.weekly';
  title?: string;
  billing?: 'once' | 'monthly';
  startsOn?: string;
  endsOn?: string;
  validUntil?: string;
  quantity?: number;
  beyondPlan?: boolean;
}) {
  const usual = { feature: 'consulting.tuning', title: 'カスタムルール, "web"', unitYen: 50_000 } as const;
  return { ...usual, validUntil: '2026-12-31', ...more };
}
const decide = (
  accountId: string,
  quoteId: string,
  given: object = { decision: 'approved', by: '佐藤', how: 'phone' },
) => staff()(routes.decideQuote, { params: { accountId, quoteId }, body: given as { decision: 'approved' } });
const work = (accountId: string, quoteId: string, step: 'started' | 'done') =>
  staff()(routes.workOnQuote, { params: { accountId, quoteId }, body: { step } });
const refused = (code: Refusal['code'], text?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, error.message);
  if (text) assert.match(refusalText('ja', error), text);
  return true;
};
const check = (accountId: string, feature: 'consulting.tuning' | 'report.monthly', quoteId?: string) =>
  platform.database.asProvider((tx) => checkWork(tx, desk, { accountId, feature, ...(quoteId ? { quoteId } : {}) }));

test('S33, in part: Standard is refused with the way up, Advanced needs a quote, High-end is accepted', async () => {
  const high = await makeAccount('highend', 'Echizen');
  await assert.rejects(check(standard, 'consulting.tuning'), refused('not_in_plan', /上位プラン.*§5/));
  await assert.rejects(offer(standard), refused('not_in_plan'));
  await assert.rejects(check(advanced, 'consulting.tuning'), refused('quote_needed', /有償/));
  await check(high, 'consulting.tuning');
  await assert.rejects(offer(high), refused('included_in_plan'));
  await offer(high, { beyondPlan: true });
});

test('S34: no work before the customer approved the quote, whatever else became of it', async () => {
  const quote = await offer(advanced);
  assert.deepEqual([quote.state, quote.work, quote.clause], ['offered', 'none', '5']);
  await assert.rejects(work(advanced, quote.id, 'started'), refused('quote_not_approved', /承認待ち/));
  await assert.rejects(check(advanced, 'consulting.tuning', quote.id), refused('quote_not_approved'));
  await assert.rejects(decide(advanced, quote.id, { decision: 'approved' }), refused('malformed'));
  const declined = await offer(advanced);
  await decide(advanced, declined.id, { decision: 'declined', by: '佐藤', how: 'mail' });
  await assert.rejects(work(advanced, declined.id, 'started'), refused('quote_not_approved'));
  const late = await offer(advanced, { validUntil: '2026-11-24' });
  platform.clock.set('2026-11-24T15:00:00.000Z');
  await assert.rejects(decide(advanced, late.id), refused('wrong_state', /期限切れ/));
  await assert.rejects(
    platform.database.asProvider((tx) =>
      tx.run(sql`update customers_quote set started_at = ${platform.clock.now()} where id = ${quote.id}`),
    ),
    { code: '23514' },
    'the database holds it too',
  );
  const approved = await decide(advanced, quote.id);
  assert.deepEqual([approved.state, approved.decidedBy, approved.decidedHow], ['approved', '佐藤', 'phone']);
  await check(advanced, 'consulting.tuning', quote.id);
  assert.equal((await work(advanced, quote.id, 'started')).work, 'started');
  assert.equal((await work(advanced, quote.id, 'done')).work, 'done');
  await assert.rejects(work(advanced, quote.id, 'done'), refused('wrong_state'));
  await assert.rejects(decide(advanced, quote.id), refused('wrong_state'));
});

test('S31, in part: an approved monthly add-on grants the report on the days that it covers', async () => {
  const quote = await offer(advanced, {
    feature: 'report.monthly',
    title: '月次レポート',
    billing: 'monthly',
    startsOn: '2026-12-01',
    endsOn: '2027-02-28',
  });
  const on = (day: string) =>
    platform.database.as(advanced, (tx) =>
      entitlementOf(tx, desk, { accountId: advanced, feature: 'report.monthly', day }),
    );
  assert.equal((await on('2026-12-01')).outcome, 'paid', 'not before it is approved');
  await decide(advanced, quote.id);
  const outcomes = [];
  for (const day of ['2026-11-30', '2026-12-01', '2027-02-28', '2027-03-01']) outcomes.push((await on(day)).outcome);
  assert.deepEqual(outcomes, ['paid', 'granted', 'granted', 'paid']);
  assert.equal((await on('2026-12-01')).quoteId, quote.id);
});

test('S34: approved work that is done, and add-ons, are the billing lines of a month, as CSV and as a workbook', async () => {
  const lines = async (month: string) =>
    (await staff()(routes.listBillingLines, { query: { month } })).items.map(({ title, totalYen }) => [
      title,
      totalYen,
    ]);
  assert.deepEqual(await lines('2026-10'), []);
  assert.deepEqual(await lines('2026-11'), [['カスタムルール, "web"', 50_000]]);
  assert.deepEqual(await lines('2026-12'), [['月次レポート', 50_000]]);
  assert.deepEqual(await lines('2027-03'), []);
  const take = async (format: 'csv' | 'xlsx') => {
    const file = await staff()(routes.exportBillingLines, { query: { month: '2026-11', format } });
    return { ...file, bytes: Buffer.from(file.content, 'base64') };
  };
  const csv = (await take('csv')).bytes.toString('utf8');
  assert.equal(csv.charCodeAt(0), 0xfeff);
  const [head, line, rest] = csv.slice(1).split('\r\n');
  assert.match(head ?? '', /^Month,Customer,Account,Contract,Quote,/);
  assert.match(
    line ?? '',
    /^2026-11,Yamato,'=Yamato,,1,Tuning and custom rules,"カスタムルール, ""web""",50000,1,50000,/,
  );
  assert.equal(rest, '');
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-billing-'));
  try {
    const file = await take('xlsx');
    assert.equal(file.name, 'sakimori-billing-2026-11.xlsx');
    const path = join(folder, file.name);
    writeFileSync(path, file.bytes);
    const read =
      'import sys, zipfile, xml.dom.minidom as m\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nfor n in z.namelist(): m.parseString(z.read(n))\nsys.stdout.buffer.write(z.read("xl/worksheets/sheet1.xml"))';
    const sheet = execFileSync('python3', ['-c', read, path], { encoding: 'utf8' });
    assert.match(sheet, /<t xml:space="preserve">=Yamato<\/t>/);
    assert.match(sheet, /カスタムルール, &quot;web&quot;/);
    assert.match(sheet, /<v>50000<\/v>/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('S34, S41: a customer approves the own quote in the own name, and never sees or decides another’s', async () => {
  const quote = await offer(advanced);
  const ours = service.as(actorOf('customer-admin', advanced));
  const theirs = service.as(actorOf('customer-admin', standard));
  const params = { accountId: advanced, quoteId: quote.id };
  const yes = { params, body: { decision: 'approved', by: 'somebody else', how: 'document' } as const };
  await assert.rejects(theirs(routes.decideQuote, yes), refused('not_found'));
  await assert.rejects(
    theirs(routes.decideQuote, { ...yes, params: { accountId: standard, quoteId: quote.id } }),
    refused('not_found'),
  );
  assert.deepEqual((await theirs(routes.listQuotes, { query: { accountId: advanced } })).items, []);
  const viewer = service.as(actorOf('customer-viewer', advanced));
  await assert.rejects(viewer(routes.decideQuote, yes), refused('forbidden'));
  await assert.rejects(ours(routes.listBillingLines, { query: { month: '2026-11' } }), refused('forbidden'));
  await assert.rejects(ours(routes.workOnQuote, { params, body: { step: 'started' } }), refused('forbidden'));
  const approved = await ours(routes.decideQuote, yes);
  assert.deepEqual([approved.decidedBy, approved.decidedHow], ['A customer-admin', 'portal']);
  const audit = await platform.database.as(advanced, (tx) =>
    tx.rows(sql<{ action: string }>`select distinct action from audit_entry where action like 'quote.%' order by 1`),
  );
  assert.deepEqual(
    audit.map(({ action }) => action),
    ['quote.decided', 'quote.offered', 'quote.work'],
  );
});

test('numbers of quotes follow each other within an account, even when two are offered at once', async () => {
  await Promise.all([offer(advanced), offer(advanced)]);
  const { items } = await staff()(routes.listQuotes, { query: { accountId: advanced } });
  assert.deepEqual(
    items.map(({ number }) => number).sort((a, b) => a - b),
    items.map((_, index) => index + 1),
  );
  await staff()(routes.withdrawQuote, {
    params: { accountId: advanced, quoteId: items[0]!.id },
    body: { reason: 'typo' },
  });
  await assert.rejects(decide(advanced, items[0]!.id), refused('wrong_state'));
});
