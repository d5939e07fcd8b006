import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Detection } from '@sakimori/contract/detection';
import type { ModuleStatus } from '@sakimori/contract/module';
import { WebReputationPolicy } from '@sakimori/contract/policy-webreputation';
import { readEntry } from '@sakimori/contract/web-reputation/entry-text';
import { WebTableBuilder } from '@sakimori/contract/web-reputation/table';
import { type Peer, TestNetwork, whyNoNetwork } from '../../test-network.ts';
import { clientHello, dnsQuery, initialOf } from './filter/packet/test-bytes.ts';

const on = (more: object = {}) => WebReputationPolicy.parse({ state: 'on', ...more });
const remote = '10.78.0.1';

describe('web reputation on a host', { skip: whyNoNetwork() }, () => {
  let network: TestNetwork;
  let engine: Peer;
  let other: Peer;
  let local: Peer;
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-webrep-'));

  const putTable = (name: string, entries: readonly (readonly [string, number, string])[]) => {
    const builder = new WebTableBuilder([Math.random() * 2 ** 32, Math.random() * 2 ** 32]);
    for (const [written, score, category] of entries) {
      const entry = readEntry(written);
      assert.ok(!('fault' in entry));
      builder.add(entry.kind, entry.text, { score, category, feed: 'own test list' });
    }
    writeFileSync(join(folder, `${name}.table`), builder.build());
  };
  const startEngine = () =>
    network.start(network.server, process.execPath, [join(import.meta.dirname, 'run-engine.ts'), folder]);
  const apply = async (more: object = {}) =>
    assert.deepEqual(await engine.ask({ do: 'apply', policy: on(more) }), { done: true });
  const status = async () => (await engine.ask({ do: 'status' })) as ModuleStatus;
  const detections = () => engine.told as Detection[];
  const until = async <T>(
    find: () => T | undefined | false | Promise<T | undefined | false>,
    what: string,
  ): Promise<T> => {
    for (const endMs = Date.now() + 40_000; Date.now() < endMs; await new Promise((done) => setTimeout(done, 50))) {
      const found = await find();
      if (found) return found;
    }
    throw new Error(
      `${what}: ${JSON.stringify(detections().map(({ kind, title, facts }) => [kind, title, facts]))} ${JSON.stringify(await status())}`,
    );
  };
  const curl = (...args: string[]) => curlFrom(network.server, ...args);
  const curlFrom = (where: string, ...args: string[]): Promise<{ code: number; out: string; ms: number }> =>
    new Promise((resolve) => {
      const startMs = Date.now();
      const all = ['netns', 'exec', where, 'curl', '-sS', '--max-time', '10', '-w', '\n%{http_code}', ...args];
      execFile('ip', all, { env: { ...process.env, http_proxy: '', https_proxy: '' } }, (error, out) =>
        resolve({ code: error ? Number((error as { code?: unknown }).code) : 0, out, ms: Date.now() - startMs }),
      );
    });
  const to = (host: string, port = 80) => ['--resolve', `${host}:${port}:${remote}`];
  const page = (host: string, path = '/', ...args: string[]) => curl(...to(host), ...args, `http://${host}${path}`);

  before(async () => {
    network = new TestNetwork('web');
    const pem = join(folder, 'pem');
    const subject = ['-subj', '/CN=remote', '-nodes', '-days', '2', '-keyout', pem, '-out', `${pem}.crt`];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...subject], {
      stdio: 'ignore',
    });
    execFileSync('sh', ['-c', `cat ${pem}.crt >> ${pem}`]);
    other = network.start(network.client, process.execPath, [join(import.meta.dirname, 'test-remote.ts'), pem]);
    local = network.start(network.server, process.execPath, [join(import.meta.dirname, 'test-local.ts')]);
    engine = startEngine();
    putTable('shared', [
      ['danger.test', 95, 'malware'],
      ['highly.test', 70, 'phishing'],
      ['suspect.test', 45, 'scam'],
      ['host.test/files/*', 90, 'malware'],
    ]);
    await other.ask({});
    await engine.ask({ do: 'announce', names: ['shared'] });
    await apply();
    await until(async () => (await status()).figures['webEntries'] === 4, 'the table is in use');
  });
  after(async () => {
    await engine?.ask({ do: 'stop' });
    await network?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('S5: a listed address is blocked, and which ones are changes with the security level', async () => {
    const outcomes: string[][] = [];
    for (const securityLevel of ['low', 'medium', 'high'] as const) {
      await apply({ securityLevel });
      const answers = [];
      for (const host of ['danger.test', 'highly.test', 'suspect.test', 'other.test'])
        answers.push((await page(host)).out.slice(-3));
      outcomes.push(answers);
    }
    assert.deepEqual(outcomes, [
      ['403', '200', '200', '200'],
      ['403', '403', '200', '200'],
      ['403', '403', '403', '200'],
    ]);
    const told = await until(() => detections().find(({ subject }) => subject === 'suspect.test'), 'it is told');
    const { kind, url, facts, action, actionResult, process: by, user, destination } = told;
    assert.deepEqual(
      { kind, url, action, actionResult },
      {
        kind: 'web.blocked_rated',
        url: { value: 'suspect.test/', category: 'scam' },
        action: 'denied',
        actionResult: 'success',
      },
    );
    assert.deepEqual(facts, {
      via: 'http',
      host: 'suspect.test',
      level: 'high',
      verdict: 'blocked',
      reason: 'rated',
      count: 1,
      matched: 'suspect.test',
      rating: 'suspicious',
      score: 45,
      category: 'scam',
      feed: 'own test list',
    });
    assert.match(by?.path ?? '', /curl/);
    assert.equal(user?.uid, 0);
    assert.deepEqual([destination?.address, destination?.port], [remote, 80]);
  });

  test('S5: lists of the policy come before feeds; a page stands in, in the reader’s language, and holds nothing but text', async () => {
    await apply({
      allowed: { domains: ['fine.danger.test'], urls: [] },
      blocked: { domains: ['ours.test'], urls: ['other.test/no*'], keywords: ['casino'] },
      blockingPageLink: 'https://help.example/ask?x="><script>',
    });
    assert.equal((await page('fine.danger.test')).out.slice(-3), '200');
    assert.equal((await page('sub.ours.test')).out.slice(-3), '403');
    assert.equal((await page('other.test', '/no/thing')).out.slice(-3), '403');
    assert.equal((await page('other.test', '/yes')).out.slice(-3), '200');
    assert.equal((await page('other.test', '/?q=Casino')).out.slice(-3), '403');
    const japanese = await page(
      'danger.test',
      '/%3Cscript%3Ealert(1)?token=verysecret1',
      '-H',
      'Accept-Language: ja,en;q=0.5',
      '-i',
    );
    assert.match(japanese.out, /^HTTP\/1\.1 403/);
    assert.match(japanese.out, /遮断されました/);
    assert.match(japanese.out, /Referrer-Policy: no-referrer/);
    assert.match(
      japanese.out,
      /href="https:\/\/help\.example\/ask\?x=&quot;&gt;&lt;script&gt;|href="https:\/\/help\.example\/ask\?x=%22/,
    );
    assert.doesNotMatch(japanese.out, /<script|verysecret1/);
    assert.match((await page('danger.test', '/', '-H', 'Accept-Language: fr')).out, /Access to this page was blocked/);
    assert.doesNotMatch(JSON.stringify(detections()), /verysecret1/);
  });

  test('S5: TLS is ended at once by the name it asks for, also with large keys and in pieces; what is not listed goes on', async () => {
    await apply();
    const secure = (host: string) => curl('-k', ...to(host, 443), `https://${host}/`);
    assert.equal((await secure('other.test')).out.slice(-3), '200');
    const blocked = await secure('www.danger.test');
    assert.ok([35, 56].includes(blocked.code), `curl ends with ${blocked.code}`);
    assert.ok(blocked.ms < 5000, `after ${blocked.ms} ms`);
    const hello = clientHello('www.danger.test', { padding: 3000 }).toString('hex');
    const pieces = hello.match(/.{1,1200}/g);
    const { how } = (await local.ask({ do: 'tcp', port: 443, pieces })) as { how: string };
    assert.equal(how, 'ECONNRESET');
    const told = await until(() => detections().find(({ facts }) => facts?.['via'] === 'tls'), 'it is told');
    assert.equal(told.url?.value, 'www.danger.test');
  });

  test('S5: a name is not resolved, by UDP and TCP; QUIC gets no answer', async () => {
    await apply();
    const ask = async (name: string) =>
      ((await local.ask({ do: 'udp', hex: dnsQuery(name).toString('hex') })) as { answer: string }).answer;
    assert.equal((await ask('other.test')).slice(4, 8), '8180');
    assert.equal((await ask('www.DANGER.test')).slice(4, 8), '8183');
    const six = (await local.ask({ do: 'udp', host: 'fd78::1', hex: dnsQuery('danger.test').toString('hex') })) as {
      answer: string;
    };
    assert.equal(six.answer.slice(4, 8), '8183');
    const query = dnsQuery('danger.test').toString('hex');
    const { how } = (await local.ask({
      do: 'tcp',
      port: 53,
      pieces: [`${(query.length / 2).toString(16).padStart(4, '0')}${query}`],
    })) as { how: string };
    assert.equal(how, 'ECONNRESET');
    assert.ok(await until(() => detections().find(({ facts }) => facts?.['via'] === 'dns'), 'it is told'));
    const hello = (name: string) => ({
      connection: randomBytes(8),
      number: 0,
      crypto: clientHello(name).subarray(5),
      at: 0,
    });
    for (const version of [1, 0x6b3343cf])
      for (const name of ['danger.test', 'other.test'])
        await local.ask({ do: 'udp', port: 443, hex: initialOf({ version, ...hello(name) }).datagram.toString('hex') });
    assert.equal(((await other.ask({})) as { quic: number }).quic, 2);
    assert.ok(await until(() => detections().find(({ facts }) => facts?.['via'] === 'quic'), 'it is told'));
  });

  test('S5: each request of a connection that is kept is judged, and one that comes in pieces or behind another', async () => {
    await apply();
    const paths = ['/a', '/b', '/files/x', '/c'];
    assert.deepEqual(await local.ask({ do: 'keepAlive', host: 'host.test', paths }), {
      answers: ['200', '200', '403', '200'],
    });
    const hex = (text: string) => Buffer.from(text).toString('hex');
    const pieces = ['GET / HT', 'TP/1.1\r\nHost: dan', 'ger.test\r\n', '\r\n'].map(hex);
    assert.match(((await local.ask({ do: 'tcp', pieces })) as { answer: string }).answer, /^HTTP\/1\.1 403/);
    const behind = [
      'POST /x HTTP/1.1\r\nHost: other.test\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: danger.test\r\n\r\n',
    ].map(hex);
    assert.match(((await local.ask({ do: 'tcp', pieces: behind })) as { answer: string }).answer, /^HTTP\/1\.1 403/);
    const requests = ((await other.ask({})) as { requests: string[] }).requests;
    assert.ok(
      requests.includes('host.test/b') &&
        !requests.some((one) => one.startsWith('danger.test') || one.includes('/files')),
      requests.join(' '),
    );
    const six = ['GET / HTTP/1.1\r\nHost: danger.test\r\n\r\n'].map(hex);
    assert.match(
      ((await local.ask({ do: 'tcp', host: 'fd78::1', pieces: six })) as { answer: string }).answer,
      /^HTTP\/1\.1 403/,
    );
  });

  test('S5: another table is in use without a break; an account’s own one counts beside it', async () => {
    await apply({ securityLevel: 'low' });
    putTable('shared', [['other.test', 99, 'malware']]);
    putTable('own', [['mine.test', 99, 'own']]);
    await engine.ask({ do: 'announce', names: ['shared', 'own'] });
    await until(async () => (await page('other.test')).out.endsWith('403'), 'the new table');
    assert.equal((await page('danger.test')).out.slice(-3), '200');
    assert.equal((await page('mine.test')).out.slice(-3), '403');
    assert.equal((await page('mine.test.example')).out.slice(-3), '200');
  });

  test('S5: a container behind a bridge of the host is judged as well, with its address; what comes to it from outside is not', async () => {
    await network.addContainer('docker0', '172.30.0.1/24', '172.30.0.2/24').ask({ do: 'listen', tcp: [], udp: [] });
    const container = network.server.replace(/s$/, 'k');
    const nat = ['-t', 'nat', '-A', 'POSTROUTING', '-s', '172.30.0.0/24', '!', '-o', 'docker0', '-j', 'MASQUERADE'];
    network.run(network.server, 'iptables-nft', nat);
    const rules = () => network.run(network.server, 'nft', ['list', 'ruleset']);
    await until(() => /SAKIMORI_WEBREP_FORWARD|chain forward/.test(rules()), 'the way of the container');
    const inside = (host: string, port = 80) =>
      curlFrom(container, '-k', ...to(host, port), `${port === 443 ? 'https' : 'http'}://${host}/`);
    assert.equal((await inside('unlisted.test')).out.slice(-3), '200');
    assert.match((await inside('mine.test')).out, /blocked.*403$/is);
    assert.equal((await inside('unlisted.test', 443)).out.slice(-3), '200');
    const secure = await inside('www.mine.test', 443);
    assert.ok([35, 56].includes(secure.code) && secure.ms < 5000, `curl ends with ${secure.code}`);
    const told = await until(
      () => detections().find(({ source, subject }) => source?.address === '172.30.0.2' && subject === 'mine.test'),
      'the container is named',
    );
    assert.deepEqual([told.facts?.['forwarded'], told.subject, told.process], [true, 'mine.test', undefined]);
    assert.match(told.title, /from 172\.30\.0\.2 was blocked/);
    // With a way into the world, what comes in by it is for somebody behind this host.
    network.run(network.server, 'ip', ['route', 'add', 'default', 'via', remote]);
    await until(
      () => /iifname "wire0" .*return/.test(rules()) || /-i wire0 -j RETURN/.test(rules()),
      'the uplink is left alone',
    );
    assert.equal((await inside('mine.test')).out.slice(-3), '403');
  });

  test('the same matter many times is one detection, and a number', async () => {
    const before = detections().length;
    for (let times = 0; times < 5; times += 1) await page('again.mine.test');
    assert.equal(
      detections()
        .slice(before)
        .filter(({ subject }) => subject === 'again.mine.test').length,
      1,
    );
  });

  test('a filter that hangs holds nobody up, and that is told; one that is killed comes back', async () => {
    const [{ pid }] = JSON.parse(
      network.run(network.server, 'sh', [
        '-c',
        `pid=$(awk '$1==41180{print $2}' /proc/net/netfilter/nfnetlink_queue); echo "[{\\"pid\\":$pid}]"`,
      ]),
    ) as [{ pid: number }];
    process.kill(pid, 'SIGSTOP');
    const startMs = Date.now();
    const passed = await page('other.test');
    assert.equal(passed.out.slice(-3), '200');
    assert.ok(passed.ms < 8000, `it passes after ${passed.ms} ms (${Date.now() - startMs})`);
    await until(() => detections().find(({ kind }) => kind === 'web.bypassed'), 'it is told');
    process.kill(pid, 'SIGKILL');
    assert.equal((await page('unlisted.test')).out.slice(-3), '200');
    await until(async () => (await page('other.test')).out.endsWith('403'), 'it works again');
  });

  test('switched off, nothing of it is left', async () => {
    assert.deepEqual(await engine.ask({ do: 'apply', policy: { state: 'off' } }), { done: true });
    assert.equal((await page('other.test')).out.slice(-3), '200');
    assert.equal(network.run(network.server, 'nft', ['list', 'ruleset']).includes('SAKIMORI'), false);
    assert.equal((await status()).state, 'off');
  });
});
