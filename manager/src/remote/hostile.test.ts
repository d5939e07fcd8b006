import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import test, { after, before } from 'node:test';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { actorOf } from '../../../test/service.ts';
import { Editions } from '../editions/index.ts';
import { Authority } from '../hosts/index.ts';
import { listComputers } from './computer.ts';
import { RemoteFault } from './fault.ts';
import { attachRemote, listRemotes, RemoteDesk } from './remotes.ts';
import { runSync } from './sync.ts';

/** Answers that no honest tenant gives: none may hang, fill the memory, be believed, or find its way into the error. */
let platform: TestPlatform;
let remote: RemoteDesk;
let server: Server;
let accountId: string;
let answer: (asked: IncomingMessage, reply: ServerResponse) => void;
const asked: { url: string; key: string | undefined; method: string }[] = [];
const waited: number[] = [];
const apiKey = '2:a-secret-that-nobody-may-see-0123456789';

before(async () => {
  platform = await startTestPlatform(new Date().toISOString(), {
    SAKIMORI_REMOTE_ALLOWED_ADDRESSES: '127.0.0.1',
    SAKIMORI_REMOTE_REQUESTS_PER_MINUTE: '60',
  });
  const desk = { platform, editions: Editions.read(platform.config) };
  // Whoever waits for the budget moves the clock: so it is seen how long.
  remote = new RemoteDesk(desk, async (ms) => {
    waited.push(ms);
    platform.clock.advance(ms);
  });
  const authority = await Authority.open(platform.database, platform.vault, platform.clock);
  const { pem, key } = await authority.issueServer(['127.0.0.1']);
  server = createServer({ cert: pem, key }, (request, reply) => {
    const told = request.headers['api-secret-key'];
    asked.push({ url: request.url!, method: request.method!, key: typeof told === 'string' ? told : undefined });
    request.resume();
    answer(request, reply);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  accountId = await platform.makeAccount('hostile');
  await attachRemote(remote, actorOf('operator'), accountId, {
    ...{ name: 'hostile', product: 'deep-security', mode: 'ruling', reach: 'on-premises', trendTenant: '' },
    ...{ address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, certificate: authority.pem, apiKey },
  });
});
after(async () => {
  server?.closeAllConnections();
  server?.close();
  await platform?.stop();
});

const call = async (operationId = 'describeComputer', params: Record<string, number> = { computerID: 5 }) => {
  const { client } = await remote.client(accountId);
  return client.call(operationId, { params });
};
const say =
  (body: string | Buffer, status = 200, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, reply: ServerResponse) => {
    reply.writeHead(status, { 'content-type': 'application/json', ...headers });
    reply.end(body);
  };
const failsWith =
  (status: number, words: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof RemoteFault, String(error));
    assert.equal(error.status, status, error.message);
    assert.match(error.message, words);
    assert.ok(!error.message.includes(apiKey), 'the key stands in the fault');
    return true;
  };
/** Each test begins with a full bucket. */
const refill = () => platform.clock.advance(600_000);

const lies: readonly (readonly [what: string, body: string, words: RegExp])[] = [
  ['a page', '<html>Sign in</html>', /no JSON/],
  ['a list', '[]', /no JSON object/],
  ['a number', '7', /no JSON object/],
  ['half of JSON', '{"ID": 5', /no JSON/],
  ['deep JSON', '['.repeat(100_000), /no JSON/],
  ['another computer', '{"ID": 6, "hostName": "of somebody else"}', /ID 6 in place of 5/],
  ['a wrong shape', '{"ID": 5, "hostName": {"a": 1}}', /hostName/],
  ['a status that is none', '{"ID": 5, "computerStatus": "fine"}', /computerStatus/],
  ['a list that is none', '{"ID": 5, "computerStatus": {"agentStatusMessages": "Offline"}}', /agentStatusMessages/],
];
for (const [what, body, words] of lies)
  test(`${what} in place of a computer is not believed`, async () => {
    refill();
    answer = say(body);
    await assert.rejects(call(), failsWith(502, words));
  });

test('what the model does not declare is dropped, and what newer managers say in a known place is let be', async () => {
  refill();
  answer = say(
    '{"ID": 5, "hostName": "a", "deviceControl": {"state": "on"}, "computerStatus": {"agentStatus": "brand-new"}}',
  );
  assert.deepEqual(await call(), { ID: 5, hostName: 'a', computerStatus: { agentStatus: 'brand-new' } });
});

test('a redirect is not followed: the key goes nowhere else', async () => {
  refill();
  asked.length = 0;
  answer = say('', 302, { location: `https://127.0.0.1:${(server.address() as AddressInfo).port}/elsewhere` });
  await assert.rejects(call(), failsWith(502, /redirect/));
  assert.deepEqual(
    asked.map(({ url, key }) => ({ url, key })),
    [{ url: '/api/computers/5', key: apiKey }],
  );
});

test('an answer of 100 MB is left at the limit, announced or not', async () => {
  refill();
  answer = say('{}', 200, { 'content-length': String(100 * 1024 * 1024) });
  await assert.rejects(call(), failsWith(502, /larger than allowed/));
  answer = (_, reply) => {
    reply.writeHead(200, { 'content-type': 'application/json' });
    const piece = Buffer.alloc(1024 * 1024, ' ');
    let left = 100;
    const write = () => {
      while (left > 0 && !reply.destroyed) {
        left -= 1;
        if (!reply.write(piece)) return void reply.once('drain', write);
      }
      reply.end();
    };
    write();
  };
  await assert.rejects(call(), failsWith(502, /larger than allowed/));
});

test('a tenant that echoes what it was sent does not get the key into a fault', async () => {
  refill();
  answer = say(JSON.stringify({ message: `bad key ${apiKey}` }), 400);
  await assert.rejects(call(), failsWith(400, /refused this\.$/));
  answer = say(JSON.stringify({ message: 'line\u0000one\nline two' }), 400);
  await assert.rejects(call(), failsWith(400, /It says: line one line two/));
  answer = say(JSON.stringify({ message: 'Invalid API Key' }), 401);
  await assert.rejects(call(), failsWith(502, /does not accept the API key/));
  answer = say(JSON.stringify({ message: 'Not authorized to read Computers' }), 403);
  await assert.rejects(call(), failsWith(403, /Not authorized/));
});

test('a 429 is waited for as it says, one that changes too; the key rests for all', async () => {
  refill();
  waited.length = 0;
  let count = 0;
  answer = (request, reply) => {
    count += 1;
    if (count === 1) say('{"message":"Too many API requests"}', 429, { 'retry-after': '7' })(request, reply);
    else say('{"ID": 5, "name": "changed"}')(request, reply);
  };
  const { client } = await remote.client(accountId);
  const body = { description: 'x' };
  const changed = await client.call('modifyPolicy', { params: { policyID: 5 }, body });
  assert.equal(changed['name'], 'changed');
  assert.ok(waited[0]! >= 7000 && waited[0]! < 9000, `${waited[0]}`);
  refill();
  answer = say('{"message":"Too many API requests"}', 429, { 'retry-after': '3600' });
  await assert.rejects(call(), failsWith(429, /used up for now|too often/));
});

test('a read is tried again where the tenant is away for a moment; a change is not, for nobody knows what became of it', async () => {
  refill();
  asked.length = 0;
  answer = say('', 503);
  await assert.rejects(call(), failsWith(502, /status 503/));
  assert.equal(asked.length, 3);
  asked.length = 0;
  const { client } = await remote.client(accountId);
  await assert.rejects(
    client.call('modifyPolicy', { params: { policyID: 5 }, body: {} }),
    failsWith(502, /Whether it did something is not known/),
  );
  assert.equal(asked.length, 1);
});

test('one budget a key: no more calls than were agreed in a minute, whoever makes them, and people go before the background', async () => {
  refill();
  asked.length = 0;
  waited.length = 0;
  answer = say('{"ID": 5}');
  const other = new RemoteDesk(remote.desk, async () => assert.fail('waited'));
  const background = (await other.client(accountId, true)).client;
  for (let index = 0; index < 43; index += 1) await background.call('describeComputer', { params: { computerID: 5 } });
  await assert.rejects(async () => background.call('describeComputer', { params: { computerID: 5 } }), /waited/);
  for (let index = 0; index < 17; index += 1) await call();
  assert.equal(asked.length, 60);
  assert.deepEqual(waited, []);
  await call();
  assert.ok(waited.length >= 1 && waited[0]! <= 1100);
});

test('a listing that turns in circles, or says the same twice, changes nothing', async () => {
  for (const ids of [
    [3, 2],
    [4, 4],
  ]) {
    refill();
    answer = say(JSON.stringify({ computers: ids.map((ID) => ({ ID, hostName: `host-${ID}` })) }));
    await assert.rejects(runSync(remote, accountId), failsWith(502, /other objects|ID 4 twice/));
  }
  refill();
  answer = (_, reply) => say(JSON.stringify({ computers: [{ ID: 1 }], policies: 'none' }))(_, reply);
  await assert.rejects(runSync(remote, accountId), failsWith(502, /no list|policies/));
});

test('a name that leads to an inner address is not asked', async () => {
  const id = await platform.makeAccount('inner');
  await attachRemote(remote, actorOf('operator'), id, {
    ...{ name: 'inner', product: 'deep-security', mode: 'ruling', reach: 'public', trendTenant: '' },
    ...{ address: 'https://127-0-0-2.localtest.example', apiKey: 'another key that is long' },
  });
  const { client } = await remote.client(id);
  await assert.rejects(client.call('describeCurrentApiKey'), failsWith(502, /cannot be reached/));
});

test('a server whose certificate is not the pinned one gets no key', async () => {
  refill();
  const id = await platform.makeAccount('pinned');
  const { port } = server.address() as AddressInfo;
  asked.length = 0;
  await attachRemote(remote, actorOf('operator'), id, {
    ...{ name: 'pinned', product: 'deep-security', mode: 'ruling', reach: 'on-premises', trendTenant: '' },
    ...{ address: `https://127.0.0.1:${port}`, apiKey: 'a third key that is long' },
  });
  const { client } = await remote.client(id);
  await assert.rejects(client.call('describeCurrentApiKey'), failsWith(502, /not trusted/));
  assert.equal(asked.length, 0);
});

test('S13, in part: Application Control of a tenant is told to be out of scope, by how many computers have it on, and is no module of theirs', async () => {
  refill();
  const computer = (ID: number, state: string) => ({
    ...{
      ID,
      hostName: `host-${ID}`,
      computerStatus: { agentStatus: 'active', agentStatusMessages: ['Managed (Online)'] },
    },
    ...{ applicationControl: { state }, firewall: { state: 'on', moduleStatus: { agentStatus: 'active' } } },
  });
  const pages: Record<string, object> = {
    computers: { computers: [computer(1, 'on'), computer(2, 'on'), computer(3, 'off')] },
    policies: { policies: [] },
    scheduledtasks: { scheduledTasks: [] },
  };
  answer = ({ url = '' }, reply) => {
    const page = pages[/\/api\/(\w+)\/search/.exec(url)?.[1] ?? ''] ?? {};
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
  };
  await runSync(remote, accountId);
  const [tenant] = await listRemotes(platform, actorOf('operator'), accountId);
  assert.deepEqual([tenant!.computerCount, tenant!.applicationControlCount], [3, 2]);
  const computers = await platform.database.asProvider((tx) => listComputers(tx, accountId));
  assert.deepEqual(
    computers[0]!.modules.filter(({ status }) => status === 'active').map(({ module }) => module),
    ['firewall'],
  );
});
