import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFont } from './fonts.ts';
import { printable, printableOnPaper, readCoverage } from './printable.ts';

test('names are left as they are, composed', () => {
  for (const name of ['web01.minato.example', '髙﨑商店 ＡＢＣ', '#panic("x")', '<b>&amp;', '"] $x^2$ \\ `c`'])
    assert.equal(printable(name), name);
  assert.equal(printable('か\u3099'), 'が');
});

test('what a reader cannot see is written out', () => {
  assert.equal(printable('a\r\nb\0'), 'a[U+000D][U+000A]b[U+0000]');
  assert.equal(printable('gpj.\u202eexe'), 'gpj.[U+202E]exe');
  assert.equal(printable('a\u200bb\u2028c\ufeff\ue000\ud800'), 'a[U+200B]b[U+2028]c[U+FEFF][U+E000][U+D800]');
});

test('on paper, so is what the fonts do not have; a variant falls back to its character', () => {
  assert.equal(printableOnPaper('😀 𠮷野家 한 Ω é'), '[U+1F600] 𠮷野家 [U+D55C] Ω é');
  assert.equal(printableOnPaper('辻\u{e0100}'), '辻');
});

test('both weights have the same characters, all of printable ASCII and kana among them', () => {
  const characters = readCoverage(readFont('regular'));
  assert.deepEqual(readCoverage(readFont('bold')), characters);
  for (let character = 0x20; character < 0x7f; character += 1) assert.ok(characters.has(character));
  for (const character of 'あんアンー、。〓件様') assert.ok(characters.has(character.codePointAt(0)!), character);
});

test('whatever comes, paper gets only what its fonts have', () => {
  const characters = readCoverage(readFont('regular'));
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const character of printableOnPaper(text)) assert.ok(characters.has(character.codePointAt(0)!));
    }),
  );
});
