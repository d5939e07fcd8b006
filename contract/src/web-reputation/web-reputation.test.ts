import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addressOfHost, addressText, canonicalAddress, canonicalHost, canonicalPath, shownAddress } from './address.ts';
import { readEntry } from './entry-text.ts';
import { hashed, hashText } from './half-sip-hash.ts';
import { matchesPattern, WebJudge } from './judge.ts';
import { WebTable, WebTableBuilder } from './table.ts';

const textOf = (written: string): string | undefined => {
  const address = canonicalAddress(written);
  return address && addressText(address);
};

describe('addresses', () => {
  const same: readonly (readonly [string, string])[] = [
    ['HTTP://0x7f.1:80/a/../%62?x#y', '127.0.0.1/b?x'],
    ['http://user:pass@Exa%6Dple.COM.:8080//a//b/./c', 'example.com:8080/a/b/c'],
    ['https://example.com:443', 'example.com/'],
    ['http://example.com:443/', 'example.com:443/'],
    ['bücher.example/ü', 'xn--bcher-kva.example/%C3%BC'],
    ['http://3232235777/', '192.168.1.1/'],
    ['http://0300.0250.0.1/', '192.168.0.1/'],
    ['http://[0:0::1]:80/', '[::1]/'],
    ['http://example.com/%252561', 'example.com/a'],
    ['http://example.com/a%2Fb?q=%2e', 'example.com/a/b?q=.'],
    ['http://example.com/x/%2e%2e/%2e/y/', 'example.com/y/'],
    ['http://example.com\\evil/', 'example.com/evil/'],
    ['  example.com/a b  ', 'example.com/a%20b'],
  ];
  for (const [written, text] of same) test(`${written} is ${text}`, () => assert.equal(textOf(written), text));

  test('what is no address is none', () => {
    for (const written of [
      '',
      'http://',
      'http://a b/',
      'ftp://example.com/',
      'http://exa mple/',
      `http://${'a'.repeat(300)}/`,
    ])
      assert.equal(canonicalAddress(written), undefined, written);
    for (const host of ['', '.', 'a..b', 'a b', 'exa/mple', '%']) assert.equal(canonicalHost(host), undefined, host);
  });

  test('the one form of an address is itself in its one form', () => {
    const written = fc.webUrl({ withFragments: true, withQueryParameters: true });
    fc.assert(
      fc.property(written, (url) => {
        const text = textOf(url);
        assert.ok(text !== undefined);
        assert.equal(textOf(text), text);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const once = canonicalPath(`/${path}`);
        assert.match(once, /^\/[!-~]*$/);
      }),
    );
    fc.assert(fc.property(fc.string(), (host) => void addressOfHost(host)));
  });

  test('what may be a secret is not shown', () => {
    const shown = (written: string) => shownAddress(canonicalAddress(written)!);
    assert.equal(shown('http://me:word@example.com/a?user=7&token=abc&b'), 'example.com/a?user=7&token=***&b');
    assert.equal(shown(`http://example.com/?q=${'ab1'.repeat(10)}`), 'example.com/?q=***');
    assert.equal(shownAddress(canonicalAddress(`http://example.com/${'a'.repeat(2000)}`)!, 50).length, 50);
  });
});

test('the hash gives what its authors published', () => {
  const published = [
    '218d1f59b9b83cc8',
    'be55241 2f8387315'.replace(' ', ''),
    '064f39ef7c50eb57',
    'ce0f1a45f7060679',
    'd5e78a175be52ea1',
    'cb9d7c3f2f3db580',
  ];
  for (const [length, wanted] of published.entries()) {
    hashText([0x03020100, 0x07060504], String.fromCharCode(...Array.from({ length }, (_, index) => index)));
    assert.equal(Buffer.from(hashed.buffer, 0, 8).toString('hex'), wanted);
  }
  hashText([0x03020100, 0x07060504], String.fromCharCode(...Array.from({ length: 63 }, (_, index) => index)));
  assert.equal(Buffer.from(hashed.buffer, 0, 8).toString('hex'), '2ea63c71bf326087');
});

test('entries are read as feeds and people write them', () => {
  assert.deepEqual(readEntry('*.Evil.Example.'), { kind: 'domain', text: 'evil.example' });
  assert.deepEqual(readEntry('evil.example/shop/*'), { kind: 'prefix', text: 'evil.example/shop/' });
  assert.deepEqual(readEntry('http://1.2.3.4:37215/bin.sh'), { kind: 'address', text: '1.2.3.4:37215/bin.sh' });
  assert.deepEqual(readEntry('2001:db8::1'), { kind: 'domain', text: '2001:db8::1' });
  assert.deepEqual(readEntry('com'), { fault: 'public_suffix' });
  assert.deepEqual(readEntry('ev*l.example'), { fault: 'wildcard' });
  assert.deepEqual(readEntry('http://ev*l.example/'), { fault: 'wildcard' });
  assert.deepEqual(readEntry('not an address'), { fault: 'no_address' });
});

const listed = [
  { written: 'danger.test', score: 95 },
  { written: 'high.test', score: 70 },
  { written: 'suspect.test', score: 45 },
  { written: 'mild.test', score: 10 },
  { written: 'host.test/bad.exe', score: 90 },
  { written: 'host.test/files/*', score: 90 },
  { written: 'danger.test', score: 20 },
] as const;

function tableOf(entries: readonly { written: string; score: number }[]): WebTable {
  const builder = new WebTableBuilder([0x12345678, 0x9abcdef0]);
  for (const { written, score } of entries) {
    const entry = readEntry(written);
    assert.ok(!('fault' in entry), written);
    builder.add(entry.kind, entry.text, { score, category: 'malware', feed: 'ours' });
  }
  return new WebTable(builder.build());
}

describe('the table', () => {
  test('finds what was put in, the worst of what is said twice, and nothing else', () => {
    const name = fc.domain();
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 200 }), fc.array(name, { maxLength: 50 }), (inside, outside) => {
        const table = tableOf([...inside, ...inside].map((written, index) => ({ written, score: index % 101 })));
        assert.equal(table.entries, new Set(inside.map((one) => canonicalHost(one))).size);
        for (const one of inside) assert.ok(table.find('domain', canonicalHost(one)!));
        const known = new Set(inside.map((one) => canonicalHost(one)));
        for (const one of outside)
          if (!known.has(canonicalHost(one))) assert.equal(table.find('domain', one), undefined);
      }),
      { numRuns: 30 },
    );
    assert.equal(tableOf(listed).find('domain', 'danger.test')?.score, 95);
    assert.equal(tableOf([]).entries, 0);
  });

  test('bytes that are none are refused, whichever of them is wrong', () => {
    const builder = new WebTableBuilder([1, 2]);
    builder.add('domain', 'a.test', { score: 1, category: 'c', feed: 'f' });
    const bytes = builder.build();
    assert.throws(() => new WebTable(bytes.subarray(0, bytes.length - 1)), /no table/);
    assert.throws(() => new WebTable(Buffer.from('SKMWEB01')), /no table/);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        assert.throws(() => new WebTable(noise));
      }),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = Uint8Array.from(bytes);
        broken[at]! ^= flip;
        try {
          new WebTable(broken).find('domain', 'b.test');
        } catch (error) {
          assert.equal((error as Error).name, 'TableFault');
        }
      }),
    );
  });
});

describe('the verdict', () => {
  const policy = {
    securityLevel: 'medium' as 'low' | 'medium' | 'high',
    blockUntested: false,
    allowed: { domains: ['fine.danger.test'], urls: ['host.test/files/ok/*'] },
    blocked: {
      domains: ['ours.test', 'fine.danger.test'],
      urls: ['*.shop.test/casino*', 'host.test/no'],
      keywords: ['Poker'],
    },
  };
  const judge = (written: string, more: Partial<typeof policy> = {}) =>
    new WebJudge({ ...policy, ...more }, [tableOf(listed)]).judge(canonicalAddress(written) ?? assert.fail(written));

  test('S5: what is blocked changes with the level', () => {
    const outcomes = (['low', 'medium', 'high'] as const).map((securityLevel) =>
      ['danger.test', 'high.test', 'suspect.test', 'mild.test', 'other.test'].map(
        (host) => judge(host, { securityLevel }).isBlocked,
      ),
    );
    assert.deepEqual(outcomes, [
      [true, false, false, false, false],
      [true, true, false, false, false],
      [true, true, true, false, false],
    ]);
    const { rating, score, category, feed, matched } = judge('http://www.danger.test:81/x');
    assert.deepEqual([rating, score, category, feed, matched], ['dangerous', 95, 'malware', 'ours', 'danger.test']);
  });

  test('allowed comes before blocked, blocked before what feeds say', () => {
    const reason = (written: string) => judge(written).reason;
    assert.equal(reason('http://fine.danger.test/'), 'allowed_domain');
    assert.equal(reason('http://a.fine.danger.test/'), 'allowed_domain');
    assert.equal(reason('http://notfine.danger.test/'), 'rated');
    assert.equal(reason('http://host.test/files/ok/1'), 'allowed_url');
    assert.equal(reason('http://host.test:8080/files/bad'), 'rated');
    assert.equal(reason('http://x.ours.test/'), 'blocked_domain');
    assert.equal(reason('http://a.shop.test/casino/1'), 'blocked_url');
    assert.equal(reason('http://host.test/no'), 'blocked_url');
    assert.equal(reason('http://host.test/nothing'), 'unrated');
    assert.equal(reason('http://other.test/?q=online-pOKER'), 'keyword');
    assert.equal(reason('http://notdanger.test/'), 'unrated');
    assert.equal(reason('http://host.test/bad.exe?x=1'), 'rated');
    assert.equal(judge('http://host.test/filesystem').isBlocked, false);
  });

  test('untested pages are blocked where that is asked for, but not those of the house', () => {
    const blockUntested = true;
    assert.deepEqual(judge('http://other.test/', { blockUntested }), { isBlocked: true, reason: 'untested' });
    for (const own of ['intranet', '10.1.2.3', '127.0.0.1', 'printer.local', '[fd00::1]'])
      assert.equal(judge(own, { blockUntested }).isBlocked, false, own);
    assert.equal(judge('mild.test', { blockUntested }).isBlocked, false);
  });

  test('patterns match as a slow model says, and take no longer for being nasty', () => {
    const piece = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(
      fc.property(piece, fc.stringMatching(/^[ab]{0,10}$/), (pattern, text) => {
        assert.equal(matchesPattern(pattern, text), new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text));
      }),
    );
    const startMs = performance.now();
    assert.equal(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(4000)), false);
    assert.ok(performance.now() - startMs < 30_000);
  });
});
