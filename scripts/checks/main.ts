import { spawn } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { buildConsole } from '../../cli/src/up/console-build.ts';
import { releaseAgent } from '../agent-release.ts';
import { bundlePrograms } from '../bundle-programs.ts';
import { writeConformance } from './conformance.ts';
import { installDebianPackages } from './debian-packages.ts';
import { printCheck, printEnd, printFile } from './progress.ts';
import { tryAgainAlone } from './second-try.ts';
import { bundleTests } from './test-bundle.ts';
import { startBundledDatabase, startSecondDatabase, type TestDatabase } from './test-databases.ts';
import { type FileResult, root, runTestFile, type TestFile, type TestResult } from './test-file.ts';

/** What `npm test` does: install what tests need, check types and form, build the console, run the tests, write what they prove. */
const beganAt = performance.now();
const paths = process.argv.slice(2);
const isWhole = paths.length === 0;
const isCi = Boolean(process.env['CI']) && process.env['CI'] !== 'false';

const missing = installDebianPackages();
const checks = isWhole ? await runChecks() : [];
await Promise.all([buildConsole(), bundlePrograms(), isWhole && buildPackages()]);
const databases = [await startBundledDatabase(), isWhole ? await startSecondDatabase() : undefined].filter(
  (database) => database !== undefined,
);
const { files, unsteady } = await runAll(await listFiles(databases))
  .then(tryAgainAlone)
  .finally(() => Promise.all(databases.map((database) => database.stop())));
const results = files.flatMap((file) => file.tests);

writeResults(results);
if (isWhole) writeConformance(results);
const isGood = printEnd({ checks, results, unsteady, missing, isCi, seconds: (performance.now() - beganAt) / 1000 });
process.exitCode = isGood ? 0 : 1;

/** The agent's packages, which several tests install: built once, they are found by each. */
async function buildPackages(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-packages-'));
  try {
    await releaseAgent(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Check = { readonly name: string; readonly failed: boolean; readonly output: string };

/** Types and form, side by side. */
function runChecks(): Promise<Check[]> {
  const tool = (name: string) => join(root, 'node_modules/.bin', name);
  return Promise.all([
    check('types', tool('tsc'), ['-p', 'tsconfig.json']),
    check('types of the console', tool('tsc'), ['-p', 'console/tsconfig.json']),
    check('form', tool('biome'), ['check', '--colors=off', '--max-diagnostics=50', '.']),
  ]);
}

function check(name: string, program: string, args: readonly string[]): Promise<Check> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((done, refuse) => {
    child.once('error', refuse);
    child.once('close', (code) => {
      const result = { name, failed: code !== 0, output };
      printCheck(result.name, result.failed);
      done(result);
    });
  });
}

type Waiting = { readonly systems: TestFile[]; readonly rooms: TestFile[] };

/** Tests of whole systems, hosts and programs, and those of the rooms, which run on every database. */
async function listFiles(databases: readonly TestDatabase[]): Promise<Waiting> {
  const places = isWhole
    ? ['test', 'manager', 'agent', 'cli', 'console', 'contract', 'scripts', 'bench']
    : paths.map((path) => relative(root, resolve(process.env['INIT_CWD'] ?? root, path)));
  const found = places.flatMap(testFilesBelow);
  const rooms = found.filter(isOfRooms);
  const bundled = isWhole ? await bundleTests(rooms) : undefined;
  return {
    systems: found.filter((path) => !isOfRooms(path)).map((path) => fileOn(path, databases[0]!)),
    rooms: databases.flatMap((database) =>
      rooms.map((path) => ({ ...fileOn(path, database), ...(bundled ? { bundle: bundled(path) } : {}) })),
    ),
  };
}

function isOfRooms(path: string): boolean {
  return path.startsWith('manager/src/') || ['test/catalogue.test.ts', 'test/schema.test.ts'].includes(path);
}

function testFilesBelow(place: string): string[] {
  const found = statSync(join(root, place), { throwIfNoEntry: false });
  if (!found) {
    console.error(`There is no ${place}. Usage: npm test -- [test file or folder …]`);
    process.exit(64);
  }
  if (found.isFile()) return [place];
  return globSync(`${place}/**/*.test.ts`, { cwd: root, exclude: (name) => name === 'node_modules' }).sort();
}

/** Tests see no setting of the person who runs them. What one process has compiled, the next one finds: it halves the start of each. */
function fileOn(path: string, database: TestDatabase): TestFile {
  const own = (name: string) => (!/^SAKIMORI_/.test(name) && name !== 'DATABASE_URL') || name === 'SAKIMORI_TEST_LOG';
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => own(name)));
  const env: NodeJS.ProcessEnv = { ...kept, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/sakimori') };
  return { path, database: database.name, env: { ...env, SAKIMORI_TEST_DATABASE_URL: database.url } };
}

/**
 * Whole systems wait a lot, for engines, hosts and browsers; rooms keep a core busy. So both run at once, systems as many as there are cores, rooms on
 * half of them; whoever has none left of its own sort helps with the other.
 */
async function runAll({ systems, rooms }: Waiting): Promise<FileResult[]> {
  const done: FileResult[] = [];
  const work = async (own: TestFile[], others: TestFile[]) => {
    const next = () => own.shift() ?? others.shift();
    for (let file = next(); file; file = next()) {
      const result = await runTestFile(file);
      done.push(result);
      printFile(result);
    }
  };
  const cores = availableParallelism();
  const workers = Array.from({ length: Math.ceil(cores * 1.5) }, (_, index) =>
    index < cores ? work(systems, rooms) : work(rooms, systems),
  );
  await Promise.all(workers);
  return done;
}

function writeResults(tests: readonly TestResult[]): void {
  const folder = join(root, 'test-results');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(tests, null, 2)}\n`);
}
