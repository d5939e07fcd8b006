import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import {
  desk,
  readInvitation,
  refusedWith,
  startTestMeetings,
  type TestMeetings,
  video,
  visit,
} from '../../../test/meetings.ts';
import { actorOf } from '../../../test/service.ts';
import { writeInvitation } from './invitation.ts';

let meetings: TestMeetings;
let accountId: string;
let engineer: string;
let engineerMail: string;

before(async () => {
  meetings = await startTestMeetings();
  meetings.notices.platform.clock.set('2026-11-02T01:00:00.000Z');
  accountId = await meetings.contracted('やまと', 'highend');
  engineer = await meetings.person('防人 花子', 'soc-analyst');
  engineerMail = `soc-analyst-${engineer.slice(-6)}@provider.example`;
});
after(() => meetings.stop());

const staff = () => meetings.service.as(actorOf('operator'));
const book = async (body: ReturnType<typeof visit>) =>
  staff()(routes.bookMeeting, { params: { accountId }, body: { ...body, personIds: [engineer] } });
const confirm = (meetingId: string) => staff()(routes.confirmMeeting, { params: { meetingId }, body: {} });
const change = (meetingId: string, body: { revision: number } & Record<string, unknown>) =>
  staff()(routes.changeMeeting, { params: { meetingId }, body });

test('S90, S95: everybody who attends is invited by mail in their language; changes raise SEQUENCE, the end is METHOD:CANCEL, the UID stays', async () => {
  const ja = await meetings.contact(accountId, 'sato@yamato.example', 'ja');
  const en = await meetings.contact(accountId, 'smith@yamato.example', 'en');
  const title = '第 3 四半期 定期報告会（運用状況のご報告、検知状況の分析、設定変更のご相談、今後のご提案）';
  const agenda = '前四半期の検知状況\n設定変更の実績; 「除外」, \\ など\n今後のご提案';
  const made = await book(visit('2026-11-25', { title, agenda, contactIds: [ja, en] }));
  assert.equal(meetings.relay.mails.length, 0);
  await confirm(made.id);

  const [toSato] = await meetings.mailsTo('sato@yamato.example', 1);
  const [toSmith] = await meetings.mailsTo('smith@yamato.example', 1);
  const [toEngineer] = await meetings.mailsTo(engineerMail, 1);
  for (const mail of [toSato!, toSmith!, toEngineer!]) {
    const { invitation } = mail;
    assert.ok(invitation);
    assert.deepEqual([invitation.method, invitation.sequence, invitation.status], ['REQUEST', 0, 'CONFIRMED']);
    assert.deepEqual(
      [invitation.startsAt, invitation.endsAt],
      ['2026-11-25T05:00:00.000Z', '2026-11-25T07:00:00.000Z'],
    );
    assert.deepEqual([invitation.zone, invitation.organizer], ['Asia/Tokyo', `mailto:${desk}`]);
    assert.deepEqual([invitation.summary, invitation.location], [title, '東京都新宿区西新宿2-8-1']);
    assert.ok(String(invitation.description).endsWith(agenda));
    assert.deepEqual(
      invitation.attendees.map(({ mail: address }) => address).sort(),
      [engineerMail, 'sato@yamato.example', 'smith@yamato.example'].sort(),
    );
    assert.ok(invitation.attendees.every(({ answer }) => answer === 'NEEDS-ACTION'));
    // Both: a form of the letter, which mail programs show as an invitation, and a file beside it.
    assert.ok(
      mail.types.some((type) => /^text\/calendar;.*method=REQUEST/.test(type)),
      mail.types.join('\n'),
    );
    assert.ok(
      mail.types.some((type) => /^application\/ics/.test(type)),
      mail.types.join('\n'),
    );
    // RFC 5545, 3.1: lines of at most 75 octets that end in CRLF, and no character torn.
    for (const line of invitation.raw.split('\r\n')) {
      assert.ok(Buffer.byteLength(line) <= 75, line);
      assert.doesNotMatch(line, /[\n\uFFFD]/);
    }
  }
  assert.match(toSato!.subject, /^【定期報告会のご案内】2026年11月25日\(水\) 14:00–16:00 第 3 四半期/);
  assert.match(toSmith!.subject, /^Invitation: .*Wed, 25 Nov 2026, 14:00–16:00 \(JST\)$/);
  for (const word of ['株式会社やまと', '東京都新宿区西新宿2-8-1', '防人 花子', '今後のご提案'])
    assert.ok(toSato!.text.includes(word), word);
  assert.match(toSmith!.text, /invites you to a review meeting/);

  const later = { startsAt: '2026-11-25T06:00:00.000Z', endsAt: '2026-11-25T08:00:00.000Z' };
  await change(made.id, { revision: 2, ...later });
  const [, moved] = await meetings.mailsTo('sato@yamato.example', 2);
  assert.deepEqual(
    [moved!.invitation!.method, moved!.invitation!.sequence, moved!.invitation!.uid, moved!.invitation!.startsAt],
    ['REQUEST', 1, toSato!.invitation!.uid, later.startsAt],
  );
  assert.match(moved!.subject, /変更/);

  // Who attends no more is told so; the others' meeting goes on without them.
  await change(made.id, { revision: 3, contactIds: [ja] });
  const [, , gone] = await meetings.mailsTo('smith@yamato.example', 3);
  assert.deepEqual(
    [gone!.invitation!.method, gone!.invitation!.sequence, gone!.invitation!.uid],
    ['CANCEL', 2, toSato!.invitation!.uid],
  );
  assert.deepEqual(
    gone!.invitation!.attendees.map(({ mail }) => mail),
    ['smith@yamato.example'],
  );
  const [, , fewer] = await meetings.mailsTo('sato@yamato.example', 3);
  assert.deepEqual([fewer!.invitation!.sequence, fewer!.invitation!.attendees.length], [2, 2]);

  await staff()(routes.cancelMeeting, { params: { meetingId: made.id }, body: { reason: '台風のため' } });
  const [, , , over] = await meetings.mailsTo('sato@yamato.example', 4);
  assert.deepEqual(
    [over!.invitation!.method, over!.invitation!.sequence, over!.invitation!.status, over!.invitation!.uid],
    ['CANCEL', 3, 'CANCELLED', toSato!.invitation!.uid],
  );
  assert.ok(over!.types.some((type) => /^text\/calendar;.*method=CANCEL/.test(type)));
  assert.match(over!.text, /台風のため/);
  // Who was told before is not told again.
  assert.equal((await meetings.mailsTo('smith@yamato.example', 3)).length, 3);
});

test('S95, in part: the invitation to a video meeting has its address; without one, or without anybody of the customer, it is not confirmed', async () => {
  const contactId = await meetings.contact(accountId, 'osaka@yamato.example');
  const { url, ...bare } = video('2026-12-02');
  const made = await book({ ...bare, kind: 'video' });
  await assert.rejects(confirm(made.id), refusedWith('meeting_incomplete', { lack: 'meetingUrl' }));
  await change(made.id, { revision: 1, url });
  await assert.rejects(confirm(made.id), refusedWith('meeting_incomplete', { lack: 'meetingAttendee' }));
  await change(made.id, { revision: 2, contactIds: [contactId] });
  await confirm(made.id);
  const [mail] = await meetings.mailsTo('osaka@yamato.example', 1);
  assert.deepEqual([mail!.invitation!.url, mail!.invitation!.location], [url, url]);
  assert.ok(mail!.text.includes(url!));
});

test('S90, in part: what is typed stays text in the calendar file: no line, property or attendee can be slipped in', () => {
  const file = writeInvitation({
    ...{ method: 'REQUEST', meetingId: '019ab000-0000-7000-8000-00000000cafe', sequence: 0 },
    ...{ at: new Date(0), createdAt: new Date(0), startsAt: new Date(0), endsAt: new Date(3_600_000) },
    summary: 'A\r\nATTENDEE:mailto:evil@x.example\nEND:VEVENT',
    description: 'B\u2028\u0000;,\\',
    location: 'C\rURL:https://evil.example',
    organizer: { name: 'D";X=Y:mailto:evil@x.example\r\nE', mail: 'a@b.example' },
    attendees: [{ name: '山田 "太郎"\n', mail: 'yamada@b.example', answer: 'accepted' }],
  });
  const read = readInvitation(file);
  assert.deepEqual(read.attendees, [{ mail: 'yamada@b.example', name: "山田 '太郎' ", answer: 'ACCEPTED' }]);
  assert.equal(read.url, null);
  assert.equal(read.summary, 'A\nATTENDEE:mailto:evil@x.example\nEND:VEVENT');
  assert.equal(file.match(/^END:VEVENT\r$/gm)?.length, 1);
});
