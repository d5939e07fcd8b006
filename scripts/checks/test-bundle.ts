import { join } from 'node:path';
import { build } from 'esbuild';
import { sharedOptions } from '../bundle-programs.ts';
import { root } from './test-file.ts';

/**
 * The tests of the rooms as few files: each of them loads most of the manager, and finding, reading and linking its thousand sources is a third of what
 * such a file costs, on every database anew. What fails is tried again from its sources, and so tells of their lines.
 * @param paths test files below the root
 * @returns where the bundled form of a test file lies
 */
export async function bundleTests(paths: readonly string[]): Promise<(path: string) => string> {
  // Below the root, so that packages are found from there.
  const folder = join(root, 'test-results/rooms');
  const outOf = (path: string) => path.replace(/\.ts$/, '');
  const entryPoints = Object.fromEntries(paths.map((path) => [outOf(path), path]));
  await build({ ...sharedOptions(root), entryPoints, outdir: folder });
  return (path) => join(folder, `${outOf(path)}.mjs`);
}
