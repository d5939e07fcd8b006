import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '@sakimori/manager/platform/index';
import { createTransport } from 'nodemailer';
import { type MailServer, startMailServer } from '../../../test/mail-server.ts';
import {
  addContact,
  addHost,
  eventually,
  makeDetection,
  readNotices,
  startTestNotices,
  type TestNotices,
  tellOf,
} from '../../../test/notices.ts';
import { patience } from '../../../test/patience.ts';
import { envelopeSender, noticeOfAddress } from './bounce-address.ts';
import { parseDeliveryReport } from './delivery-report.ts';
import { takeDeliveryReport } from './index.ts';

let notices: TestNotices;
let server: MailServer;
let accounts = 0;

before(async () => {
  notices = await startTestNotices();
  server = await startMailServer();
  await notices.useServer(server.port);
});
after(async () => {
  await server.stop();
  await notices.stop();
});

/** An account with one contact and a letter that the operator's server took. Gives the envelope sender it was given. */
async function sentLetter() {
  const { platform } = notices;
  const accountId = await platform.makeAccount(`bounces ${++accounts}`);
  const hostId = await addHost(platform, accountId, 'web01');
  const mail = `contact${accounts}@customer.example`;
  await addContact(platform, accountId, mail);
  await tellOf(platform, makeDetection(platform, accountId, hostId));
  await eventually(async () => (await readNotices(platform, accountId))[0]?.state === 'sent');
  return { accountId, mail, sender: server.mails.find(({ to }) => to[0] === mail)!.from };
}
const stateOf = async (accountId: string) => (await readNotices(notices.platform, accountId))[0]!;
const isMarked = async (accountId: string) =>
  (
    await notices.platform.database.as(accountId, (tx) =>
      tx.one(
        sql<{
          marked: boolean;
        }>`select bool_or(bounced_at is not null) as marked from customers_contact where tenant_id = ${accountId}`,
      ),
    )
  ).marked;

type Words = { action?: string; status?: string; diagnostic?: string };

/** As Postfix writes it. */
const postfixReport = (to: string, recipient: string, { action, status, diagnostic }: Words = {}) =>
  Buffer.from(
    `Return-Path: <>
Delivered-To: ${to}
Received: by mx.customer.example (Postfix) id 4XyZ; Tue, 24 Nov 2026 10:00:00 +0900 (JST)
Date: Tue, 24 Nov 2026 10:00:00 +0900 (JST)
From: MAILER-DAEMON@mx.customer.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: ${to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4XyZ.1795/mx.customer.example"
Message-Id: <20261124010000.4XyZ@mx.customer.example>

This is a MIME-encapsulated message.

--4XyZ.1795/mx.customer.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4XyZ.1795/mx.customer.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Tue, 24 Nov 2026 10:00:00 +0900 (JST)

Final-Recipient: rfc822; ${recipient}
Original-Recipient: rfc822;${recipient}
Action: ${action ?? 'failed'}
Status: ${status ?? '5.1.1'}
Remote-MTA: dns; mail.customer.example
Diagnostic-Code: smtp; ${
      diagnostic ??
      `550 5.1.1 <${recipient}>: Recipient address rejected:
    User unknown in local recipient table`
    }

--4XyZ.1795/mx.customer.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: alerts@provider.example
To: ${recipient}
Subject: =?UTF-8?B?44Ki44Op44O844OI?=

...

--4XyZ.1795/mx.customer.example--
`.replaceAll('\n', '\r\n'),
  );

/** As Exchange Online writes it: fields in another order, status in general terms, a long Diagnostic-Code. */
const exchangeReport = (to: string, recipient: string) =>
  Buffer.from(
    `From: <postmaster@customer.example>
To: <${to}>
Date: Tue, 24 Nov 2026 01:00:00 +0000
Content-Type: multipart/report; report-type=delivery-status;
	boundary="_000_a1b2"
Subject: =?iso-2022-jp?B?GyRCR1s/LkknMnYbKEI=?=
MIME-Version: 1.0

--_000_a1b2
Content-Type: multipart/alternative; differences=Content-Type;
	boundary="_001_c3d4"

--_001_c3d4
Content-Type: text/plain; charset="iso-2022-jp"

Delivery has failed.

--_001_c3d4--

--_000_a1b2
Content-Type: message/delivery-status

Reporting-MTA: dns;TYAPR01.prod.outlook.example
Received-From-MTA: dns;provider.example

Final-recipient: RFC822;${recipient}
action: Failed
status: 5.1.10
Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ${recipient} not found by SMTP address lookup

--_000_a1b2
Content-Type: message/rfc822

Subject: alert

--_000_a1b2--
`.replaceAll('\n', '\r\n'),
  );

test('S62: a delivery report that arrives over SMTP marks the letter and its contact', async () => {
  const { accountId, mail, sender } = await sentLetter();
  assert.match(sender, /^alerts\+[0-9a-f]{32}\.[0-9a-z]{13}@provider\.example$/);
  const client = createTransport({ ...notices.catcher, secure: false, ignoreTLS: true });
  await client.sendMail({ envelope: { from: '', to: [sender] }, raw: postfixReport(sender, mail) });
  client.close();
  const letter = await eventually(async () => {
    const found = await stateOf(accountId);
    return found.state === 'bounced' && found;
  });
  assert.match(letter.last_error!, /^5\.1\.1 550 5\.1\.1 .*User unknown/);
  assert.equal(await isMarked(accountId), true);
  const actions = await notices.platform.database.as(accountId, (tx) =>
    tx.rows(sql<{ action: string }>`select action from audit_entry order by action`),
  );
  assert.deepEqual(
    actions.map(({ action }) => action),
    ['contact.bounced', 'notice.bounced'],
  );
});

test('a report is found by its headers where the door knows no envelope, and counts once', async () => {
  const { accountId, mail, sender } = await sentLetter();
  const report = exchangeReport(sender.toUpperCase(), mail);
  assert.equal(await takeDeliveryReport(notices.platform, report), 'undelivered');
  assert.equal((await stateOf(accountId)).state, 'bounced');
  assert.equal(await takeDeliveryReport(notices.platform, report), 'known');
});

test('a full mailbox or a server out of reach fails the letter and leaves the contact alone', async () => {
  const { accountId, mail, sender } = await sentLetter();
  const report = postfixReport(sender, mail, { status: '4.4.1', diagnostic: 'connection timed out' });
  assert.equal(await takeDeliveryReport(notices.platform, report), 'undelivered');
  assert.equal((await stateOf(accountId)).state, 'failed');
  assert.equal(await isMarked(accountId), false);
});

test('a delay and a success change nothing', async () => {
  const { accountId, mail, sender } = await sentLetter();
  for (const words of [
    { action: 'delayed', status: '4.4.1' },
    { action: 'delivered', status: '2.0.0' },
  ])
    assert.equal(await takeDeliveryReport(notices.platform, postfixReport(sender, mail, words)), 'noted');
  assert.equal((await stateOf(accountId)).state, 'sent');
});

test('a forged report is ignored: wrong signature, none, or that of another letter', async () => {
  const one = await sentLetter();
  const other = await sentLetter();
  const [name, signature] = [one.sender.split('.')[0]!, other.sender.split('+')[1]!.split('.')[1]!.split('@')[0]!];
  for (const forged of [
    `${name}.0000000000000@provider.example`,
    `${name}.${signature}@provider.example`,
    'alerts@provider.example',
  ])
    assert.equal(await takeDeliveryReport(notices.platform, postfixReport(forged, one.mail)), 'ignored', forged);
  assert.equal((await stateOf(one.accountId)).state, 'sent');
  assert.equal(await isMarked(one.accountId), false);
});

test('a report of a letter whose contact has another address by now does not mark the contact', async () => {
  const { accountId, mail, sender } = await sentLetter();
  await notices.platform.database.as(accountId, (tx) =>
    tx.run(sql`update customers_contact set mail = 'new@customer.example' where tenant_id = ${accountId}`),
  );
  assert.equal(await takeDeliveryReport(notices.platform, postfixReport(sender, mail)), 'undelivered');
  assert.equal(await isMarked(accountId), false);
});

test('broken and huge reports are ignored without harm', async () => {
  const { accountId, mail, sender } = await sentLetter();
  const whole = postfixReport(sender, mail).toString('latin1');
  const cut = (end: string) => Buffer.from(whole.slice(0, whole.indexOf(end)));
  const broken = [
    Buffer.alloc(0),
    Buffer.from(`To: ${sender}\r\n\r\nYour mail did not arrive.`),
    cut('Final-Recipient'),
    cut('Content-Description: Delivery report'),
    Buffer.from(whole.replace('Action: failed', 'Action: exploded')),
    Buffer.from(whole.replace('Status: 5.1.1', 'Status: bad')),
    Buffer.from(
      `To: ${sender}\r\nContent-Type: multipart/report; boundary=x\r\n\r\n${'--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n'.repeat(5000)}`,
    ),
    Buffer.concat([Buffer.from(whole), Buffer.alloc(10 * 1024 * 1024, 65)]),
    Buffer.from(`To: ${sender}\r\n${'X: y\r\n'.repeat(50_000)}\r\n${whole}`),
  ];
  for (const [index, raw] of broken.entries()) {
    const started = performance.now();
    assert.equal(await takeDeliveryReport(notices.platform, raw, [sender]), 'ignored', `case ${index}`);
    assert.ok(performance.now() - started < patience(5000), `case ${index} is slow`);
  }
  assert.equal((await stateOf(accountId)).state, 'sent');
});

test('the words of a general status decide, and none means the address', async () => {
  const read = (status: string, diagnostic: string) =>
    parseDeliveryReport(postfixReport('a@b.example', 'c@d.example', { status, diagnostic }));
  assert.equal((await read('5.0.0', '550 5.1.1 unknown user'))?.addressFails, true);
  assert.equal((await read('5.0.0', '550 unknown user'))?.addressFails, true);
  assert.equal((await read('5.0.0', '554 message refused'))?.addressFails, false);
  assert.equal((await read('5.7.1', '550 5.7.1 blocked'))?.addressFails, false);
  assert.equal((await read('5.2.2', '552 5.2.2 mailbox full'))?.addressFails, false);
});

test('a bounce address names its letter in every form, and fits into a local part or is left out', () => {
  const { platform } = notices;
  const id = '0199a3c1-1234-7abc-8def-0123456789ab';
  const settings = { transport: 'smtp', fromName: 'x', fromAddress: 'alerts@provider.example' } as const;
  for (const bounceAddressing of ['tagged', 'bounce'] as const) {
    const address = envelopeSender(platform, { ...settings, bounceAddressing }, id);
    assert.equal(noticeOfAddress(platform, address), id);
    assert.ok(address.split('@')[0]!.length <= 64);
  }
  assert.equal(envelopeSender(platform, { ...settings, bounceAddressing: 'plain' }, id), 'alerts@provider.example');
  const long = { ...settings, fromAddress: 'security-operations-center@provider.example' };
  assert.equal(envelopeSender(platform, long, id), long.fromAddress);
  assert.match(envelopeSender(platform, { ...long, bounceAddressing: 'bounce' }, id), /^bounce\+/);
  assert.equal(noticeOfAddress(platform, `${'x'.repeat(100_000)}@y`), undefined);
});
