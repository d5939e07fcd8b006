import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { minutesCharactersMax, routes } from '@sakimori/contract';
import { refusedWith, startTestMeetings, type TestMeetings, visit } from '../../../test/meetings.ts';
import { actorOf } from '../../../test/service.ts';

let meetings: TestMeetings;
before(async () => {
  meetings = await startTestMeetings();
});
after(() => meetings.stop());

const staff = () => meetings.service.as(actorOf('operator'));
const clock = () => meetings.notices.platform.clock;

/** A meeting on 2026-11-25 that is confirmed. */
async function confirmed(name: string) {
  clock().set('2026-11-02T01:00:00.000Z');
  const accountId = await meetings.contracted(name, 'highend');
  const ja = await meetings.contact(accountId, `ja-${accountId.slice(-6)}@customer.example`, 'ja');
  const en = await meetings.contact(accountId, `en-${accountId.slice(-6)}@customer.example`, 'en');
  const made = await staff()(routes.bookMeeting, {
    params: { accountId },
    body: visit('2026-11-25', { contactIds: [ja, en] }),
  });
  await staff()(routes.confirmMeeting, { params: { meetingId: made.id }, body: {} });
  const suffix = accountId.slice(-6);
  // The invitations come first: jobs keep no order.
  for (const language of ['ja', 'en']) await meetings.mailsTo(`${language}-${suffix}@customer.example`, 1);
  return { accountId, ja, en, params: { meetingId: made.id }, suffix };
}

test('S90: questions asked become tickets with the clock of S50, linked both ways, and are answered as tickets are', async () => {
  const { accountId, ja, params, suffix } = await confirmed('質問');
  clock().set('2026-11-25T05:30:00.000Z');
  const text = '除外したフォルダは、いつ見直しますか？\n特に /var/lib/app です。';
  const meeting = await staff()(routes.askAtMeeting, { params, body: { text, contactId: ja } });
  const [question] = meeting.questions;
  assert.deepEqual(
    [question!.text, question!.ticketState, question!.askedAt],
    [text, 'open', '2026-11-25T05:30:00.000Z'],
  );

  const ticket = await staff()(routes.getTicket, { params: { ticketId: question!.ticketId } });
  assert.deepEqual(
    [ticket.channel, ticket.kind, ticket.accountId, ticket.meetingId, ticket.subject, ticket.isPromised],
    ['meeting', 'inquiry', accountId, params.meetingId, '除外したフォルダは、いつ見直しますか？', true],
  );
  // Asked on Wednesday 2026-11-25 14:30: three business days, the first not counted, end on Monday 2026-11-30 at 18:00.
  assert.deepEqual([ticket.dueAt, ticket.due.rule], ['2026-11-30T09:00:00.000Z', 'first-answer']);
  assert.equal(question!.dueAt, ticket.dueAt);

  await staff()(routes.replyToTicket, { params: { ticketId: ticket.id }, body: { text: '四半期ごとに見直します。' } });
  const [, answer] = await meetings.mailsTo(`ja-${suffix}@customer.example`, 2);
  assert.match(answer!.text, /四半期ごとに見直します。/);
  const [after] = (await staff()(routes.getMeeting, { params })).questions;
  assert.deepEqual([after!.ticketState, after!.firstAnswerAt], ['answered', '2026-11-25T05:30:00.000Z']);
});

test('S90, in part: a customer asks before the meeting; another account, a viewer, and a contact of another account do not', async () => {
  const [mine, theirs] = [await confirmed('自社'), await confirmed('別の会社')];
  const own = meetings.service.as(actorOf('customer-admin', mine.accountId));
  const meeting = await own(routes.askAtMeeting, { params: mine.params, body: { text: '事前の質問です。' } });
  assert.deepEqual([meeting.questions.length, meeting.questions[0]!.askedBy], [1, 'A customer-admin']);
  assert.equal(meeting.questions[0]!.dueAt, '2026-11-06T09:00:00.000Z');
  const ask = { params: mine.params, body: { text: '他社からの質問' } };
  await assert.rejects(
    meetings.service.as(actorOf('customer-admin', theirs.accountId))(routes.askAtMeeting, ask),
    refusedWith('not_found'),
  );
  await assert.rejects(
    meetings.service.as(actorOf('customer-viewer', mine.accountId))(routes.askAtMeeting, ask),
    refusedWith('forbidden'),
  );
  const foreign = { params: mine.params, body: { text: '質問', contactId: theirs.ja } };
  await assert.rejects(staff()(routes.askAtMeeting, foreign), refusedWith('not_found', { what: 'contact' }));
  await assert.rejects(
    staff()(routes.askAtMeeting, { ...ask, body: { text: 'x'.repeat(4001) } }),
    refusedWith('malformed'),
  );
  await assert.rejects(staff()(routes.askAtMeeting, { ...ask, body: { text: ' \n ' } }), refusedWith('malformed'));
  await staff()(routes.cancelMeeting, { params: theirs.params, body: { reason: 'ご都合' } });
  await assert.rejects(
    staff()(routes.askAtMeeting, { params: theirs.params, body: { text: '質問' } }),
    refusedWith('wrong_state'),
  );
});

test('S90: minutes are written, kept from the customer until they are sent, and mailed to everybody who attends in their language', async () => {
  const { accountId, params, suffix } = await confirmed('議事録');
  const own = meetings.service.as(actorOf('customer-viewer', accountId));
  const write = (revision: number, text: string) => staff()(routes.writeMinutes, { params, body: { revision, text } });
  await assert.rejects(staff()(routes.sendMinutes, { params }), refusedWith('wrong_state'));
  await assert.rejects(
    staff()(routes.holdMeeting, { params }),
    refusedWith('meeting_time_invalid', { reason: 'meeting_not_begun' }),
  );
  clock().set('2026-11-25T07:00:00.000Z');
  await staff()(routes.askAtMeeting, { params, body: { text: '来月の予定は？' } });
  const { revision } = await staff()(routes.holdMeeting, { params });
  await assert.rejects(staff()(routes.sendMinutes, { params }), refusedWith('wrong_state', { what: 'minutes' }));
  await assert.rejects(write(revision, 'あ'.repeat(minutesCharactersMax + 1)), refusedWith('malformed'));
  const text = '1. 検知状況：前四半期比で減少\n2. 次回：2027 年 2 月';
  await write(revision, text);
  await assert.rejects(write(revision, '古い画面から'), refusedWith('version_conflict'));
  assert.equal((await own(routes.getMeeting, { params })).minutes, undefined);

  const { sentTo } = await staff()(routes.sendMinutes, { params });
  assert.deepEqual(sentTo.toSorted(), [`en-${suffix}@customer.example`, `ja-${suffix}@customer.example`]);
  const [, ja] = await meetings.mailsTo(`ja-${suffix}@customer.example`, 2);
  const [, en] = await meetings.mailsTo(`en-${suffix}@customer.example`, 2);
  assert.match(ja!.subject, /^【定期報告会 議事録】/);
  assert.match(en!.subject, /^Minutes: /);
  for (const mail of [ja!, en!]) {
    assert.ok(mail.text.includes(text));
    assert.match(mail.text, /\[#\d+\] 来月の予定は？/);
  }
  const seen = await own(routes.getMeeting, { params });
  assert.deepEqual([seen.minutes, seen.minutesSentAt], [text, '2026-11-25T07:00:00.000Z']);
  // What was held stays held.
  await assert.rejects(
    staff()(routes.cancelMeeting, { params, body: { reason: 'x' } }),
    refusedWith('wrong_state', { state: 'meeting-held' }),
  );
  const actions = (
    await meetings.service.as(actorOf('provider-admin'))(routes.listAudit, { query: { limit: 200 } })
  ).items
    .filter(({ target }) => target === `meeting:${params.meetingId}`)
    .map(({ action }) => action);
  assert.deepEqual(actions.toReversed(), [
    ...['meeting.booked', 'meeting.confirmed', 'meeting.asked', 'meeting.held', 'meeting.minutes_written'],
    'meeting.minutes_sent',
  ]);
});
