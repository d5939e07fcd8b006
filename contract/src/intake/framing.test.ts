import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { documentBytesMax, FrameFault, FrameReader, type FramingOptions, recordBytesMax } from './framing.ts';

/** Everything that is read of pieces, as texts. */
function readAll(pieces: readonly (string | Buffer)[], options?: FramingOptions): string[] {
  const reader = new FrameReader(options);
  const frames = pieces.flatMap((piece) => reader.push(Buffer.from(piece as string)));
  return [...frames, ...reader.end()].map(({ bytes }) => bytes.toString());
}

test('counts of octets and lines side by side; ends of line of every kind; the last without one', () => {
  const counted = '<13>二 b\nc';
  const data = `<1>a\r\n${Buffer.byteLength(counted)} ${counted}<2>b\n\n\u0000${Buffer.byteLength(counted)} ${counted}\n2026-11-20T00:00:00Z c`;
  assert.deepEqual(readAll([data]), ['<1>a\r', counted, '<2>b', counted, '2026-11-20T00:00:00Z c']);
});

test('however the bytes are cut, the records are the same', () => {
  const records = ['<13>one', '日本語 two', '<14>three\nwith a line', '12 no count', '{"a":1}', '1234567 <x'];
  const data = Buffer.concat(
    records.map((record) =>
      Buffer.from(record.startsWith('<') ? `${Buffer.byteLength(record)} ${record}` : `${record}\n`),
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(data.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.sort((one, two) => one - two), data.length];
      const pieces = at.slice(1).map((end, index) => data.subarray(at[index], end));
      assert.deepEqual(readAll(pieces.slice(0), { lenient: true }), readAll([data], { lenient: true }));
    }),
    { numRuns: 300 },
  );
});

test('a count beyond the bound is a fault on a connection, and a line in a file', () => {
  assert.throws(() => new FrameReader().push(Buffer.from(`${recordBytesMax + 1} <13>x`)), FrameFault);
  assert.deepEqual(readAll(['9999999 <13>x\n<1>y\n'], { lenient: true }), ['9999999 <13>x', '<1>y']);
});

test('in a file a count that people made wrong swallows no other record', () => {
  assert.deepEqual(readAll(['999 <13>a\n<13>b\n'], { lenient: true }), ['<13>a', '<13>b']);
  assert.deepEqual(readAll(['7 <13>abc and more\n<13>b\n'], { lenient: true }), ['7 <13>abc and more', '<13>b']);
  assert.deepEqual(readAll(['7 <13>abc\n5 <13>b\n'], { lenient: true }), ['<13>abc', '<13>b']);
});

test('documents over several lines, one after another, and lines that only look like one', () => {
  const document = '{\n "a": "}\\"]",\n "b": [1, {}]\n}';
  assert.deepEqual(readAll([`${document}${document}\n[1]\n<1>x\n`], { documents: true }), [
    document,
    document,
    '[1]',
    '<1>x',
  ]);
  assert.deepEqual(readAll(['{"a":\n', '<1>x\n'], { documents: true }), ['{"a":', '<1>x']);
  const reader = new FrameReader({ documents: true });
  const frames = Array.from({ length: 40 }, () => reader.push(Buffer.from(`[${'x'.repeat(64 * 1024)}\n`))).flat();
  assert.ok(frames.length > 0 && reader.heldBytes < documentBytesMax + 256 * 1024);
});

test('a line without end is cut and the rest of it let go; what is held is bounded', () => {
  const reader = new FrameReader();
  const piece = Buffer.alloc(64 * 1024, 'a');
  let held = 0;
  const frames = Array.from({ length: 50 }, () => {
    const found = reader.push(piece);
    held = Math.max(held, reader.heldBytes);
    return found;
  }).flat();
  frames.push(...reader.push(Buffer.from('b\n<1>next\n')), ...reader.end());
  assert.deepEqual(
    frames.map(({ bytes, isCut }) => [bytes.length, isCut]),
    [
      [recordBytesMax, true],
      [7, false],
    ],
  );
  assert.ok(held <= recordBytesMax + piece.length);
});

test('bytes at random never throw anything else, and no byte is invented', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), fc.boolean(), (pieces, lenient) => {
      const reader = new FrameReader({ lenient, documents: lenient });
      try {
        const frames = pieces.flatMap((piece) => reader.push(Buffer.from(piece)));
        frames.push(...reader.end());
        const [given, read] = [pieces, frames.map(({ bytes }) => bytes)].map((all) =>
          all.reduce((sum, { length }) => sum + length, 0),
        );
        assert.ok(read! <= given!);
      } catch (error) {
        assert.ok(error instanceof FrameFault);
      }
    }),
    { numRuns: 1000 },
  );
});
