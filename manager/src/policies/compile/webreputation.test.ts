import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebReputationPolicy } from '@sakimori/contract/policy-webreputation';
import fc from 'fast-check';
import { patience } from '../../../../test/patience.ts';
import { compileWebReputation, WebReputationFault } from './webreputation.ts';

/** By the part of a setting's name that says which it is. */
const compile = (settings: Record<string, string> = {}) => {
  const named = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`webReputationSetting${name}`, value]),
  );
  const policy = compileWebReputation({ state: 'on', settings: named });
  assert.deepEqual(WebReputationPolicy.parse(policy), policy);
  return policy.state === 'on' ? policy : assert.fail('off');
};
const fault = (message: RegExp) => ({ name: 'WebReputationFault', message });

describe('web reputation', () => {
  test('off is off, whatever else is set', () => {
    const settings = { webReputationSettingSecurityLevel: 'extreme' };
    assert.deepEqual(compileWebReputation({ state: 'off', settings }), { state: 'off' });
  });

  test('the built-in settings', () => {
    const policy = {
      ...{
        state: 'on',
        securityLevel: 'medium',
        blockUntested: false,
        alert: false,
        ports: [
          [80, 80],
          [8080, 8080],
        ],
      },
      ...{ allowed: { domains: [], urls: [] }, blocked: { domains: [], urls: [], keywords: [] } },
    };
    assert.deepEqual(compile(), policy);
    assert.deepEqual(WebReputationPolicy.parse({ state: 'on' }), policy);
  });

  test('the security level by its word on the wire', () => {
    for (const level of ['High', 'Medium', 'Low', 'high', ' LOW '])
      assert.equal(compile({ SecurityLevel: level }).securityLevel, level.trim().toLowerCase());
    for (const level of ['', 'Medium (6)', 'constructor'])
      assert.throws(
        () => compile({ SecurityLevel: level }),
        fault(/^The setting webReputationSettingSecurityLevel has ".*"; it is High, Medium or Low\.$/),
      );
  });

  test('domains, one a line or parted otherwise, as they are called up', () => {
    const text =
      'Example.COM\r\n*.bücher.example, .sub.example.jp;http://shop.example:8080/x?y\n\nexample.com.\n192.0.2.1';
    assert.deepEqual(compile({ BlockedUrlDomains: text, AllowedUrlDomains: '日本語.jp' }).blocked.domains, [
      ...['example.com', 'xn--bcher-kva.example', 'sub.example.jp', 'shop.example', '192.0.2.1'],
    ]);
    assert.deepEqual(compile({ AllowedUrlDomains: '日本語.jp' }).allowed.domains, ['xn--wgv71a119e.jp']);
  });

  test('addresses keep their commas and lose their scheme', () => {
    const text =
      'https://Shop.Example/a,b;c?q=1\nexample.com/*, *.Example.net/x\nhttp://one.example/,http://two.example:8443/Path\nshop.example/a,b;c?q=1';
    assert.deepEqual(compile({ BlockedUrls: text, AllowedUrls: 'example.com/ok' }).blocked.urls, [
      ...['shop.example/a,b;c?q=1', 'example.com/*', '*.example.net/x', 'one.example/', 'two.example:8443/Path'],
    ]);
    assert.deepEqual(compile({ AllowedUrls: '[2001:DB8::1]:8080/x' }).allowed.urls, ['[2001:db8::1]:8080/x']);
  });

  test('keywords, ports, link, alert', () => {
    const policy = compile({
      ...{
        BlockedUrlKeywords: 'Casino, gambling\nFREE money',
        MonitorPortListId: '80, 8080-8090,443;81',
        AlertingEnabled: 'true',
      },
      ...{ SecurityBlockUntestedPagesEnabled: 'Yes', BlockingPageLink: 'https://help.example/blocked' },
    });
    assert.deepEqual(policy.blocked.keywords, ['casino', 'gambling', 'free money']);
    assert.deepEqual(policy.ports, [
      [80, 81],
      [443, 443],
      [8080, 8090],
    ]);
    assert.deepEqual(
      [policy.alert, policy.blockUntested, policy.blockingPageLink],
      [true, true, 'https://help.example/blocked'],
    );
  });

  test('what cannot be used is said in a sentence that names setting and entry', () => {
    const refused: [name: string, value: string, shown: RegExp][] = [
      ['BlockedUrlDomains', 'good.example\nbad domain!', /has "domain!"; it is a name/],
      ['BlockedUrlDomains', 'exa*mple.com', /has "exa\*mple\.com"/],
      ['AllowedUrlDomains', '*.', /has "\*\."/],
      ['AllowedUrlDomains', `${'a'.repeat(64)}.example`, /it is a name/],
      ['AllowedUrlDomains', `${'a.'.repeat(200)}example`, /it is a name/],
      ['BlockedUrls', 'http://', /has "http:\/\/"/],
      ['BlockedUrls', '/only/a/path', /it is an address/],
      ['BlockedUrls', ':80/x', /it is an address/],
      ['BlockedUrls', 'user:secret@example.com/', /it is an address/],
      ['BlockedUrls', 'example.com/a b', /it is an address/],
      ['BlockedUrls', 'example.com/\u0000', /it is an address/],
      ['BlockedUrls', `example.com/${'x'.repeat(3000)}`, /it is an address/],
      ['BlockedUrlKeywords', 'x'.repeat(201), /at most 200 characters/],
      ['BlockedUrlKeywords', 'a\u0001', /at most 200 characters/],
      ['MonitorPortListId', 'http', /it is ports/],
      ['MonitorPortListId', '0', /it is ports/],
      ['MonitorPortListId', '70000', /it is ports/],
      ['MonitorPortListId', ' ', /at least one port/],
      ['BlockingPageLink', 'javascript:alert(1)', /begins with http/],
      ['BlockingPageLink', 'not a link', /begins with http/],
      ['AlertingEnabled', '2', /it is true or false/],
      [
        'BlockedUrlDomains',
        Array.from({ length: 10_001 }, (_, n) => `d${n}.example`).join('\n'),
        /at most 10000 entries/,
      ],
    ];
    for (const [name, value, shown] of refused) {
      assert.throws(() => compile({ [name]: value }), fault(shown), `${name}: ${value.slice(0, 40)}`);
      assert.throws(
        () => compile({ [name]: value }),
        fault(new RegExp(`^The setting webReputationSetting${name} has "`)),
      );
    }
  });

  test('whatever the settings say, they are a policy or a fault', () => {
    const names = fc.constantFrom(
      ...[
        'SecurityLevel',
        'AllowedUrls',
        'AllowedUrlDomains',
        'BlockedUrls',
        'BlockedUrlDomains',
        'BlockedUrlKeywords',
      ],
      ...['MonitorPortListId', 'BlockingPageLink', 'AlertingEnabled', 'SecurityBlockUntestedPagesEnabled'],
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.domain(),
      fc.constantFrom('a.example,b.example', '80-90', 'High'),
    );
    fc.assert(
      fc.property(fc.dictionary(names, value), (settings) => {
        try {
          compile(settings);
        } catch (error) {
          assert.ok(error instanceof WebReputationFault, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('long lists take no time', () => {
    const startMs = performance.now();
    const text = Array.from({ length: 10_000 }, (_, n) => `host${n}.example/path,with;commas`).join('\n');
    assert.equal(compile({ BlockedUrls: text }).blocked.urls.length, 10_000);
    assert.throws(() => compile({ BlockedUrls: `${', '.repeat(50_000)} ${'a '.repeat(1000)}` }));
    assert.ok(performance.now() - startMs < patience(2000));
  });
});
