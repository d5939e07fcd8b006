import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareApkVersions } from './apk-version.ts';
import { compareDebianVersions } from './debian-version.ts';
import { compareVersions } from './package-version.ts';
import { compareRpmVersions } from './rpm-version.ts';

type Compare = (a: string, b: string) => number;

/** Each list is in order, oldest first; what stands together in one text is equal. */
function holdsOrder(compare: Compare, groups: readonly string[]): void {
  const steps = groups.map((group) => group.split(' = '));
  for (const [i, left] of steps.entries())
    for (const [j, right] of steps.entries())
      for (const a of left)
        for (const b of right) assert.equal(Math.sign(compare(a, b)), Math.sign(i - j), `${a} and ${b}`);
}

test('S11, in part: Debian versions in order: epochs, revisions, tildes, letters, leading zeros', () => {
  holdsOrder(compareDebianVersions, [
    '0~',
    '0 = 00 = 0-0 = 0:0',
    '1.0~beta1~svn1245-1',
    '1.0~beta1-1',
    '1.0-1~bpo12+1',
    '1.0-1 = 0:1.0-01',
    '1.0-1+deb12u1',
    '1.0-1.1',
    '1.0-2',
    '1.0-10',
    '1.0a-1',
    '1.0+dfsg-1',
    '1.0.1-1',
    '1.18.0-6+deb11u3',
    '1.22.1-9',
    '20240101-1',
    '1:0.1-1',
    '2:0.0.1-1',
  ]);
  holdsOrder(compareDebianVersions, ['1-1-1', '1-1-2', '1-2-1']);
});

/** Pieces that make awkward versions often. */
const debianVersion = fc
  .tuple(
    fc.constantFrom('', '', '', '0:', '1:', '12:'),
    fc.array(fc.constantFrom('0', '1', '9', '10', '007', 'a', 'Z', 'rc', '~', '~~', '.', '+', '-'), { maxLength: 7 }),
    fc.constantFrom('', '', '-1', '-0', '-1~bpo1', '-2+b1', '-0ubuntu1.2'),
  )
  .map(([epoch, pieces, revision]) => `${epoch}1${pieces.join('')}${revision}`)
  // dpkg takes no version with an empty revision.
  .filter((version) => !version.endsWith('-'));

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0;
test('S11, in part: dpkg itself says the same of versions made at random', {
  skip: hasDpkg ? false : 'impossible here: this system has no dpkg',
}, () => {
  const pairs = fc.sample(fc.tuple(debianVersion, debianVersion), { numRuns: 400, seed: 11 });
  const script =
    'while read -r a b; do for op in lt eq gt; do dpkg --compare-versions "$a" $op "$b" && echo $op; done; done; exit 0';
  const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('');
  const said = execFileSync('sh', ['-c', script], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  const ours = pairs.map(([a, b]) => ['lt', 'eq', 'gt'][Math.sign(compareDebianVersions(a, b)) + 1]);
  assert.deepEqual(ours, said.trim().split('\n'));
});

test('S11, in part: RPM versions in order: tildes, carets, letters, releases', () => {
  holdsOrder(compareRpmVersions, [
    '1.0~rc1',
    '1.0~rc1^git1',
    '1.0 = 1_0 = 0:1.0 = 01.00',
    '1.0^',
    '1.0^git1',
    '1.0^git2',
    '1.0.1',
    '1.0.1a',
    '1.0.1.1',
    '1.0.2',
    '1.0.10',
    '2.0.a',
    '2.0.1',
    '1:0.5',
  ]);
  holdsOrder(compareRpmVersions, ['1.20.1-14.el9', '1.20.1-14.el9_2.1', '1.20.1-16.el9', '1.22.0-1.el9']);
  assert.equal(compareRpmVersions('1.20.1-14.el9', '1.20.1'), 0, 'a release is compared where both have one');
});

const rpmVersion = fc
  .array(fc.constantFrom('0', '1', '9', '10', '007', 'a', 'Z', 'rc', '~', '^', '.', '_', '+'), { maxLength: 7 })
  .map((pieces) => `1${pieces.join('')}`);

test('S11, in part: rpm itself says the same of versions made at random', {
  skip: spawnSync('rpm', ['--version']).status === 0 ? false : 'rpm is not installed',
}, () => {
  const pairs = fc.sample(fc.tuple(rpmVersion, rpmVersion), { numRuns: 1000, seed: 11 });
  const calls = pairs.map(([a, b]) => `io.write(rpm.vercmp("${a}", "${b}"), " ")`).join(' ');
  const said = execFileSync('rpm', ['--eval', `%{lua: ${calls}}`], { encoding: 'utf8' });
  const ours = pairs.map(([a, b]) => String(Math.sign(compareRpmVersions(a, b))));
  assert.deepEqual(ours, said.trim().split(/\s+/));
});

test('S11, in part: Alpine versions in order: suffixes before and after, revisions, decimal fractions', () => {
  holdsOrder(compareApkVersions, [
    '1.0_alpha',
    '1.0_alpha2',
    '1.0_beta1',
    '1.0_rc1',
    '1.0 = 1.0-r0',
    '1.0-r1',
    '1.0-r10',
    '1.0_p1',
    '1.0_p1-r1',
    '1.0a',
    '1.05',
    '1.1',
    '1.24.0-r15',
    '10.0',
  ]);
});

test('every packaging system has its own order', () => {
  assert.ok(compareVersions('dpkg', '1.0^', '1.0') > 0 && compareVersions('rpm', '1.0^', '1.0.1') < 0);
  assert.ok(compareVersions('dpkg', '1.0^', '1.0.1') > 0);
  assert.ok(compareVersions('apk', '1.0_rc1', '1.0') < 0 && compareVersions('dpkg', '1.0_rc1', '1.0') > 0);
});
