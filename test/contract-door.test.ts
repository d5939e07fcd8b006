import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { type ManagerInProcess, startManagerInProcess } from './manager-in-process.ts';

let system: ManagerInProcess;
before(async () => {
  system = await startManagerInProcess();
});
after(() => system?.stop());

test('S18: at the agents’ door, a server without support Gold or Platinum is not let in, and hears the clause', async () => {
  const { accountId } = await system.makeAccount('door');
  const before = await system.enrol(accountId, { name: 'anything' });
  assert.ok(before, 'without a contract nothing is asked');
  const params = { accountId };
  const startsOn = '2026-01-01';
  await system.admin(routes.createContract, { params, body: { number: 'C-1', plan: 'standard', nodes: 2, startsOn } });
  const server = (name: string, support: 'gold' | 'silver') =>
    system.admin(routes.createServer, { params, body: { name, support, basicFrom: startsOn, supportFrom: startsOn } });
  await server('gold-1', 'gold');
  await server('silver-1', 'silver');
  await system.enrol(accountId, { name: 'gold-1' });
  for (const name of ['silver-1', 'nobody'])
    await assert.rejects(system.enrol(accountId, { name }), /prerequisite_missing.*§4\(2\)-5.*“Gold” or “Platinum”/);
  const { items } = await system.admin(routes.listHosts, { query: { accountId } });
  assert.deepEqual(items.map(({ facts }) => facts.name).sort(), ['anything', 'gold-1']);
});
