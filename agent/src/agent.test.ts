import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AssignedPolicy, PolicyDocument } from '@sakimori/contract/policy';
import { patience } from '../../test/patience.ts';
import { expiryMsOf, offPolicy, TestManager, until } from './test-manager.ts';

/** The whole agent as a process, against a small manager with real mutual TLS. */
const launcher = join(import.meta.dirname, '../bin/sakimori-agent.mjs');
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Running = { process: ChildProcess; log: () => string; ended: Promise<number | null> };

function runAgent(
  folder: string,
  more: readonly string[] = [],
  input = '',
  environment: NodeJS.ProcessEnv = {},
  node = process.execPath,
): Running {
  const child = spawn(node, [launcher, 'run', '--data', folder, ...more], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let log = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  child.stdin!.end(input);
  const ended = once(child, 'exit').then(() => child.exitCode);
  cleanUps.push(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return { process: child, log: () => log, ended };
}

async function setUp(): Promise<{ manager: TestManager; folder: string; watched: string }> {
  const manager = await TestManager.start();
  cleanUps.push(() => manager.close());
  const root = fs.mkdtempSync(join(tmpdir(), 'agent-'));
  cleanUps.push(() => fs.rmSync(root, { recursive: true }));
  const watched = join(root, 'watched');
  fs.mkdirSync(watched);
  manager.policy = watching(watched, 1);
  return { manager, folder: join(root, 'data'), watched };
}

function watching(path: string, version: number): AssignedPolicy {
  const attributes = ['created', 'deleted', 'renamed', 'content', 'mode', 'owner', 'group', 'type', 'link'] as const;
  const rule = {
    ...{ id: 'test.rule', name: { ja: 'テスト', en: 'Test rule' }, severity: 'high' as const },
    ...{ include: [path], exclude: [], attributes: [...attributes] },
  };
  const integrity = { ...offPolicy.modules.integrity, state: 'on' as const, rules: [rule] };
  const document: PolicyDocument = { ...offPolicy, modules: { ...offPolicy.modules, integrity } };
  return { policyId: '0190a000-0000-7000-8000-000000000001', version, document };
}

/** Started, enrolled, the policy in force and acknowledged, the baseline complete. */
async function start(manager: TestManager, folder: string): Promise<Running> {
  const isEnrolled = fs.existsSync(join(folder, 'identity.json'));
  const heard = manager.heartbeats.length;
  const agent = runAgent(folder, isEnrolled ? [] : ['--token-file', '-'], isEnrolled ? '' : manager.token);
  await until(
    `the policy acknowledged\n${agent.log()}`,
    () => manager.heartbeats.length > heard && manager.heartbeats.at(-1)?.policy !== undefined,
  );
  // The first scan of these small folders takes a few milliseconds; until it is over, what is found is recorded without a word.
  await sleep(500);
  return agent;
}

const of = (manager: TestManager, kind: string) =>
  [...manager.detections.values()].filter((detection) => detection.kind === kind);

describe('a life of the agent', () => {
  test('S6, S37, S38, in part: it enrols, takes its policy, and a change on the host is at the manager within two seconds', async () => {
    const { manager, folder, watched } = await setUp();
    await start(manager, folder);
    assert.deepEqual(manager.heartbeats.at(-1)?.policy, { id: '0190a000-0000-7000-8000-000000000001', version: 1 });
    assert.deepEqual(
      manager.heartbeats.at(-1)?.modules.map(({ module, state }) => `${module} ${state}`),
      [
        'antimalware off',
        'webreputation off',
        'firewall off',
        'intrusion off',
        'integrity active',
        'loginspection off',
      ],
    );
    await sleep(300);
    fs.writeFileSync(join(watched, 'new'), '1');
    await until('the detection', () => of(manager, 'file.created').length === 1, 2000);
    const [detection] = of(manager, 'file.created');
    assert.equal(detection?.accountId, manager.accountId);
    assert.equal(detection?.hostId, manager.hostId);
    assert.equal(detection?.module, 'integrity');
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
    const [started] = of(manager, 'agent.started');
    assert.deepEqual(started?.facts, { previousRun: 'first' });
  });

  test('S45, in part: where no agent runs, the package’s script says good-bye in the host’s name; wrong use says what is wrong', async () => {
    const { manager, folder } = await setUp();
    const agent = await start(manager, folder);
    agent.process.kill('SIGKILL');
    await agent.ended;
    // Not synchronously: the manager lives in this process.
    const say = (...more: string[]) =>
      promisify(execFile)(process.execPath, [launcher, 'goodbye', ...more]).then(
        ({ stdout }) => stdout,
        ({ stderr }: { stderr: string }) => stderr,
      );
    assert.equal(await say('--data', folder, '--reason', 'uninstall'), 'the manager knows: uninstall\n');
    assert.deepEqual(
      manager.goodbyes.map(({ reason }) => reason),
      ['uninstall'],
    );
    const wrong = await say('--data', folder, '--reason', 'boredom');
    assert.match(wrong, /--reason must be one of: stop, shutdown, upgrade, uninstall/);
    assert.match(await say('--data', '/nonexistent'), /nobody waits for it/);
  });

  test('SIGTERM is an orderly stop: good-bye, exit 0, and the next start knows it', async () => {
    const { manager, folder } = await setUp();
    const agent = await start(manager, folder);
    const startMs = performance.now();
    agent.process.kill('SIGTERM');
    assert.equal(await agent.ended, 0);
    assert.ok(performance.now() - startMs < patience(4000));
    assert.deepEqual(
      manager.goodbyes.map(({ reason }) => reason),
      ['stop'],
    );
    await start(manager, folder);
    assert.equal(manager.heartbeats.at(-1)?.previousRun.ended, 'orderly');
  });

  test('S45, in part: kill -9 is told at the next start with the gap; what changed meanwhile is found, nothing twice', async () => {
    const { manager, folder, watched } = await setUp();
    const agent = await start(manager, folder);
    await sleep(300);
    fs.writeFileSync(join(watched, 'before'), '1');
    await until('the detection', () => of(manager, 'file.created').length === 1);
    agent.process.kill('SIGKILL');
    await agent.ended;
    await until('the broken connection', () => manager.brokenHolds === 1);
    fs.writeFileSync(join(watched, 'meanwhile'), '1');
    await sleep(1200);
    await start(manager, folder);
    await until('the second detection', () => of(manager, 'file.created').length === 2);
    assert.equal(manager.heartbeats.at(-1)?.previousRun.ended, 'killed');
    assert.ok(manager.heartbeats.at(-1)?.previousRun.lastAliveAt);
    await until('the word of the start', () => of(manager, 'agent.started').length === 2);
    const started = of(manager, 'agent.started').at(-1);
    assert.equal(started?.facts?.['previousRun'], 'killed');
    assert.ok(Number(started?.facts?.['gapSeconds']) >= 1);
    assert.equal(started?.severity, 'medium');
    await sleep(500);
    assert.equal(of(manager, 'file.created').length, 2);
  });

  test('without the manager it works on by the last policy, also after a restart', async () => {
    const { manager, folder, watched } = await setUp();
    const agent = await start(manager, folder);
    agent.process.kill('SIGTERM');
    await agent.ended;
    await manager.close();
    const heard = manager.heartbeats.length;
    const again = runAgent(folder);
    await until('no connection', () => again.log().includes('no connection'));
    fs.writeFileSync(join(watched, 'offline'), '1');
    await sleep(1500);
    await manager.open();
    await until('the detection', () => of(manager, 'file.created').length === 1, 70_000);
    await until('a heartbeat', () => manager.heartbeats.length > heard, 70_000);
  });
});

describe('certificate', () => {
  test('one that nears its end is replaced while the agent runs; key and certificate change together', async () => {
    const { manager, folder } = await setUp();
    const dayMs = 86_400_000;
    manager.clientLife = { fromMs: Date.now() - 25 * dayMs, untilMs: Date.now() + 5 * dayMs };
    const path = join(folder, 'identity.json');
    const agent = runAgent(folder, ['--token-file', '-'], manager.token);
    await until('the first identity', () => fs.existsSync(path));
    const first = JSON.parse(fs.readFileSync(path, 'utf8')) as { key: string; certificate: string };
    manager.clientLife = { fromMs: Date.now() - dayMs, untilMs: Date.now() + 29 * dayMs };
    await until('the new identity', () => fs.readFileSync(path, 'utf8').includes(first.key.slice(60, 100)) === false);
    await until(
      'a heartbeat with it',
      () => manager.heartbeats.length >= 2 && agent.log().includes('a new certificate is in use'),
    );
    const second = JSON.parse(fs.readFileSync(path, 'utf8')) as { key: string; certificate: string };
    assert.notEqual(second.certificate, first.certificate);
    assert.ok(expiryMsOf(second.certificate) > Date.now() + 28 * dayMs);
    agent.process.kill('SIGTERM');
    assert.equal(await agent.ended, 0);
    await start(manager, folder);
    assert.equal(of(manager, 'agent.tampered').length, 0, 'our own writing is no tampering');
  });
});

describe('policy', () => {
  test('S38, in part: a new version is in force and acknowledged at once', async () => {
    const { manager, folder, watched } = await setUp();
    await start(manager, folder);
    manager.assign(watching(join(watched, 'sub'), 2));
    await until('version 2', () => manager.heartbeats.at(-1)?.policy?.version === 2, 3000);
  });

  test('one that cannot be carried out is refused with the reason; the one before stays in force', async () => {
    const { manager, folder, watched } = await setUp();
    await start(manager, folder);
    manager.assign(watching('not/absolute', 2));
    await until('the refusal', () => manager.heartbeats.at(-1)?.policy?.problem !== undefined);
    assert.equal(manager.heartbeats.at(-1)?.policy?.version, 1);
    assert.match(manager.heartbeats.at(-1)?.policy?.problem ?? '', /integrity: .*not absolute/);
    await until('the word of it', () => of(manager, 'policy.refused').length === 1);
    manager.assign({ ...watching(watched, 3), document: { heartbeatSeconds: 'often' } });
    await until(
      'the second refusal',
      () => manager.heartbeats.at(-1)?.policy?.problem?.includes('heartbeatSeconds') === true,
    );
    fs.writeFileSync(join(watched, 'x'), '1');
    await until('the detection', () => of(manager, 'file.created').length === 1);
    manager.assign(watching(watched, 4));
    await until('version 4', () => manager.heartbeats.at(-1)?.policy?.version === 4);
    assert.equal(manager.heartbeats.at(-1)?.policy?.problem, undefined);
  });
});

describe('self-protection', () => {
  test('a changed policy file is told, restored and fetched again', async () => {
    const { manager, folder } = await setUp();
    await start(manager, folder);
    const path = join(folder, 'policy.json');
    const right = fs.readFileSync(path, 'utf8');
    const fetches = manager.policyFetches;
    fs.writeFileSync(path, right.replace('"state":"on"', '"state":"off"'));
    await until('the word of it', () => of(manager, 'agent.tampered').length === 1);
    await until('the fetch', () => manager.policyFetches > fetches);
    await until('the right content', () => fs.readFileSync(path, 'utf8') === right);
    const [told] = of(manager, 'agent.tampered');
    assert.equal(told?.facts?.['change'], 'content');
    assert.equal(told?.facts?.['restored'], true);
    await sleep(700);
    assert.equal(of(manager, 'agent.tampered').length, 1);
  });

  test('a policy file changed while the agent was off is not used', async () => {
    const { manager, folder, watched } = await setUp();
    const agent = await start(manager, folder);
    agent.process.kill('SIGTERM');
    await agent.ended;
    const path = join(folder, 'policy.json');
    fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('"state":"on"', '"state":"off"'));
    await start(manager, folder);
    await until('the word of it', () => of(manager, 'agent.tampered').length === 1);
    await until('integrity at work', () => manager.heartbeats.at(-1)?.modules[4]?.state === 'active');
    fs.writeFileSync(join(watched, 'x'), '1');
    await until('the detection', () => of(manager, 'file.created').length === 1);
  });

  test('a deleted identity is put back; a configuration that appears is told', async () => {
    const { manager, folder } = await setUp();
    await start(manager, folder);
    await sleep(500);
    fs.rmSync(join(folder, 'identity.json'));
    await until('the identity', () => fs.existsSync(join(folder, 'identity.json')));
    assert.equal(fs.statSync(join(folder, 'identity.json')).mode & 0o777, 0o600);
    fs.writeFileSync(join(folder, 'agent.json'), '{}');
    await until('both told', () => of(manager, 'agent.tampered').length === 2);
    assert.deepEqual(
      of(manager, 'agent.tampered').map(({ facts }) => facts?.['change']),
      ['deleted', 'created'],
    );
  });

  test('a key that was open to others is closed and told', async () => {
    const { manager, folder } = await setUp();
    const agent = await start(manager, folder);
    agent.process.kill('SIGTERM');
    await agent.ended;
    fs.chmodSync(join(folder, 'identity.json'), 0o644);
    await start(manager, folder);
    assert.equal(fs.statSync(join(folder, 'identity.json')).mode & 0o777, 0o600);
    await until('the word of it', () => of(manager, 'agent.tampered').length === 1);
    assert.match(String(of(manager, 'agent.tampered')[0]?.facts?.['change']), /0644/);
  });

  test('a second agent in the same folder does not start', async () => {
    const { manager, folder } = await setUp();
    await start(manager, folder);
    const second = runAgent(folder);
    assert.equal(await second.ended, 75);
  });
});

/** A Node older than 24 on this machine, as the operator's may be. */
function findOldNode(): string | undefined {
  for (const path of (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'node'))) {
    if (!fs.existsSync(path)) continue;
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
    if (Number(/^v(\d+)/.exec(version)?.[1]) < 24) return path;
  }
  return undefined;
}

describe('the command line', () => {
  test('an older Node starts the agent with the Node of the repository, passes signals on, and takes it along when killed', async (context) => {
    const old = findOldNode();
    if (!old) return context.skip('there is no older Node here');
    const { manager, folder } = await setUp();
    const agent = runAgent(folder, ['--token-file', '-'], manager.token, {}, old);
    await until('connected', () => manager.heartbeats.length > 0);
    agent.process.kill('SIGTERM');
    assert.equal(await agent.ended, 0);
    assert.equal(manager.goodbyes.length, 1);
    const again = runAgent(folder, [], '', {}, old);
    await until('connected again', () => again.log().includes('connected to the manager'));
    again.process.kill('SIGKILL');
    await until('the broken connection', () => manager.brokenHolds === 1);
  });

  test('a wrong configuration is told whole, exit 78', async () => {
    const { folder } = await setUp();
    fs.mkdirSync(folder);
    fs.writeFileSync(join(folder, 'agent.json'), JSON.stringify({ lingerMs: 9999, colour: 'red' }));
    const agent = runAgent(folder, [], '', { SAKIMORI_AGENT_AGENTS: 'nowhere' });
    assert.equal(await agent.ended, 78);
    for (const part of [
      'agent.json: lingerMs',
      'agent.json: colour: is not known',
      'SAKIMORI_AGENT_AGENTS: is not of the form host:port',
    ]) {
      assert.ok(agent.log().includes(part), `${part} is not in:\n${agent.log()}`);
    }
  });

  test('not enrolled and no token: exit 78 and the command to use; a used token: exit 69 and the reason', async () => {
    const { manager, folder } = await setUp();
    const bare = runAgent(folder);
    assert.equal(await bare.ended, 78);
    assert.match(bare.log(), /sakimori-agent enrol/);
    manager.refuse = () => ({ status: 409, code: 'token_used' });
    const refused = runAgent(folder, ['--token-file', '-'], manager.token);
    assert.equal(await refused.ended, 69);
    assert.match(refused.log(), /token_used/);
  });

  test('status tells of the running agent and of the stopped one', async () => {
    const { manager, folder } = await setUp();
    const agent = await start(manager, folder);
    await until('connected', () => status(folder).includes('connected since'));
    assert.match(status(folder), /running \(pid \d+\)/);
    assert.match(status(folder), /integrity +active/);
    agent.process.kill('SIGTERM');
    await agent.ended;
    assert.match(status(folder), /not running/);
  });
});

function status(folder: string): string {
  return execFileSync(process.execPath, [launcher, 'status', '--data', folder], { encoding: 'utf8' });
}
