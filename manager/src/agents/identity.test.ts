import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentPaths, routes } from '@sakimori/contract';
import pg from 'pg';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { startTestPlatform } from '../../../test/platform.ts';
import { actorOf } from '../../../test/service.ts';
import { knock, makeCertificateRequest, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { Authority } from '../hosts/index.ts';
import { sql } from '../platform/index.ts';

const dayMs = 86_400_000;
let door: TestDoor;
let account: string;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
});
after(() => door.stop());

const hostOf = (agent: SimulatedAgent) =>
  door.service.as(operator)(routes.getHost, { params: { hostId: agent.hostId } });
const retire = (agent: SimulatedAgent) =>
  door.service.as(operator)(routes.retireHost, { params: { hostId: agent.hostId }, body: { reason: 'test' } });
/** The agent's connections end and its next one is new. */
const codeOnNewConnection = async (agent: SimulatedAgent) => {
  agent.kill();
  return (await agent.get(agentPaths.policy)).body['code'];
};

test('401 certificate_missing: nothing but enrolment is open without a certificate', async () => {
  for (const [method, path] of [
    ['POST', agentPaths.heartbeat],
    ['GET', agentPaths.policy],
    ['POST', agentPaths.detections],
    ['POST', agentPaths.goodbye],
    ['POST', agentPaths.certificate],
  ] as const) {
    const answer = await knock(
      door.address,
      { rejectUnauthorized: false },
      method,
      path,
      method === 'POST' ? {} : undefined,
    );
    assert.equal(answer.status, 401, path);
    assert.equal(answer.body['code'], 'certificate_missing');
  }
});

test('401 certificate_missing: a certificate of another authority, be it valid, or expired and in the name of a host of ours', async () => {
  const agent = await door.enrolAgent(account);
  const other = await startTestPlatform();
  try {
    const theirs = await Authority.open(other.database, other.vault, other.clock);
    for (const at of [new Date(), new Date(Date.now() - 90 * dayMs)]) {
      other.clock.set(at);
      const { key, certificateRequest } = await makeCertificateRequest();
      const { pem } = await theirs.signAgent(certificateRequest, account, agent.hostId);
      const answer = await knock(door.address, { rejectUnauthorized: false, cert: pem, key }, 'GET', agentPaths.policy);
      assert.equal(answer.status, 401);
      assert.equal(answer.body['code'], 'certificate_missing');
    }
  } finally {
    await other.stop();
  }
  const { cause } = await door.platform.database.asProvider((tx) =>
    tx.one(sql<{ cause: string }>`select silence_cause as cause from hosts_host where id = ${agent.hostId}`),
  );
  assert.equal(cause, 'no_contact');
});

test('401 certificate_missing: the certificate of the door itself, and one that is signed by us but not registered', async () => {
  const { pem, key } = await door.authority.issueServer(['127.0.0.1']);
  const asServer = await knock(door.address, { rejectUnauthorized: false, cert: pem, key }, 'GET', agentPaths.policy);
  assert.equal(asServer.body['code'], 'certificate_missing');
  const request = await makeCertificateRequest();
  const unregistered = await door.authority.signAgent(
    request.certificateRequest,
    account,
    '019ab000-0000-7000-8000-000000000000',
  );
  const tls = { rejectUnauthorized: false, cert: unregistered.pem, key: request.key };
  assert.equal((await knock(door.address, tls, 'GET', agentPaths.policy)).body['code'], 'certificate_missing');
});

test('401 certificate_expired: also on a connection that was open before, and the silence says so', async () => {
  const agent = await door.enrolAgent(account);
  assert.equal((await agent.get(agentPaths.policy)).status, 200);
  door.platform.clock.advance(30 * dayMs);
  const answer = await agent.get(agentPaths.policy);
  assert.equal(answer.status, 401);
  assert.equal(answer.body['code'], 'certificate_expired');
  assert.equal(await codeOnNewConnection(agent), 'certificate_expired');
  await door.liveness.ticks![0]!.run();
  door.platform.clock.advance(1000);
  assert.equal(await codeOnNewConnection(agent), 'certificate_expired');
  const row = await door.platform.database.asProvider((tx) =>
    tx.one(sql<{ silence_cause: string }>`select silence_cause from hosts_host where id = ${agent.hostId}`),
  );
  assert.equal(row.silence_cause, 'certificate_expired');
  agent.kill();
});

test('rotation: the new certificate lets in, the old one stays good until it expires', async () => {
  const agent = await door.enrolAgent(account);
  const old = agent.keys;
  door.platform.clock.advance(20 * dayMs);
  assert.equal((await agent.rotate()).status, 200);
  assert.notEqual(agent.keys.certificate, old.certificate);
  assert.equal((await agent.get(agentPaths.policy)).status, 200);
  const renewed = agent.keys;
  agent.use(old);
  assert.equal((await agent.get(agentPaths.policy)).status, 200);
  door.platform.clock.advance(11 * dayMs);
  assert.equal(await codeOnNewConnection(agent), 'certificate_expired');
  agent.use(renewed);
  assert.equal((await agent.get(agentPaths.policy)).status, 200);
  const host = await hostOf(agent);
  assert.ok(Date.parse(host.certificateExpiresAt) > door.platform.clock.now().getTime() + 18 * dayMs);
  assert.equal(
    (await agent.post(agentPaths.certificate, { certificateRequest: 'x' })).body['code'],
    'certificate_request_invalid',
  );
  agent.kill();
});

test('429 too_many_requests: a host that asks for certificates again and again', async () => {
  const agent = await door.enrolAgent(account);
  const answers = [];
  for (let turn = 0; turn < 11; turn++) answers.push((await agent.rotate()).status);
  assert.deepEqual(answers, [...Array(9).fill(200), 429, 429]);
  door.platform.clock.advance(dayMs);
  assert.equal((await agent.rotate()).status, 200);
  agent.kill();
});

test('a retired host loses its open connection at once and is not let in again', async () => {
  const agent = await door.enrolAgent(account);
  const held = await agent.heartbeat();
  await retire(agent);
  assert.equal(await held.ended, undefined);
  const answer = await agent.get(agentPaths.policy);
  assert.equal(answer.status, 401);
  assert.equal(answer.body['code'], 'certificate_revoked');
  await door.sightings.flush();
  assert.equal((await hostOf(agent)).liveness.state, 'retired');
  agent.kill();
});

test('a revocation that was announced while the live connection was away is found when it comes back', async () => {
  const [agent, witness] = [await door.enrolAgent(account), await door.enrolAgent(account)];
  const [held, kept] = [await agent.heartbeat(), await witness.heartbeat()];
  await door.platform.database.asProvider(async (tx) => {
    await tx.run(
      sql`update hosts_certificate set revoked_at = ${door.platform.clock.now()} where serial = ${agent.serial}`,
    );
  });
  await endLiveConnection(door.platform.ownerUrl);
  for (const heartbeat of [held, kept]) assert.deepEqual(await heartbeat.ended, { reason: 'interval' });
  const ask = () => agent.get(agentPaths.policy).catch(() => undefined);
  await until(async () => (await ask())?.body['code'], 'the revoked certificate is still good on the open connection');
  assert.equal((await ask())?.body['code'], 'certificate_revoked');
  assert.equal((await witness.get(agentPaths.policy)).status, 200);
  for (const each of [agent, witness]) each.kill();
});

async function endLiveConnection(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sakimori live' and datname = current_database()`,
  );
  await client.end();
}
