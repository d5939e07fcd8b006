import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { Refusal, routes } from '@sakimori/contract';
import { startMailDesk } from '../../../test/mail-desk.ts';
import { addContact } from '../../../test/notices.ts';
import { patience } from '../../../test/patience.ts';
import { actorOf } from '../../../test/service.ts';
import { sql } from '../platform/index.ts';
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

test('a mail with EICAR and a zip bomb is a ticket with its text; both stay with us, and nobody gets them', {
  skip,
}, async () => {
  const desk = await startMailDesk({ config: { SAKIMORI_CLAMD: socket } });
  try {
    const { platform } = desk.notices;
    const accountId = await platform.makeAccount('Yamato');
    await addContact(platform, accountId, 'sato@yamato.example');
    await desk.send(
      mailWith({
        'eicar.com': eicar,
        'in.zip': zipOf('eicar.com', eicar),
        'bomb.zip': bomb(2),
        'a.txt': Buffer.from('a log'),
      }),
    );
    assert.deepEqual(await desk.settled(), { filed: 1 });
    const staff = desk.service.as(actorOf('operator'));
    const [found] = (await staff(routes.listTickets, { query: { accountId } })).items;
    const ticketId = found!.id;
    const { messages } = await staff(routes.getTicket, { params: { ticketId } });
    assert.equal(messages[0]!.text, 'see the files');
    const kept = messages[0]!.attachments;
    assert.deepEqual(
      kept.map(({ name, state }) => [name, state]),
      [
        ['eicar.com', 'held'],
        ['in.zip', 'held'],
        ['bomb.zip', 'held'],
        ['a.txt', 'clean'],
      ],
    );
    for (const role of ['operator', 'customer-admin'] as const)
      for (const { id: attachmentId, state } of kept) {
        const asking = desk.service.as(role === 'operator' ? actorOf(role) : actorOf(role, accountId));
        const answer = asking(routes.getTicketAttachment, { params: { ticketId, attachmentId } });
        if (state === 'clean') assert.equal(Buffer.from((await answer).content, 'base64').toString(), 'a log');
        else await assert.rejects(answer, (error) => error instanceof Refusal && error.code === 'attachment_held');
      }
    const { stored } = await platform.database.asProvider((tx) =>
      tx.one(
        sql<{
          stored: number;
        }>`select count(*) as stored from tickets_attachment where state = 'held' and content is not null`,
      ),
    );
    assert.equal(stored, 0, 'of what is held back no copy stands in the thread');
  } finally {
    await desk.stop();
  }
});

function mailWith(files: Readonly<Record<string, Buffer>>): Buffer {
  const head =
    'From: sato@yamato.example\r\nTo: desk@provider.example\r\nSubject: files\r\nMessage-ID: <files@yamato.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee the files\r\n';
  const parts = Object.entries(files).map(
    ([name, content]) =>
      `--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=${name}\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replace(/(.{76})/g, '$1\r\n')}\r\n`,
  );
  return Buffer.from(`${head}${parts.join('')}--b--\r\n`);
}

test('where no scanner answers, nothing is called clean', async () => {
  for (const place of [undefined, join(folder, 'nowhere.sock'), '127.0.0.1:1'])
    assert.deepEqual(await scan(place, Buffer.from('x')), { state: 'unscanned', finding: null });
});
