import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Mounts } from '../../file-system/mounts.ts';
import { TestManager } from '../../test-manager.ts';
import { TestNetwork, whyNoNetwork } from '../../test-network.ts';
import type { Preflight } from '../preflight.ts';
import { judgeConnection } from './connection.ts';
import { judgeFiles, judgeMounts, judgeProducts, judgeReboot } from './host.ts';
import { judgeSystem } from './support.ts';
import table from './support-table.json' with { type: 'json' };

/** Binds queue 4120 as a driver of another maker would, by one message to the kernel (`NFQNL_CFG_CMD_BIND`), and answers when it has it. */
const holdsQueue = `
import socket, struct, sys
netfilter = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
netfilter.bind((0, 0))
body = struct.pack('>BBH', 0, 0, 4120) + struct.pack('<HH', 8, 1) + struct.pack('>BBH', 1, 0, 0)
netfilter.send(struct.pack('<IHHII', 16 + len(body), 3 << 8 | 2, 5, 1, 0) + body)
refused = struct.unpack('<i', netfilter.recv(4096)[16:20])[0]
for line in sys.stdin:
    print('{"refused":%d}' % refused)
`;

const main = join(import.meta.dirname, '../../main.ts');
const folder = mkdtempSync(join(tmpdir(), 'sakimori-preflight-'));
let manager: TestManager;
before(async () => {
  manager = await TestManager.start();
});
after(async () => {
  await manager.close();
  rmSync(folder, { recursive: true, force: true });
});

const door = () => {
  const { agents, ca } = JSON.parse(Buffer.from(manager.token, 'base64url').toString('utf8')) as Record<string, string>;
  return { agents: agents!, ca: ca! };
};
const judge = (given: { agents: string; ca?: string }, environment = {}, nowMs = Date.now) =>
  judgeConnection(given, environment, nowMs);
const pair = ({ level, code }: { level: string; code: string }) => `${level} ${code}`;

describe('the way to the manager', () => {
  test('S10, in part: name, port, TLS and clock are well with a manager that is the right one', async () => {
    const found = await judge(door());
    assert.deepEqual(found.map(pair), ['pass port_open', 'pass tls_trusted', 'pass clock_right']);
  });

  test('S10, in part: each cause is told for itself, and what comes after it is not tried', async () => {
    const { agents, ca } = door();
    const port = Number(agents.split(':').at(-1));
    const plain = createServer((socket) => socket.end('SSH-2.0-other\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => plain.once('listening', resolve));
    const other = (plain.address() as { port: number }).port;
    const codes = async (given: { agents: string; ca?: string }) => (await judge(given)).map(pair);
    assert.deepEqual(await codes({ agents: `no-such-host.invalid:${port}`, ca }), ['fail dns_unresolved']);
    assert.deepEqual(await codes({ agents: '127.0.0.1:1', ca }), ['fail port_refused']);
    assert.deepEqual(await codes({ agents: `127.0.0.1:${other}`, ca }), ['pass port_open', 'fail tls_failed']);
    assert.deepEqual(await codes({ agents, ca: 'f'.repeat(64) }), ['pass port_open', 'fail tls_other_authority']);
    plain.close();
  });

  test('S10, in part: a clock that is off, a certificate that runs out and a proxy are told', async () => {
    const { agents } = door();
    const hour = await judge({ agents }, { HTTPS_PROXY: 'http://proxy.example:3128' }, () => Date.now() - 3_600_000);
    assert.deepEqual(hour.map(pair), ['warn proxy_set', 'pass port_open', 'pass tls_seen', 'fail clock_wrong']);
    const { seconds } = hour.at(-1)!.facts;
    assert.ok(Math.abs(Number(seconds) + 3600) < 60, String(seconds));
    const far = await judge({ agents }, {}, () => Date.now() + 400 * 86_400_000 * 30);
    assert.deepEqual(far.map(pair), ['pass port_open', 'fail tls_expired']);
    assert.deepEqual((await judge({ agents }, { https_proxy: 'x', NO_PROXY: '127.0.0.1' })).length, 3);
  });

  test('S10, in part: a port whose packets are dropped is a FAIL that says so, in both languages', {
    skip: spawnSync('unshare', ['-n', 'nft', 'list', 'tables']).status !== 0 && 'needs root, unshare and nft',
  }, () => {
    const rules =
      'add table inet t; add chain inet t out { type filter hook output priority 0; }; add rule inet t out tcp dport 7301 drop';
    const run = (...args: string[]) => {
      const line = `ip link set lo up; nft '${rules}'; exec "$@"`;
      const command = [
        process.execPath,
        main,
        'preflight',
        '--manager',
        '127.0.0.1:7301',
        '--modules',
        'loginspection',
      ];
      return spawnSync('unshare', ['-n', 'sh', '-c', line, 'sh', ...command, ...args], { encoding: 'utf8' });
    };
    const { status, stdout } = run('--json');
    assert.equal(status, 2);
    const result = JSON.parse(stdout) as Preflight;
    assert.equal(result.verdict, 'fail');
    const [finding] = result.findings.filter(({ level }) => level === 'fail');
    assert.deepEqual([finding?.code, finding?.facts['port']], ['port_silent', 7301]);
    const japanese = run('--lang', 'ja', '--override', '検証のため');
    assert.equal(japanese.status, 1);
    assert.match(japanese.stdout, /FAIL +127\.0\.0\.1 のポート 7301 は 8 秒以内に応答しませんでした/);
    assert.match(japanese.stdout, /対処：.*TCP 7301/);
    assert.match(japanese.stdout, /理由：検証のため/);
  });
});

describe('the host itself', () => {
  const system = (osRelease: string, kernel = '6.1.0', architecture = 'x86_64') =>
    judgeSystem({ osRelease, kernel, architecture });

  test('S14: a system that is not supported is a FAIL that cites the row of the table and its source; so are kernel and architecture', () => {
    const [centos] = system('ID="centos"\nVERSION_ID="7"\nPRETTY_NAME="CentOS Linux 7 (Core)"');
    assert.deepEqual([centos?.level, centos?.code, centos?.facts['row']], ['fail', 'os_unsupported', 'centos-old']);
    assert.match(String(centos?.facts['url']), /^https:\/\/www\.centos\.org\//);
    const [debian] = system('ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"');
    assert.deepEqual([debian?.level, debian?.facts['row']], ['pass', 'debian-12']);
    for (const [text, level] of [
      ['ID=ubuntu\nVERSION_ID="24.04"', 'pass'],
      ['ID=ubuntu\nVERSION_ID="23.10"', 'fail'],
      ['ID=ubuntu\nVERSION_ID="18.04"', 'fail'],
      ['ID=rocky\nVERSION_ID="9.4"', 'pass'],
      ['ID=amzn\nVERSION_ID="2"', 'fail'],
      ['ID=amzn\nVERSION_ID="2023"', 'pass'],
      ['ID=plan9', 'fail'],
      ['', 'fail'],
      ['\0\n= =\nID=\u0007"', 'fail'],
    ] as const)
      assert.equal(system(text)[0]?.level, level, text);
    const [, kernel, architecture] = system('', '3.10.0-1160.el7', 'ppc64le');
    assert.deepEqual([kernel?.code, architecture?.code], ['kernel_old', 'architecture_unsupported']);
    const ways = [...table.systems.map(({ source }) => source), table.requirements.source];
    assert.ok(
      ways.every((url) => url.startsWith('https://')) && /^\d{4}-\d\d-\d\d$/.test(table.requirements.checkedAt),
    );
    assert.equal(new Set(table.systems.map(({ row }) => row)).size, table.systems.length);
  });

  test('S22, in part: mounts of object storage, NFS, CIFS and FUSE are a caution that names each', () => {
    const line = (point: string, type: string) => `1 1 0:1 / ${point} rw - ${type} source-of-${type} rw`;
    const kinds = ['fuse.s3fs', 'fuse.goofys', 'fuse.mountpoint-s3', 'nfs4', 'cifs', 'fuse'];
    const mounts = new Mounts([line('/', 'ext4'), ...kinds.map((kind, at) => line(`/mnt/${at}`, kind))].join('\n'));
    const [finding] = judgeMounts(mounts);
    assert.deepEqual([finding?.level, finding?.facts['count']], ['warn', kinds.length]);
    for (const kind of kinds) assert.ok(String(finding?.facts['list']).includes(kind), kind);
    assert.equal(judgeMounts(new Mounts(line('/', 'ext4')))[0]?.level, 'pass');
  });

  test('S24, in part: the files that may be watched are counted, without entering what is left out', () => {
    const place = join(folder, 'files');
    for (const name of ['a', 'b', 'remote']) mkdirSync(join(place, name), { recursive: true });
    for (const name of ['a/1', 'a/2', 'b/3', 'remote/4']) writeFileSync(join(place, name), '');
    const mounts = new Mounts(`1 1 0:1 / / rw - ext4 x rw\n2 1 0:2 / ${join(place, 'remote')} rw - fuse.s3fs x rw`);
    const [finding] = judgeFiles([place, join(folder, 'not-there')], mounts);
    assert.deepEqual([finding?.level, finding?.facts['files']], ['pass', 6]);
  });

  test('S15, in part: a pending restart is told as needs_reboot; other products are named', async () => {
    const root = join(folder, 'root');
    mkdirSync(join(root, 'run'), { recursive: true });
    mkdirSync(join(root, 'opt/ds_agent'), { recursive: true });
    assert.deepEqual((await judgeReboot(root)).filter(({ code }) => code !== 'queue_busy').map(pair), [
      'pass reboot_none',
    ]);
    writeFileSync(join(root, 'run/reboot-required'), '');
    writeFileSync(join(root, 'run/reboot-required.pkgs'), 'linux-image-amd64\nlibc6\n');
    const [finding] = await judgeReboot(root);
    assert.equal(finding?.needsReboot, true);
    assert.equal(finding?.facts['packages'], 'linux-image-amd64, libc6');
    const [product] = judgeProducts(root);
    assert.deepEqual([product?.level, product?.facts['list']], ['warn', 'Trend Micro Deep Security Agent']);
  });

  test('S15, in part: another program that holds the queue of packets is told by name and number, and asks for a restart', {
    skip: whyNoNetwork(),
  }, async (t) => {
    const network = new TestNetwork('preq');
    t.after(() => network.remove());
    const holder = network.start(network.server, 'python3', ['-u', '-c', holdsQueue]);
    assert.deepEqual(await holder.ask({}), { refused: 0 });
    const words = [main, 'preflight', '--modules', 'intrusion', '--json'];
    const { stdout, stderr } = spawnSync('ip', ['netns', 'exec', network.server, process.execPath, ...words], {
      encoding: 'utf8',
    });
    const { findings } = JSON.parse(stdout || assert.fail(stderr)) as Preflight;
    const busy = findings.find(({ code }) => code === 'queue_busy');
    assert.deepEqual([busy?.level, busy?.needsReboot], ['warn', true], stdout);
    assert.deepEqual([busy?.facts['queue'], busy?.facts['program']], [4120, 'python3']);
  });

  test('wrong words are refused with the way out; what is kept is for the enrolment', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [main, 'preflight', '--modules', 'loginspection', ...args], { encoding: 'utf8' });
    for (const [args, word] of [
      [['--manager', 'manager'], '--manager wants host:port'],
      [['--override', 'x'.repeat(301)], '--override wants a reason'],
      [['--lang', 'fr'], '--lang wants ja or en'],
    ] as const) {
      const { status, stderr } = run(...args);
      assert.equal(status, 64, stderr);
      assert.ok(stderr.includes(word), stderr);
    }
  });

  test('S10, in part: what preflight found goes to the manager with the enrolment, and does not stay on the host', async () => {
    const data = join(folder, 'data');
    const { agents, ca } = door();
    const args = ['--data', data, '--modules', 'loginspection'];
    const child = async (words: readonly string[], input = '') => {
      const { spawn } = await import('node:child_process');
      const running = spawn(process.execPath, [main, ...words], { stdio: ['pipe', 'ignore', 'inherit'] });
      running.stdin.end(input);
      return new Promise<number | null>((resolve) => running.once('exit', resolve));
    };
    const code = await child(['preflight', '--manager', agents, '--ca', ca, '--record', ...args]);
    assert.ok(code === 0 || code === 1, String(code));
    assert.equal(await child(['enrol', '--data', data, '--token-file', '-'], manager.token), 0);
    const sent = manager.preflights.at(-1);
    assert.ok(sent?.findings.some((finding) => finding.code === 'tls_trusted'));
    assert.equal(spawnSync('test', ['-e', join(data, 'preflight.json')]).status, 1);
  });
});
