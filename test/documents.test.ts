import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { makeCli } from '../cli/src/cli.ts';
import { buildProgram } from '../cli/src/program.ts';
import { openCommandDoor } from './cli-door.ts';
import { startSystem } from './system.ts';

const root = resolve(import.meta.dirname, '..');
const paths = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();
const pages = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

type Block = { readonly path: string; readonly kind: string; readonly lines: readonly string[] };

/** Fenced blocks, with the indentation of the list they stand in taken off. */
const blocks: readonly Block[] = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/^( *)```([^\n]*)\n([\s\S]*?)^ *```/gm)].map(([, indent, kind, body]) => ({
    path,
    kind: kind!.trim(),
    lines: body!.split('\n').map((line) => line.slice(indent!.length)),
  })),
);

test('every link leads somewhere', () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1]!)
      .filter((link) => !/^(https?|mailto):/.test(link))
      .filter((link) => !leads(path, link))
      .map((link) => `${path}: ${link}`),
  );
  assert.deepEqual(broken, []);
});

function leads(path: string, link: string): boolean {
  const [file, anchor] = link.split('#');
  const target = file ? join(dirname(path), file) : path;
  if (!existsSync(join(root, target))) return false;
  if (!anchor) return true;
  const heads = [...readFileSync(join(root, target), 'utf8').matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!);
  return heads.some(
    (head) =>
      head
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- ]/gu, '')
        .replaceAll(' ', '-') === anchor,
  );
}

test('every path of the house that a page names is there', () => {
  const place = /^(contract|agent|manager|console|cli|rules|test|bench|deploy|docs|examples|scripts)\/[\w./-]+$/;
  const gone = pages
    .filter(({ path }) => path !== 'docs/conformance.md')
    .flatMap(({ path, text }) =>
      [...text.matchAll(/`([^`\n]+)`/g)]
        .map((match) => match[1]!)
        .filter((name) => place.test(name) && !existsSync(join(root, name)))
        .map((name) => `${path}: ${name}`),
    );
  assert.deepEqual(gone, []);
});

test('decisions are numbered once and listed', () => {
  const names = globSync('docs/decisions/0*.md', { cwd: root }).sort();
  assert.deepEqual(
    names.map((name) => /\/(\d{4})-/.exec(name)?.[1]),
    names.map((_, index) => String(index + 1).padStart(4, '0')),
  );
  const list = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8');
  for (const name of names) {
    const file = name.split('/').at(-1)!;
    assert.ok(list.includes(`(${file})`), `${file} is not in docs/decisions/README.md`);
    assert.match(readFileSync(join(root, name), 'utf8'), new RegExp(`^# ${file.slice(0, 4)} .+\n\nStatus: `), file);
  }
});

test('every guide is in the list of guides', () => {
  const list = readFileSync(join(root, 'docs/guides/README.md'), 'utf8');
  const names = globSync('docs/guides/*.md', { cwd: root }).map((path) => path.split('/').at(-1)!);
  assert.deepEqual(
    names.filter((name) => name !== 'README.md' && !list.includes(`](${name})`)),
    [],
  );
});

test('README is a screen and ARCHITECTURE is read in one go', () => {
  const lengthOf = (path: string) => readFileSync(join(root, path), 'utf8').split('\n').length;
  assert.ok(lengthOf('README.md') <= 60);
  assert.ok(lengthOf('ARCHITECTURE.md') <= 80);
});

type Typed = { readonly path: string; readonly line: string; readonly words: readonly string[] };

/** Lines of blocks in which one of our own programs is typed. */
const typed: readonly Typed[] = blocks.flatMap(({ path, lines }) =>
  lines.flatMap((line) => {
    const bare = line.replace(/\s+#.*$/, '').replace(/^\s*(?:[A-Z_]+=\S+\s+)*/, '');
    const words = (bare.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).filter((word, index) => !(index === 0 && word === 'npx'));
    return ['npm', 'sakimori', 'sakimori-agent'].includes(words[0] ?? '') ? [{ path, line: bare, words }] : [];
  }),
);

test('npm scripts that pages name exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = typed
    .filter(({ words }) => words[0] === 'npm')
    .map(({ words }) => (words[1] === 'run' ? words[2]! : words[1]!));
  assert.ok(named.length > 5);
  assert.deepEqual(
    [...new Set(named)].filter((name) => !(name in scripts) && name !== 'ci'),
    [],
  );
});

test('commands that pages show have these verbs and options', async () => {
  const helps = new Map<string, Promise<string>>();
  const helpOf = (...words: readonly string[]): Promise<string> => {
    const key = words.join(' ');
    if (!helps.has(key)) helps.set(key, askHelp(words));
    return helps.get(key)!;
  };
  const wrong: string[] = [];
  for (const { path, line, words } of typed.filter(({ words }) => words[0] !== 'npm')) {
    const names = words.slice(1).filter((word) => /^[a-z][a-z-]*$/.test(word));
    const isAgent = words[0] === 'sakimori-agent';
    // Some commands of the agent have a help of their own.
    const ownHelp = ['engines', 'integrity', 'logtest', 'logscan', 'preflight'].filter((verb) => verb === words[1]);
    const verbs = isAgent
      ? ownHelp
      : names[0] === 'up' || words[1]?.startsWith('-')
        ? names.slice(0, 1)
        : names.slice(0, 2);
    const help = await helpOf(words[0]!, ...verbs);
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]!);
    if (isAgent && words[1] && !words[1].startsWith('-') && !help.includes(`sakimori-agent ${words[1]}`))
      wrong.push(`${path}: ${line}`);
    for (const option of options) if (!new RegExp(`${option}\\b`).test(help)) wrong.push(`${path}: ${line}: ${option}`);
  }
  assert.ok(helps.size > 10);
  assert.deepEqual(wrong, []);
});

const sakimori = new Command('sakimori');
buildProgram(
  sakimori,
  makeCli('en', () => sakimori.opts(), {}),
);

/** What the command line says of a command; the agent, which has a help of its own making, is started for it. */
async function askHelp([program, ...verbs]: readonly string[]): Promise<string> {
  if (program === 'sakimori') {
    const named = verbs.reduce((command: Command, word) => {
      const next = command.commands.find((each) => each.name() === word);
      assert.ok(next, `there is no sakimori ${verbs.join(' ')}`);
      return next;
    }, sakimori);
    return named.helpInformation();
  }
  const path = join(root, 'agent/bin/sakimori-agent.mjs');
  const env = { ...process.env, LANG: 'C' };
  return (await promisify(execFile)(process.execPath, [path, ...verbs, '--help'], { env })).stdout;
}

test('the examples marked "sh run" run, page by page, against a fresh system', async (t) => {
  const runnable = Map.groupBy(
    blocks.filter(({ kind }) => kind === 'sh run'),
    ({ path }) => path,
  );
  assert.ok(runnable.size >= 2);
  const system = await startSystem();
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-documents-'));
  // What is typed in a checkout finds what is shipped there.
  symlinkSync(join(root, 'rules'), join(folder, 'rules'));
  const base = { ...process.env, SAKIMORI_CLI_URL: system.console, SAKIMORI_CLI_KEY: system.adminKey };
  const door = await openCommandDoor(folder, base);
  t.after(async () => {
    await door.close();
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const env = { ...base, PATH: `${door.path}:${join(root, 'node_modules/.bin')}:${process.env['PATH']}` };
  for (const [path, list] of runnable) {
    // The programs of this checkout, without npx's search for them; `sakimori` itself runs in one process for all examples.
    const script = list.flatMap(({ lines }) => lines.map((line) => line.replace(/^npx /, ''))).join('\n');
    const { code, said } = await runScript(script, folder, env);
    assert.equal(code, 0, `${path}:\n${said}`);
  }
  assert.ok(globSync('reports/*.pdf', { cwd: folder }).length > 0, 'the monthly report of the guide is a PDF');
});

function runScript(
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; said: string }> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  return new Promise((done) => child.once('close', (code) => done({ code, said })));
}
