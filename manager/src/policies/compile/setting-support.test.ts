import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { hasPhrase } from '@sakimori/contract';
import { ja } from '@sakimori/contract/phrases/ja/index';
import {
  builtInSettings,
  isSameValue,
  placesOf,
  settingSupport,
  systemSettingSupport,
} from '@sakimori/contract/workload-security/index';
import { AccountConfiguration, scopeOf, singletonId, systemSettingsKind } from '../../configuration/index.ts';
import { compileDocument } from './document.ts';

/**
 * What the table of settings says is true (S25): what an agent is said to carry out reaches it, and just there; what nobody carries out reaches nobody;
 * and the agent's engine knows the word.
 */
const policyId = 900;
const rows = Object.entries(settingSupport);
const systemRows = Object.entries(systemSettingSupport);
const allSupport = { ...settingSupport, ...systemSettingSupport };
const builtIn = { ...builtInSettings.policy, ...builtInSettings.system };
const everything = {
  name: 'All modules',
  antiMalware: { state: 'on' },
  webReputation: { state: 'on' },
  firewall: { state: 'on' },
  intrusionPrevention: { state: 'prevent', ruleIDs: [1000, 1001, 10_001] },
  integrityMonitoring: { state: 'real-time', ruleIDs: [1] },
  logInspection: { state: 'on', ruleIDs: [3000] },
};

const contextRule = {
  ...{ name: 'Inside', template: 'signature', signature: 'secret', applicationTypeID: 0, action: 'drop' },
  ...{ severity: 'high', priority: 'normal', contextID: 900 },
};

type Values = Readonly<Record<string, string>>;
const asStored = (values: Values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

function documentWith(values: Values, systemValues: Values = {}): Record<string, unknown> {
  const settings = asStored(values);
  const view = new AccountConfiguration('00000000-0000-7000-8000-0000000000f1', 1, [
    { kind: 'Policy', id: policyId, data: { ...everything, settings } },
    { kind: 'IpList', id: 1, data: { name: 'One', items: ['192.0.2.1'] } },
    // A rule that wants to know where its host stands: what is asked for that goes to agents with it.
    { kind: 'Context', id: 900, data: { name: 'Inside', localConnectionsEnabled: true } },
    { kind: 'IntrusionPreventionRule', id: 10_001, data: contextRule },
    { kind: systemSettingsKind, id: singletonId, data: { settings: asStored(systemValues) } },
  ]);
  const { heartbeatSeconds, modules } = compileDocument(scopeOf(view, policyId), { heartbeatSeconds: 600 });
  return JSON.parse(JSON.stringify({ heartbeatSeconds, ...modules }));
}

/** Every place where two documents differ, names parted by dots. */
function differences(a: unknown, b: unknown, path: string[] = []): string[] {
  if (isDeepStrictEqual(a, b)) return [];
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (a === undefined || !isObject(b)) return isObject(b) ? leaves(b, path) : [path.join('.')];
  if (!isObject(a)) return b === undefined && isObject(a) ? leaves(a, path) : [path.join('.')];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differences(a[key], b[key], [...path, key]),
  );
}
const leaves = (value: Record<string, unknown>, path: string[]): string[] =>
  Object.keys(value).map((key) => [...path, key].join('.'));

test('all 219 settings of policies and all 207 of the system are classified, each with another value than the one that is built in, and each reason is told', () => {
  assert.deepEqual(Object.keys(settingSupport), Object.keys(builtInSettings.policy));
  assert.equal(rows.length, 219);
  assert.deepEqual(Object.keys(systemSettingSupport), Object.keys(builtInSettings.system));
  assert.equal(systemRows.length, 207);
  const told = new Set<string>();
  for (const [name, row] of [...rows, ...systemRows]) {
    assert.ok(!isSameValue(row.other, builtIn[name]!), `${name}: ${row.other}`);
    if (row.by !== 'none') continue;
    told.add(`setting.why.${row.why}`);
    assert.ok(hasPhrase(`setting.why.${row.why}`), `${name}: ${row.why}`);
    const master = row.after && allSupport[row.after];
    if (master) assert.equal(master.by, 'none', `${name} follows ${row.after}, which can be had`);
  }
  assert.deepEqual(
    Object.keys(ja).filter((key) => key.startsWith('setting.why.') && !told.has(key)),
    [],
  );
});

const parentOf = (at: string): string => at.split('.').slice(0, -1).join('.') || at;

test('a system setting that follows another follows one of the system that is refused', () => {
  for (const [name, row] of systemRows) {
    if (row.by !== 'none' || row.after === undefined) continue;
    const master = systemSettingSupport[row.after];
    assert.ok(master?.by === 'none' && master.after === undefined && !master.taken, name);
  }
});

test('what an agent is said to carry out reaches it in that place, and nothing else changes', () => {
  const compilers = { policy: documentWith, system: (values: Values) => documentWith({}, values) };
  for (const [name, row] of [...rows, ...systemRows]) {
    if (row.by !== 'agent') continue;
    const compiled = compilers[name in settingSupport ? 'policy' : 'system'];
    const [before, after] = [row.with ?? {}, { ...row.with, [name]: row.other }].map((values) => compiled(values));
    const found = differences(before, after);
    const isWithin = (place: string, at: string) =>
      place === at || place.startsWith(`${at}.`) || at.startsWith(`${place}.`);
    for (const at of placesOf(row))
      assert.ok(
        found.some((place) => isWithin(place, at)),
        `${name}=${row.other} changes nothing at ${at}: ${found}`,
      );
    // What is left out where it is as built in comes with its neighbours.
    const others = found.filter((place) => !placesOf(row).some((at) => isWithin(place, parentOf(at))));
    assert.deepEqual(others, [], name);
  }
});

test('what nobody carries out changes nothing for any agent, whatever is stored', () => {
  const open = { firewallSettingEngineOptionsEnabled: 'true', firewallSettingAntiEvasionSecurityPosture: 'Custom' };
  const before = documentWith(open);
  for (const [name, row] of rows)
    if (row.by !== 'agent') assert.deepEqual(documentWith({ ...open, [name]: row.other }), before, name);
  for (const [name, row] of systemRows)
    if (row.by !== 'agent') assert.deepEqual(documentWith(open, { [name]: row.other }), before, name);
});

test('the manager has the name of a system setting in its source just where it is said to follow it, or the agent to', () => {
  const folder = join(import.meta.dirname, '../..');
  const source = globSync('**/*.ts', { cwd: folder })
    .filter((file) => !/\.test\.ts$|\/test-/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  for (const [name, row] of systemRows) {
    const isRead = source.includes(`'${name}'`);
    assert.equal(isRead, row.by !== 'none', name);
  }
});

test('the engine of the module knows the word of every setting that it carries out', () => {
  const engines = join(import.meta.dirname, '../../../../agent/src/engines');
  // The verdict on a web address is the contract's: engine and console ask the same.
  const judge = join(import.meta.dirname, '../../../../contract/src/web-reputation');
  const foldersOf = (module: string) => [join(engines, module), ...(module === 'webreputation' ? [judge] : [])];
  const sourceOf = (module: string) =>
    foldersOf(module)
      .flatMap((folder) => globSync('**/*.ts', { cwd: folder }).map((file) => join(folder, file)))
      .filter((file) => !/\.test\.ts$|\/test-/.test(file))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
  const texts = new Map<string, string>();
  for (const [name, row] of rows) {
    if (row.by !== 'agent') continue;
    for (const at of placesOf(row).filter((place) => place.includes('.'))) {
      const [module = '', ...words] = at.split('.');
      // A room without a door is not driven yet.
      if (!existsSync(join(engines, module, 'index.ts'))) continue;
      const text = texts.get(module) ?? sourceOf(module);
      texts.set(module, text);
      const word = words.at(-1)!;
      assert.ok(new RegExp(`\\b${word}\\b`).test(text), `${name}: the engine ${module} does not know ${word}`);
    }
  }
});

test('values mean the same however clients write them', () => {
  for (const [a, b] of [
    ['true', 'True'],
    ['Yes', 'true'],
    ['No', ' off '],
    ['', '0'],
    ['10 Minutes', '10  minutes'],
  ] as const)
    assert.ok(isSameValue(a, b), `${a} ${b}`);
  assert.ok(!isSameValue('1', 'true') && !isSameValue('Tap', 'Inline'));
});
