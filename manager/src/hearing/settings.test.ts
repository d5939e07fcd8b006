import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type HearingAnswers, routes } from '@sakimori/contract';
import { readXlsx } from '@sakimori/contract/workbook/reader';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { sampleAnswers } from '../../../test/hearing.ts';
import { actorOf } from '../../../test/service.ts';
import { withNextRun } from '../automation/index.ts';
import { readConfiguration, selectComputers } from '../configuration/index.ts';
import { Editions } from '../editions/index.ts';
import { changeConfiguration, newestPolicy } from '../policies/index.ts';
import { appliedSheet, hearingRoom } from './index.ts';

let door: TestDoor;
const operator = actorOf('operator');
before(async () => {
  door = await startTestDoor({
    rooms: (platform) => [
      hearingRoom({ platform, editions: Editions.read(platform.config) }, (task, at) => withNextRun(task, at, false)),
    ],
  });
});
after(() => door?.stop());

const as = (actor = operator) => door.service.as(actor);
async function begin(name: string, answers: HearingAnswers = sampleAnswers(name)) {
  const accountId = await door.makeAccount(name);
  const { id } = await as()(routes.createHearing, { body: { accountId } });
  const save = (basedOn: number, given: HearingAnswers, confirm = true) =>
    as()(routes.saveHearing, { params: { hearingId: id }, body: { basedOn, answers: given, confirm } });
  await save(0, answers);
  const at = (number: number) => ({ params: { hearingId: id, number } });
  return { accountId, id, save, at };
}
const viewOf = (accountId: string) => door.platform.database.as(accountId, (tx) => readConfiguration(tx, accountId));
const made = async (accountId: string, kind: string): Promise<ApiObject[]> =>
  (await viewOf(accountId)).list(kind).filter((object) => object['_hearing'] !== undefined);

test('S44: every setting that follows from the sheet shows its cell; after it is applied the sheet and what stands are the same', async () => {
  const { accountId, at } = await begin('yamato');
  const before = await as()(routes.compareHearing, at(1));
  assert.ok(before.differences > 15, String(before.differences));
  assert.deepEqual(
    before.items.filter(({ place }) => !place?.cell),
    [],
    'each has a cell',
  );
  const port = before.items.find(({ id }) => id === 'port:r1');
  assert.deepEqual(
    [port?.place, port?.wanted.ja, port?.live.ja],
    [{ sheet: '通信の許可', cell: 'C7' }, 'tcp 443,8000-8010 ← 198.51.100.0/24', ''],
  );
  const applied = await as()(routes.applyHearing, at(1));
  assert.deepEqual(
    applied.items.filter(({ state }) => state === 'differs'),
    [],
  );
  assert.ok(applied.changed > 10);
  const again = await as()(routes.applyHearing, at(1));
  assert.equal(again.changed, 0, 'done twice it changes nothing');
  const sheet = await door.platform.database.as(accountId, (tx) => appliedSheet(tx, accountId));
  assert.equal(sheet?.version?.number, 1);
  const [policy] = (await as()(routes.listPolicies, { query: { accountId } })).items.filter(
    ({ name }) => name === 'Hearing Sheet',
  );
  const { document } = await newestPolicy(door.platform, accountId, policy!.id);
  assert.deepEqual(
    [document.modules.integrity.state, document.modules.intrusion.state, document.modules.firewall.state],
    ['on', 'detect', 'on'],
  );
  assert.ok(document.modules.integrity.rules.some(({ include }) => include.includes('/opt/app/config')));
  assert.ok(document.modules.loginspection.sources.some(({ path }) => path === '/var/log/nginx/access.log'));
  const { items: audit } = await as()(routes.listAudit, { query: { limit: 200 } });
  assert.ok(audit.some(({ action }) => action === 'hearing.applied'));
});

test('S44, in part: a server that enrols under its name has the sheet’s policy; one that is here already gets it', async () => {
  const { accountId, at } = await begin('musashi');
  await door.enrolAgent(accountId, { name: 'web-01' });
  await as()(routes.applyHearing, at(1));
  await door.enrolAgent(accountId, { name: 'web-02' });
  const computers = await door.platform.database.as(accountId, (tx) => selectComputers(tx, accountId));
  const policy = (await made(accountId, 'Policy'))[0]!['ID'];
  assert.deepEqual(
    computers.map(({ host_name, policy_id, host_id }) => [host_name, policy_id === policy, host_id !== null]).sort(),
    [
      ['web-01', true, true],
      ['web-02', true, true],
    ],
  );
});

test('S44, in part: what somebody changed since differs, and the list of settings can be printed', async () => {
  const { accountId, at } = await begin('shimousa');
  await as()(routes.applyHearing, at(1));
  const [rule] = await made(accountId, 'FirewallRule');
  await changeConfiguration(door.platform, { accountId, actor: operator, reason: 'x' }, async (edit) =>
    edit.put('FirewallRule', rule!['ID'] as number, { ...rule, destinationPortMultiple: ['22'] }),
  );
  const { items, differences } = await as()(routes.compareHearing, at(1));
  assert.equal(differences, 1);
  const differs = items.find(({ state }) => state === 'differs');
  assert.deepEqual(
    [differs?.wanted.ja, differs?.live.ja],
    ['tcp 443,8000-8010 ← 198.51.100.0/24', 'tcp 22 ← 198.51.100.0/24'],
  );
  const file = await as()(routes.printHearing, { ...at(1), query: { language: 'ja' } });
  const [sheet] = readXlsx(Buffer.from(file.content, 'base64')).sheets;
  const texts = [...sheet!.cells.values()].map(({ text }) => text);
  assert.ok(texts.includes('相違') && texts.includes('通信の許可!C7') && texts.includes('tcp 22 ← 198.51.100.0/24'));
});

test('S44, in part: the next version takes away what it does not ask for, and leaves what others assigned', async () => {
  const { accountId, save, at } = await begin('kazusa');
  await as()(routes.applyHearing, at(1));
  const [policy] = await made(accountId, 'Policy');
  await changeConfiguration(door.platform, { accountId, actor: operator, reason: 'x' }, async (edit) => {
    const stands = edit.get('Policy', policy!['ID'] as number)!;
    const firewall = stands['firewall'] as { ruleIDs: number[] };
    edit.put('Policy', policy!['ID'] as number, {
      ...stands,
      firewall: { ...firewall, ruleIDs: [...firewall.ruleIDs, 12] },
    });
  });
  const next = sampleAnswers('kazusa');
  next.tables['ports'] = [];
  next.tables['exclusions'] = [];
  next.tables['integrity'] = [];
  next.tables['logs'] = [];
  next.forms['schedules'] = { malwareDay: 'off' };
  next.forms['modules']!['antiMalware'] = 'detect';
  await save(1, next);
  const { differences } = await as()(routes.applyHearing, at(2));
  assert.equal(differences, 0);
  for (const kind of ['FirewallRule', 'DirectoryList', 'IntegrityMonitoringRule', 'ScheduledTask'])
    assert.deepEqual(await made(accountId, kind), [], kind);
  const firewall = (await made(accountId, 'Policy'))[0]!['firewall'] as { ruleIDs: number[] };
  assert.ok(firewall.ruleIDs.includes(12), 'what somebody assigned stays');
  assert.deepEqual(
    (await made(accountId, 'AntiMalwareConfiguration')).map((scan) => scan['scanActionForVirus']),
    ['pass', 'pass', 'pass'],
  );
});

test('S44, in part: a draft, a sheet without an account, and a sheet of another account are not applied', async () => {
  const { id, save, at } = await begin('awa');
  await save(1, sampleAnswers('awa'), false);
  await refusedWith(as()(routes.applyHearing, at(2)), 'wrong_state');
  const { id: loose } = await as()(routes.createHearing, { body: { customerName: 'mutsu' } });
  await as()(routes.saveHearing, {
    params: { hearingId: loose },
    body: { basedOn: 0, answers: sampleAnswers('mutsu'), confirm: true },
  });
  await refusedWith(as()(routes.compareHearing, { params: { hearingId: loose, number: 1 } }), 'no_account_yet');
  const stranger = actorOf('customer-admin', await door.makeAccount('dewa'));
  await refusedWith(as(stranger)(routes.compareHearing, { params: { hearingId: id, number: 1 } }), 'not_found');
  await refusedWith(
    as(stranger)(routes.printHearing, { params: { hearingId: id, number: 1 }, query: {} }),
    'not_found',
  );
  await refusedWith(as(stranger)(routes.applyHearing, { params: { hearingId: id, number: 1 } }), 'forbidden');
});
