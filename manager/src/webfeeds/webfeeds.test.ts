import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { agentPaths, type NewWebFeed, routes } from '@sakimori/contract';
import { canonicalAddress } from '@sakimori/contract/web-reputation/address';
import { WebTable } from '@sakimori/contract/web-reputation/table';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { providerTenant } from '../audit/index.ts';
import { fetchFeed } from './fetch-feed.ts';
import { webFeedsRoom } from './index.ts';
import { readFeed } from './read-feed.ts';
import { putShipped } from './shipped.ts';
import { rebuildTable, WebTables } from './tables.ts';
import { fetchNow } from './webfeeds.ts';

const usual = { format: 'list', category: 'malware', score: 90 } as const;

describe('feeds are read line by line', () => {
  const read = (text: string, format: NewWebFeed['format'] = 'list') => readFeed(text, { ...usual, format }, 1000);

  test('lists of domains, of URLs, and hosts files', () => {
    const { entries, faults } = read(
      '# comment\r\n0.0.0.0 evil.test also.test # why\n127.0.0.1 localhost\nhttp://1.2.3.4:81/x.sh\n*.wild.test\n\nnot an address\nex*mple.test\n',
    );
    assert.deepEqual(
      entries.map(({ kind, text }) => `${kind} ${text}`),
      ['domain evil.test', 'domain also.test', 'address 1.2.3.4:81/x.sh', 'domain wild.test'],
    );
    assert.deepEqual(
      faults.map(({ line, text }) => [line, text]),
      [
        [7, 'not an address'],
        [8, 'ex*mple.test'],
      ],
    );
  });

  test('the CSV of URLhaus', () => {
    const head =
      '################\n# abuse.ch URLhaus Database Dump (CSV - recent URLs only)\n# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n';
    const line = (id: number, url: string, state: string) =>
      `"${id}","2026-11-01 10:00:00","${url}","${state}","2026-11-01 11:00:00","malware_download","elf,""mirai""","https://urlhaus.abuse.ch/url/${id}/","someone"\r\n`;
    const { entries, faultCount } = read(
      `${head}${line(1, 'http://192.0.2.1:8081/bin.sh', 'online')}${line(2, 'https://bad.test/a,b.exe', 'offline')}`,
      'urlhaus',
    );
    assert.equal(faultCount, 0);
    assert.deepEqual(
      entries.map(({ text, score }) => [text, score]),
      [
        ['192.0.2.1:8081/bin.sh', 90],
        ['bad.test/a,b.exe', 70],
      ],
    );
  });

  test('scores and categories of our own; what is wrong is named', () => {
    const { entries, faults } = read(
      'address,score,category\na.test,95,phishing\nb.test/x/*,40\nc.test\nd.test,101\ne.test,5,Bad Word\n',
      'scored',
    );
    assert.deepEqual(
      entries.map(({ text, score, category }) => [text, score, category]),
      [
        ['a.test', 95, 'phishing'],
        ['b.test/x/', 40, 'malware'],
        ['c.test', 90, 'malware'],
      ],
    );
    assert.deepEqual(
      faults.map(({ line }) => line),
      [5, 6],
    );
  });

  test('what is of another format, empty or too long is refused', () => {
    assert.throws(() => read('<!doctype html>\n<p>not\n<b>found\n'), /None of its lines/);
    assert.throws(() => read('# nothing\n'), /no line/);
    assert.throws(() => read('a.test\nx y\nz z\n'), /another format/);
    assert.throws(() => readFeed('a.test\nb.test\n', usual, 1), /more than 1 entries/);
    assert.equal(read(`a.test\n${'x'.repeat(9000)}.test\n`).faults[0]?.fault, 'too_long');
  });
});

describe('feeds of the manager', () => {
  let door: TestDoor;
  let server: Server;
  let origin: string;
  let accountId: string;
  let otherId: string;
  let agent: SimulatedAgent;
  let foreign: SimulatedAgent;
  let tables: WebTables;
  const operator = actorOf('operator');
  const pages = new Map<string, { status?: number; headers?: Record<string, string>; body?: string }>();

  before(async () => {
    server = createServer((request, response) => {
      const page = pages.get(request.url ?? '') ?? { status: 404 };
      response.writeHead(page.status ?? 200, page.headers).end(page.body ?? '');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    door = await startTestDoor({
      env: { SAKIMORI_FEEDS_PRIVATE: 'yes' },
      rooms: (platform) => {
        tables = new WebTables(platform);
        return [webFeedsRoom(platform, tables)];
      },
    });
    [accountId, otherId] = [await door.makeAccount('Yamato'), await door.makeAccount('Musashi')];
    [agent, foreign] = [await door.enrolAgent(accountId), await door.enrolAgent(otherId)];
  });
  after(async () => {
    await door?.stop();
    server.close();
  });

  const call = (actor = operator) => door.service.as(actor);
  const add = (body: Partial<NewWebFeed> & { name: string }, actor = operator) =>
    call(actor)(routes.addWebFeed, { body: body as NewWebFeed });
  const rebuild = (tenantId = providerTenant) => rebuildTable(door.platform, tenantId);
  const announced = async (of: SimulatedAgent) => (await of.heartbeat()).received.webTables;
  const fetched = async (of: SimulatedAgent, name: string, version: string, from = 0) =>
    of.getBytes(`${agentPaths.webTable}?name=${name}&version=${version}&from=${from}`);
  const tryIt = (address: string, more: object = {}, actor = operator) =>
    call(actor)(routes.tryWebAddress, { body: { address, securityLevel: 'medium', ...more } });
  const until = async <T>(find: () => Promise<T | undefined | false>): Promise<T> => {
    for (const endMs = Date.now() + 20_000; Date.now() < endMs; await new Promise((done) => setTimeout(done, 50))) {
      const found = await find();
      if (found) return found;
    }
    throw new Error('it did not come');
  };

  test('S5, in part: a feed is fetched, kept when a later fetch fails, and its table announced to all hosts', async () => {
    pages.set('/feed', { body: 'evil.test\nhttp://files.test/a.exe\n' });
    const feed = await add({ name: 'Outside', url: `${origin}/feed?token=abcdefghijklmnopqrst12345` });
    assert.deepEqual([feed.entries, feed.version, feed.problem], [0, 0, { code: 'status', detail: '404' }]);
    assert.match(feed.url ?? '', /\?\*\*\*$/);
    pages.set('/feed?token=abcdefghijklmnopqrst12345', { body: 'evil.test\nhttp://files.test/a.exe\n' });
    const again = await call()(routes.refreshWebFeed, { params: { feedId: feed.id } });
    assert.deepEqual([again.entries, again.version, again.problem], [2, 1, undefined]);
    pages.set('/feed?token=abcdefghijklmnopqrst12345', { status: 500 });
    door.platform.clock.advance(3_600_000);
    const failed = await fetchNow(door.platform, providerTenant, feed.id);
    assert.deepEqual([failed.entries, failed.version, failed.problem], [2, 1, { code: 'status', detail: '500' }]);
    await rebuild();
    const { shared, own } = await until(async () => {
      const tables = await announced(foreign);
      return tables?.shared && tables;
    });
    assert.equal(own, undefined);
    const { status, bytes } = await fetched(agent, 'shared', shared!.version);
    assert.equal(status, 200);
    assert.equal(bytes.length, shared!.bytes);
    assert.equal(
      new WebTable(Uint8Array.from(bytes)).worstOf(canonicalAddress('http://www.evil.test/x')!)?.feed,
      'Outside',
    );
    assert.deepEqual((await fetched(agent, 'shared', shared!.version, 10)).bytes, bytes.subarray(10));
    assert.equal((await fetched(agent, 'shared', 'f'.repeat(64))).status, 404);
    // Another address: fetched at once, and what was there stays where that fails.
    const move = (path: string) =>
      call()(routes.replaceWebFeed, { params: { feedId: feed.id }, body: { url: `${origin}${path}` } });
    const gone = await move('/nowhere');
    assert.deepEqual([gone.entries, gone.problem?.code], [2, 'status']);
    pages.set('/moved', { body: 'evil.test\nhttp://files.test/a.exe\nmore.evil.test\n' });
    assert.deepEqual(
      [await move('/moved')].map(({ entries, problem, url }) => [entries, problem, url?.endsWith('/moved')]),
      [[3, undefined, true]],
    );
    const text = 'x.test';
    await refusedWith(call()(routes.replaceWebFeed, { params: { feedId: feed.id }, body: { text } }), 'malformed');
    assert.equal((await fetched(agent, 'nonsense', shared!.version)).status, 400);
  });

  test('S41, in part: an account’s own list reaches its hosts alone, and nobody else reads or changes it', async () => {
    const feed = await add({ accountId, name: 'Ours', text: 'mine.test,99,own\n', format: 'scored' });
    await rebuild(accountId);
    const { own } = await until(async () => {
      const tables = await announced(agent);
      return tables?.own && tables;
    });
    assert.equal((await announced(foreign))?.own, undefined);
    assert.equal((await fetched(agent, 'own', own!.version)).status, 200);
    assert.equal((await fetched(foreign, 'own', own!.version)).status, 404);
    assert.equal((await fetched(foreign, 'shared', own!.version)).status, 404);
    const stranger = { ...operator, accountId: otherId };
    await refusedWith(call(stranger)(routes.listWebFeeds, { query: { accountId } }), 'not_found');
    await refusedWith(call(stranger)(routes.removeWebFeed, { params: { feedId: feed.id } }), 'not_found');
    await refusedWith(
      call(stranger)(routes.replaceWebFeed, { params: { feedId: feed.id }, body: { text: 'x.test' } }),
      'not_found',
    );
    await refusedWith(call(stranger)(routes.refreshWebFeed, { params: { feedId: feed.id } }), 'not_found');
    await refusedWith(add({ accountId, name: 'Theirs', text: 'x.test' }, stranger), 'not_found');
    await refusedWith(tryIt('mine.test', { accountId }, stranger), 'not_found');
    await refusedWith(add({ name: 'Customer', text: 'x.test' }, actorOf('customer-admin', accountId)), 'forbidden');
    const seen = await call(actorOf('customer-viewer', accountId))(routes.listWebFeeds, { query: {} });
    assert.ok(seen.feeds.some(({ name }) => name === 'Ours') && seen.feeds.every(({ url }) => url === undefined));
    const others = await call(actorOf('customer-viewer', otherId))(routes.listWebFeeds, { query: {} });
    assert.ok(!others.feeds.some(({ name }) => name === 'Ours'));
    await call()(routes.replaceWebFeed, { params: { feedId: feed.id }, body: { text: 'other.mine.test,50\n' } });
    await refusedWith(
      call()(routes.replaceWebFeed, { params: { feedId: feed.id }, body: { url: 'https://feeds.example/x' } }),
      'malformed',
    );
    await call()(routes.removeWebFeed, { params: { feedId: feed.id } });
    await rebuild(accountId);
    await until(async () => (await announced(agent))?.own === undefined);
    const { items } = await call()(routes.listAudit, { query: { target: `webfeed:${feed.id}` } });
    assert.deepEqual(items.map(({ action }) => action).sort(), [
      'webfeed.added',
      'webfeed.removed',
      'webfeed.replaced',
    ]);
  });

  test('the list that is shipped is there to try, and the verdict on an address is explained', async () => {
    await putShipped(door.platform);
    await rebuild();
    await until(async () => (await tables.table(providerTenant))?.find('domain', 'malware.sakimori.test'));
    const scam = await tryIt('http://www.SCAM.sakimori.test./x');
    assert.deepEqual(
      [scam.address, scam.isBlocked, scam.reason, scam.rating, scam.category, scam.feed, scam.blockedFrom],
      ['www.scam.sakimori.test/x', false, 'rated', 'suspicious', 'scam', 'Sakimori', 'high'],
    );
    assert.equal((await tryIt('scam.sakimori.test', { securityLevel: 'high' })).isBlocked, true);
    assert.equal((await tryIt('files.sakimori.test/malware/a/b')).isBlocked, true);
    assert.equal((await tryIt('nothing.example')).reason, 'unrated');
    await refusedWith(tryIt('http://'), 'malformed');
    const shipped = (await call()(routes.listWebFeeds, { query: {} })).feeds.find(({ isShipped }) => isShipped);
    assert.equal(shipped?.entries, 9);
    await refusedWith(call()(routes.removeWebFeed, { params: { feedId: shipped!.id } }), 'malformed');
  });

  test('what cannot be read is refused with the reason, and nothing is stored', async () => {
    await assert.rejects(add({ name: 'Wrong', text: '<html>\n<body>\n' }), (error: { facts?: { detail?: string } }) =>
      /None of its lines/.test(error.facts?.detail ?? ''),
    );
    await refusedWith(
      call()(routes.addWebFeed, { body: { name: 'Both', url: origin, text: 'a.test' } as NewWebFeed }),
      'malformed',
    );
    assert.ok(!(await call()(routes.listWebFeeds, { query: {} })).feeds.some(({ name }) => name === 'Wrong'));
  });

  test('no private address is fetched from, not by a redirect either; bounds hold', async () => {
    await assert.rejects(fetchFeed(`${origin}/feed`, false), /private network/);
    await assert.rejects(fetchFeed('http://10.0.0.1/feed', false), /private network/);
    await assert.rejects(fetchFeed(`http://localhost:${new URL(origin).port}/feed`, false), /private network|reached/);
    await assert.rejects(fetchFeed('http://169.254.169.254/', false), /private network/);
    pages.set('/loop', { status: 302, headers: { location: '/loop' } });
    await assert.rejects(fetchFeed(`${origin}/loop`, true), /more than 3 times/);
    pages.set('/to', { status: 302, headers: { location: 'file:///etc/passwd' } });
    await assert.rejects(fetchFeed(`${origin}/to`, true), /leads to no address/);
    pages.set('/large', { body: 'x'.repeat(200_000) });
    await assert.rejects(fetchFeed(`${origin}/large`, true, 100_000), /larger than/);
  });
});
