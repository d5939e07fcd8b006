import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PolicyDocument, routes } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { readConfiguration, shipped } from '../configuration/index.ts';
import { sql } from '../platform/index.ts';
import { adoptContent } from './adoption.ts';
import { shippedDocument } from './preset.ts';

/** An account as an older version left it: a policy document and hosts, and no configuration. */
let door: TestDoor;
let account: string;
let agent: SimulatedAgent;
let legacyId: string;
const operator = actorOf('operator');

const own = (): PolicyDocument => {
  const { modules, ...rest } = shippedDocument('Linux Server');
  const [first, ...others] = modules.integrity.rules;
  const rule = { ...first!, id: 'shop.orders', name: { ja: '受注フォルダ', en: 'Orders' }, include: ['/srv/orders'] };
  const decoders = '<decoder name="shop"><program_name>^shop$</program_name></decoder>';
  const rules =
    '<group name="shop,"><rule id="990001" level="7"><decoded_as>shop</decoded_as><description>shop: refused</description></rule></group>';
  return {
    ...rest,
    heartbeatSeconds: 30,
    modules: {
      ...modules,
      antimalware: { state: 'on' },
      integrity: { ...modules.integrity, scanEverySeconds: 3600, rules: [...others, rule] },
      loginspection: {
        ...modules.loginspection,
        sources: [{ path: '/var/log/shop.log', format: 'syslog' }],
        decoderFiles: [{ name: 'shop.decoders.xml', xml: decoders }],
        ruleFiles: [{ name: 'shop.rules.xml', xml: rules }],
        ruleNamesJa: { '990001': '受注：拒否' },
      },
    },
  };
};

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(account);
  legacyId = (await door.service.as(operator)(routes.getHost, { params: { hostId: agent.hostId } })).policy.id;
  const document = JSON.stringify(own());
  await door.platform.database.asProvider(async (tx) => {
    await tx.run(sql`update policies_policy set number = null, name = 'Baseline', version = 7 where id = ${legacyId}`);
    await tx.run(sql`insert into policies_version (tenant_id, policy_id, version, document, created_at, created_by, reason)
      values (${account}, ${legacyId}, 7, ${document}::jsonb, ${door.platform.clock.now()}, 'operator', 'before')`);
    await tx.run(sql`delete from configuration_computer where tenant_id = ${account}`);
    await tx.run(sql`delete from configuration_account where tenant_id = ${account}`);
  });
});
after(() => door.stop());

test('a policy of an older version becomes a policy of the configuration, word for word, and its hosts become computers', async () => {
  await adoptContent(door.platform);
  const call = door.service.as(operator);
  const { document, name } = await call(routes.getPolicy, { params: { policyId: legacyId } });
  assert.equal(name, 'Baseline');
  const wanted = own();
  const byId = (rules: PolicyDocument['modules']['integrity']['rules']) =>
    [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  assert.deepEqual(byId(document.modules.integrity.rules), byId(wanted.modules.integrity.rules));
  assert.deepEqual(
    [document.heartbeatSeconds, document.modules.integrity.scanEverySeconds, document.modules.antimalware.state],
    [30, 3600, 'on'],
  );
  assert.deepEqual(document.modules.loginspection, wanted.modules.loginspection);
  const host = await call(routes.getHost, { params: { hostId: agent.hostId } });
  assert.equal(host.policy.id, legacyId, 'the host keeps its policy');
  const computer = await door.platform.database.as(account, (tx) =>
    tx.one(
      sql<{
        policy_id: number;
        host_name: string;
      }>`select policy_id, host_name from configuration_computer where tenant_id = ${account}`,
    ),
  );
  const view = await door.platform.database.as(account, (tx) => readConfiguration(tx, account));
  assert.equal(view.get('Policy', computer.policy_id)?.['name'], 'Baseline');
});

test('a second start finds nothing to do; other content than the one compiled with is compiled anew', async () => {
  const versionOf = async () =>
    (await door.service.as(operator)(routes.getPolicy, { params: { policyId: legacyId } })).version;
  const before = await versionOf();
  await adoptContent(door.platform);
  assert.equal(await versionOf(), before);
  const content = () =>
    door.platform.database.asProvider((tx) =>
      tx.one(sql<{ content: string }>`select content from configuration_account where tenant_id = ${account}`),
    );
  assert.equal((await content()).content, shipped().digest);
  await door.platform.database.asProvider((tx) =>
    tx.run(sql`update configuration_account set content = 'older' where tenant_id = ${account}`),
  );
  await adoptContent(door.platform);
  assert.equal((await content()).content, shipped().digest);
  assert.equal(await versionOf(), before, 'equal documents make no new version');
});
