import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages } from './language.ts';
import { phrase } from './phrase.ts';
import { sizeUp } from './sizing.ts';

const gib = 1024 ** 3;
const both = ['integrity', 'loginspection'] as const;
const codes = (memoryBytes: number, cores: number, modules: Parameters<typeof sizeUp>[1]['modules'], isLight = false) =>
  sizeUp({ memoryBytes, cores }, { modules, isLight }).map(({ code }) => code);

test('S23, in part: 1 GiB with anti-malware on is a warning that proposes a scanner elsewhere', () => {
  assert.deepEqual(codes(gib, 2, [...both, 'antimalware'], true), ['antimalware_memory']);
  const [warning] = sizeUp({ memoryBytes: gib, cores: 2 }, { modules: ['antimalware'], isLight: true });
  assert.match(
    phrase('en', 'sizing.antimalware_memory', warning!.facts),
    /1,024 MB.*more memory.*not part of this version/s,
  );
  assert.match(phrase('ja', 'sizing.antimalware_memory', warning!.facts), /共有/);
});

test('S23, in part: one core, or less than 2 GiB, proposes the light profile until it is in force', () => {
  assert.deepEqual(codes(8 * gib, 1, both), ['light_profile']);
  assert.deepEqual(codes(1.5 * gib, 4, both), ['light_profile']);
  assert.deepEqual(codes(1.95 * gib, 2, both), [], 'what the kernel leaves of 2 GiB');
  assert.deepEqual(codes(gib, 1, both, true), []);
});

test('a host that is up to its work has no warning; one without room on the disk has', () => {
  assert.deepEqual(codes(8 * gib, 4, [...both, 'antimalware', 'intrusion', 'firewall', 'webreputation']), []);
  assert.deepEqual(codes(3 * gib, 4, [...both, 'antimalware', 'intrusion', 'firewall', 'webreputation']), ['memory']);
  const [disk] = sizeUp({ memoryBytes: 8 * gib, cores: 4, diskFreeBytes: 5e8 }, { modules: both, isLight: false });
  for (const language of languages) assert.match(phrase(language, 'sizing.disk', disk!.facts), /477/);
});
