import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { whyNoNetwork } from '../../test-network.ts';
import { deny, policyOf } from './test-policy.ts';
import { asker, four, managerPort, six, TestSite } from './test-site.ts';

/** A host that is cut off from all but its manager, over real packets. */
const skip = whyNoNetwork();

describe('an isolated host', { skip }, async () => {
  if (skip) return;
  const site = new TestSite('iso');
  after(() => site.remove());
  await site.open();
  const run = (kind: string, facts: Record<string, unknown> = {}) =>
    site.engine.ask({ do: 'run', task: { kind, facts } });
  const isManagerReached = async () => (await site.connect(asker, managerPort, site.server)) === 'open';
  const isOpen = async () => [
    await site.connect(four, 443),
    await site.connect(six, 443),
    await site.connect(asker, 80, site.server),
  ];
  const [open, shut] = [
    ['open', 'open', 'open'],
    ['silent', 'silent', 'silent'],
  ];
  const facts = { minutes: 60, dns: false, by: 'Yamada', reason: 'malware' };
  let before = '';

  test('S74, in part: it reaches its manager alone, and connections in use stop', async () => {
    await site.put(policyOf([deny({ id: 1, destination: { ports: { not: false, items: [[80, 80]] } } })]));
    before = site.nft('-s', '-t', 'list', 'table', 'inet', 'sakimori_fw');
    assert.equal(await site.client.ask({ do: 'hold', host: four, port: 443 }), 'open');
    assert.match(JSON.stringify(await run('isolate', facts)), /Isolated until/);
    assert.deepEqual(await isOpen(), shut);
    assert.equal(await site.client.ask({ do: 'again' }), 'silent');
    assert.ok(await isManagerReached());
    const [told] = site.events('firewall.isolated');
    assert.deepEqual(
      [told?.severity, told?.action, told?.facts?.['by'], told?.facts?.['reason']],
      ['high', 'isolated', 'Yamada', 'malware'],
    );
    assert.equal((await site.status()).notes?.[0]?.code, 'firewall_isolated');
  });

  test('S74, in part: it stays so when the agent is killed and starts again, and when the host has forgotten', async () => {
    await site.killAndRestart();
    assert.deepEqual(await isOpen(), shut);
    // As after a restart of the machine, and under a policy whose firewall is off.
    site.nft('delete', 'table', 'inet', 'sakimori_isolation');
    await site.put({ state: 'off' });
    assert.deepEqual(await isOpen(), shut);
    assert.ok(await isManagerReached());
    const { state, notes } = await site.status();
    assert.deepEqual([state, notes?.[0]?.code], ['off', 'firewall_isolated']);
    // Somebody else lifts it: it is there again at the next look.
    site.nft('delete', 'table', 'inet', 'sakimori_isolation');
    await site.until(async () => ((await site.connect(four, 443)) === 'silent' ? true : undefined), 'lifted', 25_000);
  });

  test('S74: after a restart of the host it is isolated before its network is used, and before an agent runs', async () => {
    const saved = join(site.folder, 'isolation.nft');
    const restore = (path: string) =>
      site.network.run(site.network.server, join(import.meta.dirname, '../../../../deploy/systemd/restore-isolation'), [
        path,
      ]);
    const engineDied = site.kill();
    await engineDied;
    // What a restart leaves: nothing in the kernel, no agent, and the file.
    site.nft('delete', 'table', 'inet', 'sakimori_isolation');
    assert.deepEqual(await isOpen(), open);
    restore(saved);
    assert.deepEqual(await isOpen(), shut);
    assert.ok(await isManagerReached());
    const left = Number(/expires (\d+)m/.exec(site.nft('list', 'set', 'inet', 'sakimori_isolation', 'isolated'))?.[1]);
    assert.ok(left >= 50 && left < 60, `${left} minutes are left`);
    // A time that is over is not begun again.
    const over = join(site.folder, 'over.nft');
    writeFileSync(over, readFileSync(saved, 'utf8').replace(/^# until \d+/, '# until 1000000000'));
    site.nft('delete', 'table', 'inet', 'sakimori_isolation');
    restore(over);
    assert.deepEqual([await site.connect(four, 443), existsSync(over)], ['open', false]);
    restore(saved);
    site.engine = site.startEngine(asker);
    await site.put({ state: 'off' });
    assert.deepEqual(await isOpen(), shut);
    assert.equal(site.nft('list', 'tables').match(/sakimori_isolation/g)?.length, 1);
  });

  test('S74, in part: released, everything passes as before, with the rules of the policy as they were', async () => {
    await site.put(policyOf([deny({ id: 1, destination: { ports: { not: false, items: [[80, 80]] } } })]));
    await run('release', { by: 'Yamada', reason: 'cleaned' });
    assert.deepEqual(await isOpen(), open);
    assert.equal(await site.connect(four, 80), 'silent');
    const rules = (text: string) => text.replace(/\b[ab]_/g, '').replace(/sakimori:[ab]/g, '');
    assert.equal(rules(site.nft('-s', '-t', 'list', 'table', 'inet', 'sakimori_fw')), rules(before));
    assert.equal(site.events('firewall.released')[0]?.facts?.['reason'], 'cleaned');
    assert.doesNotMatch(site.nft('list', 'tables'), /isolation/);
    assert.equal(existsSync(join(site.folder, 'isolation.nft')), false);
    assert.equal((await site.status()).notes, undefined);
    assert.match(JSON.stringify(await run('release')), /was not isolated/);
  });

  test('S74, in part: it ends by itself when its time is over, also where the agent is dead', async () => {
    await run('isolate', { ...facts, minutes: 0.1 });
    assert.equal(await site.connect(four, 443), 'silent');
    await site.kill();
    await site.until(async () => ((await site.connect(four, 443)) === 'open' ? true : undefined), 'never ends');
    site.engine = site.startEngine(asker);
    await site.put({ state: 'off' });
    assert.doesNotMatch(site.nft('list', 'tables'), /isolation/);
    await site.until(() => site.events('firewall.released')[0], 'not told');
  });

  test('one that would lose its manager is not cut off', async () => {
    await site.killAndRestart();
    // The first connection works, the one that is tried under the isolation does not.
    site.nft('add', 'table', 'ip', 'cut');
    site.nft('add', 'chain', 'ip', 'cut', 'leaving', '{ type filter hook output priority 0; }');
    const once = ['limit', 'rate', 'over', '1/hour', 'burst', '1', 'packets', 'drop'];
    site.nft('add', 'rule', 'ip', 'cut', 'leaving', 'tcp', 'dport', `${managerPort}`, 'tcp', 'flags', 'syn', ...once);
    await site.put({ state: 'off' });
    const { fault } = (await run('isolate', facts)) as { fault: string };
    assert.match(fault, /cannot be reached from an isolated host .* so the isolation was lifted/);
    assert.deepEqual(await isOpen(), open);
    assert.equal((await site.status()).notes, undefined);
  });
});
