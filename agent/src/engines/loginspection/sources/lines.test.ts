import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutLines, lineBytesMax } from './lines.ts';
import { textReaderFor } from './text.ts';

/** Reads pieces as a file does: what is not used up comes again with the next. */
function split(chunks: readonly (string | Buffer)[], encoding = 'auto', beginning = Buffer.alloc(0)) {
  const reader = textReaderFor(encoding, beginning);
  const lines: string[] = [];
  let rest = Buffer.alloc(0);
  let skipping = false;
  let cut = 0;
  for (const chunk of chunks) {
    rest = Buffer.concat([rest, Buffer.from(chunk as string)]);
    const found = cutLines(rest, reader, skipping);
    lines.push(...found.lines.map(({ text }) => text));
    cut += found.lines.filter(({ isCut }) => isCut).length;
    rest = rest.subarray(found.used);
    skipping = found.skipping;
  }
  const finish = () => cutLines(rest, reader, skipping, true).lines.map(({ text }) => text);
  return { lines, pendingBytes: rest.length, cut, finish };
}

test('lines are the same however the bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'é', '防', '\n', '\r\n', ' ', '\0', '\u001b', 'x'.repeat(3000))),
      fc.array(fc.nat(40)),
      (parts, cuts) => {
        const whole = Buffer.from(parts.join(''));
        const chunks: Buffer[] = [];
        let from = 0;
        for (const cut of cuts) {
          chunks.push(whole.subarray(from, from + cut));
          from += cut;
        }
        chunks.push(whole.subarray(from));
        assert.deepEqual(split(chunks).lines, split([whole]).lines);
      },
    ),
  );
});

test('every byte is used or comes again, and each line says where the next begins', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', '\0', '\t')), fc.boolean(), (parts, skipping) => {
      const whole = Buffer.from(parts.join(''));
      const reader = textReaderFor('auto', whole);
      const { lines, used } = cutLines(whole, reader, skipping);
      assert.ok(used <= whole.length && !whole.subarray(used).includes(10));
      for (const { end } of lines) assert.equal(whole[end - 1], 10);
    }),
  );
});

test('CRLF, empty lines, invalid UTF-8, control characters, NUL runs', () => {
  assert.deepEqual(split(['a\r\n\r\n\nb\n']).lines, ['a', 'b']);
  assert.deepEqual(split(['a\rb\r\n']).lines, ['a\uFFFDb']);
  assert.deepEqual(split([Buffer.from([0x61, 0xff, 0x1b, 0x09, 0x62, 0x0a])]).lines, ['a\uFFFD\uFFFD\tb']);
  assert.deepEqual(split([Buffer.from('\0\0\0'), 'x\n']).lines, ['x']);
  assert.equal(split([Buffer.alloc(100_000)]).pendingBytes, 0, 'a hole is not kept');
});

test('a line is given out when it ends; an endless one is cut at 8 KiB, counted, and its rest passed over', () => {
  const { lines, pendingBytes, finish } = split(['half']);
  assert.deepEqual([lines, pendingBytes, finish()], [[], 4, ['half']]);
  assert.deepEqual(split(['half', ' done\n']).lines, ['half done']);
  const long = split(['é'.repeat(5000), 'more', '\nnext\n']);
  assert.deepEqual(
    long.lines.map((line) => [Buffer.byteLength(line), line.at(-1)]),
    [
      [lineBytesMax, 'é'],
      [4, 't'],
    ],
  );
  assert.equal(long.cut, 1);
});

/** Shift_JIS and EUC-JP as iconv writes them: `ログイン失敗 ソ表` (the last two have a backslash as second byte in Shift_JIS). */
const japanese = 'ログイン失敗 ソ表';
const shiftJis = Buffer.from('838d834f834383938eb8947320835c955c', 'hex');
const eucJp = Buffer.from('a5eda5b0a5a4a5f3bcbac7d420a5bdc9bd', 'hex');
const newline = Buffer.from('\n');

test('S8, in part: Japanese logs are read in the encodings they are written in', () => {
  assert.deepEqual(split([shiftJis, newline], 'shift_jis').lines, [japanese]);
  assert.deepEqual(split([eucJp, newline], 'euc-jp').lines, [japanese]);
  assert.deepEqual(split([japanese, newline], 'utf-8').lines, [japanese]);
  // Cut anywhere, also in the middle of a character.
  for (let at = 1; at < shiftJis.length; at++)
    assert.deepEqual(split([shiftJis.subarray(0, at), shiftJis.subarray(at), newline], 'shift_jis').lines, [japanese]);
});

test('undeclared, EUC-JP is known by what it is; Shift_JIS is not guessed, so that nobody can hide an ASCII character', () => {
  assert.deepEqual(split([eucJp, newline, japanese, newline]).lines, [japanese, japanese]);
  const attack = Buffer.concat([Buffer.from('user='), Buffer.from([0x83]), Buffer.from(']from 192.0.2.1\n')]);
  assert.deepEqual(split([attack]).lines, ['user=\uFFFD]from 192.0.2.1']);
  assert.match(split([shiftJis, newline]).lines[0]!, /\uFFFD.* .*\\/);
});

test('UTF-16 by its byte order mark, or declared, with a break in every place', () => {
  const text = 'Anmeldung fehlgeschlagen Ċ 防人\r\nzweite\n';
  const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
  const big = Buffer.from(little).swap16();
  const expected = ['Anmeldung fehlgeschlagen Ċ 防人', 'zweite'];
  for (const bytes of [little, big])
    for (let at = 0; at < bytes.length; at++)
      assert.deepEqual(split([bytes.subarray(0, at), bytes.subarray(at)], 'auto', bytes).lines, expected);
  assert.deepEqual(split([little.subarray(2)], 'utf-16le').lines, expected);
  assert.deepEqual(split([Buffer.from('\uFEFFfirst\nsecond\n')]).lines, ['first', 'second'], 'UTF-8 with a mark');
});
