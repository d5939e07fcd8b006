import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Change, type ChangeWish, routes } from '@sakimori/contract';
import { createApiKeyFor } from '@sakimori/manager/workloadapi/index';
import { refusedWith } from '../agents-door.ts';
import { addContact } from '../notices.ts';
import { createDriver } from '../workload-security/driver.ts';
import { type ChangeHouse, openChangeHouse } from './change-house.ts';
import { startTwoManagers, type TwoManagers } from './two-managers.ts';

/** The desk's changes, from request to return, on both backends: our manager, and a second one that is reached by its public API alone. */
const kinds = ['own', 'remote'] as const;
let two: TwoManagers;
const houses = {} as Record<ChangeHouse['kind'], ChangeHouse>;
before(async () => {
  two = await startTwoManagers();
  for (const kind of kinds) {
    const house = await openChangeHouse(two, kind);
    houses[kind] = house;
    const body = {
      intrusionPrevention: { state: 'prevent', ruleIDs: [1001, 1002] },
      integrityMonitoring: { state: 'real-time' },
    };
    await house.ruling.call('modifyPolicy', { policyID: house.policyId }, { body });
    await house.keep();
  }
});
after(async () => {
  for (const { hosts } of Object.values(houses)) for (const { agent } of hosts) agent.kill();
  await two?.stop();
});

const stateOf = async ({ ruling, policyId }: ChangeHouse, module: string) =>
  ((await ruling.call('describePolicy', { policyID: policyId }))[module] as { state: string }).state;
const integrity = ({ policyId }: ChangeHouse, state: 'on' | 'off' | 'real-time'): ChangeWish => ({
  ...{ kind: 'policy', policyId, modules: { integrityMonitoring: state } },
});
const stepsOf = ({ history }: Change) => history.map(({ what }) => what);
const onBoth = (title: string, run: (house: ChangeHouse) => Promise<void>) => {
  for (const kind of kinds)
    test(`${title.replace(/^(S\d+)(, in part)?:/, `$1, in part: on the ${kind} backend`)}`, () => run(houses[kind]));
};

onBoth(
  'S54: a ticket’s policy change is compared, approved by a second person, applied, confirmed by the hosts, answered, and taken back',
  async (house) => {
    const { accountId, operator } = house;
    const ticket = await operator(routes.createTicket, {
      params: { accountId },
      body: {
        kind: 'change',
        subject: '設定変更のお願い',
        text: '変更監視を止めてください。',
        callerName: '佐藤 花子',
      },
    });
    const asked = await house.ask(integrity(house, 'off'), { ticketId: ticket.id });
    assert.deepEqual([asked.state, asked.requester], ['proposed', '佐藤 花子']);
    assert.deepEqual(
      asked.diff.map(({ field, before, after }) => [field, before, after]),
      [['integrityMonitoring.state', 'real-time', 'off']],
    );
    assert.deepEqual(
      asked.preview?.hosts.map(({ hostId }) => hostId).sort(),
      house.hosts.map(({ hostId }) => hostId).sort(),
    );
    assert.equal(await stateOf(house, 'integrityMonitoring'), 'real-time', 'nothing is changed by asking');
    await refusedWith(
      operator(routes.approveChange, { params: { changeId: asked.id }, body: {} }),
      'reason_alone_needed',
    );
    await house.approve(asked.id);
    const applied = await house.apply(asked.id);
    assert.equal(applied.state, 'verifying');
    assert.equal(await stateOf(house, 'integrityMonitoring'), 'off');
    const done = await house.settled(asked.id, 'done');
    assert.deepEqual(
      done.hosts.map(({ state }) => state),
      ['confirmed', 'confirmed'],
    );
    const { messages } = await operator(routes.getTicket, { params: { ticketId: ticket.id } });
    assert.ok(messages.some(({ kind, text }) => kind === 'note' && text === done.answer));
    await house.revert(asked.id);
    assert.equal(await stateOf(house, 'integrityMonitoring'), 'real-time');
    const reverted = await house.settled(asked.id, 'reverted');
    assert.deepEqual(stepsOf(reverted), ['proposed', 'approved', 'applied', 'done', 'reverting', 'reverted']);
  },
);

onBoth(
  'S54: what somebody has changed there between approval and application is looked at anew, and what stands there since is not taken back',
  async (house) => {
    const first = await house.ask(integrity(house, 'off'));
    await house.approve(first.id);
    await house.ruling.call(
      'modifyPolicy',
      { policyID: house.policyId },
      { body: { integrityMonitoring: { state: 'on' } } },
    );
    await refusedWith(house.apply(first.id), 'change_outdated');
    const { state, conflict } = await house.operator(routes.getChange, { params: { changeId: first.id } });
    assert.deepEqual([state, conflict[0]?.after], ['proposed', 'on']);
    await house.operator(routes.previewChange, { params: { changeId: first.id } });
    await house.approve(first.id);
    await house.apply(first.id);
    await house.settled(first.id, 'done');
    await house.ruling.call(
      'modifyPolicy',
      { policyID: house.policyId },
      { body: { integrityMonitoring: { state: 'real-time' } } },
    );
    await refusedWith(house.revert(first.id), 'change_conflict');
    assert.equal(await stateOf(house, 'integrityMonitoring'), 'real-time');
  },
);

onBoth('S55: recipients are changed, and both sides are written to', async (house) => {
  const { accountId, kind } = house;
  const contactId = await addContact(two.ours.platform, accountId, `old@${kind}.example`);
  const mail = `new@${kind}.example`;
  const change = await house.carryOut({
    kind: 'recipients',
    steps: [{ deed: 'replace', contactId, mail, name: '新任', language: 'ja' }],
  });
  assert.equal(change.state, 'done');
  const told = (await two.ours.letters(accountId)).map(({ recipient }) => recipient);
  assert.ok(told.includes(`old@${kind}.example`) && told.includes(mail), told.join());
});

onBoth(
  'S56: one host is switched to detect with a preview of its own events, the other one stays, and it returns by itself',
  async (house) => {
    const [a, b] = house.hosts;
    await house.find([a, a, a, b].map((host) => ({ host, ruleId: 1001, isDenied: true })));
    const wish: ChangeWish = { kind: 'mode', hostId: a.hostId, mode: 'detect', until: house.later() };
    const { id, preview, diff } = await house.ask(wish, { reason: 'false alarms of the shop' });
    assert.deepEqual([preview?.hostCount, preview?.passes, preview?.blocks], [1, 3, 0], 'those of A, not that of B');
    assert.deepEqual([diff[0]?.name, diff[0]?.after], ['web-a', 'detect']);
    await house.approve(id);
    await house.apply(id);
    const modes = async () => [
      (await house.documentOf(a)).intrusion.state,
      (await house.documentOf(b)).intrusion.state,
    ];
    assert.deepEqual(await modes(), ['detect', 'prevent']);
    await house.settled(id, 'done');
    await house.passTime(3_601_000);
    const over = await house.settled(id, 'reverted');
    assert.equal(over.revertedBy, 'Sakimori');
    assert.deepEqual(await modes(), ['prevent', 'prevent']);
  },
);

onBoth(
  'S57: paths are left out on one host and a rule on the policy, the figure says what would not have been told, and both are as before afterwards',
  async (house) => {
    const [a, b] = house.hosts;
    const without = async (host: typeof a) =>
      (await house.documentOf(host)).integrity.rules?.some(({ exclude }) =>
        exclude.some((path) => path.startsWith('/etc/app')),
      ) ?? false;
    const paths = await house.carryOut({
      ...{ kind: 'exclusion', hostId: a.hostId, until: house.later() },
      what: { module: 'integrity', paths: ['/etc/app/cache'] },
    });
    assert.ok(paths.diff.length > 0);
    assert.deepEqual([await without(a), await without(b)], [true, false]);
    await house.settled(paths.id, 'done');
    await house.passTime(3_601_000);
    await house.settled(paths.id, 'reverted');
    assert.equal(await without(a), false);

    await house.find([b, b].map((host) => ({ host, ruleId: 1002, isDenied: true })));
    const ruled = await house.carryOut({
      ...{ kind: 'exclusion', policyId: house.policyId, until: house.later() },
      what: { module: 'intrusion', ruleId: 1002 },
    });
    assert.equal(ruled.preview?.suppressed, 2);
    await house.settled(ruled.id, 'done');
    await house.revert(ruled.id);
    await house.settled(ruled.id, 'reverted');
  },
);

onBoth(
  'S58: a task of each first Sunday at 03:00 in Japan is made, turned off, and gone when it is taken back',
  async (house) => {
    const task = {
      ...{ name: '月次のスキャン', type: 'scan-for-integrity-changes', enabled: true },
      scanForIntegrityChangesTaskParameters: { computerFilter: { type: 'all-computers' } },
      scheduleDetails: {
        ...{ timeZone: 'Asia/Tokyo', recurrenceType: 'monthly' },
        monthlyScheduleParameters: {
          startTime: 64_800_000,
          frequencyType: 'custom',
          weekOfMonth: 'first',
          dayOfWeek: 'sunday',
        },
      },
    };
    type Task = { ID: number; name: string; nextRunTime: number; enabled: boolean };
    const find = async () =>
      ((await house.ruling.call('listScheduledTasks', {}))['scheduledTasks'] as Task[]).find(
        ({ name }) => name === task.name,
      );
    const made = await house.carryOut({ kind: 'task', task });
    assert.equal(made.state, 'done');
    const stands = await find();
    const next = new Date(stands!.nextRunTime + 9 * 3_600_000);
    assert.deepEqual([next.getUTCDay(), next.getUTCHours(), next.getUTCDate() <= 7], [0, 3, true]);
    const off = await house.carryOut({ kind: 'task', taskId: stands!.ID, task: { enabled: false } });
    assert.equal((await find())?.enabled, false);
    await house.revert(off.id);
    assert.equal((await find())?.enabled, true);
    await house.revert(made.id);
    assert.equal(await find(), undefined);
  },
);

onBoth(
  'S61: a setting that the product does not know, and Application Control, are refused with clause 8(4)',
  async (house) => {
    for (const wish of [
      { kind: 'policy', policyId: house.policyId, settings: { noSuchSetting: 'x' } },
      { kind: 'policy', policyId: house.policyId, modules: { applicationControl: 'on' } },
    ] as const) {
      const { state, refusal } = await house.ask(wish);
      assert.deepEqual([state, refusal?.clause], ['refused', '8(4)']);
    }
  },
);

onBoth('S41: what is another account’s is not found, and no other account sees a change', async (house) => {
  const other = houses[house.kind === 'own' ? 'remote' : 'own'];
  await refusedWith(
    house.ask({ kind: 'mode', hostId: other.hosts[0].hostId, mode: 'detect', until: house.later() }),
    'not_found',
  );
  await refusedWith(house.ask({ kind: 'policy', policyId: 999_999, modules: { firewall: 'on' } }), 'not_found');
  const { items } = await house.operator(routes.listChanges, { query: { accountId: other.accountId, state: 'all' } });
  assert.ok(items.every(({ accountId }) => accountId === other.accountId));
});

test('S59, in part: on the remote backend an update of agents is refused with the reason: the API of the tenant knows none', async () => {
  const house = houses.remote;
  const { state, refusal } = await house.ask({
    kind: 'agent',
    upgrade: { rings: [{}], failuresMax: 0, healthMinutes: 10 },
  });
  assert.equal(state, 'refused');
  assert.match(refusal!.text.en, /updated by the customer’s own manager/);
});

test('a tenant that refuses our key changes nothing and says so; with the key in force again the same change is applied', async () => {
  const house = houses.remote;
  const before = await stateOf(house, 'integrityMonitoring');
  const wanted = before === 'on' ? 'off' : 'on';
  const { id } = await house.ask(integrity(house, wanted));
  await house.approve(id);
  const turn = await keyOfTenant(house);
  await turn(false);
  await refusedWith(house.apply(id), 'backend_refused');
  assert.equal((await house.operator(routes.getChange, { params: { changeId: id } })).state, 'approved');
  await turn(true);
  assert.equal(await stateOf(house, 'integrityMonitoring'), before);
  await house.apply(id);
  assert.equal(await stateOf(house, 'integrityMonitoring'), wanted);
  await house.settled(id, 'done');
});

/** Turns the key that our manager holds off and on, as the customer’s administrator may do at any time. */
async function keyOfTenant({ rulingId }: ChangeHouse): Promise<(active: boolean) => Promise<unknown>> {
  const { platform, manager } = two.theirs;
  const admin = createDriver(`${manager.workloadSecurity}/api`, await createApiKeyFor(platform, rulingId, 'another'));
  const { apiKeys } = await admin.call<{ apiKeys: { ID: number; keyName: string }[] }>('listApiKeys', {});
  const { ID } = apiKeys.find(({ keyName }) => keyName === 'test')!;
  return (active) => admin.call('modifyApiKey', { apiKeyID: ID }, { body: { active } });
}
