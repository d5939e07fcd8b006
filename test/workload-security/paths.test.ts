import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { checkCalm, type Driver } from './driver.ts';
import { startWorkload, type Workload } from './world.ts';

/** Addresses as odd as proxies and attackers make them: paths, ids and names of settings that are none. */
let workload: Workload;
let api: Driver;
let policyID: number;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  policyID = (await api.call('createPolicy', {}, { body: { name: 'Edges' } }))['ID'] as number;
});
after(() => workload?.system.stop());

const isAlive = async () => assert.equal((await api.call('describePolicy', { policyID }))['ID'], policyID);

test('paths that are none are not found, in JSON', async () => {
  const paths = [
    '/nothing',
    '/policies/1/nothing',
    '/policies/1/firewall',
    '/computers/1/firewall/assignments/1/2',
    '/',
    '',
    '/policy',
    '/Policies',
    '/v1/policies',
    '/tenants/x/y',
    '/policies/default/nothing',
    '/rest/hosts',
  ];
  for (const path of paths)
    for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
      const answer = checkCalm(await api.send(method, path, method === 'GET' ? {} : { body: {} }), `${method} ${path}`);
      assert.ok(answer.status === 404 || answer.status === 405, `${method} ${path}: ${answer.status}`);
    }
});

test('paths with tricks in them reach nothing that they should not', async () => {
  const before = (await api.call('listPolicies'))['policies'];
  const tails = [
    '//policies',
    '/policies/',
    '/policies//',
    '/./policies',
    '/policies/../apikeys',
    '/policies/%2e%2e/apikeys',
    '/policies/..%2fapikeys',
    '/policies/%2F',
    `/policies/${policyID}%00`,
    '/policies/%',
    '/policies/%zz',
    '/policies/%ff%fe',
    `/policies/${policyID};x=1`,
    `/policies/${policyID}%20`,
    '/policies/%D9%A1',
    `/policies/${policyID}?overrides=True&overrides=False`,
    `/policies/${policyID}#x`,
    `/policies/${policyID}?`,
    `/policies/${policyID}?&&=&a`,
    `/policies/${policyID}?overrides`,
    '/policies/*',
    "/policies/1'--",
    '/policies/1%20or%201=1',
    `/policies/${'9'.repeat(5000)}`,
    `/policies?${'a'.repeat(9000)}=1`,
    '/../service/accounts',
    '/%2e%2e/service/accounts',
  ];
  for (const path of tails) {
    const answer = checkCalm(await api.send('GET', path), `GET ${path.slice(0, 60)}`);
    if (answer.status === 200)
      assert.ok(
        /"(policies|policySettings)"/.test(answer.text),
        `GET ${path.slice(0, 60)}: ${answer.text.slice(0, 100)}`,
      );
    checkCalm(await api.send('DELETE', path.replace(String(policyID), '1')), `DELETE ${path.slice(0, 60)}`);
  }
  const after = (await api.call('listPolicies'))['policies'] as unknown[];
  assert.ok(after.length >= (before as unknown[]).length - 1);
  await isAlive();
});

test('numbers that are no ids: huge, negative, broken, in other words', async () => {
  const odd = [
    '0',
    '-1',
    '2147483648',
    '9007199254740993',
    '9223372036854775808',
    '1e30',
    '1.0',
    '1.5',
    '0x1',
    '+1',
    '1e0',
    ' 1',
    'NaN',
    'null',
    'undefined',
    'true',
    '[]',
    '%7B%7D',
    '__proto__',
    'constructor',
    '０',
  ];
  for (const id of odd)
    for (const path of [
      `/policies/${encodeURI(id)}`,
      `/computers/${encodeURI(id)}/firewall/assignments`,
      `/firewallrules/${encodeURI(id)}`,
    ]) {
      const answer = checkCalm(await api.send('GET', path), path);
      assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    }
  for (const value of [2 ** 31, 2 ** 53, -1, 1e30, '9'.repeat(40), '1e400', 1.5]) {
    checkCalm(
      await api.ask('createPolicy', {}, { body: { name: `p ${value}`, parentID: value } }),
      `parentID ${value}`,
    );
    checkCalm(
      await api.ask('searchPolicies', {}, { body: { searchCriteria: [{ idTest: 'equal', idValue: value }] } }),
      `idValue ${value}`,
    );
    checkCalm(await api.ask('searchPolicies', {}, { body: { maxItems: value } }), `maxItems ${value}`);
    checkCalm(
      await api.ask('addFirewallRuleIdsToPolicy', { policyID }, { body: { ruleIDs: [value] } }),
      `ruleIDs ${value}`,
    );
  }
});

test('names of settings that are none are not found, whatever they look like', async () => {
  const names = [
    'nothing',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'FIREWALLSETTINGNETWORKENGINEMODE',
    'a/b',
    'a b',
    '%',
    '設定',
    'x'.repeat(3000),
  ];
  for (const name of names) {
    const ids = { policyID, computerID: 1, name };
    for (const operation of [
      'describePolicySetting',
      'describeDefaultSetting',
      'describeSystemSetting',
      'resetPolicySetting',
    ]) {
      const answer = checkCalm(await api.ask(operation, ids), `${operation} ${name.slice(0, 30)}`);
      assert.ok([400, 404, 414].includes(answer.status), `${operation} ${name.slice(0, 30)}: ${answer.status}`);
    }
    checkCalm(
      await api.ask('modifySystemSettings', {}, { body: { [name]: { value: 'x' } } }),
      `modifySystemSettings ${name.slice(0, 30)}`,
    );
  }
  assert.equal(({} as Record<string, unknown>)['value'], undefined);
});
