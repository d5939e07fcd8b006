import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Baseline } from './baseline.ts';
import type { Entry } from './entry.ts';

const folder = fs.mkdtempSync(join(tmpdir(), 'integrity-baseline-'));
const opened: Baseline[] = [];
after(() => {
  for (const baseline of opened) baseline.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function baselineOf(name: string, paths: readonly string[]): Baseline {
  fs.mkdirSync(join(folder, name));
  const { baseline } = Baseline.open(join(folder, name));
  opened.push(baseline);
  baseline.write({ put: paths.map(entryOf), remove: [], move: [], detections: [] });
  return baseline;
}

function entryOf(path: string): Entry {
  return {
    ...{ path, type: 'file', sizeBytes: 1, mode: 0o644, uid: 0, gid: 0, identity: path, inode: 1, modifiedMs: 1 },
    ...{ sha256: undefined, unhashed: undefined, linkTarget: undefined, seen: new Uint8Array(60) },
  };
}

function walk(baseline: Baseline, path: string, limit: number): string[] {
  const all: string[] = [];
  for (let last: string | undefined = ''; last !== undefined; last = all.at(-1)) {
    const step = baseline.pathsBelow(path, last, limit);
    assert.ok(step.length <= limit);
    if (step.length === 0) break;
    all.push(...step);
  }
  return all;
}

describe('the baseline of integrity monitoring', () => {
  // `-` and `.` sort before `/`, `0` right after it: neighbours that are not below.
  const paths = ['/a', '/a-b', '/a.c', '/a/b', '/a/b/c', '/a/ü', '/a/\u{1F600}', '/a/\uEF80', '/a0', '/ab', '/b'];
  const below = ['/a', '/a/b', '/a/b/c', '/a/ü', '/a/\uEF80', '/a/\u{1F600}'];

  test('a walk gives what lies at and below a path once and in order, however long its steps', () => {
    const baseline = baselineOf('walk', paths);
    for (const limit of [1, 2, 3, 100]) {
      assert.deepEqual(walk(baseline, '/a', limit), below);
      assert.deepEqual(walk(baseline, '/', limit).sort(), [...paths].sort());
      for (let [last, at]: [string, number] = ['', 0]; at < paths.length; at += limit) {
        const step = baseline.entriesAfter(last, limit);
        assert.deepEqual(
          step,
          baseline.pathsBelow('/', last, limit).map((path) => baseline.get(path)),
        );
        last = step.at(-1)!.path;
      }
      assert.deepEqual(walk(baseline, '/b', limit), ['/b']);
      assert.deepEqual(walk(baseline, '/none', limit), []);
    }
    const last = entryOf('/');
    baseline.write({ put: [last], remove: ['/a'], move: [], detections: [] });
    assert.deepEqual(walk(baseline, '/a', 2), below.slice(1));
    assert.deepEqual(walk(baseline, '/', 2).slice(0, 2), ['/', '/a-b']);
  });

  test('the cost of a walk grows with the number of paths and not with its square', () => {
    const many = Array.from({ length: 40_000 }, (_, index) => `/srv/data/${index % 200}/file-${index}`);
    const baseline = baselineOf('many', many);
    const before = process.cpuUsage();
    assert.equal(walk(baseline, '/', 250).length, many.length);
    const { user, system } = process.cpuUsage(before);
    // About 0.1 s; a query that sorts all that is left for every step takes above 6 s.
    assert.ok(user + system < 2_000_000, `${(user + system) / 1e6} s`);
  });
});
