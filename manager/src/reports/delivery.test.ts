import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Refusal, type ReportIssueDetail, routes } from '@sakimori/contract';
import type { Answer } from '../../../test/mail-server.ts';
import { parseMail } from '../../../test/notices.ts';
import { type ReportDesk, startReportDesk } from '../../../test/report-desk.ts';
import { until } from '../../../test/system.ts';
import { sql } from '../platform/index.ts';

/** What the mail servers of recipients say. */
const answers = new Map<string, { recipient?: Answer; content?: Answer }>();
const [week, month] = ['2026-W48', '2026-11'];
let desk: ReportDesk;
let provider: string;
let socId: string;
const accounts: Record<string, string> = {};

before(async () => {
  desk = await startReportDesk('2026-11-01T01:00:00.000Z', {
    recipient: (address) => answers.get(address)?.recipient,
    content: ({ to, raw }) =>
      /^content-type: application\/pdf/im.test(raw) ? answers.get(to[0]!)?.content : undefined,
  });
  const admin = desk.client('provider-admin');
  const profile = {
    nameJa: '防人セキュリティ株式会社',
    nameEn: 'Sakimori Security',
    tel: '03-1234-5678',
    colour: '#12304f',
  };
  ({ id: provider } = await admin(routes.createBrand, { body: { label: 'standard', profile } }));
  const soc = { nameJa: '黒船 SOC', nameEn: 'Kurofune SOC', tel: '045-111-2222', colour: '#5b1a1a' };
  const { id: brandId } = await admin(routes.createBrand, { body: { label: 'soc', profile: soc } });
  socId = (await admin(routes.createSoc, { body: { name: 'Kurofune' } })).soc.id;
  await admin(routes.changeSoc, { params: { socId }, body: { brandId, fromAddress: 'report@soc.example' } });
  for (const [name, plan] of [
    ['kita', 'advanced'],
    ['minami', 'highend'],
    ['nishi', 'highend'],
    ['higashi', 'highend'],
  ] as const)
    accounts[name] = await desk.makeAccount(plan, name);
  await desk.client('operator')(routes.createContact, {
    params: { accountId: accounts['higashi']! },
    body: { name: '二', mail: 'second@customer.example', language: 'ja', purposes: ['monthly'] },
  });
  for (const name of ['minami', 'nishi'])
    await admin(routes.coverAccount, {
      params: { accountId: accounts[name]! },
      body: name === 'minami' ? { socId } : {},
    });
  await desk.tick('reports.drafts', '2026-11-29T15:05:00.000Z');
  await desk.tick('reports.drafts', '2026-11-30T15:05:00.000Z');
});
after(() => desk?.stop());

const refused = (code: Refusal['code']) => (error: unknown) => error instanceof Refusal && error.code === code;
const manager = () => desk.client('service-manager');
async function signed(name: string, period: string, who = manager()): Promise<string> {
  const { id, sha256 } = await desk.issueOf(accounts[name]!, period);
  await who(routes.signReport, { params: { issueId: id }, body: { sha256: sha256! } });
  await desk.issueOf(accounts[name]!, period, ({ state }) => state === 'sent');
  return id;
}
const detailOf = (issueId: string) => manager()(routes.getReportIssue, { params: { issueId } });
const settled = (issueId: string, holds: (detail: ReportIssueDetail) => boolean) =>
  until(
    async () => {
      await desk.tick('notices.due');
      const detail = await detailOf(issueId);
      return holds(detail) ? detail : undefined;
    },
    'the deliveries did not become what they should',
    60_000,
  );
const mailsTo = (address: string) => desk.mail.mails.filter(({ to }) => to.includes(address));
const setSettings = (name: string, delivery: 'attached' | 'link') =>
  desk.client('operator')(routes.setReportSettings, {
    params: { accountId: accounts[name]! },
    body: { signatures: 1, delivery, linkDays: 7 },
  });

test('S82: the weekly report of Advanced is from the provider, that of High-end from the SOC party, each with its name, address, signature and words', async () => {
  await signed('kita', week);
  const kita = await until(async () => mailsTo('kita@customer.example')[0], 'no mail');
  const advanced = await parseMail(kita.raw);
  assert.equal(advanced.from?.text, '"防人セキュリティ株式会社" <reports@provider.example>');
  assert.match(advanced.text!, /報告元：防人セキュリティ株式会社/);
  assert.ok(!advanced.text!.includes('黒船'));
  const partner = desk.client('soc-partner', { socId });
  await signed('minami', week, partner);
  const minami = await until(async () => mailsTo('minami@customer.example')[0], 'no mail');
  const highend = await parseMail(minami.raw);
  assert.equal(highend.from?.text, '"黒船 SOC" <report@soc.example>');
  assert.match(
    highend.headers.get('sender') ? JSON.stringify(highend.headers.get('sender')) : '',
    /reports@provider\.example/,
  );
  assert.match(highend.text!, /黒船 SOC より、/);
  assert.match(highend.text!, /045-111-2222/);
  assert.match(String(highend.html), /#5b1a1a/);
  assert.ok(!highend.text!.includes('防人セキュリティ'));
  // The monthly report is the provider's under either plan.
  assert.equal((await desk.issueOf(accounts['minami']!, month)).party, 'provider');
});

test('S82: the weekly report of High-end is signed by a SOC person: of the partner that covers the account, or the provider’s own; a partner sees no other', async () => {
  const issue = await desk.issueOf(accounts['nishi']!, week);
  const body = { sha256: issue.sha256! };
  const params = { issueId: issue.id };
  for (const role of ['service-manager', 'operator', 'provider-admin'] as const)
    await assert.rejects(desk.client(role)(routes.signReport, { params, body }), refused('signer_not_party'));
  const partner = desk.client('soc-partner', { socId });
  await assert.rejects(partner(routes.signReport, { params, body }), refused('not_found'));
  await assert.rejects(partner(routes.getReportIssue, { params }), refused('not_found'));
  await assert.rejects(partner(routes.getReportDraft, { params, query: {} }), refused('not_found'));
  await assert.rejects(partner(routes.commentReport, { params, body: { text: 'x' } }), refused('not_found'));
  await assert.rejects(partner(routes.recomposeReport, { params }), refused('forbidden'));
  const monthly = await desk.issueOf(accounts['minami']!, month);
  await assert.rejects(partner(routes.getReportIssue, { params: { issueId: monthly.id } }), refused('not_found'));
  const { items } = await partner(routes.listReportIssues, { query: { show: 'sent' } });
  assert.deepEqual(
    items.map(({ accountName, kind }) => `${accountName} ${kind}`),
    ['minami weekly'],
  );
  assert.deepEqual((await partner(routes.listReportIssues, { query: {} })).counts, { unsent: 0, late: 0, today: 0 });
  await desk.client('soc-analyst')(routes.signReport, { params, body });
  await desk.issueOf(accounts['nishi']!, week, ({ state }) => state === 'sent');
});

test('S89, in part: the monthly PDF is attached as it is, with the hash that was signed and is kept', async () => {
  const issueId = await signed('higashi', month);
  const detail = await settled(issueId, ({ deliveries }) => deliveries.accepted === 2);
  const { attachments } = await parseMail(mailsTo('higashi@customer.example')[0]!.raw);
  assert.deepEqual(
    attachments.map(({ filename, contentType }) => [filename, contentType]),
    [['sakimori-report-2026-11.pdf', 'application/pdf']],
  );
  assert.equal(attachments[0]!.content.subarray(0, 5).toString(), '%PDF-');
  assert.ok(!attachments[0]!.content.includes('/Encrypt'), 'no password');
  assert.equal(createHash('sha256').update(attachments[0]!.content).digest('hex'), detail.archive!.pdfSha256);
  const customer = desk.client('customer-viewer', { accountId: accounts['higashi']! });
  const { items } = await customer(routes.listReports, { query: {} });
  assert.deepEqual(
    items.map(({ pdfSha256 }) => pdfSha256),
    [detail.archive!.pdfSha256],
  );
});

test('S81: each recipient’s delivery is followed: accepted, put off, bounced; to one of them it is sent again, to the address that they have by then', async () => {
  const accountId = accounts['higashi']!;
  answers.set('higashi@customer.example', { recipient: [550, '5.1.1 no such user'] });
  const issueId = await signed('higashi', week, desk.client('soc-analyst'));
  const lost = await settled(issueId, ({ deliveries }) => deliveries.failed === 1);
  assert.deepEqual(
    lost.recipients.map(({ recipient, state, problem }) => [recipient, state, /5\.1\.1/.test(problem ?? '')]),
    [['higashi@customer.example', 'bounced', true]],
  );
  assert.equal(lost.waitsFor, 'contacts');
  const delivery = lost.recipients[0]!;
  const params = { issueId, deliveryId: delivery.id };
  const operator = desk.client('operator');
  await assert.rejects(
    operator(routes.resendReport, { params, body: {} }),
    refused('no_recipients'),
    'the address fails',
  );
  await operator(routes.updateContact, {
    params: { accountId, contactId: delivery.contactId! },
    body: { name: '東', mail: 'azuma@customer.example', language: 'ja', purposes: ['weekly'] },
  });
  answers.set('azuma@customer.example', { recipient: [451, '4.7.1 try again later'] });
  await operator(routes.resendReport, { params, body: {} });
  const deferred = await settled(issueId, ({ deliveries }) => deliveries.deferred === 1);
  assert.deepEqual(
    deferred.recipients.map(({ recipient, state, isReplaced }) => [recipient, state, isReplaced]),
    [
      ['higashi@customer.example', 'bounced', true],
      ['azuma@customer.example', 'deferred', false],
    ],
  );
  answers.delete('azuma@customer.example');
  desk.platform.clock.advance(60_000);
  const done = await settled(issueId, ({ deliveries }) => deliveries.accepted === 1);
  assert.equal(done.recipients.at(-1)!.sha256, done.archive!.sha256);
  assert.equal(mailsTo('azuma@customer.example').length, 1);
  const other = await desk.issueOf(accounts['kita']!, week);
  const foreign = { issueId: other.id, deliveryId: delivery.id };
  await assert.rejects(operator(routes.resendReport, { params: foreign, body: {} }), refused('not_found'));
  assert.equal(
    (await desk.platform.database.as(accountId, (tx) => tx.rows(sql<object>`select id from reports_delivery`))).length,
    4,
  );
});

test('a PDF that a mail server refuses for its size goes out as a link by itself, and says why; the address stays good', async () => {
  for (const [index, refusal] of (
    [
      [552, '5.3.4 message too big'],
      [523, 'too long'],
    ] as const
  ).entries()) {
    const period = month;
    const name = ['minami', 'nishi'][index]!;
    answers.set(`${name}@customer.example`, { content: refusal });
    const issueId = await signed(name, period);
    const detail = await settled(issueId, ({ deliveries }) => deliveries.accepted === 1);
    assert.deepEqual(
      detail.recipients.map(({ way, cause, state, isReplaced }) => [way, cause, state, isReplaced]),
      [
        ['attached', 'sent', 'failed', true],
        ['link', 'too_large', 'accepted', false],
      ],
    );
    const { text = '', attachments } = await parseMail(mailsTo(`${name}@customer.example`).at(-1)!.raw);
    assert.equal(attachments.length, 0);
    assert.match(text, /容量制限を超えたため/);
    const token = /#([\w-]{64})/.exec(text)![1]!;
    const file = await desk.client('customer-viewer')(routes.downloadByLink, { body: { token } });
    assert.equal(file.sha256, detail.archive!.pdfSha256);
    const { items } = await desk.client('operator')(routes.listContacts, { params: { accountId: accounts[name]! } });
    assert.equal(items[0]!.bouncedAt, undefined);
  }
});

test('a link is good until it expires or is revoked, for one document; looking counts nothing, and what is not good says nothing', async () => {
  await setSettings('minami', 'link');
  const accountId = accounts['minami']!;
  await desk.tick('reports.drafts', '2026-12-31T15:05:00.000Z');
  const issueId = await signed('minami', '2026-12');
  const detail = await settled(issueId, ({ deliveries }) => deliveries.accepted === 1);
  assert.deepEqual(
    detail.recipients.map(({ way, cause }) => [way, cause]),
    [['link', 'sent']],
  );
  const { text = '' } = await parseMail(mailsTo('minami@customer.example').at(-1)!.raw);
  const url = new URL(/https:\S+/.exec(text)![0]);
  assert.equal(
    `${url.origin}${url.pathname}`,
    'https://console.sakimori.example/report-file',
    'the secret is no part that a server sees',
  );
  const token = url.hash.slice(1);
  const nobody = desk.client('customer-viewer', { accountId: accounts['kita']! });
  for (let times = 0; times < 3; times += 1) {
    const seen = await nobody(routes.lookAtReportLink, { body: { token } });
    assert.deepEqual([seen.name, seen.provider], ['sakimori-report-2026-12.pdf', '防人セキュリティ株式会社']);
    assert.ok(!JSON.stringify(seen).includes('customer.example'), 'it does not tell the address');
  }
  assert.equal((await detailOf(issueId)).links[0]!.downloads, 0);
  const file = await nobody(routes.downloadByLink, { body: { token } });
  assert.equal(
    createHash('sha256').update(Buffer.from(file.content, 'base64')).digest('hex'),
    detail.archive!.pdfSha256,
  );
  assert.equal((await detailOf(issueId)).links[0]!.downloads, 1);
  // Guessed, altered, or made of another account's link: one answer for all of them.
  const bytes = Buffer.from(token, 'base64url');
  const other = (await detailOf((await desk.issueOf(accounts['nishi']!, month)).id)).links[0]!;
  const otherId = Buffer.from(other.id.replaceAll('-', ''), 'hex');
  const wrong = [
    Buffer.concat([otherId, bytes.subarray(16)]),
    Buffer.concat([bytes.subarray(0, 47), Buffer.from([bytes[47]! ^ 1])]),
    Buffer.alloc(48, 7),
  ].map((one) => one.toString('base64url'));
  const bad = async (given: string) => {
    for (const route of [routes.lookAtReportLink, routes.downloadByLink])
      await assert.rejects(
        nobody(route, { body: { token: given } }),
        (error) =>
          error instanceof Refusal && error.code === 'report_link_unknown' && Object.keys(error.facts).length === 0,
      );
  };
  for (const given of wrong) await bad(given);
  await assert.rejects(nobody(routes.downloadByLink, { body: { token: '../../etc/passwd' } }), refused('malformed'));
  // It says nothing of itself once it is revoked or over.
  const params = { issueId, linkId: detail.links[0]!.id };
  const foreign = { issueId: (await desk.issueOf(accounts['nishi']!, month)).id, linkId: params.linkId };
  await assert.rejects(manager()(routes.revokeReportLink, { params: foreign }), refused('not_found'));
  await manager()(routes.revokeReportLink, { params });
  await bad(token);
  await desk.client('operator')(routes.resendReport, {
    params: { issueId, deliveryId: detail.recipients[0]!.id },
    body: {},
  });
  await settled(issueId, ({ recipients }) => recipients.length === 2 && recipients[1]!.state === 'accepted');
  const again = /#([\w-]{64})/.exec((await parseMail(mailsTo('minami@customer.example').at(-1)!.raw)).text!)![1]!;
  await nobody(routes.lookAtReportLink, { body: { token: again } });
  desk.platform.clock.advance(7 * 24 * 60 * 60_000);
  await bad(again);
  assert.deepEqual(
    (await detailOf(issueId)).links.map(({ state }) => state),
    ['revoked', 'expired'],
  );
  const links = await desk.platform.database.as(accounts['kita']!, (tx) =>
    tx.rows(sql<object>`select id from reports_link`),
  );
  assert.deepEqual(links, [], 'row-level security keeps links of others away');
  assert.ok(accountId && provider);
});
