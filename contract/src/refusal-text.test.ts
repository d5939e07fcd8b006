import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from './errors.ts';
import { languages } from './language.ts';
import { refusalText } from './refusal-text.ts';

test('things and states are named in the reader’s language', () => {
  const unknown = { code: 'not_found', facts: { what: 'account' } } as const;
  assert.equal(refusalText('ja', unknown), '該当するアカウントが見つかりません。');
  assert.equal(refusalText('en', unknown), 'There is no such account.');
  const closed = { code: 'wrong_state', facts: { what: 'alert', state: 'closed' } } as const;
  assert.equal(refusalText('ja', closed), '現在の状態では実行できません（アラート：完了）。');
  const retired = { code: 'wrong_state', facts: { what: 'host', state: 'retired' } } as const;
  assert.equal(refusalText('en', retired), 'This cannot be done now: the host is retired.');
});

test('a word that we have no phrase for stays, and a fact that did not arrive breaks no sentence', () => {
  assert.equal(
    refusalText('en', { code: 'not_found', facts: { what: 'thing_of_tomorrow' } }),
    'There is no such thing_of_tomorrow.',
  );
  for (const language of languages)
    for (const code of Object.keys(errors) as (keyof typeof errors)[])
      assert.doesNotMatch(refusalText(language, { code, facts: {} }), /\{|undefined/, code);
});
