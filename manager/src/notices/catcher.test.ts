import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import type { CaughtMail } from '@sakimori/contract';
import { sql } from '@sakimori/manager/platform/index';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts';
import { caughtMax } from './caught.ts';
import { type Catcher, startCatcher, startMailboxDoor } from './index.ts';

let platform: TestPlatform;
let catcher: Catcher;
let mailbox: Awaited<ReturnType<typeof startMailboxDoor>>;

before(async () => {
  platform = await startTestPlatform();
  catcher = await startCatcher(platform);
  mailbox = await startMailboxDoor(platform, 0);
});
after(async () => {
  await mailbox.stop();
  await catcher.stop();
  await platform.stop();
});
beforeEach(() => fetch(mailbox.url, { method: 'DELETE' }));

const list = async () => (await (await fetch(mailbox.url)).json()) as CaughtMail[];
async function send(message: SendMailOptions) {
  const client = createTransport({ host: catcher.host, port: catcher.port, secure: false, ignoreTLS: true });
  try {
    return await client.sendMail({ from: 'a@b.example', to: 'c@d.example', ...message });
  } finally {
    client.close();
  }
}

test('the mailbox lists what the catcher took, newest first, with text, HTML, attachments and source', async () => {
  assert.deepEqual(await list(), []);
  await send({ subject: '一通目のお知らせ', text: 'こんにちは' });
  platform.clock.advance(1000);
  await send({
    to: ['c@d.example', '名前 <e@f.example>'],
    subject: 'second',
    html: '<p>二通目</p>',
    attachments: [{ filename: '報告.pdf', content: Buffer.alloc(1234, 1), contentType: 'application/pdf' }],
  });
  const [second, first] = await list();
  assert.equal(first!.subject, '一通目のお知らせ');
  assert.equal(first!.text.trim(), 'こんにちは');
  assert.equal(first!.from, 'a@b.example');
  assert.deepEqual(second!.to, ['c@d.example', 'e@f.example']);
  assert.match(second!.html!, /二通目/);
  assert.deepEqual(second!.attachments, [{ name: '報告.pdf', contentType: 'application/pdf', sizeBytes: 1234 }]);
  assert.match(second!.raw, /^From: a@b\.example\r\n/m);
});

test('the mailbox is cleared on request, and answers only what it knows, under its own name', async () => {
  await send({ subject: 'x', text: 'x' });
  assert.equal((await fetch(mailbox.url, { method: 'DELETE' })).status, 204);
  assert.deepEqual(await list(), []);
  assert.equal((await fetch(mailbox.url, { method: 'POST' })).status, 405);
  assert.equal((await fetch(`${mailbox.url}other`)).status, 404);
  assert.match(await rawHttp(`GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 421 /);
});

function rawHttp(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(mailbox.url).port), '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('end', () => resolve(answer)).on('error', reject);
  });
}

test('a mail of more than 20 MB is refused, and the catcher goes on', async () => {
  await assert.rejects(
    send({ subject: 'huge', text: 'x', attachments: [{ content: Buffer.alloc(17 * 1024 * 1024) }] }),
    /552|larger/,
  );
  await send({ subject: 'small', text: 'x' });
  assert.deepEqual(
    (await list()).map(({ subject }) => subject),
    ['small'],
  );
});

test('a mail that is no mail is kept with its source', async () => {
  await send({ raw: Buffer.from([0, 1, 2, 255, 13, 10, 13, 10, 200]) });
  const [mail] = await list();
  assert.equal(mail!.subject, '');
  assert.ok(mail!.raw.includes('\xff'));
});

test(`the newest ${caughtMax} mails are kept`, async () => {
  await platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into notices_caught (id, received_at, sender, recipients, subject, raw)
      select gen_random_uuid(), ${platform.clock.now()}::timestamptz - n * interval '1 minute', 'a@b.example', '{c@d.example}', 'old ' || n, 'Subject: old'::bytea
      from generate_series(1, ${caughtMax + 50}::int) n`),
  );
  await send({ subject: 'new', text: 'x' });
  const mails = await list();
  assert.equal(mails.length, caughtMax);
  assert.equal(mails[0]!.subject, 'new');
  assert.equal(mails.at(-1)!.subject, `old ${caughtMax - 1}`);
});

test('the console hears of a caught mail at once', async () => {
  const heard = new Promise<string>((resolve) => {
    const end = platform.live.subscribe((event) => {
      if (!('topic' in event)) return;
      end();
      resolve(event.topic);
    });
  });
  await send({ subject: 'x', text: 'x' });
  assert.equal(await heard, 'mail');
});
