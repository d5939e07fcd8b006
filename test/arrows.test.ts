import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'node:test';
import { roomOrder } from '@sakimori/manager/rooms';

/**
 * Who may import whom. `console`, `cli`, `manager` and `agent` know the contract and not each other; `sakimori up` starts a manager, so the CLI
 * may enter it by its front doors. Rooms know rooms above them, by their doors. Engines do not know each other.
 */
const root = resolve(import.meta.dirname, '..');
const programs = ['contract', 'agent', 'manager', 'console', 'cli'] as const;

type Arrow = { readonly from: string; readonly to: string };

/** Every import of a file of ours by a file of ours; paths from the root, with workspace names resolved. */
function readArrows(): Arrow[] {
  const sources = globSync(
    [...programs.map((program) => `${program}/src`), 'test', 'bench', 'scripts'].map(
      (place) => `${place}/**/*.{ts,tsx}`,
    ),
    { cwd: root },
  );
  return sources.flatMap((from) => {
    const text = readFileSync(join(root, from), 'utf8');
    const specifiers = [...text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm)].map((match) => match[1]!);
    return specifiers.flatMap((specifier) => {
      const to = resolveSpecifier(from, specifier);
      return to === undefined ? [] : [{ from, to }];
    });
  });
}

function resolveSpecifier(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(from), specifier));
  const match = /^@sakimori\/(\w+)(?:\/(.+))?$/.exec(specifier);
  return match ? `${match[1]}/src/${match[2] ?? 'index'}.ts` : undefined;
}

const programOf = (path: string): string => path.split('/')[0]!;
const roomOf = (path: string): string | undefined => /^manager\/src\/([^/]+)\//.exec(path)?.[1];
const engineOf = (path: string): string | undefined => /^agent\/src\/engines\/([^/]+)\//.exec(path)?.[1];
const isDoor = (path: string): boolean => /^manager\/src\/([^/]+\/index|manager)\.ts$/.test(path);

const arrows = readArrows();
const ours = arrows.filter(({ from }) => (programs as readonly string[]).includes(programOf(from)));
const importers = Map.groupBy(arrows, ({ to }) => to);

/** A test, or a piece that tests alone import. */
function isTest(path: string): boolean {
  if (path.endsWith('.test.ts') || programOf(path) === 'test') return true;
  const known = importers.get(path) ?? [];
  return known.length > 0 && known.every(({ from }) => from.endsWith('.test.ts') || programOf(from) === 'test');
}
const say = (broken: readonly Arrow[]): string[] => broken.map(({ from, to }) => `${from} → ${to}`);
const tellBroken = (broken: readonly Arrow[], law: string): void => assert.deepEqual(say(broken), [], law);

test('the reader of imports sees the house', () => {
  assert.ok(arrows.length > 300, `only ${arrows.length} imports found`);
  assert.ok(arrows.some(({ from, to }) => from === 'manager/src/app.ts' && to === 'manager/src/platform/index.ts'));
});

test('programs know the contract and not each other', () => {
  const broken = ours.filter(({ from, to }) => {
    const [here, there] = [programOf(from), programOf(to)];
    if (here === there || there === 'contract' || there === 'rules') return false;
    if (isTest(from) && there === 'test') return false;
    return !(here === 'cli' && there === 'manager' && isDoor(to));
  });
  tellBroken(
    broken,
    'only contract may be imported; cli may also enter manager/src/manager.ts and the rooms’ index.ts',
  );
});

test('the contract knows nobody', () => {
  tellBroken(
    ours.filter(({ from, to }) => programOf(from) === 'contract' && !['contract', 'rules'].includes(programOf(to))),
    'contract imports zod, intl-messageformat and the data of rules/',
  );
});

test('the list of rooms and the folders are the same', () => {
  const folders = globSync('manager/src/*/', { cwd: root }).map((path) => path.replace('manager/src/', ''));
  assert.deepEqual(folders.map((path) => path.replace(/\/$/, '')).sort(), [...roomOrder].sort());
});

test('a room imports only rooms above it', () => {
  const order = roomOrder as readonly string[];
  const broken = ours.filter(({ from, to }) => {
    const [here, there] = [roomOf(from), roomOf(to)];
    if (!here || isTest(from)) return false;
    if (there) return order.indexOf(there) > order.indexOf(here);
    return programOf(to) === 'manager';
  });
  tellBroken(broken, `the order is ${order.join(' ◄ ')}, and what lies beside the rooms stands above them all`);
});

test('a room is entered by its door', () => {
  // A benchmark may look behind a door: it measures the parts.
  const broken = arrows.filter(({ from, to }) => {
    if (programOf(from) === 'bench') return false;
    const there = roomOf(to);
    return there !== undefined && there !== roomOf(from) && !isDoor(to);
  });
  tellBroken(broken, 'other rooms are imported through their index.ts');
});

test('engines do not know each other', () => {
  const broken = ours.filter(({ from, to }) => {
    const [here, there] = [engineOf(from), engineOf(to)];
    return here !== undefined && there !== undefined && here !== there;
  });
  tellBroken(broken, 'an engine imports what lies beside the engines, never another engine');
});

test('programs take no code from tests', () => {
  tellBroken(
    ours.filter(({ from, to }) => !isTest(from) && isTest(to)),
    'only tests import tests and what lies in test/',
  );
});
