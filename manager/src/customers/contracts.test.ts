import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { type Edition, type Plan, Refusal, refusalText, routes } from '@sakimori/contract';
import { secondEdition, timesOf } from '@sakimori/contract/calendar/index';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { Editions } from '../editions/index.ts';
import { sql } from '../platform/index.ts';
import { followContracts } from './contracts.ts';
import { checkActivation, customersRoom, type Desk, entitlementOf, serviceOf } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sakimori-contracts-'));
let platform: TestPlatform;
let service: DirectService;
let desk: Desk;

before(async () => {
  const second = JSON.parse(
    readFileSync(resolve(import.meta.dirname, '../../../rules/editions/2.json'), 'utf8'),
  ) as Edition;
  const third: Edition = structuredClone(second);
  third.id = '3';
  third.table.find(({ id }) => id === 'monthly')!.cells.advanced = { mark: 'included' };
  third.deadlines.firstAnswer.amount = 2;
  writeFileSync(join(folder, '3.json'), JSON.stringify(third));
  platform = await startTestPlatform('2026-11-24T01:00:00.000Z', { SAKIMORI_EDITIONS: folder });
  const editions = Editions.read(platform.config);
  desk = { platform, editions };
  service = openDirectService(platform, [
    customersRoom(platform, { editions, onAccountCreated: async () => undefined }),
  ]);
});
after(async () => {
  await service?.stop();
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const staff = () => service.as(actorOf('operator'));
let made = 0;
async function makeAccount(plan: Plan, customerName = `Customer ${++made}`): Promise<string> {
  const name = `${customerName} ${plan}`;
  return (await staff()(routes.createAccount, { body: { customerName, name, plan } })).id;
}
type Body = NonNullable<Parameters<ReturnType<typeof staff>>[1]> extends infer _ ? Record<string, unknown> : never;
const contract = (accountId: string, plan: Plan, more: Body = {}) =>
  staff()(routes.createContract, {
    params: { accountId },
    body: { number: 'C-1', plan, nodes: 3, startsOn: '2026-11-01', ...more },
  });
const change = (
  accountId: string,
  body: { from: string; plan?: Plan; edition?: string; nodes?: number; preview?: boolean },
) => staff()(routes.changeContract, { params: { accountId }, body: { reason: 'as ordered', ...body } });
const terms = async (accountId: string) =>
  (await staff()(routes.listContracts, { params: { accountId } })).items.map((term) => [
    term.plan,
    term.startsOn,
    term.endsOn,
    term.state,
  ]);
const planOf = async (accountId: string) =>
  (await staff()(routes.listAccounts)).items.find(({ id }) => id === accountId)!.plan;
const refused = (code: Refusal['code']) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};
const server = (accountId: string, name: string, more: Body = {}) =>
  staff()(routes.createServer, {
    params: { accountId },
    body: {
      name,
      support: 'gold',
      supportFrom: '2026-01-01',
      supportUntil: '2027-03-31',
      basicFrom: '2026-01-01',
      ...more,
    },
  });
const activate = (accountId: string, name: string) =>
  platform.database.asProvider((tx) => checkActivation(tx, desk, accountId, name));

test('an account without a contract is served by the standard edition and its own plan', async () => {
  const accountId = await makeAccount('advanced');
  const { edition, plan, contract: state, items } = await staff()(routes.listEntitlements, { params: { accountId } });
  assert.deepEqual([edition, plan, state], ['2', 'advanced', 'none']);
  const monthly = items.find(({ feature }) => feature === 'report.monthly');
  assert.deepEqual([monthly?.outcome, monthly?.clause], ['paid', '5']);
  await activate(accountId, 'anything');
  await assert.rejects(change(accountId, { from: '2026-12-01', nodes: 4 }), refused('not_found'));
});

test('S20: a customer with two plans has two accounts, and no two of one plan', async () => {
  const high = await makeAccount('highend', 'Two plans');
  const standard = await makeAccount('standard', 'Two plans');
  await contract(high, 'highend');
  await contract(standard, 'standard');
  assert.notEqual(high, standard);
  const { id: third } = await staff()(routes.createAccount, {
    body: { customerName: 'Two plans', name: 'another', plan: 'standard' },
  });
  await assert.rejects(contract(third, 'standard'), (error) => {
    assert.match(refusalText('ja', error as Refusal), /§4\(3\)：プラン毎に/);
    return refused('account_per_plan')(error);
  });
  await assert.rejects(change(standard, { from: '2026-12-01', plan: 'highend' }), refused('account_per_plan'));
});

test('S21: a second plan of an account is refused with 409, by the rule and by the database', async () => {
  const accountId = await makeAccount('standard');
  await contract(accountId, 'standard');
  await assert.rejects(contract(accountId, 'advanced'), (error) => {
    assert.equal((error as Refusal).status, 409);
    return refused('one_plan_per_account')(error);
  });
  const insert = (from: string, previous: string | null) =>
    platform.database.asProvider((tx) =>
      tx.run(sql`
        insert into customers_contract (tenant_id, id, number, edition, plan, nodes, starts_on, previous_ends_on, created_at, created_by)
        values (${accountId}, gen_random_uuid(), 'x', '2', 'highend', 2, ${from}, ${previous}, ${platform.clock.now()}, 'x')`),
    );
  await assert.rejects(insert('2026-11-10', null), { code: '23505' });
  await assert.rejects(insert('2026-11-10', '2026-11-09'), { code: '23503' });
});

test('S21: a plan change closes one term and begins the next at 00:00 in Japan; the history stays', async () => {
  platform.clock.set('2026-11-24T01:00:00.000Z');
  const accountId = await makeAccount('standard');
  await contract(accountId, 'standard', { endsOn: '2027-10-31' });
  const preview = await change(accountId, { from: '2026-12-15', plan: 'highend', preview: true });
  assert.equal(preview.contract, undefined);
  assert.equal((await terms(accountId)).length, 1);
  const { outcome } = await change(accountId, { from: '2026-12-15', plan: 'highend' });
  assert.deepEqual(outcome, preview.outcome);
  assert.deepEqual(
    [outcome.isMidMonth, outcome.month, outcome.daysBefore, outcome.daysAfter],
    [true, '2026-12', 14, 17],
  );
  assert.deepEqual(
    outcome.reports.map(({ kind, period, plan, outcome: told }) => [kind, period, plan, told]),
    [
      ['weekly', '2026-W51', 'highend', 'granted'],
      ['monthly', '2026-12', 'highend', 'granted'],
    ],
  );
  assert.ok(
    outcome.features.some(
      ({ feature, before: was, after: will }) =>
        feature === 'alert.response' && was === 'refused' && will === 'granted',
    ),
  );
  assert.deepEqual(await terms(accountId), [
    ['highend', '2026-12-15', '2027-10-31', 'coming'],
    ['standard', '2026-11-01', '2026-12-14', 'inForce'],
  ]);
  await assert.rejects(change(accountId, { from: '2026-12-01', nodes: 5 }), refused('contract_overlaps'));
  platform.clock.set('2026-12-14T14:59:59.999Z');
  assert.equal(await followContracts(desk), 0);
  assert.equal(await planOf(accountId), 'standard');
  platform.clock.set('2026-12-14T15:00:00.000Z');
  assert.equal(await followContracts(desk), 1);
  assert.equal(await followContracts(desk), 0, 'once');
  assert.equal(await planOf(accountId), 'highend');
  const plans = await platform.database.as(accountId, (tx) =>
    Promise.all(['2026-12-14', '2026-12-15'].map(async (day) => (await serviceOf(tx, desk, accountId, day)).plan)),
  );
  assert.deepEqual(plans, ['standard', 'highend'], 'what happened on a day is decided by the plan of that day');
  const audit = await platform.database.as(accountId, (tx) =>
    tx.rows(sql<{ action: string }>`select action from audit_entry where action like 'contract.%' order by at, id`),
  );
  assert.deepEqual(
    audit.map(({ action }) => action),
    ['contract.created', 'contract.changed', 'contract.begun'],
  );
  platform.clock.set('2026-11-24T01:00:00.000Z');
});

test('a change that has not begun is taken back, and the contract goes on as it was', async () => {
  const accountId = await makeAccount('advanced');
  await contract(accountId, 'advanced', { endsOn: '2027-10-31' });
  const { contract: coming } = await change(accountId, { from: '2027-01-01', plan: 'highend' });
  await assert.rejects(change(accountId, { from: '2026-11-23', plan: 'standard' }), refused('date_past'));
  const cancel = (contractId: string) =>
    staff()(routes.cancelContract, { params: { accountId, contractId }, body: { reason: 'not wanted' } });
  await cancel(coming!.id);
  assert.deepEqual(await terms(accountId), [['advanced', '2026-11-01', '2027-10-31', 'inForce']]);
  const { items } = await staff()(routes.listContracts, { params: { accountId } });
  await assert.rejects(cancel(items[0]!.id), refused('wrong_state'));
});

test('a contract ends with a day; another may follow, and never overlap', async () => {
  const accountId = await makeAccount('standard');
  await contract(accountId, 'standard');
  const end = (on: string) => staff()(routes.endContract, { params: { accountId }, body: { on, reason: 'cancelled' } });
  await assert.rejects(end('2026-11-23'), refused('date_past'));
  await end('2026-12-31');
  await assert.rejects(contract(accountId, 'standard', { startsOn: '2026-12-31' }), refused('contract_overlaps'));
  await contract(accountId, 'standard', { number: 'C-2', startsOn: '2027-01-01' });
  assert.equal((await terms(accountId)).length, 2);
  const both = await Promise.allSettled([end('2027-05-31'), change(accountId, { from: '2027-06-01', nodes: 9 })]);
  assert.ok(both.some(({ status }) => status === 'fulfilled'));
});

test('S103: two customers on editions 2 and 3 get different rules at the same time', async () => {
  const [old, recent] = [await makeAccount('advanced'), await makeAccount('advanced')];
  await contract(old, 'advanced');
  await contract(recent, 'advanced', { edition: '3' });
  const ask = async (accountId: string) => {
    const { items, edition } = await staff()(routes.listEntitlements, { params: { accountId } });
    return [edition, items.find(({ feature }) => feature === 'report.monthly')?.outcome];
  };
  assert.deepEqual(await ask(old), ['2', 'paid']);
  assert.deepEqual(await ask(recent), ['3', 'granted']);
  const days = (accountId: string) =>
    platform.database.as(
      accountId,
      async (tx) => timesOf((await serviceOf(tx, desk, accountId, '2026-11-24')).edition).firstAnswer.days,
    );
  assert.deepEqual([await days(old), await days(recent)], [3, 2]);
  const { edition, outcome } = await platform.database.as(recent, (tx) =>
    entitlementOf(tx, desk, { accountId: recent, feature: 'report.monthly', day: '2026-11-24' }),
  );
  assert.deepEqual([edition, outcome], ['3', 'granted']);
  assert.deepEqual(timesOf(desk.editions.get('2')), secondEdition);
  await assert.rejects(contract(await makeAccount('standard'), 'standard', { edition: '9' }), refused('not_found'));
});

test('S18: a server with support Silver, or one that has expired, is not activated, and the clause is shown', async () => {
  const accountId = await makeAccount('standard');
  await contract(accountId, 'standard', { nodes: 6 });
  await server(accountId, 'web-1');
  await server(accountId, 'web-2', { support: 'platinum' });
  await server(accountId, 'silver', { support: 'silver' });
  await server(accountId, 'expired', { supportUntil: '2026-11-23' });
  await server(accountId, 'coming', { supportFrom: '2026-11-25' });
  await server(accountId, 'bare', { basicFrom: undefined });
  await activate(accountId, 'web-1');
  await activate(accountId, 'WEB-2');
  const lacks: Record<string, string> = {
    silver: 'supportMissing',
    expired: 'supportExpired',
    coming: 'supportComing',
    bare: 'basicMissing',
    unknown: 'unlisted',
  };
  for (const [name, lack] of Object.entries(lacks))
    await assert.rejects(activate(accountId, name), (error) => {
      refused('prerequisite_missing')(error);
      const { facts } = error as Refusal;
      assert.deepEqual([facts['lack'], facts['clause']], [lack, '4(2)-5']);
      assert.match(refusalText('ja', error as Refusal), /「ゴールド」もしくは「プラチナ」契約が必要/);
      assert.match(refusalText('en', error as Refusal), /“Gold” or “Platinum”/);
      return true;
    });
  const { items } = await staff()(routes.listServers, { params: { accountId }, query: {} });
  assert.deepEqual(
    items.filter(({ lacks: those }) => those.length === 0).map(({ name }) => name),
    ['web-1', 'web-2'],
  );
  await assert.rejects(server(accountId, 'seventh'), refused('nodes_exceeded'));
  await assert.rejects(server(accountId, 'Web-1'), (error) => error instanceof Refusal);
  platform.clock.set('2027-03-31T15:00:00.000Z');
  await assert.rejects(activate(accountId, 'web-1'), refused('prerequisite_missing'), 'the day after its last');
  platform.clock.set('2026-11-24T01:00:00.000Z');
});

test('S19: an order of one node is refused; removing the last but one asks what becomes of the contract', async () => {
  const accountId = await makeAccount('standard');
  await assert.rejects(contract(accountId, 'standard', { nodes: 1 }), (error) => {
    assert.match(refusalText('ja', error as Refusal), /§4\(2\)-6/);
    return refused('nodes_below_minimum')(error);
  });
  await contract(accountId, 'standard', { nodes: 2 });
  await assert.rejects(change(accountId, { from: '2026-12-01', nodes: 1 }), refused('nodes_below_minimum'));
  const one = await server(accountId, 'a');
  await server(accountId, 'b');
  const remove = (body: { reason: string; contractAction?: 'replacement' | 'ending' }) =>
    staff()(routes.removeServer, { params: { accountId, serverId: one.id }, body });
  await assert.rejects(remove({ reason: 'retired' }), refused('contract_action_required'));
  const names = async (removed: boolean) =>
    (
      await staff()(routes.listServers, { params: { accountId }, query: { removed: removed ? 'true' : 'false' } })
    ).items.map(({ name }) => name);
  assert.deepEqual(await names(false), ['a', 'b'], 'nothing was removed');
  await remove({ reason: 'retired', contractAction: 'replacement' });
  assert.deepEqual(await names(false), ['b']);
  assert.deepEqual(await names(true), ['a', 'b']);
  await server(accountId, 'a');
});

test('S12, S41: a customer reads the own contract alone and writes nothing', async () => {
  const [ours, theirs] = [await makeAccount('standard'), await makeAccount('standard')];
  await contract(ours, 'standard');
  await contract(theirs, 'standard', { number: 'himitsu' });
  await server(theirs, 'himitsu');
  const customer = service.as(actorOf('customer-admin', ours));
  assert.equal((await customer(routes.listContracts, { params: { accountId: ours } })).items.length, 1);
  for (const route of [routes.listContracts, routes.listEntitlements])
    await assert.rejects(customer(route, { params: { accountId: theirs } }), refused('not_found'));
  await assert.rejects(
    customer(routes.listServers, { params: { accountId: theirs }, query: {} }),
    refused('not_found'),
  );
  const seen = await platform.database.as(ours, (tx) =>
    tx.rows(
      sql<{ tenant_id: string }>`select tenant_id from customers_contract union select tenant_id from customers_server`,
    ),
  );
  assert.deepEqual(seen, [{ tenant_id: ours }]);
  await assert.rejects(
    customer(routes.endContract, { params: { accountId: ours }, body: { on: '2026-12-31', reason: 'x' } }),
    refused('forbidden'),
  );
  await assert.rejects(
    platform.database.as(ours, (tx) => tx.run(sql`update customers_contract set nodes = 99`)),
    { code: '42501' },
  );
});
