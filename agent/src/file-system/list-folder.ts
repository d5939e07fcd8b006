import { opendir } from 'node:fs/promises';
import { decodePath, encodePath } from './path-bytes.ts';

/**
 * Names in a folder, in groups, so that a folder of a million names takes no memory of a million names.
 * @throws the error of the system, when the folder cannot be read.
 */
export async function* listNames(folder: string, groupSize: number): AsyncGenerator<string[]> {
  // Node's types know no Buffer names for opendir, yet it gives them.
  const handle = await opendir(encodePath(folder) as string, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 });
  let group: string[] = [];
  for await (const entry of handle) {
    group.push(decodePath(entry.name as unknown as Buffer));
    if (group.length < groupSize) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
