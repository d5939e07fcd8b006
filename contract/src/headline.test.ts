import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headlineIn, headlinePartMax, matterOfAlert } from './headline.ts';
import { ownRule } from './rule-names.ts';

const rule = { id: 'accounts', name: 'Accounts', nameJa: 'アカウント情報' };
const both = (matter: Parameters<typeof headlineIn>[1]) => [headlineIn('ja', matter), headlineIn('en', matter)];

test('a changed file is told with its path and what changed', () => {
  const file = { path: '/etc/passwd', changed: ['content', 'mode'] };
  assert.deepEqual(both({ kind: 'file.modified', rule, subject: '/etc/passwd', file }), [
    'ファイルの変更：/etc/passwd（内容、パーミッション）',
    'File changed: /etc/passwd (content, permissions)',
  ]);
  assert.deepEqual(both({ kind: 'file.created', rule, file: { path: '/a', changed: ['created'] } }), [
    'ファイルの作成：/a',
    'File created: /a',
  ]);
  assert.deepEqual(
    both({ kind: 'file.renamed', rule, file: { path: '/b', previousPath: '/a', changed: ['renamed'] } }),
    ['ファイル名の変更：/a → /b', 'File renamed: /a → /b'],
  );
});

test('a log match is told by its rule and who it was', () => {
  const ssh = { id: '900110', name: 'sshd: brute force', nameJa: 'sshd：総当たり' };
  assert.deepEqual(both({ kind: 'log.matched', rule: ssh, subject: '203.0.113.5' }), [
    'sshd：総当たり（203.0.113.5）',
    'sshd: brute force (203.0.113.5)',
  ]);
  assert.deepEqual(both({ kind: 'log.matched', rule: ssh, source: { address: '::1' } }), [
    'sshd：総当たり（::1）',
    'sshd: brute force (::1)',
  ]);
});

test('an event of our own is told by its kind, one without words of ours by its rule', () => {
  assert.deepEqual(both({ kind: 'agent.silent', rule: ownRule('liveness.silent', 'agent.silent') }), [
    'エージェントとの疎通不可',
    'Agent not reachable',
  ]);
  assert.deepEqual(both({ kind: 'something.new', rule, subject: 'x' }), ['アカウント情報（x）', 'Accounts (x)']);
});

test('a path of four thousand characters keeps its beginning and its end, and no half characters', () => {
  for (const path of [`/${'長い名前/'.repeat(800)}end.conf`, `/${'💾'.repeat(2000)}/end.conf`]) {
    const line = headlineIn('ja', { kind: 'file.created', rule, file: { path, changed: [] } });
    assert.ok(line.length <= headlinePartMax + 20, String(line.length));
    assert.ok(line.endsWith('end.conf') && line.isWellFormed());
  }
});

test('an alert has the headline of the detection that opened it', () => {
  const file = { path: '/a', previousPath: '/b', changed: ['content'] };
  const alert = { kind: 'file.modified', ruleId: 'accounts', ruleName: 'Accounts', ruleNameJa: 'アカウント情報', file };
  assert.deepEqual(both(matterOfAlert(alert)), both({ kind: 'file.modified', rule, file }));
});

test('a changed entity is told with its key and what changed', () => {
  const entity = { key: 'alice', changed: ['shell', 'groups'] };
  assert.deepEqual(both({ kind: 'entity.user_changed', rule, subject: 'alice', entity }), [
    'ユーザの変更：alice（シェル、所属グループ）',
    'User changed: alice (shell, groups)',
  ]);
  assert.deepEqual(both({ kind: 'entity.port_created', rule, subject: 'tcp/0.0.0.0/4444' }), [
    '待ち受けポートの追加：tcp/0.0.0.0/4444',
    'Listening port opened: tcp/0.0.0.0/4444',
  ]);
});
