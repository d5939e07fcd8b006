import assert from 'node:assert/strict';
import test from 'node:test';
import { queryText } from './driver.ts';
import { faultsOf } from './inventory.ts';

/** The judge itself: what it lets pass and what it finds. */
test('answers as real managers give them are by their models', () => {
  const rule = {
    name: 'a',
    action: 'force-allow',
    priority: '2',
    frameNumber: 2048,
    anyFlags: true,
    tcpflags: ['syn'],
    ID: 5,
  };
  assert.deepEqual(faultsOf('FirewallRule', rule), []);
  const computer = {
    hostName: 'example',
    displayName: '',
    groupID: 0,
    agentVersion: '0.0.0.0',
    ID: 3,
    firewall: { state: 'off', moduleStatus: { agentStatus: 'inactive', agentStatusMessage: 'Not Activated' } },
    computerSettings: { firewallSettingNetworkEngineMode: { value: 'Inline' } },
  };
  assert.deepEqual(faultsOf('Computers', { computers: [computer] }), []);
});

test('what the SDK would stumble over is found', () => {
  const cases: [string, unknown, RegExp][] = [
    ['FirewallRule', { action: 'refuse', ID: 1 }, /none of log-only/],
    ['FirewallRule', { tcpflags: ['syn', 'xyz'] }, /tcpflags\[1\]/],
    ['FirewallRule', { tcpflags: 'syn' }, /no list/],
    ['FirewallRule', { alertEnabled: 'true' }, /no bool/],
    ['FirewallRule', { frameNumber: '2048' }, /no int/],
    ['FirewallRule', { frameNumber: 1.5 }, /no int/],
    ['Policy', { firewall: null }, /is null/],
    ['Policy', { firewall: [] }, /no object/],
    ['Policy', { policySettings: { nothing: { value: 'x' } } }, /no setting/],
    ['Policy', { policySettings: { firewallSettingNetworkEngineMode: { value: true } } }, /no str/],
    ['Policy', { id: 1 }, /not in the model/],
    ['PortList', { ID: 1, name: 'x' }, /not the last/],
    ['Policies', [], /no object/],
    ['Policies', undefined, /no object/],
  ];
  for (const [model, value, expected] of cases)
    assert.match(faultsOf(model, value).join('; '), expected, `${model} ${JSON.stringify(value)}`);
});

test('a query is written as Python writes it', () => {
  assert.equal(
    queryText({ expand: ['none', 'tasks'], overrides: true, other: undefined }),
    '?expand=none&expand=tasks&overrides=True',
  );
  assert.equal(queryText({}), '');
});
