import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { sql } from '@sakimori/manager/platform/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';

/** In full they are more than a connection takes at once. */
const computers = 1500;
let system: ManagerInProcess;
let base: string;
let key: string;
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });

before(async () => {
  system = await startManagerInProcess();
  const { accountId, api } = await system.makeAccount('Yamato');
  ({ base, key } = api);
  await system.platform.database.as(accountId, (tx) =>
    tx.run(sql`
      insert into configuration_computer (tenant_id, id, guid, host_name, policy_id, created_at)
      select ${accountId}, i, gen_random_uuid(), 'host-' || i, 2, now() from generate_series(1, ${computers}::integer) i`),
  );
});
after(async () => {
  agent.destroy();
  await system.stop();
});

const ask = (path: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) =>
    request(`${base}${path}`, { agent, headers: { 'api-version': 'v1', 'api-secret-key': key } }, resolve)
      .once('error', reject)
      .end(),
  );

async function readAll(response: IncomingMessage): Promise<ApiObject[]> {
  const bytes = Buffer.concat((await response.toArray()) as Buffer[]);
  assert.equal(response.statusCode, 200);
  assert.equal(bytes.length, Number(response.headers['content-length']));
  return (JSON.parse(bytes.toString()) as { computers: ApiObject[] }).computers;
}

test('a long listing arrives whole, also at a client that takes its time', async () => {
  const response = await ask('/computers?expand=all');
  assert.ok(Number(response.headers['content-length']) > 20_000_000);
  response.pause();
  await sleep(700);
  const listed = await readAll(response);
  assert.deepEqual([listed.length, listed.at(-1)?.['hostName']], [computers, `host-${computers}`]);
  assert.equal(Object.keys(listed[700]?.['computerSettings'] as ApiObject).length, 219);
});

test('the next one comes on the same connection', async () => {
  assert.equal((await readAll(await ask('/computers?expand=none'))).length, computers);
});

test('a client that goes away in the middle is nobody else’s trouble', async () => {
  const response = await ask('/computers?expand=all');
  response.on('error', () => undefined);
  response.once('data', () => response.destroy());
  await new Promise((resolve) => response.once('close', resolve));
  assert.equal((await readAll(await ask('/computers?expand=all'))).length, computers);
  assert.doesNotMatch(system.logged(), /a call of the Workload Security API failed/);
});
