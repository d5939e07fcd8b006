import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { FirewallSettings } from '@sakimori/contract/policy-firewall';
import { whyNoNetwork } from '../../test-network.ts';
import { policyOf, settingsOf, statefulAll } from './test-policy.ts';
import { asker, four, six, TestSite } from './test-site.ts';

/** Numbers and sizes that the policy bounds, with real packets. */
const skip = whyNoNetwork();
const syn = 0x02;

describe('bounds of the firewall', { skip }, async () => {
  if (skip) return;
  const site = new TestSite('bound');
  after(() => site.remove());
  await site.open();
  const { client } = site;
  const told = (kind: string, check: string) =>
    site.until(() => site.events(kind).find(({ facts }) => facts?.['check'] === check), `no ${check}`, 30_000);
  const put = (settings: Partial<FirewallSettings>, stateful: Partial<typeof statefulAll> & object = {}) =>
    site.put(policyOf([], { stateful: { ...statefulAll, ...stateful }, settings: settingsOf(settings) }));
  const countOf = async () => (await site.status()).causes;

  test('S4, in part: whoever begins connections and finishes none begins no more; others and finished ones are let be', async () => {
    // The asking host must not answer for what it has not asked for, and the stranger has no host behind it.
    const stranger = '10.78.0.77';
    site.network.run(site.network.server, 'ip', [
      'neigh',
      'add',
      stranger,
      'lladdr',
      '02:00:00:00:00:77',
      'dev',
      'wire0',
    ]);
    await put({}, { halfOpenConnectionsMax: 5, tcp: { inspect: true, log: true } } as object);
    assert.deepEqual(await countOf(), []);
    await client.ask({ do: 'hold', host: four, port: 80 });
    for (let turn = 0; turn < 3; turn += 1)
      await client.ask({ do: 'flags', source: stranger, host: four, port: 80, flags: syn, times: 20 });
    await site.until(
      async () => (site.nft('list', 'set', 'inet', 'sakimori_fw', setName(site)).includes(stranger) ? true : undefined),
      'it is not named',
    );
    await client.ask({ do: 'flags', source: stranger, host: four, port: 443, flags: syn, times: 3 });
    const found = await told('firewall.no_connection', 'state.halfOpenMax');
    assert.deepEqual([found.source?.address, found.action], [stranger, 'denied']);
    assert.deepEqual([await site.connect(four, 80), await client.ask({ do: 'again' })], ['open', 'open']);
  });

  test('connections of a protocol are bounded in number', async () => {
    await put({ connectionsMax: { tcp: 1_000_000, udp: 2, icmp: 10_000 } });
    assert.deepEqual(await countOf(), []);
    const ask = (host: string, port: number) => client.ask({ do: 'udp', host, port });
    assert.deepEqual([await ask(four, 53), await ask(four, 5000), await ask(six, 53)], ['open', 'open', 'silent']);
    assert.equal(await site.connect(four, 80), 'open');
    assert.equal((await told('firewall.no_connection', 'state.udpMax')).action, 'denied');
  });

  test('each new connection is told where the policy asks for it, and passes', async () => {
    await put({ connectionEvents: { tcp: true, udp: false, icmp: false } });
    assert.deepEqual(
      [await site.connect(four, 443), await client.ask({ do: 'udp', host: four, port: 53 })],
      ['open', 'open'],
    );
    const found = await told('firewall.logged', 'connection.tcp');
    assert.deepEqual([found.source?.address, found.destination?.port, found.action], [asker, 443, 'observed']);
    assert.equal(
      site.events('firewall.logged').some(({ facts }) => facts?.['check'] === 'connection.udp'),
      false,
    );
  });

  test('a connection whose other end allows next to nothing in a segment is refused', async () => {
    await put({ tcpMssMin: 400 });
    for (const host of [four, six]) {
      assert.equal(await client.ask({ do: 'mss', host, port: 80, mss: 200 }), 'silent', host);
      assert.equal(await client.ask({ do: 'mss', host, port: 80, mss: 900 }), 'open', host);
    }
    await told('firewall.malformed', 'sanity.tcpMss');
  });

  test('first fragments that are too small and later ones that come too early are refused', async () => {
    await put({ fragments: { sizeMin: 120, offsetMin: 60 } });
    await client.ask({ do: 'piece', source: asker, host: four, bytes: 64, place: 0 });
    await told('firewall.malformed', 'sanity.fragmentSize');
    await client.ask({ do: 'piece', source: asker, host: four, bytes: 64, place: 24 });
    await told('firewall.malformed', 'sanity.fragmentOffset');
    const before = site.events('firewall.malformed').length;
    await client.ask({ do: 'piece', source: asker, host: four, bytes: 160, place: 0 });
    await client.ask({ do: 'piece', source: asker, host: four, bytes: 64, place: 160 });
    await client.ask({ do: 'mss', host: four, port: 80, mss: 900 });
    assert.equal(site.events('firewall.malformed').length, before);
  });
});

const setName = (site: TestSite): string =>
  /set ([ab]_half_open_0_ip) /.exec(site.nft('-t', 'list', 'table', 'inet', 'sakimori_fw'))?.[1] ?? '';
