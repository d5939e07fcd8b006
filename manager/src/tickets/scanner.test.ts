import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { patience } from '../../../test/patience.ts';
import { scan } from './scanner.ts';

const skip = existsSync('/usr/sbin/clamd') ? false : 'there is no clamd here';
const folder = mkdtempSync(join(tmpdir(), 'sakimori-clamd-'));
const socket = join(folder, 'clamd.sock');
let child: ReturnType<typeof spawn> | undefined;
/** The test file that every scanner knows, in two halves so that none takes this source for it. */
const eicar = Buffer.from(`X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD${'-ANTIVIRUS-TEST-FILE!$H+H*'}`);

before(async () => {
  if (skip) return;
  writeFileSync(join(folder, 'test.ndb'), `Eicar-Test:0:*:${eicar.toString('hex')}\n`);
  writeFileSync(
    join(folder, 'clamd.conf'),
    `LocalSocket ${socket}\nDatabaseDirectory ${folder}\nForeground yes\nUser root\nStreamMaxLength 20M\nAlertExceedsMax yes\nMaxScanSize 5M\nMaxFileSize 5M\n`,
  );
  child = spawn('/usr/sbin/clamd', ['--config-file', join(folder, 'clamd.conf')], { stdio: 'ignore' });
  for (const end = performance.now() + patience(15_000); performance.now() < end && !existsSync(socket); )
    await new Promise((resolve) => setTimeout(resolve, 100));
});
after(async () => {
  if (child && child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test('EICAR in an attachment is held back by the real clamd, and a plain file is not', { skip }, async () => {
  assert.deepEqual(await scan(socket, eicar), { state: 'held', finding: 'Eicar-Test.UNOFFICIAL' });
  assert.deepEqual(await scan(socket, Buffer.from('a log')), { state: 'clean', finding: null });
  assert.equal((await scan(socket, Buffer.alloc(300_000, 'x'))).state, 'clean');
});

test('where no scanner answers, nothing is called clean', async () => {
  for (const place of [undefined, join(folder, 'nowhere.sock'), '127.0.0.1:1'])
    assert.deepEqual(await scan(place, Buffer.from('x')), { state: 'unscanned', finding: null });
});
