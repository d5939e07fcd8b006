import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Refusal, routes } from '@sakimori/contract';
import { type ReportDesk, startReportDesk } from '../../../test/report-desk.ts';
import { sql } from '../platform/index.ts';
import { makeDraft } from './drafts.ts';
import { toPdf } from './pdf.ts';
import { printPaper } from './presses.ts';
import { zeroReport } from './sample-report.ts';

/** A template that cannot be printed: the draft fails so that somebody hears of it, once, and what there was stands. */

const month = '2026-11';
let desk: ReportDesk;
let accountId: string;
let brandId: string;

before(async () => {
  desk = await startReportDesk('2026-11-02T01:00:00.000Z');
  accountId = await desk.makeAccount('highend', 'tsubaki');
  const profile = {
    ...{
      nameJa: '防人セキュリティ株式会社',
      nameEn: 'Sakimori Security K.K.',
      postalCode: '812-0011',
      tel: '092-000-0001',
    },
    ...{
      addressJa: '福岡県福岡市博多区',
      addressEn: 'Hakata, Fukuoka',
      fax: '092-000-0002',
      mail: 'desk@sakimori.example',
    },
    ...{ url: 'https://sakimori.example', colour: '#5b2a86' },
  };
  const brand = await desk.client('provider-admin')(routes.createBrand, { body: { label: 'standard', profile } });
  brandId = brand.id;
});
after(() => desk?.stop());

/** Gives the brand a logo past the door that reads it, as no route would: Typst refuses to print it. */
const breakLogo = () =>
  desk.platform.database.asProvider(async (tx) => {
    await tx.run(sql`
      insert into provider_brand_version (brand_id, version, profile, logo, logo_type, made_at, made_by)
      select b.id, b.version + 1, v.profile, ${Buffer.from('<svg')}, 'image/svg+xml', v.made_at, 'test'
      from provider_brand b join provider_brand_version v on v.brand_id = b.id and v.version = b.version where b.id = ${brandId}`);
    await tx.run(sql`update provider_brand set version = version + 1 where id = ${brandId}`);
  });
const mendLogo = () => desk.client('provider-admin')(routes.putLogo, { params: { brandId }, body: { content: '' } });
const refused = (code: Refusal['code']) => (error: unknown) => error instanceof Refusal && error.code === code;
/** Pieces of work about drafts that could not be composed, and how each stands. */
const workOf = () =>
  desk.platform.database.asProvider((tx) =>
    tx.rows(sql<{ state: string }>`
      select case when ended_at is null then 'open' else state end as state from work_item
      where tenant_id = ${accountId} and kind = 'reportUncomposed' order by number`),
  );

test('a draft that the press refuses is on the board with the reason and is one piece of work, however often it is tried; the next that can be printed settles it', async () => {
  await breakLogo();
  await desk.tick('reports.drafts', '2026-11-30T15:05:00.000Z');
  const failing = await desk.issueOf(accountId, month, ({ problem }) => problem !== undefined);
  assert.deepEqual([failing.state, failing.waitsFor, failing.reportId], ['awaited', 'composer', undefined]);
  assert.match(failing.problem!, /press refused it/);
  const asked = { accountId, kind: 'monthly', period: month } as const;
  for (const _ of [1, 2]) await assert.rejects(makeDraft(desk.platform, asked), /press refused it/);
  assert.deepEqual(await workOf(), [{ state: 'open' }]);
  const { items } = await desk.client('operator')(routes.listWork, { query: { accountId } });
  const work = items.find(({ kind }) => kind === 'reportUncomposed')!;
  assert.deepEqual(
    [work.target, work.dueAt, work.facts],
    [`report:${failing.id}`, failing.dueAt, { kind: 'monthly', period: month }],
  );
  assert.equal(desk.mail.mails.length, 0, 'nothing went to the customer');
  const reports = await desk.client('operator')(routes.listReports, { query: { accountId } });
  assert.deepEqual(
    reports.items.filter(({ period }) => period === month),
    [],
    'nor is half a report kept',
  );

  await mendLogo();
  await makeDraft(desk.platform, asked);
  const draft = await desk.issueOf(accountId, month);
  assert.deepEqual([draft.state, draft.problem], ['draft', undefined]);
  assert.deepEqual(await workOf(), [{ state: 'done' }]);
});

test('composed again by a template with an error, the draft before it stands with its signature’s hash, and a good one takes its place later', async () => {
  const operator = desk.client('operator');
  const before = await desk.issueOf(accountId, month);
  const params = { issueId: before.id };
  await breakLogo();
  await assert.rejects(operator(routes.recomposeReport, { params }), refused('report_not_composed'));
  await assert.rejects(operator(routes.recomposeReport, { params }), refused('report_not_composed'));
  const standing = await desk.issueOf(accountId, month);
  assert.deepEqual([standing.reportId, standing.sha256, standing.state], [before.reportId, before.sha256, 'draft']);
  assert.match(standing.problem!, /press refused it/);
  assert.deepEqual(await workOf(), [{ state: 'done' }, { state: 'open' }]);
  await mendLogo();
  await operator(routes.recomposeReport, { params });
  const anew = await desk.issueOf(accountId, month, ({ reportId }) => reportId !== before.reportId);
  assert.equal(anew.problem, undefined);
  assert.deepEqual(await workOf(), [{ state: 'done' }, { state: 'done' }]);
  const customer = desk.client('customer-admin', { accountId });
  await assert.rejects(customer(routes.listWork, { query: {} }), refused('forbidden'));
  await assert.rejects(customer(routes.recomposeReport, { params }), refused('forbidden'));
});

test('the press that refused a paper prints the next one', async () => {
  await assert.rejects(printPaper('monthly', { title: 'nothing else' }), /The press refused it/);
  await assert.rejects(printPaper('quote', []), /The press refused it/);
  assert.equal((await toPdf('ja', zeroReport(month))).toString('latin1', 0, 5), '%PDF-');
});
