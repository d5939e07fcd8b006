import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownRule, ruleNameIn } from './rule-names.ts';

test('a rule is called by its name in the reader’s language, and in English where it has no other', () => {
  const rule = { id: '900101', name: 'sshd: login failed', nameJa: 'sshd：ログイン失敗' };
  assert.equal(ruleNameIn('ja', rule), 'sshd：ログイン失敗');
  assert.equal(ruleNameIn('en', rule), 'sshd: login failed');
  assert.equal(ruleNameIn('ja', { name: 'own rule' }), 'own rule');
});

test('the rule of an event of our own is called what the event is called', () => {
  assert.deepEqual(ownRule('agents.clock', 'clock.wrong'), {
    id: 'agents.clock',
    name: 'Host clock is wrong',
    nameJa: 'ホスト時刻のずれ',
  });
});
