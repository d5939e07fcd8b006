import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter, lineBytesMax } from './lines.ts';

const split = (chunks: readonly (string | Buffer)[]) => {
  const splitter = new LineSplitter();
  const lines = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk as string)));
  return { lines, splitter };
};

test('lines are the same however the bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'é', '防', '\n', '\r\n', ' ', 'x'.repeat(3000))),
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

test('CRLF, empty lines, invalid UTF-8, control characters, NUL runs', () => {
  assert.deepEqual(split(['a\r\n\r\n\nb\n']).lines, ['a', 'b']);
  assert.deepEqual(split([Buffer.from([0x61, 0xff, 0x1b, 0x09, 0x62, 0x0a])]).lines, ['a\uFFFD\uFFFD\tb']);
  assert.deepEqual(split([Buffer.from('\0\0\0'), 'x\n']).lines, ['x']);
});

test('a line is given out when it ends; an endless one is cut at 8 KiB and its rest passed over', () => {
  const { lines, splitter } = split(['half']);
  assert.deepEqual([lines, splitter.pendingBytes], [[], 4]);
  assert.deepEqual(splitter.push(Buffer.from(' done\n')), ['half done']);
  const long = split(['é'.repeat(5000), 'more', '\nnext\n']);
  assert.deepEqual(
    long.lines.map((line) => [Buffer.byteLength(line), line.at(-1)]),
    [
      [lineBytesMax, 'é'],
      [4, 't'],
    ],
  );
});
