import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FirewallMatch } from '@sakimori/contract/policy-firewall';
import fc from 'fast-check';
import { anyPacket, anyRule } from './arbitraries.ts';
import { compileMatch } from './match.ts';
import { Packet } from './packet.ts';
import { replay, whyNoReplay } from './replay.ts';
import { isMeant } from './rule-model.ts';

const from = (
  end: FirewallMatch['source'],
  rest: Omit<FirewallMatch, 'source' | 'destination'> = {},
): FirewallMatch => ({
  source: end,
  destination: {},
  ...rest,
});
const is = <T>(...items: T[]) => ({ not: false, items });
const isNot = <T>(...items: T[]) => ({ not: true, items });
const ip = is(0x0800, 0x86dd);

describe('what is written', () => {
  test('a rule without conditions means every frame', () => {
    assert.deepEqual(compileMatch(from({})), ['']);
  });

  test('both versions of IP have a match of their own; ports ask for the first fragment', () => {
    const rule = {
      ...from({}, { frame: ip, protocol: is(6, 17) }),
      destination: { ports: is([22, 22], [1000, 2000]) },
    };
    assert.deepEqual(compileMatch(rule as FirewallMatch), [
      'meta protocol ip ip frag-off & 0x1fff == 0 meta l4proto { 6, 17 } th dport { 22, 1000-2000 }',
      'meta protocol ip6 exthdr frag missing meta l4proto { 6, 17 } th dport { 22, 1000-2000 }',
      'meta protocol ip6 frag frag-off 0 meta l4proto { 6, 17 } th dport { 22, 1000-2000 }',
    ]);
  });

  test('addresses go to their family, and a family without any has no match', () => {
    assert.deepEqual(
      compileMatch(from({ addresses: is('192.0.2.1-192.0.2.6', '10.0.0.0/8', '192.0.2.4-192.0.2.9') })),
      ['meta protocol ip ip saddr { 10.0.0.0/8, 192.0.2.1-192.0.2.9 }'],
    );
    assert.deepEqual(compileMatch(from({ addresses: isNot('10.0.0.0/8') })), [
      'meta protocol ip ip saddr { 0.0.0.0-9.255.255.255, 11.0.0.0-255.255.255.255 }',
      'meta protocol ip6',
    ]);
  });

  test('conditions that nothing meets leave no match', () => {
    for (const rule of [
      from({ addresses: is() }),
      from({ macs: is() }),
      from({ ports: is() }),
      from({ ports: isNot([0, 65_535]) }),
      from({ addresses: isNot('0.0.0.0/0', '::/0') }),
      from({ ports: is([1, 1]) }, { protocol: is(1) }),
      from({ addresses: is('10.0.0.1') }, { frame: is(0x0806) }),
      from({}, { frame: is() }),
    ])
      assert.deepEqual(compileMatch(rule), [], JSON.stringify(rule));
  });

  test('what is excluded is written as what is left, so that nft cannot join two exclusions into one', () => {
    const rule = {
      source: { ports: isNot([53, 53]) },
      destination: { ports: isNot([0, 1023]) },
      frame: is(0x0800),
      protocol: is(17),
    };
    assert.deepEqual(compileMatch(rule as FirewallMatch), [
      'meta protocol ip ip frag-off & 0x1fff == 0 meta l4proto 17 th sport { 0-52, 54-65535 } th dport 1024-65535',
    ]);
  });

  test('TCP is asked for its flags, and what else the rule means is not', () => {
    assert.deepEqual(compileMatch(from({}, { frame: is(0x86dd), protocol: is(6, 17), tcpFlags: isNot('syn') })), [
      'meta protocol ip6 exthdr frag missing meta l4proto 6 @th,104,8 & 0x3f != 0x02',
      'meta protocol ip6 frag frag-off 0 meta l4proto 6 @th,104,8 & 0x3f != 0x02',
      'meta protocol ip6 meta l4proto 17',
    ]);
  });

  test('type and code of ICMP are one number', () => {
    assert.deepEqual(
      compileMatch(from({}, { frame: is(0x86dd), protocol: is(58), icmp: { not: true, type: 1, code: 4 } })),
      [
        'meta protocol ip6 exthdr frag missing meta l4proto 58 @th,0,16 != 260',
        'meta protocol ip6 frag frag-off 0 meta l4proto 58 @th,0,16 != 260',
      ],
    );
  });
});

/** Without the hundreds of rules and packets. */
function tellShortly<T>(run: fc.RunDetails<T>): void {
  if (run.failed) throw new Error(`seed ${run.seed}`, { cause: run.errorInstance });
}

test('the kernel takes ten thousand addresses in one rule', { skip: whyNoReplay() }, () => {
  const some = Array.from(
    { length: 5000 },
    (_, index) => `10.${index >> 8}.${index & 255}.${index % 2 ? '7' : '0/25'}`,
  );
  const others = Array.from({ length: 5000 }, (_, index) => `2001:db8:${index.toString(16)}::/48`);
  const packet = (source: string) => Packet.parse({ ipv4: { source, destination: '192.0.2.1' }, udp: {} });
  const six = (source: string) => Packet.parse({ ipv6: { source, destination: 'fe80::1' }, udp: {} });
  const packets = ['10.19.135.7', '10.19.134.127', '10.19.135.8', '10.19.134.128'].map(packet);
  packets.push(six('2001:db8:1387::1'), six('2001:db8:1388::1'));
  const [meant, notMeant] = replay(
    [from({ addresses: is(...some, ...others) }), from({ addresses: isNot(...some, ...others) })],
    packets,
  );
  assert.deepEqual([...meant!], [0, 1, 4]);
  assert.deepEqual([...notMeant!], [2, 3, 5]);
});

test('the kernel means by a compiled rule what the rule means', { skip: whyNoReplay() }, () => {
  let meant = 0;
  fc.assert(
    fc.property(
      fc.array(anyRule, { minLength: 150, maxLength: 150 }),
      fc.array(anyPacket, { minLength: 300, maxLength: 300 }),
      (rules, packets) => {
        const found = replay(rules, packets);
        for (const [index, rule] of rules.entries())
          for (const [place, packet] of packets.entries()) {
            const wanted = isMeant(rule, packet);
            if (wanted) meant += 1;
            assert.equal(
              found[index]!.has(place),
              wanted,
              `${JSON.stringify(rule)}\n${JSON.stringify(packet)}\n${compileMatch(rule).join('\n')}`,
            );
          }
      },
    ),
    { numRuns: 3, endOnFailure: true, reporter: tellShortly },
  );
  assert.ok(meant > 3000, `only ${meant} of the packets were meant by a rule`);
});
