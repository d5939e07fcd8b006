import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Driver } from './driver.ts';
import { startWorkload, type Workload } from './world.ts';

let workload: Workload;
before(async () => {
  workload = await startWorkload();
});
after(() => workload?.system.stop());

async function makeAccount(name: string, plan: 'standard' | 'highend'): Promise<Driver> {
  const { admin } = workload.system;
  const account = await admin(routes.createAccount, { body: { customerName: 'ヤマト株式会社', name, plan } });
  const body = { name: 'desk', roleId: 1 };
  const { secret } = await admin(routes.createWorkloadKey, { params: { accountId: account.id }, body });
  return workload.api.as(secret);
}

test('S20: a customer with two plans has two accounts with keys of their own, and neither key reaches the other account', async () => {
  const standard = await makeAccount('yamato-std', 'standard');
  const highend = await makeAccount('yamato-high', 'highend');
  assert.notEqual(standard.key, highend.key);
  const made = await standard.call('createComputer', {}, { body: { hostName: 'std-01' } });
  const hosts = async (api: Driver) => {
    const { computers } = await api.call<{ computers: ApiObject[] }>(
      'listComputers',
      {},
      { query: { expand: ['none'] } },
    );
    return computers.map(({ hostName }) => hostName);
  };
  assert.deepEqual([await hosts(standard), await hosts(highend)], [['std-01'], []]);
  await highend.refused(404, 'describeComputer', { computerID: made['ID'] as number });
  const { apiKeys } = await highend.call<{ apiKeys: ApiObject[] }>('listApiKeys');
  assert.deepEqual(
    apiKeys.map(({ keyName }) => keyName),
    ['desk'],
  );
  const guids = [standard, highend].map(async (api) => (await api.call('describeCurrentApiKey'))['tenantGUID']);
  assert.equal(new Set(await Promise.all(guids)).size, 2);
});
