import { readdirSync, statSync } from 'node:fs';
import { fromPath, toKernel } from './byte-string.ts';
import type { Scope } from './scope.ts';

export type FolderList = {
  /** Byte strings, in the order of their bytes. */
  readonly names: string[];
  /** 1 for the names that the folder itself calls regular files, where asked for. */
  readonly isFile: Uint8Array | undefined;
};

/** Beyond this a folder has so many names that an object for each would cost too much. */
const typedBytesMax = 512 * 1024;

/**
 * The names of interest in a folder.
 * @param base byte string that leads the kernel to the folder, `path` as rules know it
 * @param sizeBytes what the folder says of its own size
 */
export function listFolder(
  base: string,
  scope: Scope,
  path: string,
  isInside: boolean,
  sizeBytes: number | undefined,
  wantsTypes: boolean,
): FolderList | 'gone' | 'denied' {
  const steps = isInside ? undefined : scope.stepsFrom(path);
  if (steps) return { names: [...steps].map(fromPath).sort(), isFile: undefined };
  const kernelPath = toKernel(base === '' ? '/' : base);
  try {
    const size = sizeBytes ?? statSync(kernelPath).size;
    return (wantsTypes && size <= typedBytesMax && listTyped(kernelPath)) || listPlain(kernelPath);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'denied';
  }
}

const listPlain = (path: string | Buffer): FolderList => ({
  names: readdirSync(path, { encoding: 'latin1' }).sort(),
  isFile: undefined,
});

/** @returns `undefined` where Node cannot tell the types: on a file system that keeps none in its folders */
function listTyped(path: string | Buffer): FolderList | undefined {
  try {
    const entries = readdirSync(path, { encoding: 'latin1', withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const isFile = new Uint8Array(entries.length);
    const names = entries.map((entry, index) => {
      if (entry.isFile()) isFile[index] = 1;
      return entry.name;
    });
    return { names, isFile };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === 'lstat') return undefined;
    throw error;
  }
}
