import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import { builtInSettings } from '@sakimori/contract/workload-security/settings';
import { patience } from '../../../../test/patience.ts';
import {
  checkFirewallRule,
  compileFirewall,
  type EffectiveFirewall,
  FirewallFault,
  type FirewallObjects,
  type FirewallRuleObject,
} from './firewall.ts';

const week = (isOn: (hour: number) => boolean) => Array.from({ length: 168 }, (_, hour) => isOn(hour));
const objects: FirewallObjects = {
  ipLists: new Map([
    [1, { name: 'Ignored', items: ['127.0.0.1 # us'] }],
    [
      2,
      { name: 'Offices', items: ['10.0.0.0/9', '10.128.0.0/9 # the other half', '', '# none', 'fe80::/10, 192.0.2.1'] },
    ],
    [3, { name: 'Broken', items: ['10.0.0.1', '10.0.0.300'] }],
    [4, { name: 'Empty' }],
  ]),
  macLists: new Map([[1, { name: 'Phones', items: ['00-1B-44-11-3A-B7', '00:1b:44:11:3a:b7'] }]]),
  portLists: new Map([
    [1, { name: 'Web', items: ['443', '80', '8000-8100', '8050-8200'] }],
    [2, { name: 'Odd', items: ['65536'] }],
  ]),
  schedules: new Map([
    [1, { name: 'Every Day All Day', hoursOfWeek: week(() => true) }],
    [2, { name: 'Sunday morning', hoursOfWeek: week((hour) => hour >= 6 && hour < 12) }],
    [3, { name: 'Short', hoursOfWeek: [true] }],
  ]),
  contexts: new Map([[1, { name: 'Away', noConnectionEnabled: true }]]),
  statefulConfigurations: new Map([
    [1, { name: 'All', tcpstatefulInspectionEnabled: true, maxIncomingConnections: 0, maxHalfOpenConnections: 200 }],
  ]),
  interfaceTypes: new Map([[5, { name: 'Wireless', matches: ['wlan*', 'wlp*'] }]]),
  interfaces: new Map([[9, { name: 'eth0' }]]),
};

const rule = (more: Partial<FirewallRuleObject> = {}): FirewallRuleObject => ({
  ID: 7,
  name: 'Web',
  action: 'allow',
  direction: 'incoming',
  frameType: 'ip',
  protocol: 'tcp',
  ...more,
});
const on = (rules: readonly FirewallRuleObject[], more: Partial<EffectiveFirewall> = {}): EffectiveFirewall => ({
  state: 'on',
  rules,
  settings: {},
  ...more,
});
const compileOne = (more: Partial<FirewallRuleObject>) => compileFirewall(on([rule(more)]), objects).rules![0]!;
const faultOf = (more: Partial<FirewallRuleObject>): string => {
  try {
    checkFirewallRule(rule(more), objects);
  } catch (error) {
    assert.ok(error instanceof FirewallFault, String(error));
    return error.message;
  }
  return '';
};

describe('rules', () => {
  test('the firewall lets pass what is asked for the contexts of other modules', () => {
    const of = (othersAsk: boolean) => compileFirewall(on([rule()], { othersAsk }), objects).settings?.surroundings;
    assert.ok(of(true)?.everyMs);
    assert.equal(of(false), undefined);
  });

  test('lists, schedule and context are written out', () => {
    const compiled = compileOne({
      ...{ sourceIPType: 'ip-list', sourceIPListID: 2, sourceIPNot: true },
      ...{ sourceMACType: 'mac-list', sourceMACListID: 1, destinationPortType: 'port-list', destinationPortListID: 1 },
      ...{ scheduleID: 2, contextID: 1, action: 'deny', priority: '3', alertEnabled: true, _nameJa: 'ウェブ' },
    });
    assert.deepEqual(compiled, {
      id: 7,
      name: { ja: 'ウェブ', en: 'Web' },
      action: 'deny',
      priority: 3,
      direction: 'incoming',
      frame: { not: false, items: [0x0800, 0x86dd] },
      protocol: { not: false, items: [6] },
      source: {
        addresses: { not: true, items: ['10.0.0.0/8', '192.0.2.1', 'fe80::/10'] },
        macs: { not: false, items: ['00:1b:44:11:3a:b7'] },
      },
      destination: {
        ports: {
          not: false,
          items: [
            [80, 80],
            [443, 443],
            [8000, 8200],
          ],
        },
      },
      log: true,
      includePacketData: false,
      alert: true,
      hoursOfWeek: week((hour) => hour >= 6 && hour < 12),
      context: {
        ...{ name: 'Away', localConnection: false, remoteConnection: false },
        ...{ noConnection: true, noInternet: false, restrictedInterfaces: false },
      },
    });
  });

  test('the five ways to name addresses', () => {
    const source = (more: Partial<FirewallRuleObject>) => compileOne(more).source.addresses?.items;
    assert.deepEqual(source({ sourceIPType: 'single', sourceIPValue: '10.0.0.1' }), ['10.0.0.1']);
    assert.deepEqual(source({ sourceIPType: 'masked-ip', sourceIPValue: '10.0.0.1', sourceIPMask: '255.0.0.0' }), [
      '10.0.0.0/8',
    ]);
    assert.deepEqual(source({ sourceIPType: 'masked-ip', sourceIPValue: 'fe80::1', sourceIPMask: '64' }), [
      'fe80::/64',
    ]);
    assert.deepEqual(source({ sourceIPType: 'range', sourceIPRangeFrom: '10.0.0.1', sourceIPRangeTo: '10.0.0.9' }), [
      '10.0.0.1-10.0.0.9',
    ]);
    assert.deepEqual(source({ sourceIPType: 'multiple', sourceIPMultiple: ['10.0.0.9', '10.0.0.0/30', '10.0.0.2'] }), [
      '10.0.0.0/30',
      '10.0.0.9',
    ]);
    assert.deepEqual(source({ sourceIPType: 'ip-list', sourceIPListID: 4 }), []);
    assert.equal(source({ sourceIPType: 'any', sourceIPValue: 'left over' }), undefined);
  });

  test('flags count only where the protocol has them and somebody asked for them', () => {
    assert.deepEqual(compileOne({ anyFlags: false, tcpflags: ['syn'], TCPNot: true }).tcpFlags, {
      not: true,
      items: ['syn'],
    });
    assert.deepEqual(compileOne({ anyFlags: false }).tcpFlags, { not: false, items: [] });
    assert.deepEqual(compileOne({ tcpflags: ['syn'] }).tcpFlags, { not: false, items: ['syn'] });
    assert.equal(compileOne({ anyFlags: true, tcpflags: ['syn'] }).tcpFlags, undefined);
    assert.equal(compileOne({ protocol: 'udp', anyFlags: false, tcpflags: ['syn'] }).tcpFlags, undefined);
    assert.deepEqual(compileOne({ protocol: 'icmp', anyFlags: false, ICMPType: 3, ICMPCode: 4 }).icmp, {
      not: false,
      type: 3,
      code: 4,
    });
    assert.equal(compileOne({ protocol: 'icmp', anyFlags: true, ICMPType: 3 }).icmp, undefined);
  });

  test('frames and protocols by their numbers; nd is Sun ND', () => {
    assert.deepEqual(compileOne({ frameType: 'other', frameNumber: 0x88cc, protocol: 'any' }).frame?.items, [0x88cc]);
    assert.deepEqual(compileOne({ protocol: 'other', protocolNumber: 0 }).protocol?.items, [0]);
    assert.deepEqual(compileOne({ protocol: 'nd' }).protocol?.items, [77]);
    assert.equal(compileOne({ frameType: 'any', protocol: 'any' }).frame, undefined);
  });

  test('an allow rule comes last and a log-only rule first; only what is refused or watched is logged', () => {
    const sent = [
      rule({ ID: 1, action: 'allow', priority: '4' }),
      rule({ ID: 2, action: 'deny', priority: '0' }),
      rule({ ID: 3, action: 'force-allow', priority: '0' }),
      rule({ ID: 4, action: 'log-only', priority: '0' }),
      rule({ ID: 5, action: 'bypass', priority: '4' }),
    ];
    const { rules = [] } = compileFirewall(on(sent), objects);
    assert.deepEqual(
      rules.map(({ id }) => id),
      [5, 4, 3, 2, 1],
    );
    assert.deepEqual(
      rules.filter(({ log }) => log).map(({ id }) => id),
      [4, 2],
    );
    assert.equal(compileOne({ scheduleID: 1 }).hoursOfWeek, undefined);
  });

  test('what cannot be is a sentence that names the rule', () => {
    const faults: [Partial<FirewallRuleObject>, RegExp][] = [
      [
        { sourceIPType: 'ip-list', sourceIPListID: 99 },
        /^The firewall rule "Web" \(7\) names the IP list 99, which does not exist\.$/,
      ],
      [{ sourceIPType: 'ip-list' }, /names the IP list 0, which does not exist/],
      [{ destinationPortType: 'port-list', destinationPortListID: 99 }, /names the port list 99/],
      [{ sourceMACType: 'mac-list', sourceMACListID: 99 }, /names the MAC list 99/],
      [{ scheduleID: 99 }, /names the schedule 99/],
      [{ scheduleID: 3 }, /schedule "Short" has 1 hours; a week has 168/],
      [{ contextID: 99 }, /names the context 99/],
      [
        { sourceIPType: 'ip-list', sourceIPListID: 3 },
        /^The firewall rule "Web" \(7\): in the IP list "Broken" "10\.0\.0\.300" is no IP address\.$/,
      ],
      [
        { destinationPortType: 'port-list', destinationPortListID: 2 },
        /in the port list "Odd" "65536" is no port: the last one is 65535/,
      ],
      [
        { sourceIPType: 'single', sourceIPValue: '10.0.0.0/8' },
        /among its source addresses "10\.0\.0\.0\/8" is no IP address/,
      ],
      [{ sourceIPType: 'single' }, /"" is no IP address/],
      [{ sourceIPType: 'single', sourceIPValue: '!10.0.0.1' }, /is no IP address/],
      [{ sourceIPType: 'single', sourceIPValue: 'fe80::1%eth0' }, /names an interface/],
      [
        { destinationIPType: 'masked-ip', destinationIPValue: '10.0.0.0', destinationIPMask: '255.0.255.0' },
        /its ones do not come first/,
      ],
      [{ destinationIPType: 'masked-ip', destinationIPValue: '10.0.0.0', destinationIPMask: '33' }, /IPv4 has 32 bits/],
      [{ sourceIPType: 'range', sourceIPRangeFrom: '10.0.0.9', sourceIPRangeTo: '10.0.0.1' }, /ends before it begins/],
      [
        { destinationPortType: 'multiple', destinationPortMultiple: ['2000-1000'] },
        /"2000-1000" ends before it begins/,
      ],
      [{ destinationPortType: 'multiple', destinationPortMultiple: ['!'] }, /"!" is no port/],
      [
        { sourceMACType: 'single', sourceMACValue: '00:1b' },
        /among its source MAC addresses "00:1b" is no MAC address/,
      ],
      [{ sourceIPNot: true }, /means every source address and not: that is none/],
      [{ frameType: 'any', frameNot: true }, /means every frame and not/],
      [{ frameType: 'arp' }, /of frames that are not IP/],
      [{ frameNot: true }, /of frames that are not IP/],
      [
        { protocol: 'icmp', destinationPortType: 'multiple', destinationPortMultiple: ['1'] },
        /asks for ports of a protocol that has none/,
      ],
      [{ protocol: 'other' }, /protocol\.items\.0 cannot be used/],
      [{ frameType: 'other', frameNumber: 1500, protocol: 'any' }, /frame\.items\.0 cannot be used/],
      [{ action: 'drop' }, /action cannot be used/],
      [{ priority: '9', action: 'deny' }, /priority cannot be used/],
      [{ anyFlags: false, tcpflags: ['ece'] }, /tcpFlags\.items\.0 cannot be used/],
    ];
    for (const [more, message] of faults) assert.match(faultOf(more), message);
    assert.equal(faultOf({}), '');
  });
});

describe('whole firewalls', () => {
  test('one that is off has no rules, so nothing of it can be at fault', () => {
    assert.deepEqual(compileFirewall({ state: 'off', rules: [rule({ scheduleID: 99 })], settings: {} }, objects), {
      state: 'off',
    });
  });

  test('an interface goes before its type, and 0 is no inspection there', () => {
    const assigned = {
      globalStatefulConfigurationID: 1,
      statefulConfigurationAssignments: [
        { interfaceTypeID: 5, statefulConfigurationID: 1 },
        { interfaceID: 9, statefulConfigurationID: 0 },
      ],
    };
    const { stateful, interfaces } = compileFirewall(on([], assigned), objects);
    assert.deepEqual(stateful, {
      ...{
        name: 'All',
        tcp: { inspect: true, log: false },
        udp: { inspect: false, log: false },
        icmp: { inspect: false, log: false },
      },
      ...{ denyFragments: false, denyCongestionFlags: false, halfOpenConnectionsMax: 200 },
    });
    assert.deepEqual(interfaces, [
      { patterns: ['eth0'], stateful: null },
      { patterns: ['wlan*', 'wlp*'], stateful },
    ]);
    assert.throws(
      () => compileFirewall(on([], { globalStatefulConfigurationID: 8 }), objects),
      /The stateful configuration 8 does not exist/,
    );
    const missing = { statefulConfigurationAssignments: [{ interfaceTypeID: 6, statefulConfigurationID: 1 }] };
    assert.throws(() => compileFirewall(on([], missing), objects), /to the interface 6, which does not exist/);
  });

  test('ten thousand addresses are compiled within a second, and too many are refused', () => {
    const some = Array.from({ length: 10_000 }, (_, index) => `10.${index >> 8}.${index & 255}.1`);
    const many = Array.from({ length: 50_001 }, (_, index) => `10.${index >> 8}.${index & 255}.1`);
    const lists = {
      ...objects,
      ipLists: new Map([...objects.ipLists, [10, { name: 'Some', items: some }], [11, { name: 'Many', items: many }]]),
    };
    const using = (id: number, times: number) =>
      on(
        Array.from({ length: times }, (_, index) =>
          rule({ ID: index + 1, sourceIPType: 'ip-list', sourceIPListID: id }),
        ),
      );
    const started = performance.now();
    assert.equal(compileFirewall(using(10, 1), lists).rules?.[0]?.source.addresses?.items.length, 10_000);
    assert.ok(performance.now() - started < patience(1000));
    assert.throws(
      () => compileFirewall(using(11, 1), lists),
      /in the IP list "Many" are 50001 entries, and a firewall rule takes 50000/,
    );
    assert.throws(
      () => compileFirewall(using(10, 21), lists),
      /\(21\) the policy has more than 200000 addresses and ports/,
    );
  });

  test('the document of a policy takes what comes out, twice over', () => {
    const compiled = compileFirewall(on([rule()], { globalStatefulConfigurationID: 1 }), objects);
    assert.deepEqual(FirewallPolicy.parse(JSON.parse(JSON.stringify(compiled))), compiled);
  });
});

describe('settings', () => {
  const settingsOf = (settings: Record<string, string>) => compileFirewall(on([], { settings }), objects).settings!;

  test('as they are built in', () => {
    const settings = settingsOf({ ...builtInSettings.policy });
    assert.deepEqual(settings, settingsOf({}));
    assert.equal(settings.networkEngineMode, 'inline');
    assert.deepEqual(settings.reconnaissance.probes.networkOrPortScan, { detect: true, notify: true, blockMs: 0 });
    assert.deepEqual(settings.forceAllow, { icmpFragmentationNeeded: true, dnsQuery: true, dhcpClient: true });
    assert.equal(settings.timeoutMs.established, 10_800_000);
    assert.equal(settings.antiEvasion.tcpSynFinFlags, 'deny');
    assert.equal(settings.events.packetBytesMax, 1500);
  });

  test('what was changed', () => {
    const settings = settingsOf({
      firewallSettingNetworkEngineMode: 'Tap',
      firewallSettingReconnaissanceBlockNetworkOrPortScanDuration: '30 Minutes',
      firewallSettingReconnaissanceIncludeIpListId: '2',
      firewallSettingReconnaissanceExcludeIpListId: '1',
      firewallSettingEventLogFileIgnoreSourceIpListId: '0',
      firewallSettingInterfacePatterns: 'eth*, wlan*',
    });
    assert.equal(settings.networkEngineMode, 'tap');
    assert.equal(settings.reconnaissance.probes.networkOrPortScan.blockMs, 1_800_000);
    assert.deepEqual(settings.reconnaissance.sources, ['10.0.0.0/8', '192.0.2.1', 'fe80::/10']);
    assert.deepEqual(settings.reconnaissance.ignoredSources, ['127.0.0.1']);
    assert.deepEqual(settings.events.ignoredSources, []);
    assert.deepEqual(settings.interfaceIsolation.patterns, ['eth*', 'wlan*']);
  });

  test('options of the engine count once they are opened, single checks once the posture is custom', () => {
    const options = {
      firewallSettingEngineOptionUdpTimeout: '5 Seconds',
      firewallSettingEngineOptionForceAllowDhcpDns: 'Off',
    };
    assert.equal(settingsOf(options).timeoutMs.udp, 20_000);
    const opened = settingsOf({ ...options, firewallSettingEngineOptionsEnabled: 'true' });
    assert.equal(opened.timeoutMs.udp, 5000);
    assert.deepEqual(opened.forceAllow, { icmpFragmentationNeeded: true, dnsQuery: false, dhcpClient: false });
    const check = { firewallSettingAntiEvasionCheckTcpUrgentFlags: 'Log Only' };
    const posture = (firewallSettingAntiEvasionSecurityPosture: string) =>
      settingsOf({ ...check, firewallSettingAntiEvasionSecurityPosture }).antiEvasion.tcpUrgentFlags;
    assert.deepEqual(['Normal', 'Strict', 'Custom'].map(posture), ['allow', 'deny', 'log-only']);
  });

  test('what means nothing is a sentence that names the setting', () => {
    assert.throws(
      () => settingsOf({ firewallSettingNetworkEngineMode: 'sideways' }),
      /^FirewallFault: The setting firewallSettingNetworkEngineMode is "sideways"; it is one of inline, tap\.$/,
    );
    assert.throws(
      () => settingsOf({ firewallSettingReconnaissanceBlockTcpNullScanDuration: 'soon' }),
      /it is a duration/,
    );
    assert.throws(
      () => settingsOf({ firewallSettingReconnaissanceExcludeIpListId: '99' }),
      /ExcludeIpListId names the IP list 99/,
    );
    assert.throws(() => settingsOf({ firewallSettingReconnaissanceEnabled: 'maybe' }), /it is one of true, yes, on/);
  });
});
