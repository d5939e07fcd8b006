import assert from 'node:assert/strict';
import test from 'node:test';
import { errors, Refusal } from './errors.ts';

test('every error has a status of its kind and a sentence in each language', () => {
  for (const [code, { status, en, ja }] of Object.entries(errors)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(status >= 400 && status < 600, code);
    assert.match(en, /[.}]$|[A-Z]+$/, `${code}: ${en}`);
    assert.match(ja, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u, code);
  }
});

test('a refusal keeps its private cause out of its facts', () => {
  const refusal = new Refusal('unavailable', { retrySeconds: 5 }, { cause: new Error('connect to db-7 as admin') });
  assert.equal(refusal.status, 503);
  assert.doesNotMatch(refusal.message + JSON.stringify(refusal.facts), /db-7/);
});
