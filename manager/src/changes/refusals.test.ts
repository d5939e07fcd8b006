import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ChangeWish, routes } from '@sakimori/contract';
import { settingSupport, whyNotSet } from '@sakimori/contract/workload-security/index';
import { refusedWith } from '../../../test/agents-door.ts';
import { type ChangesDesk, operator, second, startChangesDesk } from '../../../test/changes-desk.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { sql } from '../platform/index.ts';
import { changesDoneIn } from './index.ts';

let desk: ChangesDesk;
let [yamato, musashi] = ['', ''];
let [agent, theirs] = [] as unknown as [SimulatedAgent, SimulatedAgent];
let policyId: number;

before(async () => {
  desk = await startChangesDesk();
  yamato = await desk.door.makeAccount('Yamato');
  musashi = await desk.door.makeAccount('Musashi');
  [agent, theirs] = [await desk.door.enrolAgent(yamato), await desk.door.enrolAgent(musashi)];
  await desk.keep(agent);
  const computers = (await desk.perform(yamato, 'listComputers'))['computers'] as { policyID: number }[];
  policyId = computers[0]!.policyID;
});
after(() => desk.door.stop());

const as = (...given: Parameters<typeof actorOf>) => desk.door.service.as(actorOf(...given));
const settings = (given: Record<string, string>): ChangeWish => ({ kind: 'policy', policyId, settings: given });
const module = (
  name: 'integrityMonitoring' | 'webReputation' | 'applicationControl' | 'activityMonitoring',
  state: string,
): ChangeWish => ({
  ...{ kind: 'policy', policyId, modules: { [name]: state } },
});
const stateOf = async (name: string) =>
  ((await desk.perform(yamato, 'describePolicy', { params: { policyID: policyId } }))[name] as { state: string }).state;
async function ticketOf(accountId: string, kind: 'change' | 'inquiry' = 'change') {
  const body = { kind, subject: '設定変更のお願い', text: '設定を変更してください。', callerName: '佐藤 花子' };
  return desk.door.service.as(operator)(routes.createTicket, { params: { accountId }, body });
}

for (const [row, wish] of [
  ['S61', () => settings({ antiMalwareSettingPredictiveMachineLearningExceptions2: 'x' })],
  ['S102', () => module('applicationControl', 'on')],
] as const)
  test(`${row}: a request for an unsupported setting is refused with clause 8(4), and the ticket has the words for the customer`, async () => {
    const ticket = await ticketOf(yamato);
    const refused = await desk.ask(yamato, wish(), { ticketId: ticket.id });
    assert.deepEqual([refused.state, refused.refusal?.clause, refused.requester], ['refused', '8(4)', '佐藤 花子']);
    assert.match(refused.refusal!.text.ja, /恐れ入りますが.*§8\(4\)：設定変更は.*仕様に準拠した範囲/s);
    assert.equal(refused.answer, refused.refusal!.text.ja);
    const shown = await as('operator')(routes.getTicket, { params: { ticketId: ticket.id } });
    assert.ok(shown.messages.some(({ kind, text }) => kind === 'note' && text.includes('§8(4)')));
    await refusedWith(desk.approve(refused.id), 'wrong_state');
    await refusedWith(desk.apply(refused.id), 'wrong_state');
    assert.ok((await desk.audited(yamato)).includes('change.refused'));
  });

test('S25, in part: a setting of the product that this manager does not carry out is refused with its reason; one that it does is taken', async () => {
  const [name, row] = Object.entries(settingSupport).find(([one, { other }]) => whyNotSet(one, other))!;
  const refused = await desk.ask(yamato, settings({ [name]: row.other }));
  assert.equal(refused.state, 'refused');
  assert.match(refused.refusal!.text.en, new RegExp(`“${name}” cannot have this value`));
  assert.equal((await desk.ask(yamato, module('activityMonitoring', 'on'))).state, 'refused');
  const taken = await desk.ask(yamato, settings({ platformSettingHeartbeatInterval: '5 minutes' }));
  assert.equal(taken.state, 'proposed');
  await as('operator')(routes.withdrawChange, { params: { changeId: taken.id }, body: { reason: 'only asked' } });
});

test('S54, in part: a change that a ticket asks for has its requester and time; the ticket hears what came of it, and the month has the change once', async () => {
  const ticket = await ticketOf(yamato);
  desk.door.platform.clock.advance(60_000);
  const { id, number, subject } = await desk.carryOut(yamato, module('webReputation', 'on'), { ticketId: ticket.id });
  await desk.keep(agent);
  await desk.advance();
  const done = await desk.show(id);
  assert.deepEqual([done.state, done.requester, done.requestedAt], ['done', '佐藤 花子', ticket.openedAt]);
  assert.deepEqual(done.ticket, { id: ticket.id, number: ticket.number });
  assert.match(done.answer!, new RegExp(`#${number}.*実施し`, 's'));
  const shown = await as('operator')(routes.getTicket, { params: { ticketId: ticket.id } });
  assert.ok(shown.messages.some(({ kind, text }) => kind === 'note' && text === done.answer));
  const { items } = await as('operator')(routes.listChanges, { query: { ticketId: ticket.id } });
  assert.deepEqual(
    items.map((change) => change.id),
    [id],
  );
  const at = new Date(done.doneAt!);
  const [from, to] = [new Date(at.getTime() - 1000), new Date(at.getTime() + 1000)];
  const listed = await desk.door.platform.database.as(yamato, (tx) => changesDoneIn(tx, yamato, { from, to }));
  assert.deepEqual(listed, [{ number, kind: 'policy', subject, doneAt: at, ticketNumber: ticket.number }]);
});

test('two changes that want something else of the same: the second is told of the first, and what was approved before the first came is looked at anew', async () => {
  const was = await stateOf('integrityMonitoring');
  const first = await desk.ask(yamato, module('integrityMonitoring', 'off'));
  const other = await desk.ask(yamato, module('integrityMonitoring', was === 'on' ? 'real-time' : 'on'));
  assert.deepEqual(
    other.others.map(({ number, isContradictory }) => [number, isContradictory]),
    [[first.number, true]],
  );
  await desk.approve(first.id);
  await desk.approve(other.id);
  await desk.apply(first.id);
  await refusedWith(desk.apply(other.id), 'change_outdated');
  const held = await desk.show(other.id);
  assert.deepEqual([held.state, held.approvedBy, held.conflict[0]?.after], ['proposed', undefined, 'off']);
  assert.equal(await stateOf('integrityMonitoring'), 'off', 'nothing of the second was written');
  const again = await as('operator')(routes.previewChange, { params: { changeId: other.id } });
  assert.deepEqual([again.diff[0]?.before, again.conflict], ['off', []]);

  await desk.approve(other.id);
  await desk.apply(other.id);
  await refusedWith(desk.revert(first.id), 'change_conflict');
  const stuck = await desk.show(first.id);
  assert.deepEqual([stuck.conflict[0]?.before, stuck.conflict[0]?.after], ['off', again.diff[0]?.after]);
  await desk.revert(other.id);
  await desk.revert(first.id);
  assert.equal(await stateOf('integrityMonitoring'), was);
});

test('S54, in part: whoever opened a change approves it alone only with a reason, and where the provider wants a second person not at all', async () => {
  const { id } = await desk.ask(yamato, module('webReputation', 'off'));
  const approve = (reason?: string) =>
    as('operator')(routes.approveChange, { params: { changeId: id }, body: reason ? { reason } : {} });
  await refusedWith(approve(), 'reason_alone_needed');
  const { config } = desk.door.platform;
  Object.assign(config, { SAKIMORI_CHANGE_APPROVAL: 'second' });
  await refusedWith(approve('nobody else is here'), 'second_person_needed');
  Object.assign(config, { SAKIMORI_CHANGE_APPROVAL: 'reason' });
  const approved = await approve('nobody else is here');
  assert.deepEqual([approved.approvedBy, approved.approvalReason], [operator.name, 'nobody else is here']);
});

test('S41, in part: a change for a host, policy or ticket of another account is not found, and no account sees another’s changes', async () => {
  const until = new Date(desk.door.platform.clock.now().getTime() + 3600_000).toISOString();
  const mode: ChangeWish = { kind: 'mode', hostId: theirs.hostId, mode: 'detect', until };
  await refusedWith(desk.ask(yamato, mode), 'not_found');
  await refusedWith(
    desk.ask(yamato, {
      kind: 'exclusion',
      hostId: theirs.hostId,
      what: { module: 'integrity', paths: ['/srv/app'] },
      until,
    }),
    'not_found',
  );
  await refusedWith(
    desk.ask(yamato, { ...(module('webReputation', 'on') as { kind: 'policy' }), policyId: 4711 } as ChangeWish),
    'not_found',
  );
  const ticket = await ticketOf(musashi);
  await refusedWith(desk.ask(yamato, module('webReputation', 'on'), { ticketId: ticket.id }), 'not_found');
  await refusedWith(desk.ask('019ab000-0000-7000-8000-00000000aaaa', module('webReputation', 'on')), 'not_found');

  const [change] = (await as('customer-viewer', yamato)(routes.listChanges, { query: {} })).items;
  assert.ok(change, 'a customer reads the changes of their own account');
  const other = as('customer-admin', musashi);
  assert.deepEqual((await other(routes.listChanges, { query: {} })).items, []);
  await refusedWith(other(routes.getChange, { params: { changeId: change.id } }), 'not_found');
  const rows = await desk.door.platform.database.as(musashi, (tx) => tx.rows(sql`select id from changes_change`));
  assert.deepEqual(rows, []);
});

test('S12, in part: customers, analysts and monitors neither ask, approve, apply nor take back', async () => {
  const { id: changeId } = await desk.ask(yamato, settings({ platformSettingHeartbeatInterval: '10 minutes' }));
  for (const role of ['customer-admin', 'customer-viewer', 'soc-analyst', 'monitor'] as const) {
    const ask = as(role, role.startsWith('customer') ? yamato : undefined);
    const [params, reason] = [{ changeId }, { reason: 'x' }];
    await refusedWith(
      ask(routes.createChange, {
        params: { accountId: yamato },
        body: { wish: module('webReputation', 'on'), ...reason },
      }),
      'forbidden',
    );
    await refusedWith(ask(routes.previewChange, { params }), 'forbidden');
    await refusedWith(ask(routes.approveChange, { params, body: {} }), 'forbidden');
    await refusedWith(ask(routes.applyChange, { params }), 'forbidden');
    await refusedWith(ask(routes.revertChange, { params, body: reason }), 'forbidden');
    await refusedWith(ask(routes.withdrawChange, { params, body: reason }), 'forbidden');
  }
  await refusedWith(as('service-manager')(routes.applyChange, { params: { changeId } }), 'forbidden');
  const manager = { ...actorOf('service-manager'), id: second.id };
  assert.equal((await desk.approve(changeId, manager)).approvedBy, manager.name);
});

test('a request that cannot be is refused with a sentence, and nothing is kept of it', async () => {
  const count = async () => (await as('operator')(routes.listChanges, { query: { accountId: yamato } })).items.length;
  const before = await count();
  const past = new Date(desk.door.platform.clock.now().getTime() - 1000).toISOString();
  const far = new Date(desk.door.platform.clock.now().getTime() + 400 * 86_400_000).toISOString();
  await refusedWith(desk.ask(yamato, { kind: 'mode', hostId: agent.hostId, mode: 'detect', until: past }), 'malformed');
  await refusedWith(desk.ask(yamato, { kind: 'mode', hostId: agent.hostId, mode: 'detect', until: far }), 'malformed');
  await refusedWith(desk.ask(yamato, module('webReputation', 'sometimes')), 'malformed');
  await refusedWith(
    desk.ask(yamato, module('integrityMonitoring', await stateOf('integrityMonitoring'))),
    'change_empty',
  );
  await refusedWith(
    desk.ask(yamato, { kind: 'policy', policyId, rules: { integrityMonitoring: { add: [999_999] } } }),
    'not_found',
  );
  await refusedWith(desk.ask(yamato, { kind: 'nonsense' } as never), 'malformed');
  await refusedWith(desk.ask(yamato, settings({ ['x'.repeat(200)]: 'y' })), 'malformed');
  assert.equal(await count(), before);
});
