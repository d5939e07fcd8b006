import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { whyNoNetwork } from '../../test-network.ts';
import { asker, four, managerPort, six, TestSite } from './test-site.ts';

/** Sources that are blocked for a time, over real packets. */
const skip = whyNoNetwork();
const [attacker, other, attackerSix] = ['10.78.0.66', '10.78.0.77', 'fd78::66'];

describe('blocked sources', { skip }, async () => {
  if (skip) return;
  const site = new TestSite('blk');
  after(() => site.remove());
  await site.open();
  site.network.addAddress(`${attacker}/24`);
  site.network.addAddress(`${other}/24`);
  site.network.addAddress(`${attackerSix}/64`);
  const run = async (kind: string, facts: Record<string, unknown>) =>
    (await site.engine.ask({ do: 'run', task: { kind, facts: { by: 'Yamada', reason: 'attack', ...facts } } })) as {
      answer?: string;
      fault?: string;
    };
  const from = (source: string) =>
    site.client.ask({ do: 'connect', host: source.includes(':') ? six : four, port: 443, source });
  const notes = async () =>
    ((await site.status()).notes ?? [])
      .filter(({ code }) => code === 'firewall_source_blocked')
      .map(({ facts }) => facts);

  test('S75: packets of a blocked source do not arrive, those of others do, in both families and where the firewall is off', async () => {
    await site.put({ state: 'off' });
    assert.deepEqual(await Promise.all([attacker, other, attackerSix].map(from)), ['open', 'open', 'open']);
    assert.match((await run('block-source', { source: attacker, minutes: 30 })).answer!, /is blocked until/);
    await run('block-source', { source: 'fd78::66/128', minutes: 30 });
    assert.deepEqual(await Promise.all([attacker, other, attackerSix].map(from)), ['silent', 'open', 'silent']);
    const [first] = await notes();
    assert.deepEqual([first?.['source'], first?.['reason']], [attacker, 'attack']);
    assert.equal((await site.status()).figures['sourceBlocks'], 2);
    const [told] = site.events('firewall.source_blocked');
    assert.deepEqual([told?.subject, told?.action, told?.facts?.['by']], [attacker, 'denied', 'Yamada']);
  });

  test('S75: it survives the agent, which finds it again, and somebody who takes the table away', async () => {
    await site.killAndRestart();
    assert.equal(await from(attacker), 'silent');
    await site.put({ state: 'off' });
    assert.equal((await notes()).length, 2);
    site.nft('delete', 'table', 'inet', 'sakimori_blocks');
    await site.until(async () => ((await from(attacker)) === 'silent' ? true : undefined), 'not put back', 40_000);
  });

  test('S75: the manager, the host’s own addresses, loopback and what the account allows are never blocked', async () => {
    for (const [source, why] of [
      [asker, /never blocked on this host/],
      ['10.78.0.0/24', /never blocked on this host/],
      [four, /never blocked on this host/],
      ['127.0.0.1', /never blocked/],
      ['::1', /never blocked/],
      ['0.0.0.0/0', /too large/],
      ['2001:db8::/8', /too large/],
      ['not an address', /is no IP address/],
    ] as const)
      assert.match((await run('block-source', { source, minutes: 30 })).fault ?? 'none', why, source);
    const allowed = await run('block-source', { source: other, minutes: 30, allow0: '192.0.2.0/24,10.78.0.64/26' });
    assert.match(allowed.fault ?? 'none', /10\.78\.0\.64\/26 is never blocked/);
    assert.equal(await from(other), 'open');
    assert.equal(await site.connect(asker, managerPort, site.server), 'open');
  });

  test('S75: networks that overlap are one, and what stands is not cut short', async () => {
    assert.match((await run('block-source', { source: '10.78.0.64/30', minutes: 5 })).fault!, /overlaps 10\.78\.0\.66/);
    assert.match(
      (await run('block-source', { source: '10.78.0.64/28', minutes: 60 })).answer!,
      /10\.78\.0\.64\/28 is blocked/,
    );
    assert.deepEqual(await Promise.all([attacker, other].map(from)), ['silent', 'silent']);
    assert.equal((await notes()).length, 2);
  });

  test('S75: it ends when it is taken back, and by itself when its time is over', async () => {
    assert.match((await run('unblock-source', { source: '10.78.0.64/28' })).answer!, /blocked no longer/);
    assert.equal(await from(attacker), 'open', site.nft('list', 'ruleset'));
    assert.match((await run('unblock-source', { source: attacker })).answer!, /was not blocked/);
    await run('block-source', { source: attacker, minutes: 0.1 });
    assert.equal(await from(attacker), 'silent');
    await site.kill();
    await site.until(async () => ((await from(attacker)) === 'open' ? true : undefined), 'never ends', 30_000);
    site.engine = site.startEngine(asker);
    await site.put({ state: 'off' });
    assert.deepEqual(
      (await notes()).map(({ source }) => source),
      [attackerSix],
    );
    await run('unblock-source', { source: attackerSix });
    assert.doesNotMatch(site.nft('list', 'tables'), /sakimori_blocks/);
  });
});
