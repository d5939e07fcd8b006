import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A host of its own on this machine: the machine's system as it is installed, with what is written kept in memory; processes, network and name of its own;
 * no repository, no Node of ours. What is installed there leaves the machine untouched and is gone with it.
 */
export type FreshHost = {
  readonly name: string;
  /** Its file system as this machine sees it. */
  readonly root: string;
  /** Runs a command as root and waits for its end. */
  run(
    command: readonly string[],
    input?: string,
  ): { readonly code: number; readonly out: string; readonly err: string };
  /** Runs a shell script while looking at every process of the host. @returns besides, each command line that was seen */
  deploy(script: string): Promise<{
    readonly code: number;
    readonly out: string;
    readonly err: string;
    readonly seen: ReadonlySet<string>;
  }>;
  stop(): Promise<void>;
};

/** The two ends of the cable between this machine and a fresh host. */
export type Cable = { readonly machine: string; readonly host: string; readonly device: string };

const tools = ['unshare', 'nsenter', 'setpriv', 'ip', 'dpkg', 'curl', 'wget'];

/** Why there can be no fresh host here, or false. */
export function whyNoFreshHost(): string | false {
  const missing = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length > 0) return `${missing.join(', ')} must be installed for a host of its own`;
  if (process.getuid?.() !== 0) return 'needs root to make a host of its own';
  const tried = spawnSync('unshare', ['--mount', '--net', '--propagation', 'private', 'sh', '-c', trialScript], {
    encoding: 'utf8',
  });
  return tried.status !== 0 && `impossible here: the kernel makes no host of its own: ${tried.stderr.trim()}`;
}

const trialScript = `mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w /mnt/r &&
mount -t overlay none -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r && ip link add skmt type veth peer name skmth`;

/** Why no fresh host can be ruled by systemd here, or false. */
export function whyNoSystemd(): string | false {
  if (!existsSync(systemd)) return 'systemd must be installed for a host that it rules';
  return cgroupFolder() === undefined && 'impossible here: the machine has no control groups of the second version';
}

const systemd = '/lib/systemd/systemd';
const cgroupFolder = (): string | undefined => /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];

/** Folders that a fresh host finds empty. What is mounted on the machine is not seen anyway. */
const emptied = ['tmp', 'run', 'root', 'home', 'mnt', 'var/tmp', 'var/lib/sakimori', 'var/lib/sakimori-agent'];
const repository = resolve(import.meta.dirname, '..');

function setUpScript(folder: string, name: string, hasSystemd: boolean): string {
  const root = join(folder, 'root');
  const first = hasSystemd
    ? // Nothing but what units need that a package brings; its own services stay off.
      `mount -t cgroup2 cgroup2 sys/fs/cgroup
rm -rf etc/systemd/system/*.wants
echo ready
exec chroot . /usr/bin/env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin ${systemd} --unit=sysinit.target >/dev/null 2>&1`
    : `exec chroot . /bin/sh -c 'echo ready; while :; do sleep 3600 & wait; done'`;
  return `set -e
mount -t tmpfs -o mode=755 sakimori-test ${folder}
mkdir ${folder}/upper ${folder}/work ${root}
mount -t overlay sakimori-test -o lowerdir=/,upperdir=${folder}/upper,workdir=${folder}/work ${root}
cd ${root}
for place in ${emptied.join(' ')} ${repository.slice(1)}; do
  if [ -d "$place" ]; then mount -t tmpfs -o mode=1777 sakimori-test "$place"; fi
done
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 sakimori-test dev
for device in null zero full random urandom tty; do touch dev/$device; mount --bind /dev/$device dev/$device; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
rm -rf opt/sakimori-agent usr/lib/sakimori-agent usr/bin/sakimori-agent
printf '${name}\\n' >etc/hostname
hostname ${name}
ip link set lo up
${first}`;
}

/** @param index another one for each host of a test */
export function layCable(index = 0): Cable {
  const device = `skm${process.pid % 1_000_000}${'abc'[index]}`;
  const part = `198.${18 + index}.${process.pid % 250}`;
  return { device, machine: `${part}.1`, host: `${part}.2` };
}

/** Makes the machine's end of the cable, so that a manager can listen there. @returns what takes it away */
export function plugIn({ device, machine }: Cable): () => void {
  execFileSync('ip', ['link', 'add', device, 'type', 'veth', 'peer', 'name', `${device}h`]);
  execFileSync('ip', ['address', 'add', `${machine}/30`, 'dev', device]);
  execFileSync('ip', ['link', 'set', device, 'up']);
  return () => spawnSync('ip', ['link', 'del', device]);
}

/** @param ruled by systemd, as most hosts are; without, as containers are */
export async function startFreshHost(name: string, cable: Cable, { ruled = false } = {}): Promise<FreshHost> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-host-'));
  // A group of its own, so that its systemd rules nothing of the machine's.
  const group = ruled ? join(cgroupFolder()!, `sakimori-test-${name}-${process.pid}`) : undefined;
  const enterGroup = group ? `mkdir ${group}; echo $$ >${group}/cgroup.procs;` : '';
  const apart = ['--mount', '--uts', '--net', '--ipc', '--pid', '--cgroup', '--propagation', 'private'];
  const child = spawn(
    // It ends with the test, however that ends.
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'sh', '-c', `${enterGroup} exec unshare "$@"`, 'unshare'],
      ...[...apart, '--fork', '--kill-child=KILL', 'sh', '-c', setUpScript(folder, name, ruled)],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await said(child, 'ready');
  const pid = childrenOf(child.pid!)[0]!;
  execFileSync('ip', ['link', 'set', `${cable.device}h`, 'netns', String(pid)]);
  const inside = ['--target', String(pid), ...apart.slice(0, 6), '--root', '--wd'];
  const enter = (command: readonly string[]) => ['nsenter', ...inside, ...command] as const;
  const run = (command: readonly string[], input = '') => {
    const [program, ...words] = enter(command);
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', input, env: plainEnv });
    return { code: status ?? -1, out: stdout, err: stderr };
  };
  run(['ip', 'address', 'add', `${cable.host}/30`, 'dev', `${cable.device}h`]);
  run(['ip', 'link', 'set', `${cable.device}h`, 'up']);
  return {
    name,
    root: `/proc/${pid}/root`,
    run,
    async deploy(script) {
      const path = `/proc/${pid}/root/root/deploy.sh`;
      writeFileSync(path, script, { mode: 0o600 });
      const [program, ...words] = enter(['sh', '/root/deploy.sh']);
      const running = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnv });
      const texts = { out: '', err: '' };
      running.stdout.on('data', (bytes: Buffer) => (texts.out += bytes.toString()));
      running.stderr.on('data', (bytes: Buffer) => (texts.err += bytes.toString()));
      const seen = new Set<string>();
      const namespace = namespaceOf(pid);
      const looking = setInterval(() => look(namespace, seen), 5);
      // Not "close": the agent that was started keeps what it inherited.
      const [code] = (await once(running, 'exit')) as [number | null];
      clearInterval(looking);
      return { code: code ?? -1, ...texts, seen };
    },
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      if (group) await removeGroup(group);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its last processes take a moment to be gone. */
async function removeGroup(group: string): Promise<void> {
  for (let tries = 0; existsSync(group) && tries < 50; tries += 1) {
    spawnSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'], { stdio: 'ignore' });
    await sleep(100);
  }
}

const plainEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  HOME: '/root',
};

async function said(child: ChildProcess, word: string): Promise<void> {
  for await (const line of createInterface({ input: child.stdout! })) if (line === word) return;
  throw new Error('The host could not be made.');
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text ? text.split(' ').map(Number) : [];
}

/** Adds the command lines of all processes that see the same processes as this one. */
function look(namespace: string | undefined, seen: Set<string>): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (namespaceOf(pid) !== namespace) continue;
    try {
      seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    } catch {
      // It has ended meanwhile.
    }
  }
}

function namespaceOf(pid: number | string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}
