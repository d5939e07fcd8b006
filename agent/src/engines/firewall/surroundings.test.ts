import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { after, describe, test } from 'node:test';
import type { FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import { findDomainControllers, reachUrl } from '../../surroundings/index.ts';
import { whyNoNetwork } from '../../test-network.ts';
import { restrictedInterfaces } from './compile/surroundings.ts';
import { deny, policyOf, ruleOf, settingsOf } from './test-policy.ts';
import { asker, four, TestSite } from './test-site.ts';

/** Rules that hold in some places only, interfaces that are not to be used, and rules by hardware address: with real packets. */
const skip = whyNoNetwork();
const context = {
  name: 'here',
  ...{ localConnection: false, remoteConnection: false, noConnection: false, noInternet: false },
  restrictedInterfaces: false,
};
const web = {
  protocol: { not: false, items: [6] },
  destination: { ports: { not: false, items: [[80, 80] as [number, number]] } },
};
const [intranetPort, internetPort] = [8001, 8002];
const surroundings = {
  intranet: { url: `http://${asker}:${intranetPort}/`, expect: 'head ?office' },
  internet: { url: `http://${asker}:${internetPort}/` },
  everyMs: 0,
};
const inContext = (more: Partial<typeof context>, rule: Partial<FirewallPolicyRule> = {}) =>
  policyOf([deny({ id: 1, context: { ...context, ...more }, ...web, ...rule })], {
    settings: settingsOf({ surroundings }),
  });

describe('a host that moves', { skip }, async () => {
  if (skip) return;
  const site = new TestSite('place');
  after(() => site.remove());
  site.network.addWire();
  await site.open();
  const { client, server } = site;
  const stand = async (intranet: string | null, internet: string | null) => {
    await client.ask({ do: 'serve', port: intranetPort, text: intranet });
    await client.ask({ do: 'serve', port: internetPort, text: internet });
  };
  const web80 = (host: string = four) => site.connect(host, 80);

  test('S4, in part: a rule with a context holds where the host stands so, and not elsewhere', async () => {
    const places = [
      ['local', ['head office', 'yes'], { localConnection: true }],
      ['away', ['a portal', 'yes'], { noConnection: true }],
      ['offline', [null, null], { noInternet: true }],
    ] as const;
    for (const [place, [intranet, internet], own] of places) {
      await stand(intranet, internet);
      await site.put(inContext(own));
      assert.equal(await web80(), 'silent', place);
      assert.equal(await site.connect(four, 443), 'open');
      await site.put(inContext({ remoteConnection: true }));
      assert.equal(await web80(), 'open', place);
      assert.deepEqual((await site.status()).causes, []);
    }
    // Offline is also not connected; away is not offline.
    await site.put(inContext({ noConnection: true }));
    assert.equal(await web80(), 'silent');
    await stand('a portal', 'yes');
    await site.put(inContext({ noInternet: true }, { id: 2 }));
    assert.equal(await web80(), 'open');
  });

  test('what cuts the host off from the Internet in one place does not keep it there: the agent’s own questions pass', async () => {
    await stand(null, null);
    const cut = inContext({ noInternet: true }, { direction: 'outgoing', destination: {} });
    await site.put(cut);
    assert.equal(await site.connect(asker, 80, server), 'silent');
    await stand('head office', 'yes');
    await site.until(
      async () => ((await site.connect(asker, 80, server)) === 'open' ? true : undefined),
      'still cut off',
      40_000,
    );
  });

  test('S4, in part: interface isolation leaves one way in and out, and lets pass elsewhere what a rule of that context allows', async () => {
    const isolated = (more: FirewallPolicyRule[] = [], patterns = ['wire0', 'wire*']) =>
      policyOf(more, {
        settings: settingsOf({ interfaceIsolation: { enabled: true, patterns, limitToOneActive: false } }),
      });
    await site.put(isolated());
    assert.deepEqual([await web80(), await web80('10.78.1.2')], ['open', 'silent']);
    assert.equal(await site.connect('10.78.1.1', 80, server), 'silent');
    await site.until(
      () => site.events('firewall.out_of_policy').find(({ facts }) => facts?.['check'] === 'isolated.incoming'),
      'no detection',
    );
    const allow = ruleOf({
      id: 7,
      action: 'force-allow',
      context: { ...context, restrictedInterfaces: true },
      ...web,
    });
    const back = ruleOf({
      id: 8,
      action: 'force-allow',
      direction: 'outgoing',
      context: { ...context, restrictedInterfaces: true },
      protocol: { not: false, items: [6] },
      source: { ports: { not: false, items: [[80, 80]] } },
    });
    await site.put(isolated([allow, back]));
    assert.deepEqual([await web80('10.78.1.2'), await site.connect('10.78.1.2', 443)], ['open', 'silent']);
    // The first pattern that an interface fits decides; where none fits, nothing is restricted.
    await site.put(isolated([], ['wire1', 'wire0']));
    assert.deepEqual([await web80(), await web80('10.78.1.2')], ['silent', 'open']);
    await site.put(isolated([], ['wlan*']));
    assert.deepEqual([await web80(), await web80('10.78.1.2')], ['open', 'open']);
    // The manager is spared on whatever interface it is.
    await site.put(isolated([], ['wire1']));
    assert.deepEqual((await site.status()).state, 'active');
  });

  test('S4, in part: an outgoing rule by the source’s MAC address holds for the interface that has it', async () => {
    const link = site.network.run(site.network.server, 'cat', ['/sys/class/net/wire1/address']).trim();
    const macs = { not: false, items: [link] };
    await site.put(policyOf([deny({ id: 3, direction: 'outgoing', ...web, source: { macs } })]));
    assert.deepEqual(
      [await site.connect('10.78.1.1', 80, server), await site.connect(asker, 80, server)],
      ['silent', 'open'],
    );
    await site.put(
      policyOf([deny({ id: 3, direction: 'outgoing', ...web, source: { macs: { ...macs, not: true } } })]),
    );
    assert.deepEqual(
      [await site.connect('10.78.1.1', 80, server), await site.connect(asker, 80, server)],
      ['open', 'silent'],
    );
    assert.deepEqual((await site.status()).causes, []);
  });
});

test('of the interfaces that are up one is used where the policy says so; networks of containers are left alone', () => {
  const at = (...names: string[]) => ({
    ...{ place: undefined, tested: [] },
    active: names.map((name) => ({ name, mac: '02:00:00:00:00:01' })),
  });
  const present = ['lo', 'docker0', 'eth0', 'wlan0', 'wlan1'];
  const restricted = (patterns: string[], limitToOneActive: boolean, ...up: string[]) =>
    restrictedInterfaces(
      policyOf([], { settings: settingsOf({ interfaceIsolation: { enabled: true, patterns, limitToOneActive } }) }),
      present,
      at(...up),
    );
  assert.deepEqual(restricted(['eth*', 'wlan*'], false, 'eth0', 'wlan0'), ['wlan0', 'wlan1']);
  assert.deepEqual(restricted(['eth*', 'wlan*'], false, 'wlan0', 'wlan1'), ['eth0']);
  assert.deepEqual(restricted(['wlan*'], true, 'wlan1', 'wlan0'), ['eth0', 'wlan0']);
  assert.deepEqual(restricted([], true, 'eth0', 'wlan0'), ['wlan0', 'wlan1']);
  assert.deepEqual(restricted(['docker*'], false, 'docker0', 'eth0'), []);
});

test('an expression that never comes to an end is not met, and holds nobody up', async () => {
  const { createServer } = await import('node:http');
  const server = createServer((_request, response) => response.end(`${'a'.repeat(40)}!`)).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  const ask = (expect?: string) => reachUrl({ url, ...(expect ? { expect } : {}) }, () => undefined);
  assert.deepEqual(
    [await ask(), await ask('a!$'), await ask('b'), await ask('(a+)+$'), await ask('(')],
    ['127.0.0.1', '127.0.0.1', undefined, undefined, undefined],
  );
  server.close();
});

test('a domain controller is found by the names that DNS keeps for it', async () => {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => socket.send(dnsAnswer(question), port, address));
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const servers = [`127.0.0.1:${socket.address().port}`];
  assert.deepEqual(await findDomainControllers(['corp.example'], servers), [{ address: '192.0.2.5', port: 389 }]);
  assert.deepEqual(await findDomainControllers([], servers), []);
  socket.close();
});

/** What a name server says: SRV names dc.corp.example at port 389, A gives 192.0.2.5 (RFC 1035, RFC 2782). */
function dnsAnswer(question: Buffer): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const type = question.readUInt16BE(end - 4);
  const name = Buffer.from('\x02dc\x04corp\x07example\0');
  const data = type === 33 ? Buffer.concat([Buffer.from([0, 0, 0, 0, 1, 133]), name]) : Buffer.from([192, 0, 2, 5]);
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  const answer = Buffer.concat([question.subarray(0, end), head, data]);
  answer.writeUInt16BE(0x8180, 2);
  answer.writeUInt16BE(1, 6);
  answer.writeUInt16BE(0, 10);
  return answer;
}
