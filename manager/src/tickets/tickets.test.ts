import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Notice, type Plan, Refusal, routes, type TicketKind } from '@sakimori/contract';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { auditRoutes } from '../audit/index.ts';
import { customersRoom, type Desk } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { noticesRoom } from '../notices/index.ts';
import { sql } from '../platform/index.ts';
import { workRoom } from '../work/index.ts';
import { openTicket, ticketsClosedIn, ticketsRoom } from './index.ts';
import { warnOfDue } from './jobs.ts';

let platform: TestPlatform;
let service: DirectService;
let desk: Desk;
let yamato: string;
let musashi: string;
let sato: string;

before(async () => {
  platform = await startTestPlatform('2026-09-01T00:00:00.000Z');
  desk = { platform, editions: Editions.read(platform.config) };
  service = openDirectService(platform, [
    customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
    workRoom(desk),
    noticesRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
    ticketsRoom(desk),
    { name: 'audit', routes: auditRoutes(platform) },
  ]);
  yamato = await platform.makeAccount('Yamato');
  musashi = await platform.makeAccount('Musashi');
  await platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into access_person (id, name, mail, role, language, created_at)
      values (gen_random_uuid(), 'Manager', 'manager@provider.example', 'service-manager', 'ja', ${platform.clock.now()})`),
  );
  const { id } = await staff()(routes.createContact, {
    params: { accountId: yamato },
    body: {
      ...{ name: '佐藤 花子', reading: 'さとう はなこ', phone: '03-6743-1100', mail: 'sato@yamato.example' },
      ...{ language: 'ja', purposes: ['alerts'] },
    },
  });
  sato = id;
});
after(async () => {
  await service.stop();
  await platform.stop();
});

const staff = () => service.as(actorOf('operator'));
const customer = (accountId: string) => service.as(actorOf('customer-admin', accountId));
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const goTo = (at: string) => platform.clock.set(new Date(at));
const warn = () => warnOfDue(desk).run();
/** A ticket that comes in at a time in Japan: `2026-09-18T18:01`. */
async function arrive(at: string, { kind = 'inquiry' as TicketKind, accountId = yamato, subject = '質問' } = {}) {
  goTo(`${at}:00+09:00`);
  const params = { accountId };
  const body = {
    kind,
    subject,
    text: '検出の内容を教えてください。',
    ...(accountId === yamato ? { contactId: sato } : {}),
  };
  return staff()(routes.createTicket, { params, body: { ...body, callerName: '佐藤' } });
}
const show = (ticketId: string) => staff()(routes.getTicket, { params: { ticketId } });
const reply = (ticketId: string, text = '回答いたします。') =>
  staff()(routes.replyToTicket, { params: { ticketId }, body: { text } });
const letters = async (accountId = yamato): Promise<Notice[]> =>
  (await service.as(actorOf('operator'))(routes.listNotices, { query: { accountId } })).items;
const japan = (instant: string) => new Date(Date.parse(instant) + 9 * 3600_000).toISOString().slice(0, 16);

test('S51: what comes in at 18:01 on Friday before four days off is accepted on Thursday at 10:00', async () => {
  const { acceptedAt, dueAt, due } = await arrive('2026-09-18T18:01');
  assert.deepEqual([japan(acceptedAt), japan(dueAt)], ['2026-09-24T10:00', '2026-09-29T18:00']);
  assert.deepEqual(due.explanation.map(({ date, role }) => `${date} ${role}`).slice(0, 2), [
    '2026-09-18 received',
    '2026-09-19 skipped',
  ]);
  assert.ok(due.explanation.some(({ date, role }) => date === '2026-09-29' && role === 'due'));
});

for (const [row, kind] of [
  ['S60', 'change'],
  ['S98', 'consulting'],
] as const)
  test(`${row}: a ${kind} ticket has the hours of S51, and its time is our own target`, async () => {
    const late = await arrive('2026-09-18T18:01', { kind });
    assert.deepEqual([japan(late.acceptedAt), late.isPromised], ['2026-09-24T10:00', false]);
    const early = await arrive('2026-09-18T09:00', { kind });
    assert.equal(japan(early.acceptedAt), '2026-09-18T10:00');
    const inTime = await arrive('2026-09-18T17:59', { kind });
    assert.equal(japan(inTime.acceptedAt), '2026-09-18T17:59');
  });

test('S53, in part: business days of tickets around the end of the year', async () => {
  const golden = [
    ['2026-12-28T15:00', '2026-12-28T15:00', '2027-01-05T18:00'],
    ['2026-09-19T12:00', '2026-09-24T10:00', '2026-09-29T18:00'],
    ['2026-12-30T11:00', '2027-01-04T10:00', '2027-01-07T18:00'],
    ['2026-05-01T18:00', '2026-05-07T10:00', '2026-05-12T18:00'],
  ] as const;
  for (const [at, accepted, due] of golden) {
    const ticket = await arrive(at);
    assert.deepEqual([japan(ticket.acceptedAt), japan(ticket.dueAt)], [accepted, due], at);
  }
});

test('S50: an acknowledgement does not stop the clock, an engineer’s answer does; half, four fifths and late are told once', async () => {
  goTo('2026-10-05T01:00:00Z');
  const { id, number } = await platform.database.asProvider((tx) =>
    openTicket(tx, desk, {
      ...{ accountId: yamato, channel: 'mail', subject: '時計', text: 'お願いします' },
      requester: { name: '佐藤', mail: 'sato@yamato.example', contactId: sato },
    }),
  );
  const { acknowledge } = await import('./tickets.ts');
  await platform.database.asProvider((tx) => acknowledge(tx, desk, id));
  const work = async () =>
    (await staff()(routes.listWork, { query: { accountId: yamato, show: 'unended' } })).items
      .filter(({ target }) => target === `ticket:${id}`)
      .map(({ kind, facts }) => `${kind} ${facts['percent']}`);
  assert.equal((await show(id)).firstAnswerAt, undefined);
  assert.deepEqual(
    (await show(id)).messages.map(({ kind }) => kind),
    ['customer', 'acknowledgement'],
  );
  await warn();
  assert.deepEqual(await work(), []);
  // Monday 10:00 to Thursday 18:00: 32 hours of reception, 16 of which are over on Tuesday at 18:00.
  goTo('2026-10-06T09:00:00Z');
  await warn();
  await warn();
  assert.deepEqual([await work(), (await show(id)).urgency], [['ticketDue 50'], 'half']);
  goTo('2026-10-08T02:40:00Z');
  await warn();
  assert.deepEqual((await work()).sort(), ['ticketDue 50', 'ticketDue 80']);
  goTo('2026-10-08T09:00:00Z');
  await warn();
  await warn();
  assert.ok((await work()).includes('ticketLate 100'));
  const alarms = (await letters()).filter(
    ({ kind, subject }) => kind === 'ticket.late' && subject.includes(`#${number} `),
  );
  assert.deepEqual(
    alarms.map(({ recipient }) => recipient),
    ['manager@provider.example'],
  );
  assert.equal((await show(id)).urgency, 'late');
  const answered = await reply(id);
  assert.equal(answered.firstAnswerAt, platform.clock.now().toISOString());
  assert.deepEqual([answered.urgency, answered.state, await work()], ['none', 'answered', []]);
});

test('S50: a pause with its reason adds the reception time that it took, and says so', async () => {
  const { id, dueAt } = await arrive('2026-10-05T10:00');
  await assert.rejects(
    staff()(routes.pauseTicket, { params: { ticketId: id }, body: { reason: ' ' } }),
    refused('malformed'),
  );
  goTo('2026-10-06T12:00:00+09:00');
  const paused = await staff()(routes.pauseTicket, { params: { ticketId: id }, body: { reason: 'ログ待ち' } });
  assert.deepEqual([paused.state, paused.pauseReason], ['paused', 'ログ待ち']);
  goTo('2026-10-08T19:00:00+09:00');
  await warn();
  assert.equal((await show(id)).urgency, 'none', 'a paused clock is not late');
  goTo('2026-10-09T11:00:00+09:00');
  const resumed = await staff()(routes.resumeTicket, { params: { ticketId: id } });
  // 6 h of Tuesday, 8 of Wednesday and Thursday, 1 of Friday.
  assert.deepEqual(
    resumed.pauses.map(({ reason, openMs }) => [reason, openMs / 3600_000]),
    [['ログ待ち', 23]],
  );
  assert.equal(japan(dueAt), '2026-10-08T18:00');
  assert.equal(japan(resumed.dueAt), '2026-10-14T17:00', 'Monday the 12th is a holiday');
  await assert.rejects(staff()(routes.resumeTicket, { params: { ticketId: id } }), refused('wrong_state'));
});

test('S49: an inquiry about another product is closed politely as out of scope and is no figure', async () => {
  const { id } = await arrive('2026-11-02T10:00', { subject: 'Excel の使い方' });
  const { id: other } = await arrive('2026-11-02T10:00', { subject: 'ファイアウォールの設定' });
  await assert.rejects(
    staff()(routes.closeTicket, { params: { ticketId: other }, body: {} }),
    refused('answer_missing'),
  );
  const closed = await staff()(routes.closeTicket, { params: { ticketId: id }, body: { outcome: 'out_of_scope' } });
  assert.deepEqual([closed.state, closed.outcome], ['closed', 'out_of_scope']);
  assert.match(closed.messages.at(-1)!.text, /恐れ入りますが.*対象外[\s\S]*7\(4\)/);
  await reply(other);
  const figures = await staff()(routes.getTicketFigures, { query: { month: '2026-11' } });
  assert.deepEqual([figures.inquiries, figures.inTime, figures.late, figures.leftOut], [1, 1, 0, 1]);
  await assert.rejects(reply(id), refused('wrong_state'));
});

test('S61, in part: a change outside of the specification is refused with clause 8(4)', async () => {
  const { id } = await arrive('2026-11-04T10:00', { kind: 'change' });
  const closed = await staff()(routes.closeTicket, { params: { ticketId: id }, body: { outcome: 'not_supported' } });
  assert.match(
    closed.messages.at(-1)!.text,
    /8\(4\)：「設定変更は、Cloud One – Workload Security の仕様に準拠した範囲/,
  );
});

test('S33: a consulting ticket is refused with the way up under Standard, needs a quote under Advanced, and is accepted under High-end', async () => {
  const makeFor = async (name: string, plan: Plan) =>
    (await staff()(routes.createAccount, { body: { customerName: `${name} Inc.`, name, plan } })).id;
  const accounts = {
    standard: await makeFor('Suruga', 'standard'),
    advanced: await makeFor('Settsu', 'advanced'),
    highend: await makeFor('Sagami', 'highend'),
  };
  const ask = async (accountId: string) => {
    const { id: contactId } = await staff()(routes.createContact, {
      params: { accountId },
      body: { name: '鈴木', mail: `suzuki@${accountId}.example`, language: 'ja', purposes: ['alerts'] },
    });
    const body = { kind: 'consulting' as const, subject: '独自ルールの作成', text: 'お願いします', contactId };
    return staff()(routes.createTicket, { params: { accountId }, body });
  };
  const begin = (ticketId: string, quoteId?: string) =>
    staff()(routes.beginConsulting, { params: { ticketId }, body: quoteId === undefined ? {} : { quoteId } });
  const close = (ticketId: string, outcome: 'resolved' | 'out_of_scope') =>
    staff()(routes.closeTicket, {
      params: { ticketId },
      body: { outcome, ...(outcome === 'resolved' ? { text: '作成しました。' } : {}) },
    });

  const refusedTicket = await ask(accounts.standard);
  assert.equal(refusedTicket.plan?.outcome, 'refused');
  await assert.rejects(begin(refusedTicket.id), refused('not_in_plan'));
  await assert.rejects(close(refusedTicket.id, 'resolved'), refused('not_in_plan'));
  const told = await close(refusedTicket.id, 'out_of_scope');
  const letter = told.messages.find(({ kind }) => kind === 'reply')!.text;
  assert.match(
    letter,
    /プラン「スタンダード」には.*含まれておりません[\s\S]*アドバンスドプランでは有償.*ハイエンドプランでは標準/,
  );

  const paid = await ask(accounts.advanced);
  assert.equal(paid.plan?.outcome, 'paid');
  await assert.rejects(begin(paid.id), refused('quote_needed'));
  await assert.rejects(close(paid.id, 'resolved'), refused('quote_needed'));
  const quote = await staff()(routes.createQuote, {
    params: { accountId: accounts.advanced },
    body: {
      ...{ feature: 'consulting.tuning', title: '独自ルール 1 件', unitYen: 80_000, quantity: 1, billing: 'once' },
      validUntil: new Date(platform.clock.now().getTime() + 30 * 24 * 3600_000).toISOString().slice(0, 10),
    },
  });
  await assert.rejects(begin(paid.id, quote.id), refused('quote_not_approved'));
  const foreign = await ask(await makeFor('Shinano', 'advanced'));
  await customer(accounts.advanced)(routes.decideQuote, {
    params: { accountId: accounts.advanced, quoteId: quote.id },
    body: { decision: 'approved' },
  });
  await assert.rejects(begin(foreign.id, quote.id), refused('not_found'), 'a quote of another account');
  const begun = await begin(paid.id, quote.id);
  assert.match(begun.messages.find(({ kind }) => kind === 'event')!.text, new RegExp(String(quote.number)));
  await assert.rejects(begin(paid.id, quote.id), refused('wrong_state'));
  assert.equal((await close(paid.id, 'resolved')).state, 'closed');
  const seen = await customer(accounts.advanced)(routes.getTicket, { params: { ticketId: paid.id } });
  assert.ok(seen.plan?.begunAt, 'the customer sees that it was begun');
  assert.ok(seen.messages.every(({ kind }) => kind !== 'event'));

  const included = await ask(accounts.highend);
  assert.equal(included.plan?.outcome, 'granted');
  await begin(included.id);
  assert.equal((await close(included.id, 'resolved')).state, 'closed');
  await assert.rejects(
    customer(accounts.highend)(routes.beginConsulting, { params: { ticketId: included.id }, body: {} }),
    refused('forbidden'),
  );
  const { id } = await arrive('2026-11-24T11:00');
  await assert.rejects(begin(id), refused('wrong_state'), 'an inquiry is no consulting');
});

test('S52, in part: a caller is found by the end of the number, however it is written, and by furigana', async () => {
  const names = async (query: { phone?: string; name?: string }) =>
    (await staff()(routes.findCallers, { query })).items.map(({ name }) => name);
  for (const phone of ['03-6743-1100', '0367431100', '+81 3 6743 1100', '０３ー６７４３ー１１００', '1100'])
    assert.deepEqual(await names({ phone }), ['佐藤 花子'], phone);
  for (const name of ['さとう', 'サトウ', 'ｻﾄｳ', '佐藤', 'はなこ', 'yamato'])
    assert.deepEqual(await names({ name }), ['佐藤 花子'], name);
  assert.deepEqual(await names({ phone: '9999' }), []);
  assert.deepEqual(await names({ phone: '12' }), []);
  assert.deepEqual(await names({}), []);
  const note = await arrive('2026-11-05T10:00');
  assert.deepEqual(
    [note.requester.name, note.requester.phone, note.requester.mail],
    ['佐藤', '03-6743-1100', 'sato@yamato.example'],
  );
});

test('S87, in part: what was closed in a month is listed once, with its first answer', async () => {
  const { id, number } = await arrive('2026-12-01T10:00', { kind: 'change', subject: 'ポリシーの変更' });
  await staff()(routes.replyToTicket, { params: { ticketId: id }, body: { text: '完了しました。', closes: true } });
  const span = { accountId: yamato, from: new Date('2026-11-30T15:00:00Z'), to: new Date('2026-12-31T15:00:00Z') };
  const closed = await platform.database.as(yamato, (tx) => ticketsClosedIn(tx, span));
  assert.deepEqual(
    closed.map((one) => [one.number, one.subject, one.first_answer_at?.toISOString()]),
    [[number, 'ポリシーの変更', '2026-12-01T01:00:00.000Z']],
  );
});

test('a customer asks on the portal, sees no notes, and reopens by writing more', async () => {
  goTo('2026-12-02T01:00:00Z');
  const ours = customer(yamato);
  const params = { accountId: yamato };
  const { id: ticketId } = await ours(routes.askDesk, {
    params,
    body: { subject: 'ポータル', text: '教えてください' },
  });
  await staff()(routes.noteTicket, { params: { ticketId }, body: { text: 'himitsu-note' } });
  await staff()(routes.pauseTicket, { params: { ticketId }, body: { reason: 'himitsu-reason' } });
  const seen = JSON.stringify([
    await ours(routes.getTicket, { params: { ticketId } }),
    await ours(routes.listTickets, { query: {} }),
  ]);
  assert.doesNotMatch(seen, /himitsu/);
  await staff()(routes.replyToTicket, { params: { ticketId }, body: { text: 'はい', by: 'phone', closes: true } });
  const more = await ours(routes.addToTicket, { params: { ticketId }, body: { text: 'もう一点' } });
  assert.deepEqual([more.state, more.messages.length], ['open', 3]);
  for (const attempt of [
    () => ours(routes.noteTicket, { params: { ticketId }, body: { text: 'x' } }),
    () => ours(routes.findCallers, { query: { name: '佐' } }),
    () => ours(routes.createTicket, { params, body: { subject: 'x', text: 'y' } }),
  ])
    await assert.rejects(attempt, refused('forbidden'));
});

test('another account neither reads nor writes a ticket, whatever it knows', async () => {
  const { id: ticketId, number } = await arrive('2026-12-03T10:00');
  const theirs = customer(musashi);
  await assert.rejects(theirs(routes.getTicket, { params: { ticketId } }), refused('not_found'));
  await assert.rejects(theirs(routes.addToTicket, { params: { ticketId }, body: { text: 'x' } }), refused('not_found'));
  await assert.rejects(
    theirs(routes.askDesk, { params: { accountId: yamato }, body: { subject: 'x', text: 'y' } }),
    refused('not_found'),
  );
  for (const query of [{}, { number }, { accountId: yamato, state: 'all' as const }])
    assert.deepEqual((await theirs(routes.listTickets, { query })).items, []);
  assert.equal((await theirs(routes.getTicketFigures, { query: { month: '2026-12' } })).inquiries, 0);
  await assert.rejects(
    staff()(routes.createTicket, {
      params: { accountId: musashi },
      body: { subject: 'x', text: 'y', contactId: sato },
    }),
    refused('not_found'),
  );
  await platform.database.as(musashi, async (tx) => {
    assert.equal(await tx.run(sql`update tickets_ticket set subject = 'x' where id = ${ticketId}`), 0);
    assert.deepEqual(await tx.rows(sql`select id from tickets_message where ticket_id = ${ticketId}`), []);
  });
});

test('a ticket of another person is taken over only where that is said; hostile and oversized texts are kept or refused', async () => {
  const { id: ticketId } = await arrive('2026-12-04T10:00', {
    subject: '<script>alert(1)</script> \r\nBcc: x@y.example',
  });
  await staff()(routes.takeTicket, { params: { ticketId }, body: {} });
  const other = service.as({ ...actorOf('operator'), id: '019ab000-0000-7000-8000-00000000beef', name: 'Other' });
  await assert.rejects(other(routes.takeTicket, { params: { ticketId }, body: {} }), refused('ticket_taken'));
  assert.equal(
    (await other(routes.takeTicket, { params: { ticketId }, body: { isTakenOver: true } })).assignee?.name,
    'Other',
  );
  await reply(ticketId, 'はい');
  const [letter] = await letters();
  assert.doesNotMatch(letter!.subject, /[\r\n]/);
  await assert.rejects(
    staff()(routes.noteTicket, { params: { ticketId }, body: { text: 'x'.repeat(20_001) } }),
    refused('malformed'),
  );
});
