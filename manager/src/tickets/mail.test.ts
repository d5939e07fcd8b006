import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Refusal, routes, type Ticket, type TicketDetail } from '@sakimori/contract';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { type MailServer, startMailServer } from '../../../test/mail-server.ts';
import {
  addContact,
  addHost,
  eventually,
  makeDetection,
  startTestNotices,
  type TestNotices,
} from '../../../test/notices.ts';
import { actorOf, type DirectService, openDirectService } from '../../../test/service.ts';
import { auditRoutes } from '../audit/index.ts';
import type { Desk } from '../customers/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { sql, startJobs } from '../platform/index.ts';
import { workRoom } from '../work/index.ts';
import { type DeskDoor, startDeskDoor, ticketsRoom } from './index.ts';

let notices: TestNotices;
let relay: MailServer;
let desk: Desk;
let door: DeskDoor;
let service: DirectService;
let jobs: { stop(): Promise<void> };
let yamato: string;
let musashi: string;

before(async () => {
  notices = await startTestNotices();
  relay = await startMailServer();
  await notices.useServer(relay.port, { deskAddress: 'desk@provider.example' });
  const { platform } = notices;
  const config = { ...platform.config, SAKIMORI_DESK_PORT: 0 };
  desk = { platform: { ...platform, config }, editions: Editions.read(platform.config) };
  const tickets = ticketsRoom(desk);
  service = openDirectService(platform, [tickets, workRoom(desk), { name: 'audit', routes: auditRoutes(platform) }]);
  jobs = await startJobs(platform.jobsUrl, tickets.jobs ?? [], platform.log, 4);
  door = (await startDeskDoor(desk))!;
  yamato = await platform.makeAccount('Yamato');
  musashi = await platform.makeAccount('Musashi');
  await addContact(platform, yamato, 'sato@yamato.example');
  await addContact(platform, musashi, 'kato@musashi.example');
  await platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into tickets_mailbox (id, settings, updated_at) values (1, '{"relayName": "mx.provider.example"}', ${platform.clock.now()})`),
  );
});
after(async () => {
  await door.stop();
  await jobs.stop();
  await service.stop();
  await relay.stop();
  await notices.stop();
});

const staff = () => service.as(actorOf('operator'));
const sample = (name: string) => readFileSync(join(import.meta.dirname, `../../../test/desk-mails/${name}.eml`));
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

/** A conversation over SMTP, as the provider's own mail server holds it. */
async function send(raw: Buffer | string, to = 'desk@provider.example', from = 'sato@yamato.example') {
  const client = createTransport({ host: door.host, port: door.port, secure: false, ignoreTLS: true });
  try {
    return await client.sendMail({ envelope: { from, to: [to] }, raw });
  } finally {
    client.close();
  }
}
let count = 0;
/** A mail with a new Message-ID. */
const mail = ({
  from = 'sato@yamato.example',
  subject = '質問',
  head = '',
  text = '教えてください。',
  id = `m${++count}@yamato.example`,
}) =>
  Buffer.from(
    `${head}From: ${from}\r\nTo: desk@provider.example\r\nSubject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=\r\nMessage-ID: <${id}>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`,
  );
const list = async (accountId = yamato): Promise<Ticket[]> =>
  (await staff()(routes.listTickets, { query: { accountId, state: 'all', limit: 500 } })).items;
/** The ticket of this subject, once it is there. */
const ticketOf = (subject: string, accountId = yamato, withinMs = 15_000): Promise<TicketDetail> =>
  eventually(async () => {
    const found = (await list(accountId)).find((one) => one.subject === subject);
    return found && staff()(routes.getTicket, { params: { ticketId: found.id } });
  }, withinMs);
const settled = (where = sql`true`) =>
  eventually(async () => {
    const row = await notices.platform.database.asProvider((tx) =>
      tx.one(sql<{ waiting: number; state: string | null; reason: string | null }>`
        select count(*) filter (where state = 'waiting') as waiting,
          (array_agg(state order by received_at desc, id desc) filter (where ${where}))[1] as state,
          (array_agg(reason order by received_at desc, id desc) filter (where ${where}))[1] as reason from tickets_mail`),
    );
    return row.waiting === 0 && row;
  });
const parked = async () => (await staff()(routes.listParkedMails, { query: {} })).items;
const sentTo = (address: string) => relay.mails.filter(({ to }) => to.includes(address));

test('S52, in part: a mail in ISO-2022-JP becomes a readable ticket, which is acknowledged and not answered', async () => {
  await send(sample('iso-2022-jp'));
  const ticket = await ticketOf('【質問】侵入防御のルールについて教えてください');
  const [first] = ticket.messages;
  assert.match(first!.text, /いつもお世話になっております。佐藤です。\n検知モードの設定について/);
  assert.deepEqual(
    [ticket.channel, ticket.kind, ticket.state, first!.fromMail],
    ['mail', 'inquiry', 'open', 'sato@yamato.example'],
  );
  assert.deepEqual(
    ticket.messages.map(({ kind }) => kind),
    ['customer', 'acknowledgement'],
  );
  assert.equal(ticket.firstAnswerAt, undefined, 'S50: an acknowledgement is no answer');
  const letter = await eventually(async () => sentTo('sato@yamato.example').at(-1));
  const read = await simpleParser(letter.raw);
  assert.match(read.subject!, new RegExp(`^Re: 【質問】.* \\[#${ticket.number}\\]$`));
  assert.equal(read.headers.get('auto-submitted'), 'auto-replied');
  assert.match(read.replyTo!.text, /^desk\+t[0-9a-f]{32}\.[0-9a-z]{13}@provider\.example$/);
  assert.match(read.text!, /受け付けいたしました/);
});

test('S52, in part: awkward Japanese mails are read as they were meant', async () => {
  const expected: readonly (readonly [string, string, RegExp])[] = [
    ['shift-jis', '①設定変更のお願い（髙橋）', /髙橋です。①ポリシー変更 ②除外設定 ～よろしくお願いします㈱ヤマト/],
    ['bare-shift-jis', '緊急のお問い合わせ', /サーバが応答しません。\n至急ご確認ください。/],
    ['bare-jis', '月次報告の件', /^月次報告を送ってください。$/],
    ['euc-jp', '検出の件', /^検出の件、承知しました。$/],
    ['iso-2022-jp-vendor', '①ﾃｽﾄの件（㈱ヤマト）', /①サーバ№3で検出がありました。\n②ｳｲﾙｽ対策/],
    ['cut-character', 'セキュリティログ監視のしきい値を変更したい', /^お願いいたします。$/],
    ['quoted-ja', 'Re: 件名', /^承知しました。$/],
    ['quoted-outlook', 'RE: test', /^了解です。$/],
    ['html-only', 'HTML のみ', /^設定を変更してください。\n+・一つ目\n+ここ資料 <https:\/\/example\.jp\/x>$/],
  ];
  for (const [name] of expected) await send(sample(name));
  for (const [name, subject, text] of expected) {
    const ticket = await ticketOf(subject);
    assert.match(ticket.messages[0]!.text, text, name);
    assert.doesNotMatch(JSON.stringify(ticket), /himitsu|tracker|javascript|\\ufffd/, name);
  }
  assert.match((await ticketOf('Re: 件名')).messages[0]!.quoted!, /^2026年9月18日.*\n> お世話に/);
  assert.match((await ticketOf('RE: test')).messages[0]!.quoted!, /前の本文です。$/);
});

test('S52, in part: the same mail by two ways is one message; an answer comes onto its ticket by address, by header and by number', async () => {
  const first = mail({ subject: '二重', id: 'twice@yamato.example' });
  await send(first);
  await send(Buffer.concat([Buffer.from('Received: from elsewhere\r\n'), first]));
  const { id: ticketId, number } = await ticketOf('二重');
  await settled();
  assert.equal((await list()).filter(({ subject }) => subject === '二重').length, 1);
  const before = relay.mails.length;
  await staff()(routes.replyToTicket, { params: { ticketId }, body: { text: '回答いたします。' } });
  const letter = await eventually(async () =>
    relay.mails.slice(before).find(({ raw }) => raw.includes('twice@yamato.example')),
  );
  const read = await simpleParser(letter.raw);
  assert.equal(read.inReplyTo, '<twice@yamato.example>');
  assert.equal(read.headers.get('auto-submitted'), undefined, 'a person wrote it');
  const reply = (read.replyTo as { value: { address: string }[] }).value[0]!.address;
  await send(mail({ subject: '別の件名', text: 'アドレスで' }), reply);
  await send(mail({ subject: '題', text: 'ヘッダで', head: `In-Reply-To: ${read.messageId}\r\n` }));
  await send(mail({ subject: `Re: x [#${number}]`, text: '番号で' }));
  const texts = await eventually(async () => {
    const { messages } = await staff()(routes.getTicket, { params: { ticketId } });
    const found = messages.map(({ text }) => text);
    return ['アドレスで', 'ヘッダで', '番号で'].every((text) => found.includes(text)) && found;
  });
  assert.deepEqual(texts.slice(-3).sort(), ['アドレスで', 'ヘッダで', '番号で'].sort());
  assert.equal((await staff()(routes.getTicket, { params: { ticketId } })).state, 'open');
});

test('S63: a reply to an alert mail opens a ticket that carries the alert, and a second one joins it; S50 applies', async () => {
  const { platform } = notices;
  const hostId = await addHost(platform, yamato, 'web01');
  await recordDetections(platform, yamato, [makeDetection(platform, yamato, hostId)]);
  const letter = await eventually(async () => relay.mails.find(({ raw }) => /^X-Sakimori-Alert:/m.test(raw)));
  const read = await simpleParser(letter.raw);
  const alertId = String(read.headers.get('x-sakimori-alert'));
  const reply = (read.replyTo as { value: { address: string }[] }).value[0]!.address;
  assert.match(reply, /^desk\+a[0-9a-f]{32}\.[0-9a-z]{13}@provider\.example$/);
  await send(mail({ subject: `Re: ${read.subject}`, text: 'この検出は何ですか。' }), reply);
  const ticket = await eventually(async () => (await list()).find((one) => one.alertId === alertId));
  assert.deepEqual([ticket.channel, ticket.kind, ticket.isPromised], ['alertReply', 'inquiry', true]);
  await send(mail({ subject: 'もう一点', text: '追加です。', head: `In-Reply-To: ${read.messageId}\r\n` }));
  const more = await eventually(async () => {
    const { messages } = await staff()(routes.getTicket, { params: { ticketId: ticket.id } });
    return messages.some(({ text }) => text === '追加です。') && messages;
  });
  assert.equal(more.filter(({ kind }) => kind === 'customer').length, 2);
  // Another customer who has the address, or guesses the headers, comes to no ticket of this account.
  await send(
    mail({ from: 'kato@musashi.example', subject: 'よそから', head: `References: ${read.messageId}\r\n` }),
    'desk@provider.example',
    'kato@musashi.example',
  );
  const theirs = await ticketOf('よそから', musashi);
  assert.equal(theirs.alertId, undefined);
  const customers = service.as(actorOf('customer-viewer', musashi));
  await assert.rejects(customers(routes.getTicket, { params: { ticketId: ticket.id } }), refused('not_found'));
});

test('unknown senders are parked, told nothing, and given to an account by a person', async () => {
  const before = relay.mails.length;
  await send(
    mail({ from: 'nobody@elsewhere.example', subject: '知らない人', text: 'himitsu' }),
    undefined,
    'nobody@elsewhere.example',
  );
  await settled();
  const found = (await parked()).find(({ subject }) => subject === '知らない人')!;
  assert.equal(found.reason, 'unknown_sender');
  assert.match((await staff()(routes.getParkedMail, { params: { mailId: found.id } })).text, /himitsu/);
  const params = { mailId: found.id };
  const ticket = await staff()(routes.assignParkedMail, { params, body: { accountId: yamato } });
  assert.deepEqual([ticket.accountId, ticket.requester.mail], [yamato, 'nobody@elsewhere.example']);
  await assert.rejects(
    staff()(routes.assignParkedMail, { params, body: { accountId: musashi } }),
    refused('wrong_state'),
  );
  assert.deepEqual(sentTo('nobody@elsewhere.example'), [], 'no acknowledgement to a stranger');
  assert.equal(relay.mails.length, before);
  await send(mail({ from: 'spam@elsewhere.example', subject: '広告' }), undefined, 'spam@elsewhere.example');
  await settled();
  const spam = (await parked()).find(({ subject }) => subject === '広告')!;
  await staff()(routes.dismissParkedMail, { params: { mailId: spam.id }, body: { reason: '広告' } });
  assert.ok(!(await parked()).some(({ id }) => id === spam.id));
  for (const accountId of [yamato, musashi])
    await assert.rejects(
      service.as(actorOf('customer-admin', accountId))(routes.listParkedMails, { query: {} }),
      refused('forbidden'),
    );
});

test('a forged sender is parked with what the relay found, and nothing is disclosed; findings of others do not count', async () => {
  const { id: ticketId, number } = await ticketOf('二重');
  const before = relay.mails.length;
  const forged =
    'Authentication-Results: mx.provider.example; spf=fail smtp.mailfrom=sato@yamato.example; dkim=none; dmarc=fail\r\nAuthentication-Results: mx.provider.example; dmarc=pass\r\n';
  await send(mail({ subject: `偽装 [#${number}]`, head: forged }), undefined, 'evil@elsewhere.example');
  await settled();
  const found = (await parked()).find(({ subject }) => subject.startsWith('偽装'))!;
  assert.deepEqual(
    [found.reason, found.proof?.verdict, found.claimedTicket?.id],
    ['sender_not_proven', 'fail', ticketId],
  );
  assert.equal(found.proof?.detail, 'spf=fail dkim=none dmarc=fail');
  assert.equal(relay.mails.length, before, 'no letter went out');
  await send(mail({ subject: '別の中継', head: 'Authentication-Results: mx.elsewhere.example; dmarc=pass\r\n' }));
  assert.equal((await ticketOf('別の中継')).messages[0]!.proof?.verdict, 'none');
  await send(
    mail({
      subject: '確認済み',
      head: 'Authentication-Results: mx.provider.example; spf=pass; dkim=pass; dmarc=pass\r\n',
    }),
  );
  assert.equal((await ticketOf('確認済み')).messages[0]!.proof?.verdict, 'pass');
  // A stranger with the number alone comes to no thread.
  await send(
    mail({ from: 'nobody@elsewhere.example', subject: `Re: [#${number}]`, text: 'guess' }),
    undefined,
    'nobody@elsewhere.example',
  );
  await settled();
  const { messages } = await staff()(routes.getTicket, { params: { ticketId } });
  assert.ok(!messages.some(({ text }) => text === 'guess'));
});

test('loops and programs open nothing and are answered by nothing (RFC 3834)', async () => {
  const before = relay.mails.length;
  const had = (await list()).length;
  const heads = [
    'Auto-Submitted: auto-replied\r\n',
    'Precedence: bulk\r\n',
    'List-Id: <news.elsewhere.example>\r\n',
    'X-Autoreply: yes\r\n',
    'X-Sakimori-Notice: 019ab000-0000-7000-8000-00000000cafe\r\n',
    'Return-Path: <>\r\n',
  ];
  for (const head of heads) await send(mail({ subject: `自動 ${head.slice(0, 12)}`, head }));
  await send(mail({ subject: '空の差出人' }), undefined, '');
  await send(sample('absence'));
  await settled();
  assert.equal((await list()).length, had);
  assert.equal(relay.mails.length, before);
  // Onto a thread it is kept, and the ticket does not wait for us again.
  const { id: ticketId, number } = await ticketOf('二重');
  await staff()(routes.replyToTicket, { params: { ticketId }, body: { text: 'はい' } });
  await send(mail({ subject: `不在 [#${number}]`, text: '休暇中です', head: 'Auto-Submitted: auto-replied\r\n' }));
  const { state, messages } = await eventually(async () => {
    const ticket = await staff()(routes.getTicket, { params: { ticketId } });
    return ticket.messages.some(({ text }) => text === '休暇中です') && ticket;
  });
  assert.deepEqual([state, messages.at(-1)!.isAutomatic], ['answered', true]);
});

test('no more than five acknowledgements go to one address in an hour, and every mail is a ticket', async () => {
  await addContact(notices.platform, musashi, 'many@musashi.example');
  for (let index = 0; index < 8; index += 1)
    await send(mail({ from: 'many@musashi.example', subject: `多数 ${index}` }), undefined, 'many@musashi.example');
  await settled();
  const { count: acknowledged } = await notices.platform.database.asProvider((tx) =>
    tx.one(
      sql<{ count: number }>`select count(*) as count from notices_notice where recipient = 'many@musashi.example'`,
    ),
  );
  assert.deepEqual(
    [acknowledged, (await list(musashi)).filter(({ subject }) => subject.startsWith('多数')).length],
    [5, 8],
  );
});

test('a header cannot be injected, whatever subject and name hold', async () => {
  await send(sample('injection'));
  const ticket = await eventually(async () => (await list()).find(({ subject }) => subject.includes('Bcc')));
  await staff()(routes.replyToTicket, {
    params: { ticketId: ticket.id },
    body: { text: 'はい\r\nBcc: victim@example.jp' },
  });
  const letters = await eventually(async () => {
    const found = relay.mails.filter(({ raw }) => raw.includes(ticket.id));
    return found.some((one) => !/^Auto-Submitted:/m.test(one.raw)) && found;
  });
  for (const { to, raw } of letters) {
    assert.deepEqual(to, ['sato@yamato.example']);
    assert.doesNotMatch(raw.split('\r\n\r\n')[0]!, /^bcc:/im);
  }
});

test('attachments keep their Japanese names and no path; without a scanner they are called not scanned', async () => {
  await send(sample('attachments'));
  const ticket = await ticketOf('files');
  assert.deepEqual(
    ticket.messages[0]!.attachments.map(({ name, state }) => [name, state]),
    [
      ['設定一覧.txt', 'unscanned'],
      ['構成図.bin', 'unscanned'],
      ['passwd', 'unscanned'],
    ],
  );
  const params = { ticketId: ticket.id, attachmentId: ticket.messages[0]!.attachments[0]!.id };
  assert.equal(Buffer.from((await staff()(routes.getTicketAttachment, { params })).content, 'base64').toString(), 'a');
  await assert.rejects(
    service.as(actorOf('customer-admin', musashi))(routes.getTicketAttachment, { params }),
    refused('not_found'),
  );
});

test('an attachment of 40 MB is left out with its name and size, the text stands; more than 50 MB is refused at the door', async () => {
  const big = Buffer.alloc(29 * 1024 * 1024, 'x')
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  const head =
    'From: sato@yamato.example\r\nTo: desk@provider.example\r\nSubject: big\r\nMessage-ID: <big@yamato.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee the log\r\n--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=log.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n';
  await send(Buffer.from(`${head}${big}\r\n--b--\r\n`));
  const ticket = await ticketOf('big', yamato, 120_000);
  assert.equal(ticket.messages[0]!.text, 'see the log');
  const [attachment] = ticket.messages[0]!.attachments;
  assert.deepEqual([attachment!.name, attachment!.state], ['log.zip', 'left_out']);
  await assert.rejects(
    staff()(routes.getTicketAttachment, { params: { ticketId: ticket.id, attachmentId: attachment!.id } }),
    refused('attachment_held'),
  );
  await assert.rejects(send(Buffer.alloc(51 * 1024 * 1024, 'x')), /552|larger|size/i);
});

test('broken mails are parked or read, never lost; the door takes mail for the desk alone', async () => {
  const broken = [
    Buffer.from('\r\n\r\n'),
    Buffer.from('From: <<<>>>\r\nSubject: =?UTF-8?B?###?=\r\n\r\n\u0000\u0001'),
    Buffer.from(`From: x@elsewhere.example\r\n${'X: y\r\n'.repeat(20_000)}\r\nx`),
    Buffer.from(
      `From: x@elsewhere.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n'.repeat(2000)}`,
    ),
    Buffer.from(`From: x@elsewhere.example\r\nContent-Type: text/html\r\n\r\n${'<a href="'.repeat(20_000)}`),
  ];
  const before = (await parked()).length;
  for (const raw of broken) await send(raw, undefined, 'x@elsewhere.example');
  await settled();
  assert.equal((await parked()).length, before + broken.length);
  await assert.rejects(send(mail({}), 'somebody@elsewhere.example'), /550/);
  await assert.rejects(send(mail({}), 'desk@elsewhere.example'), /550/);
});
