import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Detection, type RuleDraftDetail, routes } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import { makePcap } from '../../../test/pcap.ts';
import { noSuricata } from '../../../test/suricata.ts';
import { Traffic } from '../../../test/traffic.ts';
import { startBench, type TestBench } from '../../../test/workbench.ts';

/** Rules for intrusion prevention on the workbench: the real engine, real captures, and traffic rebuilt from detections. */
let bench: TestBench;
let account: string;
let host: Awaited<ReturnType<TestBench['makeHost']>>;

before(async () => {
  bench = await startBench();
  account = await bench.makeAccount('highend', 'Yamato');
  host = await bench.makeHost(account, 'web01');
});
after(() => bench?.stop());

const admin =
  'alert http any any -> $HOME_NET any (msg:"admin"; flow:established,to_server; http.uri; content:"/admin"; startswith; sid:1; rev:1;)';
const body = (text: string) => ({ module: 'intrusionPrevention' as const, name: '管理画面へのアクセス', text });
const draft = (text: string, more: { ticketId?: string } = {}): Promise<RuleDraftDetail> =>
  bench.operator(routes.createRuleDraft, {
    params: { accountId: account },
    body: { ...body(text), severity: 'high', ...more },
  });
const on = (one: Pick<RuleDraftDetail, 'id'>) => ({ params: { draftId: one.id } });
const check = (text: string) =>
  bench.operator(routes.checkRuleDraft, { params: { accountId: account }, body: body(text) });
const stored = { on: 'stored' as const };
const capture = (content: Buffer | string, homeNet: string[] = []) => ({
  ...{ on: 'capture' as const, name: 'attack.pcap', homeNet },
  content: typeof content === 'string' ? content : content.toString('base64'),
});
const reason = 'agreed with Mr Sato';

/** A request as intrusion prevention told of it. */
const requestOf = (path: string, more: Partial<Detection> = {}): Partial<Detection> => ({
  ...{
    module: 'intrusion',
    kind: 'intrusion.matched',
    rule: { id: 'intrusion:1', name: 'SQL injection' },
    severity: 'low',
  },
  source: { address: '203.0.113.9', port: 40_000 },
  destination: { address: '192.0.2.80', port: 80 },
  url: { value: `http://shop.example${path}` },
  ...more,
  facts: {
    ...{ protocol: 'tcp', direction: 'incoming', packetDirection: 'to_server', appProtocol: 'http' },
    ...{ httpMethod: 'GET', httpHost: 'shop.example', userAgent: 'sqlmap/1.7' },
    ...more.facts,
  },
});

describe('with the real engine', { skip: noSuricata ?? false }, () => {
  test('S97: a new rule for intrusion prevention shows its hits on the last 30 days, detects first, and prevents when promoted', async () => {
    await bench.detect(host, 31, requestOf('/admin?q=1'));
    await bench.detect(host, 20, requestOf('/admin?q=1%20union%20select'));
    await bench.detect(host, 20, requestOf('/admin/users?q=2'));
    await bench.detect(host, 2, requestOf('/shop?next=/admin'));
    await bench.detect(
      host,
      1,
      requestOf('/admin', {
        source: { address: '2001:db8::9', port: 1 },
        destination: { address: '2001:db8:0:0::80', port: 8080 },
      }),
    );
    const made = await draft(admin, { ticketId: await bench.ask(account) });
    assert.deepEqual(made.check, { isSound: true, faults: [], remarks: [{ code: 'engine_loaded' }] });
    const found = await bench.operator(routes.tryRuleDraft, { ...on(made), body: stored });
    assert.deepEqual([found.looked, found.hits, found.hosts], [4, 3, 1], JSON.stringify(found));
    assert.deepEqual(found.limits, ['stored_traffic']);
    assert.match(found.items[0]!.text, /^\[2001:db8::9\]:1 → \[2001:db8::80\]:8080 http GET shop\.example\/admin$/);

    const { items } = await bench.operator(routes.listRuleTargets, on(made));
    const target = items.find(({ name }) => name === 'web01')!;
    const staged = await bench.operator(routes.stageRuleDraft, {
      ...on(made),
      body: { version: 1, targets: [target], reason },
    });
    const path = { accountId: account, module: 'intrusionPrevention' as const, ruleId: staged.ruleId! };
    const trial = await bench.operator(routes.getRule, { params: path });
    assert.deepEqual([trial.detectOnly, trial.severity, trial.hosts.map(({ name }) => name)], [true, 'low', ['web01']]);
    await bench.operator(routes.promoteRuleDraft, { ...on(made), body: { version: 1, reason } });
    const full = await bench.operator(routes.getRule, { params: path });
    assert.deepEqual([full.detectOnly, full.severity, full.hosts.length], [false, 'high', 1]);
  });

  test('S97, in part: names of TLS servers and DNS queries, excerpts and bare connections are rebuilt as far as they are told', async () => {
    const other = await bench.makeAccount('highend', 'Ise');
    const there = await bench.makeHost(other, 'mail01');
    const outgoing = { source: { address: '10.0.0.5', port: 50_000 }, url: undefined } as Partial<Detection>;
    const facts = { protocol: 'tcp', direction: 'outgoing', packetDirection: 'to_server' };
    const none = { httpMethod: '', httpHost: '', userAgent: '' };
    const send = async (parts: Partial<Detection>, more: Record<string, string>) => {
      const { url: _, ...rest } = requestOf('/', { ...outgoing, ...parts });
      await bench.detect(there, 1, { ...rest, facts: { ...facts, ...none, ...more } });
    };
    await send({ destination: { address: '198.51.100.7', port: 443 } }, { tlsServerName: 'c2.example' });
    await send({ destination: { address: '198.51.100.53', port: 53 } }, { protocol: 'udp', dnsName: 'tunnel.example' });
    await send({ destination: { address: '198.51.100.8', port: 6667 }, raw: 'JOIN #bots\n' }, {});
    const hits = async (text: string) => {
      const made = await bench.operator(routes.createRuleDraft, { params: { accountId: other }, body: body(text) });
      assert.deepEqual(made.check.faults, [], text);
      return bench.operator(routes.tryRuleDraft, { ...on(made), body: stored });
    };
    const tail = 'sid:1; rev:1;)';
    const tls = await hits(`alert tls $HOME_NET any -> any any (msg:"a"; tls.sni; content:"c2.example"; ${tail}`);
    assert.deepEqual([tls.looked, tls.hits, tls.items[0]?.text.endsWith('c2.example')], [3, 1, true]);
    assert.equal((await hits(`alert dns any any -> any 53 (msg:"a"; dns.query; content:"tunnel"; ${tail}`)).hits, 1);
    const said = await hits(`alert tcp any any -> any any (msg:"a"; flow:to_server; content:"JOIN #bots"; ${tail}`);
    assert.deepEqual([said.hits, said.limits], [1, ['stored_traffic', 'stored_contents', 'masked']]);
    assert.equal((await hits(`alert tcp any any -> any 6667 (msg:"a"; flags:S; ${tail}`)).hits, 1);
  });

  test('S97, in part: a capture is played to the engine; what of it hits is shown', async () => {
    const made = await draft(admin);
    const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: shop.example\r\n\r\n`;
    const traffic = ['/admin', '/', '/admin/x'].map((path) => Traffic.parse({ http: { request: request(path) } }));
    const found = await bench.operator(routes.tryRuleDraft, {
      ...on(made),
      body: capture(makePcap(traffic), ['198.19.0.0/16']),
    });
    assert.equal(found.hits, 2, JSON.stringify(found));
    assert.ok(found.looked > 20, 'packets are counted');
    assert.match(found.items[0]!.text, /GET shop\.example\/admin$/);
    const elsewhere = await bench.operator(routes.tryRuleDraft, { ...on(made), body: capture(makePcap(traffic)) });
    assert.equal(elsewhere.hits, 0, 'the networks of the customer are what is said');
  });

  test('what is no capture, too large or broken is refused', async () => {
    const made = await draft(admin);
    const tryOn = (content: Buffer | string) =>
      bench.operator(routes.tryRuleDraft, { ...on(made), body: capture(content) });
    const good = makePcap([Traffic.parse({ http: { request: 'GET / HTTP/1.1\r\n\r\n' } })]);
    const huge = Buffer.from(good);
    huge.writeUInt32LE(0x7fffffff, 24 + 8);
    for (const content of [
      Buffer.from('not a pcap at all, but long enough to be looked at'),
      Buffer.from('PK\u0003\u0004'.repeat(40)),
      good.subarray(0, 24),
      huge,
      Buffer.concat([Buffer.from([0x0a, 0x0d, 0x0d, 0x0a]), Buffer.alloc(60)]),
      'not base64 ***',
    ])
      await refusedWith(tryOn(content), 'capture_refused');
    const garbage = Buffer.concat([
      good.subarray(0, 24),
      ...Array.from({ length: 200 }, (_, index) => packetOf(index)),
    ]);
    assert.equal((await tryOn(garbage)).hits, 0, 'packets that are none are looked at and are none');
    await refusedWith(tryOn('A'.repeat(28 * 1024 * 1024)), 'malformed');
  });

  test('the engine’s own word is told at the rule’s line', async () => {
    const { faults } = await check(`# ours\n\n${admin.replace('http.uri;', 'http.nosuch;')}`);
    assert.equal(faults.length, 1);
    assert.equal(faults[0]!.line, 3);
    assert.match(faults[0]!.text, /nosuch/);
    assert.ok(!faults[0]!.text.includes('/tmp'), faults[0]!.text);
  });
});

/** A packet of noise. */
function packetOf(seed: number): Buffer {
  const bytes = Buffer.from(Array.from({ length: 60 }, (_, index) => (seed * 31 + index * 17) & 255));
  const head = Buffer.alloc(16);
  head.writeUInt32LE(1_764_000_000 + seed, 0);
  head.writeUInt32LE(bytes.length, 8);
  head.writeUInt32LE(bytes.length, 12);
  return Buffer.concat([head, bytes]);
}

const withOption = (option: string) => admin.replace('sid:1;', `${option} sid:1;`);
const refusedRules: readonly [string, string, RegExp][] = [
  ['no rule', 'drop everything', /no rule in Suricata/],
  ['two rules', `${admin}\n${admin}`, /2 rules/],
  ['lua', withOption('lua:/etc/passwd;'), /lua/],
  ['a data set that is read', withOption('dataset:isset,x,type string,load /etc/shadow;'), /dataset/],
  ['a data set that is written', withOption('dataset:set,x,type string,state ../../x;'), /dataset/],
  ['files that are stored', withOption('filestore;'), /filestore/],
  ['a file of digests', withOption('filemd5:/etc/passwd;'), /filemd5/],
  ['a reputation file', withOption('iprep:any,x,>,1;'), /iprep/],
  ['catastrophic backtracking', withOption('pcre:"/^(a+)+$/";'), /catastrophic/],
  ['catastrophic backtracking of words', withOption('pcre:"/(?:\\w+\\s?)*=/Ui";'), /catastrophic/],
];
for (const [what, text, says] of refusedRules)
  test(`a rule that may not reach the engine does not: ${what}`, async () => {
    const { isSound, faults } = await check(text);
    assert.equal(isSound, false);
    assert.match(faults[0]!.text, says);
    assert.ok(faults[0]!.line! >= 1);
    const made = await draft(text);
    await refusedWith(bench.operator(routes.tryRuleDraft, { ...on(made), body: stored }), 'rule_faulty');
  });

test('a pattern that is none of those stays', async () => {
  assert.deepEqual((await check(withOption('pcre:"/^\\/admin\\/[a-z]+$/U";'))).faults, []);
});

test('a rule is tried on what its module looks at, and on nothing else', async () => {
  const made = await draft(admin);
  for (const trial of [
    { on: 'log' as const, name: 'x', text: 'x' },
    { on: 'paths' as const, paths: ['/etc/passwd'] },
  ])
    await refusedWith(bench.operator(routes.tryRuleDraft, { ...on(made), body: trial }), 'trial_wrong_kind');
});
