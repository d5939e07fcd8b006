import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { quoteForShell, type ScriptParts, writeScript } from './script.ts';

const parts: ScriptParts = {
  manager: 'https://manager.example.jp:7302',
  agents: 'manager.example.jp:7301',
  authority: {
    pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    fingerprint: 'a'.repeat(64),
  },
  release: {
    build: '1.2.3-0123456789abcdef',
    version: '1.2.3',
    architecture: 'x86_64',
    files: {
      'sakimori-agent.deb': { sha256: 'b'.repeat(64), bytes: 10 },
      'sakimori-agent.tar.gz': { sha256: 'c'.repeat(64), bytes: 10 },
    },
  },
  checksCertificate: true,
  checksDigest: true,
  remarks: ['Made by a test.'],
  activation: {
    accountId: '0190a000-0000-7000-8000-000000000001',
    secret: '00000000-0000-4000-8000-000000000002',
  },
};
/** The script's functions without its last line, and a line in place of it. */
const runWith = (script: string, line: string) => {
  const body = script.slice(0, script.lastIndexOf('deploy'));
  return spawnSync('sh', ['-s'], { input: `${body}${line}\n`, encoding: 'utf8' });
};

test('its last line is what clients cut by length', () => {
  const script = writeScript(parts);
  assert.equal(
    script.slice(-93),
    '"tenantID:0190a000-0000-7000-8000-000000000001" "token:00000000-0000-4000-8000-000000000002"\n',
  );
  assert.ok(writeScript({ ...parts, activation: undefined }).endsWith('\ndeploy\n'));
});

test('a shell takes it, and nothing of a name is carried out', () => {
  const remarks = ["policy '; touch /tmp/owned\n touch /tmp/owned\u2028$(touch /tmp/owned)\r\x85`id`"];
  const script = writeScript({ ...parts, remarks });
  execFileSync('sh', ['-n'], { input: script });
  assert.equal(script.split('\n').filter((line) => line.includes('owned')).length, 1);
  assert.ok(
    script
      .split('\n')
      .find((line) => line.includes('owned'))!
      .startsWith('# '),
  );
  for (const text of ["a'b", "''", 'a\nb', '$HOME `id` "x" \\'])
    assert.equal(execFileSync('sh', ['-c', `printf %s ${quoteForShell(text)}`], { encoding: 'utf8' }), text);
});

test('it picks the digest of its own architecture, and compares versions as numbers', () => {
  const script = writeScript(parts);
  assert.equal(runWith(script, 'machine=x86_64; digest_of sakimori-agent.tar.gz').stdout, 'c'.repeat(64));
  assert.equal(runWith(script, 'machine=aarch64; digest_of sakimori-agent.tar.gz').stdout, '');
  const cases: [string, string, boolean][] = [
    ['0.9.0', '0.10.0', true],
    ['0.10.0', '0.9.0', false],
    ['1.2.3', '1.2.3', false],
    ['1.2.3', '1.2.4', true],
    ['2.0.0', '1.9.9', false],
  ];
  for (const [a, b, expected] of cases)
    assert.equal(runWith(script, `is_older ${a} ${b}`).status === 0, expected, `${a} < ${b}`);
});

test('a script that was cut short does nothing', () => {
  const script = writeScript(parts);
  for (const length of [200, 3000, script.length - 100]) {
    const { status, stdout } = spawnSync('sh', ['-s'], { input: script.slice(0, length), encoding: 'utf8' });
    assert.equal(stdout, '', `${length} of ${script.length} characters`);
    assert.notEqual(status, 10);
  }
});
