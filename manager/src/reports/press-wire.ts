import type { Readable } from 'node:stream';

/** How manager and press talk: four bytes of length, then so many bytes. */
export function frame(content: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(content.length);
  return Buffer.concat([head, content]);
}

/** Each frame that is whole; what ends in the middle of one is dropped. */
export async function* readFrames(stream: Readable): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let have = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    have += chunk.length;
    while (have >= 4) {
      const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks = [all];
      const length = all.readUInt32BE(0);
      if (have < 4 + length) break;
      yield all.subarray(4, 4 + length);
      chunks = [all.subarray(4 + length)];
      have -= 4 + length;
    }
  }
}
