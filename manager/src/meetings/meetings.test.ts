import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type NewMeeting, routes } from '@sakimori/contract';
import { refusedWith, startTestMeetings, type TestMeetings, video, visit } from '../../../test/meetings.ts';
import { actorOf } from '../../../test/service.ts';

let meetings: TestMeetings;
/** The clock of the tests stands at 2026-11-24 10:00 in Japan; here it is set to the day that a case is about. */
const at = (instant: string) => meetings.notices.platform.clock.set(new Date(instant));

before(async () => {
  meetings = await startTestMeetings();
});
after(() => meetings.stop());

const staff = () => meetings.service.as(actorOf('service-manager'));
const book = (accountId: string, body: NewMeeting) => staff()(routes.bookMeeting, { params: { accountId }, body });
const assess = (accountId: string, body: NewMeeting) =>
  staff()(routes.assessMeeting, {
    params: { accountId },
    body: { kind: body.kind, startsAt: body.startsAt, place: body.place },
  });
const auditOf = async (meetingId: string) =>
  (await meetings.service.as(actorOf('provider-admin'))(routes.listAudit, { query: { limit: 500 } })).items.filter(
    ({ target }) => target === `meeting:${meetingId}`,
  );
async function ready(name: string, plan: 'standard' | 'advanced' | 'highend' = 'highend', since?: string) {
  const accountId = await meetings.contracted(name, plan, since);
  const contactId = await meetings.contact(accountId, `${accountId.slice(-8)}@customer.example`);
  return { accountId, contactId };
}

test('S92: a meeting on 2026-11-25 is booked on 11-11; on 11-12 it needs an override with a reason, which is on record', async () => {
  const { accountId } = await ready('期限');
  at('2026-11-11T14:59:00.000Z');
  const early = await book(accountId, visit('2026-11-25'));
  assert.equal(early.lateReason, undefined);
  await staff()(routes.cancelMeeting, { params: { meetingId: early.id }, body: { reason: '日程の再調整' } });

  at('2026-11-11T15:01:00.000Z');
  const seen = await assess(accountId, visit('2026-11-25'));
  assert.deepEqual(seen.notice, { days: 14, lastDay: '2026-11-11', isInTime: false });
  const facts = { date: '2026-11-25', lastDay: '2026-11-11', days: 14, clause: '7(11)' };
  await assert.rejects(book(accountId, visit('2026-11-25')), refusedWith('meeting_too_soon', facts));
  const late = await book(accountId, visit('2026-11-25', { lateReason: 'お客様の監査日程のため' }));
  assert.equal(late.lateReason, 'お客様の監査日程のため');
  const [entry] = (await auditOf(late.id)).filter(({ action }) => action === 'meeting.booked');
  assert.equal((entry!.facts as Record<string, unknown>)['override'], 'お客様の監査日程のため');
  // The reason is between the provider's people.
  const own = meetings.service.as(actorOf('customer-admin', accountId));
  assert.equal((await own(routes.getMeeting, { params: { meetingId: late.id } })).lateReason, undefined);
});

test('S92, in part: another day is arranged anew; another hour, agenda or room is not', async () => {
  const { accountId } = await ready('変更');
  at('2026-11-02T01:00:00.000Z');
  const made = await book(accountId, visit('2026-11-25'));
  at('2026-11-20T01:00:00.000Z');
  const change = (revision: number, more: object) =>
    staff()(routes.changeMeeting, { params: { meetingId: made.id }, body: { revision, ...more } });
  const later = await change(1, {
    startsAt: '2026-11-25T06:00:00.000Z',
    endsAt: '2026-11-25T08:00:00.000Z',
    agenda: '設定変更',
  });
  assert.equal(later.startsAt, '2026-11-25T06:00:00.000Z');
  const moved = { startsAt: '2026-11-26T06:00:00.000Z', endsAt: '2026-11-26T08:00:00.000Z' };
  await assert.rejects(change(2, moved), refusedWith('meeting_too_soon'));
  assert.equal((await change(2, { ...moved, lateReason: 'ご都合' })).lateReason, 'ご都合');
  await assert.rejects(change(2, { title: '古い画面' }), refusedWith('version_conflict', { current: 3 }));
});

test('S91, S32: High-end has four in a contract year; a cancelled one does not count and a held one does, the fifth is bought', async () => {
  const { accountId, contactId } = await ready('年四回', 'highend', '2026-04-10');
  at('2026-04-10T01:00:00.000Z');
  const made: string[] = [];
  for (const day of ['2026-05-12', '2026-08-18', '2026-11-17', '2027-02-16']) {
    const one = await book(accountId, visit(day, { contactIds: [contactId] }));
    assert.deepEqual([one.isIncluded, one.charges], [true, []]);
    made.push(one.id);
  }
  const fifth = visit('2027-03-16', { contactIds: [contactId] });
  const seen = await assess(accountId, fifth);
  assert.deepEqual(seen.year, { from: '2026-04-10', to: '2027-04-09', perYear: 4, used: 4 });
  assert.deepEqual([seen.isIncluded, seen.charges], [false, ['beyondYear']]);
  await assert.rejects(
    book(accountId, fifth),
    refusedWith('quote_needed', { feature: 'report.meeting', plan: 'highend' }),
  );

  // Of the next contract year it is the first.
  assert.deepEqual((await assess(accountId, visit('2027-04-10'))).year.used, 0);
  assert.equal((await assess(accountId, visit('2027-04-09'))).year.used, 4);

  // A held one counts.
  await staff()(routes.confirmMeeting, { params: { meetingId: made[0]! }, body: {} });
  at('2026-05-12T07:00:00.000Z');
  await staff()(routes.holdMeeting, { params: { meetingId: made[0]! } });
  assert.equal((await assess(accountId, fifth)).year.used, 4);
  const { years } = await staff()(routes.listMeetings, { query: { accountId } });
  const { held, planned, bought, perYear } = years[0]!;
  assert.deepEqual({ held, planned, bought, perYear }, { held: 1, planned: 3, bought: 0, perYear: 4 });

  // A cancelled one does not.
  await staff()(routes.cancelMeeting, { params: { meetingId: made[3]! }, body: { reason: 'ご都合' } });
  assert.equal((await book(accountId, fifth)).isIncluded, true);

  // One more, with a quote that the customer approved, and that pays for one.
  const quoteId = await meetings.approved(accountId, { beyondPlan: true });
  const more = await book(accountId, visit('2027-03-23', { quoteId, contactIds: [contactId] }));
  assert.deepEqual([more.isIncluded, more.charges, more.quoteId], [false, ['beyondYear'], quoteId]);
  await assert.rejects(book(accountId, visit('2027-03-30', { quoteId })), refusedWith('quote_used'));
});

test('S93, S32: Advanced books with an approved quote and not without; Standard is refused with the clause and the way up', async () => {
  at('2026-11-02T01:00:00.000Z');
  const advanced = await ready('アド', 'advanced');
  await assert.rejects(
    book(advanced.accountId, visit('2026-11-25')),
    refusedWith('quote_needed', { plan: 'advanced' }),
  );
  const offered = await staff()(routes.createQuote, {
    params: { accountId: advanced.accountId },
    body: { feature: 'report.meeting', title: '定期報告会', unitYen: 80_000, validUntil: '2026-12-31' },
  });
  const withQuote = visit('2026-11-25', { quoteId: offered.id, contactIds: [advanced.contactId] });
  await assert.rejects(book(advanced.accountId, withQuote), refusedWith('quote_not_approved', { state: 'offered' }));
  await staff()(routes.decideQuote, {
    params: { accountId: advanced.accountId, quoteId: offered.id },
    body: { decision: 'approved', by: '佐藤', how: 'mail' },
  });
  const made = await book(advanced.accountId, withQuote);
  assert.deepEqual([made.isIncluded, made.charges], [false, ['plan']]);
  // Each one is chargeable: the second needs a quote of its own.
  await assert.rejects(
    book(advanced.accountId, visit('2026-12-09', { quoteId: offered.id })),
    refusedWith('quote_used'),
  );
  // Once it was held it is billed with that month.
  await staff()(routes.confirmMeeting, { params: { meetingId: made.id }, body: {} });
  at('2026-11-25T08:00:00.000Z');
  await staff()(routes.holdMeeting, { params: { meetingId: made.id } });
  const { items } = await staff()(routes.listBillingLines, { query: { month: '2026-11' } });
  assert.ok(
    items.some(({ quoteNumber, accountId }) => quoteNumber === offered.number && accountId === advanced.accountId),
  );

  const standard = await ready('スタ', 'standard');
  const refusal = refusedWith('not_in_plan', { feature: 'report.meeting', plan: 'standard', clause: '5' });
  await assert.rejects(book(standard.accountId, visit('2026-12-25')), refusal);
  await assert.rejects(assess(standard.accountId, visit('2026-12-25')), refusal);
});

test('S94: a visit to Yokohama is chargeable and is not confirmed before the customer approved a quote; to Shinjuku it is free', async () => {
  at('2026-11-02T01:00:00.000Z');
  const { accountId, contactId } = await ready('訪問');
  const shinjuku = await book(accountId, visit('2026-11-25', { contactIds: [contactId] }));
  assert.deepEqual(shinjuku.charges, []);
  assert.equal(
    (await staff()(routes.confirmMeeting, { params: { meetingId: shinjuku.id }, body: {} })).state,
    'confirmed',
  );

  const place = '神奈川県横浜市西区みなとみらい2-2-1';
  const yokohama = await book(accountId, visit('2026-11-26', { place, contactIds: [contactId] }));
  assert.deepEqual([yokohama.state, yokohama.isIncluded, yokohama.charges], ['planned', true, ['remote']]);
  const confirm = (body: object) => staff()(routes.confirmMeeting, { params: { meetingId: yokohama.id }, body });
  await assert.rejects(confirm({}), refusedWith('quote_needed'));
  const quote = await staff()(routes.createQuote, {
    params: { accountId },
    body: {
      feature: 'report.meeting',
      title: '横浜への訪問',
      unitYen: 30_000,
      validUntil: '2026-12-31',
      beyondPlan: true,
    },
  });
  await assert.rejects(confirm({ quoteId: quote.id }), refusedWith('quote_not_approved'));
  await staff()(routes.decideQuote, {
    params: { accountId, quoteId: quote.id },
    body: { decision: 'approved', by: '佐藤', how: 'phone' },
  });
  const confirmed = await confirm({ quoteId: quote.id });
  assert.deepEqual([confirmed.state, confirmed.quoteId], ['confirmed', quote.id]);
  // A confirmed meeting does not move there unpaid either.
  const body = { revision: 2, place };
  await assert.rejects(
    staff()(routes.changeMeeting, { params: { meetingId: shinjuku.id }, body }),
    refusedWith('quote_needed'),
  );
});

test('S94, in part: where the address does not say it, a person states it with a reason; what it says is not argued with', async () => {
  at('2026-11-02T01:00:00.000Z');
  const { accountId, contactId } = await ready('不明');
  const unclear = await book(accountId, visit('2026-11-25', { place: '本社 会議室A', contactIds: [contactId] }));
  assert.deepEqual(unclear.charges, ['placeUnclear']);
  const confirm = (meetingId: string, body: object) => staff()(routes.confirmMeeting, { params: { meetingId }, body });
  await assert.rejects(confirm(unclear.id, {}), refusedWith('meeting_place_unclear', { place: '本社 会議室A' }));
  const statedArea = { isFree: true, reason: '本社は千代田区' };
  const confirmed = await confirm(unclear.id, { statedArea });
  assert.deepEqual([confirmed.charges, confirmed.statedArea], [[], statedArea]);
  const osaka = visit('2026-11-26', { place: '大阪府大阪市北区1-1', statedArea, contactIds: [contactId] });
  assert.deepEqual((await book(accountId, osaka)).charges, ['remote']);
});

test('S95: a video meeting with people in Osaka is not chargeable; its address is https and stands in no audit entry', async () => {
  at('2026-11-02T01:00:00.000Z');
  const { accountId, contactId } = await ready('大阪');
  const made = await book(accountId, video('2026-11-25', { title: '大阪支社 定期報告会', contactIds: [contactId] }));
  assert.deepEqual([made.charges, made.isIncluded, made.url], [[], true, 'https://meet.example.com/secret-room-42']);
  await staff()(routes.confirmMeeting, { params: { meetingId: made.id }, body: {} });
  await staff()(routes.changeMeeting, {
    params: { meetingId: made.id },
    body: { revision: 2, url: 'https://meet.example.com/secret-room-43' },
  });
  assert.doesNotMatch(JSON.stringify(await auditOf(made.id)), /secret-room/);
  const hostile = [
    'javascript:alert(1)',
    'http://meet.example.com/',
    'data:text/html,x',
    'https://user:pass@meet.example.com/',
    'https://meet.example.com/\r\nATTENDEE:mailto:x@y.example',
    'https://localhost/',
    'meet.example.com',
  ];
  for (const url of hostile)
    await assert.rejects(book(accountId, video('2026-12-02', { url })), refusedWith('malformed'), url);
});

test('S103, in part: how many meetings there are in a year, and how early they are arranged, comes from the edition', async () => {
  const { accountId } = await ready('版');
  at('2026-11-02T01:00:00.000Z');
  const edition = meetings.editions.get('2');
  const { year, notice } = await assess(accountId, visit('2026-11-25'));
  assert.deepEqual([year.perYear, notice.days], [edition.meetings.perYear, edition.deadlines.meetingNotice.amount]);
});

test('S90, in part: bad input is refused with its reason: past, backwards, endless, doubled, a crowd, line breaks in a title', async () => {
  at('2026-11-02T01:00:00.000Z');
  const { accountId, contactId } = await ready('不正');
  const times = (startsAt: string, endsAt: string) => visit('2026-11-25', { startsAt, endsAt });
  const reason = (name: string) => refusedWith('meeting_time_invalid', { reason: `meeting_${name}` });
  await assert.rejects(book(accountId, visit('2026-10-25')), reason('past'));
  await assert.rejects(book(accountId, times('2026-11-25T05:00:00Z', '2026-11-25T04:00:00Z')), reason('ends_first'));
  await assert.rejects(book(accountId, times('2026-11-25T05:00:00Z', '2026-11-25T05:00:00Z')), reason('ends_first'));
  await assert.rejects(book(accountId, times('2026-11-25T05:00:00Z', '2026-11-27T05:00:00Z')), reason('too_long'));
  await assert.rejects(book(accountId, visit('2029-11-25')), reason('too_far'));
  await book(accountId, visit('2026-11-25', { contactIds: [contactId] }));
  await assert.rejects(book(accountId, visit('2026-11-25')), refusedWith('meeting_overlaps', { number: 1 }));
  const malformed = refusedWith('malformed');
  const crowd = Array.from({ length: 10_000 }, () => contactId);
  await assert.rejects(book(accountId, visit('2026-11-26', { contactIds: crowd })), malformed);
  await assert.rejects(
    book(accountId, visit('2026-11-26', { title: '報告会\r\nBcc: all@customer.example' })),
    malformed,
  );
  await assert.rejects(book(accountId, visit('2026-11-26', { place: '東京都\nX' })), malformed);
  await assert.rejects(book(accountId, visit('2026-11-26', { agenda: 'x'.repeat(10_001) })), malformed);
  const { place, ...placeless } = visit('2026-11-26');
  await assert.rejects(book(accountId, placeless), malformed);
  // A contact of another account is none.
  const other = await ready('よそ');
  await assert.rejects(
    book(accountId, visit('2026-11-26', { contactIds: [other.contactId] })),
    refusedWith('not_found', { what: 'contact' }),
  );
  const unknown = '019ab000-0000-7000-8000-0000000000aa';
  await assert.rejects(
    book(accountId, visit('2026-11-26', { personIds: [unknown] })),
    refusedWith('not_found', { what: 'person' }),
  );
  await assert.rejects(book(unknown, visit('2026-11-26')), refusedWith('not_found'));
});

test('S90, in part: two who book the last included meeting at once do not both get it', async () => {
  at('2026-11-02T01:00:00.000Z');
  const { accountId } = await ready('同時');
  for (const day of ['2026-11-25', '2026-12-08', '2026-12-09']) await book(accountId, visit(day));
  const both = await Promise.allSettled([book(accountId, visit('2026-12-15')), book(accountId, visit('2026-12-16'))]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const same = await Promise.allSettled([book(accountId, visit('2027-04-20')), book(accountId, visit('2027-04-20'))]);
  assert.deepEqual(same.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('S90, in part: a meeting of another account is not there for a customer, and customers book, change and cancel nothing', async () => {
  at('2026-11-02T01:00:00.000Z');
  const [mine, theirs] = [await ready('当社'), await ready('他社')];
  const made = await book(theirs.accountId, visit('2026-11-25', { contactIds: [theirs.contactId] }));
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const own = meetings.service.as(actorOf(role, mine.accountId));
    const { items, years } = await own(routes.listMeetings, { query: {} });
    assert.deepEqual([items, years.map(({ accountId }) => accountId)], [[], [mine.accountId]]);
    const seen = await own(routes.listMeetings, { query: { accountId: theirs.accountId } });
    assert.deepEqual([seen.items, seen.years], [[], []]);
    const params = { meetingId: made.id };
    await assert.rejects(own(routes.getMeeting, { params }), refusedWith('not_found'));
    const own2 = meetings.service.as(actorOf(role, theirs.accountId));
    assert.equal((await own2(routes.getMeeting, { params })).id, made.id);
    for (const who of [own, own2]) {
      await assert.rejects(who(routes.cancelMeeting, { params, body: { reason: 'x' } }), refusedWith('forbidden'));
      await assert.rejects(who(routes.confirmMeeting, { params, body: {} }), refusedWith('forbidden'));
      await assert.rejects(
        who(routes.changeMeeting, { params, body: { revision: 1, title: 'x' } }),
        refusedWith('forbidden'),
      );
      const minutes = { params, body: { revision: 1, text: 'x' } };
      await assert.rejects(who(routes.writeMinutes, minutes), refusedWith('forbidden'));
      await assert.rejects(who(routes.listMeetingStaff), refusedWith('forbidden'));
    }
    await assert.rejects(
      own(routes.bookMeeting, { params: { accountId: mine.accountId }, body: visit('2026-12-25') }),
      refusedWith('forbidden'),
    );
  }
  const analyst = meetings.service.as(actorOf('soc-analyst'));
  assert.ok((await analyst(routes.listMeetings, { query: {} })).items.length > 0);
  await assert.rejects(
    analyst(routes.cancelMeeting, { params: { meetingId: made.id }, body: { reason: 'x' } }),
    refusedWith('forbidden'),
  );
});
