import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { kindsOf, policyOf, quiet, setUp, tearDown } from './test-setting.ts';

const isRoot = process.getuid?.() === 0;
const sha256 = (text: string) => execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
afterEach(tearDown);

describe('real time', () => {
  test('the first baseline is built without a word', async () => {
    const { host, engine } = await setUp((path) => fs.writeFileSync(join(path, 'a'), '1'));
    assert.deepEqual(host.detections, []);
    assert.equal(engine.status().state, 'active');
    assert.equal(engine.status().figures['watchedFiles'], 1);
  });

  test('S6: a changed content is one detection with before and after', async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'a'), 'one'));
    fs.writeFileSync(join(watched, 'a'), 'two, longer');
    await host.waitFor(1);
    await quiet();
    const [detection] = host.detections;
    assert.equal(host.detections.length, 1);
    assert.equal(detection?.kind, 'file.modified');
    assert.equal(detection?.subject, join(watched, 'a'));
    assert.equal(detection?.title, `${join(watched, 'a')} changed: content`);
    assert.deepEqual(detection?.file?.changed, ['content']);
    assert.equal(detection?.file?.before?.sha256, sha256('one'));
    assert.equal(detection?.file?.after?.sha256, sha256('two, longer'));
    assert.equal(detection?.file?.before?.sizeBytes, 3);
    assert.equal(detection?.severity, 'high');
    assert.deepEqual(detection?.rule, { id: 'test.rule', name: 'Test rule', nameJa: 'テスト' });
    assert.equal(detection?.facts?.['foundBy'], 'watch');
  });

  test('S6: mode, owner and group', { skip: !isRoot && 'chown needs root' }, async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'a'), 'x', { mode: 0o644 }));
    fs.chmodSync(join(watched, 'a'), 0o4755);
    await host.waitFor(1);
    fs.chownSync(join(watched, 'a'), 1, 0);
    await host.waitFor(2);
    fs.chownSync(join(watched, 'a'), 1, 54_321);
    await host.waitFor(3);
    await quiet();
    const [mode, owner, group] = host.detections;
    assert.equal(host.detections.length, 3);
    assert.deepEqual(
      [mode?.file?.changed, mode?.file?.before?.mode, mode?.file?.after?.mode],
      [['mode'], '0644', '4755'],
    );
    // chown clears the set-user-id bit, and the kernel's doing is a change as well.
    assert.deepEqual(owner?.file?.changed, ['mode', 'owner']);
    assert.deepEqual([owner?.file?.before?.owner, owner?.file?.after?.owner], ['root', 'daemon']);
    assert.deepEqual(
      [group?.file?.changed, group?.file?.before?.group, group?.file?.after?.group],
      [['group'], 'root', '54321'],
    );
  });

  test('S6: created, deleted, and a link that points elsewhere', async () => {
    const { watched, host } = await setUp((path) => fs.symlinkSync('/first', join(path, 'link')));
    fs.writeFileSync(join(watched, 'new'), 'n');
    await host.waitFor(1);
    fs.unlinkSync(join(watched, 'new'));
    await host.waitFor(2);
    fs.unlinkSync(join(watched, 'link'));
    fs.symlinkSync('/second', join(watched, 'link'));
    await host.waitFor(3);
    await quiet();
    const [created, deleted, link] = host.detections;
    assert.equal(host.detections.length, 3);
    assert.equal(created?.kind, 'file.created');
    assert.equal(created?.file?.before, undefined);
    assert.equal(created?.file?.after?.sha256, sha256('n'));
    assert.equal(deleted?.kind, 'file.deleted');
    assert.equal(deleted?.file?.before?.sha256, sha256('n'));
    assert.equal(deleted?.file?.after, undefined);
    assert.equal(link?.kind, 'file.modified');
    assert.deepEqual(link?.file?.changed, ['link']);
    assert.deepEqual([link?.file?.before?.linkTarget, link?.file?.after?.linkTarget], ['/first', '/second']);
  });

  test('S6: a file that becomes a pipe has changed its type, and is not opened', async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'a'), 'x'));
    fs.unlinkSync(join(watched, 'a'));
    execFileSync('mkfifo', [join(watched, 'a')]);
    await host.waitFor(1);
    assert.equal(host.detections[0]?.kind, 'file.modified');
    assert.ok(host.detections[0]?.file?.changed.includes('type'));
    assert.equal(host.detections[0]?.file?.after?.type, 'other');
  });

  test('S6: a rename is one detection that names both paths', async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'old'), 'x'));
    fs.renameSync(join(watched, 'old'), join(watched, 'new'));
    await host.waitFor(1);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.renamed ${join(watched, 'new')}`]);
    assert.equal(host.detections[0]?.file?.previousPath, join(watched, 'old'));
    assert.deepEqual(host.detections[0]?.file?.changed, ['renamed']);
  });

  test('a renamed folder is one detection; what is below is watched under its new name', async () => {
    const { watched, host } = await setUp((path) => {
      fs.mkdirSync(join(path, 'old/deep'), { recursive: true });
      for (const name of ['a', 'b', 'deep/c']) fs.writeFileSync(join(path, 'old', name), name);
    });
    fs.renameSync(join(watched, 'old'), join(watched, 'new'));
    await host.waitFor(1);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.renamed ${join(watched, 'new')}`]);
    assert.equal(host.detections[0]?.facts?.['pathsBelow'], 4);
    fs.appendFileSync(join(watched, 'new/deep/c'), 'more');
    await host.waitFor(2);
    await quiet();
    assert.equal(host.detections.length, 2);
    assert.equal(host.detections[1]?.file?.path, join(watched, 'new/deep/c'));
    assert.equal(host.detections[1]?.file?.before?.sha256, sha256('deep/c'));
  });

  test('deleting one file and making another is not a rename, even if the inode is used again', async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'a'), 'same'));
    fs.unlinkSync(join(watched, 'a'));
    fs.writeFileSync(join(watched, 'b'), 'same');
    await host.waitFor(2);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.created ${join(watched, 'b')}`, `file.deleted ${join(watched, 'a')}`]);
  });

  test('an atomic save is one change of the target', async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'conf'), 'one'));
    fs.writeFileSync(join(watched, '.conf.tmp1'), 'two');
    fs.renameSync(join(watched, '.conf.tmp1'), join(watched, 'conf'));
    await host.waitFor(1);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.modified ${join(watched, 'conf')}`]);
    assert.deepEqual(host.detections[0]?.file?.changed, ['content']);
  });

  test('an atomic save that takes its time adds only the making of the temporary file', async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'conf'), 'one'));
    fs.writeFileSync(join(watched, '.conf.tmp1'), 'two');
    await host.waitFor(1);
    fs.renameSync(join(watched, '.conf.tmp1'), join(watched, 'conf'));
    await host.waitFor(2);
    await quiet();
    assert.deepEqual(kindsOf(host), [
      `file.created ${join(watched, '.conf.tmp1')}`,
      `file.modified ${join(watched, 'conf')}`,
    ]);
    assert.equal(host.detections[1]?.file?.previousPath, join(watched, '.conf.tmp1'));
  });

  test('S6: an unwatched and an excluded path say nothing', async () => {
    const { watched, root, host } = await setUp(
      (path) => fs.mkdirSync(join(path, 'cache')),
      (path) => policyOf([path], { exclude: [join(path, 'cache'), join(path, '*.swp')] }),
    );
    fs.writeFileSync(join(watched, 'cache/x'), '1');
    fs.writeFileSync(join(watched, '.a.swp'), '1');
    fs.writeFileSync(join(root, 'beside'), '1');
    fs.writeFileSync(join(watched, 'seen'), '1');
    await host.waitFor(1);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.created ${join(watched, 'seen')}`]);
  });

  test('a pattern matches one name; a path that does not exist yet is seen when it comes', async () => {
    const { watched, host } = await setUp(
      (path) => fs.mkdirSync(join(path, 'home/alice'), { recursive: true }),
      (path) => policyOf([join(path, 'home/*/.ssh/authorized_keys'), join(path, 'later/deep/file')]),
    );
    fs.mkdirSync(join(watched, 'home/alice/.ssh'));
    fs.writeFileSync(join(watched, 'home/alice/.ssh/known_hosts'), 'k');
    fs.writeFileSync(join(watched, 'home/alice/.ssh/authorized_keys'), 'k');
    fs.mkdirSync(join(watched, 'later/deep'), { recursive: true });
    fs.writeFileSync(join(watched, 'later/deep/file'), 'f');
    await host.waitFor(2);
    await quiet();
    assert.deepEqual(kindsOf(host), [
      `file.created ${join(watched, 'home/alice/.ssh/authorized_keys')}`,
      `file.created ${join(watched, 'later/deep/file')}`,
    ]);
  });

  test('200 new nested folders with a file each: none is missed', async () => {
    const { watched, host } = await setUp(() => {});
    for (let index = 0; index < 200; index += 1) {
      const folder = join(watched, `d${index}/e/f`);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(join(folder, 'file'), String(index));
    }
    await host.waitFor(800, 20_000);
    await quiet();
    assert.equal(host.detections.length, 800);
    assert.equal(new Set(host.detections.map(({ file }) => file?.path)).size, 800);
    assert.ok(host.detections.every(({ kind }) => kind === 'file.created'));
  });

  test('a symbolic link is not followed, a loop does no harm', async () => {
    const { watched, root, host } = await setUp((path) => {
      fs.mkdirSync(join(path, '../outside'));
      fs.symlinkSync(join(path, '../outside'), join(path, 'out'));
      fs.symlinkSync('.', join(path, 'loop'));
    });
    fs.writeFileSync(join(root, 'outside/x'), '1');
    fs.writeFileSync(join(watched, 'y'), '1');
    await host.waitFor(1);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.created ${join(watched, 'y')}`]);
  });

  test('a folder that becomes a link elsewhere: its files are gone', async () => {
    const { watched, root, host } = await setUp((path) => {
      fs.mkdirSync(join(path, 'dir'));
      fs.writeFileSync(join(path, 'dir/a'), '1');
      fs.mkdirSync(join(path, '../other'));
      fs.writeFileSync(join(path, '../other/a'), 'evil');
    });
    fs.rmSync(join(watched, 'dir'), { recursive: true });
    fs.symlinkSync(join(root, 'other'), join(watched, 'dir'));
    await host.waitFor(2);
    await quiet();
    assert.deepEqual(kindsOf(host), [
      `file.deleted ${join(watched, 'dir/a')}`,
      `file.modified ${join(watched, 'dir')}`,
    ]);
  });

  test('a name that is not UTF-8 is seen and shown', async () => {
    const { watched, host } = await setUp(() => {});
    const bytes = Buffer.concat([Buffer.from(`${watched}/`), Buffer.from([0x66, 0xff, 0xe9])]);
    fs.writeFileSync(bytes, '1');
    await host.waitFor(1);
    fs.appendFileSync(bytes, '2');
    await host.waitFor(2);
    assert.deepEqual(kindsOf(host), [`file.created ${watched}/f\\xff\\xe9`, `file.modified ${watched}/f\\xff\\xe9`]);
    assert.equal(host.detections[1]?.file?.after?.sha256, sha256('12'));
  });

  test('a file above the limit is compared by its attributes, and counted', async () => {
    const { watched, host, engine } = await setUp(
      (path) => fs.writeFileSync(join(path, 'big'), Buffer.alloc(5000)),
      (path) => policyOf([path], { hashBytesMax: 4096 }),
    );
    assert.equal(engine.status().figures['attributeOnlyFiles'], 1);
    fs.appendFileSync(join(watched, 'big'), 'x');
    await host.waitFor(1);
    assert.deepEqual(host.detections[0]?.file?.changed, ['content']);
    assert.equal(host.detections[0]?.file?.after?.sha256, undefined);
  });
});
