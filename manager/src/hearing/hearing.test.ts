import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type HearingAnswers, Refusal, refusalText, routes } from '@sakimori/contract';
import { sheetFaultsAgainstOrder } from '@sakimori/contract/hearing/index';
import { refusedWith } from '../../../test/agents-door.ts';
import { sampleAnswers } from '../../../test/hearing.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { customersRoom, type Desk } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { appliedSheet, bindSheet, hearingRoom, latestSheet } from './index.ts';

let platform: TestPlatform;
let service: DirectService;
let desk: Desk;
const operator = actorOf('operator');

before(async () => {
  platform = await startTestPlatform();
  desk = { platform, editions: Editions.read(platform.config) };
  service = openDirectService(platform, [
    customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
    hearingRoom(desk, (task) => task),
  ]);
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

const staff = () => service.as(operator);
const makeAccount = async (customerName: string) =>
  (await staff()(routes.createAccount, { body: { customerName, name: customerName, plan: 'advanced' } })).id;
const begin = (body: { accountId?: string; customerName?: string }) => staff()(routes.createHearing, { body });
const save = (hearingId: string, basedOn: number, answers: HearingAnswers, confirm = false, actor = operator) =>
  service.as(actor)(routes.saveHearing, { params: { hearingId }, body: { basedOn, answers, confirm } });

test('S35, in part: a sheet begins with what is known, is saved as drafts, confirmed when nothing is missing, and its versions are compared', async () => {
  const accountId = await makeAccount('ヤマト商事');
  const { id } = await begin({ accountId });
  await refusedWith(begin({ accountId }), 'already_exists');
  const asked = await staff()(routes.getHearing, { params: { hearingId: id } });
  assert.equal(asked.prefilled.forms['company']?.['name'], 'ヤマト商事');
  assert.equal(asked.prefilled.forms['company']?.['plan'], 'advanced');
  const draft = await save(id, 0, asked.prefilled);
  assert.equal(draft.state, 'draft');
  assert.ok(draft.faults.some(({ code, path }) => code === 'required' && path?.question === 'nodes'));
  await refusedWith(save(id, 1, asked.prefilled, true), 'hearing_incomplete');
  await refusedWith(save(id, 0, asked.prefilled), 'version_conflict');
  assert.equal((await save(id, 1, asked.prefilled)).number, 1, 'what did not change is no new version');
  const confirmed = await save(id, 1, sampleAnswers('ヤマト商事'), true);
  assert.deepEqual([confirmed.number, confirmed.state], [2, 'confirmed']);
  const { items } = await staff()(routes.compareHearingVersions, {
    params: { hearingId: id },
    query: { from: 1, to: 2 },
  });
  const nodes = items.find(({ path }) => path.question === 'nodes');
  assert.deepEqual([nodes?.before, nodes?.after], [undefined, '2']);
  assert.match(nodes?.place?.cell ?? '', /^D\d+$/);
});

test('S22, in part: mounted storage is a caution at the hearing, with the cell, and holds nothing up', async () => {
  const { id } = await begin({ customerName: '水戸' });
  const answers = sampleAnswers('水戸');
  Object.assign(answers.tables['servers']![0]!.cells, { mounts: 's3', mountPaths: '/mnt/s3' });
  const saved = await save(id, 0, answers, true);
  assert.equal(saved.state, 'confirmed');
  const caution = saved.faults.find(({ code }) => code === 'mounts');
  assert.deepEqual(
    [caution?.level, caution?.place?.sheet, caution?.facts?.['name']],
    ['caution', 'サーバ一覧', 'web-01'],
  );
});

test('S24, in part: many files in a folder are a caution at the hearing', async () => {
  const { id } = await begin({ customerName: '多賀' });
  const answers = sampleAnswers('多賀');
  answers.tables['integrity'] = [{ id: 'r1', cells: { path: '/data', files: '1000000' } }];
  const { faults } = await save(id, 0, answers, true);
  assert.deepEqual(
    faults.map(({ code, level, facts }) => [code, level, facts?.['files']]),
    [['manyFiles', 'caution', 1_000_000]],
  );
});

test('S16: what is not supported in Japan is asked nowhere and cannot be ordered; the API says unsupported_in_region', async () => {
  const { id } = await begin({ customerName: '佐渡' });
  const { questions } = await staff()(routes.getHearing, { params: { hearingId: id } });
  const asked = questions.sections.flatMap((section) => section.questions.map(({ key }) => key));
  assert.ok(asked.includes('antiMalware') && !asked.includes('sap') && !asked.includes('activityMonitoring'));
  const answers = sampleAnswers('佐渡');
  answers.forms['modules']!['sap'] = 'on';
  await assert.rejects(save(id, 0, answers), (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, 'unsupported_in_region');
    assert.match(refusalText('ja', error), /「SAP 向けスキャナ」は日本国内ではサポートされていない/);
    return true;
  });
  answers.forms['modules']!['sap'] = 'off';
  assert.equal((await save(id, 0, answers)).answers.forms['modules']?.['sap'], undefined);
});

test('S35, in part: a sheet that contradicts the order is told where', () => {
  const answers = sampleAnswers('ヤマト商事');
  assert.deepEqual(
    sheetFaultsAgainstOrder(answers, { customerName: 'ﾔﾏﾄ商事', plan: 'advanced', nodes: 2 }),
    [],
    'letters of another width are no contradiction',
  );
  const faults = sheetFaultsAgainstOrder(answers, {
    customerName: '武蔵',
    plan: 'standard',
    nodes: 1,
    startsOn: '2027-01-01',
  });
  assert.deepEqual(
    faults.map(({ code }) => code),
    ['orderCustomer', 'orderPlan', 'orderNodes', 'orderStart', 'orderServers'],
  );
});

test('S35, in part: a customer without an account has a sheet, which goes to the account with all its versions', async () => {
  const { id } = await begin({ customerName: '駿河' });
  await save(id, 0, sampleAnswers('駿河'), true);
  const accountId = await makeAccount('駿河');
  await platform.database.asProvider(async (tx) => {
    assert.equal((await latestSheet(tx, { customerName: '駿河' }))?.hearingId, id);
    await bindSheet(tx, desk, operator, id, accountId);
  });
  await platform.database.as(accountId, async (tx) => {
    const latest = await latestSheet(tx, { accountId });
    assert.deepEqual([latest?.version?.number, latest?.accountId], [1, accountId]);
    assert.equal(await appliedSheet(tx, accountId), undefined, 'nothing was applied yet');
  });
});

test('S35, in part: a customer fills in the own sheet and knows no other one', async () => {
  const accountId = await makeAccount('相模');
  const { id } = await begin({ accountId });
  const own = actorOf('customer-admin', accountId);
  assert.equal((await save(id, 0, sampleAnswers('相模'), true, own)).createdBy, own.name);
  const stranger = actorOf('customer-admin', await makeAccount('伊豆'));
  const { id: nobodys } = await begin({ customerName: '甲斐' });
  for (const hearingId of [id, nobodys]) {
    const params = { hearingId };
    await refusedWith(service.as(stranger)(routes.getHearing, { params }), 'not_found');
    await refusedWith(save(hearingId, 0, sampleAnswers('x'), false, stranger), 'not_found');
    await refusedWith(
      service.as(stranger)(routes.getHearingVersion, { params: { hearingId, number: 1 } }),
      'not_found',
    );
  }
  assert.deepEqual((await service.as(stranger)(routes.listHearings, { query: {} })).items, []);
  await refusedWith(service.as(own)(routes.createHearing, { body: { customerName: '伊賀' } }), 'forbidden');
});

const put = (hearingId: string, name: string, content: string, actor = operator) =>
  service.as(actor)(routes.importHearing, { params: { hearingId }, body: { name, content } });

test('S35: a sheet is exported, filled in and imported without losing a field; the file is kept, and the same file twice is one version', async () => {
  const accountId = await makeAccount('出雲');
  const { id } = await begin({ accountId });
  await save(id, 0, sampleAnswers('出雲'));
  const file = await staff()(routes.exportHearing, { params: { hearingId: id }, query: { language: 'ja' } });
  assert.match(file.name, /^ヒアリングシート-出雲\.xlsx$/);
  const first = await put(id, '記入済み.xlsx', file.content);
  assert.deepEqual([first.outcome, first.version?.number, first.version?.state], ['imported', 2, 'confirmed']);
  assert.deepEqual(
    first.version?.answers,
    (await staff()(routes.getHearingVersion, { params: { hearingId: id, number: 1 } })).answers,
  );
  const again = await put(id, '別名.xlsx', file.content);
  assert.deepEqual([again.outcome, again.version?.number], ['duplicate', 2]);
  const original = await staff()(routes.getHearingOriginal, { params: { hearingId: id, number: 2 } });
  assert.deepEqual([original.name, original.content], ['記入済み.xlsx', file.content]);
  assert.equal(first.version?.file?.uploadedBy, operator.name);
  assert.equal(first.version?.places['servers/r2/address']?.sheet, 'サーバ一覧');
  const stranger = actorOf('customer-admin', await makeAccount('石見'));
  await refusedWith(put(id, 'x.xlsx', file.content, stranger), 'not_found');
  await refusedWith(
    service.as(stranger)(routes.getHearingOriginal, { params: { hearingId: id, number: 2 } }),
    'not_found',
  );
  await refusedWith(service.as(stranger)(routes.exportHearing, { params: { hearingId: id }, query: {} }), 'not_found');
});

test('S35, in part: what is wrong in a file stores nothing; a file of another customer or of no sheet is refused', async () => {
  const [{ id }, { id: other }] = [await begin({ customerName: '安芸' }), await begin({ customerName: '備後' })];
  await save(id, 0, sampleAnswers('安芸'));
  const { content } = await staff()(routes.exportHearing, { params: { hearingId: id }, query: {} });
  await refusedWith(put(other, 'x.xlsx', content), 'workbook_refused');
  await refusedWith(put(id, 'x.xlsx', Buffer.from('no workbook at all').toString('base64')), 'workbook_refused');
  const wrong = sampleAnswers('安芸');
  wrong.tables['servers']![0]!.cells['address'] = 'not an address';
  await save(id, 1, wrong);
  const bad = await staff()(routes.exportHearing, { params: { hearingId: id }, query: {} });
  const { outcome, faults, version } = await put(id, 'bad.xlsx', bad.content);
  assert.deepEqual([outcome, version], ['refused', undefined]);
  assert.deepEqual(
    faults.map(({ code, place }) => [code, place]),
    [['address', { sheet: 'サーバ一覧', cell: 'E9' }]],
  );
  const [hearing] = (await staff()(routes.listHearings, { query: {} })).items.filter((one) => one.id === id);
  assert.equal(hearing?.versions.length, 2, 'nothing was stored');
});
