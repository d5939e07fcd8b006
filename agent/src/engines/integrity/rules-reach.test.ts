import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { type IntegrityRule, RuleSet } from './rules.ts';
import { kindsOf, policyOf, quiet, settled, setUp, tearDown } from './test-setting.ts';

afterEach(tearDown);

const ruleOf = (rule: Partial<IntegrityRule> & { include: string[] }): IntegrityRule => ({
  ...policyOf([]).rules[0]!,
  ...rule,
});
const policyOfRules = (...rules: (Partial<IntegrityRule> & { include: string[] })[]): IntegrityPolicy =>
  policyOf([], { rules: rules.map((rule, index) => ruleOf({ id: `rule.${index}`, ...rule })) });

describe('what a set of rules says of a path', () => {
  test('of direct children only, nothing deeper is walked', () => {
    const rules = new RuleSet([ruleOf({ include: ['/srv/*'], exact: true })], []);
    assert.equal(rules.relate('/srv'), 'toward');
    assert.equal(rules.relate('/srv/a'), 'inside');
    assert.equal(rules.relate('/srv/a/b'), 'none');
    assert.deepEqual([rules.leadsOn('/srv'), rules.leadsOn('/srv/a')], [true, false]);
  });

  test('a folder that is excluded exactly still leads to what is below it', () => {
    const rules = new RuleSet([ruleOf({ include: ['/etc/**'], exclude: ['/etc/ssl'], exact: true })], []);
    assert.equal(rules.relate('/etc/ssl'), 'toward');
    assert.equal(rules.relate('/etc/ssl/cert'), 'inside');
    assert.equal(rules.leadsOn('/etc/ssl'), true);
    assert.equal(rules.stepsFrom('/etc/ssl'), undefined);
  });

  test('a tree that is excluded is not walked', () => {
    for (const exact of [true, undefined]) {
      const rules = new RuleSet(
        [ruleOf({ include: ['/etc/**'], exclude: ['/etc/ssl/**'], ...(exact && { exact }) })],
        [],
      );
      assert.equal(rules.relate('/etc/ssl'), 'none');
      assert.equal(rules.leadsOn('/etc/ssl'), false);
    }
  });

  test('files and folders apart', () => {
    const rules = new RuleSet(
      [ruleOf({ id: 'f', include: ['/a'], kind: 'file' }), ruleOf({ id: 'd', include: ['/a'], kind: 'directory' })],
      [],
    );
    const idsOf = (...types: ('file' | 'directory' | 'symlink' | 'other')[]) =>
      rules.rulesFor('/a/x', ...types).map(({ id }) => id);
    assert.deepEqual([idsOf('file'), idsOf('symlink'), idsOf('other')], [['f'], ['f'], ['f']]);
    assert.deepEqual([idsOf('directory'), idsOf('file', 'directory')], [['d'], ['f', 'd']]);
  });

  test('content is read only where a rule asks for it', () => {
    const rules = new RuleSet(
      [ruleOf({ include: ['/a'], attributes: ['mode'] }), ruleOf({ include: ['/a/b'], attributes: ['content'] })],
      [],
    );
    assert.deepEqual([rules.needsContent('/a/x'), rules.needsContent('/a/b/x')], [false, true]);
  });
});

describe('what the engine tells by such rules', () => {
  test('S6: direct children and not what is below them', async () => {
    const { watched, host } = await setUp(
      (path) => fs.mkdirSync(join(path, 'deep')),
      (path) => policyOfRules({ include: [join(path, '*')], exact: true }),
    );
    fs.writeFileSync(join(watched, 'deep/no'), '1');
    fs.mkdirSync(join(watched, 'new'));
    fs.writeFileSync(join(watched, 'new/no'), '1');
    fs.writeFileSync(join(watched, 'yes'), '1');
    await host.waitFor(2);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.created ${join(watched, 'new')}`, `file.created ${join(watched, 'yes')}`]);
  });

  test('S6: files only, or folders only; what is in a new or renamed folder is told all the same', async () => {
    const { watched, host } = await setUp(
      (path) => {
        fs.mkdirSync(join(path, 'files/old'), { recursive: true });
        fs.mkdirSync(join(path, 'folders'));
        fs.writeFileSync(join(path, 'files/old/f'), 'f');
      },
      (path) =>
        policyOfRules(
          { include: [join(path, 'files')], kind: 'file' },
          { include: [join(path, 'folders')], kind: 'directory' },
        ),
    );
    fs.renameSync(join(watched, 'files/old'), join(watched, 'files/moved'));
    await host.waitFor(1);
    fs.mkdirSync(join(watched, 'files/new'));
    fs.writeFileSync(join(watched, 'files/new/f'), 'f');
    fs.symlinkSync('/nowhere', join(watched, 'files/link'));
    fs.mkdirSync(join(watched, 'folders/new'));
    fs.writeFileSync(join(watched, 'folders/new/f'), 'f');
    await host.waitFor(4);
    await quiet();
    assert.deepEqual(kindsOf(host), [
      `file.created ${join(watched, 'files/link')}`,
      `file.created ${join(watched, 'files/new/f')}`,
      `file.created ${join(watched, 'folders/new')}`,
      `file.renamed ${join(watched, 'files/moved/f')}`,
    ]);
  });

  test('S7, in part: a rule without real time is served by scans alone, beside one that has it', async () => {
    const { watched, host, engine } = await setUp(
      (path) => {
        for (const name of ['slow', 'fast']) {
          fs.mkdirSync(join(path, name));
          fs.writeFileSync(join(path, name, 'f'), name);
        }
      },
      (path) => policyOfRules({ include: [join(path, 'slow')], realTime: false }, { include: [join(path, 'fast')] }),
    );
    assert.equal(engine.status().state, 'active');
    fs.writeFileSync(join(watched, 'slow/f'), 'changed');
    fs.writeFileSync(join(watched, 'fast/f'), 'changed');
    await host.waitFor(1);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.modified ${join(watched, 'fast/f')}`]);
    await engine.apply({
      ...policyOfRules({ include: [join(watched, 'slow')], realTime: false }, { include: [join(watched, 'fast')] }),
      scanEverySeconds: 43_200,
    });
    await settled(engine);
    await host.waitFor(2);
    assert.deepEqual(
      [host.detections[1]?.file?.path, host.detections[1]?.facts?.['foundBy']],
      [join(watched, 'slow/f'), 'scan'],
    );
  });

  test('S6: a log that is cut is told, one that grows or is rotated is not, and none is read', async () => {
    const { watched, host } = await setUp(
      (path) => {
        for (const name of ['cut', 'grows', 'rotated', 'touched']) fs.writeFileSync(join(path, name), 'a line\n');
      },
      (path) => policyOfRules({ include: [path], attributes: ['shrunk', 'modified'], exclude: [join(path, '*.1')] }),
    );
    fs.appendFileSync(join(watched, 'grows'), 'another\n');
    await host.waitFor(1);
    fs.renameSync(join(watched, 'rotated'), join(watched, 'rotated.1'));
    fs.writeFileSync(join(watched, 'rotated'), '');
    await host.waitFor(2);
    fs.truncateSync(join(watched, 'cut'), 0);
    fs.utimesSync(join(watched, 'touched'), 1, 1);
    await host.waitFor(4);
    await quiet();
    const changed = Object.fromEntries(
      host.detections.map(({ file }) => [file?.path.split('/').at(-1), file?.changed]),
    );
    assert.deepEqual(changed, {
      grows: ['modified'],
      rotated: ['modified'],
      cut: ['modified', 'shrunk'],
      touched: ['modified'],
    });
    assert.ok(host.detections.every(({ file }) => file?.after?.sha256 === undefined));
  });

  test('a rule that comes to ask for the content says nothing of what has not changed', async () => {
    const { watched, host, engine } = await setUp(
      (path) => fs.writeFileSync(join(path, 'a'), '1'),
      (path) => policyOfRules({ include: [path], attributes: ['mode'] }),
    );
    await engine.apply(policyOfRules({ include: [watched] }));
    await settled(engine);
    await quiet();
    assert.equal(host.detections.length, 0);
    fs.writeFileSync(join(watched, 'a'), '2');
    await host.waitFor(1);
    assert.ok(host.detections[0]?.file?.before?.sha256);
  });
});
