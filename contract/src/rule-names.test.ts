import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleNameIn } from './rule-names.ts';

test('a shipped rule has a name in either language, another keeps its own', () => {
  const shipped = { id: '900101', name: 'sshd: login failed' };
  assert.equal(ruleNameIn('ja', shipped), 'sshd：ログイン失敗');
  assert.equal(ruleNameIn('en', shipped), 'sshd: login failed');
  assert.equal(ruleNameIn('ja', { id: 'constructor', name: 'own rule' }), 'own rule');
});
