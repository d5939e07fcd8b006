import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Change, type ChangeWish, routes } from '@sakimori/contract';
import { type RealAgent, startAgent, until } from './system.ts';
import { startWorkload, type Workload } from './workload-security/world.ts';

/** A change carried through on a real agent by the desk: applied, reported by the host, taken back. */
let workload: Workload;
let agent: RealAgent;
let accountId: string;
let [policyID, ruleID, markID] = [0, 0, 0];
const folder = mkdtempSync(join(tmpdir(), 'sakimori-change-'));
const [cache, live, mark] = ['cache', 'live', 'mark'].map((name) => join(folder, name)) as [string, string, string];
const files = [1, 2, 3]
  .map((number) => join(cache, `${number}.conf`))
  .concat([1, 2].map((number) => join(live, `${number}.conf`)));
const marker = join(mark, 'mark.conf');

before(async () => {
  for (const one of [cache, live, mark]) mkdirSync(one);
  for (const file of [...files, marker]) writeFileSync(file, 'before\n');
  workload = await startWorkload();
  const { api, system } = workload;
  accountId = (await system.admin(routes.listAccounts)).items[0]!.id;
  const rule = async (name: string, fileBaseDirectory: string) => {
    const body = { name, template: 'file', severity: 'medium', fileBaseDirectory, fileIncludeSubDirectories: true };
    return (await api.call('createIntegrityMonitoringRule', {}, { body: { ...body, fileIncludedValues: ['*.conf'] } }))[
      'ID'
    ] as number;
  };
  [ruleID, markID] = [await rule('Ruled', folder), await rule('Marker', mark)];
  const integrityMonitoring = { state: 'real-time', ruleIDs: [markID] };
  policyID = (await api.call('createPolicy', {}, { body: { name: 'Ruled', integrityMonitoring } }))['ID'] as number;
  agent = await startAgent(system, accountId);
  const [computer] = (await api.call('listComputers', {}, { query: { expand: ['none'] } }))['computers'] as {
    ID: number;
  }[];
  await api.call('modifyComputer', { computerID: computer!.ID }, { body: { policyID } });
  await until(async () => {
    const { policy } = await host();
    return policy.appliedVersion === policy.assignedVersion && policy.name === 'Ruled' ? true : undefined;
  }, 'the host did not apply its policy');
});
after(async () => {
  await agent?.remove();
  await workload?.system.stop();
  rmSync(folder, { recursive: true, force: true });
});

const host = () => workload.system.admin(routes.getHost, { params: { hostId: agent.hostId } });
const show = (changeId: string) => workload.system.admin(routes.getChange, { params: { changeId } });
const reaches = (id: string, ...states: Change['state'][]) =>
  until(
    async () => {
      const change = await show(id);
      return states.includes(change.state) ? change : undefined;
    },
    `the change does not become ${states.join(' or ')}`,
    90_000,
  );
async function carryOut(wish: ChangeWish): Promise<Change> {
  const asked = await workload.system.admin(routes.createChange, {
    params: { accountId },
    body: { wish, reason: 'as asked' },
  });
  await workload.system.operator(routes.approveChange, { params: { changeId: asked.id }, body: {} });
  await workload.system.operator(routes.applyChange, { params: { changeId: asked.id } });
  const done = await reaches(asked.id, 'done', 'failed');
  assert.equal(done.state, 'done', JSON.stringify(done.hosts));
  return done;
}
const paths = async (): Promise<string[]> =>
  (await workload.system.admin(routes.listDetections, { query: { hostId: agent.hostId, limit: 500 } })).items
    .filter(({ module, kind }) => module === 'integrity' && kind === 'file.modified')
    .map(({ file }) => file!.path);
const below = (found: readonly string[], place: string) => found.filter((path) => path.startsWith(`${place}/`)).length;
/** Changes files, and the marker last: once it was found, whatever was to be found before has been. */
async function change(which: readonly string[]): Promise<string[]> {
  const seen = (await paths()).filter((path) => path === marker).length;
  for (const file of which) appendFileSync(file, 'more\n');
  await new Promise((resolve) => setTimeout(resolve, 2500));
  appendFileSync(marker, 'more\n');
  return until(
    async () => {
      const found = await paths();
      return found.filter((path) => path === marker).length > seen ? found : undefined;
    },
    'the marker was not found',
    60_000,
  );
}

test('S54: a policy change of the desk is carried through on a real agent, which reports the version, and is rolled back', async () => {
  const versionBefore = (await host()).policy.appliedVersion!;
  assert.equal(below(await change(files), cache), 0, 'the rule is not in force before');
  const done = await carryOut({
    kind: 'policy',
    policyId: policyID,
    rules: { integrityMonitoring: { add: [ruleID], remove: [markID] } },
  });
  const version = (await host()).policy.appliedVersion!;
  assert.ok(version > versionBefore);
  assert.deepEqual(
    done.hosts.map(({ state, version: said }) => [state, said]),
    [['confirmed', version]],
  );
  assert.deepEqual(
    done.diff.map(({ before, after }) => before ?? after),
    [`Marker (${markID})`, `Ruled (${ruleID})`],
  );
  assert.ok(below(await change(files), cache) >= 3, 'the rule is in force');

  await workload.system.operator(routes.revertChange, { params: { changeId: done.id }, body: { reason: 'as it was' } });
  const reverted = await reaches(done.id, 'reverted');
  assert.deepEqual([reverted.fault, reverted.hosts[0]?.state], [undefined, 'confirmed']);
  assert.ok((await host()).policy.appliedVersion! > version);
  const found = below(await paths(), cache);
  assert.equal(below(await change(files), cache), found, 'what was before is in force again');
});

test('S57: the preview counts what is suppressed afterwards on a real agent, and the end of the exclusion re-enables it by itself', async () => {
  const both = await carryOut({
    kind: 'policy',
    policyId: policyID,
    rules: { integrityMonitoring: { add: [ruleID] } },
  });
  assert.equal(both.state, 'done');
  // Ruled watches the marker as well: each of its changes is found by both rules.
  const found = await change(files);
  const [inCache, inLive] = [below(found, cache), below(found, live)];
  const made = [3, 2];
  const until20s = new Date(Date.now() + 45_000).toISOString();
  const wish: ChangeWish = {
    kind: 'exclusion',
    hostId: agent.hostId,
    what: { module: 'integrity', paths: [cache] },
    until: until20s,
  };
  const excluded = await carryOut(wish);
  assert.equal(excluded.preview?.suppressed, inCache, 'of the last 30 days');
  const during = await change(files);
  const suppressed = made[0]! - (below(during, cache) - inCache);
  assert.deepEqual(
    [suppressed, below(during, live) - inLive],
    made,
    'as many as were changed in the folder, and none beside',
  );

  const over = await reaches(excluded.id, 'reverted');
  assert.equal(over.revertedBy, 'Sakimori');
  const afterwards = await change(files);
  assert.equal(below(afterwards, cache) - inCache, made[0], 'the folder is watched again');
  const { items } = await workload.system.admin(routes.listAudit, { query: { accountId, limit: 100 } });
  assert.ok(items.some(({ action, actorName }) => action === 'change.reverting' && actorName === 'Sakimori'));
});
