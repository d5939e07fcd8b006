import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import type { Detection } from '@sakimori/contract/detection';
import { patience } from '../../../../../test/patience.ts';
import type { Engine } from '../../engine.ts';
import { createRecordingHost, type RecordingHost } from '../../recording-host.ts';
import { createIntegrityEngine } from '../index.ts';
import { policyOf, quiet, settled } from '../test-setting.ts';

const skip =
  (process.geteuid?.() !== 0 && 'needs root for dpkg --root') ||
  (spawnSync('dpkg-deb', ['--version']).error && 'dpkg-deb is not here');

type Host = { root: string; data: string; host: RecordingHost; engine: Engine<'integrity'> };
const open: Host[] = [];
afterEach(async () => {
  for (const { root, data, engine } of open.splice(0)) {
    await engine.stop();
    for (const folder of [root, data]) fs.rmSync(folder, { recursive: true, force: true });
  }
});

/** A root of its own, with a package database of dpkg's own, watched by a real engine. */
async function newHost(prepare: (root: string) => void = () => {}): Promise<Host> {
  const root = fs.mkdtempSync(join(tmpdir(), 'dpkg-root-'));
  const data = fs.mkdtempSync(join(tmpdir(), 'dpkg-data-'));
  for (const folder of ['usr/bin', 'usr/lib', 'etc', 'var/lib/dpkg/info', 'var/lib/dpkg/updates'])
    fs.mkdirSync(join(root, folder), { recursive: true });
  fs.symlinkSync('usr/bin', join(root, 'bin'));
  fs.writeFileSync(join(root, 'var/lib/dpkg/status'), '');
  prepare(root);
  const host = createRecordingHost('integrity', data);
  const engine = createIntegrityEngine([], root)(host);
  const result = { root, data, host, engine };
  open.push(result);
  await engine.apply(policyOf([root], { exclude: [join(root, 'var/log'), join(root, 'var/lib/dpkg/triggers')] }));
  await settled(engine);
  return result;
}

type Contents = Readonly<Record<string, string>>;

/** A real package, built here, with md5sums as debhelper makes them. */
function buildPackage(name: string, version: string, files: Contents, conffiles: readonly string[] = []): string {
  const stage = fs.mkdtempSync(join(tmpdir(), 'deb-'));
  const write = (path: string, content: string) => {
    fs.mkdirSync(dirname(join(stage, path)), { recursive: true });
    fs.writeFileSync(join(stage, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  const sums = Object.entries(files).filter(([path]) => !conffiles.includes(`/${path}`));
  write(
    'DEBIAN/md5sums',
    sums.map(([path, text]) => `${createHash('md5').update(text).digest('hex')}  ${path}\n`).join(''),
  );
  write(
    'DEBIAN/control',
    `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: Nobody <nobody@example.com>\nDescription: ${name}\n`,
  );
  if (conffiles.length > 0) write('DEBIAN/conffiles', `${conffiles.join('\n')}\n`);
  const deb = join(stage, '..', `${name}_${version}_${Math.random().toString(36).slice(2)}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', stage, deb], { stdio: 'pipe' });
  fs.rmSync(stage, { recursive: true });
  return deb;
}

function dpkg(root: string, ...args: string[]): void {
  execFileSync('dpkg', [`--root=${root}`, '--force-not-root', '--force-confnew', '--force-unsafe-io', ...args], {
    stdio: 'pipe',
  });
  for (const arg of args) if (arg.endsWith('.deb')) fs.rmSync(arg);
}

const many = (version: string): Contents =>
  Object.fromEntries(
    Array.from({ length: 4000 }, (_, index) => [`usr/lib/many/d${index % 40}/f${index}`, `${version} of ${index}\n`]),
  );

const ofPackages = (detections: readonly Detection[]) =>
  detections.filter(({ kind }) => kind === 'integrity.package_changes');
const others = (detections: readonly Detection[]) =>
  detections.filter(({ kind }) => kind !== 'integrity.package_changes');

describe('S6: changes by the package tools', { skip, timeout: 120_000 }, () => {
  test('S6: a package of 4,000 files that is installed, upgraded and removed by dpkg is one detection each time', async () => {
    const { root, host } = await newHost();
    dpkg(root, '-i', buildPackage('many', '1.0', many('1.0')));
    await host.waitFor(1, 60_000);
    const [installed] = ofPackages(host.detections);
    assert.deepEqual(
      installed?.packages?.map(({ name, versionBefore, versionAfter }) => [name, versionBefore, versionAfter]),
      [['many', undefined, '1.0']],
    );
    assert.ok(Number(installed?.facts?.['createdCount']) >= 4000, JSON.stringify(installed?.facts));
    assert.ok(installed!.raw!.length <= 16_384);
    assert.deepEqual(
      others(host.detections).map(({ title }) => title),
      [],
    );

    host.detections.length = 0;
    dpkg(root, '-i', buildPackage('many', '1.1', many('1.1')));
    await host.waitFor(1, 60_000);
    const [upgraded] = ofPackages(host.detections);
    assert.deepEqual(
      upgraded?.packages?.map(({ name, versionBefore, versionAfter }) => [name, versionBefore, versionAfter]),
      [['many', '1.0', '1.1']],
    );
    assert.ok(Number(upgraded?.facts?.['modifiedCount']) >= 4000, JSON.stringify(upgraded?.facts));
    assert.equal(upgraded?.severity, 'low');

    host.detections.length = 0;
    dpkg(root, '-r', 'many');
    await host.waitFor(1, 60_000);
    await quiet();
    const [removed] = ofPackages(host.detections);
    assert.ok(Number(removed?.facts?.['deletedCount']) >= 4000, JSON.stringify(removed?.facts));
    assert.equal(removed?.packages?.[0]?.versionAfter, undefined);
    assert.deepEqual(
      others(host.detections).map(({ title }) => title),
      [],
    );
  });

  test('S6: a file that is not what the package says stays a detection of its own, as do a mode and a stranger beside it', async () => {
    const { root, host } = await newHost();
    const files = { 'bin/tool': 'tool 1\n', 'usr/bin/other': 'other 1\n', 'etc/tool.conf': 'a = 1\n' };
    dpkg(root, '-i', buildPackage('tool', '1.0', files, ['/etc/tool.conf']));
    await host.waitFor(1, 30_000);
    host.detections.length = 0;
    const next = { 'bin/tool': 'tool 2\n', 'usr/bin/other': 'other 2\n', 'etc/tool.conf': 'a = 2\n' };
    dpkg(root, '-i', buildPackage('tool', '2.0', next, ['/etc/tool.conf']));
    fs.appendFileSync(join(root, 'usr/bin/other'), 'and a back door\n');
    fs.writeFileSync(join(root, 'usr/bin/stranger'), 'nobody’s\n');
    fs.writeFileSync(join(root, 'usr/bin/tool.dpkg-new'), 'stays\n');
    fs.chmodSync(join(root, 'usr/bin/tool'), 0o4755);
    await host.waitFor(5, 30_000);
    await quiet();
    const [group] = ofPackages(host.detections);
    assert.equal(ofPackages(host.detections).length, 1);
    assert.match(group?.raw ?? '', /etc\/tool\.conf/);
    assert.deepEqual(
      others(host.detections)
        .map(({ kind, file }) => `${kind} ${file?.path.slice(root.length)}`)
        .sort(),
      [
        'file.created /usr/bin/stranger',
        'file.created /usr/bin/tool.dpkg-new',
        'file.modified /usr/bin/other',
        'file.modified /usr/bin/tool',
      ],
    );
  });

  test('S6: an upgrade while the agent was off is grouped at the next start, and an ordinary change is not held for long', async () => {
    const { root, data, host, engine } = await newHost();
    dpkg(root, '-i', buildPackage('tool', '1.0', { 'usr/bin/tool': 'tool 1\n' }));
    await host.waitFor(1, 30_000);
    await engine.stop();
    host.detections.length = 0;
    dpkg(root, '-i', buildPackage('tool', '1.1', { 'usr/bin/tool': 'tool 1.1\n' }));
    fs.writeFileSync(join(root, 'etc/passwd'), 'changed\n');
    const again = createIntegrityEngine([], root)(host);
    open.push({ root, data, host, engine: again });
    await again.apply(policyOf([root]));
    await host.waitFor(2, 30_000);
    await quiet();
    assert.equal(ofPackages(host.detections)[0]?.packages?.[0]?.versionBefore, '1.0');
    assert.deepEqual(
      others(host.detections).map(({ file }) => file?.path),
      [join(root, 'etc/passwd')],
    );
    host.detections.length = 0;
    const startMs = performance.now();
    fs.appendFileSync(join(root, 'etc/passwd'), 'again\n');
    await host.waitFor(1);
    assert.ok(performance.now() - startMs < patience(1000), 'outside of runs nothing is kept back');
  });

  test('a crash in the midst of a run tells each change by itself, and none is lost', async () => {
    const { root, data, host, engine } = await newHost();
    const deb = buildPackage('tool', '1.0', { 'usr/bin/one': '1\n', 'usr/bin/two': '2\n' });
    dpkg(root, '-i', deb);
    await quiet();
    assert.deepEqual(host.detections, [], 'kept back');
    // What a power cut would leave: the outbox as it is on the disk.
    const copy = fs.mkdtempSync(join(tmpdir(), 'dpkg-crash-'));
    fs.cpSync(data, copy, { recursive: true });
    const after = createRecordingHost('integrity', copy);
    const again = createIntegrityEngine([], root)(after);
    open.push({ root, data: copy, host: after, engine: again });
    await again.apply(policyOf([root]));
    await settled(again);
    const paths = after.detections.map(({ file }) => file?.path.slice(root.length));
    for (const path of ['/usr/bin/one', '/usr/bin/two']) assert.ok(paths.includes(path), paths.join(' '));
    await engine.stop();
  });
});
