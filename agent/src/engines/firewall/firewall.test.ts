import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import { whyNoNetwork } from '../../test-network.ts';
import { deny, policyOf, ruleOf, settingsOf, statefulAll } from './test-policy.ts';
import { asker, four, six, TestSite } from './test-site.ts';

/** Real packets between two hosts, one of them with the engine and its table in the kernel. */
const skip = whyNoNetwork();

describe('the firewall between two hosts', { skip }, async () => {
  if (skip) return;
  const site = new TestSite('fw');
  after(() => site.remove());
  await site.open();
  const { client, server, engine } = site;
  const put = (policy: FirewallPolicy) => site.put(policy);
  const status = () => site.status();
  const connect = (...args: Parameters<TestSite['connect']>) => site.connect(...args);
  const events = (kind: string) => site.events(kind);
  const until = <T>(find: () => T | undefined, what: string) => site.until(find, what);

  test('with no rules everything passes, and the module says that it works', async () => {
    assert.equal((await status()).state, 'off');
    await put(policyOf([]));
    for (const host of [four, six]) assert.equal(await connect(host, 80), 'open');
    assert.deepEqual([(await status()).state, (await status()).causes], ['active', []]);
  });

  test('S4, in part: a denied port is silent over IPv4 and IPv6, others are not, and the denial is a detection', async () => {
    await put(
      policyOf([
        deny({
          id: 11,
          name: { ja: '拒否', en: 'No web' },
          destination: { ports: { not: false, items: [[80, 80]] } },
          protocol: { not: false, items: [6] },
          alert: true,
        }),
      ]),
    );
    for (const host of [four, six]) {
      assert.equal(await connect(host, 80), 'silent');
      assert.equal(await connect(host, 443), 'open');
    }
    const found = await until(() => events('firewall.denied')[0], 'no detection');
    assert.deepEqual(found.rule, { id: '11', name: 'No web', nameJa: '拒否' });
    assert.deepEqual(
      [found.source?.address, found.destination, found.action, found.mode, found.severity, found.facts?.['interface']],
      [asker, { address: four, port: 80 }, 'denied', 'prevent', 'medium', 'wire0'],
    );
    assert.equal(found.facts?.['tcpFlags'], 'syn');
    await until(() => events('firewall.denied').find(({ source }) => source?.address === 'fd78::1'), 'none for IPv6');
  });

  test('an allow rule refuses what it does not mean, lets answers in, and leaves ICMPv6 alone', async () => {
    const allow = ruleOf({
      id: 12,
      action: 'allow',
      protocol: { not: false, items: [6] },
      destination: { ports: { not: false, items: [[443, 443]] } },
    });
    await put(policyOf([allow], { stateful: statefulAll }));
    for (const host of [four, six]) {
      assert.equal(await connect(host, 443), 'open', host);
      assert.equal(await connect(host, 22), 'silent', host);
    }
    // What this host asks others is answered, by TCP and UDP.
    assert.equal(await connect(asker, 80, server), 'open');
    assert.equal(await server.ask({ do: 'udp', host: asker, port: 5000 }), 'open');
    assert.equal(await client.ask({ do: 'udp', host: four, port: 53 }), 'silent');
    assert.equal(await client.ask({ do: 'ping', host: six }), 'open');
    const found = await until(() => events('firewall.out_of_policy')[0], 'no detection');
    assert.deepEqual([found.rule.id, found.facts?.['check']], ['firewall.policy.incoming', 'policy.incoming']);
  });

  test('of rules that mean the same packet the higher priority decides, then bypass, force-allow, deny', async () => {
    const web = {
      protocol: { not: false, items: [6] },
      destination: { ports: { not: false, items: [[80, 80] as [number, number]] } },
    };
    const order = [
      [[deny({ id: 1, priority: 1, ...web }), ruleOf({ id: 2, action: 'force-allow', priority: 1, ...web })], 'open'],
      [[deny({ id: 1, priority: 2, ...web }), ruleOf({ id: 2, action: 'force-allow', priority: 1, ...web })], 'silent'],
      [[deny({ id: 1, priority: 2, ...web }), ruleOf({ id: 2, action: 'bypass', priority: 2, ...web })], 'open'],
      [[deny({ id: 1, priority: 0, ...web }), ruleOf({ id: 2, action: 'allow', priority: 0, ...web })], 'silent'],
      [[ruleOf({ id: 3, action: 'log-only', priority: 4, log: true, ...web }), deny({ id: 1, ...web })], 'silent'],
      [[ruleOf({ id: 3, action: 'log-only', priority: 4, log: true, ...web })], 'open'],
    ] as const;
    for (const [rules, answer] of order) {
      await put(policyOf([...rules]));
      assert.equal(
        await connect(four, 80),
        answer,
        JSON.stringify(rules.map(({ action, priority }) => [action, priority])),
      );
    }
    const found = await until(() => events('firewall.logged')[0], 'nothing logged');
    assert.deepEqual([found.rule.id, found.action, found.mode], ['3', 'observed', 'detect']);
  });

  test('outgoing traffic is ruled too', async () => {
    const rule = deny({
      id: 5,
      direction: 'outgoing',
      protocol: { not: false, items: [6] },
      destination: { ports: { not: false, items: [[80, 80]] } },
    });
    await put(policyOf([rule]));
    assert.equal(await connect(asker, 80, server), 'silent');
    assert.equal(await connect(four, 80), 'open');
    const found = await until(() => events('firewall.denied').find(({ rule }) => rule.id === '5'), 'no detection');
    assert.deepEqual([found.facts?.['direction'], found.subject, found.facts?.['uid']], ['outgoing', asker, 0]);
  });

  test('in tap mode nothing is held up, and what would have been is told', async () => {
    await put(policyOf([deny({ id: 6 })], { settings: settingsOf({ networkEngineMode: 'tap' }) }));
    assert.equal(await connect(four, 80), 'open');
    const found = await until(() => events('firewall.logged').find(({ rule }) => rule.id === '6'), 'no detection');
    assert.deepEqual([found.action, found.actionResult], ['observed', 'none']);
    const { state, causes, notes } = await status();
    assert.deepEqual([state, causes, notes], ['active', [], [{ code: 'firewall_tap', facts: {} }]]);
  });

  test('stateful inspection refuses a segment of no connection, and an allow rule without it does not', async () => {
    const replies = ruleOf({
      id: 7,
      action: 'allow',
      protocol: { not: false, items: [6, 17] },
      tcpFlags: { not: true, items: ['syn'] },
    });
    const logged = { ...statefulAll, tcp: { inspect: true, log: true } };
    await put({ state: 'off' });
    await put(policyOf([replies], { stateful: logged }));
    await engine.ask({ do: 'clock', hours: 1 });
    await put(policyOf([{ ...replies, id: 8 }], { stateful: logged }));
    await client.ask({ do: 'flags', source: asker, host: four, port: 22, flags: 0x10 });
    await until(
      () => events('firewall.no_connection').find(({ facts }) => facts?.['check'] === 'state.tcp'),
      'nothing',
    );
    assert.equal(await client.ask({ do: 'udp', host: four, port: 53 }), 'silent');
    await put(policyOf([{ ...replies, id: 8 }]));
    assert.equal(await client.ask({ do: 'udp', host: four, port: 53 }), 'open');
    await engine.ask({ do: 'clock', hours: 0 });
  });

  test('connections of one other computer are limited', async () => {
    await put(
      policyOf([], { stateful: { ...statefulAll, incomingConnectionsMax: 1, tcp: { inspect: true, log: true } } }),
    );
    assert.equal(await client.ask({ do: 'hold', host: four, port: 80 }), 'open');
    assert.equal(await connect(four, 80), 'silent');
    assert.equal(await client.ask({ do: 'again' }), 'open');
    await until(
      () => events('firewall.no_connection').find(({ facts }) => facts?.['check'] === 'state.incomingMax'),
      'nothing',
    );
  });

  test('off: nothing of ours is left, and what others have put there is untouched', async () => {
    site.nft('add', 'table', 'ip', 'others');
    await put(policyOf([deny({ id: 1 })]));
    assert.match(site.nft('list', 'ruleset'), /sakimori_fw/);
    await put({ state: 'off' });
    assert.equal(site.nft('list', 'ruleset').trim(), 'table ip others {\n}');
    assert.equal((await status()).state, 'off');
  });
});
