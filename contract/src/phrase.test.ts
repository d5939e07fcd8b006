import assert from 'node:assert/strict';
import test from 'node:test';
import { argumentsOf, formatMessage, hasPhrase, phrase, phraseOr } from './phrase.ts';

test('a phrase is said in the reader’s language', () => {
  assert.equal(phrase('ja', 'severity.high'), '高');
  assert.equal(phrase('en', 'severity.high'), 'High');
});

test('times are Japan’s in both languages, wherever the machine stands', () => {
  const at = new Date('2026-12-31T15:30:00Z');
  assert.equal(formatMessage('ja', '{at, date, day}', { at }), '2027年1月1日');
  assert.equal(formatMessage('en', '{at, date, day}', { at }), '1 January 2027');
  assert.match(formatMessage('ja', '{at, time, minute}', { at }), /^2027\/01\/01 0?0:30$/);
  assert.match(formatMessage('en', '{at, time, minute}', { at }), /^1 Jan 2027, 00:30$/);
});

test('numbers are grouped, plurals chosen', () => {
  assert.equal(formatMessage('ja', '{n, number} 件', { n: 12345 }), '12,345 件');
  const message = '{n, plural, one {# host} other {# hosts}}';
  assert.deepEqual(
    [0, 1, 2].map((n) => formatMessage('en', message, { n })),
    ['0 hosts', '1 host', '2 hosts'],
  );
});

test('facts are values, never messages: braces and tags in them stay as they are', () => {
  assert.equal(
    formatMessage('en', 'File {path}', { path: '{evil, plural, other {x}} <b>' }),
    'File {evil, plural, other {x}} <b>',
  );
});

test('a word that came over the wire and has no phrase is shown as it is', () => {
  assert.equal(phraseOr('ja', 'kind', 'file.modified'), 'ファイルの変更');
  assert.equal(phraseOr('ja', 'kind', 'some.future_kind'), 'some.future_kind');
  for (const name of ['toString', 'constructor', '__proto__']) assert.equal(hasPhrase(name), false);
});

test('the facts of a message are found in all its branches', () => {
  assert.deepEqual(argumentsOf('en', 'a {b, select, x {y {c, number}} other {}} {n, plural, one {# k} other {{d}}} '), [
    'b',
    'c',
    'd',
    'n',
  ]);
  assert.throws(() => argumentsOf('en', 'broken {'), SyntaxError);
});
