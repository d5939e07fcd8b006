import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { manualClock, systemClock } from '../clock.ts';
import { createRecordingHost, type RecordingHost } from '../engines/recording-host.ts';
import { type CareParts, type ChildPlan, careCauses, SupervisedChild } from './index.ts';
import { factsOf } from './process-facts.ts';

const root = mkdtempSync(join(tmpdir(), 'sakimori-care-'));
chmodSync(root, 0o711);
const children: SupervisedChild[] = [];
after(async () => {
  await Promise.all(children.map((child) => child.stop()));
  rmSync(root, { recursive: true, force: true });
});

let made = 0;
const hostOf = (clock = systemClock): RecordingHost => {
  const folder = join(root, `agent-${++made}`, 'engines', 'antimalware');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return createRecordingHost('antimalware', folder, clock);
};

/** A program that answers on a socket in its folder, as engines do. */
const answering = [
  '-e',
  `require('net').createServer((s) => s.on('error', () => {}).end('here')).listen('socket');
   console.log('ready'); console.error('password: hunter2'); process.on('SIGTERM', () => process.exit(0));`,
];
const nodePlan = (folder: string): ChildPlan => {
  rmSync(join(folder, 'socket'), { force: true });
  return { program: process.execPath, args: answering, version: '1.2.3' };
};
const askSocket = (path: string) => async () => {
  const socket = connect(path);
  try {
    await once(socket, 'data');
  } finally {
    socket.destroy();
  }
};
const quick = {
  everyMs: 50,
  soonMs: 20,
  answerMs: 1500,
  hungMsMax: 60_000,
  steadyMs: 300,
  backoffFirstMs: 40,
  backoffMostMs: 100,
};

function careFor(host: RecordingHost, parts: Partial<CareParts> = {}) {
  const heard: string[] = [];
  const child: SupervisedChild = new SupervisedChild({
    ...{ host, name: 'answerer', plan: nodePlan, probe: () => askSocket(join(child.folder, 'socket'))() },
    onRunning: () => heard.push('running'),
    onDied: (cause) => heard.push(`died: ${cause}`),
    onHung: () => heard.push('hung'),
    onRecovered: () => heard.push('recovered'),
    ...parts,
    rhythm: { ...quick, ...parts.rhythm },
  });
  children.push(child);
  return { child, heard };
}

async function until<T>(look: () => T | undefined | false, what: string): Promise<T> {
  for (const endMs = Date.now() + 30_000; Date.now() < endMs; await sleep(20)) {
    const found = look();
    if (found) return found;
  }
  return assert.fail(`never: ${what}`);
}
const isAlive = (pid: number) => factsOf(pid) !== undefined;
const kindsOf = (host: RecordingHost) => host.detections.map(({ kind }) => kind);

describe('a child in care', () => {
  test('it works in its own folder and session, and nothing of it is left when it is stopped', async () => {
    const host = hostOf();
    const { child, heard } = careFor(host);
    await child.start();
    await child.running(30_000);
    const { pid, residentBytes, state, version } = child.report();
    assert.deepEqual([state, version, heard], ['running', '1.2.3', ['running']]);
    assert.ok(residentBytes! > 10e6);
    assert.equal(factsOf(pid!)?.session, pid);
    assert.equal(statSync(child.folder).mode & 0o777, 0o700);
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    assert.deepEqual(environment.map((line) => line.split('=')[0]).sort(), ['LC_ALL', 'PATH']);
    await child.stop();
    assert.ok(!isAlive(pid!));
    assert.deepEqual([child.state, host.detections], ['stopped', []]);
  });

  test('killed it is started again, and the manager hears of it once, with the last lines and no secret', async () => {
    const host = hostOf();
    // On a busy machine the word of its end comes later than a few questions without an answer, at twenty a second.
    const { child, heard } = careFor(host, { rhythm: { missesMax: 1000 } });
    await child.start();
    await child.running(30_000);
    const first = child.report().pid!;
    await until(() => child.logTail().includes('password'), 'its log');
    process.kill(first, 'SIGKILL');
    await until(() => heard.includes('recovered'), 'recovered');
    assert.deepEqual(heard, ['running', 'died: ended by SIGKILL', 'running', 'recovered']);
    assert.notEqual(child.report().pid, first);
    assert.equal(child.report().restarts, 1);
    const [died, recovered, ...more] = host.detections;
    assert.deepEqual(more, []);
    assert.deepEqual(
      [died?.kind, died?.severity, died?.subject, died?.facts?.['signal']],
      ['engine.died', 'high', 'answerer', 'SIGKILL'],
    );
    assert.match(String(died?.facts?.['log']), /ready\npassword: \*\*\*\*/);
    assert.doesNotMatch(JSON.stringify(died), /hunter2/);
    assert.deepEqual([recovered?.kind, recovered?.facts?.['restarts']], ['engine.recovered', 1]);
  });

  test('one that hangs is told before it is ended; one that goes on in time is the same child', async () => {
    const host = hostOf();
    const { child, heard } = careFor(host);
    await child.start();
    await child.running(30_000);
    const { pid } = child.report();
    process.kill(pid!, 'SIGSTOP');
    await until(() => heard.includes('hung'), 'hung');
    assert.equal(careCauses(child.report())[0]?.code, 'engine_hung');
    process.kill(pid!, 'SIGCONT');
    await until(() => heard.includes('recovered'), 'recovered');
    assert.equal(child.report().pid, pid);
    assert.deepEqual(kindsOf(host), ['engine.hung', 'engine.recovered']);
    // Stopped for good: also then it ends when it is asked to, and in time.
    process.kill(pid!, 'SIGSTOP');
    await child.stop();
    assert.ok(!isAlive(pid!));
  });

  test('one that hangs for good is ended by force and started again, in one incident', async () => {
    const host = hostOf();
    const { child, heard } = careFor(host, { rhythm: { hungMsMax: 100, answerMs: 400 } });
    await child.start();
    await child.running(30_000);
    const { pid } = child.report();
    process.kill(pid!, 'SIGSTOP');
    await until(() => heard.includes('recovered'), 'recovered');
    assert.ok(!isAlive(pid!));
    assert.deepEqual(heard.slice(0, 3), ['running', 'hung', 'died: ended by SIGKILL']);
    const kinds = kindsOf(host);
    assert.deepEqual(
      [kinds[0], kinds.at(-1), kinds.includes('engine.died')],
      ['engine.hung', 'engine.recovered', false],
    );
  });

  test('a crash loop backs off by the clock, and is one incident', async () => {
    const clock = manualClock(Date.parse('2026-11-27T00:00:00Z'));
    const host = hostOf(clock);
    const { child, heard } = careFor(host, {
      plan: () => ({ program: '/bin/sh', args: ['-c', 'echo "bad configuration in line 7" >&2; exit 3'] }),
      rhythm: { backoffFirstMs: 1000, backoffMostMs: 8000 },
    });
    await child.start();
    const deaths = () => heard.filter((word) => word.startsWith('died')).length;
    const waits: number[] = [];
    for (let turn = 1; turn <= 6; turn += 1) {
      await until(() => deaths() === turn, `death ${turn}`);
      let waited = 0;
      while (deaths() === turn && child.state === 'backing-off' && waited < 20_000) {
        clock.advance(100);
        waited += 100;
        await new Promise(setImmediate);
      }
      waits.push(waited);
    }
    waits.forEach((waited, turn) => {
      const most = Math.min(8000, 1000 * 2 ** turn);
      assert.ok(waited >= most / 2 && waited <= most + 200, `turn ${turn}: ${waited} ms`);
    });
    assert.equal(heard[0], 'died: ended with exit code 3');
    assert.deepEqual(kindsOf(host), ['engine.died']);
    assert.match(String(host.detections[0]?.facts?.['log']), /bad configuration in line 7/);
    const [cause] = careCauses(child.report());
    assert.equal(cause?.code, 'engine_died');
    await child.stop();
  });

  test('a program that is not there, and a plan that cannot be made, are told as such', async () => {
    const host = hostOf();
    const { child } = careFor(host, { plan: () => ({ program: '/nowhere/clamd', args: [] }) });
    await child.start();
    await assert.rejects(child.running(300), /not running: it could not be started .*ENOENT/);
    await child.stop();
    const { child: other, heard } = careFor(host, {
      plan: () => {
        throw new Error('no rules yet');
      },
    });
    await other.start();
    assert.match(heard[0]!, /no rules yet/);
    await other.stop();
  });

  test('a new configuration is no incident', async () => {
    const host = hostOf();
    const { child, heard } = careFor(host);
    await child.start();
    await child.running(30_000);
    const { pid } = child.report();
    await child.restart();
    await child.running(30_000);
    assert.ok(!isAlive(pid!) && child.report().pid !== pid);
    assert.deepEqual([heard, host.detections, child.report().restarts], [['running', 'running'], [], 0]);
  });

  test('what it has started goes with it: killed, and stopped', async () => {
    const host = hostOf();
    const spawning = (folder: string): ChildPlan => ({
      program: '/bin/sh',
      args: ['-c', `trap '' TERM; sleep 1000 & echo $! > ${folder}/grandchild; wait; sleep 1000`],
    });
    const { child } = careFor(host, {
      plan: spawning,
      probe: async () => readFileSync(join(child.folder, 'grandchild')),
      rhythm: { backoffFirstMs: 60_000, backoffMostMs: 60_000, stopMsMax: 200 },
    });
    const grandchild = () => Number(readFileSync(join(child.folder, 'grandchild'), 'utf8'));
    await child.start();
    await child.running(30_000);
    await until(() => grandchild() > 0, 'grandchild');
    const first = grandchild();
    assert.ok(isAlive(first));
    process.kill(child.report().pid!, 'SIGKILL');
    await until(() => !isAlive(first), 'its child gone');
    await child.stop();
    rmSync(join(child.folder, 'grandchild'));
    await child.start();
    await child.running(30_000);
    await until(() => grandchild() > 0, 'grandchild');
    const [leader, second] = [child.report().pid!, grandchild()];
    // Both are deaf to SIGTERM, or near it.
    await child.stop();
    // SIGKILL has been sent; the kernel takes a moment.
    await until(() => !isAlive(leader) && !isAlive(second), 'both gone');
  });

  test('limits hold, and it runs as another user where the agent is root', {
    skip: process.getuid!() !== 0,
  }, async () => {
    const host = hostOf();
    const { child } = careFor(host, {
      plan: () => ({
        program: '/bin/sleep',
        args: ['1000'],
        ...{ user: { uid: 65_534, gid: 65_534 }, nice: 7, oomScoreAdj: 500, memoryBytesMax: 64 * 1024 * 1024 },
      }),
      probe: async () => undefined,
    });
    await child.start();
    await child.running(30_000);
    const { pid } = child.report();
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    assert.match(status, /^Uid:\t65534\t65534/m);
    assert.match(status, /^Groups:\s*$/m);
    assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /^Max data size\s+67108864/m);
    assert.equal(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), '500');
    assert.match(readFileSync(`/proc/${pid}/stat`, 'utf8'), /^(\S+ ){18}7 /);
    assert.equal(statSync(child.folder).uid, 65_534);
    const open = execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'ls', child.folder]);
    assert.equal(open.toString(), '');
    await child.stop();
  });
});

describe('a child whose agent was killed', () => {
  /** An agent of its own process, with a child in its care. */
  async function agentWithChild(folder: string): Promise<{ agent: ChildProcess; pid: number }> {
    const agent = spawn(process.execPath, [join(import.meta.dirname, 'run-care.ts'), folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(agent.stdout!, 'data')) as [Buffer];
    return { agent, pid: Number(line.toString()) };
  }

  test('it is ended by the next agent, by number, start and program', async () => {
    const folder = join(root, 'killed');
    mkdirSync(folder);
    const first = await agentWithChild(folder);
    first.agent.kill('SIGKILL');
    await once(first.agent, 'exit');
    assert.ok(isAlive(first.pid), 'it outlives the agent');
    const second = await agentWithChild(folder);
    assert.ok(!isAlive(first.pid));
    assert.ok(isAlive(second.pid));
    // An agent that ends by a fault of its own takes it along.
    second.agent.stdin!.end('fail');
    await once(second.agent, 'exit');
    await until(() => !isAlive(second.pid), 'gone with its agent');
  });

  test('another process that has its number by now is left alone', async () => {
    const folder = join(root, 'reused');
    mkdirSync(folder);
    const stranger = spawn('/bin/sleep', ['1000'], { detached: true });
    const facts = factsOf(stranger.pid!)!;
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const record = {
      pid: stranger.pid,
      startTicks: facts.startTicks,
      bootId,
      programs: ['/bin/sleep', '/usr/bin/sleep'],
    };
    for (const wrong of [
      { ...record, startTicks: facts.startTicks - 1 },
      { ...record, bootId: 'an earlier one' },
      { ...record, programs: ['/usr/sbin/clamd'] },
    ]) {
      writeFileSync(join(folder, 'sleeper.child.json'), JSON.stringify(wrong));
      const { agent } = await agentWithChild(folder);
      assert.ok(isAlive(stranger.pid!));
      agent.stdin!.end();
      await once(agent, 'exit');
      assert.ok(!existsSync(join(folder, 'sleeper.child.json')));
    }
    process.kill(stranger.pid!, 'SIGKILL');
  });
});
