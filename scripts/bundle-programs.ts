import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { bundleFolder, freshBundle } from './programs.mjs';

/**
 * Puts what `sakimori` of this checkout loads into a few files: hundreds of sources, each found, read and stripped of its types,
 * are two thirds of a start (`bench/start-up.ts`). `programs.mjs` takes them as long as no source has changed since, and else the sources;
 * so they are only a quicker road to the same place. Measured and decided in `docs/decisions/0042-bundled-programs.md`.
 *
 *   node scripts/bundle-programs.ts
 */
const ownRoot = join(import.meta.dirname, '..');
const entries = { sakimori: 'cli/src/main.ts' };
/** A program that runs may still load pieces of an earlier bundle. */
const keptBundles = 2;

/** Only packages that are plain JavaScript, look for no file of their own, and are loaded at every start. All others stay where they are. */
const taken = /^(zod|commander|intl-messageformat|@formatjs\/.+|tslib)(\/|$)/;

const packagesStay: Plugin = {
  name: 'packages-stay',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@sakimori/') || taken.test(path)) return undefined;
      return { path, external: true };
    });
  },
};

/** Where a source asks for its own place, it is told where it lies in the checkout. */
const placesStay: Plugin = {
  name: 'places-stay',
  setup({ onLoad }) {
    onLoad({ filter: /\/(cli|manager|contract|agent|test)\/.*\.ts$/ }, ({ path }) => {
      const places: Record<string, string> = {
        dirname: dirname(path),
        filename: path,
        url: `file://${path}`,
      };
      const contents = readFileSync(path, 'utf8').replace(
        /\bimport\.meta\.(dirname|filename|url)\b/g,
        (_, name: string) => JSON.stringify(places[name]),
      );
      return { contents, loader: 'ts' };
    });
  },
};

/** For whatever of this checkout is put into a few files. */
export const sharedOptions = (root: string): BuildOptions => ({
  ...{ bundle: true, platform: 'node', format: 'esm', target: 'node26', splitting: true, keepNames: true },
  ...{ logLevel: 'error', absWorkingDir: root, plugins: [packagesStay, placesStay], outExtension: { '.js': '.mjs' } },
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});

/** Bundles what has changed. @returns whether it bundled */
export async function bundlePrograms(root = ownRoot): Promise<boolean> {
  if (freshBundle(root)) return false;
  const cache = bundleFolder(root);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, '.making-'));
  try {
    const { metafile } = await build({ ...sharedOptions(root), metafile: true, entryPoints: entries, outdir: work });
    settle(work, cache, sourcesOf(root, metafile));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return true;
}

/** What was read, as `path → [bytes, changed at ms]`; a start compares them all in the time of a hundredth of a second. */
type Sources = Readonly<Record<string, readonly [number, number]>>;

function sourcesOf(root: string, { inputs }: Metafile): Sources {
  const own = Object.keys(inputs).filter((path) => !path.startsWith('node_modules/'));
  return Object.fromEntries(
    [...own, 'package-lock.json', 'scripts/bundle-programs.ts'].map((path) => {
      const { size, mtimeMs } = statSync(join(root, path));
      return [path, [size, mtimeMs]];
    }),
  );
}

/** The pointer is replaced last, so a start sees a whole bundle or none; the folder bears the name of its content. */
function settle(work: string, cache: string, sources: Sources): void {
  const hash = createHash('sha256');
  for (const name of readdirSync(work).sort()) hash.update(name).update(readFileSync(join(work, name)));
  const folder = hash.digest('hex').slice(0, 16);
  try {
    renameSync(work, join(cache, folder));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  writeFileSync(join(cache, `.current-${process.pid}`), JSON.stringify({ folder, sources }));
  renameSync(join(cache, `.current-${process.pid}`), join(cache, 'current.json'));
  forgetOld(cache, folder);
}

function forgetOld(cache: string, current: string): void {
  const age = (name: string) => statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const others = readdirSync(cache).filter((name) => /^[\da-f]{16}$/.test(name) && name !== current);
  for (const name of others.sort((a, b) => age(b) - age(a)).slice(keptBundles - 1))
    rmSync(join(cache, name), { recursive: true, force: true });
}

if (import.meta.main) console.log((await bundlePrograms()) ? 'bundled' : 'nothing has changed');
