import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Actor, dayInJapan, languages, Report, routes } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample } from '../../../test/simulated-agent.ts';
import { casesRoom } from '../cases/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { composeReport } from './index.ts';
import { toLetter } from './mail.ts';
import { toPdf } from './pdf.ts';
import { sampleReport } from './sample-report.ts';

const marker = 'ZQXMARKER';
const poppler = spawnSync('pdftotext', ['-v']).error ? 'poppler-utils is not installed' : false;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-incidents-'));
const operator: Actor = { ...actorOf('operator'), name: `Sato ${marker}` };
let door: TestDoor;
let cases: Room;
let accountId = '';
let otherId = '';

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      cases = casesRoom({ platform, editions: Editions.read(platform.config) });
      return [cases];
    },
  });
  accountId = await door.makeAccount('Hizen');
  otherId = await door.makeAccount('Satsuma');
  await door.platform.database.asProvider((tx) => tx.run(sql`update customers_account set plan = 'highend'`));
});
after(async () => {
  await door.stop();
  rmSync(folder, { recursive: true, force: true });
});

const service = () => door.service.as(operator);
async function openCase(account: string, subject: string): Promise<string> {
  const list = async () => (await service()(routes.listCases, { query: { accountId: account } })).items;
  const known = new Set((await list()).map(({ id }) => id));
  const agent = await door.enrolAgent(account);
  const occurredAt = door.platform.clock.now().toISOString();
  await recordDetections(door.platform, account, [
    makeSample('intrusion', agent, { subject, severity: 'critical', occurredAt }),
  ]);
  for (const job of cases.jobs ?? [])
    if (job.name === 'alerts.opened') await job.run({ accountId: account } as never, AbortSignal.abort());
  return (await list()).find(({ id }) => !known.has(id))!.id;
}
const month = () => dayInJapan(door.platform.clock.now()).slice(0, 7);
const compose = (account = accountId, period = month()) =>
  composeReport(door.platform, { accountId: account, kind: 'monthly', period, early: true });
async function printed(language: 'ja' | 'en', report: Report): Promise<string> {
  const path = join(folder, 'report.pdf');
  writeFileSync(path, await toPdf(language, report));
  return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
}

test('S88, S88a, S88b, S88c: the monthly report says of each incident what was detected, when and what was done, on its page, in its letter and on paper; no internal word reaches any of them', {
  skip: poppler,
}, async () => {
  const caseId = await openCase(accountId, '198.51.100.9');
  const params = { caseId };
  await service()(routes.acknowledgeCase, { params, body: { note: `${marker} taken` } });
  await service()(routes.noteCase, { params, body: { text: `${marker} between us` } });
  await service()(routes.rankCase, { params, body: { severity: 'high', note: `${marker} rank` } });
  await service()(routes.moveCase, { params, body: { state: 'waiting', note: `${marker} waits` } });
  const told = '不審な通信を遮断しました。\nBlocked it.';
  await service()(routes.noteCase, { params, body: { audience: 'customer', text: told } });
  // A second case is merged into it: what the customer was told of it goes along, what is internal stays behind.
  // What happens in the same millisecond has no order.
  const later = () => door.platform.clock.advance(1000);
  later();
  const second = await openCase(accountId, '198.51.100.10');
  await service()(routes.noteCase, {
    params: { caseId: second },
    body: { audience: 'customer', text: 'SECONDHOST checked.' },
  });
  await service()(routes.noteCase, { params: { caseId: second }, body: { text: `${marker} second` } });
  await service()(routes.mergeCase, { params: { caseId: second }, body: { intoId: caseId } });
  later();
  // A title that somebody typed for their colleagues.
  await door.platform.database.asProvider((tx) => tx.run(sql`update cases_case set title = ${`${marker} title`}`));
  await service()(routes.closeCase, {
    params,
    body: { closing: 'handled', customerText: 'REMOVEDCAUSE', note: `${marker} closing` },
  });

  const report = await compose();
  // What the page asks for is this value, filtered by its schema.
  const shown = Report.parse(JSON.parse(JSON.stringify(report)));
  const [incident, ...more] = shown.incidents!.items;
  assert.equal(more.length, 0, 'a merged case is part of the other');
  assert.deepEqual(
    [incident?.state, incident?.closing, incident?.alertCount, incident?.hostCount],
    ['closed', 'handled', 2, 2],
  );
  assert.deepEqual(
    incident?.told.map(({ kind, text }) => [kind, text]),
    [
      ['note', told],
      ['note', 'SECONDHOST checked.'],
      ['closed', 'REMOVEDCAUSE'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(shown), new RegExp(marker));
  for (const language of languages) {
    const letter = toLetter(language, shown);
    const paper = await printed(language, shown);
    for (const [where, said] of Object.entries({ text: letter.text, html: letter.html, paper })) {
      assert.doesNotMatch(said, new RegExp(marker), `${language} ${where}`);
      const flat = said.replace(/<[^>]*>/g, '').replace(/\s+/g, '');
      for (const fact of ['198.51.100', 'REMOVEDCAUSE', 'SECONDHOST', '不審な通信を遮断しました。', hostOf(incident)])
        assert.ok(flat.includes(fact.replace(/\s+/g, '')), `${language} ${where}: ${fact}`);
    }
  }
});
const hostOf = (incident: { hosts: string[] } | undefined) => incident!.hosts[0]!;

test('S88, in part: an incident stands in the reports of the months in which it was open, and in none of another account', async () => {
  const caseId = await openCase(otherId, '203.0.113.77');
  const told = (await compose(otherId)).incidents!;
  assert.deepEqual([told.count, told.items[0]?.state], [1, 'open']);
  assert.ok(!JSON.stringify(await compose()).includes('203.0.113.77'));
  assert.equal((await compose(otherId, '2019-01')).incidents, undefined, 'not before it was detected');
  await service()(routes.acknowledgeCase, { params: { caseId }, body: {} });
  const { items } = (await compose(otherId)).incidents!;
  assert.deepEqual([items[0]?.state, items[0]?.told], ['working', []]);
});

test('S88, in part: hostile and very long words stay words on paper', { skip: poppler }, async () => {
  const at = '2026-11-03T01:00:00.000Z';
  const text = `#panic() <script>alert(1)</script> *bold* $x$ \u202E ${'長'.repeat(3500)}`;
  const one = { openedAt: at, state: 'working', severity: 'high', alertCount: 1, hostCount: 1 } as const;
  const lead = { kind: 'intrusion.matched', ruleId: '1', ruleName: '<b>rule</b>', subject: '203.0.113.7' };
  const entry = { at, kind: 'note', text, values: {} } as const;
  const items = Array.from({ length: 30 }, (_, index) => ({
    ...one,
    number: index + 1,
    hosts: ['web01'],
    lead,
    told: index < 2 ? [entry] : [],
  }));
  const report = sampleReport('2026-11', { incidents: { count: 250, items } });
  const paper = await printed('ja', report);
  for (const word of ['#panic()', '<script>alert(1)</script>', '*bold*', '$x$', '[U+202E]'])
    assert.ok(paper.includes(word), word);
  const { html, text: plain } = toLetter('ja', report);
  assert.ok(!html.includes('<script>') && html.includes('&lt;script&gt;'));
  assert.match(plain, /このほかに\d+件のインシデント/);
});
