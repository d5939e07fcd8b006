import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  agentPaths,
  type EstimateFigures,
  type EstimateReport,
  type IntegrityEstimate,
  type IntegrityPolicy,
  Refusal,
  routes,
} from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../../test/agents-door.ts';
import { actorOf } from '../../../../test/service.ts';
import type { SimulatedAgent } from '../../../../test/simulated-agent.ts';
import { until } from '../../../../test/system.ts';

const operator = actorOf('operator');
const rule = 62;
let door: TestDoor;
let accountId: string;
let agent: SimulatedAgent;
let policyId: string;

before(async () => {
  door = await startTestDoor();
  accountId = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(accountId);
  const { items } = await call()(routes.listPolicies, { query: { accountId } });
  policyId = items.find(({ hostCount }) => hostCount > 0)!.id;
});
after(() => door.stop());

const call = (actor = operator) => door.service.as(actor);
const figures = (more: Partial<EstimateFigures> = {}): EstimateFigures => ({
  ...{ files: 10, folders: 2, contentBytes: 1000, entities: 0, mountsSkipped: [], denied: 0 },
  ...{ seconds: 1, cpuPercent: 50, baselineBytes: 4000, ...more },
});
const create = (
  body: { assign?: number[]; unassign?: number[]; document?: IntegrityPolicy; hostIds?: string[] },
  actor = operator,
) => call(actor)(routes.createEstimate, { params: { policyId }, body });
const read = (estimateId: string, actor = operator) =>
  call(actor)(routes.getEstimate, { params: { policyId, estimateId } });
const draft = (estimateId: string, of = agent) => of.post(agentPaths.estimateDraft, { estimateId });
const tell = (report: EstimateReport, of = agent) => of.post(agentPaths.estimateReport, report);
const assign = (body: { assign?: number[]; unassign?: number[]; confirmation?: string }) =>
  call()(routes.changePolicyRules, {
    params: { policyId },
    body: { module: 'integrityMonitoring', assign: [], unassign: [], reason: 'x', ...body },
  });
const isAssigned = async () =>
  (await call()(routes.getPolicyModules, { params: { policyId } })).modules
    .find(({ module }) => module === 'integrityMonitoring')!
    .rules!.some(({ id }) => id === rule);

test('hosts of a policy are asked, count for the draft, and are seen to; nothing is applied by it', async () => {
  const made = await create({ assign: [rule] });
  assert.deepEqual([made.state, made.needsConfirmation, made.hostsNotAsked], ['counting', false, 0]);
  assert.deepEqual(
    made.hosts.map(({ hostId, state }) => [hostId, state]),
    [[agent.hostId, 'waiting']],
  );
  const tasks = await until(async () => (await agent.heartbeat()).received.tasks, 'no heartbeat brought it');
  assert.deepEqual(
    tasks.map(({ kind, facts }) => [kind, facts]),
    [['integrity-estimate', { estimate: made.id }]],
  );
  const answer = await draft(made.id);
  assert.equal(answer.status, 200);
  assert.ok((answer.body as unknown as IntegrityPolicy).rules.some(({ id }) => id === '9005062'));
  await tell({ estimateId: made.id, state: 'counting', figures: figures({ files: 5 }) });
  assert.deepEqual(
    (await read(made.id)).hosts.map(({ state, figures: told }) => [state, told?.files]),
    [['counting', 5]],
  );
  await tell({ estimateId: made.id, state: 'done', figures: figures() });
  const done = await read(made.id);
  assert.deepEqual([done.state, done.hosts[0]?.figures, done.needsConfirmation], ['done', figures(), false]);
  assert.equal(
    (await tell({ estimateId: made.id, state: 'counting', figures: figures() })).status,
    404,
    'it has been answered',
  );
  assert.equal(await isAssigned(), false);
  await assign({ assign: [rule] });
  assert.equal(await isAssigned(), true, 'below the limits nothing is asked');
  await assign({ unassign: [rule] });
  agent.kill();
});

/** An estimate that a host has answered. */
async function estimated(
  told: Partial<EstimateFigures>,
  body: Parameters<typeof create>[0] = { assign: [rule] },
): Promise<IntegrityEstimate> {
  const { id } = await create(body);
  await tell({ estimateId: id, state: 'done', figures: figures(told) });
  return read(id);
}

test('S24, in part: above the limit of files or of time the change needs a confirmation that names the estimate', async () => {
  for (const told of [{ files: 1_000_000 }, { seconds: 4000 }]) {
    const { id, needsConfirmation, hosts } = await estimated(told);
    assert.deepEqual([needsConfirmation, hosts[0]?.aboveLimit], [true, true]);
    await assert.rejects(assign({ assign: [rule] }), (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.code, error.status, error.facts['estimate']], ['confirmation_required', 409, id]);
      return true;
    });
    await refusedWith(
      assign({ assign: [rule], confirmation: '019ab000-0000-7000-8000-00000000cafe' }),
      'confirmation_required',
    );
    assert.equal(await isAssigned(), false, 'nothing was stored');
    await assign({ assign: [rule], confirmation: id });
    assert.equal(await isAssigned(), true);
    const { items } = await call()(routes.listAudit, { query: { target: `policy:${policyId}` } });
    const confirmed = items.find(({ action }) => action === 'integrity.confirmed');
    assert.equal(confirmed?.facts['estimate'], id);
    await assign({ unassign: [rule] });
  }
});

test('S24, in part: a document is held up likewise; other changes of the policy are not', async () => {
  const { version, document } = await call()(routes.getPolicy, { params: { policyId } });
  const [first, ...rest] = document.modules.integrity.rules;
  const integrity = { ...document.modules.integrity, rules: [{ ...first!, id: 'own.all', include: ['/'] }, ...rest] };
  const { id } = await estimated({ files: 2_000_000 }, { document: integrity });
  const put = (confirmation?: string) =>
    call()(routes.updatePolicy, {
      params: { policyId },
      body: {
        basedOnVersion: version,
        reason: 'all of it',
        document: { ...document, modules: { ...document.modules, integrity } },
        ...(confirmation ? { confirmation } : {}),
      },
    });
  await refusedWith(put(), 'confirmation_required');
  const made = await put(id);
  const heartbeatSeconds = 61;
  await call()(routes.updatePolicy, {
    params: { policyId },
    body: { basedOnVersion: made.version, reason: 'slower', document: { ...made.document, heartbeatSeconds } },
  });
  await call()(routes.updatePolicy, {
    params: { policyId },
    body: { basedOnVersion: made.version + 1, reason: 'back', document },
  });
});

test('what nobody has counted is applied, and an old estimate holds nobody up', async () => {
  await estimated({ files: 1_000_000 });
  door.platform.clock.advance(8 * 86_400_000);
  await assign({ assign: [rule] });
  await assign({ unassign: [rule] });
});

test('what cannot be is refused', async () => {
  await refusedWith(create({ assign: [999_999] }), 'not_found');
  await refusedWith(create({ hostIds: ['019ab000-0000-7000-8000-00000000cafe'] }), 'not_found');
  const { items } = await call()(routes.listPolicies, { query: { accountId } });
  const empty = items.find(({ hostCount }) => hostCount === 0)!;
  await refusedWith(call()(routes.createEstimate, { params: { policyId: empty.id }, body: {} }), 'wrong_state');
  await refusedWith(read('019ab000-0000-7000-8000-00000000cafe'), 'not_found');
});

test('S41, in part: neither another account nor another host reads a draft, an estimate, or writes into it', async () => {
  const { id } = await create({ assign: [rule] });
  const sibling = await door.enrolAgent(accountId);
  const foreign = await door.enrolAgent(await door.makeAccount('Musashi'));
  for (const other of [sibling, foreign]) {
    assert.equal((await draft(id, other)).status, 404);
    assert.equal((await tell({ estimateId: id, state: 'done', figures: figures() }, other)).status, 404);
  }
  const stranger = { ...operator, accountId: foreign.accountId };
  await refusedWith(read(id, stranger), 'not_found');
  await refusedWith(create({ assign: [rule] }, stranger), 'not_found');
  await refusedWith(read(id, actorOf('customer-admin', foreign.accountId)), 'not_found');
  await refusedWith(create({}, actorOf('customer-admin', accountId)), 'forbidden');
  await refusedWith(create({ hostIds: [foreign.hostId] }), 'not_found');
  assert.equal((await read(id)).hosts[0]?.state, 'waiting');
});
