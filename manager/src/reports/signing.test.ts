import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Refusal, routes } from '@sakimori/contract';
import { parseMail } from '../../../test/notices.ts';
import { type ReportDesk, startReportDesk } from '../../../test/report-desk.ts';
import { until } from '../../../test/system.ts';
import { sql } from '../platform/index.ts';

/** No person wrote this to a customer. */
const marker = 'UCHIWA-7731';
const week = '2026-W48';
const month = '2026-11';

let desk: ReportDesk;
const accounts: Record<string, string> = {};

before(async () => {
  desk = await startReportDesk('2026-10-01T01:00:00.000Z');
  for (const name of ['ichi', 'ni', 'san', 'shi'])
    accounts[name] = await desk.makeAccount('advanced', name, [
      `${name}@customer.example`,
      `en-${name}@customer.example`,
    ]);
  accounts['takai'] = await desk.makeAccount('highend', 'takai');
  await desk.client('operator')(routes.setReportSettings, {
    params: { accountId: accounts['ni']! },
    body: { signatures: 2, delivery: 'attached', linkDays: 14 },
  });
  await desk.tick('reports.drafts', '2026-11-29T15:05:00.000Z');
});
after(() => desk?.stop());

const refused = (code: Refusal['code']) => (error: unknown) => error instanceof Refusal && error.code === code;
const sign = (id: string, sha256: string, who = desk.client('service-manager')) =>
  who(routes.signReport, { params: { issueId: id }, body: { sha256 } });
const mailsTo = (address: string) => desk.mail.mails.filter(({ to }) => to.includes(address));

test('S81: a draft is signed and leaves as the bytes that were signed: mail to each recipient, stored copy and page of the customer have the same hash', async () => {
  const accountId = accounts['ichi']!;
  const draft = await desk.issueOf(accountId, week);
  assert.deepEqual([draft.state, draft.waitsFor, draft.party, draft.maySign], ['draft', 'provider', 'provider', true]);
  const customer = desk.client('customer-viewer', { accountId });
  assert.deepEqual(
    (await customer(routes.listReports, { query: {} })).items,
    [],
    'a draft is nothing of the customer’s',
  );
  await assert.rejects(customer(routes.getReport, { params: { reportId: draft.reportId! } }), refused('not_found'));
  await assert.rejects(sign(draft.id, 'a'.repeat(64)), refused('report_changed'));
  await sign(draft.id, draft.sha256!);
  const sent = await desk.issueOf(
    accountId,
    week,
    ({ state, deliveries }) => state === 'sent' && deliveries.accepted === 2,
  );
  const detail = await desk.client('operator')(routes.getReportIssue, { params: { issueId: sent.id } });
  const { sha256: signed } = detail.signatures[0]!;
  assert.deepEqual(Object.keys(signed).sort(), ['en', 'ja']);
  assert.deepEqual(detail.archive, { isIntact: true, sha256: signed.ja });
  assert.deepEqual(
    detail.recipients.map(({ recipient, state, sha256, way }) => [recipient, state, sha256, way]),
    [
      ['en-ichi@customer.example', 'accepted', signed.en, 'attached'],
      ['ichi@customer.example', 'accepted', signed.ja, 'attached'],
    ],
  );
  // What came out of the wire is what was signed.
  const { subject = '', text = '', html } = await parseMail(mailsTo('ichi@customer.example')[0]!.raw);
  const { items } = await customer(routes.listReports, { query: {} });
  assert.deepEqual([items.length, items[0]!.sha256], [1, signed.ja]);
  const { mail } = await customer(routes.getReportDocuments, { params: { reportId: items[0]!.id } });
  const lines = (given: string) => given.replaceAll('\r\n', '\n').trim();
  const english = await desk.client('operator')(routes.getReportDraft, {
    params: { issueId: sent.id },
    query: { language: 'en' },
  });
  assert.equal(english.sha256, signed.en);
  const japanese = await desk.client('operator')(routes.getReportDraft, {
    params: { issueId: sent.id },
    query: { language: 'ja' },
  });
  assert.equal(japanese.sha256, signed.ja);
  assert.deepEqual(
    [lines(subject), lines(text), lines(String(html))],
    [japanese.mail.subject, lines(japanese.mail.text), lines(japanese.mail.html)],
  );
  assert.equal(mail.subject, english.mail.subject, 'the page answers in the language of whoever asks');
  const hash = (given: typeof japanese.mail) =>
    createHash('sha256')
      .update(JSON.stringify([given.subject, given.text, given.html, null]))
      .digest('hex');
  assert.equal(hash(japanese.mail), signed.ja);
});

test('the archive keeps what was sent: the database refuses a change, and what was tampered with says so', async () => {
  const sent = await desk.issueOf(accounts['ichi']!, week);
  await assert.rejects(
    desk.platform.database.asProvider((tx) =>
      tx.run(sql`update reports_report set mail_text = 'other' where id = ${sent.reportId!}`),
    ),
    /does not change/,
  );
  await assert.rejects(
    desk.platform.database.asProvider((tx) => tx.run(sql`delete from reports_report where id = ${sent.reportId!}`)),
    /permission denied/,
  );
  await assert.rejects(sign(sent.id, sent.sha256!), refused('wrong_state'));
  const recompose = desk.client('operator')(routes.recomposeReport, { params: { issueId: sent.id } });
  await assert.rejects(recompose, refused('wrong_state'));
});

test('two signatures are two people’s; a change that is asked for takes them back, and so does composing again', async () => {
  const draft = await desk.issueOf(accounts['ni']!, week);
  const issueId = draft.id;
  assert.equal(draft.signaturesNeeded, 2);
  await assert.rejects(
    desk.client('operator')(routes.composeReport, {
      body: { accountId: accounts['ni']!, kind: 'weekly', period: week, send: true },
    }),
    refused('signature_needed'),
  );
  const [ito, ueda] = [desk.client('service-manager', { name: 'ito' }), desk.client('operator', { name: 'ueda' })];
  assert.equal((await sign(issueId, draft.sha256!, ito)).state, 'halfSigned');
  await assert.rejects(sign(issueId, draft.sha256!, ito), refused('already_signed'));
  await assert.rejects(sign(issueId, draft.sha256!, desk.client('soc-analyst')), refused('signer_not_party'));
  const key = desk.service.as({ ...desk.as('operator', { name: 'key' }), kind: 'key' });
  await assert.rejects(sign(issueId, draft.sha256!, key), refused('signer_not_party'));
  const asked = await ueda(routes.commentReport, {
    params: { issueId },
    body: { text: `${marker} 件数を確認してください`, asksChange: true },
  });
  assert.deepEqual([asked.state, asked.signatures, asked.waitsFor], ['changeAsked', [], 'composer']);
  assert.equal(asked.allSignatures[0]!.voidReason, 'changeAsked');
  await assert.rejects(sign(issueId, draft.sha256!, ito), refused('change_asked'));
  const anew = await ueda(routes.recomposeReport, { params: { issueId } });
  assert.deepEqual([anew.state, anew.openComments], ['draft', 0]);
  assert.notEqual(anew.reportId, draft.reportId);
  await sign(issueId, anew.sha256!, ito);
  const third = await ueda(routes.recomposeReport, { params: { issueId } });
  assert.deepEqual([third.state, third.signatures], ['draft', []]);
  assert.equal(third.allSignatures.at(-1)!.voidReason, 'recomposed');
  // Two who press at once are two signatures; one who presses twice is one.
  const both = await Promise.allSettled([1, 2].map(() => sign(issueId, third.sha256!, ito)));
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(mailsTo('ni@customer.example').length, 0, 'one signature sends nothing');
  await sign(issueId, third.sha256!, ueda);
  await desk.issueOf(accounts['ni']!, week, ({ state, deliveries }) => state === 'sent' && deliveries.accepted === 2);
  assert.equal(mailsTo('ni@customer.example').length, 1);
});

test('drafts that nobody wrote about and whose figures are as usual are signed in one act; the others are left, with the reason', async () => {
  const [san, shi] = [await desk.issueOf(accounts['san']!, week), await desk.issueOf(accounts['shi']!, week)];
  assert.deepEqual([san.isPlain, san.usual?.isUsual, san.usual?.previous], [true, true, [0, 0, 0, 0]]);
  await desk.client('operator')(routes.commentReport, { params: { issueId: shi.id }, body: { text: marker } });
  const takai = await desk.issueOf(accounts['takai']!, week);
  const body = { issues: [san, shi, takai, san].map(({ id, sha256 }) => ({ id, sha256: sha256! })) };
  const outcome = await desk.client('service-manager')(routes.signReports, { body });
  assert.deepEqual(outcome.signed, [san.id]);
  assert.deepEqual(
    outcome.left.map(({ id, code, reason }) => [id, code, reason]),
    [
      [shi.id, 'report_unusual', 'Somebody has to look at this one by itself: a comment is not settled.'],
      [takai.id, 'signer_not_party', 'This report is signed by the SOC.'],
    ],
  );
  await desk.issueOf(accounts['san']!, week, ({ state }) => state === 'sent');
  // A comment that asks for nothing holds nobody up who signs that one alone.
  await sign(shi.id, shi.sha256!);
  await desk.issueOf(accounts['shi']!, week, ({ state }) => state === 'sent');
});

test('no internal note reaches a customer: no mail, PDF, page, list, link, audit of theirs has a word of it', async () => {
  const accountId = accounts['takai']!;
  const operator = desk.client('operator');
  await operator(routes.setReportSettings, {
    params: { accountId },
    body: { signatures: 1, delivery: 'link', linkDays: 7 },
  });
  await desk.tick('reports.drafts', '2026-11-30T15:05:00.000Z');
  const draft = await desk.issueOf(accountId, month);
  const params = { issueId: draft.id };
  await operator(routes.commentReport, { params, body: { text: `${marker} 社内`, asksChange: true } });
  const anew = await operator(routes.recomposeReport, { params });
  await operator(routes.commentReport, { params, body: { text: `${marker} あとで` } });
  await sign(draft.id, anew.sha256!);
  await desk.issueOf(accountId, month, ({ state, deliveries }) => state === 'sent' && deliveries.accepted === 1);
  const raw = mailsTo('takai@customer.example').at(-1)!.raw;
  const { text = '', html, attachments } = await parseMail(raw);
  assert.equal(attachments.length, 0, 'a link and no attachment');
  const token = /#([\w-]{64})/.exec(text)![1]!;
  const customer = desk.client('customer-admin', { accountId });
  const reportId = anew.reportId!;
  const file = await customer(routes.downloadByLink, { body: { token } });
  const seen = [
    ...[raw, text, String(html), Buffer.from(file.content, 'base64').toString('latin1')],
    ...[
      await customer(routes.lookAtReportLink, { body: { token } }),
      await customer(routes.listReports, { query: {} }),
    ],
    ...[await customer(routes.getReport, { params: { reportId } })],
    await customer(routes.getReportDocuments, { params: { reportId } }),
    await customer(routes.listAudit, { query: {} }),
    await desk.platform.database.as(accountId, (tx) => tx.rows(sql<object>`select * from notices_notice`)),
    await desk.platform.database.as(accountId, (tx) =>
      tx.rows(sql<object>`select report, mail_text, mail_html from reports_report`),
    ),
  ].map((one) => JSON.stringify(one));
  for (const one of seen) assert.ok(!one.includes(marker), one.slice(0, 200));
  // The pages of the desk have it, and are closed to customers; so is the table to their account's role.
  assert.ok(JSON.stringify(await operator(routes.getReportIssue, { params })).includes(marker));
  await assert.rejects(
    desk.platform.database.as(accountId, (tx) => tx.rows(sql<object>`select * from reports_comment`)),
    /permission denied/,
  );
  for (const role of ['customer-admin', 'customer-viewer'] as const)
    for (const other of [accountId, accounts['ichi']!]) {
      const who = desk.client(role, { accountId: other });
      await assert.rejects(who(routes.listReportIssues, { query: {} }), refused('forbidden'));
      await assert.rejects(who(routes.getReportIssue, { params }), refused('forbidden'));
      await assert.rejects(who(routes.getReportDraft, { params, query: {} }), refused('forbidden'));
      await assert.rejects(who(routes.commentReport, { params, body: { text: 'x' } }), refused('forbidden'));
      await assert.rejects(who(routes.recomposeReport, { params }), refused('forbidden'));
      await assert.rejects(sign(draft.id, anew.sha256!, who), refused('forbidden'));
      await assert.rejects(
        who(routes.signReports, { body: { issues: [{ id: draft.id, sha256: anew.sha256! }] } }),
        refused('forbidden'),
      );
      await assert.rejects(who(routes.sendReport, { params }), refused('forbidden'));
      const settings = { params: { accountId: other } };
      await assert.rejects(who(routes.getReportSettings, settings), refused('forbidden'));
      const body = { signatures: 1, delivery: 'link', linkDays: 1 } as const;
      await assert.rejects(who(routes.setReportSettings, { ...settings, body }), refused('forbidden'));
    }
});

test('signed without anybody to go to, it becomes work, and leaves once there is somebody', async () => {
  const accountId = await desk.makeAccount('advanced', 'go', []);
  await desk.tick('reports.drafts', '2026-12-06T15:05:00.000Z');
  const draft = await desk.issueOf(accountId, '2026-W49');
  await sign(draft.id, draft.sha256!);
  const stuck = await desk.issueOf(accountId, '2026-W49', ({ problem }) => problem !== undefined);
  assert.deepEqual([stuck.state, stuck.problem, stuck.waitsFor], ['signed', 'no_recipients', 'contacts']);
  const operator = desk.client('operator');
  const workOf = async () => (await operator(routes.listWork, { query: { accountId } })).items.map(({ kind }) => kind);
  assert.deepEqual(await workOf(), ['reportUnsent']);
  const params = { issueId: draft.id };
  await assert.rejects(operator(routes.sendReport, { params }), refused('no_recipients'));
  await operator(routes.createContact, {
    params: { accountId },
    body: { name: '五', mail: 'en-go@customer.example', language: 'en', purposes: ['weekly'] },
  });
  // A reader of another language than was signed gets what was signed.
  assert.equal((await operator(routes.sendReport, { params })).state, 'sent');
  await until(async () => (mailsTo('en-go@customer.example').length > 0 ? true : undefined), 'no mail');
  assert.match((await parseMail(mailsTo('en-go@customer.example')[0]!.raw)).subject ?? '', /週次レポート/);
  assert.deepEqual(await workOf(), []);
});
