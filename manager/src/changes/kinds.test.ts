import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ChangeWish, type Detection, type ExclusionWhat, routes, severities } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import { type ChangesDesk, operator, startChangesDesk } from '../../../test/changes-desk.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';

const hourMs = 3_600_000;
let desk: ChangesDesk;
let yamato = '';
let [a, b] = [] as unknown as [SimulatedAgent, SimulatedAgent];
let policyId: number;

before(async () => {
  desk = await startChangesDesk();
  yamato = await desk.door.makeAccount('Yamato');
  [a, b] = [
    await desk.door.enrolAgent(yamato, { name: 'web-a' }),
    await desk.door.enrolAgent(yamato, { name: 'web-b' }),
  ];
  const computers = (await desk.perform(yamato, 'listComputers'))['computers'] as { policyID: number }[];
  policyId = computers[0]!.policyID;
  await desk.perform(yamato, 'modifyPolicy', {
    params: { policyID: policyId },
    body: {
      intrusionPrevention: { state: 'prevent', ruleIDs: [1001, 1002] },
      antiMalware: { state: 'on' },
      firewall: { state: 'on' },
    },
  });
  await Promise.all([desk.keep(a), desk.keep(b)]);
});
after(() => desk.door.stop());

const later = (ms = hourMs) => new Date(desk.door.platform.clock.now().getTime() + ms).toISOString();
const document = async (agent: SimulatedAgent) => (await desk.keep(agent)).document.modules;
const exclusion = (what: ExclusionWhat, more: object = { hostId: a.hostId }): ChangeWish => ({
  ...{ kind: 'exclusion', what, until: later(), ...more },
});
const found = (agent: SimulatedAgent, module: Detection['module'], more: Partial<Detection>) =>
  agent.makeDetection({ module, kind: 'intrusion.matched', severity: severities[1]!, ...more });
async function settled(id: string) {
  await Promise.all([desk.keep(a), desk.keep(b)]);
  await desk.advance();
  return desk.show(id);
}
/** Lets the time of a change pass. */
async function passTime(ms = hourMs + 1000) {
  desk.door.platform.clock.advance(ms);
  await desk.advance();
}

test('S56: host A is switched by a change with reason, end and preview, host B under the same policy stays, and A returns by itself', async () => {
  const rule = (
    await desk.perform(yamato, 'describeIntrusionPreventionRule', { params: { intrusionPreventionRuleID: 1001 } })
  )['name'];
  const hit = { rule: { id: 'intrusion:1001', name: String(rule) }, facts: { count: 3 } };
  await a.sendDetections([
    found(a, 'intrusion', { ...hit, action: 'denied', actionResult: 'success', mode: 'prevent' }),
  ]);
  await b.sendDetections([
    found(b, 'intrusion', { ...hit, action: 'denied', actionResult: 'success', mode: 'prevent' }),
  ]);
  const wish: ChangeWish = { kind: 'mode', hostId: a.hostId, mode: 'detect', until: later() };
  const { id, preview, diff } = await desk.ask(yamato, wish, { reason: 'false alarms of the shop' });
  assert.deepEqual([preview?.hostCount, preview?.passes, preview?.blocks], [1, 3, 0], 'the three of A, not those of B');
  assert.deepEqual([diff[0]?.name, diff[0]?.before, diff[0]?.after], ['web-a', undefined, 'detect']);
  await desk.approve(id);
  await desk.apply(id);
  assert.deepEqual([(await document(a)).intrusion.state, (await document(b)).intrusion.state], ['detect', 'prevent']);
  assert.equal((await settled(id)).state, 'done');

  await passTime();
  const over = await settled(id);
  assert.deepEqual([over.state, over.revertedBy], ['reverted', 'Sakimori']);
  assert.deepEqual([(await document(a)).intrusion.state, (await document(b)).intrusion.state], ['prevent', 'prevent']);
  const returned = (
    await desk.door.service.as(operator)(routes.listAudit, { query: { accountId: yamato, limit: 100 } })
  ).items;
  assert.ok(returned.some(({ action, actorName }) => action === 'change.reverting' && actorName === 'Sakimori'));
  await refusedWith(desk.ask(yamato, { ...wish, mode: 'prevent', until: later() } as ChangeWish), 'change_empty');
});

test('S57, in part: paths that are left out of integrity on one host reach its rules alone, and their end lets be what another exclusion has added', async () => {
  const etc = async (agent: SimulatedAgent) =>
    (await document(agent)).integrity.rules?.filter(({ exclude }) =>
      exclude.some((path) => path.startsWith('/etc/app')),
    ).length ?? 0;
  const file = (path: string) => a.makeDetection({ rule: { id: 'x', name: 'x' }, file: { path, changed: [] } });
  await a.sendDetections([file('/etc/app/cache/1')]);
  const first = await desk.carryOut(yamato, exclusion({ module: 'integrity', paths: ['/etc/app/cache'] }));
  const count = first.diff.length;
  assert.ok(count > 0, 'rules below /etc are in force');
  assert.equal(first.preview?.suppressed, 0, 'what no rule of the host finds is not counted');
  assert.equal(await etc(a), count);
  assert.equal(await etc(b), 0);
  const second = await desk.carryOut(yamato, {
    ...exclusion({ module: 'integrity', paths: ['/etc/app/log'] }),
    until: later(3 * hourMs),
  } as ChangeWish);
  assert.deepEqual([(await settled(first.id)).state, (await settled(second.id)).state], ['done', 'done']);

  await passTime();
  assert.equal((await settled(first.id)).state, 'reverted');
  const excludes = (await document(a)).integrity.rules?.flatMap(({ exclude }) => exclude) ?? [];
  assert.ok(
    excludes.some((path) => path.startsWith('/etc/app/log')),
    'the other exclusion stands',
  );
  assert.ok(!excludes.some((path) => path.startsWith('/etc/app/cache')));
  await passTime(2 * hourMs);
  assert.equal((await settled(second.id)).state, 'reverted');
  assert.equal(await etc(a), 0);
  const { items } = await desk.door.service.as(operator)(routes.listWork, { query: {} });
  assert.deepEqual(
    items.filter(({ kind }) => kind === 'changeNotEnded'),
    [],
  );
});

test('S57, in part: directories and extensions are left out of the scans of one host; their copies are gone when it is taken back', async () => {
  const scans = () =>
    desk.perform(yamato, 'listAntiMalwares').then((answer) => (Object.values(answer)[0] as unknown[]).length);
  const before = await scans();
  await a.sendDetections([
    found(a, 'antimalware', {
      kind: 'malware.found',
      rule: { id: 'Eicar', name: 'Eicar' },
      file: { path: '/srv/upload/eicar.com', changed: [] },
    }),
    found(a, 'antimalware', {
      kind: 'malware.found',
      rule: { id: 'Eicar', name: 'Eicar' },
      file: { path: '/srv/other/x.iso', changed: [] },
    }),
    found(a, 'antimalware', {
      kind: 'malware.found',
      rule: { id: 'Eicar', name: 'Eicar' },
      file: { path: '/srv/other/x.com', changed: [] },
    }),
  ]);
  const what = { module: 'antimalware' as const, directories: ['/srv/upload'], files: [], extensions: ['iso'] };
  const { id, preview } = await desk.carryOut(yamato, exclusion(what));
  assert.equal(preview?.suppressed, 2);
  const { antimalware } = await document(a);
  const exclude = 'realTime' in antimalware ? antimalware.realTime?.exclude : undefined;
  assert.ok(
    exclude?.directories.includes('/srv/upload') && exclude.extensions.includes('iso'),
    JSON.stringify(antimalware),
  );
  assert.ok(!JSON.stringify((await document(b)).antimalware).includes('/srv/upload'));
  assert.equal((await settled(id)).state, 'done');
  await desk.revert(id);
  assert.equal((await settled(id)).state, 'reverted');
  assert.equal(await scans(), before);
  assert.ok(!JSON.stringify((await document(a)).antimalware).includes('/srv/upload'));
});

test('S57, in part: a rule of intrusion prevention is left out on a policy, and addresses of the firewall on a host', async () => {
  const ruled = await desk.carryOut(yamato, exclusion({ module: 'intrusion', ruleId: 1001 }, { policyId }));
  assert.equal(ruled.preview?.suppressed, 6, 'the three of A and the three of B');
  const modules = await document(b);
  const rule = !('rules' in modules.intrusion)
    ? undefined
    : modules.intrusion.rules?.find((one) => /1001$/.test(String(one.id)));
  assert.deepEqual([rule?.detectOnly, rule?.logEvents], [true, false]);
  await desk.revert(ruled.id);

  await a.sendDetections([
    found(a, 'firewall', {
      kind: 'packet.denied',
      rule: { id: 'd', name: 'Default deny' },
      action: 'denied',
      source: { address: '198.51.100.7' },
    }),
    found(a, 'firewall', {
      kind: 'packet.denied',
      rule: { id: 'd', name: 'Default deny' },
      action: 'denied',
      source: { address: '203.0.113.9' },
    }),
  ]);
  const opened = await desk.carryOut(yamato, exclusion({ module: 'firewall', addresses: ['198.51.100.0/24'] }));
  assert.equal(opened.preview?.suppressed, 1);
  assert.match(JSON.stringify((await document(a)).firewall), /198\.51\.100\.0/);
  assert.doesNotMatch(JSON.stringify((await document(b)).firewall), /198\.51\.100\.0/);
  assert.equal((await settled(opened.id)).state, 'done');
  await desk.revert(opened.id);
  assert.doesNotMatch(JSON.stringify((await document(a)).firewall), /198\.51\.100\.0/);
  for (const addresses of [['198.51.100.0/0'], ['nowhere'], ['10.0.0.1/33']])
    await refusedWith(desk.ask(yamato, exclusion({ module: 'firewall', addresses })), 'malformed');
  for (const path of ['relative/x', '/', '/a/../b', '/x/***'])
    await refusedWith(desk.ask(yamato, exclusion({ module: 'integrity', paths: [path] })), 'malformed');
});

test('an exclusion whose end somebody has overtaken is not taken back: a person has to look', async () => {
  const { id } = await desk.carryOut(yamato, { kind: 'mode', hostId: a.hostId, mode: 'detect', until: later() });
  assert.equal((await settled(id)).state, 'done');
  const computers = (await desk.perform(yamato, 'listComputers'))['computers'] as { ID: number; hostName: string }[];
  const computerID = computers.find(({ hostName }) => hostName === 'web-a')!.ID;
  const off = (state: string) =>
    desk.perform(yamato, 'modifyComputer', { params: { computerID }, body: { intrusionPrevention: { state } } });
  await off('off');
  await passTime();
  const stuck = await desk.show(id);
  assert.deepEqual([stuck.state, stuck.fault?.code, stuck.conflict[0]?.after], ['done', 'expiryConflict', 'off']);
  const { items } = await desk.door.service.as(operator)(routes.listWork, { query: {} });
  assert.equal(items.filter(({ kind }) => kind === 'changeNotEnded').length, 1);
  await passTime(0);
  assert.equal((await desk.show(id)).history.filter(({ what }) => what === 'expiryFailed').length, 1, 'said once');
  await off('inherited');
});

test('S58, in part: a scheduled task is made by a change, runs at the first Sunday 03:00 in Japan, and is gone or as before when it is taken back', async () => {
  const monthly = { startTime: 18 * hourMs, frequencyType: 'custom', weekOfMonth: 'first', dayOfWeek: 'sunday' };
  const task = {
    ...{
      name: '月次のスキャン',
      type: 'scan-for-integrity-changes',
      scanForIntegrityChangesTaskParameters: { computerFilter: { type: 'all-computers' } },
    },
    scheduleDetails: { timeZone: 'Asia/Tokyo', recurrenceType: 'monthly', monthlyScheduleParameters: { ...monthly } },
  };
  const tasks = async () =>
    (await desk.perform(yamato, 'listScheduledTasks'))['scheduledTasks'] as {
      ID: number;
      name: string;
      nextRunTime: number;
      enabled: boolean;
    }[];
  const before = (await tasks()).length;
  const made = await desk.carryOut(yamato, { kind: 'task', task });
  assert.equal(made.state, 'done', 'no host has to confirm a plan of the manager');
  const one = (await tasks()).find(({ name }) => name === task.name)!;
  const next = new Date(one.nextRunTime + 9 * hourMs);
  assert.deepEqual(
    [next.getUTCDay(), next.getUTCHours(), next.getUTCMinutes(), next.getUTCDate() <= 7],
    [0, 3, 0, true],
  );

  const turned = await desk.carryOut(yamato, { kind: 'task', taskId: one.ID, task: { enabled: false } });
  assert.deepEqual(
    [turned.diff[0]?.field, turned.diff[0]?.before, turned.diff[0]?.after],
    ['enabled', 'true', 'false'],
  );
  assert.equal((await tasks()).find(({ ID }) => ID === one.ID)?.enabled, false);
  await desk.revert(turned.id);
  assert.equal((await tasks()).find(({ ID }) => ID === one.ID)?.enabled, true);
  await desk.revert(made.id);
  assert.equal((await tasks()).length, before);
  await refusedWith(desk.ask(yamato, { kind: 'task', taskId: 999_999, task: { enabled: false } }), 'not_found');
  await refusedWith(desk.ask(yamato, { kind: 'task', task: { name: 'x' } }), 'malformed');
  const { id } = await desk
    .ask(yamato, { kind: 'task', task: { ...task, type: 'no-such-type' } })
    .catch(() => ({ id: '' }));
  assert.equal(id, '', 'a type that the product does not know is no request');
});
