import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
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

/** Bytes of zeroes in a zip, `layers` deep: 20 MB each that take no room. */
function bomb(layers: number): Buffer {
  let content: Buffer = Buffer.alloc(20 * 1024 * 1024);
  for (let layer = 0; layer < layers; layer++) content = zipOf(`layer${layer}.zip`, content);
  return content;
}
function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content, { level: 9 });
  const file = Buffer.from(name);
  const head = (signature: number, version: number[], more: number) => {
    const bytes = Buffer.alloc(30 + more);
    bytes.writeUInt32LE(signature, 0);
    let at = 4;
    for (const each of [...version, 0, 8, 0, 0x5000]) at = bytes.writeUInt16LE(each, at);
    at = bytes.writeUInt32LE(crc32(content), at);
    at = bytes.writeUInt32LE(packed.length, at);
    at = bytes.writeUInt32LE(content.length, at);
    bytes.writeUInt16LE(file.length, at);
    return bytes;
  };
  const local = Buffer.concat([head(0x04034b50, [20], 0), file, packed]);
  const central = Buffer.concat([head(0x02014b50, [20, 20], 16), file]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

test('a zip bomb is held back by the limits of the real clamd; nothing is unpacked here, and the scanner goes on', {
  skip,
}, async () => {
  for (const layers of [1, 2, 3]) {
    const content = bomb(layers);
    assert.ok(content.length < 100_000, 'small to send');
    const before = process.memoryUsage().rss;
    const answer = await scan(socket, content);
    assert.equal(answer.state, 'held', `${layers} layers: ${JSON.stringify(answer)}`);
    assert.match(answer.finding!, /Exceeded/);
    assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024, 'it was not unpacked in this process');
  }
  assert.equal((await scan(socket, zipOf('a.txt', Buffer.from('a log')))).state, 'clean');
  assert.equal((await scan(socket, zipOf('e.com', eicar))).state, 'held', 'what is packed is looked into');
});

test('where no scanner answers, nothing is called clean', async () => {
  for (const place of [undefined, join(folder, 'nowhere.sock'), '127.0.0.1:1'])
    assert.deepEqual(await scan(place, Buffer.from('x')), { state: 'unscanned', finding: null });
});
