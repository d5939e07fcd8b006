import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A real sshd on a free port of 127.0.0.1, and a real rsyslogd that owns `/dev/log` and writes what sshd says to an auth.log of its own.
 * Needs root, the packages openssh-server, openssh-client, sshpass and rsyslog, and a machine without a syslog daemon.
 */
export interface RealSshd {
  readonly port: number;
  /** Where rsyslogd writes; exists from the start. */
  readonly authLog: string;
  /** Tries to log in so many times with a wrong password, one connection after the other, and returns when sshd has said so in the log. */
  attempt(times: number, user?: string): Promise<void>;
  /** Ends both and removes all they left. */
  stop(): Promise<void>;
}

/** Why there can be none here, or undefined. */
export function whyNoRealSshd(): string | undefined {
  if (process.getuid?.() !== 0) return 'a real sshd and /dev/log need root';
  const missing = programs.filter((program) => !existsSync(program));
  if (missing.length > 0) return `${missing.join(', ')} not installed (openssh-server openssh-client sshpass rsyslog)`;
  return undefined;
}

const sshdProgram = '/usr/sbin/sshd';
const rsyslogProgram = '/usr/sbin/rsyslogd';
const programs = [sshdProgram, rsyslogProgram, '/usr/bin/ssh', '/usr/bin/ssh-keygen', '/usr/bin/sshpass'];
const logSocket = '/dev/log';

/** Another syslog daemon lives here. The message is a reason to leave a test out. */
export class LogSocketTaken extends Error {
  constructor() {
    super('impossible here: another syslog daemon keeps /dev/log');
    this.name = 'LogSocketTaken';
  }
}

/** @throws LogSocketTaken when another daemon keeps `/dev/log` for longer than `waitMs` (another test of ours gives it up sooner). */
export async function startRealSshd(waitMs = 90_000): Promise<RealSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-sshd-'));
  const running: ChildProcess[] = [];
  // sshd refuses to start without its folder of privilege separation, which a machine without sshd service lacks.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const stop = async () => {
    for (const child of running.reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
    if (running.length > 0 && !isLogSocketTaken()) rmSync(logSocket, { force: true });
  };
  try {
    await untilLogSocketIsFree(waitMs);
    const authLog = join(folder, 'auth.log');
    writeFileSync(authLog, '');
    running.push(startRsyslogd(folder, authLog));
    await until(() => isLogSocketTaken(), 'rsyslogd opens /dev/log');
    const port = await listeningSshd(folder, running);
    return { port, authLog, stop, attempt: (times, user = 'root') => attempt(authLog, port, times, user) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function attempt(authLog: string, port: number, times: number, user: string): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    const before = failures(authLog);
    const child = spawn(
      '/usr/bin/sshpass',
      ['-p', 'certainly-wrong', '/usr/bin/ssh', ...sshOptions(port), `${user}@127.0.0.1`, 'true'],
      {
        stdio: 'ignore',
      },
    );
    await once(child, 'exit');
    await until(() => failures(authLog) > before, `sshd tells of the failed login of ${user}`);
  }
}

const failures = (authLog: string) => readFileSync(authLog, 'utf8').split('Failed password for ').length - 1;

const sshOptions = (port: number) => [
  '-F',
  'none',
  '-p',
  String(port),
  ...[
    'PreferredAuthentications=password',
    'PubkeyAuthentication=no',
    'NumberOfPasswordPrompts=1',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'ConnectTimeout=10',
  ].flatMap((option) => ['-o', option]),
];

function startRsyslogd(folder: string, authLog: string): ChildProcess {
  const configuration = join(folder, 'rsyslog.conf');
  writeFileSync(
    configuration,
    `global(workDirectory="${folder}")
module(load="imuxsock" SysSock.Use="on" SysSock.Name="${logSocket}" SysSock.RateLimit.Interval="0")
module(load="builtin:omfile" Template="RSYSLOG_TraditionalFileFormat")
auth,authpriv.* action(type="omfile" file="${authLog}")
`,
  );
  return spawn(rsyslogProgram, ['-n', '-f', configuration, '-i', join(folder, 'rsyslogd.pid')], { stdio: 'ignore' });
}

/** A free port can be taken before sshd has it, so a start that fails is tried again on another. */
async function listeningSshd(folder: string, running: ChildProcess[]): Promise<number> {
  execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host-key')]);
  let said = '';
  for (let attempt = 1; attempt <= 3; attempt++) {
    const port = await freePort();
    const child = startSshd(folder, port);
    running.push(child);
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    for (let waitedMs = 0; waitedMs < 10_000 && child.exitCode === null; waitedMs += 100) {
      if (await answers(port)) return port;
      await sleep(100);
    }
  }
  throw new Error(`sshd does not listen: ${said.trim() || 'it said nothing'}`);
}

function startSshd(folder: string, port: number): ChildProcess {
  const key = join(folder, 'host-key');
  const configuration = join(folder, 'sshd_config');
  writeFileSync(
    configuration,
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${key}
PidFile none
UsePAM yes
UseDNS no
PasswordAuthentication yes
KbdInteractiveAuthentication no
PubkeyAuthentication no
PermitRootLogin yes
MaxStartups 100
`,
  );
  return spawn(sshdProgram, ['-D', '-f', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await once(child, 'exit');
  clearTimeout(timer);
}

/** Whether some process has the socket bound; a file alone may be left over from one that is gone. */
const isLogSocketTaken = () => / \/dev\/log$/m.test(readFileSync('/proc/net/unix', 'utf8'));

async function untilLogSocketIsFree(waitMs: number): Promise<void> {
  for (let waitedMs = 0; isLogSocketTaken(); waitedMs += 200) {
    if (waitedMs > waitMs) throw new LogSocketTaken();
    await sleep(200);
  }
  rmSync(logSocket, { force: true });
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const waitMs = 20_000;
  for (let waitedMs = 0; !(await holds()); waitedMs += 50) {
    if (waitedMs > waitMs) throw new Error(`gave up after ${waitMs} ms waiting until ${what}`);
    await sleep(50);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const done = (well: boolean) => {
      socket.destroy();
      resolve(well);
    };
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
    socket.setTimeout(2000, () => done(false));
  });
}
