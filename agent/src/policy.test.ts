import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Module, modules } from '@sakimori/contract/module';
import type { AssignedPolicy } from '@sakimori/contract/policy';
import { type Engine, PolicyFault } from './engines/engine.ts';
import { type Engines, PolicyKeeper } from './policy.ts';
import { offPolicy } from './test-manager.ts';
import type { Transport } from './transport.ts';

const folder = fs.mkdtempSync(join(tmpdir(), 'policy-'));
after(() => fs.rmSync(folder, { recursive: true }));
const id = '0190a000-0000-7000-8000-000000000001';

/** Six engines that only note what they were given; `fail` decides which of them cannot. */
function setUp(fail: (module: Module, state: string) => Error | undefined) {
  const given: string[] = [];
  const told: string[] = [];
  const engine = (module: Module): Engine => ({
    module,
    async apply(policy) {
      const error = fail(module, policy.state);
      if (error) throw error;
      given.push(`${module} ${policy.state}`);
    },
    status: () => ({ module, state: 'active', causes: [], figures: {} }),
    stop: async () => {},
  });
  const engines = Object.fromEntries(modules.map((module) => [module, engine(module)])) as unknown as Engines;
  const keeper = new PolicyKeeper({
    engines,
    log: () => {},
    cachePath: join(folder, 'none.json'),
    writeCache: async () => {},
    tell: async ({ title }) => void told.push(title),
  });
  return { keeper, given, told };
}

/** A manager that has just this one answer. */
const answering = (answer: unknown) => ({ call: async () => answer }) as unknown as Transport;

function policyOf(version: number, state: 'on' | 'off'): AssignedPolicy {
  const engine = { state };
  return {
    policyId: id,
    version,
    document: { ...offPolicy, modules: { ...offPolicy.modules, antimalware: engine, firewall: engine } },
  };
}

test('S38, in part: when one engine cannot carry a policy out, all go back to the one before', async () => {
  const { keeper, given, told } = setUp((module, state) =>
    module === 'firewall' && state === 'on' ? new PolicyFault('this rule is not possible') : undefined,
  );
  assert.equal(await keeper.follow({ id, version: 1 }, answering(policyOf(1, 'off'))), true);
  given.length = 0;
  assert.equal(await keeper.follow({ id, version: 2 }, answering(policyOf(2, 'on'))), true);
  assert.deepEqual(given, ['antimalware on', 'webreputation off', 'antimalware off', 'webreputation off']);
  assert.deepEqual(keeper.acknowledgement, { id, version: 1, problem: 'firewall: this rule is not possible' });
  assert.equal(
    await keeper.follow({ id, version: 2 }, answering(policyOf(2, 'on'))),
    false,
    'it is not asked for again',
  );
  assert.equal(told.length, 1);
  assert.equal(await keeper.follow({ id, version: 3 }, answering(policyOf(3, 'off'))), true);
  assert.deepEqual(keeper.acknowledgement, { id, version: 3 });
});

test('a changed policy is taken unless it is the one in force, and one that is just being taken is not fetched again', async () => {
  const { keeper, given } = setUp(() => undefined);
  await keeper.fetchChanged(answering(policyOf(1, 'off')));
  assert.deepEqual([given.length, keeper.acknowledgement], [modules.length, { id, version: 1 }]);
  await keeper.fetchChanged(answering(policyOf(1, 'off')));
  assert.equal(given.length, modules.length);
  const taking = keeper.fetchChanged(answering(policyOf(2, 'on')));
  await Promise.resolve();
  const never = { call: () => assert.fail('it was fetched twice') } as unknown as Transport;
  assert.equal(await keeper.follow({ id, version: 2 }, never), true);
  await taking;
  assert.deepEqual([given.length, keeper.acknowledgement], [2 * modules.length, { id, version: 2 }]);
});

test('a failure of the host, not of the policy, is tried again and told once', async () => {
  let isFull = true;
  const { keeper, told } = setUp((module) =>
    module === 'integrity' && isFull ? new Error('database or disk is full') : undefined,
  );
  const transport = answering(policyOf(1, 'off'));
  assert.equal(await keeper.follow({ id, version: 1 }, transport), true);
  assert.equal(await keeper.follow({ id, version: 1 }, transport), false);
  assert.deepEqual(keeper.acknowledgement, { id, version: 0, problem: 'integrity: database or disk is full' });
  assert.equal(told.length, 1);
  isFull = false;
  assert.equal(await keeper.follow({ id, version: 1 }, transport), true);
  assert.deepEqual(keeper.acknowledgement, { id, version: 1 });
});
