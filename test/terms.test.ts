import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Mounts } from '@sakimori/agent/file-system/mounts';
import { readMachine } from '@sakimori/agent/inventory/machine';
import { RootFiles } from '@sakimori/agent/inventory/root-files';
import { languages, modules, routes } from '@sakimori/contract';
import { glossary } from '@sakimori/contract/glossary';
import { en } from '@sakimori/contract/phrases/en/index';
import { ja } from '@sakimori/contract/phrases/ja/index';
import { compileIntrusion } from '@sakimori/manager/policies/index';
import { startTestDoor, type TestDoor } from './agents-door.ts';
import { actorOf } from './service.ts';
import { makeSample, type SimulatedAgent } from './simulated-agent.ts';

/** The terms of the specification (§3), each with what the system must do for it to be true. */
const books: Readonly<Record<string, Readonly<Record<string, string>>>> = { ja, en };
let door: TestDoor;
let accountId: string;
let agent: SimulatedAgent;
const folders: string[] = [];

before(async () => {
  door = await startTestDoor();
  accountId = await door.makeAccount('Terms');
  agent = await door.enrolAgent(accountId);
});
after(async () => {
  await door?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The term is defined, its word is used by pages, mails and reports, and none of its variants anywhere in the phrases. */
function checkTerm(word: { readonly ja: string; readonly en: string }, areas: readonly string[] = []): void {
  const term = glossary.find((one) => one.en === word.en && one.ja === word.ja);
  assert.ok(term, `${word.en} is in the glossary`);
  assert.ok(term.meaning.ja.length > 5 && term.meaning.en.length > 5);
  for (const language of languages) {
    const texts = Object.entries(books[language]!);
    for (const area of areas)
      assert.ok(
        texts.some(([key, text]) => key.startsWith(area) && text.toLowerCase().includes(word[language].toLowerCase())),
        `${language}: ${area} says ${word[language]}`,
      );
    for (const variant of term.not[language])
      assert.deepEqual(
        texts.filter(([, text]) => text.includes(variant)).map(([key]) => key),
        [],
        variant,
      );
  }
}

/** A host's firmware as files. */
function firmware(values: Readonly<Record<string, string>>): RootFiles {
  const root = mkdtempSync(join(tmpdir(), 'sakimori-terms-'));
  folders.push(root);
  for (const [name, text] of Object.entries(values)) {
    const path = join(root, 'sys/class/dmi/id', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
  }
  return new RootFiles(root);
}

test('S9a: the manager, which the specification calls DSM, has one word in each language', () => {
  checkTerm({ ja: 'マネージャ', en: 'manager' }, ['console.', 'cli.']);
  for (const language of languages)
    assert.deepEqual(
      Object.entries(books[language]!).filter(([, text]) => /\bDSM\b/.test(text)),
      [],
      'nobody reads an abbreviation that is explained nowhere',
    );
});

test('S9b: the agent, which the specification calls DSA, has one word in each language', () => {
  checkTerm({ ja: 'エージェント', en: 'agent' }, ['console.', 'cli.', 'mail.']);
  for (const language of languages)
    assert.deepEqual(
      Object.entries(books[language]!).filter(([, text]) => /\bDSA\b/.test(text)),
      [],
    );
});

test('S9c: an alert is raised by an event that a rule detected: of every module, each links to both', async () => {
  checkTerm({ ja: 'アラート', en: 'alert' }, ['console.', 'mail.', 'report.', 'cli.']);
  const occurredAt = door.platform.clock.now().toISOString();
  const sent = modules.map((module) => makeSample(module, agent, { occurredAt, severity: 'critical' }));
  await agent.sendDetections(sent);
  const call = door.service.as(actorOf('operator'));
  const { items: alerts } = await call(routes.listAlerts, { query: { accountId, limit: 500 } });
  assert.deepEqual(new Set(alerts.map(({ module }) => module)), new Set(modules));
  for (const { id, ruleId, ruleName } of alerts) {
    assert.ok(ruleId && ruleName);
    const { items } = await call(routes.listDetections, { query: { accountId, alertId: id, limit: 10 } });
    assert.ok(items.length > 0, 'no alert without an event');
    for (const one of items) assert.equal(one.rule.id, ruleId);
  }
});

test('S9d: IDS detects, IPS detects and blocks: the mode says which, in the policy and on every event', () => {
  const term = glossary.find(({ meaning }) => meaning.en.includes('IDS') && meaning.en.includes('IPS'));
  assert.ok(term);
  for (const language of languages) assert.match(term.meaning[language], /IDS.*IPS/);
  const objects = {
    ...{ applicationTypes: new Map(), shippedApplicationTypes: new Map(), portLists: new Map() },
    ...{ schedules: new Map(), contexts: new Map() },
  };
  for (const state of ['detect', 'prevent'] as const)
    assert.equal(compileIntrusion({ state, rules: [] }, objects).state, state);
  const events = (['detect', 'prevent'] as const).map((mode) => makeSample('intrusion', agent, { mode }).mode);
  assert.deepEqual(events, ['detect', 'prevent']);
  assert.deepEqual([ja['mode.detect'], en['mode.detect']], ['検知モード', 'Detect']);
  assert.notEqual(ja['mode.prevent'], ja['mode.detect']);
});

test('S9e: a host on AWS carries its instance id; mounted S3 is known for what it is', () => {
  checkTerm({ ja: 'AWS', en: 'AWS' });
  checkTerm({ ja: 'Amazon S3', en: 'Amazon S3' });
  const dmi = { sys_vendor: 'Amazon EC2', board_asset_tag: 'i-0123456789abcdef0', product_name: 't3.micro' };
  assert.deepEqual(readMachine(firmware(dmi)).cloud, {
    ...{ provider: 'aws', instanceId: 'i-0123456789abcdef0', instanceType: 't3.micro' },
  });
  const types = ['fuse.s3fs', 'fuse.goofys', 'fuse.mount-s3', 'fuse.rclone'];
  const table = types.map((type, index) => `${30 + index} 1 0:${30 + index} / /mnt/${index} rw - ${type} bucket rw`);
  assert.equal(new Mounts(table.join('\n')).remote.length, types.length);
});

test('S9f: a host on Azure carries the id of its virtual machine', () => {
  checkTerm({ ja: 'Azure', en: 'Azure' });
  const chassis_asset_tag = '7783-7084-3265-9085-8269-3286-77';
  const product_uuid = 'A1B2C3D4-0000-4000-8000-0123456789AB';
  assert.deepEqual(readMachine(firmware({ chassis_asset_tag, product_uuid })).cloud, {
    ...{ provider: 'azure', instanceId: 'a1b2c3d4-0000-4000-8000-0123456789ab' },
  });
  assert.deepEqual(readMachine(firmware({ chassis_asset_tag })).cloud, { provider: 'azure' }, 'not for our eyes');
});
