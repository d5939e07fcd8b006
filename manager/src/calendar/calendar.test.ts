import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type CalendarFeed,
  type CalendarState,
  type Day,
  type Deadline,
  type Edition,
  type HolidayPreview,
  phrase,
  type Role,
  roles,
} from '@sakimori/contract';
import { holidaysOf } from '@sakimori/contract/calendar/index';
import { holidayCsv, toShiftJis } from '@sakimori/contract/calendar/shift-jis';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { belongingOf, startTestService, type TestService } from '../../../test/service.ts';
import { accessRoom, createKeyFor } from '../access/index.ts';
import { checkAccount } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { sql } from '../platform/index.ts';
import { calendarRoom, computeDeadline, type EditionSource } from './index.ts';

let platform: TestPlatform;
let service: TestService;
let editions: EditionSource;
let yamato: string;
let musashi: string;
const keys = new Map<Role, string>();

before(async () => {
  platform = await startTestPlatform();
  const publicUrl = () => 'http://127.0.0.1';
  const shipped = Editions.read(platform.config);
  const third: Edition = {
    ...shipped.standard,
    id: '3',
    deadlines: {
      ...shipped.standard.deadlines,
      firstAnswer: { ...shipped.standard.deadlines.firstAnswer, amount: 2 },
    },
  };
  const ofAccount: EditionSource['ofAccount'] = async (_, accountId, day) =>
    accountId === musashi && day >= '2027-04-01' ? third : shipped.standard;
  editions = { standard: shipped.standard, get: (id) => (id === '3' ? third : shipped.get(id)), ofAccount };
  service = await startTestService(platform, [
    accessRoom(platform, { publicUrl }),
    calendarRoom(platform, { publicUrl: () => service.base.replace(/\/service$/, ''), editions, checkAccount }),
  ]);
  yamato = await platform.makeAccount('Yamato');
  musashi = await platform.makeAccount('Musashi');
  for (const role of roles) {
    const bound = await belongingOf(platform, role, yamato);
    keys.set(role, await createKeyFor(platform, { name: role, role, ...bound }));
  }
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

type Problem = { code?: string; facts?: Record<string, unknown>; detail?: string };
const send = async <Body>(method: string, path: string, body?: object, role: Role = 'operator') => {
  const answer = await service.send<Body & Problem>(method, path, { key: keys.get(role), ...(body ? { body } : {}) });
  return { ...answer.body, status: answer.status } as Body & Problem & { status: number };
};
const state = (accountId?: string, role: Role = 'operator') =>
  send<CalendarState>('GET', `/calendar${accountId ? `?accountId=${accountId}` : ''}`, undefined, role);
const add = (body: object, role: Role = 'operator') => send<CalendarState>('POST', '/calendar/overrides', body, role);
const due = (rule: string, at: string, more = '', role: Role = 'operator') =>
  send<Deadline>('GET', `/calendar/due?rule=${rule}&at=${encodeURIComponent(at)}${more}`, undefined, role);
const kindsOf = async (from: string, to: string, accountId?: string, role: Role = 'operator') => {
  const scope = accountId ? `&accountId=${accountId}` : '';
  const answer = await send<{ items: Day[] }>('GET', `/calendar/days?from=${from}&to=${to}${scope}`, undefined, role);
  return answer.items.map(({ kind }) => kind);
};
const audited = () =>
  platform.database.asProvider((tx) =>
    tx.rows(
      sql<{
        action: string;
        facts: object;
      }>`select action, facts from audit_entry where action like 'calendar.%' order by at, id`,
    ),
  );

test('S53: a calendar that was told nothing is the law’s and the edition’s', async () => {
  const found = await state();
  assert.deepEqual(
    [
      found.calendarVersion,
      found.version,
      found.overrides,
      found.changes,
      found.isUndoPossible,
      found.opens,
      found.closes,
    ],
    ['builtin-1@2', 0, [], [], false, '10:00', '18:00'],
  );
  const first = await due('first-answer', '2026-12-28T15:00:00+09:00');
  assert.deepEqual([first.dueAt, first.calendarVersion], ['2027-01-05T09:00:00.000Z', 'builtin-1@2']);
});

test('S53: the provider closes a day for all and opens one for an account; a deadline keeps the version it was computed with', async () => {
  const before_ = await due('first-answer', '2026-12-01T12:00:00+09:00');
  const closed = await add({ from: '2026-12-03', to: '2026-12-04', effect: 'closing', reason: '創立記念' });
  assert.deepEqual([closed.status, closed.calendarVersion, closed.version], [200, 'builtin-1+p1@2', 1]);
  const opened = await add({ accountId: yamato, from: '2026-12-05', effect: 'working', reason: '移行立ち会い' });
  assert.deepEqual([opened.calendarVersion, opened.overrides.length], ['builtin-1+p1+a1@2', 2]);

  const days = ['2026-12-02', '2026-12-07'] as const;
  assert.deepEqual(await kindsOf(...days), ['business', 'closing', 'closing', 'weekend', 'weekend', 'business']);
  assert.deepEqual(await kindsOf(...days, yamato), [
    'business',
    'closing',
    'closing',
    'working',
    'weekend',
    'business',
  ]);
  assert.deepEqual(await kindsOf(...days, musashi), await kindsOf(...days));

  const lastDay = async (more: string) => (await due('first-answer', '2026-12-01T12:00:00+09:00', more)).lastDay;
  assert.deepEqual(
    [before_.lastDay, await lastDay(''), await lastDay(`&accountId=${yamato}`), await lastDay(`&accountId=${musashi}`)],
    ['2026-12-04', '2026-12-08', '2026-12-07', '2026-12-08'],
  );
  assert.equal(await lastDay(`&calendarVersion=${encodeURIComponent(before_.calendarVersion)}`), '2026-12-04');
  assert.equal(
    await lastDay(`&accountId=${yamato}&calendarVersion=${encodeURIComponent('builtin-1+p1@2')}`),
    '2026-12-08',
  );
  for (const version of [
    'builtin-1+p9@2',
    'builtin-1+p1+a7@2',
    'nonsense',
    'builtin-1',
    'builtin-1@none',
    'builtin-1+a1@2',
  ])
    assert.equal(
      (await due('first-answer', '2026-12-01T12:00:00Z', `&calendarVersion=${encodeURIComponent(version)}`)).status,
      404,
      version,
    );

  const inRoom = await platform.database.as(yamato, (tx) =>
    computeDeadline(tx, editions, { accountId: yamato, rule: 'first-answer', at: new Date('2026-12-01T03:00:00Z') }),
  );
  assert.deepEqual([inRoom.lastDay, inRoom.calendarVersion], ['2026-12-07', 'builtin-1+p1+a1@2']);
  assert.ok(inRoom.explanation.some(({ kind, reason }) => kind === 'working' && reason === '移行立ち会い'));
});

test('S53: what was closed is taken back by its id or by undo, step by step, and every step is audited', async () => {
  const found = await state();
  const { id } = found.overrides[0]!;
  const removed = await send<CalendarState>('DELETE', `/calendar/overrides/${id}`);
  assert.deepEqual([removed.version, removed.overrides], [2, []]);
  assert.equal((await send('DELETE', `/calendar/overrides/${id}`)).status, 404);
  const undo = (version: number, more = {}) => send<CalendarState>('POST', '/calendar/undo', { version, ...more });
  assert.deepEqual([(await undo(1)).code, (await undo(7)).code], ['version_conflict', 'version_conflict']);
  const back = await undo(2);
  assert.deepEqual([back.version, back.overrides.map((one) => one.id), back.changes[0]?.undid], [3, [id], 2]);
  const further = await undo(3);
  assert.deepEqual([further.version, further.overrides, further.isUndoPossible], [4, [], false]);
  assert.equal((await undo(4)).code, 'wrong_state');
  const anew = await add({ from: '2026-12-25', effect: 'closing', reason: '設備点検' });
  assert.equal(anew.version, 5);
  assert.equal((await undo(5)).overrides.length, 0);
  assert.deepEqual((await undo(1, { accountId: yamato })).overrides, []);
  assert.deepEqual(
    (await audited()).map(({ action }) => action.replace('calendar.', '')),
    ['override_added', 'override_added', 'override_removed', 'undone', 'undone', 'override_added', 'undone', 'undone'],
  );
  assert.deepEqual((await state()).changes.map(({ by, action }) => `${by} ${action}`).slice(0, 2), [
    'operator undone',
    'operator override-added',
  ]);
});

test('S53: many changes at once each become a version, and none is lost', async () => {
  const before_ = (await state(musashi)).version;
  const dates = ['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04'];
  const made = await Promise.all(
    dates.map((from) => add({ accountId: musashi, from, effect: 'closing', reason: '同時の変更' })),
  );
  assert.deepEqual(
    made.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  );
  const after_ = await state(musashi);
  assert.deepEqual([after_.version, after_.overrides.length], [before_ + 5, 5]);
});

const years = [2025, 2026, 2027, 2028];
const listOf = (change: (days: [string, string][]) => [string, string][] = (days) => days) =>
  holidayCsv(
    change(
      years.flatMap((year) =>
        holidaysOf(year).map(({ date, id }): [string, string] => [date, phrase('ja', `holiday.${id}`)]),
      ),
    ),
  );
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

test('S53: a list of holidays is looked at before it is taken, and taken as a whole', async () => {
  const text = listOf((days) => [...days.filter(([date]) => date !== '2028-08-11'), ['2028-06-09', '新しい祝日']]);
  const file = base64(toShiftJis(text));
  const preview = await send<HolidayPreview>('POST', '/calendar/holidays/preview', { file });
  assert.deepEqual(
    [preview.encoding, preview.firstYear, preview.lastYear, preview.faults],
    ['shift_jis', 2025, 2028, []],
  );
  assert.deepEqual(
    [preview.added.map(({ date, name }) => [date, name?.ja]), preview.removed.map(({ date }) => date)],
    [[['2028-06-09', '新しい祝日']], ['2028-08-11']],
  );
  assert.deepEqual(await kindsOf('2028-06-09', '2028-06-09'), ['business'], 'a preview changes nothing');

  const conflict = await send('POST', '/calendar/holidays', { file, version: preview.version - 1 });
  assert.deepEqual([conflict.status, conflict.code], [409, 'version_conflict']);
  const taken = await send<CalendarState>('POST', '/calendar/holidays', { file, version: preview.version });
  assert.deepEqual(
    [taken.status, taken.imported, taken.announcedUntil],
    [200, { firstYear: 2025, lastYear: 2028 }, 2028],
  );
  assert.deepEqual(await kindsOf('2028-06-09', '2028-06-09'), ['holiday']);
  assert.deepEqual(await kindsOf('2028-08-11', '2028-08-11', yamato, 'customer-viewer'), ['business']);
  const undone = await send<CalendarState>('POST', '/calendar/undo', { version: taken.version });
  assert.deepEqual([undone.imported, undone.announcedUntil], [undefined, 2027]);
  assert.deepEqual(await kindsOf('2028-06-09', '2028-06-09'), ['business']);
});

test('S53: 400 for a list that is none, with its lines; nothing of it is taken', async () => {
  const { version } = await state();
  const broken = listOf().replace('2026/1/1,', '2026/2/30,').replace('2027/2/11,', '2027-2,');
  const preview = await send<HolidayPreview>('POST', '/calendar/holidays/preview', {
    file: base64(toShiftJis(broken)),
  });
  assert.deepEqual(
    preview.faults.map(({ code }) => code),
    ['no_such_date', 'date_form'],
  );
  const refused = await send('POST', '/calendar/holidays', { file: base64(toShiftJis(broken)), version });
  assert.deepEqual([refused.status, refused.code], [400, 'holidays_invalid']);
  assert.match(refused.detail!, /行目：存在しない日付です：2026\/2\/30/);
  const utf8 = await send<HolidayPreview>('POST', '/calendar/holidays/preview', {
    file: base64(Buffer.from(listOf())),
  });
  assert.deepEqual([utf8.encoding, utf8.faults, utf8.added], ['utf-8', [], []]);
  const long = await send<HolidayPreview>('POST', '/calendar/holidays/preview', {
    file: base64(Buffer.alloc(1_000_000, 'x')),
  });
  assert.deepEqual(long.faults, [{ line: 0, code: 'too_large' }]);
  assert.equal((await send('POST', '/calendar/holidays/preview', { file: 'no base64!' })).status, 400);
  assert.equal((await state()).version, version);
});

test('400: days and times that there are not, or that nobody knows', async () => {
  for (const body of [
    { from: '2026-02-30', effect: 'closing', reason: 'x' },
    { from: '2026-12-04', to: '2026-12-03', effect: 'closing', reason: 'x' },
    { from: '2026-12-04', to: '2027-12-31', effect: 'closing', reason: 'x' },
    { from: '2026-12-04', effect: 'closing', reason: ' ' },
    { from: '2026-12-04', effect: 'holiday', reason: 'x' },
    { from: '1954-12-31', effect: 'closing', reason: 'x' },
    { from: '2100-01-01', effect: 'closing', reason: 'x' },
  ])
    assert.equal((await add(body)).status, 400, JSON.stringify(body));
  for (const at of [
    '2026-12-28',
    '2026-12-28T15:00:00',
    '2026-02-30T15:00:00+09:00',
    '2026-12-28T15:00:00+25:00',
    'soon',
  ])
    assert.equal((await due('first-answer', at)).status, 400, at);
  assert.equal((await due('second-answer', '2026-12-28T15:00:00Z')).status, 400);
  assert.equal((await due('first-answer', '2099-12-30T15:00:00Z')).code, 'date_out_of_range');
  assert.equal((await send('GET', '/calendar/days?from=2026-01-01&to=2037-01-01')).status, 400);
  assert.equal((await send('GET', '/calendar/days?from=2026-01-02&to=2026-01-01')).status, 400);
});

test('S41, S12: a customer sees the days of their own account alone, not who set them, and changes nothing', async () => {
  await add({ accountId: musashi, from: '2027-03-01', effect: 'closing', reason: 'musashi-himitsu' });
  await add({ accountId: yamato, from: '2027-03-02', effect: 'closing', reason: 'ours' });
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const own = await state(undefined, role);
    assert.deepEqual([own.accountId, own.changes, own.isUndoPossible], [yamato, [], false]);
    assert.ok(own.overrides.some(({ reason }) => reason === 'ours') && !JSON.stringify(own).includes('himitsu'));
    assert.deepEqual(await kindsOf('2027-03-01', '2027-03-02', undefined, role), ['business', 'closing']);
    assert.equal((await state(musashi, role)).status, 404);
    assert.equal((await due('first-answer', '2027-03-01T00:00:00Z', `&accountId=${musashi}`, role)).status, 404);
    for (const [method, path, body] of [
      ['POST', '/calendar/overrides', { from: '2027-03-03', effect: 'closing', reason: 'x' }],
      ['DELETE', `/calendar/overrides/${own.overrides[0]!.id}`, undefined],
      ['POST', '/calendar/undo', { version: 1 }],
      ['POST', '/calendar/holidays', { file: '', version: 0 }],
      ['POST', '/calendar/holidays/preview', { file: '' }],
      ['GET', '/calendar/feeds', undefined],
      ['POST', '/calendar/feeds', { name: 'x', language: 'ja' }],
    ] as const)
      assert.equal((await send(method, path, body, role)).status, 403, `${role} ${method} ${path}`);
  }
  const nobody = '019ab000-0000-7000-8000-000000000000';
  assert.equal((await add({ accountId: nobody, from: '2027-03-03', effect: 'closing', reason: 'x' })).status, 404);
  assert.equal((await state(nobody)).status, 404);
  const rows = await platform.database.as(yamato, (tx) =>
    tx.rows(sql<{ tenant_id: string }>`select distinct tenant_id from calendar_account_version`),
  );
  assert.deepEqual(rows, [{ tenant_id: yamato }]);
  await assert.rejects(
    platform.database.as(yamato, (tx) => tx.rows(sql`select made_by from calendar_version`)),
    { code: '42501' },
  );
});

test('S53: a subscription is read by its secret address until it is revoked, and the secret is kept nowhere', async () => {
  const made = await send<CalendarFeed & { url: string }>('POST', '/calendar/feeds', {
    accountId: yamato,
    name: '弊社, 営業日; 予定',
    language: 'ja',
  });
  const token = made.url.split('/').at(-1)!;
  const fetched = await fetch(made.url);
  assert.equal(fetched.status, 200);
  assert.equal(fetched.headers.get('content-type'), 'text/calendar; charset=utf-8');
  const text = await fetched.text();
  assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75) && !/[^\r]\n/.test(text));
  const lines = text.replaceAll('\r\n ', '').split('\r\n');
  assert.ok(lines.includes('X-WR-CALNAME:弊社\\, 営業日\\; 予定'));
  const eventOf = (date: string) => {
    const at = lines.indexOf(`DTSTART;VALUE=DATE:${date}`);
    return at < 0 ? undefined : lines.slice(at, lines.indexOf('END:VEVENT', at));
  };
  assert.deepEqual(eventOf('20260922')?.slice(0, 3), [
    'DTSTART;VALUE=DATE:20260922',
    'DTEND;VALUE=DATE:20260923',
    'SUMMARY:国民の休日',
  ]);
  assert.deepEqual(eventOf('20261231')?.[2], 'SUMMARY:年末年始');
  assert.deepEqual(eventOf('20270302')?.slice(2, 4), ['SUMMARY:臨時休業', 'DESCRIPTION:ours']);
  assert.deepEqual(
    [eventOf('20261228'), eventOf('20270301')],
    [undefined, undefined],
    'a business day, and a closing of another account',
  );
  assert.ok(!text.includes('himitsu') && !text.includes(token));

  const { items } = await send<{ items: CalendarFeed[] }>('GET', '/calendar/feeds');
  assert.deepEqual(
    items.map(({ id, lastFetchedAt }) => [id, lastFetchedAt]),
    [[made.id, platform.clock.now().toISOString()]],
  );
  const kept = await platform.database.asProvider((tx) =>
    tx.rows(
      sql<{
        all: string;
      }>`select row_to_json(f)::text as all from calendar_feed f union all select row_to_json(a)::text from audit_entry a`,
    ),
  );
  assert.ok(kept.every((row) => !row.all.includes(token)));

  assert.equal((await send('DELETE', `/calendar/feeds/${made.id}`)).status, 204);
  assert.equal((await send('DELETE', `/calendar/feeds/${made.id}`)).status, 404);
  const answers = await Promise.all(
    [made.url, made.url.replace(token, 'A'.repeat(43))].map(async (url) => {
      const answer = await fetch(url);
      return [answer.status, { ...((await answer.json()) as object), requestId: '' }];
    }),
  );
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(answers[0]![0], 404);
});

test('S103, in part: an account whose contract changes to another edition has its counts from that day on, and earlier deadlines keep theirs', async () => {
  const scope = `&accountId=${musashi}`;
  const [before_, after_] = await Promise.all([
    due('first-answer', '2027-03-31T12:00:00+09:00', scope),
    due('first-answer', '2027-04-01T12:00:00+09:00', scope),
  ]);
  assert.deepEqual([before_.lastDay, after_.lastDay], ['2027-04-05', '2027-04-05']);
  assert.deepEqual([before_.calendarVersion.split('@')[1], after_.calendarVersion.split('@')[1]], ['2', '3']);
  const pinned = `${scope}&calendarVersion=${encodeURIComponent(before_.calendarVersion)}`;
  assert.equal((await due('first-answer', '2027-04-01T12:00:00+09:00', pinned)).lastDay, '2027-04-06');
});

test('401: without a credential only a subscription is answered', async () => {
  for (const [method, path] of [
    ['GET', '/calendar'],
    ['GET', '/calendar/days?from=2026-01-01&to=2026-01-02'],
    ['GET', '/calendar/due?rule=meeting&at=2026-12-28T15:00:00Z'],
    ['POST', '/calendar/overrides'],
    ['POST', '/calendar/holidays'],
    ['GET', '/calendar/feeds'],
  ] as const)
    assert.equal((await service.send(method, path)).status, 401, `${method} ${path}`);
});
