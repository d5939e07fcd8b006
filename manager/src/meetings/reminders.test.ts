import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { startTestMeetings, type TestMeetings, visit } from '../../../test/meetings.ts';
import { actorOf } from '../../../test/service.ts';
import { contractYear } from './assessment.ts';
import { quarterOf } from './quarter.ts';
import { remindOfQuarters } from './reminders.ts';

let meetings: TestMeetings;
before(async () => {
  meetings = await startTestMeetings();
});
after(() => meetings.stop());

const staff = () => meetings.service.as(actorOf('service-manager'));
const remind = () => remindOfQuarters({ platform: meetings.notices.platform, editions: meetings.editions });
const workOf = async (accountId: string) =>
  (await staff()(routes.listWork, { query: { accountId, show: 'unended' } })).items.filter(
    ({ kind }) => kind === 'meetingUnplanned',
  );

test('S91: where no meeting is planned in a quarter of the contract year, work is raised and the service managers are mailed, once', async () => {
  const { clock } = meetings.notices.platform;
  clock.set('2026-04-09T14:59:00.000Z');
  const accountId = await meetings.contracted('四半期', 'highend', '2026-04-10');
  await meetings.contracted('対象外', 'advanced', '2026-04-10');
  const manager = await meetings.person('管理 太郎', 'service-manager');
  const mail = `service-manager-${manager.slice(-6)}@provider.example`;
  // The contract has not begun.
  assert.equal(await remind(), 0);
  clock.set('2026-04-09T15:01:00.000Z');
  assert.equal(await remind(), 1);
  assert.equal(await remind(), 0);
  const [work] = await workOf(accountId);
  assert.deepEqual(work!.facts, { from: '2026-04-10', to: '2026-07-09', lastDay: '2026-06-25' });
  assert.equal(work!.dueAt, '2026-06-25T15:00:00.000Z');
  const [letter] = await meetings.mailsTo(mail, 1);
  assert.match(letter!.subject, /四半期の予定がありません（2026-06-25 までに調整）/);
  assert.match(letter!.text, /契約年の開催・予定：0 \/ 4 回/);

  // A meeting in the quarter settles it; one that is cancelled brings it back.
  const made = await staff()(routes.bookMeeting, { params: { accountId }, body: visit('2026-06-10') });
  assert.deepEqual(await workOf(accountId), []);
  assert.equal(await remind(), 0);
  await staff()(routes.cancelMeeting, { params: { meetingId: made.id }, body: { reason: 'ご都合' } });
  assert.equal(await remind(), 1);
  assert.equal((await workOf(accountId)).length, 1);
  await meetings.mailsTo(mail, 2);
  await staff()(routes.bookMeeting, { params: { accountId }, body: visit('2026-06-12') });

  // The next quarter is another one; a year whose four are planned reminds of nothing.
  clock.set('2026-07-10T01:00:00.000Z');
  assert.equal(await remind(), 1);
  for (const day of ['2026-08-18', '2026-09-15', '2026-09-29'])
    await staff()(routes.bookMeeting, { params: { accountId }, body: visit(day) });
  clock.set('2026-10-11T01:00:00.000Z');
  assert.equal(await remind(), 0);
  clock.set('2027-04-10T01:00:00.000Z');
  assert.equal(await remind(), 1);
});

test('S91, in part: years and quarters keep their days, at the ends of months and on 29 February too', () => {
  const year = (day: string, since?: string) => {
    const { from, to } = contractYear(day, since);
    return [from, to];
  };
  assert.deepEqual(year('2026-11-25', '2026-04-01'), ['2026-04-01', '2027-03-31']);
  assert.deepEqual(year('2027-03-31', '2026-04-01'), ['2026-04-01', '2027-03-31']);
  assert.deepEqual(year('2027-04-01', '2026-04-01'), ['2027-04-01', '2028-03-31']);
  assert.deepEqual(year('2025-03-01', '2024-02-29'), ['2025-02-28', '2026-02-27']);
  assert.deepEqual(year('2028-03-01', '2024-02-29'), ['2028-02-29', '2029-02-27']);
  assert.deepEqual(year('2026-11-25'), ['2026-01-01', '2026-12-31']);
  const quarter = (day: string, from: string) => {
    const found = quarterOf(day, from);
    return [found.from, found.to];
  };
  assert.deepEqual(quarter('2026-11-30', '2026-08-31'), ['2026-11-30', '2027-02-27']);
  assert.deepEqual(quarter('2026-11-29', '2026-08-31'), ['2026-08-31', '2026-11-29']);
  assert.deepEqual(quarter('2027-08-30', '2026-08-31'), ['2027-05-31', '2027-08-30']);
});
