import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonPieces, PieceWriter } from './json-pieces.ts';

const readAll = (answer: JsonPieces, roomBytes: number): string => {
  const read = answer.reader();
  const room = Buffer.alloc(roomBytes);
  const chunks: Buffer[] = [];
  for (let size = read(room); size > 0; size = read(room)) chunks.push(Buffer.from(room.subarray(0, size)));
  return Buffer.concat(chunks).toString();
};

test('pieces come out as they went in, whatever the size of the room', () => {
  const writer = new PieceWriter();
  const shared = Buffer.from('{"三":"つ"}');
  const expected: string[] = [];
  for (let index = 0; index < 200; index++) {
    const text = `,${'防'.repeat(index % 50)}${index}`;
    writer.add(text);
    expected.push(text);
    if (index % 3 > 0) continue;
    writer.addShared(shared);
    expected.push(shared.toString());
  }
  const answer = writer.finish(200);
  assert.equal(answer.itemCount, 200);
  assert.equal(answer.byteLength, Buffer.byteLength(expected.join('')));
  for (const roomBytes of [1, 7, 64, 4096, 1_000_000]) assert.equal(readAll(answer, roomBytes), expected.join(''));
});

test('a shared piece is kept once, however often it is added', () => {
  const writer = new PieceWriter();
  const shared = Buffer.from('x'.repeat(1000));
  for (let index = 0; index < 50; index++) writer.addShared(shared);
  const { pieces, byteLength } = writer.finish(50);
  assert.deepEqual([new Set(pieces).size, byteLength], [1, 50_000]);
});

test('an answer of nothing is nothing', () => {
  const answer = new PieceWriter().finish(0);
  assert.deepEqual([answer.byteLength, readAll(answer, 10)], [0, '']);
});
