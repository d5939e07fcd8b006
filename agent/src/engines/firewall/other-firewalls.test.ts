import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { whyNoNetwork } from '../../test-network.ts';
import { deny, policyOf, ruleOf, settingsOf, statefulAll } from './test-policy.ts';
import { asker, four, six, TestSite } from './test-site.ts';

/** A host as it is found: with ufw, with Docker, and with somebody who scans it. Both families, real packets. */
const skip = whyNoNetwork();
const [stranger, strangerSix] = ['10.78.0.50', 'fd78::50'];
const container = '172.29.0.2';
const tcp = { not: false, items: [6] };
const port = (number: number) => ({ ports: { not: false, items: [[number, number] as [number, number]] } });

/** Rules in the shape in which ufw lays them: everything refused that comes in, but answers, ICMP and what the administrator has allowed. */
const ufw = (family: 4 | 6, allowed: readonly number[]): string => {
  const prefix = family === 4 ? 'ufw' : 'ufw6';
  const chain = (name: string) => `${prefix}-${name}`;
  return [
    '*filter',
    ':INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]',
    ...['before-input', 'user-input', 'after-input', 'reject-input', 'before-output'].map(
      (name) => `:${chain(name)} - [0:0]`,
    ),
    ...['before-input', 'after-input', 'reject-input'].map((name) => `-A INPUT -j ${chain(name)}`),
    `-A OUTPUT -j ${chain('before-output')}`,
    `-A ${chain('before-input')} -i lo -j ACCEPT`,
    `-A ${chain('before-input')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A ${chain('before-input')} -m conntrack --ctstate INVALID -j DROP`,
    `-A ${chain('before-input')} -p ${family === 4 ? 'icmp' : 'ipv6-icmp'} -j ACCEPT`,
    `-A ${chain('before-input')} -j ${chain('user-input')}`,
    ...allowed.map((number) => `-A ${chain('user-input')} -p tcp -m tcp --dport ${number} -j ACCEPT`),
    `-A ${chain('before-output')} -j ACCEPT`,
    'COMMIT\n',
  ].join('\n');
};

/** Rules in the shape in which Docker lays them, with one published port: 8080 of the host is 80 of the container. */
const docker = `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.29.0.0/24 ! -o docker0 -j MASQUERADE
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination ${container}:80
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A DOCKER ! -i docker0 -o docker0 -d ${container} -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
`;

describe('a host that others look after too', { skip }, async () => {
  if (skip) return;
  const site = new TestSite('other');
  after(() => site.remove());
  const { network, server } = site;
  network.addAddress(`${stranger}/24`);
  network.addAddress(`${strangerSix}/64`);
  await site.open();
  const restore = (family: 4 | 6, rules: string) =>
    network.run(network.server, `ip${family === 6 ? '6' : ''}tables-nft-restore`, [], rules);
  const saved = () =>
    ['iptables-nft-save', 'ip6tables-nft-save']
      .map((program) => network.run(network.server, program, []))
      .join('')
      .replaceAll(/\[\d+:\d+\]|^#.*$/gm, '');
  const isUntouched = () => assert.deepEqual(site.events('firewall.tampered'), []);
  const each = async (number: number) => [await site.connect(four, number), await site.connect(six, number)];

  /** Ports of TCP, asked by nmap. @returns those that are not filtered, and how many are */
  const scan = (source: string, ports: string): [open: string[], filtered: number] => {
    const target = source.includes(':') ? ['-6', six] : [four];
    const how = [
      '-n',
      '-Pn',
      '-sS',
      `-p${ports}`,
      '--min-rate',
      '20000',
      '--max-retries',
      '1',
      '-oG',
      '-',
      '-e',
      'wire0',
      '-S',
      source,
    ];
    const text = network.run(network.client, 'nmap', [...how, ...target]);
    const open = [...text.matchAll(/(\d+)\/(open|closed)\//g)].map(([, number, state]) => `${number} ${state}`);
    return [open, Number(/Ignored State: filtered \((\d+)\)/.exec(text)?.[1] ?? 0)];
  };

  test('S4: nmap from a source that is not permitted finds every port closed, over IPv4 and IPv6; answers still pass', async () => {
    const addresses = { not: false, items: [asker, 'fd78::1'] };
    const allow = ruleOf({ id: 1, action: 'allow', protocol: tcp, source: { addresses }, destination: port(443) });
    await site.put(policyOf([allow], { stateful: statefulAll }));
    assert.deepEqual(scan(stranger, '1-65535'), [[], 65_535]);
    assert.deepEqual(scan(strangerSix, '1-9000'), [[], 9000]);
    for (const source of [asker, 'fd78::1']) assert.deepEqual(scan(source, '1-1000'), [['443 open'], 999], source);
    // What the host asks for is answered, by both protocols and families.
    for (const host of [asker, 'fd78::1']) {
      assert.equal(await site.connect(host, 80, server), 'open', host);
      assert.equal(await server.ask({ do: 'udp', host, port: 5000 }), 'open', host);
    }
  });

  test('S4, in part: beside ufw both are asked: what either refuses is refused, and neither changes the other', async () => {
    restore(4, ufw(4, [22, 80]));
    restore(6, ufw(6, [22, 80]));
    const before = saved();
    await site.put({ state: 'off' });
    assert.deepEqual(
      [await each(22), await each(80), await each(443)],
      [
        ['open', 'open'],
        ['open', 'open'],
        ['silent', 'silent'],
      ],
    );
    await site.put(policyOf([deny({ id: 2, protocol: tcp, destination: port(80) })], { stateful: statefulAll }));
    assert.deepEqual(await each(22), ['open', 'open']);
    assert.deepEqual(await each(80), ['silent', 'silent'], 'ours refuses what theirs allows');
    assert.deepEqual(await each(443), ['silent', 'silent'], 'theirs refuses what ours allows');
    assert.equal(await site.connect(asker, 80, server), 'open');
    assert.equal(saved(), before);
    // Their reload takes all of theirs away and lays it anew; ours stands meanwhile.
    restore(4, ufw(4, [22, 80, 443]));
    restore(6, ufw(6, [22, 80, 443]));
    assert.deepEqual(
      [await each(80), await each(443)],
      [
        ['silent', 'silent'],
        ['open', 'open'],
      ],
    );
    isUntouched();
    await site.put({ state: 'off' });
    assert.deepEqual(await each(80), ['open', 'open']);
    assert.doesNotMatch(site.nft('list', 'tables'), /sakimori/);
    restore(4, '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\nCOMMIT\n');
    restore(6, '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n');
  });

  test('S4, in part: beside Docker a published port works as before, and is ruled where the policy says so', async () => {
    const inside = network.addContainer('docker0', '172.29.0.1/24', `${container}/24`);
    await inside.ask({ do: 'listen', tcp: [80], udp: [] });
    restore(4, docker);
    const before = saved();
    assert.equal(await site.connect(four, 8080), 'open');
    const noWeb = deny({ id: 3, protocol: tcp, destination: port(80) });
    await site.put(policyOf([noWeb], { stateful: statefulAll }));
    // The host's own port 80 is refused; what goes through to the container is none of the host's.
    assert.deepEqual([await site.connect(four, 80), await site.connect(four, 8080)], ['silent', 'open']);
    assert.equal(await inside.ask({ do: 'connect', host: asker, port: 80 }), 'open');
    const settings = settingsOf({ virtualAndContainerNetworks: true });
    await site.put(policyOf([noWeb], { stateful: statefulAll, settings }));
    assert.equal(await site.connect(four, 8080), 'silent');
    restore(4, docker);
    assert.equal(saved(), before);
    isUntouched();
    await site.put({ state: 'off' });
    assert.equal(await site.connect(four, 8080), 'open');
    assert.equal(saved(), before);
  });
});
