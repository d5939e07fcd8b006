import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Onboarding, routes, type WorkItem, workTitle } from '@sakimori/contract';
import { sampleOrder } from '../../../test/orders.ts';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { customersRoom, type Desk } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { Authority } from '../hosts/index.ts';
import { sql } from '../platform/index.ts';
import { raiseUndelivered, workRoom } from '../work/index.ts';
import { onboardingRoom, raiseDuties } from './index.ts';

let platform: TestPlatform;
let service: DirectService;
let desk: Desk;

before(async () => {
  // A Tuesday, 10:00 in Japan.
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z');
  const editions = Editions.read(platform.config);
  desk = { platform, editions };
  const authority = await Authority.open(platform.database, platform.vault, platform.clock);
  const onAccountCreated = async () => undefined;
  service = openDirectService(platform, [
    customersRoom(platform, { editions, onAccountCreated }),
    workRoom(desk),
    onboardingRoom(platform, {
      ...{ editions, authority, agents: () => '127.0.0.1:1', publicUrl: () => 'https://console.example' },
      ...{ onAccountCreated, hearing: { of: async () => undefined, attach: async () => undefined } },
    }),
  ]);
});
after(async () => {
  await service?.stop();
  await platform?.stop();
});

const staff = () => service.as(actorOf('operator'));
const paramsOf = ({ id }: { id: string }) => ({ onboardingId: id });
const workOf = async (onboarding: Onboarding, show: 'unended' | 'ended' = 'unended'): Promise<WorkItem[]> =>
  (await staff()(routes.listWork, { query: { show } })).items.filter(
    ({ target }) => target === `onboarding:${onboarding.id}`,
  );
const told = (items: readonly WorkItem[]) => items.map(({ facts, dueAt, state }) => [facts['step'], dueAt, state]);
let made = 0;
const begin = () => {
  made += 1;
  return staff()(routes.createOnboarding, {
    body: { order: sampleOrder({ number: `D-${made}`, customerName: `Duty ${made}`, contactName: '佐藤' }) },
  });
};
async function issued(begun: Onboarding): Promise<Onboarding> {
  const filed = await staff()(routes.addOnboardingFile, {
    params: paramsOf(begun),
    body: { version: begun.version, step: 'contract', kind: 'hearing', name: 'hearing.xlsx', file: 'UEsDBA==' },
  });
  const ready = await staff()(routes.completeStep, {
    params: { ...paramsOf(begun), step: 'contract' },
    body: { version: filed.version },
  });
  return (await staff()(routes.issueOnboarding, { params: paramsOf(ready), body: { version: ready.version } }))
    .onboarding;
}

test('S40, S27a, in part: the step that is open is work by its day, of its owner; a new day, a return and an end change the work', async () => {
  const begun = await begin();
  const [first] = await workOf(begun);
  assert.deepEqual(told([first!]), [['contract', '2026-12-01T09:00:00.000Z', 'open']]);
  assert.equal(first!.queue, 'setup');
  // The account is made by step 2; its name is known by the order.
  assert.equal(first!.accountName, begun.accountName);
  assert.equal(workTitle('ja', first!), `D-${made} の導入手順「ご契約」（担当：お客様 佐藤）`);
  assert.match(workTitle('en', first!), /^Onboarding D-\d+: .*\(owner: .*佐藤\)$/);

  const moved = await staff()(routes.assignStep, {
    params: { ...paramsOf(begun), step: 'contract' },
    body: { version: begun.version, dueOn: '2026-11-25' },
  });
  assert.deepEqual(told(await workOf(begun)), [['contract', '2026-11-25T09:00:00.000Z', 'open']]);
  await raiseDuties(desk);
  await raiseDuties(desk);
  assert.equal((await workOf(begun)).length, 1, 'looking again makes no second one');
  platform.clock.set('2026-11-26T01:00:00.000Z');
  assert.equal((await workOf(begun))[0]!.isOverdue, true);
  // Somebody may take it although there is no account yet whose plan could be asked.
  await staff()(routes.takeWork, { params: { workId: (await workOf(begun))[0]!.id }, body: {} });

  const after = await issued(moved);
  assert.deepEqual(told(await workOf(begun)), [['install', '2026-12-09T09:00:00.000Z', 'open']]);
  const ended = await workOf(begun, 'ended');
  assert.deepEqual(ended.map(({ facts, state }) => [facts['step'], state]).sort(), [
    ['contract', 'cancelled'],
    ['contract', 'done'],
    ['issue', 'done'],
  ]);
  // Of an account that there is, the plan is asked before somebody begins.
  const [install] = await workOf(after);
  assert.equal(install!.feature, 'basic.setup');
  assert.equal((await staff()(routes.takeWork, { params: { workId: install!.id }, body: {} })).state, 'taken');
});

test('S40, in part: an order that is taken back leaves no work', async () => {
  const begun = await begin();
  await staff()(routes.cancelOnboarding, { params: paramsOf(begun), body: { version: begun.version, reason: '取消' } });
  assert.deepEqual(await workOf(begun), []);
  assert.deepEqual(
    (await workOf(begun, 'ended')).map(({ state, evidence }) => [state, evidence]),
    [['cancelled', '取消']],
  );
});

test('S36, in part: a recipient who does not confirm for two days is asked after, once; the confirmation ends that and what came back before', async () => {
  platform.clock.set('2026-12-01T01:00:00.000Z');
  const onboarding = await issued(await begin());
  const accountId = onboarding.accountId!;
  const waiting = async () => (await workOf(onboarding)).filter(({ kind }) => kind === 'recipientUnconfirmed');
  await raiseDuties(desk);
  assert.deepEqual(await waiting(), []);
  platform.clock.set('2026-12-03T01:00:00.000Z');
  await raiseDuties(desk);
  await raiseDuties(desk);
  const items = await waiting();
  assert.deepEqual(items.map(({ facts }) => facts['mail']).sort(), ['hanako@miyako.example', 'night@miyako.example']);
  assert.equal(items[0]!.dueAt, '2026-12-04T09:00:00.000Z');
  await platform.database.asProvider((tx) =>
    raiseUndelivered(tx, desk, { accountId, noticeId: accountId, recipient: 'Hanako@miyako.example', reason: '550' }),
  );
  const { items: contacts } = await staff()(routes.listContacts, { params: { accountId } });
  const [hanako, night] = ['hanako', 'night'].map((name) => contacts.find(({ mail }) => mail.startsWith(name))!);
  await staff()(routes.confirmRecipient, {
    params: { ...paramsOf(onboarding), contactId: hanako!.id },
    body: { how: 'phone' },
  });
  const open = (await staff()(routes.listWork, { query: { accountId } })).items;
  assert.deepEqual(open.map(({ kind }) => kind).sort(), ['onboardingStep', 'recipientUnconfirmed']);
  // Another address is not the one that was asked.
  await staff()(routes.updateContact, {
    params: { accountId, contactId: night!.id },
    body: { name: 'Night', mail: 'desk@miyako.example', language: 'en', purposes: ['alerts'] },
  });
  await raiseDuties(desk);
  assert.deepEqual(await waiting(), []);
});

test('S41, in part: the work of an onboarding is seen by no other account', async () => {
  const [one, other] = [await issued(await begin()), await issued(await begin())];
  const seen = await platform.database.as(other.accountId!, (tx) =>
    tx.rows(sql<{ tenant_id: string }>`select distinct tenant_id from work_about`),
  );
  assert.deepEqual(seen, [{ tenant_id: other.accountId }]);
  assert.notEqual(one.accountId, other.accountId);
});
