import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after } from 'node:test';

const root = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'sakimori-upgrade-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const apart = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
const skip =
  (process.getuid?.() !== 0 && 'needs root to make a host of its own') ||
  (spawnSync('unshare', [...apart, 'true']).status !== 0 && 'impossible here: the kernel makes no namespaces');

const builds = { old: `0.1.0-${'a'.repeat(16)}`, good: `0.2.0-${'b'.repeat(16)}`, broken: `0.3.0-${'c'.repeat(16)}` };
type Name = keyof typeof builds;
const packageOf = (name: Name) => join(folder, `${builds[name]}.tar.gz`);

/** A package as hosts have it, with the real program that exchanges it; its agent does nothing but this one task, and says how it ended. */
function pack(name: Name): void {
  const stage = join(folder, name);
  for (const place of ['bin', 'lib']) mkdirSync(join(stage, 'sakimori-agent', place), { recursive: true });
  const put = (path: string, text: string) => writeFileSync(join(stage, 'sakimori-agent', path), text);
  put('build', `${builds[name]}\n`);
  put('bin/sakimori-agent', `#!/bin/sh\nexec "${process.execPath}" /opt/sakimori-agent/lib/agent.mjs\n`);
  put('lib/agent.mjs', name === 'broken' ? 'process.exit(1);\n' : agentSource);
  cpSync(join(root, 'deploy/upgrade/upgrade-agent'), join(stage, 'sakimori-agent/bin/upgrade-agent'));
  chmodSync(join(stage, 'sakimori-agent/bin/sakimori-agent'), 0o755);
  execFileSync('tar', ['-czf', packageOf(name), '-C', stage, 'sakimori-agent']);
}

const agentSource = `
import { createReadStream, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { upgradeAgent } from '${root}/agent/src/upgrade/upgrade.ts';
const clock = { monotonicMs: () => performance.now(), after: (ms, work) => { const timer = setTimeout(work, ms); return () => clearTimeout(timer); } };
const open = async (_method, path) => {
  const file = '${folder}/' + new URLSearchParams(path.split('?')[1]).get('build') + '.tar.gz';
  if (!existsSync(file)) throw new Error('the manager refused (404 not_found)');
  return createReadStream(file);
};
const build = readFileSync('/opt/sakimori-agent/build', 'utf8').trim();
const facts = JSON.parse(readFileSync('${folder}/facts.json', 'utf8'));
const end = await upgradeAgent({ folder: '${folder}/data', clock, transport: () => ({ open }) }, facts).then((said) => 'done: ' + said, (error) => 'failed: ' + error.message);
writeFileSync('${folder}/said.new', JSON.stringify({ build, end }));
renameSync('${folder}/said.new', '${folder}/said');
setInterval(() => {}, 60_000);
`;

/** Asks a host that has the old build to come to another one. @returns what its agent says in the end, and of which build that agent is */
function askHost(name: Name, facts: Record<string, unknown> = {}): { build: string; end: string; installed: string } {
  for (const left of ['said', 'data', 'installed']) rmSync(join(folder, left), { recursive: true, force: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  const sha256 = createHash('sha256')
    .update(readFileSync(packageOf(name)))
    .digest('hex');
  const task = {
    plan: '0193a0c0-0000-7000-8000-000000000001',
    build: builds[name],
    architecture: 'x86_64',
    minutes: 1,
  };
  writeFileSync(join(folder, 'facts.json'), JSON.stringify({ ...task, 'sakimori-agent.tar.gz': sha256, ...facts }));
  const script = `set -e
for place in /opt /var/log; do mount -t tmpfs none $place; done
if [ -d /run/systemd ]; then mount -t tmpfs none /run/systemd; fi
tar -xzf ${packageOf('old')} -C /opt
setsid /opt/sakimori-agent/bin/sakimori-agent run >${folder}/log 2>&1 &
waited=0
until [ -e ${folder}/said ] || [ $waited -ge 900 ]; do sleep 0.1; waited=$((waited + 1)); done
cp /opt/sakimori-agent/build ${folder}/installed`;
  const run = spawnSync('unshare', [...apart, 'sh', '-c', script], { encoding: 'utf8', timeout: 120_000 });
  assert.equal(run.status, 0, run.stderr);
  const said = JSON.parse(readFileSync(join(folder, 'said'), 'utf8')) as { build: string; end: string };
  return { ...said, installed: readFileSync(join(folder, 'installed'), 'utf8').trim() };
}

test('S59: a host exchanges its agent, and goes back to the old one by itself where the new one does not reach the manager', {
  skip,
}, () => {
  for (const name of ['old', 'good', 'broken'] as const) pack(name);
  assert.deepEqual(askHost('good'), {
    ...{ build: builds.good, installed: builds.good },
    end: `done: ${builds.good} is installed and reaches the manager.`,
  });
  assert.equal(
    readFileSync(join(folder, 'data/upgrade/package.build'), 'utf8').trim(),
    builds.good,
    'the next way back',
  );
  assert.deepEqual(askHost('broken'), {
    ...{ build: builds.old, installed: builds.old },
    end: 'failed: rolled back: the new agent ended before it reached its manager',
  });
});

test('a host changes nothing where the package is another one, the way back is missing or the task is not understood', {
  skip,
}, () => {
  for (const name of ['old', 'good'] as const) pack(name);
  const refuses = (facts: Record<string, unknown>, words: RegExp) => {
    const { end, ...rest } = askHost('good', facts);
    assert.match(end, words);
    assert.deepEqual(rest, { build: builds.old, installed: builds.old });
  };
  refuses({ 'sakimori-agent.tar.gz': '0'.repeat(64) }, /^failed: .*not the one that was announced/);
  refuses({ 'sakimori-agent.tar.gz': 7 }, /^failed: The manager has no sakimori-agent.tar.gz/);
  for (const facts of [
    { build: '../../etc' },
    { minutes: 0 },
    { minutes: 'x' },
    { plan: '$(id)' },
    { architecture: 'a b' },
  ])
    refuses(facts, /^failed: The task does not say which build/);
  assert.deepEqual(askHost('old'), {
    ...{ build: builds.old, installed: builds.old },
    end: `done: ${builds.old} is installed already.`,
  });
});
