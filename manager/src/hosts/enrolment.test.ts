import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { agentPaths, routes } from '@sakimori/contract';
import { countRows, refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import {
  enrol,
  knock,
  makeCertificateRequest,
  readToken,
  SimulatedAgent,
  sampleFacts,
} from '../../../test/simulated-agent.ts';

let door: TestDoor;
let yamato: string;
let musashi: string;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor();
  yamato = await door.makeAccount('Yamato');
  musashi = await door.makeAccount('Musashi');
});
after(() => door.stop());

const secretOf = async (accountId: string) => readToken((await door.issueToken(accountId)).token).secret;

test('200: a token makes one host of its account; the certificate names host and account, whatever the request says', async () => {
  const agent = await door.enrolAgent(yamato, { name: 'db-01' });
  assert.equal(agent.accountId, yamato);
  const certificate = new X509Certificate(agent.keys.certificate);
  assert.equal(certificate.subject, `CN=${agent.hostId}\nO=${yamato}`);
  assert.ok(certificate.verify(new X509Certificate(agent.keys.ca).publicKey));
  const host = await door.service.as(operator)(routes.getHost, { params: { hostId: agent.hostId } });
  assert.equal(host.facts.name, 'db-01');
  assert.equal(host.accountId, yamato);
  assert.equal(host.liveness.state, 'connected');
});

test('401 token_unknown: a secret that nobody issued', async () => {
  const { answer } = await enrol(door.address, 'x'.repeat(43));
  assert.equal(answer.status, 401);
  assert.equal(answer.body['code'], 'token_unknown');
});

test('401 token_unknown: a token that was revoked', async () => {
  const { id, token } = await door.issueToken(yamato);
  await door.service.as(operator)(routes.revokeEnrolmentToken, { params: { accountId: yamato, tokenId: id } });
  const { answer } = await enrol(door.address, readToken(token).secret);
  assert.equal(answer.body['code'], 'token_unknown');
});

test('410 token_expired: a token past its hours, and not one minute before', async () => {
  const early = readToken((await door.issueToken(yamato, 1)).token).secret;
  const late = readToken((await door.issueToken(yamato, 1)).token).secret;
  door.platform.clock.advance(59 * 60_000);
  assert.equal((await enrol(door.address, early)).answer.status, 200);
  door.platform.clock.advance(60_000);
  const { answer } = await enrol(door.address, late);
  assert.equal(answer.status, 410);
  assert.equal(answer.body['code'], 'token_expired');
});

test('409 token_used: a token enrols one host, even when two come at the same moment', async () => {
  const secret = await secretOf(yamato);
  const before = await countRows(door.platform, 'hosts_host', yamato);
  const answers = await Promise.all([1, 2, 3, 4].map(() => enrol(door.address, secret)));
  assert.deepEqual(answers.map(({ answer }) => answer.status).sort(), [200, 409, 409, 409]);
  assert.equal((await enrol(door.address, secret)).answer.body['code'], 'token_used');
  assert.equal(await countRows(door.platform, 'hosts_host', yamato), before + 1);
});

test('400 certificate_request_invalid: the token is not spent on a request that is none', async () => {
  const secret = await secretOf(yamato);
  const { certificateRequest } = await makeCertificateRequest();
  const forged = certificateRequest.replace(
    /^([\s\S]{200})(.)/,
    (_, head: string, last: string) => head + (last === 'A' ? 'B' : 'A'),
  );
  for (const request of ['', 'not PEM', forged]) {
    const body = { secret, certificateRequest: request, facts: sampleFacts() };
    const answer = await knock(door.address, { rejectUnauthorized: false }, 'POST', agentPaths.enrol, body);
    assert.equal(answer.status, 400, JSON.stringify(answer));
    assert.equal(answer.body['code'], 'certificate_request_invalid');
  }
  assert.equal((await enrol(door.address, secret)).answer.status, 200);
});

test('400, 413: facts that are not facts, and a body that is no enrolment', async () => {
  const body = { secret: await secretOf(yamato), certificateRequest: 'x', facts: { name: '' } };
  const malformed = await knock(door.address, { rejectUnauthorized: false }, 'POST', agentPaths.enrol, body);
  assert.equal(malformed.body['code'], 'malformed');
  const large = Buffer.alloc(300_000, 'x');
  const answer = await knock(door.address, { rejectUnauthorized: false }, 'POST', agentPaths.enrol, large);
  assert.equal(answer.status, 413);
});

test('a name with characters that no database keeps is kept as far as it can be', async () => {
  const name = 'web\u0000\ud800\t"\\日本🛡';
  const agent = await SimulatedAgent.enrol((await door.issueToken(yamato)).token, sampleFacts({ name }));
  const host = await door.service.as(operator)(routes.getHost, { params: { hostId: agent.hostId } });
  assert.equal(host.facts.name, 'web\ufffd\ufffd\t"\\日本🛡');
});

test('tokens: listed without secret, revoked once unused, not when used, not through another account', async () => {
  const call = door.service.as(operator);
  const account = await door.makeAccount('Tokens');
  const unused = await door.issueToken(account);
  const used = await door.issueToken(account);
  const agent = await SimulatedAgent.enrol(used.token);
  const { items } = await call(routes.listEnrolmentTokens, { params: { accountId: account } });
  assert.deepEqual(new Set(items.map((item) => item.id)), new Set([unused.id, used.id]));
  assert.ok(!JSON.stringify(items).includes(readToken(unused.token).secret));
  assert.equal(items.find((item) => item.id === used.id)?.usedByHostId, agent.hostId);
  const revoke = (accountId: string, tokenId: string) =>
    call(routes.revokeEnrolmentToken, { params: { accountId, tokenId } });
  await refusedWith(revoke(account, used.id), 'wrong_state');
  await refusedWith(revoke(musashi, unused.id), 'not_found');
  await revoke(account, unused.id);
});

test('404: a token for an account that is not there', async () => {
  const accountId = '019ab000-0000-7000-8000-000000000000';
  await refusedWith(
    door.service.as(operator)(routes.createEnrolmentToken, { params: { accountId }, body: {} }),
    'not_found',
  );
  await refusedWith(door.service.as(operator)(routes.listEnrolmentTokens, { params: { accountId } }), 'not_found');
});

test('S12: a customer sees the hosts of its own account alone, issues no token and retires no host', async () => {
  const mine = await door.enrolAgent(musashi);
  const theirs = await door.enrolAgent(yamato);
  const customer = door.service.as(actorOf('customer-admin', musashi));
  const { items } = await customer(routes.listHosts);
  assert.ok(items.some((host) => host.id === mine.hostId));
  assert.ok(items.every((host) => host.accountId === musashi));
  assert.deepEqual((await customer(routes.listHosts, { query: { accountId: yamato } })).items, []);
  await refusedWith(customer(routes.getHost, { params: { hostId: theirs.hostId } }), 'not_found');
  for (const accountId of [musashi, yamato]) {
    await refusedWith(customer(routes.createEnrolmentToken, { params: { accountId }, body: {} }), 'forbidden');
    await refusedWith(customer(routes.listEnrolmentTokens, { params: { accountId } }), 'forbidden');
  }
  for (const { hostId } of [mine, theirs])
    await refusedWith(customer(routes.retireHost, { params: { hostId }, body: { reason: 'x' } }), 'forbidden');
});

test('what was done stands in the audit of the account, with the agent or the person who did it', async () => {
  const account = await door.makeAccount('Audited');
  const agent = await door.enrolAgent(account, { name: 'audited-01' });
  const call = door.service.as(operator);
  await call(routes.retireHost, { params: { hostId: agent.hostId }, body: { reason: 'replaced' } });
  const { items } = await call(routes.listAudit, { query: { accountId: account } });
  const deeds = items.map((entry) => `${entry.actorKind} ${entry.action}`).sort();
  assert.deepEqual(deeds, [
    'agent certificate.issued',
    'agent configuration.created',
    'agent host.enrolled',
    'person host.retired',
    'person token.issued',
  ]);
  assert.ok(!JSON.stringify(items).includes('PRIVATE'));
  await refusedWith(
    call(routes.retireHost, { params: { hostId: agent.hostId }, body: { reason: 'again' } }),
    'wrong_state',
  );
});
