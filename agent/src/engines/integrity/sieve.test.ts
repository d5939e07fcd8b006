import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { manualClock } from '../../clock.ts';
import { Baseline } from './baseline.ts';
import type { Entry } from './entry.ts';
import { FullReads } from './full-reads.ts';
import { look, observe } from './observe.ts';
import { RuleSet } from './rules.ts';
import { youngBit } from './scan/file-record.ts';
import { Sieve } from './sieve.ts';
import { policyOf } from './test-setting.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

const never = () => false;

/** A folder whose files were recorded long ago, as far as the baseline knows. */
async function makePlace(attributes?: 'mode only') {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sieve-'));
  folders.push(folder);
  const watched = join(folder, 'watched');
  fs.mkdirSync(join(watched, 'sub'), { recursive: true });
  for (const name of ['a', 'b', 'c']) fs.writeFileSync(join(watched, name), name.repeat(100));
  fs.symlinkSync('a', join(watched, 'link'));
  const { baseline } = Baseline.open(folder);
  const { rules } = policyOf([watched]);
  const set = new RuleSet(attributes ? rules.map((rule) => ({ ...rule, attributes: ['mode' as const] })) : rules, []);
  const put: Entry[] = [];
  for (const name of fs.readdirSync(watched)) {
    const path = join(watched, name);
    const entry = await observe(path, look(path), set.needsContent(path) ? 1000 : undefined);
    put.push(settled(entry!));
  }
  baseline.write({ put, remove: [], move: [], detections: [] });
  const sift = (hashBytesMax = 1000, rulesNow = set) =>
    new Sieve({ baseline, rules: rulesNow, hashBytesMax, nowMs: () => Date.now() }).sift(
      ...([watched, fs.readdirSync(watched).sort(), never] as const),
    );
  return { watched, baseline, put, sift, rules };
}

/** As if it had been seen long after its last change. On a file system in memory this would never be so. */
const settled = (entry: Entry): Entry => ({
  ...entry,
  seen: Uint8Array.from(entry.seen!, (byte, index) => (index === 0 ? byte & ~youngBit : byte)),
});

describe('sieve', () => {
  test('what is as it was is passed over, and the folders among it lead on', async () => {
    const { watched, sift } = await makePlace();
    assert.deepEqual(sift(), { suspects: [], folders: [join(watched, 'sub')] });
  });

  test('S7, in part: a content that is changed and has its size and time set back is a suspect, since ctime tells', async () => {
    const { watched, sift } = await makePlace();
    const { atime, mtime } = fs.statSync(join(watched, 'a'));
    fs.writeFileSync(join(watched, 'a'), 'A'.repeat(100));
    fs.utimesSync(join(watched, 'a'), atime, mtime);
    assert.deepEqual(sift().suspects, ['a']);
  });

  test('S7, in part: mode, owner, target, a new name, another object of the same content', async () => {
    const { watched, sift } = await makePlace();
    fs.chmodSync(join(watched, 'a'), 0o600);
    fs.writeFileSync(join(watched, 'new'), 'n');
    fs.copyFileSync(join(watched, 'b'), join(watched, 'copy'));
    fs.renameSync(join(watched, 'copy'), join(watched, 'b'));
    fs.unlinkSync(join(watched, 'link'));
    fs.symlinkSync('b', join(watched, 'link'));
    assert.deepEqual(sift().suspects, ['a', 'b', 'link', 'new']);
  });

  test('a file that had changed just before it was recorded is never believed', async () => {
    const { baseline, put, sift } = await makePlace();
    const young = put.find(({ path }) => path.endsWith('/a'))!;
    const seen = Uint8Array.from(young.seen!, (byte, index) => (index === 0 ? byte | youngBit : byte));
    baseline.write({ put: [{ ...young, seen }], remove: [], move: [], detections: [] });
    assert.deepEqual(sift().suspects, ['a']);
  });

  test('a baseline of a former version has everything looked at once', async () => {
    const { baseline, put, sift } = await makePlace();
    baseline.write({ put: put.map(({ seen: _, ...entry }) => entry), remove: [], move: [], detections: [] });
    assert.equal(sift().suspects.length, put.length);
  });

  test('another limit, or a rule that now wants contents, makes suspects of those that were not read', async () => {
    const place = await makePlace();
    const large = await observe(join(place.watched, 'a'), look(join(place.watched, 'a')), 10);
    assert.equal(large?.unhashed, 'large');
    place.baseline.write({ put: [settled(large!)], remove: [], move: [], detections: [] });
    assert.deepEqual(place.sift(10).suspects, []);
    assert.deepEqual(place.sift(1000).suspects, ['a']);
    const other = await makePlace('mode only');
    assert.deepEqual(other.sift().suspects, []);
    assert.deepEqual(other.sift(1000, new RuleSet(other.rules, [])).suspects, ['a', 'b', 'c']);
  });

  test('once a week everything is read, and at once where the clock says that it was in the future', async () => {
    const { baseline } = await makePlace();
    const clock = manualClock(Date.parse('2026-11-01T00:00:00Z'));
    const reads = new FullReads(baseline, clock);
    assert.equal(reads.isDue(), true, 'never yet');
    reads.note();
    clock.advance(6.9 * 86_400_000);
    assert.equal(reads.isDue(), false);
    clock.advance(0.2 * 86_400_000);
    assert.equal(reads.isDue(), true);
    assert.equal(new FullReads(baseline, manualClock(Date.parse('2026-10-01T00:00:00Z'))).isDue(), true);
  });
});
