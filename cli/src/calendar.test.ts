import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { phrase } from '@sakimori/contract';
import { holidaysOf } from '@sakimori/contract/calendar/index';
import { holidayCsv, toShiftJis } from '@sakimori/contract/calendar/shift-jis';
import { createKeyFor } from '@sakimori/manager/access/index';
import { type Manager, startManager } from '@sakimori/manager/manager';
import { createLog, ManualClock, readConfig } from '@sakimori/manager/platform/index';
import { type Run, runCli } from '../../test/run-cli.ts';

type Due = {
  rule: string;
  at: string;
  acceptedAt: string;
  dueAt: string;
  lastDay: string;
  calendarVersion: string;
  explanation: { date: string; kind: string; role: string; name?: string; text: string }[];
};
type Days = { calendarVersion: string; items: { date: string; kind: string; name?: string; isBusiness: boolean }[] };

async function due(rule: string, at: string, env: Record<string, string> = {}, ...more: string[]): Promise<Due> {
  const { code, out, err } = await runCli(['calendar', 'due', '--rule', rule, '--at', at, '--json', ...more], env);
  assert.deepEqual([code, err], [0, ''], `${rule} ${at}`);
  return JSON.parse(out) as Due;
}

describe('without a manager', () => {
  test('S53: the first answer, with each day on the way', async () => {
    const found = await due('first-answer', '2026-12-28T15:00+09:00');
    assert.deepEqual(
      [found.rule, found.at, found.acceptedAt, found.dueAt],
      ['first-answer', '2026-12-28T15:00:00+09:00', '2026-12-28T15:00:00+09:00', '2027-01-05T18:00:00+09:00'],
    );
    assert.deepEqual(
      found.explanation.map(({ date, kind, role }) => `${date.slice(5)} ${kind} ${role}`),
      [
        '12-28 business accepted',
        '12-29 business counted',
        '12-30 year-end skipped',
        '12-31 year-end skipped',
        '01-01 holiday skipped',
        '01-02 year-end skipped',
        '01-03 year-end skipped',
        '01-04 business counted',
        '01-05 business due',
      ],
    );
    const mail = await due('first-answer', '2026-09-18T09:01Z');
    assert.deepEqual([mail.acceptedAt, mail.dueAt], ['2026-09-24T10:00:00+09:00', '2026-09-29T18:00:00+09:00']);
  });

  test('S78, S84: reports, the review and meetings', async () => {
    const all = await Promise.all(
      [
        ['weekly-report', '2026-09-20T23:59:59+09:00'],
        ['monthly-report', '2026-12-15T12:00+09:00'],
        ['monthly-report', '2026-08-01T00:00+09:00'],
        ['advanced-review', '2026-12-29T12:00+09:00'],
      ].map(([rule, at]) => due(rule!, at!)),
    );
    assert.deepEqual(
      all.map(({ acceptedAt, dueAt }) => `${acceptedAt.slice(0, 16)} ${dueAt.slice(0, 16)}`),
      [
        '2026-09-24T10:00 2026-09-30T18:00',
        '2027-01-04T10:00 2027-01-08T18:00',
        '2026-09-01T10:00 2026-09-07T18:00',
        '2027-01-04T10:00 2027-01-04T18:00',
      ],
    );
    const meeting = await due('meeting', '2026-11-25');
    assert.deepEqual([meeting.lastDay, meeting.dueAt], ['2026-11-11', '2026-11-12T00:00:00+09:00']);
  });

  test('S53: days with kind and name, in both languages', async () => {
    const args = ['calendar', 'days', '--from', '2026-09-18', '--to', '2026-09-24'];
    const [json, ja, en] = await Promise.all([
      runCli([...args, '--json', '--language', 'ja']),
      runCli([...args, '--language', 'ja']),
      runCli(args),
    ]);
    assert.deepEqual(
      (JSON.parse(json.out) as Days).items.map(({ kind, name, isBusiness }) => [kind, name ?? '', isBusiness]),
      [
        ['business', '', true],
        ['weekend', '', false],
        ['weekend', '', false],
        ['holiday', '敬老の日', false],
        ['holiday', '国民の休日', false],
        ['holiday', '秋分の日', false],
        ['business', '', true],
      ],
    );
    assert.match(ja.out, /2026-09-22 +火 +祝日 +国民の休日/);
    assert.match(en.out, /2026-09-22 +Tue +Holiday +Citizens’ holiday/);
    assert.match(ja.err, /組み込みのカレンダー/, 'a person is told that the provider’s days are not in it');
  });

  test('64 and 1: what is no time, no zone, no rule, no day, or not known is said, never guessed', async () => {
    const cases: [code: number, err: RegExp, args: string[]][] = [
      [64, /--rule <RULE> is missing/, ['due', '--at', '2026-12-28T15:00+09:00']],
      [
        64,
        /Possible values: first-answer, weekly-report/,
        ['due', '--rule', 'answer', '--at', '2026-12-28T15:00+09:00'],
      ],
      [64, /no time zone.*\+09:00/, ['due', '--rule', 'first-answer', '--at', '2026-12-28T15:00']],
      [64, /no such time/, ['due', '--rule', 'first-answer', '--at', '2026-02-30T15:00+09:00']],
      [64, /is not a time/, ['due', '--rule', 'first-answer', '--at', '2026-12-28']],
      [64, /is not a date/, ['days', '--from', '2026-02-29', '--to', '2026-03-01']],
      [64, /is before the first/, ['days', '--from', '2026-03-02', '--to', '2026-03-01']],
      [1, /from 1955-01-01 to 2099-12-31/, ['due', '--rule', 'first-answer', '--at', '2099-12-31T15:00+09:00']],
      [1, /from 1955-01-01 to 2099-12-31/, ['days', '--from', '1954-12-31', '--to', '1955-01-02']],
    ];
    const runs = await Promise.all(cases.map(([, , args]) => runCli(['calendar', ...args, '--json'])));
    for (const [index, [code, err, args]] of cases.entries()) {
      assert.deepEqual([runs[index]!.code, runs[index]!.out], [code, ''], args.join(' '));
      assert.match(runs[index]!.err, err);
      assert.match(runs[index]!.err, /^sakimori: [^\n]+\n$/);
    }
  });

  test('69: a manager that was named must answer; one that only ran here once need not', async () => {
    const stale = mkdtempSync(join(tmpdir(), 'sakimori-cli-'));
    writeFileSync(join(stale, 'cli.json'), JSON.stringify({ service: 'http://127.0.0.1:1/service', key: 'k' }));
    const args = ['calendar', 'due', '--rule', 'meeting', '--at', '2026-11-25', '--json'];
    try {
      const [named, once, own] = await Promise.all([
        runCli(args, { SAKIMORI_CLI_URL: 'http://127.0.0.1:1', SAKIMORI_CLI_KEY: 'k' }),
        runCli(args, { SAKIMORI_DATA: stale }),
        runCli([...args, '--builtin'], { SAKIMORI_CLI_URL: 'http://127.0.0.1:1', SAKIMORI_CLI_KEY: 'k' }),
      ]);
      assert.deepEqual([named.code, once.code, own.code], [69, 0, 0]);
    } finally {
      rmSync(stale, { recursive: true, force: true });
    }
  });
});

describe('with a manager', () => {
  let folder: string;
  let manager: Manager;
  let env: Record<string, string>;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sakimori-cli-'));
    // The database runs as another user, who must be able to enter.
    chmodSync(folder, 0o711);
    const ports = { SAKIMORI_PORT: '0', SAKIMORI_AGENTS_PORT: '0', SAKIMORI_SMTP_PORT: '0', SAKIMORI_API_PORT: '0' };
    const config = readConfig({ SAKIMORI_DATA: join(folder, 'data'), ...ports });
    const clock = new ManualClock('2026-11-24T01:00:00.000Z');
    manager = await startManager({ config, clock, log: createLog('silent'), ephemeral: true });
    const key = await createKeyFor(manager.platform, { name: 'test', role: 'provider-admin' });
    env = { SAKIMORI_CLI_URL: manager.consoleUrl, SAKIMORI_CLI_KEY: key };
  });
  after(async () => {
    await manager?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const run = (...args: string[]): Promise<Run> => runCli(['calendar', ...args], env);
  const done = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(...args);
    assert.equal(code, 0, err);
    return out;
  };

  test('S53: what the provider closes and opens counts at once, for all and for one account, until it is taken back', async () => {
    await runCli(['account', 'create', 'yamato', '--customer', '大和', '--plan', 'advanced'], env);
    await done('close', '2026-12-29', '--reason', '年末の棚卸し');
    await done('open', '2026-12-30', '--account', 'yamato', '--reason', '移行');
    const [all, yamato] = await Promise.all([
      due('first-answer', '2026-12-28T15:00+09:00', env),
      due('first-answer', '2026-12-28T15:00+09:00', env, '--account', 'yamato'),
    ]);
    assert.deepEqual([all.lastDay, all.calendarVersion], ['2027-01-06', 'builtin-1+p1@2']);
    assert.deepEqual([yamato.lastDay, yamato.calendarVersion], ['2027-01-05', 'builtin-1+p1+a1@2']);
    assert.match(all.explanation[1]!.text, /closed by the provider \(年末の棚卸し\)/);
    const shown = JSON.parse(await done('show', '--account', 'yamato', '--json')) as { items: { id: string }[] };
    assert.match(await done('show', '--language', 'ja'), /2026-12-29 +臨時休業 +年末の棚卸し +全アカウント/);
    await done('remove', shown.items[1]!.id, '--account', 'yamato');
    await done('undo');
    assert.equal(
      (await due('first-answer', '2026-12-28T15:00+09:00', env, '--account', 'yamato')).lastDay,
      '2027-01-05',
    );
    const nothing = await run('undo');
    assert.equal(nothing.code, 1);
    const wrong = await run('close', '2026-02-30', '--reason', 'x');
    assert.equal(wrong.code, 64);
  });

  test('S53: the list of holidays is imported from the file as it is published, and a broken one by its lines', async () => {
    const days = [2026, 2027, 2028].flatMap((year) =>
      holidaysOf(year).map(({ date, id }): [string, string] => [date, phrase('ja', `holiday.${id}`)]),
    );
    const file = join(folder, 'syukujitsu.csv');
    writeFileSync(file, toShiftJis(holidayCsv([...days, ['2028-06-09', '新しい祝日']])));
    const preview = await done('import', file, '--preview', '--language', 'ja');
    assert.match(preview, /\+ +2028-06-09 +金 +新しい祝日/);
    await done('import', file);
    assert.match(await done('days', '--from', '2028-06-09', '--to', '2028-06-09'), /Holiday +新しい祝日/);
    writeFileSync(file, toShiftJis(holidayCsv(days).replace('2026/1/1', '2026/1/32')));
    const broken = await run('import', file);
    assert.equal(broken.code, 1);
    assert.match(broken.err, /Line 2: There is no such date: 2026\/1\/32/);
    assert.equal((await run('import', join(folder, 'none.csv'))).code, 64);
  });

  test('S53: a subscription is an address that works until it is revoked', async () => {
    const url = (await done('subscribe', 'team', '--in', 'en')).trim();
    const calendar = await (await fetch(url)).text();
    assert.match(calendar, /^BEGIN:VCALENDAR\r\n[\s\S]*SUMMARY:Citizens’ holiday\r\n[\s\S]*END:VCALENDAR\r\n$/);
    assert.match(await done('subscriptions'), /team/);
    await done('unsubscribe', 'team');
    assert.equal((await fetch(url)).status, 404);
  });
});
