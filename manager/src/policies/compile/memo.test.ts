import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { AccountConfiguration, type Layer, scopeOf } from '../../configuration/index.ts';
import { compileDocument } from './document.ts';
import { CompileMemo, Memo } from './memo.ts';

const options = { heartbeatSeconds: 60 };
const linuxServer = 2;
const shippedView = new AccountConfiguration('00000000-0000-7000-8000-000000000000', 0, []);
const idsOf = (kind: string, count: number): number[] =>
  shippedView
    .list(kind)
    .slice(0, count)
    .map((object) => object['ID'] as number);
const firewallIds = idsOf('FirewallRule', 60);
const intrusionIds = idsOf('IntrusionPreventionRule', 60);
const integrityIds = idsOf('IntegrityMonitoringRule', 20);

/** Everything on, with these rules. */
const policy = (own: ApiObject = {}): ApiObject => ({
  name: 'Policy',
  parentID: linuxServer,
  antiMalware: { state: 'on' },
  webReputation: { state: 'on' },
  firewall: { state: 'on', ruleIDs: firewallIds },
  intrusionPrevention: { state: 'prevent', ruleIDs: intrusionIds },
  integrityMonitoring: { state: 'on', ruleIDs: integrityIds },
  ...own,
});

const viewOf = (accountId: string, ...objects: [kind: string, id: number, data: ApiObject][]): AccountConfiguration =>
  new AccountConfiguration(
    accountId,
    1,
    objects.map(([kind, id, data]) => ({ kind, id, data })),
  );
const yamato = '00000000-0000-7000-8000-00000000000a';
const mikado = '00000000-0000-7000-8000-00000000000b';

describe('rules that are compiled once', () => {
  test('documents are what they are without it, whatever policies and computers set differently', () => {
    const type = shippedView.get('IntrusionPreventionRule', intrusionIds[0]!)!['applicationTypeID'] as number;
    const differently: Layer = {
      _rules: {
        FirewallRule: { [firewallIds[0]!]: { action: 'deny', priority: '4' } },
        IntrusionPreventionRule: { [intrusionIds[1]!]: { detectOnly: true } },
        IntegrityMonitoringRule: { [integrityIds[0]!]: { severity: 'critical' } },
      },
    };
    const ports: Layer = { _rules: { ApplicationType: { [type]: { portType: 'multiple', portMultiple: ['8443'] } } } };
    const view = viewOf(
      yamato,
      ['Policy', 101, policy()],
      ['Policy', 102, policy(differently)],
      ['Policy', 103, policy({ parentID: 102, firewall: { state: 'on', ruleIDs: firewallIds.slice(10) } })],
      ['Policy', 104, policy(ports)],
    );
    const memo = new CompileMemo();
    const texts = new Set<string>();
    for (const layer of [
      undefined,
      differently,
      ports,
      { settings: { firewallSettingEngineOptionsEnabled: { value: 'true' } } },
    ])
      for (const id of [101, 102, 103, 104, 101]) {
        const scope = scopeOf(view, id, layer);
        const text = JSON.stringify(compileDocument(scope, options, memo));
        assert.equal(text, JSON.stringify(compileDocument(scope, options)));
        texts.add(text);
      }
    assert.ok(texts.size >= 4, `only ${texts.size} different documents`);
  });

  test('one account’s lists never come into another’s rules', () => {
    const rule = { name: 'From the office', action: 'allow', sourceIPType: 'ip-list', sourceIPListID: 10_001 };
    const compiled = [
      [yamato, '192.0.2.0/24'],
      [mikado, '198.51.100.0/24'],
    ].map(([accountId, network]) => {
      const view = viewOf(
        accountId!,
        ['IpList', 10_001, { name: 'Office', items: [network] }],
        ['FirewallRule', 10_001, { ...rule, direction: 'incoming', protocol: 'tcp', priority: '0' }],
        ['Policy', 101, policy({ firewall: { state: 'on', ruleIDs: [10_001, ...firewallIds] } })],
      );
      return JSON.stringify(compileDocument(scopeOf(view, 101), options, new CompileMemo()).modules.firewall);
    });
    assert.match(compiled[0]!, /192\.0\.2\./);
    assert.doesNotMatch(compiled[0]!, /198\.51\.100\./);
    assert.match(compiled[1]!, /198\.51\.100\./);
    assert.doesNotMatch(compiled[1]!, /192\.0\.2\./);
  });

  test('what failed is tried again', () => {
    const memo = new Memo<string>();
    const object = {};
    assert.throws(() =>
      memo.of(object, () => {
        throw new Error('it cannot be compiled');
      }),
    );
    assert.equal(
      memo.of(object, () => 'made'),
      'made',
    );
    assert.equal(
      memo.of(object, () => 'made anew'),
      'made',
    );
  });
});
