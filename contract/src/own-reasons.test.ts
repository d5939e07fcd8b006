import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownReasons, reasonIn } from './own-reasons.ts';

test('what the service itself gave as a reason is told in the reader’s language', () => {
  for (const stored of Object.values(ownReasons)) {
    assert.match(reasonIn('ja', stored), /[ぁ-ん]/);
    assert.notEqual(reasonIn('en', stored), reasonIn('ja', stored));
  }
});

test('a person’s reason stays as it was written', () => {
  for (const written of ['ログの監視を追加', 'constructor', '']) assert.equal(reasonIn('ja', written), written);
});
