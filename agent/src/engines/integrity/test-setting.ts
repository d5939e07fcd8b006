import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import type { Engine } from '../engine.ts';
import { createRecordingHost, type RecordingHost } from '../recording-host.ts';
import { createIntegrityEngine } from './index.ts';

/** For tests: a folder on the real file system, and an engine that watches it. */
export type Setting = { root: string; watched: string; host: RecordingHost; engine: Engine<'integrity'> };
const open: Setting[] = [];

export function policyOf(
  include: string[],
  more: Partial<IntegrityPolicy> & { exclude?: string[] } = {},
): IntegrityPolicy {
  const { exclude = [], ...rest } = more;
  const attributes = ['created', 'deleted', 'renamed', 'content', 'mode', 'owner', 'group', 'type', 'link'] as const;
  const rule = { id: 'test.rule', name: { ja: 'テスト', en: 'Test rule' }, severity: 'high' as const };
  return {
    state: 'on',
    realTime: true,
    scanEverySeconds: 86_400,
    hashBytesMax: 1024 * 1024,
    rules: [{ ...rule, include, exclude, attributes: [...attributes] }],
    ...rest,
  };
}

/** A folder with some files, an engine watching it, the first baseline complete. */
export async function setUp(
  prepare: (watched: string) => void,
  policy?: (watched: string) => IntegrityPolicy,
): Promise<Setting> {
  const root = fs.mkdtempSync(join(tmpdir(), 'integrity-'));
  const watched = join(root, 'watched');
  const data = join(root, 'data');
  fs.mkdirSync(watched);
  fs.mkdirSync(data);
  prepare(watched);
  const host = createRecordingHost('integrity', data);
  const engine = createIntegrityEngine([])(host);
  const setting = { root, watched, host, engine };
  open.push(setting);
  await engine.apply((policy ?? ((path) => policyOf([path])))(watched));
  await settled(engine);
  return setting;
}

/** Waits until the first scan is over. */
export async function settled(engine: Engine<'integrity'>): Promise<void> {
  for (let tries = 0; tries < 1000 && engine.status().figures['building'] === 1; tries += 1) await sleep(10);
  assert.equal(engine.status().figures['building'], undefined, 'the first scan is over');
}

/** Long enough for anything more to arrive, so that "only one" means something. */
export const quiet = () => sleep(600);
export const kindsOf = (host: RecordingHost) =>
  host.detections.map(({ kind, file }) => `${kind} ${file?.path ?? ''}`).sort();

export async function tearDown(): Promise<void> {
  for (const { engine, root } of open.splice(0)) {
    await engine.stop();
    fs.rmSync(root, { recursive: true, force: true });
  }
}
