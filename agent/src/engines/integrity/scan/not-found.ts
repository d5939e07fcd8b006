import { toPath } from './byte-string.ts';
import { ChangeWriter } from './change-stream.ts';
import { BlockCursor, readBlockHead } from './folder-block.ts';
import type { KnownBlocks } from './known-blocks.ts';
import { isAtOrBelow } from './scope.ts';

const packedBytes = 192 * 1024;

/**
 * Every record of a folder that no worker has met stands for something that is gone, unless the folder lies below one that could not be listed or on a
 * mount that was not entered: of that nothing is known.
 * @param hidden paths of such folders
 * @param take differences, packed
 * @param keep blocks of which nothing is known
 */
export function tellNotFound(
  known: KnownBlocks,
  hidden: readonly string[],
  take: (differences: Uint8Array) => void,
  keep?: (block: Uint8Array, records: number) => void,
): void {
  const writer = new ChangeWriter();
  const cursor = new BlockCursor();
  for (const block of known.notFound()) {
    const { folder, byteLength, count } = readBlockHead(block, 0);
    const path = toPath(folder);
    if (hidden.some((above) => isAtOrBelow(path, above))) {
      keep?.(block.subarray(0, byteLength), count);
      continue;
    }
    for (cursor.begin(block); cursor.name !== undefined; cursor.next()) {
      writer.write(folder, cursor.record(), undefined);
      if (writer.size > packedBytes) take(writer.take());
    }
  }
  if (writer.size > 0) take(writer.take());
}
