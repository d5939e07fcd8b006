import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import {
  checkEdition,
  type Edition,
  type EditionFault,
  entitlement,
  type Feature,
  features,
  languages,
  type Outcome,
  plans,
  planTable,
  routes,
} from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { runCli, startCli } from '../../../test/run-cli.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { ConfigFault } from '../platform/index.ts';
import { Editions, editionsRoom } from './index.ts';

const shipped = resolve(import.meta.dirname, '../../../rules/editions');
const text = readFileSync(join(shipped, '2.json'), 'utf8');
const edition = Editions.read({ SAKIMORI_EDITION: '2' }).standard;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-editions-'));
let platform: TestPlatform;
let service: DirectService;
let ours: string;
let pinned: string[] = [];

/** The shipped edition with something changed. */
function changed(change: (value: Edition) => void): string {
  const value = JSON.parse(text) as Edition;
  change(value);
  return JSON.stringify(value);
}
const third = changed((value) => {
  value.id = '3';
  value.name = { ja: '第3版', en: 'Edition 3' };
  value.table.find(({ id }) => id === 'monthly')!.cells.advanced = { mark: 'included' };
});

before(async () => {
  writeFileSync(join(folder, '3.json'), third);
  const editions = Editions.read({ SAKIMORI_EDITION: '2', SAKIMORI_EDITIONS: folder });
  platform = await startTestPlatform();
  ours = await platform.makeAccount('Ours');
  service = openDirectService(platform, [editionsRoom(platform, editions, async () => pinned)]);
});
after(async () => {
  await service?.stop();
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('S26: the plan table rendered from the data equals the specification’s, cell by cell', () => {
  const source = JSON.parse(readFileSync(join(shipped, 'cases/2.plan-table.json'), 'utf8')) as {
    head: string[];
    rows: { category: string; service: string[]; cells: string[] }[];
  };
  const shown = planTable(edition, 'ja');
  assert.deepEqual(shown.head, source.head);
  assert.equal(shown.rows.length, source.rows.length);
  for (const [index, row] of source.rows.entries()) {
    const { category, service: lines, cells } = shown.rows[index]!;
    assert.equal(category, row.category);
    assert.deepEqual(lines, row.service);
    for (const [at, cell] of row.cells.entries()) assert.equal(cells[at], cell, `${row.service[0]} ${source.head[at]}`);
  }
  const english = planTable(edition, 'en');
  assert.deepEqual(english.rows.find(({ id }) => id === 'monthly')?.cells, ['×', 'Paid', '○']);
});

const outcomesOf = (feature: Feature): Outcome[] => plans.map((plan) => entitlement(edition, plan, feature).outcome);

test('S27, in part: setup, process monitoring, licence renewal and helpdesk are in all plans', () => {
  for (const feature of ['basic.setup', 'basic.processMonitoring', 'basic.licenseRenewal', 'basic.helpdesk'] as const)
    assert.deepEqual(outcomesOf(feature), ['granted', 'granted', 'granted'], feature);
});

test('S28, in part: the six basic changes are free in all plans, each by its clause', () => {
  const changes = features.filter((feature) => feature.startsWith('change.'));
  assert.equal(changes.length, 6);
  for (const feature of changes) {
    assert.deepEqual(outcomesOf(feature), ['granted', 'granted', 'granted'], feature);
    assert.equal(entitlement(edition, 'standard', feature).clause, '7(5)');
  }
});

test('S29, S30, S31, S32, S33, in part: what a plan grants, sells and refuses, and by which clause', () => {
  assert.deepEqual(outcomesOf('alert.response'), ['refused', 'granted', 'granted']);
  assert.deepEqual(outcomesOf('alert.mail'), ['granted', 'granted', 'granted']);
  assert.deepEqual(outcomesOf('report.weekly'), ['refused', 'granted', 'granted']);
  for (const feature of ['report.monthly', 'report.meeting', 'consulting.tuning'] as const)
    assert.deepEqual(outcomesOf(feature), ['refused', 'paid', 'granted'], feature);
  const clauses = plans.map((plan) => entitlement(edition, plan, 'alert.response').clause);
  assert.deepEqual(clauses, ['5', '7(7)', '7(8)']);
  assert.deepEqual(edition.response.advanced.handling === 'review' && edition.response.advanced.reviewed, [
    'integrity',
    'loginspection',
    'antimalware',
    'system',
  ]);
  assert.equal(edition.meetings.perYear, 4);
});

test('every decision carries its clause with a text in both languages', () => {
  for (const feature of features)
    for (const plan of plans) {
      const { clause, text: told } = entitlement(edition, plan, feature);
      for (const language of languages) {
        assert.ok(told[language].length > 10, `${feature} ${plan}`);
        assert.notEqual(told[language], clause);
      }
    }
});

test('all fifteen readings of unclear places are recorded, with the source’s words and the reading', () => {
  assert.deepEqual(
    edition.readings.map(({ id }) => id),
    Array.from({ length: 15 }, (_, index) => `Q${index + 1}`),
  );
  const monthly = edition.readings[0]!;
  assert.match(monthly.source.ja, /毎週第 1 営業日/);
  assert.match(edition.clauses['7(10)']!.ja, /毎週第 1 営業日/, 'the source’s own words stay');
  assert.equal(edition.deadlines.monthlyReport.counting, 'from');
  assert.deepEqual(edition.calendar.yearEnd, { from: '12-30', to: '01-03' });
});

const faultsOf = (given: string): readonly EditionFault[] => checkEdition(given).faults;
const pathsOf = (given: string): string[] => faultsOf(given).map(({ path }) => path);

test('a broken file gives the whole list of its faults, each with its path', () => {
  const shape = changed((value) => {
    (value.table[3]!.cells.highend as { mark: string }).mark = 'maybe';
    (value as unknown as Record<string, unknown>)['priority'] = 1;
    delete (value.features as Partial<Edition['features']>)['report.weekly'];
    value.prerequisites.nodesMin = 0;
    value.clauses['5']!.en = '';
  });
  assert.deepEqual(pathsOf(shape).sort(), [
    'clauses.5.en',
    'features.report.weekly',
    'prerequisites.nodesMin',
    'priority',
    'table.3.cells.highend.mark',
  ]);
  const meaning = changed((value) => {
    value.features['report.weekly'].row = 'daily';
    value.features['change.mode'].clause = '9(9)';
    value.deadlines.firstAnswer.reading = 'Q99';
    value.monitoring.hours = 'night';
    value.hours['business']!.to = '09:00';
    value.calendar.yearEnd!.to = '02-30';
    value.readings[1]!.id = 'Q1';
    value.response.standard = { ...value.response.highend };
    value.reports.weekly.deadline = 'never';
    delete value.reports.monthly.sender.highend;
  });
  const found = pathsOf(meaning);
  for (const path of [
    ...['features.report.weekly.row', 'table.4.id', 'features.change.mode.clause', 'deadlines.firstAnswer.reading'],
    ...['monitoring.hours', 'hours.business.to', 'calendar.yearEnd.to', 'readings.1.id', 'response.standard.handling'],
    ...['reports.weekly.deadline', 'reports.monthly.sender.highend'],
  ])
    assert.ok(found.includes(path), `${path} in ${found.join(', ')}`);
  assert.match(faultsOf('{')[0]!.problem, /not JSON/);
});

test('what is no edition gives faults and never an exception', () => {
  for (const value of [null, [], 1, 'x', {}, { table: [] }, { clauses: null }])
    assert.ok(faultsOf(JSON.stringify(value)).length > 0);
});

test('a manager with a broken edition does not start: the list of faults, and exit 78', async () => {
  const broken = mkdtempSync(join(tmpdir(), 'sakimori-editions-'));
  writeFileSync(
    join(broken, '4.json'),
    changed((value) => {
      value.features['change.mode'].clause = '9(9)';
      value.monitoring.hours = 'night';
    }),
  );
  try {
    const { code, err } = await startCli(['up', '--ephemeral', '--no-agent', '--json'], { SAKIMORI_EDITIONS: broken });
    assert.equal(code, 78, err);
    assert.match(err, /4\.json: features\.change\.mode\.clause: there is no clause 9\(9\)/);
    assert.match(err, /4\.json: monitoring\.hours/);
    const checked = await runCli(['edition', 'check', join(broken, '4.json')]);
    assert.equal(checked.code, 78);
    assert.equal(checked.out.trim().split('\n').length, 2);
    assert.equal((await runCli(['edition', 'check', join(shipped, '2.json')])).code, 0);
  } finally {
    rmSync(broken, { recursive: true, force: true });
  }
  const read = (id: string, own?: string) => () =>
    Editions.read({ SAKIMORI_EDITION: id, ...(own ? { SAKIMORI_EDITIONS: own } : {}) });
  assert.throws(read('9'), ConfigFault);
  assert.throws(read('2', '/nonexistent'), /there is no folder/);
  assert.throws(read('2', shipped), /2 is the id of/, 'two files of one id');
});

test('S103, in part: editions lie side by side and differ; a customer sees those of its own contracts alone', async () => {
  const staff = service.as(actorOf('operator'));
  const { items } = await staff(routes.listEditions);
  assert.deepEqual(
    items.map(({ id, isDefault }) => [id, isDefault]),
    [
      ['2', true],
      ['3', false],
    ],
  );
  const [second, next] = await Promise.all(
    ['2', '3'].map((editionId) => staff(routes.getEdition, { params: { editionId } })),
  );
  assert.equal(entitlement(second!, 'advanced', 'report.monthly').outcome, 'paid');
  assert.equal(entitlement(next!, 'advanced', 'report.monthly').outcome, 'granted');
  const customer = service.as(actorOf('customer-viewer', ours));
  const seen = async () => (await customer(routes.listEditions)).items.map(({ id }) => id);
  assert.deepEqual(await seen(), ['2']);
  await assert.rejects(customer(routes.getEdition, { params: { editionId: '3' } }), { code: 'not_found' });
  pinned = ['3'];
  assert.deepEqual(await seen(), ['3']);
  await assert.rejects(customer(routes.getEdition, { params: { editionId: '2' } }), { code: 'not_found' });
});
