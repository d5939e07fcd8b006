import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { createIntegrityEngine } from '../index.ts';
import { policyOf, quiet, settled, setUp, tearDown } from '../test-setting.ts';

const program = resolve(import.meta.dirname, '../../../../bin/sakimori-agent.mjs');
after(tearDown);

type Change = { kind: string; path: string; previousPath?: string; changed: string[]; rule?: string };

function prepare(watched: string): void {
  for (const name of ['content', 'mode', 'touched', 'deleted', 'old', 'same', 'type', 'replaced']) {
    fs.writeFileSync(join(watched, name), name, { mode: 0o644 });
  }
  for (const name of ['folder/a', 'folder/b', 'folder/deep/c', 'gone/x', 'gone/y', 'cache/z']) {
    fs.mkdirSync(join(watched, name, '..'), { recursive: true });
    fs.writeFileSync(join(watched, name), name);
  }
  fs.symlinkSync('first', join(watched, 'link'));
}

function edit(watched: string): void {
  const at = (name: string) => join(watched, name);
  fs.writeFileSync(at('content'), 'CONTENT');
  fs.chmodSync(at('mode'), 0o600);
  fs.utimesSync(at('touched'), 1, 1);
  fs.unlinkSync(at('deleted'));
  fs.renameSync(at('old'), at('new'));
  fs.renameSync(at('folder'), at('moved'));
  fs.appendFileSync(at('moved/deep/c'), 'more');
  fs.rmSync(at('gone'), { recursive: true });
  fs.writeFileSync(at('created'), 'c');
  fs.writeFileSync(at('cache/more'), 'left out');
  fs.mkdirSync(at('fresh'));
  fs.writeFileSync(at('fresh/inside'), 'i');
  fs.unlinkSync(at('link'));
  fs.symlinkSync('second', at('link'));
  fs.unlinkSync(at('type'));
  execFileSync('mkfifo', [at('type')]);
  execFileSync('mkfifo', [at('pipe')]);
  fs.writeFileSync(Buffer.concat([Buffer.from(`${watched}/`), Buffer.from([0xff, 0xfe])]), 'strange');
  fs.writeFileSync(at('replaced.tmp'), 'another file of the same name');
  fs.renameSync(at('replaced.tmp'), at('replaced'));
}

test('S7, in part: the command line tells what the daemon tells of the same edits, by the same rules', async () => {
  const policy = (watched: string) => policyOf([watched], { exclude: [join(watched, 'cache')] });
  const setting = await setUp(prepare, policy);
  const { root, watched, host } = setting;
  const rules = join(root, 'rules.json');
  fs.writeFileSync(rules, JSON.stringify(policy(watched)));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [program, 'integrity', ...args, '--db', join(root, 'db'), '--json'], {
      encoding: 'utf8',
    });
  const made = run('init', '--rules', rules);
  assert.equal(made.status, 0, made.stderr);
  await setting.engine.stop();
  edit(watched);
  const checked = run('check');
  assert.equal(checked.status, 7, checked.stderr);
  setting.engine = createIntegrityEngine([])(host);
  await setting.engine.apply(policy(watched));
  await settled(setting.engine);
  await quiet();

  const byCommand = checked.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Change & { summary?: unknown })
    .filter(({ summary }) => summary === undefined)
    .map(({ kind, path, previousPath, changed, rule }) => ({ kind, path, previousPath, changed, rule }));
  const byDaemon = host.detections.map(({ kind, file, rule }): Record<keyof Change, unknown> => {
    const isWhole = kind === 'file.created' || kind === 'file.deleted';
    return {
      ...{ kind: kind.slice('file.'.length), path: file!.path, previousPath: file!.previousPath },
      ...{ changed: isWhole ? [] : file!.changed, rule: rule.id },
    };
  });
  const sorted = (all: { path: unknown }[]) => all.sort((a, b) => (String(a.path) < String(b.path) ? -1 : 1));
  assert.deepEqual(sorted(byCommand), sorted(byDaemon));
  assert.ok(byCommand.length >= 13);
});
