import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Detection, permissionsOf, type ReviewSheet, roles, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { accessRoom } from '../access/index.ts';
import { resolveAlert } from '../alerts/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { workRoom } from '../work/index.ts';
import { reviewsRoom } from './index.ts';

let door: TestDoor;
let reviews: Room;
let yamato: string;
let musashi: string;
/** On the Standard plan. */
let suruga: string;
let agent: SimulatedAgent;
let other: SimulatedAgent;
let ofStandard: SimulatedAgent;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      const desk = { platform, editions: Editions.read(platform.config) };
      reviews = reviewsRoom(desk);
      return [reviews, workRoom(desk), accessRoom(platform, { publicUrl: () => 'http://127.0.0.1' })];
    },
  });
  yamato = await door.makeAccount('Yamato');
  musashi = await door.makeAccount('Musashi');
  suruga = await door.makeAccount('Suruga');
  for (const account of [yamato, musashi]) await setPlan(account, 'advanced');
  agent = await door.enrolAgent(yamato);
  other = await door.enrolAgent(musashi);
  ofStandard = await door.enrolAgent(suruga);
  for (const name of ['Sato', 'Tanaka']) await addContact(yamato, name);
  await addContact(musashi, 'Kato');
});
after(() => door.stop());

const call = () => door.service.as(operator);
const setPlan = (accountId: string, plan: string) =>
  door.platform.database.asProvider((tx) =>
    tx.run(sql`update customers_account set plan = ${plan} where tenant_id = ${accountId}`),
  );
const addContact = (accountId: string, name: string) =>
  door.platform.database.as(accountId, (tx) =>
    tx.run(sql`
      insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
      values (${accountId}, gen_random_uuid(), ${name}, ${`${name.toLowerCase()}@example.jp`}, 'ja', '{alerts}', ${door.platform.clock.now()})`),
  );
/** A detection that arrives when it happens, at a time in Japan. */
async function happen(
  at: string,
  module: Detection['module'],
  overrides: Partial<Detection> = {},
  host = agent,
): Promise<Detection> {
  const occurredAt = new Date(`${at}+09:00`);
  door.platform.clock.set(occurredAt);
  const subject = `${module} ${at} ${Math.random()}`;
  const detection = makeSample(module, host, {
    ...{ subject, severity: 'high', occurredAt: occurredAt.toISOString() },
    ...overrides,
  });
  await recordDetections(door.platform, host.accountId, [detection]);
  return detection;
}
async function tick(at: string, name: 'make' | 'late' = 'make'): Promise<void> {
  door.platform.clock.set(new Date(`${at}+09:00`));
  await reviews.ticks!.find((one) => one.name === `reviews.${name}`)!.run();
}
const sheets = async (accountId = yamato): Promise<ReviewSheet[]> =>
  (await call()(routes.listReviews, { query: { accountId } })).items;
const show = (reviewId: string, what: 'all' | 'due' | 'excluded' = 'all') =>
  call()(routes.getReview, { params: { reviewId }, query: { show: what } });
const judge = (reviewId: string, alertIds: string[], verdict: 'no_action' | 'action_needed' | 'planned_work') =>
  call()(routes.judgeReviewItems, { params: { reviewId }, body: { alertIds, verdict } });
const workOf = async (accountId = yamato) => (await call()(routes.listWork, { query: { accountId } })).items;

let sheet: ReviewSheet;

test('S65: the sheet of a Thursday after four days off holds every day since the last business day, nothing twice and nothing lost', async () => {
  const times = [
    ...['2026-09-17T23:59:59.900', '2026-09-18T00:00:00.000', '2026-09-18T17:00:00', '2026-09-19T03:00:00'],
    ...['2026-09-21T12:00:00', '2026-09-22T00:00:00', '2026-09-23T23:59:59.999', '2026-09-24T00:00:00.000'],
  ];
  const made: Detection[] = [];
  for (const at of times) made.push(await happen(at, 'integrity'));
  await tick('2026-09-18T10:00:00');
  for (const at of ['2026-09-21T10:00:00', '2026-09-22T12:00:00', '2026-09-24T09:59:59']) await tick(at);
  assert.deepEqual(
    (await sheets()).map(({ businessDay }) => businessDay),
    ['2026-09-18'],
    'none on a day off, none before 10:00',
  );
  await tick('2026-09-24T10:00:00');
  await tick('2026-09-24T10:05:00');
  const [thursday, friday, ...more] = await sheets();
  assert.deepEqual(more, []);
  assert.deepEqual(
    thursday?.days,
    ['18', '19', '20', '21', '22', '23'].map((day) => `2026-09-${day}`),
  );
  assert.deepEqual([thursday?.dueAt, thursday?.clause], ['2026-09-24T09:00:00.000Z', '7(7)']);
  const subjects = async (one: ReviewSheet) => (await show(one.id)).items.map(({ alert }) => alert.subject);
  assert.deepEqual(await subjects(friday!), [made[0]!.subject]);
  assert.deepEqual(
    (await subjects(thursday!)).sort(),
    made
      .slice(1, 7)
      .map(({ subject }) => subject)
      .sort(),
  );
  await tick('2026-09-25T10:00:00');
  const [next] = await sheets();
  assert.deepEqual([next?.days, await subjects(next!)], [['2026-09-24'], [made[7]!.subject]]);
  sheet = thursday!;
});

test('days on which nobody made sheets are on the next one', async () => {
  await happen('2026-09-26T12:00:00', 'integrity');
  await happen('2026-09-28T12:00:00', 'integrity');
  await tick('2026-09-30T11:00:00');
  assert.deepEqual(
    (await sheets())[0]?.days,
    ['25', '26', '27', '28', '29'].map((day) => `2026-09-${day}`),
  );
});

test('an alert of Standard is on no sheet', async () => {
  await happen('2026-10-01T12:00:00', 'integrity', {}, ofStandard);
  await tick('2026-10-02T10:00:00');
  assert.deepEqual(await sheets(suruga), []);
  assert.deepEqual(
    (await workOf(suruga)).filter(({ kind }) => kind === 'reviewSheet'),
    [],
  );
});

test('S66a, S66b, S66c, S66d: malware, integrity, logs and system alerts are reviewed; the other modules are context', async () => {
  for (const module of [
    'antimalware',
    'integrity',
    'loginspection',
    'system',
    'intrusion',
    'firewall',
    'webreputation',
  ] as const)
    await happen('2026-10-05T12:00:00', module, { actionResult: 'failure', action: 'denied' });
  await tick('2026-10-06T10:00:00');
  const detail = await show((await sheets())[0]!.id);
  assert.deepEqual(detail.items.map(({ alert }) => alert.module).sort(), [
    'antimalware',
    'integrity',
    'loginspection',
    'system',
  ]);
  assert.deepEqual(detail.context, [
    { module: 'firewall', alerts: 1, detections: 1 },
    { module: 'intrusion', alerts: 1, detections: 1 },
    { module: 'webreputation', alerts: 1, detections: 1 },
  ]);
});

test('S68: what ended in a defence that succeeded is left out with its evidence; one failure keeps the alert on the sheet', async () => {
  const good = await happen('2026-10-07T09:00:00', 'antimalware');
  const bad = await happen('2026-10-07T09:10:00', 'antimalware', { actionResult: 'failure' });
  const mixed = await happen('2026-10-07T09:20:00', 'antimalware');
  const again = { ...mixed, actionResult: 'failure', occurredAt: '2026-10-07T00:21:00.000Z' } as const;
  await recordDetections(door.platform, yamato, [
    makeSample('antimalware', agent, { ...again, id: good.id.replace(/.$/, 'e') }),
  ]);
  await tick('2026-10-08T10:00:00');
  const detail = await show((await sheets())[0]!.id);
  const of = (subject: string | undefined) => detail.items.find(({ alert }) => alert.subject === subject);
  assert.deepEqual(of(good.subject)?.exclusion?.evidence, { detections: 1, finished: 1, actions: 'quarantined' });
  assert.equal(of(good.subject)?.exclusion?.id, 'finished');
  assert.match(of(good.subject)?.exclusion?.text.ja ?? '', /正常に/);
  assert.deepEqual([of(bad.subject)?.exclusion, of(mixed.subject)?.exclusion], [undefined, undefined]);
  assert.deepEqual([detail.counts.items, detail.counts.excluded], [3, 1]);
});

test('S69: a silence of eight minutes is left out, one of forty is on the sheet, and so is one that lasts', async () => {
  const silent = {
    module: 'system',
    kind: 'agent.silent',
    rule: { id: 'liveness.silent', name: 'Agent silent' },
  } as const;
  const subjects: (string | undefined)[] = [];
  for (const minutes of [8, 40, 0]) {
    const detection = await happen('2026-10-12T09:00:00', 'system', { ...silent, subject: `silent ${minutes}` });
    subjects.push(detection.subject);
    if (minutes > 0)
      await door.platform.database.as(yamato, (tx) =>
        resolveAlert(tx, door.platform, detection, { gapSeconds: minutes * 60 }),
      );
  }
  await tick('2026-10-13T10:00:00');
  const { items } = await show((await sheets())[0]!.id);
  const of = (subject: string | undefined) => items.find(({ alert }) => alert.subject === subject)?.exclusion;
  assert.deepEqual(of(subjects[0])?.evidence, { gapSeconds: 480, minutesMax: 15 });
  assert.deepEqual([of(subjects[1]), of(subjects[2])], [undefined, undefined]);
});

test('S70: a change within announced work on that host is left out; the same path outside of it, and on another host, is not', async () => {
  door.platform.clock.set(new Date('2026-10-13T12:00:00+09:00'));
  const window = await call()(routes.announceMaintenance, {
    params: { accountId: yamato },
    body: {
      ...{ startsAt: '2026-10-14T13:00:00Z', endsAt: '2026-10-14T15:00:00Z', reason: 'patches' },
      ...{ hostIds: [agent.hostId], modules: ['integrity'] },
    },
  });
  const inside = await happen('2026-10-14T22:30:00', 'integrity');
  const outside = await happen('2026-10-14T21:30:00', 'integrity');
  await happen('2026-10-14T22:31:00', 'integrity', {}, other);
  await tick('2026-10-15T10:00:00');
  const { items } = await show((await sheets())[0]!.id);
  const of = ({ subject }: Detection) => items.find(({ alert }) => alert.subject === subject)?.exclusion;
  assert.deepEqual(of(inside)?.evidence, { maintenance: window.id });
  assert.equal(of(outside), undefined);
  const [theirs] = await sheets(musashi);
  assert.deepEqual(
    (await show(theirs!.id)).items.map(({ exclusion }) => exclusion),
    [undefined],
  );
});

test('one in a hundred of what is left out is drawn to be looked at all the same, and the sheet is open until it is', async () => {
  for (let minute = 0; minute < 3; minute++) await happen(`2026-10-19T09:0${minute}:00`, 'antimalware');
  await tick('2026-10-20T10:00:00');
  const [made] = await sheets();
  const { items } = await show(made!.id, 'due');
  assert.deepEqual([made?.counts.items, made?.counts.due, made?.state], [3, 1, 'open']);
  assert.ok(items.length === 1 && items[0]!.isSample && items[0]!.exclusion);
  const done = await judge(made!.id, [items[0]!.alert.id], 'no_action');
  assert.deepEqual([done.state, done.counts.reviewed], ['done', 1]);
});

test('S67: a verdict closes the alert or keeps it for the customer, whose contacts are told in the order of the list', async () => {
  const { items } = await show(sheet.id);
  const [first, second, ...rest] = items.map(({ alert }) => alert.id);
  await judge(sheet.id, rest, 'no_action');
  await judge(sheet.id, [second!], 'planned_work');
  const states = async (id: string) => {
    const { state, closing } = await call()(routes.getAlert, { params: { alertId: id } });
    return [state, closing];
  };
  assert.deepEqual(await states(second!), ['closed', 'planned_work']);
  await refusedWith(
    call()(routes.escalateReviewItem, {
      params: { reviewId: sheet.id, alertId: first! },
      body: { channel: 'mail', message: 'x' },
    }),
    'wrong_state',
  );
  await judge(sheet.id, [first!], 'action_needed');
  assert.deepEqual(await states(first!), ['acknowledged', undefined]);
  const params = { reviewId: sheet.id, alertId: first! };
  const tell = (body: { channel: 'mail' | 'phone'; message: string; outcome?: 'no_answer'; answer?: string }) =>
    call()(routes.escalateReviewItem, { params, body });
  const called = await tell({
    channel: 'phone',
    message: 'Please look',
    outcome: 'no_answer',
    answer: 'rang ten times',
  });
  assert.deepEqual(
    called.escalations.map(({ contactName, outcome, answer }) => [contactName, outcome, answer]),
    [['Sato', 'no_answer', 'rang ten times']],
  );
  const mailed = await tell({ channel: 'mail', message: 'パスワードを変更してください。\n結果をお知らせください。' });
  const [, mail] = mailed.escalations;
  assert.deepEqual([mail?.contactName, mail?.outcome], ['Tanaka', 'waiting']);
  const letters = await door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ recipient: string; subject: string; body_text: string }>`
      select recipient, subject, body_text from notices_notice where kind = 'alert.escalated'`),
  );
  assert.deepEqual(
    letters.map(({ recipient }) => recipient),
    ['tanaka@example.jp'],
  );
  assert.match(letters[0]!.subject, /要対応/);
  assert.match(letters[0]!.body_text, /1\. パスワードを変更してください。\n2\. 結果をお知らせください。/);
  const answered = await call()(routes.answerEscalation, {
    params: { ...params, escalationId: mail!.id },
    body: { outcome: 'answered', answer: '当社の作業でした' },
  });
  assert.deepEqual(answered.escalations[1]?.answer, '当社の作業でした');
  await refusedWith(tell({ channel: 'mail', message: 'again' }), 'no_recipient');
});

test('verdicts are all or none, can be taken back, and the sheet is open again with its work', async () => {
  const [first, second] = (await show(sheet.id)).items.map(({ alert }) => alert.id);
  const theirs = (await sheets(musashi)).find(({ counts }) => counts.items > 0)!;
  const [foreign] = (await show(theirs.id)).items;
  await refusedWith(judge(sheet.id, [second!, foreign!.alert.id], 'no_action'), 'not_found');
  const finished = (await sheets()).find(({ id }) => id === sheet.id);
  assert.deepEqual([finished?.state, finished?.counts.reviewed], ['done', 6]);
  const closed = (await show(sheet.id)).items.find(({ verdict }) => verdict?.value === 'planned_work')!.alert.id;
  const undone = await call()(routes.undoReviewVerdicts, {
    params: { reviewId: sheet.id },
    body: { alertIds: [closed] },
  });
  assert.deepEqual([undone.state, undone.counts.reviewed], ['open', 5]);
  assert.equal((await call()(routes.getAlert, { params: { alertId: closed } })).state, 'open');
  await judge(sheet.id, [closed, first!], 'no_action');
  await refusedWith(judge('00000000-0000-7000-8000-000000000000', [closed], 'no_action'), 'not_found');
});

test('S71: a sheet is work that is due at closing; one that is still open then is a breach that the service managers are told of, once', async () => {
  await door.service.as(actorOf('provider-admin'))(routes.createPerson, {
    body: { name: 'Suzuki', mail: 'suzuki@provider.jp', role: 'service-manager', language: 'ja' },
  });
  await happen('2026-12-29T15:00:00', 'integrity');
  for (const day of ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-03']) await tick(`${day}T12:00:00`);
  await tick('2027-01-04T10:00:00');
  const [made] = await sheets();
  assert.deepEqual([made?.businessDay, made?.dueAt], ['2027-01-04', '2027-01-04T09:00:00.000Z']);
  const open = (await workOf()).find(({ target }) => target === `review:${made!.id}`);
  assert.deepEqual([open?.kind, open?.dueAt], ['reviewSheet', made?.dueAt]);
  await tick('2027-01-04T17:59:59', 'late');
  const told = () =>
    door.platform.database.asProvider((tx) =>
      tx.rows(sql<{ recipient: string; body_text: string }>`
        select recipient, body_text from notices_notice where kind = 'review.late' and body_text like '%2027-01-04%' and tenant_id = ${yamato}`),
    );
  assert.deepEqual(await told(), []);
  await tick('2027-01-04T18:00:00', 'late');
  await tick('2027-01-04T18:01:00', 'late');
  const [letter, ...more] = await told();
  assert.deepEqual([letter?.recipient, more], ['suzuki@provider.jp', []]);
  assert.match(letter!.body_text, /1 件が未確認/);
  assert.ok((await workOf()).some(({ kind, target }) => kind === 'reviewLate' && target === `review:${made!.id}`));
  const item = (await show(made!.id)).items[0]!;
  const done = await judge(made!.id, [item.alert.id], 'no_action');
  assert.deepEqual([done.state, done.isLate], ['done', true]);
  assert.deepEqual(
    (await workOf()).filter(({ target }) => target === `review:${made!.id}`),
    [],
    'its work is settled',
  );
});

test('a sheet is the provider’s: no customer’s role reads or judges one, and an account without contacts is told so', async () => {
  for (const role of roles.filter((one) => one.startsWith('customer')))
    assert.ok(!permissionsOf[role].some((one) => one.startsWith('review.')), role);
  const customer = door.service.as({ ...actorOf('customer-admin'), accountId: yamato });
  await refusedWith(customer(routes.getReview, { params: { reviewId: sheet.id }, query: {} }), 'forbidden');
  await refusedWith(customer(routes.listReviews, { query: {} }), 'forbidden');
  const rows = await door.platform.database.as(musashi, (tx) =>
    tx.rows(
      sql<{ tenant_id: string }>`select distinct tenant_id from reviews_item union select tenant_id from reviews_sheet`,
    ),
  );
  assert.deepEqual(
    rows.map(({ tenant_id }) => tenant_id),
    [musashi],
  );
});
