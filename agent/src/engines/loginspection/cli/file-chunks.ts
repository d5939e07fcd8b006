import { closeSync, openSync, readSync } from 'node:fs';

/**
 * A file from its beginning to its end, chunk after chunk, read while the caller waits: a stream would hand each one from thread to thread, which
 * costs more than the reading. Each chunk is good until the next is asked for.
 * @throws Error of Node with a `code` where the file cannot be read
 */
export function* readChunks(path: string, chunkBytes: number): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const bytes = readSync(file, chunk, 0, chunkBytes, null);
      if (bytes === 0) return;
      yield chunk.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}
