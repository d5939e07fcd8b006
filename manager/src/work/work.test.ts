import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Edition,
  type Feature,
  features,
  hasPhrase,
  plans,
  Refusal,
  refusalText,
  routes,
  type WorkQueue,
  workFeatures,
  workKinds,
  workTitle,
} from '@sakimori/contract';
import { addHost } from '../../../test/notices.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { auditRoutes } from '../audit/index.ts';
import { customersRoom, type Desk } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { sql } from '../platform/index.ts';
import { raiseRetired, raiseUndelivered, raiseWork, settleWork, workRoom } from './index.ts';
import { yearOf } from './work.ts';

let platform: TestPlatform;
let service: DirectService;
let desk: Desk;
const accounts: Record<string, string> = {};

/** Edition 2, and one in which the helpdesk is sold by itself and setup is not part of Standard. */
function withOther(editions: Editions): Editions {
  const other = structuredClone(editions.get('2')) as unknown as Edition & {
    table: { id: string; cells: Record<string, { mark: string }> }[];
    features: Record<string, { row?: string; grants?: Record<string, string> }>;
  };
  for (const [feature, mark] of [
    ['basic.helpdesk', 'paid'],
    ['basic.setup', 'none'],
  ] as const) {
    const entry = other.features[feature] as { row?: string; grants?: Record<string, string> };
    delete entry.row;
    entry.grants = { standard: mark, advanced: mark, highend: mark };
  }
  return {
    standard: editions.standard,
    get: (id: string) => (id === 'other' ? { ...other, id: 'other' } : editions.get(id)),
    has: (id: string) => id === 'other' || editions.has(id),
  } as unknown as Editions;
}

before(async () => {
  // A Tuesday at 10:00 in Japan.
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  desk = { platform, editions: withOther(Editions.read(platform.config)) };
  service = openDirectService(platform, [
    customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
    workRoom(desk),
    { name: 'audit', routes: auditRoutes(platform) },
  ]);
  for (const plan of plans)
    accounts[plan] = (
      await staff()(routes.createAccount, { body: { customerName: `Customer ${plan}`, name: plan, plan } })
    ).id;
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

const staff = (name = 'A operator', id = '019ab000-0000-7000-8000-00000000cafe') =>
  service.as({ ...actorOf('operator'), id, name });
const other = () => staff('Tanaka', '019ab000-0000-7000-8000-00000000beef');
const refused = (code: Refusal['code']) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};
const list = async (query = {}) => (await staff()(routes.listWork, { query })).items;
const raise = (key: string, more: object = {}) =>
  platform.database.asProvider((tx) =>
    raiseWork(tx, desk, {
      ...{ accountId: accounts['standard']!, kind: 'inquiry', facts: { subject: 'x' }, key, businessDays: 3 },
      ...more,
    }),
  );

const basics = { a: 'setup', b: 'processMonitoring', c: 'licenseRenewal', d: 'helpdesk' } as const;
for (const [letter, queue] of Object.entries(basics) as ['a' | 'b' | 'c' | 'd', WorkQueue][])
  test(`S27${letter}: the entitlement ${workFeatures[queue]} opens the queue ${queue} under every plan`, async () => {
    for (const plan of plans) {
      const item = await staff()(routes.createWork, {
        params: { accountId: accounts[plan]! },
        body: { queue, title: `${queue} of ${plan}` },
      });
      assert.equal(item.feature, workFeatures[queue]);
      const taken = await staff()(routes.takeWork, { params: { workId: item.id }, body: {} });
      assert.equal(taken.state, 'taken');
      const found = await list({ queue, accountId: accounts[plan] });
      assert.ok(found.some(({ id }) => id === item.id));
    }
    assert.ok(Object.values(workKinds).includes(queue) || queue === 'setup');
  });

test('S27a, S27b, S27c, S27d, S34: a queue that an edition does not open is refused with the clause; one that it sells waits for an approved quote', async () => {
  const { id: accountId } = await staff()(routes.createAccount, {
    body: { customerName: 'Elsewhere', name: 'elsewhere', plan: 'standard' },
  });
  await staff()(routes.createContract, {
    params: { accountId },
    body: { number: 'E-1', plan: 'standard', nodes: 2, startsOn: '2026-11-01', edition: 'other' },
  });
  const add = (queue: WorkQueue) =>
    staff()(routes.createWork, { params: { accountId }, body: { queue, title: 'please' } });
  await assert.rejects(add('setup'), refused('not_in_plan'));
  const item = await add('helpdesk');
  const take = (quoteId?: string) =>
    staff()(routes.takeWork, { params: { workId: item.id }, body: quoteId ? { quoteId } : {} });
  await assert.rejects(take(), refused('quote_needed'));
  await assert.rejects(
    staff()(routes.finishWork, { params: { workId: item.id }, body: { evidence: 'did it anyway' } }),
    refused('quote_needed'),
  );
  const quote = await staff()(routes.createQuote, {
    params: { accountId },
    body: { feature: 'basic.helpdesk', title: 'One answer', unitYen: 1000, validUntil: '2026-12-31' },
  });
  await assert.rejects(take(quote.id), refused('quote_not_approved'));
  await staff()(routes.decideQuote, {
    params: { accountId, quoteId: quote.id },
    body: { decision: 'approved', by: 'K. Sato', how: 'mail' },
  });
  assert.equal((await take(quote.id)).quoteId, quote.id);
  const done = await staff()(routes.finishWork, { params: { workId: item.id }, body: { evidence: 'answered' } });
  assert.equal(done.state, 'done');
});

const ask = (plan: (typeof plans)[number], feature: Feature, title: string = feature) =>
  staff()(routes.createWork, { params: { accountId: accounts[plan]! }, body: { queue: 'helpdesk', title, feature } });
const takeWith = (workId: string, quoteId?: string) =>
  staff()(routes.takeWork, { params: { workId }, body: quoteId ? { quoteId } : {} });
async function bought(plan: (typeof plans)[number], feature: Feature, beyondPlan = false): Promise<string> {
  const accountId = accounts[plan]!;
  const quote = await staff()(routes.createQuote, {
    params: { accountId },
    body: { feature, title: feature, unitYen: 1000, validUntil: '2026-12-31', beyondPlan },
  });
  await assert.rejects(takeWith((await ask(plan, feature)).id, quote.id), refused('quote_not_approved'));
  const body = { decision: 'approved', by: 'K. Sato', how: 'mail' } as const;
  await staff()(routes.decideQuote, { params: { accountId, quoteId: quote.id }, body });
  return quote.id;
}

test('S28: each of the six basic changes is begun and done without a quote under every plan, and nothing of it is billed', async () => {
  const changes = features.filter((feature) => feature.startsWith('change.'));
  assert.equal(changes.length, 6);
  for (const plan of plans)
    for (const feature of changes) {
      const { id } = await ask(plan, feature);
      assert.equal((await takeWith(id)).quoteId, undefined);
      await staff()(routes.finishWork, { params: { workId: id }, body: { evidence: 'done' } });
      await assert.rejects(
        staff()(routes.createQuote, {
          params: { accountId: accounts[plan]! },
          body: { feature, title: 'x', unitYen: 1, validUntil: '2026-12-31' },
        }),
        refused('included_in_plan'),
      );
    }
  const { items } = await staff()(routes.listBillingLines, { query: { month: '2026-11' } });
  assert.deepEqual(
    items.filter(({ title }) => title.startsWith('change.')),
    [],
  );
});

test('S33: a custom rule is refused to Standard with the way up, waits for a quote under Advanced, and is begun at once under High-end', async () => {
  const feature = 'consulting.tuning' as const;
  const error = await ask('standard', feature).then(
    () => assert.fail('it was taken on'),
    (caught: unknown) => caught as Refusal,
  );
  assert.equal(error.code, 'not_in_plan');
  assert.match(refusalText('ja', error), /アドバンスド.*ハイエンド|プラン/);
  assert.match(refusalText('en', error), /plan/i);
  const { id } = await ask('advanced', feature);
  await assert.rejects(takeWith(id), refused('quote_needed'));
  assert.equal((await takeWith(id, await bought('advanced', feature))).state, 'taken');
  assert.equal((await takeWith((await ask('highend', feature)).id)).state, 'taken');
});

test('S32: the fifth meeting of a contract year is bought under High-end, each under Advanced, and none is held under Standard', async () => {
  const feature = 'report.meeting' as const;
  await assert.rejects(ask('standard', feature), refused('not_in_plan'));
  for (let index = 0; index < 2; index += 1) {
    const { id } = await ask('advanced', feature);
    await assert.rejects(takeWith(id), refused('quote_needed'));
    assert.equal((await takeWith(id, await bought('advanced', feature))).state, 'taken');
  }
  for (let meeting = 1; meeting <= 4; meeting += 1)
    assert.equal((await takeWith((await ask('highend', feature, `meeting ${meeting}`)).id)).state, 'taken');
  const fifth = await ask('highend', feature, 'meeting 5');
  await assert.rejects(takeWith(fifth.id), refused('quote_needed'));
  assert.equal((await takeWith(fifth.id, await bought('highend', feature, true))).state, 'taken');
  // In the next year there are four again.
  platform.clock.set('2027-01-05T01:00:00.000Z');
  assert.equal((await takeWith((await ask('highend', feature, 'next year')).id)).state, 'taken');
  platform.clock.set('2026-11-24T01:00:00.000Z');
  assert.equal(yearOf('2026-11-24', '2025-12-01'), '2025-12-01');
  assert.equal(yearOf('2026-12-01', '2025-12-01'), '2026-12-01');
  assert.equal(yearOf('2027-02-28', '2024-02-29'), '2026-02-28');
  assert.equal(yearOf('2026-11-24'), '2026-01-01');
});

test('work is due after so many business days, counted from reception, and says how', async () => {
  // Friday 18:30 is after reception: received on Monday, and the third business day after it is a Thursday.
  platform.clock.set('2026-11-27T09:30:00.000Z');
  const item = await staff()(routes.createWork, {
    params: { accountId: accounts['standard']! },
    body: { queue: 'helpdesk', title: 'late question' },
  });
  assert.equal(item.dueAt, '2026-12-03T09:00:00.000Z');
  assert.deepEqual(
    item.due?.explanation.map(({ date, role }) => `${date} ${role}`),
    [
      ...['2026-11-27 received', '2026-11-28 skipped', '2026-11-29 skipped', '2026-11-30 accepted'],
      ...['2026-12-01 counted', '2026-12-02 counted', '2026-12-03 due'],
    ],
  );
  platform.clock.set('2026-11-24T01:00:00.000Z');
});

test('one cause makes one piece of work, and again after it was ended, unless it is once for all', async () => {
  const first = await raise('cause');
  assert.ok(first);
  assert.equal(await raise('cause'), undefined);
  await platform.database.asProvider((tx) =>
    settleWork(tx, desk, { accountId: accounts['standard']!, key: 'cause', evidence: 'it went away' }),
  );
  const settled = await staff()(routes.getWork, { params: { workId: first } });
  assert.deepEqual([settled.state, settled.endedBy, settled.evidence], ['done', 'system', 'it went away']);
  assert.ok(await raise('cause'));
  const once = await raise('once', { isOnce: true });
  await staff()(routes.cancelWork, { params: { workId: once! }, body: { evidence: 'a mistake' } });
  assert.equal(await raise('once', { isOnce: true }), undefined);
  const both = await Promise.all([raise('race'), raise('race')]);
  assert.equal(both.filter(Boolean).length, 1);
});

test('two people on one piece of work: the second is told who has it, and may take it over', async () => {
  const workId = (await raise('two people'))!;
  await staff()(routes.takeWork, { params: { workId }, body: {} });
  await assert.rejects(other()(routes.takeWork, { params: { workId }, body: {} }), (error: Refusal) => {
    assert.equal(error.code, 'work_taken');
    assert.equal(error.facts['owner'], 'A operator');
    return true;
  });
  await assert.rejects(
    other()(routes.finishWork, { params: { workId }, body: { evidence: 'x' } }),
    refused('work_taken'),
  );
  const over = await other()(routes.takeWork, { params: { workId }, body: { isTakenOver: true } });
  assert.equal(over.owner?.name, 'Tanaka');
  await other()(routes.finishWork, { params: { workId }, body: { evidence: 'called the customer' } });
  await assert.rejects(
    other()(routes.finishWork, { params: { workId }, body: { evidence: 'again' } }),
    refused('wrong_state'),
  );
  await assert.rejects(
    other()(routes.finishWork, { params: { workId }, body: { evidence: '  ' } }),
    refused('malformed'),
  );
  const { items } = await service.as(actorOf('provider-admin'))(routes.listAudit, {
    query: { target: `work:${workId}` },
  });
  assert.deepEqual(
    items.map(({ action }) => action),
    ['work.done', 'work.taken', 'work.taken', 'work.opened'],
  );
});

test('what is due today stands first, the late ones with it; what is due tomorrow does not', async () => {
  const late = await raise('late', { dueAt: new Date('2026-11-23T09:00:00.000Z'), businessDays: undefined });
  const tonight = await raise('tonight', { dueAt: new Date('2026-11-24T14:59:00.000Z'), businessDays: undefined });
  const tomorrow = await raise('tomorrow', { dueAt: new Date('2026-11-24T15:01:00.000Z'), businessDays: undefined });
  const items = await list({ show: 'today' });
  const ids = items.map(({ id }) => id);
  assert.equal(ids[0], late);
  assert.ok(items[0]!.isOverdue && ids.includes(tonight!) && !ids.includes(tomorrow!));
  const { counts } = await staff()(routes.listWork, { query: {} });
  assert.equal(counts.today, items.length);
  assert.equal(counts.overdue, 1);
});

test('S62: a bounce raises work of the provider, once for an address, in the account’s own transaction', async () => {
  const accountId = accounts['advanced']!;
  const bounce = (recipient: string) =>
    platform.database.as(accountId, (tx) =>
      raiseUndelivered(tx, desk, {
        ...{ accountId, recipient, noticeId: '019ab000-0000-7000-8000-000000000001' },
        reason: '550 5.1.1 no such user\u0007'.repeat(40),
      }),
    );
  assert.ok(await bounce('gone@customer.example'));
  assert.equal(await bounce('Gone@customer.example'), undefined);
  const [item] = (await list({ accountId, queue: 'desk' })).filter(({ kind }) => kind === 'mailUndelivered');
  assert.equal(item!.target, 'notice:019ab000-0000-7000-8000-000000000001');
  assert.match(workTitle('ja', item!), /gone@customer\.example にメールが届きません/);
  assert.match(workTitle('en', item!), /does not reach gone@customer\.example/);
  // The next business day, by its end.
  assert.equal(item!.dueAt, '2026-11-25T09:00:00.000Z');
});

test('a customer’s roles see no work, and another account’s transaction neither reads nor changes it', async () => {
  const workId = (await raise('private'))!;
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const customer = service.as(actorOf(role, accounts['standard']));
    await assert.rejects(customer(routes.listWork, { query: {} }), refused('forbidden'));
    await assert.rejects(customer(routes.takeWork, { params: { workId }, body: {} }), refused('forbidden'));
  }
  await platform.database.as(accounts['advanced']!, async (tx) => {
    assert.deepEqual(await tx.rows(sql`select id from work_item where tenant_id = ${accounts['standard']}`), []);
    assert.equal(await tx.run(sql`update work_item set state = 'done' where id = ${workId}`), 0);
  });
  await assert.rejects(
    platform.database.as(accounts['advanced']!, (tx) =>
      raiseWork(tx, desk, {
        ...{ accountId: accounts['standard']!, kind: 'inquiry', facts: { subject: 'x' }, key: 'foreign' },
        dueAt: platform.clock.now(),
      }),
    ),
  );
});

test('oversized and hostile titles are refused or kept as they are; the same word opens no second one', async () => {
  const params = { accountId: accounts['standard']! };
  const add = (body: object) =>
    staff()(routes.createWork, { params, body: { queue: 'desk', title: 'x', ...body } as { title: string } });
  await assert.rejects(add({ title: 'x'.repeat(201) }), refused('malformed'));
  await assert.rejects(add({ queue: 'nowhere' }), refused('malformed'));
  await assert.rejects(add({ businessDays: 0 }), refused('malformed'));
  const hostile = '<img src=x onerror=alert(1)> {number} \u202e';
  const item = await add({ title: hostile });
  assert.equal(workTitle('en', item), hostile);
  const [first, second] = [await add({ key: 'twice' }), await add({ key: 'twice' })];
  assert.equal(first.id, second.id);
});

test('every kind has its title with the facts that its room gives, in both languages', () => {
  for (const kind of Object.keys(workKinds)) assert.ok(hasPhrase(`work.title.${kind}`), kind);
});

test('S19: retiring the host of the second-last server asks for contract action, and one that is not under contract does not', async () => {
  const { id: accountId } = await staff()(routes.createAccount, {
    body: { customerName: 'Nineteen', name: 'nineteen', plan: 'standard' },
  });
  const params = { accountId };
  await staff()(routes.createContract, {
    params,
    body: { number: 'N-19', plan: 'standard', nodes: 3, startsOn: '2026-11-01' },
  });
  const hosts: Record<string, string> = {};
  for (const name of ['web-1', 'web-2', 'web-3', 'laptop']) {
    hosts[name] = await addHost(platform, accountId, name);
    if (name !== 'laptop')
      await staff()(routes.createServer, { params, body: { name, support: 'gold', basicFrom: '2026-11-01' } });
  }
  const retire = (name: string) =>
    platform.database.asProvider((tx) => raiseRetired(tx, desk, accountId, [hosts[name]!]));
  const asked = async () => (await list({ accountId })).map(({ kind, facts }) => [kind, facts['name'], facts['left']]);
  await retire('laptop');
  await retire('web-3');
  assert.deepEqual(await asked(), [], 'two servers stay');
  const servers = (await staff()(routes.listServers, { params, query: {} })).items;
  await staff()(routes.removeServer, {
    params: { accountId, serverId: servers.find(({ name }) => name === 'web-3')!.id },
    body: { reason: 'sold' },
  });
  await retire('web-2');
  await retire('web-2');
  assert.deepEqual(await asked(), [['contractAction', 'web-2', 1]]);
  const [item] = await list({ accountId });
  assert.match(workTitle('ja', item!), /web-2 .*1 台となります（最小 2）/);
});
