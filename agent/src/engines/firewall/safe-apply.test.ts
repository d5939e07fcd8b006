import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { whyNoNetwork } from '../../test-network.ts';
import { trialSeconds } from './safe-apply.ts';
import { deny, policyOf, settingsOf } from './test-policy.ts';
import { asker, four, managerPort, TestSite } from './test-site.ts';

/**
 * The agent's way to its manager, under rules that would cut it. The manager is reached through a translated address, as behind a load balancer or in a cluster:
 * what the kernel's filter sees is not what the agent has connected to, so that the rule that spares the manager does not mean it.
 */
const skip = whyNoNetwork();
const translated = '10.79.0.1';

describe('rules on trial', { skip }, async () => {
  if (skip) return;
  const site = new TestSite('try', translated);
  after(() => site.remove());
  await site.open();
  site.network.run(site.network.server, 'ip', ['route', 'add', 'default', 'via', asker]);
  const nat = `table ip balancer {
chain leaving {
type nat hook output priority -100; policy accept;
ip daddr ${translated} tcp dport ${managerPort} dnat to ${asker}
}
}
`;
  site.network.run(site.network.server, 'nft', ['-f', '-'], nat);
  const tcp = { not: false, items: [6] };
  const noWeb = policyOf([deny({ id: 1, protocol: tcp, destination: { ports: { not: false, items: [[80, 80]] } } })]);
  const nothingOut = policyOf([deny({ id: 2, direction: 'outgoing', protocol: tcp })]);
  const isReached = async () => (await site.connect(translated, managerPort, site.server)) === 'open';

  test('S4, in part: rules that cut the manager off are taken back within 60 s, and the ones before hold', async () => {
    await site.put(noWeb);
    assert.ok(await isReached());
    const startedMs = performance.now();
    const { fault } = (await site.apply(nothingOut)) as { fault: string };
    assert.ok(performance.now() - startedMs < 60_000);
    assert.match(
      fault,
      /^PolicyFault: The rules cut this host off from its manager \(.*\), so they were taken back\.$/,
    );
    assert.ok(await isReached());
    assert.deepEqual([await site.connect(four, 80), await site.connect(four, 443)], ['silent', 'open']);
    const [told, ...more] = site.events('firewall.rolled_back');
    assert.deepEqual([told?.severity, more], ['high', []]);
    const { state, figures } = await site.status();
    assert.deepEqual([state, figures['firewallRules']], ['active', 1]);
    assert.doesNotMatch(site.nft('list', 'table', 'inet', 'sakimori_fw'), /trial|b_/);
  });

  test('S4, in part: an agent that is killed in between changes nothing: the kernel goes back by itself', async () => {
    const startedMs = performance.now();
    void site.apply(nothingOut);
    await site.until(() => /trial/.test(site.nft('list', 'table', 'inet', 'sakimori_fw')) || undefined, 'no trial');
    assert.ok(!(await isReached()));
    await site.killAndRestart(translated);
    // The one that starts is given the policy of the last run a while later: until then there is nobody.
    await site.until(async () => ((await isReached()) ? true : undefined), 'still cut off', 60_000);
    assert.ok(performance.now() - startedMs < 60_000);
    assert.ok(performance.now() - startedMs > (trialSeconds - 15) * 1000, 'it was not the kernel that went back');
    assert.equal(await site.connect(four, 80), 'silent');
    await site.put(noWeb);
    const told = site.events('firewall.rolled_back');
    assert.equal(told.length, 2);
    assert.match(String(told[1]?.facts?.['cause']), /the agent ended/);
    assert.equal(await site.connect(four, 80), 'silent');
    assert.ok(await isReached());
  });

  test('where the manager is out of reach already, new rules are not put in force and can be later', async () => {
    site.nft('add', 'table', 'ip', 'cut');
    site.nft('add', 'chain', 'ip', 'cut', 'leaving', '{ type filter hook output priority 0; }');
    site.nft('add', 'rule', 'ip', 'cut', 'leaving', 'ip', 'daddr', asker, 'tcp', 'dport', `${managerPort}`, 'drop');
    const { fault } = (await site.apply(policyOf([deny({ id: 3 })]))) as { fault: string };
    assert.match(fault, /^Error: The manager cannot be reached now/);
    assert.equal(await site.connect(four, 443), 'open');
    // The one that has been tried out before needs no manager: a start without network still protects.
    await site.killAndRestart(translated);
    site.nft('delete', 'table', 'inet', 'sakimori_fw');
    await site.put(noWeb);
    assert.equal(await site.connect(four, 80), 'silent');
    site.nft('delete', 'table', 'ip', 'cut');
  });

  test('a manager that is reached where it is needs no exception: no rule means it', async () => {
    await site.killAndRestart(asker);
    await site.put(nothingOut);
    assert.equal(await site.connect(asker, managerPort, site.server), 'open');
    assert.equal(await site.connect(asker, 80, site.server), 'silent');
  });

  test('an engine that fails closed leaves its rules at its end, and the next start takes them over as they stand', async () => {
    const settings = settingsOf({ failureResponse: { engine: 'closed', packetSanity: 'closed' } });
    const closed = { ...noWeb, settings };
    await site.put(closed);
    await site.engine.ask({ do: 'stop' });
    assert.equal(await site.connect(four, 80), 'silent');
    const before = site.nft('-a', 'list', 'table', 'inet', 'sakimori_fw');
    await site.killAndRestart(asker);
    await site.put(closed);
    // Handles are given anew to whatever is put there anew.
    const handles = (text: string) => text.match(/# handle \d+/g);
    assert.deepEqual(handles(site.nft('-a', 'list', 'table', 'inet', 'sakimori_fw')), handles(before));
    await site.put({ ...noWeb });
    await site.engine.ask({ do: 'stop' });
    assert.doesNotMatch(site.nft('list', 'ruleset'), /sakimori/);
    assert.equal(await site.connect(four, 80), 'open');
  });
});
