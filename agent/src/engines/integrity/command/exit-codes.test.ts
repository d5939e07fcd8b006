import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';

const program = resolve(import.meta.dirname, '../../../../bin/sakimori-agent.mjs');
const folder = fs.mkdtempSync(join(tmpdir(), 'integrity-exit-'));
const root = join(folder, 'root');
const db = join(folder, 'db');
let seal = '';

function run(...args: string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'integrity', ...args], { encoding: 'utf8' });
  return { code: status, out: stdout, error: stderr };
}

function refused(code: number, message: RegExp, ...args: string[]): void {
  const result = run(...args);
  assert.equal(result.code, code, `${args.join(' ')}: ${result.error}`);
  assert.match(result.error, message);
  assert.equal(result.out, '');
}

before(() => {
  fs.mkdirSync(root);
  fs.writeFileSync(join(root, 'a'), 'a');
  fs.writeFileSync(join(root, 'b'), 'b');
  const { code, out } = run('init', '--root', root, '--db', db, '--json');
  assert.equal(code, 0);
  seal = (JSON.parse(out) as { summary: { seal: string } }).summary.seal;
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('exit codes of integrity', () => {
  test('14: a database that cannot be written, or is there already', () => {
    refused(14, /is there already; --force/, 'init', '--root', root, '--db', db);
    refused(14, /cannot be written/, 'init', '--root', root, '--db', join(folder, 'none/db'));
    assert.equal(run('init', '--root', root, '--db', join(folder, 'again')).code, 0);
    assert.equal(run('init', '--root', root, '--db', join(folder, 'again'), '--force').code, 0);
  });

  test('15 and 16: wrong arguments, and a command that is none', () => {
    refused(15, /give a command/);
    refused(15, /give one database/, 'check');
    refused(15, /--root DIR/, 'init', '--db', db);
    refused(15, /not both/, 'init', '--root', root, '--rules', 'x', '--db', db);
    refused(15, /two databases/, 'diff', '--db', db);
    refused(15, /init takes no --paranoid/, 'init', '--root', root, '--db', db, '--paranoid');
    refused(15, /whole number from 1 to 64/, 'check', '--db', db, '--workers', '0');
    refused(15, /no attribute "sha1"/, 'init', '--root', root, '--db', db, '--attributes', 'sha1');
    refused(15, /Unknown option/, 'check', '--db', db, '--verbose');
    refused(15, /64 digits/, 'check', '--db', db, '--seal', 'abc');
    refused(16, /no command "verify"/, 'verify');
  });

  test('17: roots and rules that cannot be used, with file, line and column', () => {
    refused(17, /--root .*none: ENOENT/, 'init', '--root', join(folder, 'none'), '--db', join(folder, 'x'));
    const rules = (text: string) => {
      fs.writeFileSync(join(folder, 'rules'), text);
      return ['init', '--rules', join(folder, 'rules'), '--db', join(folder, 'x')];
    };
    refused(17, /rules:3:6: there is no attribute "sha1"/, ...rules('# ours\n\n/etc sha1\n'));
    refused(17, /rules:1:1: a line begins with an absolute path/, ...rules('etc\n'));
    refused(17, /rules:1:2: there is no rule above/, ...rules('!/etc\n'));
    refused(17, /rules: .*JSON/, ...rules('{"rules": ['));
    refused(17, /rules\.0\.include/, ...rules('[{"include": []}]'));
    refused(17, /contains "\.\."/, ...rules('[{"include": ["/etc/../x"]}]'));
    refused(17, /no rule in it/, ...rules('# nothing\n'));
    refused(17, /the rules cannot be read/, 'init', '--rules', join(folder, 'none'), '--db', join(folder, 'x'));
    refused(17, /made with other roots/, 'check', '--db', db, '--root', folder);
    assert.equal(run('check', '--db', db, '--root', root).code, 0);
    assert.ok(!fs.existsSync(join(folder, 'x')));
  });

  test('18, 19 and 24: a database that is not there, of another version, damaged, or another one', () => {
    refused(18, /cannot be used: ENOENT/, 'check', '--db', join(folder, 'none'));
    const bytes = fs.readFileSync(db);
    const damaged = (change: (copy: Buffer) => Buffer) => {
      fs.writeFileSync(join(folder, 'damaged'), change(Buffer.from(bytes)));
      return ['check', '--db', join(folder, 'damaged')];
    };
    refused(
      19,
      /version 2, this program knows version 1/,
      ...damaged((copy) => Buffer.from(copy.toString('latin1').replace('database 1', 'database 2'), 'latin1')),
    );
    refused(
      24,
      /no database of sakimori-agent/,
      ...damaged(() => Buffer.from('something else entirely\n'.repeat(100))),
    );
    refused(24, /no database of sakimori-agent/, ...damaged(() => Buffer.alloc(0)));
    for (const at of [60, bytes.length >> 1, bytes.length - 40, bytes.length - 1]) {
      refused(
        24,
        /damaged/,
        ...damaged((copy) => {
          copy[at]! ^= 1;
          return copy;
        }),
      );
    }
    for (const length of [40, bytes.length >> 1, bytes.length - 1]) {
      refused(24, /damaged/, ...damaged((copy) => copy.subarray(0, length)));
    }
    refused(24, /damaged/, ...damaged((copy) => Buffer.concat([copy, Buffer.from('more')])));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    refused(24, /no regular file/, 'check', '--db', join(folder, 'pipe'));
    refused(24, /another one: its seal is/, 'check', '--db', db, '--seal', '0'.repeat(64));
    assert.equal(run('check', '--db', db, '--seal', seal).code, 0);
  });

  test('24: lengths that lead out of bounds, under a seal that is right', () => {
    const bytes = fs.readFileSync(db);
    const body = bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1;
    for (const [at, value] of [
      [0, 0xffff_fff0],
      [0, 3],
      [4, 1000],
      [8, 0xffff],
    ] as const) {
      const copy = Buffer.from(bytes);
      // The last block is the folder with two files.
      copy.writeUInt32LE(value, body + at);
      const sealed = copy.subarray(0, -32);
      fs.writeFileSync(join(folder, 'hostile'), Buffer.concat([sealed, createHash('sha256').update(sealed).digest()]));
      refused(24, /damaged/, 'check', '--db', join(folder, 'hostile'));
    }
  });

  test('141: a reader that goes before the end is no fault to tell of, and an update is made all the same', () => {
    const many = join(folder, 'many');
    const names = Array.from({ length: 3000 }, (_, index) => join(many, `file-${index}-${'x'.repeat(60)}`));
    fs.mkdirSync(many);
    for (const name of names) fs.writeFileSync(name, '');
    const manyDb = join(folder, 'many.db');
    assert.equal(run('init', '--root', many, '--db', manyDb).code, 0);
    for (const name of names) fs.rmSync(name);
    const cut = (...args: string[]) => {
      const words = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
      // More than a pipe holds (pipe(7)), to a reader of one byte.
      const shell = `{ ${words}; echo "code $?" >&2; } | head -c 1`;
      const { stdout, stderr } = spawnSync('sh', ['-c', shell], { encoding: 'utf8' });
      assert.equal(stdout.length, 1);
      return stderr;
    };
    assert.equal(cut('integrity', 'check', '--db', manyDb), 'code 141\n');
    assert.equal(cut('integrity', 'check', '--db', manyDb, '--json', '--update'), 'code 141\n');
    const { code, out } = run('check', '--db', manyDb);
    assert.equal(code, 0);
    assert.match(out, /\(version 2\)/);
    assert.equal(cut('integrity', 'diff', '--db', `${manyDb}.1`, '--db', manyDb), 'code 141\n');
  });

  test('the database is for its owner alone', () => {
    assert.equal(fs.statSync(db).mode & 0o777, 0o600);
  });
});
