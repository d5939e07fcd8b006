import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Detection, languages, silenceCauses } from '@sakimori/contract';
import { definitionsOf, guidanceOf } from '../alerts/index.ts';
import { type AlertTold, composeAlertMail } from './mail.ts';

const detection: Detection = {
  id: '0199a3c1-0000-7000-8000-000000000001',
  accountId: '0199a3c1-0000-7000-8000-0000000000aa',
  hostId: '0199a3c1-0000-7000-8000-0000000000bb',
  occurredAt: '2026-11-24T01:00:00.000Z',
  module: 'integrity',
  kind: 'file.modified',
  rule: { id: 'integrity.accounts', name: 'Account database', nameJa: 'アカウント情報' },
  severity: 'critical',
  title: '/etc/passwd was changed',
  mode: 'detect',
  action: 'observed',
  actionResult: 'none',
  file: {
    path: '/etc/passwd',
    before: { type: 'file', mode: '0644', owner: 'root', sha256: 'a'.repeat(64) },
    after: { type: 'file', mode: '0666', owner: 'root', sha256: 'b'.repeat(64) },
    changed: ['content', 'mode'],
  },
};
const definitions = definitionsOf({ config: { SAKIMORI_ALERTS: undefined } });
const told = (parts: Partial<AlertTold> = {}, of: Partial<Detection> = {}): AlertTold => ({
  event: 'opened',
  alertId: '0199a3c1-0000-7000-8000-0000000000cc',
  alertNumber: 12,
  accountName: '本番',
  customerName: '株式会社サンプル',
  hostName: 'web01',
  provider: { name: '防人セキュリティ株式会社', signature: '東京都千代田区\nTEL 03-0000-0000' },
  consoleUrl: 'https://console.example',
  detection: { ...detection, ...of },
  detectionId: detection.id,
  occurredAt: detection.occurredAt,
  facts: {},
  guidance: guidanceOf(definitions.of(of.kind ?? detection.kind), undefined),
  ...parts,
});

test('the subject names severity, module, what happened and the host, in either language', () => {
  assert.equal(
    composeAlertMail('ja', told()).subject,
    '[Sakimori][重大] 変更監視: ファイルの変更：/etc/passwd（内容、パーミッション） (web01)',
  );
  assert.equal(
    composeAlertMail('en', told()).subject,
    '[Sakimori][Critical] Integrity monitoring: File changed: /etc/passwd (content, permissions) (web01)',
  );
});

test('S9: an alert mail names its rule and its event', () => {
  for (const language of languages) {
    const mail = composeAlertMail(language, told());
    for (const body of [mail.text, mail.html]) {
      assert.ok(body.includes('integrity.accounts'));
      assert.equal(body.includes('アカウント情報'), language === 'ja');
      assert.equal(body.includes('Account database'), language === 'en');
      assert.ok(body.includes(detection.id));
    }
  }
});

test('S6, in part: the mail says which process changed a file, as whom, and who had logged in; lines of the file it does not carry', () => {
  const actor = {
    process: { pid: 4242, name: 'vim', path: '/usr/bin/vim', parent: { pid: 4000, name: 'bash', path: '/bin/bash' } },
    user: { name: 'root', uid: 0 },
    loginUser: { name: 'alice', uid: 1000 },
  };
  const file = {
    ...detection.file!,
    diff: { unified: '@@ -1,1 +1,1 @@\n-old line\n+new line\n', added: 1, removed: 1 },
  };
  const { text, html } = composeAlertMail('ja', told({}, { actor, file }));
  for (const body of [text, html]) {
    for (const part of [
      '/usr/bin/vim（PID 4242）',
      '/bin/bash（PID 4000）',
      'root（UID 0）',
      'alice（UID 1000）',
      '追加 1 行、削除 1 行',
    ])
      assert.ok(body.includes(part), part);
    assert.ok(!body.includes('new line'));
  }
  const ended = composeAlertMail('en', told({}, { actor: { process: { pid: 7 }, unknown: 'ended' } }));
  assert.match(ended.text, /unknown program \(PID 7\) \(it had ended before more could be learnt\)/);
});

test('the mail tells account, host, time in Japan, before and after, what to do, where to look and who sends it', () => {
  const { text, html } = composeAlertMail('ja', told());
  for (const body of [text, html])
    for (const part of [
      '株式会社サンプル ご担当者様',
      '本番',
      'web01',
      '2026年11月24日(火) 10:00:00 JST',
      '重大',
      '0644',
      '0666',
      'a'.repeat(64),
      '対応のお願い',
      'バックアップからの復元をご検討ください',
      'https://console.example/alerts/0199a3c1-0000-7000-8000-0000000000cc',
      '防人セキュリティ株式会社',
      'TEL 03-0000-0000',
    ])
      assert.ok(body.includes(part), part);
  assert.ok(!text.includes('所有者'), 'what did not change is not listed');
});

test('what a host sends cannot forge headers, rows or markup', () => {
  const hostile = '/tmp/a\r\nBcc: everybody@example.net\r\n\r\n<script>alert(1)</script>\u202egpj.\u0000\u001b[31m';
  const mail = composeAlertMail(
    'ja',
    told(
      { hostName: 'web\r\nX-Evil: 1', accountName: '<b>本番</b>' },
      { file: { path: hostile, changed: [] }, rule: { id: 'r\n1', name: '<img src=x onerror=1>' } },
    ),
  );
  assert.doesNotMatch(mail.subject, /[\r\n\0]/);
  assert.match(mail.subject, /\\r\\nBcc: everybody@example\.net/);
  assert.doesNotMatch(mail.html, /<script|<img|<b>/);
  assert.match(mail.html, /&lt;script&gt;/);
  for (const body of [mail.text, mail.html]) assert.doesNotMatch(body.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  assert.match(mail.text, /\\u202e/);
});

test('a path of four thousand characters leaves a short subject and a whole host name', () => {
  const path = `/${'長い名前/'.repeat(800)}end.conf`;
  const { subject, text } = composeAlertMail('ja', told({}, { file: { path, changed: [] } }));
  assert.ok(subject.length < 300);
  assert.match(subject, /…/);
  assert.ok(subject.endsWith('(web01)'));
  assert.match(text, /end\.conf/);
});

test('log lines are shown as they were, the first five of them', () => {
  const lines = Array.from(
    { length: 8 },
    (_, n) => `Nov 24 10:00:0${n} web01 sshd[${n}]: Failed password for <root> from 203.0.113.5`,
  );
  const mail = composeAlertMail(
    'ja',
    told({}, {
      module: 'loginspection',
      kind: 'log.matched',
      severity: 'high',
      rule: { id: '5712', name: 'sshd brute force', nameJa: 'sshd：総当たり' },
      subject: '203.0.113.5',
      file: undefined,
      log: { source: '/var/log/auth.log', lines },
    } as Partial<Detection>),
  );
  assert.equal(mail.subject, '[Sakimori][高] セキュリティログ監視: sshd：総当たり（203.0.113.5） (web01)');
  assert.ok(mail.text.includes(lines[4]!));
  assert.ok(!mail.text.includes(lines[5]!));
  assert.match(mail.text, /ほか 3 行/);
  assert.match(mail.html, /for &lt;root&gt; from/);
});

test('a silent agent is told with its cause and the advice for that cause', () => {
  for (const cause of silenceCauses) {
    const facts = { cause, lastSeenAt: '2026-11-24T00:57:00.000Z' };
    const guidance = guidanceOf(definitions.of('agent.silent'), cause);
    const mail = composeAlertMail(
      'ja',
      told({ guidance }, { kind: 'agent.silent', module: 'system', file: undefined, facts } as Partial<Detection>),
    );
    assert.match(mail.subject, /エージェントとの疎通不可 \(web01\)$/);
    assert.ok(mail.text.includes(guidance.next.ja[0]!), cause);
    assert.ok(mail.text.includes(guidance.cause.ja), cause);
    assert.match(mail.text, /最後の通信：2026年11月24日\(火\) 09:57:00 JST/);
    assert.doesNotMatch(mail.text, new RegExp(cause), 'the cause is said in words');
  }
});

test('the mail of a resolved alert says how long the gap was', () => {
  const resolved = told({ event: 'resolved', facts: { gapSeconds: 3912 }, resolvedAt: '2026-11-24T02:05:12.000Z' }, {
    kind: 'agent.silent',
    module: 'system',
    file: undefined,
  } as Partial<Detection>);
  const ja = composeAlertMail('ja', resolved);
  assert.equal(ja.subject, '[Sakimori][復旧] システム: エージェントとの通信が回復しました (web01)');
  assert.match(ja.text, /通信できなかった時間：1 時間 5 分 12 秒/);
  assert.match(ja.text, /復旧日時：2026年11月24日\(火\) 11:05:12 JST/);
  const en = composeAlertMail('en', resolved);
  assert.match(en.text, /Out of contact for: 1 hr, 5 min(s)?, 12 sec(s)?/);
});

test('a kind that has no words of ours is told by its rule, with general advice', () => {
  const mail = composeAlertMail('ja', told({}, { kind: 'quarantine.released', file: undefined } as Partial<Detection>));
  assert.match(mail.subject, /アカウント情報/);
  assert.ok(mail.text.includes(definitions.of('no.such.kind').next.ja[0]!));
});

test('S101: no mail promises safety', () => {
  for (const language of languages)
    for (const kind of [
      'file.created',
      'file.deleted',
      'file.renamed',
      'file.modified',
      'agent.silent',
      'spool.dropped',
      'other',
    ])
      for (const event of ['opened', 'resolved'] as const)
        assert.doesNotMatch(composeAlertMail(language, told({ event }, { kind })).text, /完全|保証|100 ?%|guarantee/i);
});
