import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  type Answer,
  type Asked,
  makeServiceAccount,
  startAwsCloud,
  startGcpCloud,
  startServer,
  startVCenter,
} from '../../../test/clouds/index.ts';
import { patience } from '../../../test/patience.ts';
import { ManualClock } from '../platform/index.ts';
import { listEc2 } from './aws.ts';
import { ConnectorFault, type FaultKind } from './fault.ts';
import { listGcp } from './gcp.ts';
import type { Limits } from './limits.ts';
import { listVCenter } from './vcenter.ts';

/**
 * Answers that no honest cloud gives, to each of the clients: at the door (where the credentials are sent) and after it. None may hang,
 * fill the memory, be believed, or find its way into the error.
 */
const clock = new ManualClock('2026-11-20T09:00:00Z');
const secret = (): string => randomBytes(24).toString('base64url');
const keys = { accessKey: 'AKIAEXAMPLEEXAMPLE01', secretKey: secret(), sessionToken: secret() };
const account = makeServiceAccount();
const login = { username: 'watch@vsphere.local', password: secret() };
const limits: Partial<Limits> = {
  firstWaitMs: 1,
  waitMsMax: 5,
  triesMax: 2,
  timeoutMs: 5000,
  replyBytesMax: 1024 * 1024,
};

const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, depth) => `<!ENTITY lol${depth + 1} "${`&lol${depth || ''};`.repeat(10)}">`,
).join('')}]><DescribeRegionsResponse>&lol9;</DescribeRegionsResponse>`;

type Attack = {
  readonly name: string;
  readonly kinds: readonly FaultKind[];
  /** Of one request, where the attack is to wait. */
  readonly timeoutMs?: number;
  readonly answer: (asked: Asked) => Answer;
};
const attacks: readonly Attack[] = [
  { name: 'an XML bomb', kinds: ['malformed'], answer: () => ({ body: bomb }) },
  {
    name: 'an external entity',
    kinds: ['malformed'],
    answer: () => ({ body: '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>' }),
  },
  { name: 'deep XML', kinds: ['malformed'], answer: () => ({ body: '<a>'.repeat(100_000) }) },
  { name: 'deep JSON', kinds: ['malformed'], answer: () => ({ body: '['.repeat(100_000) }) },
  { name: 'neither XML nor JSON', kinds: ['malformed'], answer: () => ({ body: 'Hello <b>world' }) },
  { name: 'nothing', kinds: ['malformed'], answer: () => ({ body: '' }) },
  {
    name: 'other types of JSON',
    kinds: ['malformed'],
    answer: () => ({ body: '{"__proto__":{"a":1},"projects":"x"}' }),
  },
  {
    name: 'a number for a token',
    kinds: ['malformed'],
    answer: () => ({ body: '{"access_token":7,"token_type":"Bearer"}' }),
  },
  {
    name: 'text that is not UTF-8',
    kinds: ['malformed'],
    answer: () => ({ body: Buffer.from([0x3c, 0xff, 0xfe, 0x3e]) }),
  },
  {
    name: 'compression that was not asked for',
    kinds: ['malformed'],
    answer: () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50 * 1024 * 1024)) }),
  },
  { name: '50 MB', kinds: ['too-large'], answer: () => ({ body: Buffer.alloc(50 * 1024 * 1024, 'a') }) },
  { name: 'a stream without end', kinds: ['too-large'], answer: () => ({ raw: streamForever }) },
  { name: 'silence', kinds: ['timeout'], timeoutMs: 200, answer: () => ({ raw: () => {} }) },
  {
    name: 'a body that stops halfway',
    kinds: ['timeout'],
    timeoutMs: 200,
    answer: () => ({ raw: (response) => response.writeHead(200, { 'content-length': '100' }).write('<a>') }),
  },
  {
    name: 'a connection that breaks',
    kinds: ['unreachable'],
    answer: () => ({ raw: (response) => response.destroy() }),
  },
  {
    name: 'a body that breaks',
    kinds: ['unreachable'],
    answer: () => ({
      raw: (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('<a>', () => response.destroy());
      },
    }),
  },
  {
    name: 'what is not HTTP',
    kinds: ['malformed', 'unreachable'],
    answer: () => ({ raw: (response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n') }),
  },
  { name: 'headers without end', kinds: ['malformed'], answer: () => ({ headers: { x: 'y'.repeat(60_000) } }) },
  { name: 'an error that echoes what it was sent', kinds: ['failed'], answer: echo },
  {
    name: 'a refusal that echoes what it was sent',
    kinds: ['forbidden'],
    answer: (asked) => ({ ...echo(asked), status: 403 }),
  },
];

function streamForever(response: {
  write(piece: Buffer): boolean;
  once(event: 'drain', next: () => void): unknown;
}): void {
  const piece = Buffer.alloc(64 * 1024, '<');
  const more = (): void => {
    if (response.write(piece)) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}

/** Everything that was sent, as code of an error in each of the forms. */
function echo({ headers, body, path }: Asked): Answer {
  const sent = `${JSON.stringify(headers)} ${body} ${path} ${Buffer.from(String(headers.authorization).slice(6), 'base64')}`;
  const text = sent.replace(/[<&]/g, '');
  if (headers['content-type']?.includes('urlencoded') && headers['x-amz-date'])
    return {
      status: 400,
      body: `<Response><Errors><Error><Code>${text}</Code><Message>${text}</Message></Error></Errors></Response>`,
    };
  return {
    status: 400,
    body: JSON.stringify({ error: { status: sent, message: sent }, error_type: sent, __type: sent }),
  };
}

type Client = {
  readonly name: string;
  readonly secrets: readonly string[];
  readonly list: (endpoint: string, limits: Partial<Limits>) => Promise<unknown>;
};
const clients: readonly Client[] = [
  {
    name: 'AWS',
    secrets: [keys.secretKey, keys.sessionToken],
    list: (endpoint, limits) => listEc2({ keys, clock, endpoint, limits, workspacesEnabled: true }),
  },
  {
    name: 'GCP',
    secrets: [account.base64, account.privateKey.split('\n')[3]!, 'ya29.', 'eyJ'],
    list: (endpoint, limits) => listGcp({ serviceAccount: account.base64, clock, endpoint, limits }),
  },
  {
    name: 'vCenter',
    secrets: [login.password, Buffer.from(`${login.username}:${login.password}`).toString('base64'), 'session-token-1'],
    list: (endpoint, limits) => listVCenter({ host: 'vcenter.example', ...login, endpoint, limits }),
  },
];

/** The fault in all that a log or an API could show of it. */
const shown = (fault: Error): string =>
  [fault.message, fault.stack, JSON.stringify(fault), inspect(fault, { depth: 10, showHidden: true })].join('\n');

async function faultOf(client: Client, endpoint: string, timeoutMs = 5000): Promise<ConnectorFault> {
  const startedMs = performance.now();
  const fault = await client.list(endpoint, { ...limits, timeoutMs }).then(
    () => assert.fail('the listing believed it'),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof ConnectorFault, inspect(fault));
  assert.ok(performance.now() - startedMs < patience(15_000));
  for (const secretText of client.secrets)
    assert.ok(!shown(fault).includes(secretText), `a secret in: ${shown(fault)}`);
  assert.match(fault.message, /^[A-Z].+\.$/);
  return fault;
}

for (const client of clients)
  for (const attack of attacks)
    test(`${client.name} at the door: ${attack.name}`, async (t) => {
      const server = await startServer(attack.answer);
      t.after(() => server.close());
      const fault = await faultOf(client, server.url, attack.timeoutMs);
      assert.ok(attack.kinds.includes(fault.kind), `${fault.kind}: ${fault.message}`);
    });

/** Clouds that are honest at the door and attack behind it. */
async function startInside(t: TestContext, client: string, attack: Attack): Promise<string> {
  const server =
    client === 'AWS'
      ? await startAwsCloud({
          clock,
          keys: { [keys.accessKey]: { ...keys, account: '111122223333' } },
          regions: {},
          instead: (action, _, asked) => (action === 'DescribeRegions' ? attack.answer(asked) : undefined),
        })
      : client === 'GCP'
        ? await startGcpCloud({
            clock,
            clientEmail: account.clientEmail,
            publicKey: account.publicKey,
            projects: undefined,
            instances: {},
            instead: (asked) => (asked.path.endsWith('/instances') ? attack.answer(asked) : undefined),
          })
        : await startVCenter({
            ...login,
            datacenters: {},
            hosts: {},
            machines: [],
            instead: (asked) => (asked.path === '/api/vcenter/datacenter' ? attack.answer(asked) : undefined),
          });
  t.after(() => server.close());
  return server.url;
}

for (const client of clients)
  for (const attack of attacks)
    test(`${client.name} behind the door: ${attack.name}`, async (t) => {
      const fault = await faultOf(client, await startInside(t, client.name, attack), attack.timeoutMs);
      assert.ok(attack.kinds.includes(fault.kind), `${fault.kind}: ${fault.message}`);
    });

test('a redirect is not followed, wherever it leads', async (t) => {
  const other = await startServer(() => ({ body: '{}' }));
  t.after(() => other.close());
  for (const status of [301, 302, 303, 307, 308])
    for (const client of clients) {
      const server = await startServer(() => ({ status, headers: { location: `${other.url}/` } }));
      t.after(() => server.close());
      const fault = await faultOf(client, server.url);
      assert.deepEqual([fault.kind, fault.status, server.asked.length], ['redirected', status, 1]);
    }
  assert.deepEqual(other.asked, []);
});

test('a listing that is stopped ends at once, and one that takes too long ends by itself', async (t) => {
  const silent = await startServer(() => ({ raw: () => {} }));
  t.after(() => silent.close());
  const options = { keys, clock, endpoint: silent.url };
  const stopped = listEc2({ ...options, signal: AbortSignal.timeout(50) });
  await assert.rejects(stopped, (error) => error instanceof ConnectorFault && error.kind === 'stopped');
  const busy = await startServer(() => ({ status: 503 }));
  t.after(() => busy.close());
  const startedMs = performance.now();
  await assert.rejects(
    listEc2({ ...options, endpoint: busy.url, limits: { totalMs: 200, triesMax: 1000, firstWaitMs: 50 } }),
    (error) => error instanceof ConnectorFault && error.kind === 'timeout',
  );
  assert.ok(performance.now() - startedMs < patience(5000));
  const over = AbortSignal.abort();
  await assert.rejects(
    listEc2({ ...options, signal: over }),
    (error) => error instanceof ConnectorFault && error.kind === 'stopped',
  );
});

test('what asks for a long wait gets a short one', async (t) => {
  const server = await startServer(() => ({ status: 429, headers: { 'retry-after': '86400' } }));
  t.after(() => server.close());
  const startedMs = performance.now();
  for (const client of clients) assert.equal((await faultOf(client, server.url)).kind, 'throttled');
  assert.ok(performance.now() - startedMs < patience(5000));
  assert.equal(server.asked.length, clients.length * 2);
});
