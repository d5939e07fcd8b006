import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { whyNoNetwork } from '../../test-network.ts';
import { deny, policyOf, settingsOf } from './test-policy.ts';
import { asker, four, TestSite } from './test-site.ts';

/** What happens to the rules after they have been put in force: other programs, the clock, floods and scans. */
const skip = whyNoNetwork();

describe('rules in force', { skip }, async () => {
  if (skip) return;
  const site = new TestSite('run');
  after(() => site.remove());
  await site.open();
  const tcp = { not: false, items: [6] };
  const noWeb = deny({ id: 1, protocol: tcp, destination: { ports: { not: false, items: [[80, 80]] } } });
  const isDenied = async () => ((await site.connect(four, 80)) === 'silent' ? true : undefined);
  const counterOf = (name: string) =>
    Number(/packets (\d+)/.exec(site.nft('list', 'counter', 'inet', 'sakimori_fw', name))?.[1]);

  test('rules that somebody flushes are there again within seconds, and it is told who it was', async () => {
    await site.put(policyOf([noWeb]));
    site.nft('flush', 'ruleset');
    await site.until(isDenied, 'not healed', 3000);
    const told = await site.until(() => site.events('firewall.tampered')[0], 'not told');
    assert.deepEqual(
      [told.facts, told.actor?.process?.name, told.severity, told.actionResult],
      [{ change: 'removed', healed: true }, 'nft', 'high', 'success'],
    );
  });

  test('a rule that somebody puts before ours is gone within seconds', async () => {
    site.nft('insert', 'rule', 'inet', 'sakimori_fw', 'arriving', 'accept');
    await site.until(() => site.events('firewall.tampered')[1], 'not told', 5000);
    assert.ok(await isDenied());
    assert.equal(site.events('firewall.tampered')[1]?.facts?.['change'], 'changed');
  });

  test('tables of others may come and go', async () => {
    site.nft('add', 'table', 'inet', 'firewalld');
    site.nft('delete', 'table', 'inet', 'firewalld');
    await new Promise((done) => setTimeout(done, 800));
    assert.equal(site.events('firewall.tampered').length, 2);
  });

  test('a rule with a schedule comes in force with its hour, and goes with it', async () => {
    const now = new Date();
    const hour = (now.getDay() * 24 + now.getHours() + 2) % 168;
    const hoursOfWeek = Array.from({ length: 168 }, (_, index) => index === hour || index === (hour + 1) % 168);
    await site.put(policyOf([{ ...noWeb, hoursOfWeek }]));
    assert.equal(await site.connect(four, 80), 'open');
    assert.equal((await site.status()).figures['firewallRules'], 0);
    await site.engine.ask({ do: 'clock', hours: 2 });
    await site.until(isDenied, 'not in force', 25_000);
    assert.equal((await site.status()).figures['firewallRules'], 1);
    await site.engine.ask({ do: 'clock', hours: 0 });
    await site.until(async () => ((await isDenied()) ? undefined : true), 'still in force', 25_000);
  });

  test('a flood is a few detections, whose packets are as many as the kernel counted', async () => {
    const rule = deny({
      id: 9,
      protocol: { not: false, items: [17] },
      destination: { ports: { not: false, items: [[5000, 5000]] } },
    });
    await site.put(
      policyOf([rule], {
        settings: settingsOf({
          events: {
            outOfAllowedPolicy: true,
            perSecondMax: 50,
            packetBytesMax: 0,
            allPacketData: false,
            ignoredSources: [],
          },
        }),
      }),
    );
    await site.client.ask({ do: 'flood', host: four, port: 5000, count: 20_000 });
    const letter = /chain ([ab])_incoming/.exec(site.nft('list', 'table', 'inet', 'sakimori_fw'))?.[1];
    const counted = counterOf(`${letter}_e_rule_9`);
    assert.equal(counted, 20_000);
    await site.put({ state: 'off' });
    const told = site.detections.filter(({ rule }) => rule.id === '9');
    assert.ok(told.length <= 3, `${told.length} detections`);
    assert.equal(
      told.reduce((sum, { facts }) => sum + Number(facts?.['packets']), 0),
      counted,
    );
    assert.ok(told.some(({ facts }) => facts?.['unlogged'] === true));
  });

  test('a scan of ports is found and its source shut out; an ordinary client is not', async () => {
    const settings = settingsOf({});
    const probe = { detect: true, notify: true, blockMs: 60_000 };
    const probes = { ...settings.reconnaissance.probes, networkOrPortScan: probe, tcpNullScan: probe };
    await site.put(policyOf([], { settings: { ...settings, reconnaissance: { ...settings.reconnaissance, probes } } }));
    const [scanner, prober] = ['10.78.0.77', '10.78.0.78'];
    for (const address of [scanner, prober]) site.network.addAddress(`${address}/24`);
    const ask = (source: string, port = 443) => site.client.ask({ do: 'connect', host: four, port, source });
    for (const port of [22, 80, 443, 8080]) assert.equal(await ask(scanner, port), 'open');
    await site.client.ask({ do: 'ports', host: four, from: 1000, count: 40, source: scanner });
    const told = await site.until(() => site.events('firewall.scan')[0], 'no scan found');
    assert.deepEqual(
      [told.source?.address, told.facts?.['ports'], told.severity, told.attack],
      [scanner, 20, 'medium', ['T1046']],
    );
    await site.until(async () => ((await ask(scanner)) === 'silent' ? true : undefined), 'not shut out');
    assert.equal(await ask(prober), 'open');
    await site.client.ask({ do: 'flags', source: prober, host: four, port: 443, flags: 0 });
    await site.until(async () => ((await ask(prober)) === 'silent' ? true : undefined), 'the null scan goes on');
    const signs = site.detections.map(({ facts }) => facts?.['check']);
    for (const sign of ['probe.tcpNullScan', 'evasion.tcpZeroFlags']) assert.ok(signs.includes(sign), sign);
    assert.equal((await site.status()).figures['firewallBlocked'], 2);
    // The manager's own address is never shut out.
    await site.client.ask({ do: 'ports', host: four, from: 2000, count: 40, source: asker });
    await site.until(() => site.events('firewall.scan').find(({ source }) => source?.address === asker), 'not found');
    assert.equal(await ask(asker), 'open');
  });

  test('what this host cannot do is said by name, and nothing pretends', async () => {
    const name = { ja: 'あの相手', en: 'That one' };
    const destination = { macs: { not: false, items: ['02:00:00:00:00:01'] } };
    await site.put(policyOf([noWeb, deny({ id: 2, name, direction: 'outgoing', destination })]));
    const { state, causes, figures } = await site.status();
    assert.equal(state, 'degraded');
    assert.equal(figures['firewallRules'], 1);
    assert.deepEqual(causes, [{ code: 'firewall_left_out_mac', facts: { count: 1, names: 'That one (2)' } }]);
    assert.equal(await site.connect(four, 443), 'open');
  });

  test('without nft, and without the right to use it, the module is lacking and says what mends it', async () => {
    await site.kill();
    site.engine = site.startEngine(asker, '/nonexistent');
    await site.put(policyOf([noWeb]));
    const missing = await site.status();
    assert.deepEqual(
      [missing.state, missing.lacks, missing.install],
      ['lacking', 'nftables', 'sakimori-agent engines install --modules firewall'],
    );
    await site.kill();
    site.engine = site.startEngine(asker, undefined, ['setpriv', '--bounding-set=-net_admin']);
    await site.put(policyOf([noWeb]));
    const refused = await site.status();
    assert.equal(refused.state, 'lacking');
    assert.match(JSON.stringify(refused.causes), /firewall_refused.*not permitted/i);
  });
});
