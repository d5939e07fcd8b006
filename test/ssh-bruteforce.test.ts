import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogInspectionEngine } from '../agent/src/engines/loginspection/index.ts';
import { createRecordingHost } from '../agent/src/engines/recording-host.ts';
import { shippedDocument } from '../manager/src/policies/index.ts';
import { LogSocketTaken, type RealSshd, startRealSshd, whyNoRealSshd } from './real-sshd.ts';

/** The engine on what a real sshd really writes, with the policy that a new account really gets. */
let reason = whyNoRealSshd();
let sshd: RealSshd | undefined;

before(async () => {
  if (reason) return;
  try {
    sshd = await startRealSshd();
  } catch (error) {
    if (!(error instanceof LogSocketTaken)) throw error;
    reason = error.message;
  }
});
after(() => sshd?.stop());

const failed = '900101';
const bruteForce = '900120';

async function detectionsOf(times: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-bruteforce-'));
  const host = createRecordingHost('loginspection', folder);
  const engine = createLogInspectionEngine(host);
  const { loginspection } = shippedDocument('Linux Server').modules;
  try {
    await engine.apply({ ...loginspection, sources: [{ path: sshd!.authLog, format: 'syslog' }] });
    await sshd!.attempt(times);
    await host.waitFor(times);
    // Whatever else those lines might raise.
    await sleep(500);
    for (const detection of host.detections) {
      assert.deepEqual(
        [detection.subject, detection.source?.address, detection.user?.name],
        ['127.0.0.1', '127.0.0.1', 'root'],
      );
    }
    return host.detections.map((detection) => detection.rule.id);
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true });
  }
}

test('S8: four failed logins at a real sshd raise no brute force', async (t) => {
  if (reason) return t.skip(reason);
  assert.deepEqual(await detectionsOf(4), [failed, failed, failed, failed]);
});

test('S8: the fifth failed login at a real sshd raises exactly one brute force', async (t) => {
  if (reason) return t.skip(reason);
  assert.deepEqual(await detectionsOf(5), [failed, failed, failed, failed, bruteForce]);
});
