import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { phrase } from '@sakimori/contract';
import {
  type ApiObject,
  builtInSettings,
  isStoredOnly,
  settingSupport,
  systemSettingSupport,
} from '@sakimori/contract/workload-security/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import type { Driver } from './driver.ts';
import { idIn } from './world.ts';

/** Settings that nobody here carries out are refused where they are set, and clients that write back what they have read are not hindered (S25). */
let here: ManagerInProcess;
let api: Driver;
let policyID: number;
let computerID: number;
const rows = Object.entries(settingSupport);
type Settings = Record<string, { value: string }>;

before(async () => {
  here = await startManagerInProcess();
  ({ api } = await here.makeAccount('settings'));
  policyID = idIn(await api.call('createPolicy', {}, { body: { name: 'settings' } }));
  computerID = idIn(await api.call('createComputer', {}, { body: { hostName: 'settings', policyID } }));
});
after(() => here?.stop());

test('S25: an option the backend lacks is absent in the UI and rejected in the API', async () => {
  const refused = rows.flatMap(([name, row]) => (row.by === 'none' && !row.after ? [[name, row] as const] : []));
  assert.ok(refused.length > 60);
  for (const [name, { why, other }] of refused) {
    const message = await api.refused(400, 'modifyPolicySetting', { policyID, name }, { body: { value: other } });
    assert.ok(message.includes(name) && message.includes(phrase('en', `setting.why.${why}` as never)), message);
    const { value } = await api.call('describePolicySetting', { policyID, name });
    assert.equal(value, builtInSettings.policy[name]);
    await api.call('modifyPolicySetting', { policyID, name }, { body: { value: builtInSettings.policy[name] } });
  }
  const [name, { other }] = refused[0]!;
  const one = { [name]: { value: other } };
  await api.refused(400, 'modifyPolicy', { policyID }, { body: { policySettings: one } });
  await api.refused(400, 'createPolicy', {}, { body: { name: 'another', policySettings: one } });
  await api.refused(400, 'modifyComputer', { computerID }, { body: { computerSettings: one } });
  await api.refused(400, 'createComputer', {}, { body: { hostName: 'another', computerSettings: one } });
  await api.refused(400, 'modifyComputerSetting', { computerID, name }, { body: { value: other } });
  await api.refused(400, 'modifyDefaultSetting', { name }, { body: { value: other } });
  await api.refused(400, 'modifyDefaultSettings', {}, { body: one });
});

test('S25, in part: what is carried out can be set, and what says nothing by itself is taken', async () => {
  const settings = Object.fromEntries(
    rows.filter(([, row]) => row.by !== 'none' || row.after).map(([name, { other }]) => [name, { value: other }]),
  );
  const changed = await api.call<ApiObject>('modifyPolicy', { policyID }, { body: { policySettings: settings } });
  const stands = changed['policySettings'] as Settings;
  for (const [name, { value }] of Object.entries(settings))
    if (!/Password$/.test(name)) assert.equal(stands[name]?.value, value, name);
});

test('clients that write back all that they have read, in their own spelling, are not refused', async () => {
  const policy = await api.call<ApiObject>('describePolicy', { policyID });
  const settings = policy['policySettings'] as Settings;
  assert.equal(Object.keys(settings).length, 219);
  await api.call('modifyPolicy', { policyID }, { body: { policySettings: settings } });
  const spelt = Object.fromEntries(
    Object.entries(settings).map(([name, { value }]) => [
      name,
      { value: value === 'true' ? true : value === 'false' ? 'False' : value },
    ]),
  );
  await api.call('modifyPolicy', { policyID }, { body: { policySettings: spelt } });
  await api.call('modifyComputer', { computerID }, { body: { computerSettings: settings } });
  await api.call('modifyDefaultSettings', {}, { body: await api.call('listDefaultSettings') });
});

test('S25, in part: a system setting that nobody carries out is refused with its reason, alone and with others', async () => {
  const all = Object.entries(systemSettingSupport);
  const refused = all.flatMap(([name, row]) => (row.by === 'none' && !isStoredOnly(row) ? [[name, row] as const] : []));
  assert.ok(refused.length > 140);
  for (const [name, { why, other }] of refused) {
    const message = await api.refused(400, 'modifySystemSetting', { name }, { body: { value: other } });
    assert.ok(message.includes(name) && message.includes(phrase('en', `setting.why.${why}` as never)), message);
    await api.refused(400, 'modifySystemSettings', {}, { body: { [name]: { value: other } } });
    await api.call('modifySystemSetting', { name }, { body: { value: builtInSettings.system[name] } });
  }
  const stands = await api.call<Settings>('listSystemSettings');
  for (const [name, value] of Object.entries(builtInSettings.system)) assert.equal(stands[name]?.value, value, name);
});

test('S25, in part: a system setting that works or is stored only can be set, read and reset', async () => {
  const taken = Object.entries(systemSettingSupport).filter(([, row]) => row.by !== 'none' || isStoredOnly(row));
  assert.equal(taken.length, 64);
  const body = Object.fromEntries(taken.map(([name, { other }]) => [name, { value: other }]));
  const stands = await api.call<Settings>('modifySystemSettings', {}, { body });
  for (const [name, { other }] of taken) {
    if (!/(?:Password|SecretKey|PrivateKey)$/.test(name)) assert.equal(stands[name]?.value, other, name);
    assert.deepEqual(await api.call('resetSystemSetting', { name }), { value: builtInSettings.system[name] });
  }
  await api.call('modifySystemSettings', {}, { body: await api.call('listSystemSettings') });
});
