import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentPaths, type EnrolmentToken, routes } from '@sakimori/contract';
import { countRows, refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { type Answer, enrol, knock, makeCertificateRequest, sampleFacts } from '../../../test/simulated-agent.ts';
import { selectComputers } from '../configuration/index.ts';
import { sql } from '../platform/index.ts';
import { changeConfiguration } from '../policies/index.ts';
import { type DeploymentPurpose, issueDeploymentToken } from './index.ts';

let door: TestDoor;
let yamato: string;
let musashi: string;
const operator = actorOf('operator');
const purpose: DeploymentPurpose = { policy: { number: 1, name: 'Base Policy' } };

before(async () => {
  door = await startTestDoor();
  yamato = await door.makeAccount('Yamato');
  musashi = await door.makeAccount('Musashi');
});
after(() => door.stop());

const issue = (accountId: string, more: { hostsMax?: number; validHours?: number; purpose?: DeploymentPurpose } = {}) =>
  door.platform.database.asProvider((tx) =>
    issueDeploymentToken(tx, door.platform, {
      ...{ accountId, actor: operator, hostsMax: 1000, validHours: 24, purpose },
      ...more,
    }),
  );
const codeOf = ({ answer }: { answer: Answer }) => answer.body['code'];
const tokensOf = async (accountId: string): Promise<EnrolmentToken[]> =>
  (await door.service.as(operator)(routes.listEnrolmentTokens, { params: { accountId } })).items;

test('a deployment token lets in as many hosts as it may, not one more, though they all come at once', async () => {
  const account = await door.makeAccount('Fleet');
  const { id, secret } = await issue(account, { hostsMax: 5 });
  assert.match(secret, /^[\da-f-]{36}$/);
  const names = Array.from({ length: 12 }, (_, index) => `fleet-${index}`);
  const answers = await Promise.all(names.map((name) => enrol(door.address, secret, sampleFacts({ name }))));
  assert.equal(answers.filter(({ answer }) => answer.status === 200).length, 5);
  assert.deepEqual(new Set(answers.map(codeOf)), new Set([undefined, 'token_exhausted']));
  assert.equal(await countRows(door.platform, 'hosts_host', account), 5);
  const [token] = await tokensOf(account);
  assert.deepEqual([token?.id, token?.kind, token?.usesMax, token?.usedCount], [id, 'deployment', 5, 5]);
  assert.deepEqual(token?.policy, purpose.policy);
});

test('its hosts begin with the policy and in the group that it names; those that are gone meanwhile are let be', async () => {
  const by = { accountId: yamato, actor: operator, reason: 'set up by a test' };
  const group = await changeConfiguration(door.platform, by, (edit) =>
    edit.insert('ComputerGroup', { name: 'Web servers' }),
  );
  const { secret } = await issue(yamato, { purpose: { ...purpose, group: { number: group, name: 'Web servers' } } });
  await enrol(door.address, secret, sampleFacts({ name: 'placed' }));
  const computers = (name: string) =>
    door.platform.database.as(yamato, (tx) => selectComputers(tx, yamato, sql`and c.host_name = ${name}`));
  const [placed] = await computers('placed');
  assert.deepEqual([placed?.policy_id, placed?.group_id], [1, group]);
  const gone = { policy: { number: 987_654, name: 'Gone' }, group: { number: 987_654, name: 'Gone' } };
  await enrol(door.address, (await issue(yamato, { purpose: gone })).secret, sampleFacts({ name: 'unplaced' }));
  const [unplaced] = await computers('unplaced');
  assert.ok(unplaced?.policy_id && unplaced.policy_id !== 987_654);
  assert.equal(unplaced.group_id, null);
});

test('it may be revoked after its first hosts, expires, and is refused where the script names another account', async () => {
  const { id, secret } = await issue(yamato);
  const foreign = await enrolFor(musashi, secret);
  assert.equal(foreign.body['code'], 'token_unknown');
  assert.equal((await enrolFor(yamato, secret)).status, 200);
  const revoke = (accountId: string) =>
    door.service.as(operator)(routes.revokeEnrolmentToken, { params: { accountId, tokenId: id } });
  await refusedWith(revoke(musashi), 'not_found');
  await revoke(yamato);
  assert.equal(codeOf(await enrol(door.address, secret)), 'token_unknown');
  const late = await issue(yamato, { validHours: 2 });
  door.platform.clock.advance(2 * 3_600_000);
  assert.equal(codeOf(await enrol(door.address, late.secret)), 'token_expired');
});

async function enrolFor(accountId: string, secret: string): Promise<Answer> {
  const { certificateRequest } = await makeCertificateRequest();
  const body = { secret, accountId, certificateRequest, facts: sampleFacts() };
  return knock(door.address, { rejectUnauthorized: false }, 'POST', agentPaths.enrol, body);
}

test('what it is for stands in the audit, its secret nowhere; ordinary tokens stay good for one host', async () => {
  const account = await door.makeAccount('Audited scripts');
  const { secret } = await issue(account);
  const { items } = await door.service.as(operator)(routes.listAudit, { query: { accountId: account } });
  const entry = items.find(({ action }) => action === 'token.issued');
  assert.deepEqual(
    { ...entry?.facts, expiresAt: '' },
    { kind: 'deployment', usesMax: 1000, expiresAt: '', policy: purpose.policy },
  );
  assert.ok(!JSON.stringify([items, await tokensOf(account)]).includes(secret));
  await door.issueToken(account);
  const ordinary = (await tokensOf(account)).find(({ kind }) => kind === 'host');
  assert.deepEqual([ordinary?.usesMax, ordinary?.usedCount], [1, 0]);
  await assert.rejects(
    door.platform.database.asProvider((tx) => tx.run(sql`update hosts_token set uses_max = 2 where purpose is null`)),
    /hosts_token_once/,
  );
});
