import { closeSync, mkdirSync, openSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type TreeFigures = { readonly files: number; readonly folders: number; readonly bytes: number };

/** Generated content is cut from this much noise: long enough that no two files below it in size are alike by chance. */
const noiseBytes = 4 * 1024 * 1024;
const largestBytes = 48 * 1024 * 1024;
/** Sizes of a real system: half of the files below 4 KB, a few in a thousand above 1 MB, 34 KB on average. */
const medianBytes = 3900;
const spread = 2.09;
const filesPerFolder = 14;
const linkEvery = 200;

/**
 * Makes a tree of files below `root`, the same one for the same seed: names, folders, sizes and contents. Folders are nested as on a real
 * system, most of them small and some with thousands of names.
 */
export function makeTree(root: string, files: number, seed = 1): TreeFigures {
  const random = createRandom(seed);
  const noise = Buffer.allocUnsafe(noiseBytes);
  for (let at = 0; at < noiseBytes; at += 4) noise.writeUInt32LE((random() * 2 ** 32) >>> 0, at);
  const folders = makeFolders(root, Math.ceil(files / filesPerFolder), random);
  let bytes = 0;
  for (let index = 0; index < files; index += 1) {
    // The square prefers the first folders: some hold thousands of names, most a handful.
    const folder = folders[Math.floor(random() ** 2 * folders.length)]!;
    const path = join(folder, `${word(random)}-${index.toString(36)}.${extensions[index % extensions.length]}`);
    const size = Math.min(largestBytes, Math.round(medianBytes * Math.exp(spread * normal(random))));
    writeNoise(path, noise, size, random);
    bytes += size;
    if (index % linkEvery === 0) symlinkSync(path, `${path}.link`);
  }
  return { files, folders: folders.length, bytes };
}

function makeFolders(root: string, count: number, random: () => number): string[] {
  const folders = [root];
  mkdirSync(root, { recursive: true });
  while (folders.length < count) {
    const above = folders[Math.floor(random() ** 1.5 * folders.length)]!;
    const folder = join(above, `${word(random)}${folders.length.toString(36)}`);
    mkdirSync(folder);
    folders.push(folder);
  }
  return folders;
}

function writeNoise(path: string, noise: Buffer, size: number, random: () => number): void {
  const file = openSync(path, 'wx', 0o644);
  try {
    for (let left = size; left > 0; ) {
      const from = Math.floor(random() * (noiseBytes - 1));
      left -= writeSync(file, noise, from, Math.min(left, noiseBytes - from));
    }
  } finally {
    closeSync(file);
  }
}

const extensions = ['conf', 'so', 'py', 'js', 'txt', 'png', 'h'];
const syllables = ['ka', 'mo', 'ri', 'sa', 'ki', 'no', 'te', 'lib', 'ma', 'sys', 'yu', 'doc'];
const word = (random: () => number): string =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * syllables.length)]).join(
    '',
  );

/** A number of the normal distribution (Box and Muller). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
