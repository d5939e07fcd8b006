import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const program = resolve(import.meta.dirname, '../../../../bin/sakimori-agent.mjs');
const folders: string[] = [];
after(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

type Place = { folder: string; root: string; db: string };

function makePlace(files: Readonly<Record<string, string>> = {}): Place {
  const folder = fs.mkdtempSync(join(tmpdir(), 'integrity-command-'));
  folders.push(folder);
  const root = join(folder, 'root');
  fs.mkdirSync(root);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(join(root, name, '..'), { recursive: true });
    fs.writeFileSync(join(root, name), text, { mode: 0o644 });
  }
  return { folder, root, db: join(folder, 'db') };
}

function run(...args: string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'integrity', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, out: stdout, error: stderr };
}

function init({ root, db }: Place): void {
  const { code, error } = run('init', '--root', root, '--db', db, '--json');
  assert.equal(code, 0, error);
}

type Line = {
  kind: string;
  path: string;
  previousPath?: string;
  changed: string[];
  before?: Record<string, string | number>;
  after?: Record<string, string | number>;
};

function check(place: Place, ...more: string[]) {
  const { code, out, error } = run('check', '--db', place.db, '--json', ...more);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line & { summary?: Record<string, unknown> });
  const changes = lines.filter(({ summary }) => !summary);
  return { code, error, changes, summary: lines.find(({ summary }) => summary)!.summary! };
}

const told = (changes: readonly Line[], { root }: Place) =>
  changes.map(({ kind, path, changed }) => [kind, path.slice(root.length + 1), ...changed].join(' '));

describe('integrity on the command line', () => {
  test('S7, in part: init records, check tells every change with before and after, and the exit code says which kinds there were', () => {
    const place = makePlace({ content: 'one', mode: 'm', gone: 'g', 'sub/same': 's', touched: 't' });
    const { root } = place;
    fs.symlinkSync('first', join(root, 'link'));
    init(place);
    assert.deepEqual(check(place).changes, []);
    assert.equal(check(place).code, 0);
    fs.writeFileSync(join(root, 'new'), 'n');
    assert.equal(check(place).code, 1);
    fs.unlinkSync(join(root, 'gone'));
    assert.equal(check(place).code, 3);
    fs.writeFileSync(join(root, 'content'), 'two, longer');
    fs.chmodSync(join(root, 'mode'), 0o4755);
    fs.utimesSync(join(root, 'touched'), 1, 1);
    fs.unlinkSync(join(root, 'link'));
    fs.symlinkSync('second', join(root, 'link'));
    const { code, changes, summary } = check(place);
    assert.equal(code, 7);
    const [content, gone, link, mode, created, touched] = changes;
    assert.deepEqual(told([content!, gone!, mode!, created!, touched!], place), [
      'modified content content size modified changed',
      'deleted gone',
      'modified mode mode changed',
      'created new',
      'modified touched modified changed',
    ]);
    assert.ok(link?.changed.includes('link'));
    assert.deepEqual([link?.before?.['link'], link?.after?.['link']], ['first', 'second']);
    const sha256 = (text: string) => execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
    assert.deepEqual([content?.before?.['sha256'], content?.after?.['sha256']], [sha256('one'), sha256('two, longer')]);
    assert.deepEqual([content?.before?.['size'], content?.after?.['size']], [3, 11]);
    assert.deepEqual([mode?.before?.['mode'], mode?.after?.['mode']], ['0644', '4755']);
    assert.equal(gone?.before?.['sha256'], sha256('g'));
    assert.equal(touched?.after?.['modified'], '1970-01-01T00:00:01.000000000Z');
    assert.deepEqual([summary['added'], summary['removed'], summary['changed'], summary['renamed']], [1, 1, 4, 0]);
  });

  test('S7, in part: removed alone is 2, changed alone is 4', () => {
    const place = makePlace({ a: '1', b: '2' });
    init(place);
    fs.unlinkSync(join(place.root, 'a'));
    assert.equal(check(place).code, 2);
    fs.writeFileSync(join(place.root, 'a'), '1');
    init({ ...place, db: join(place.folder, 'second') });
    fs.appendFileSync(join(place.root, 'b'), '3');
    const second = check({ ...place, db: join(place.folder, 'second') });
    assert.equal(second.code, 4);
    assert.deepEqual(told(second.changes, place), ['modified b content size modified changed']);
  });

  test('S6, in part: a rename is one change that names both paths; what is below a renamed folder is told only where it differs', () => {
    const place = makePlace({ old: 'o', 'folder/a': 'a', 'folder/b': 'b', 'folder/deep/c': 'c' });
    const { root } = place;
    init(place);
    fs.renameSync(join(root, 'old'), join(root, 'new'));
    fs.renameSync(join(root, 'folder'), join(root, 'moved'));
    fs.appendFileSync(join(root, 'moved/b'), 'more');
    const { code, changes } = check(place);
    assert.equal(code, 7);
    assert.deepEqual(told(changes, place), [
      'renamed moved',
      'modified moved/b content size modified changed',
      'renamed new',
    ]);
    assert.deepEqual(
      changes.map(({ previousPath }) => previousPath?.slice(root.length + 1)),
      ['folder', undefined, 'old'],
    );
  });

  test('a folder in which something came and went is told by its times', () => {
    const place = makePlace({ 'sub/a': 'a' });
    init(place);
    fs.writeFileSync(join(place.root, 'sub/passing'), 'p');
    fs.unlinkSync(join(place.root, 'sub/passing'));
    assert.deepEqual(told(check(place).changes, place), ['modified sub modified changed']);
  });

  test('S6, in part: pipes, sockets and links in a circle are recorded and never opened', async () => {
    const place = makePlace({ a: 'a' });
    execFileSync('mkfifo', [join(place.root, 'pipe')]);
    fs.symlinkSync('.', join(place.root, 'circle'));
    fs.symlinkSync('loop', join(place.root, 'loop'));
    const server = createServer().listen(join(place.root, 'socket'));
    await once(server, 'listening');
    init(place);
    assert.equal(check(place).summary['paths'], 6);
    server.close();
    await once(server, 'close');
    fs.unlinkSync(join(place.root, 'a'));
    execFileSync('mkfifo', [join(place.root, 'a')]);
    const { changes } = check(place);
    assert.deepEqual(
      changes.map(({ kind, path, changed }) => [kind, path.at(-1), changed[0]]),
      [
        ['modified', 'a', 'type'],
        ['deleted', 't', undefined],
      ],
    );
  });

  test('S6, in part: names that are no text, and paths longer than the kernel takes', () => {
    const place = makePlace();
    const strange = Buffer.concat([Buffer.from(`${place.root}/`), Buffer.from([0xff, 0x41, 0xc3, 0x0a])]);
    fs.writeFileSync(strange, 'x');
    const script = `import os,sys
os.chdir(sys.argv[1])
for i in range(50):
    os.mkdir('n'*200); os.chdir('n'*200)
open('deep','w').write('deep')`;
    execFileSync('python3', ['-c', script, place.root]);
    init(place);
    assert.equal(check(place).summary['paths'], 53);
    fs.appendFileSync(strange, 'y');
    execFileSync('python3', ['-c', script.replaceAll(/os.mkdir\(.*?\); /g, ''), place.root]);
    const { changes } = check(place);
    assert.equal(changes.length, 2);
    assert.ok(changes[0]!.path.length > 10_000 && changes[0]!.path.endsWith('/deep'));
    assert.equal(changes[1]!.path, `${place.root}/\\xffA\\xc3\\x0a`);
    assert.deepEqual(Buffer.from((changes[1] as { pathBase64?: string }).pathBase64!, 'base64'), strange);
  });

  test('S24, in part: a folder of 30,000 names is recorded in parts, and one new name in it is one change', () => {
    const place = makePlace();
    for (let index = 0; index < 30_000; index += 1) fs.writeFileSync(join(place.root, `name-${index}`), '');
    init(place);
    fs.writeFileSync(join(place.root, 'name-x'), '');
    fs.unlinkSync(join(place.root, 'name-77'));
    const { changes, summary } = check(place);
    assert.deepEqual(told(changes, place), ['deleted name-77', 'created name-x']);
    assert.equal(summary['paths'], 30_001);
  });

  test('a file with several names is read once', () => {
    const place = makePlace({ a: 'x'.repeat(100_000) });
    for (const name of ['b', 'c', 'd']) fs.linkSync(join(place.root, 'a'), join(place.root, name));
    const { out } = run('init', '--root', place.root, '--db', place.db, '--json', '--workers', '1');
    assert.equal((JSON.parse(out) as { summary: { bytesHashed: number } }).summary.bytesHashed, 100_000);
  });

  test('update writes the next version, the one before stays, and diff compares the two', () => {
    const place = makePlace({ a: '1' });
    init(place);
    fs.writeFileSync(join(place.root, 'a'), '2');
    fs.writeFileSync(join(place.root, 'b'), '2');
    const updated = check(place, '--update');
    assert.equal(updated.code, 5);
    assert.equal((updated.summary['updated'] as { version: number }).version, 2);
    assert.equal(check(place).code, 0);
    const difference = run('diff', '--db', `${place.db}.1`, '--db', place.db, '--json');
    assert.equal(difference.code, 5);
    assert.equal(difference.out.trim().split('\n').length, 3);
    assert.equal(run('diff', '--db', place.db, '--db', place.db).code, 0);
    const back = run('diff', '--db', place.db, '--db', `${place.db}.1`);
    assert.equal(back.code, 6, 'the other way round b is gone');
    assert.match(back.out, /removed 1 · changed 1/);
    assert.match(fs.readFileSync(place.db, 'latin1').split('\n')[1]!, /"version":2.*"previous":"[0-9a-f]{64}"/);
  });

  test('Ctrl-C ends a scan at once and leaves nothing', async () => {
    const place = makePlace();
    // A hole of 3 GB takes seconds to read.
    fs.writeFileSync(join(place.root, 'hole'), '');
    fs.truncateSync(join(place.root, 'hole'), 3 * 1024 ** 3);
    const child = spawn(process.execPath, [program, 'integrity', 'init', '--root', place.root, '--db', place.db]);
    const temporary = () => fs.readdirSync(place.folder).filter((name) => name.startsWith('db.new-'));
    while (temporary().length === 0) await sleep(20);
    await sleep(200);
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 130);
    assert.deepEqual(fs.readdirSync(place.folder), ['root']);
  });

  test('files that come, go and grow during a scan do no harm', async () => {
    const place = makePlace();
    for (let index = 0; index < 3000; index += 1) fs.writeFileSync(join(place.root, `f${index}`), 'x'.repeat(500));
    const script = `const fs=require('fs');const r=process.argv[1];for(let i=0;;i=(i+1)%3000){const p=r+'/f'+i;
      try{fs.unlinkSync(p);fs.writeFileSync(p,'y'.repeat(i%900));fs.appendFileSync(r+'/grows','z'.repeat(5000));
      if(i%50===0){fs.mkdirSync(r+'/d'+i);fs.writeFileSync(r+'/d'+i+'/x','x');fs.rmSync(r+'/d'+i,{recursive:true})}}catch{}}`;
    const churn = spawn(process.execPath, ['-e', script, place.root]);
    try {
      await sleep(100);
      init(place);
      const { code, error } = check(place);
      assert.ok(code !== null && code <= 7, error);
    } finally {
      churn.kill('SIGKILL');
      await once(churn, 'close');
    }
    init({ ...place, db: join(place.folder, 'still') });
    assert.equal(check({ ...place, db: join(place.folder, 'still') }).code, 0);
  });
});
