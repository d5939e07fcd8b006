import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  formatAddressRange,
  maskAddress,
  mergeAddressRanges,
  NetworkFault,
  parseAddressRange,
  readItems,
} from './network-address.ts';
import { formatPortRange, mergePortRanges, type PortRange, parseMac, parsePortRange } from './network-port.ts';

const again = (text: string): string => formatAddressRange(parseAddressRange(text));

describe('addresses', () => {
  test('one address, a network, a range; what is a network is written as one', () => {
    const written: Record<string, string> = {
      '192.0.2.7': '192.0.2.7',
      ' 192.0.2.7/24 ': '192.0.2.0/24',
      '192.0.2.7/255.255.254.0': '192.0.2.0/23',
      '192.0.2.0 - 192.0.2.255': '192.0.2.0/24',
      '10.0.0.1-10.0.0.9': '10.0.0.1-10.0.0.9',
      '0.0.0.0/0': '0.0.0.0/0',
      '2001:DB8::0:1': '2001:db8::1',
      'fe80::1/10': 'fe80::/10',
      'fe80::/ffc0::': 'fe80::/10',
      '::ffff:192.0.2.1': '::ffff:c000:201',
      '2001:db8:0:0:1:0:0:0': '2001:db8:0:0:1::',
      '1:0:2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
      '::-::ff': '::/120',
      '::': '::',
      '::/0': '::/0',
    };
    for (const [text, expected] of Object.entries(written)) assert.equal(again(text), expected, text);
  });

  test('what is none says why', () => {
    const faults: Record<string, RegExp> = {
      '': /"" is no IP address/,
      '10.0.0.300': /is no IP address/,
      '10.0.0': /is no IP address/,
      '010.0.0.1': /is no IP address/,
      '10.0.0.1.2': /is no IP address/,
      'example.com': /is no IP address/,
      '!10.0.0.1': /is no IP address/,
      '10.0.0.0/33': /IPv4 has 32 bits/,
      'fe80::/129': /IPv6 has 128 bits/,
      '10.0.0.0/255.0.255.0': /its ones do not come first/,
      '10.0.0.0/ffff::': /is no mask of IPv4/,
      '10.0.0.0/8/8': /more than one mask/,
      '10.0.0.0/': /is no IP address/,
      '10.0.0.9-10.0.0.1': /ends before it begins/,
      '10.0.0.1-fe80::1': /mixes IPv4 and IPv6/,
      '10.0.0.1-10.0.0.2-10.0.0.3': /is no range/,
      '10.0.0.0/24-10.0.1.0': /is no IP address/,
      'fe80::1%eth0': /names an interface/,
      '1::2::3': /is no IP address/,
      '1:2:3:4:5:6:7': /is no IP address/,
      '1:2:3:4:5:6:7:8:9': /is no IP address/,
      '12345::': /is no IP address/,
      ':::': /is no IP address/,
    };
    for (const [text, message] of Object.entries(faults))
      assert.throws(
        () => parseAddressRange(text),
        (error) => error instanceof NetworkFault && message.test(error.message),
        text,
      );
    assert.throws(() => maskAddress('10.0.0.1', ''), NetworkFault);
  });

  test('a fault of a long text is short, and found at once', () => {
    const started = performance.now();
    for (const text of [`1${' '.repeat(200_000)}1`, '1:'.repeat(100_000), '-'.repeat(100_000), '1.'.repeat(100_000)])
      assert.throws(
        () => parseAddressRange(text),
        (error: Error) => error.message.length < 150,
      );
    assert.ok(performance.now() - started < 10_000);
  });

  test('ranges that overlap or touch become one, families stay apart', () => {
    const merge = (...texts: string[]) => mergeAddressRanges(texts.map(parseAddressRange)).map(formatAddressRange);
    assert.deepEqual(merge('10.1.0.0/16', '10.0.0.0/16', '10.0.5.0/24', '::1', '10.2.0.1'), [
      '10.0.0.0/15',
      '10.2.0.1',
      '::1',
    ]);
    assert.deepEqual(merge('10.0.0.1', '10.0.0.1', '10.0.0.3'), ['10.0.0.1', '10.0.0.3']);
  });

  test('any IPv6 address is read as Node reads it, and comes back the same', () => {
    const address = fc.oneof(
      fc.ipV6(),
      fc.array(fc.constantFrom('0', '1', 'ffff'), { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':')),
    );
    fc.assert(
      fc.property(address, (text) => {
        if (isIP(text) === 0) return;
        const written = again(text);
        const list = new BlockList();
        list.addAddress(text, 'ipv6');
        assert.ok(list.check(written, 'ipv6'), `${text} became ${written}`);
        assert.equal(again(written), written);
      }),
      { numRuns: 500 },
    );
  });
});

describe('items of lists', () => {
  test('comments, empty lines and commas', () => {
    assert.deepEqual(readItems(['10.0.0.1 # one, or', '# nothing', '', '22, 80\n443#last\r\n25']), [
      '10.0.0.1',
      '22',
      '80',
      '443',
      '25',
    ]);
  });
});

describe('ports and MAC addresses', () => {
  test('ports are read, joined and written', () => {
    const merge = (...texts: string[]) =>
      mergePortRanges(texts.map((text): PortRange => parsePortRange(text))).map(formatPortRange);
    assert.deepEqual(merge('443', '80', '1000-2000', '1500-3000', '3001', '0', '65535'), [
      '0',
      '80',
      '443',
      '1000-3001',
      '65535',
    ]);
    for (const text of ['65536', '-1', '22-', '30-20', '!22', 'ssh', '', '22 80', '1-2-3', '999999999999'])
      assert.throws(() => parsePortRange(text), NetworkFault, text);
  });

  test('MAC addresses in the three ways people write them', () => {
    for (const text of ['00:1B:44:11:3a:b7', '00-1b-44-11-3a-b7', '001b44113ab7'])
      assert.equal(parseMac(text), '00:1b:44:11:3a:b7');
    for (const text of ['00:1b:44:11:3a', '00:1b-44:11:3a:b7', '00:1b:44:11:3a:b7:00', '00:1b:44:11:3a:bg', 'any'])
      assert.throws(() => parseMac(text), NetworkFault, text);
  });
});
