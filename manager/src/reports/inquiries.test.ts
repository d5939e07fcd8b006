import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Report, routes, type TicketKind } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { customersRoom, type Desk } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { ticketsRoom } from '../tickets/index.ts';
import { workRoom } from '../work/index.ts';
import { reportsRoom } from './index.ts';
import { toPdf } from './pdf.ts';
import { composeReport } from './reports.ts';
import type { ChangesDoneSource } from './wiring.ts';

/** Inquiries and changes of a month (S87), by the tickets of the real desk. */
const poppler = spawnSync('pdftotext', ['-v']).error ? 'poppler-utils is not installed' : false;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-inquiries-'));
const marker = 'ZQXMARKER';
let platform: TestPlatform;
let service: DirectService;
const contacts = new Map<string, string>();
let ours = '';
let theirs = '';
/** What a room to the right tells; none of it to begin with. */
let done: Awaited<ReturnType<ChangesDoneSource>> = [];

before(async () => {
  platform = await startTestPlatform('2026-09-01T00:00:00.000Z');
  const desk: Desk = { platform, editions: Editions.read(platform.config) };
  service = openDirectService(platform, [
    customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
    workRoom(desk),
    noticesRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
    ticketsRoom(desk),
    reportsRoom(platform, { changesDoneIn: async (_, accountId) => (accountId === ours ? done : []) }),
  ]);
  ours = await platform.makeAccount('Yamato');
  theirs = await platform.makeAccount('Musashi');
  for (const accountId of [ours, theirs])
    contacts.set(
      accountId,
      (
        await staff()(routes.createContact, {
          params: { accountId },
          body: {
            ...{ name: '佐藤 花子', reading: 'さとう はなこ', mail: `sato@${accountId}.example` },
            ...{ language: 'ja', purposes: ['monthly'] },
          },
        })
      ).id,
    );
});
after(async () => {
  await service.stop();
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
});

const staff = () => service.as(actorOf('operator'));
async function close(accountId: string, at: string, subject: string, kind: TicketKind, closedAt: string) {
  platform.clock.set(new Date(`${at}:00+09:00`));
  const { id, number } = await staff()(routes.createTicket, {
    params: { accountId },
    body: { kind, subject, text: `本文 ${marker}`, callerName: '佐藤', contactId: contacts.get(accountId)! },
  });
  const params = { ticketId: id };
  await staff()(routes.noteTicket, { params, body: { text: `${marker} between us` } });
  platform.clock.advance(90 * 60_000);
  await staff()(routes.replyToTicket, { params, body: { text: `${marker} 回答いたします。` } });
  platform.clock.set(new Date(`${closedAt}:00+09:00`));
  await staff()(routes.closeTicket, { params, body: { outcome: 'resolved' } });
  return number;
}
const compose = async (accountId: string, period: string): Promise<Report> => {
  platform.clock.set(new Date('2026-12-08T01:00:00.000Z'));
  const report = await composeReport(platform, { accountId, kind: 'monthly', period, early: false });
  assert.deepEqual(Report.parse(report), report);
  return report;
};

test('S87: inquiries and changes that were closed in the month are listed once each, with subject, first answer and the time they were done', {
  skip: poppler,
}, async () => {
  const october = await close(ours, '2026-10-30T10:00', '十月の質問', 'inquiry', '2026-10-31T23:59');
  const first = await close(ours, '2026-10-30T11:00', '月をまたぐ質問', 'inquiry', '2026-11-01T00:00');
  const change = await close(ours, '2026-11-10T10:00', '通知先の変更', 'change', '2026-11-12T15:00');
  const december = await close(ours, '2026-11-27T10:00', '十二月の質問', 'inquiry', '2026-12-01T00:00');
  await close(theirs, '2026-11-10T10:00', '他社の質問', 'inquiry', '2026-11-11T10:00');
  // The change of the ticket, one that nobody opened a ticket for, and one whose ticket stays open.
  const at = (text: string) => new Date(`${text}:00+09:00`);
  done = [
    { number: 3, subject: '通知先の変更', doneAt: at('2026-11-12T14:00'), ticketNumber: change },
    { number: 4, subject: 'Telnet の拒否', doneAt: at('2026-11-20T09:00') },
    { number: 5, subject: '除外パスの追加', doneAt: at('2026-11-21T09:00'), ticketNumber: 999 },
  ];
  const report = await compose(ours, '2026-11');
  assert.deepEqual(
    report.inquiries?.items.map(({ what, number, kind, subject }) => [what, number, kind, subject]),
    [
      ['ticket', first, 'inquiry', '月をまたぐ質問'],
      ['ticket', change, 'change', '通知先の変更'],
      ['change', 4, 'change', 'Telnet の拒否'],
      ['change', 5, 'change', '除外パスの追加'],
    ],
  );
  assert.equal(report.inquiries?.count, 4);
  const [one] = report.inquiries!.items;
  assert.equal(one!.firstAnswerAt, '2026-10-30T03:30:00.000Z');
  assert.equal(one!.doneAt, '2026-10-31T15:00:00.000Z');
  const numbersOf = async (period: string) =>
    (await compose(ours, period)).inquiries!.items.filter(({ what }) => what === 'ticket').map(({ number }) => number);
  done = [];
  assert.deepEqual(await numbersOf('2026-10'), [october]);
  platform.clock.set(new Date('2027-01-08T01:00:00.000Z'));
  const next = await composeReport(platform, { accountId: ours, kind: 'monthly', period: '2026-12', early: false });
  assert.deepEqual(
    next.inquiries?.items.map(({ number }) => number),
    [december],
  );

  const path = join(folder, 'report.pdf');
  writeFileSync(path, await toPdf('ja', report));
  const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
  assert.match(text, /4 お問い合わせ・変更作業/);
  assert.ok(text.replace(/\s/g, '').includes('期間中に完了したお問い合わせと変更作業です（4件、うち設定変更3件）。'));
  assert.match(text, /月をまたぐ質問 +10\/30 11:00 +10\/30 12:30 +11\/1 00:00/);
  assert.match(text, /変更 #4 +設定変更 +Telnet の拒否 +－ +－ +11\/20 09:00/);
  assert.equal(text.match(/通知先の変更/g)?.length, 1);
  // Neither what was written in a ticket nor what the desk noted there, nor anything of another account.
  assert.ok(!JSON.stringify(report).includes(marker) && !text.includes(marker));
  assert.ok(!JSON.stringify(report).includes('他社'));
});

test('S87: of a month without any it says 0件', { skip: poppler }, async () => {
  const report = await compose(theirs, '2026-10');
  assert.deepEqual(report.inquiries, { count: 0, items: [] });
  const path = join(folder, 'report.pdf');
  writeFileSync(path, await toPdf('ja', report));
  assert.match(
    execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' }),
    /期間中に完了したお問い合わせ・変更作業は0件です。/,
  );
});
