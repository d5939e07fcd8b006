import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyDocument } from '@sakimori/contract/policy';
import { TestManager, until } from '../agent/src/test-manager.ts';
import type { Preflight } from '../agent/src/verbs/preflight.ts';
import { shippedDocument } from '../manager/src/policies/index.ts';
import { bundleAgent, fileGuardBeside, integrityBundle, packAgent } from './build-agent.ts';

const out = fs.mkdtempSync(join(tmpdir(), 'build-agent-'));
// clamd runs as a user of its own, and must get to its folder.
fs.chmodSync(out, 0o711);
const launcher = join(import.meta.dirname, '../agent/bin/sakimori-agent.mjs');
let bundle = '';
before(async () => {
  bundle = await bundleAgent(out);
});
after(() => fs.rmSync(out, { recursive: true, force: true }));

test('the bundle runs without the repository', () => {
  const alone = join(out, 'alone');
  fs.mkdirSync(alone);
  fs.copyFileSync(bundle, join(alone, 'agent.mjs'));
  const text = execFileSync(process.execPath, ['agent.mjs', '--version'], { cwd: alone, encoding: 'utf8' });
  assert.match(text, /^\d+\.\d+\.\d+\n$/);
  const preflight = spawnSync(process.execPath, ['agent.mjs', 'preflight', '--json'], { cwd: alone, encoding: 'utf8' });
  const { realTime, realTimeReason } = JSON.parse(preflight.stdout) as { realTime: string; realTimeReason?: string };
  assert.equal(realTime, 'inotify', 'without koffi beside it, it works all the same');
  assert.match(realTimeReason ?? '', /koffi/);
});

test('both bundles scan with threads that carry their own code', () => {
  const alone = join(out, 'scan');
  fs.mkdirSync(join(alone, 'root'), { recursive: true });
  fs.writeFileSync(join(alone, 'root/a'), 'a');
  fs.copyFileSync(bundle, join(alone, 'agent.mjs'));
  fs.cpSync(join(integrityBundle(bundle), '..'), join(alone, 'integrity'), { recursive: true });
  for (const program of [['agent.mjs', 'integrity'], ['integrity/integrity-main.mjs']]) {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [...program, ...args, '--db', 'db'], { cwd: alone, encoding: 'utf8' });
    const made = run('init', '--root', 'root', '--force');
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /^2 paths \(1 files, 1 folders\)/);
    fs.appendFileSync(join(alone, 'root/a'), 'b');
    assert.equal(run('check').status, 4);
  }
});

test('the package holds a Node, the bundle and the unit, and its program runs', { timeout: 240_000 }, (context) => {
  try {
    execFileSync('dpkg-deb', ['--version'], { stdio: 'ignore' });
  } catch {
    return context.skip('dpkg-deb is not here');
  }
  const root = join(out, 'root');
  const deb = packAgent(out, bundle);
  execFileSync('dpkg-deb', ['-x', deb, root]);
  const library = join(root, 'usr/lib/sakimori-agent');
  const text = execFileSync(join(library, 'node'), [join(library, 'sakimori-agent.mjs'), '--version'], {
    encoding: 'utf8',
  });
  const tried = ['logtest', '--json'];
  const answer = execFileSync(join(library, 'node'), [join(library, 'sakimori-agent.mjs'), ...tried], {
    input: 'Nov 23 10:00:00 web01 sshd[812]: Failed password for root from 192.0.2.1 port 5 ssh2\n',
    encoding: 'utf8',
  });
  assert.equal(JSON.parse(answer).rule, 900_101, 'the library of rules lies beside it');
  const hasCompiler = spawnSync('gcc', ['--version']).status === 0;
  assert.equal(fileGuardBeside(bundle) !== undefined, hasCompiler, 'the guard of files is in the package');
  if (hasCompiler) {
    const guard = spawnSync(join(library, 'file-guard'), [], { encoding: 'utf8' });
    assert.deepEqual([guard.status, guard.stderr], [64, 'usage: file-guard SOCKET [by-path]\n']);
  }
  assert.ok(fs.existsSync(join(library, 'rules/antimalware/signatures/eicar.hdb')));
  assert.match(execFileSync('dpkg-deb', ['-f', deb, 'Version'], { encoding: 'utf8' }), new RegExp(text.trim()));
  const preflight = spawnSync(join(library, 'node'), [join(library, 'sakimori-agent.mjs'), 'preflight', '--json'], {
    encoding: 'utf8',
  });
  const { realTime, realTimeReason } = JSON.parse(preflight.stdout) as { realTime: string; realTimeReason?: string };
  assert.ok(
    realTime === 'fanotify' || /EPERM|ENOSYS|EINVAL/.test(realTimeReason ?? ''),
    `koffi came along: ${realTimeReason}`,
  );
  const unit = fs.readFileSync(join(root, 'lib/systemd/system/sakimori-agent.service'), 'utf8');
  const command = /^ExecStart=(\S+)/m.exec(unit)?.[1] ?? '';
  assert.ok(fs.statSync(join(root, command)).mode & 0o111, `${command} can be started`);
  const scripts = execFileSync('dpkg-deb', ['--ctrl-tarfile', deb]);
  assert.ok(scripts.includes('postinst') && scripts.includes('prerm'));
});

describe('memory with both engines on', () => {
  /** What is stated of the agent as hosts have it. */
  const packageMax = 120_000_000;
  /** A checkout reads hundreds of files in place of one bundle; it stands on machines of those who work on it. */
  const checkoutMax = 150_000_000;
  /** The shipped policy, and all of /etc besides. */
  async function heavyPolicy(log: string, antimalware: 'on' | 'off'): Promise<PolicyDocument> {
    const { modules, ...rest } = shippedDocument('Linux Server');
    const [first] = modules.integrity.rules;
    const rule = { ...first!, id: 'etc', include: ['/etc', join(out, 'watched')], exclude: [] };
    return {
      ...rest,
      modules: {
        ...modules,
        antimalware: { state: antimalware },
        integrity: { ...modules.integrity, state: 'on', rules: [...modules.integrity.rules, rule] },
        loginspection: { ...modules.loginspection, state: 'on', sources: [{ path: log, format: 'syslog' }] },
      },
    };
  }

  /** What the package's own program gives to Node for `run`. */
  const programOfPackage = () => fs.readFileSync(join(import.meta.dirname, '../deploy/deb/sakimori-agent'), 'utf8');
  const flagsOfPackage = (): string[] => {
    const program = programOfPackage();
    const [, memory = ''] = /^memory='(.+)'$/m.exec(program) ?? [];
    return [...memory.split(' '), '--v8-pool-size=1', '--no-concurrent-sparkplug'];
  };

  test('S23: a host of 1 GiB with anti-malware on is warned of, with a proposal; the agent stays below the stated 120 MB', {
    timeout: 240_000,
  }, async () => {
    const host = ['--memory-mb', '1024', '--modules', 'integrity,loginspection,antimalware'];
    const { status, stdout } = spawnSync(process.execPath, [bundle, 'preflight', '--json', ...host], {
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    const [warning] = (JSON.parse(stdout) as Preflight).warnings;
    assert.equal(warning?.code, 'antimalware_memory');
    assert.match(warning?.text ?? '', /more memory/);
    const [, arenas] = /export MALLOC_ARENA_MAX=(\d)/.exec(programOfPackage()) ?? [];
    await staysSmall(() => [...flagsOfPackage(), bundle], 'on', packageMax, { MALLOC_ARENA_MAX: arenas });
  });

  test('from a checkout: below 150 MB', { timeout: 240_000 }, () => staysSmall(() => [launcher], 'off', checkoutMax));

  async function staysSmall(
    command: () => string[],
    antimalware: 'on' | 'off',
    residentMaxBytes: number,
    more: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    const manager = await TestManager.start();
    const log = join(out, 'auth.log');
    const watched = join(out, 'watched');
    fs.mkdirSync(watched, { recursive: true });
    fs.writeFileSync(log, '');
    manager.policy = {
      policyId: '0190a000-0000-7000-8000-000000000001',
      version: 1,
      document: await heavyPolicy(log, antimalware),
    };
    // The first start from a checkout fills the compile cache; a token that is none ends it before it works.
    spawnSync(
      process.execPath,
      [...command(), 'run', '--data', fs.mkdtempSync(join(out, 'first-')), '--token-file', '-'],
      { input: 'none' },
    );
    const agent = start(
      [...command(), 'run', '--data', fs.mkdtempSync(join(out, 'data-')), '--token-file', '-'],
      manager.token,
      more,
    );
    try {
      await until('the policy in force', () => manager.heartbeats.at(-1)?.policy?.version === 1);
      // What comes while the baseline is built is part of it: files come until one is told of.
      for (let probe = 0; probe < 120 && !manager.kinds().includes('file.created'); probe += 1) {
        fs.writeFileSync(join(watched, `probe${probe}`), '');
        await sleep(500);
      }
      for (let round = 0; round < 10; round += 1) await disturb(log, watched, round);
      await until(
        'the detections',
        () => manager.kinds().filter((kind) => kind.startsWith('file.')).length >= 200,
        30_000,
      );
      await until('the brute force', () => manager.kinds().includes('log.matched'), 30_000);
      const bytes = residentBytes(agent.pid!);
      assert.ok(bytes < residentMaxBytes, `${Math.round(bytes / 1e6)} MB`);
    } finally {
      agent.kill('SIGTERM');
      if (agent.exitCode === null) await once(agent, 'exit');
      await manager.close();
      fs.rmSync(watched, { recursive: true });
    }
  }
});

function start(args: readonly string[], input: string, more: NodeJS.ProcessEnv): ChildProcess {
  const env = { ...process.env, ...more };
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'], env });
  child.stdin!.end(input);
  return child;
}

/** Twenty new files, and failed logins of one address. */
async function disturb(log: string, watched: string, round: number): Promise<void> {
  for (let index = 0; index < 20; index += 1) fs.writeFileSync(join(watched, `f${round}-${index}`), 'x'.repeat(1000));
  for (let index = 0; index < 50; index += 1) {
    fs.appendFileSync(
      log,
      `Nov 23 10:00:0${index % 10} host sshd[${1000 + index}]: Failed password for root from 192.0.2.${round} port 4${1000 + index} ssh2\n`,
    );
  }
  await sleep(200);
}

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
