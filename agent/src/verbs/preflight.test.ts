import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Preflight } from './preflight.ts';

const main = join(import.meta.dirname, '../main.ts');
const run = (...args: string[]) => spawnSync(process.execPath, [main, 'preflight', ...args], { encoding: 'utf8' });
const json = (...args: string[]) => {
  const { stdout, status } = run('--json', '--data', tmpdir(), ...args);
  return { status, result: JSON.parse(stdout) as Preflight };
};

test('S23, in part: preflight of a 1 GiB host with anti-malware warns and proposes a scanner elsewhere', () => {
  const host = ['--memory-mb', '1024', '--cores', '2'];
  const { status, result } = json(...host, '--modules', 'integrity,loginspection,antimalware', '--light');
  assert.equal(status, 1);
  assert.equal(result.verdict, 'warn');
  const [warning] = result.warnings;
  assert.equal(warning?.code, 'antimalware_memory');
  assert.match(warning?.text ?? '', /more memory/);
  assert.match(run('--memory-mb', '1024', '--modules', 'antimalware').stdout, /^WARN .*1,024 MB/m);
});

test('S23, in part: preflight proposes the light profile for one core; with it there is nothing to say of that', () => {
  const host = ['--memory-mb', '4096', '--cores', '1'];
  const codes = (...more: string[]) => json(...host, ...more).result.warnings.map(({ code }) => code);
  assert.ok(codes().includes('light_profile'));
  assert.ok(!codes('--light').includes('light_profile'));
});

test('preflight says what this host really has, and how changes would be heard of', () => {
  const { result } = json();
  assert.ok(result.memoryMb > 0 && result.cores > 0 && result.diskFreeMb > 0);
  assert.ok(result.realTime === 'fanotify' || (result.realTimeReason ?? '').length > 0);
  if (process.geteuid?.() === 0) {
    const nobody = spawnSync(
      'setpriv',
      ['--reuid=65534', '--clear-groups', process.execPath, main, 'preflight', '--json', '--data', '/tmp'],
      {
        encoding: 'utf8',
      },
    );
    if (nobody.stdout) assert.equal((JSON.parse(nobody.stdout) as Preflight).realTime, 'inotify');
  }
});

test('wrong options are refused with the way out', () => {
  for (const [args, word] of [
    [['--modules', 'integrety'], 'there is no module "integrety"'],
    [['--cores', 'many'], '--cores wants a whole number'],
    [['--bogus'], 'preflight --help'],
  ] as const) {
    const { status, stderr } = run(...args);
    assert.equal(status, 64, stderr);
    assert.ok(stderr.includes(word), stderr);
  }
});
