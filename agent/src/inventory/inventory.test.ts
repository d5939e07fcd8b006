import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { HostInventory } from '@sakimori/contract/host-inventory';
import { systemClock } from '../clock.ts';
import { parseApkDatabase } from './apk.ts';
import { parseDpkgStatus } from './dpkg.ts';
import { fitLine } from './fit.ts';
import { takeInventory } from './index.ts';
import { createPace } from './pace.ts';
import { parseProcNet } from './proc-net.ts';
import { parseRpmList } from './rpm.ts';

const pace = createPace(systemClock);
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A host's files below a folder; a target that begins with `->` is a link. */
function makeRoot(files: Readonly<Record<string, string>>): string {
  const root = fs.mkdtempSync(join(tmpdir(), 'host-'));
  cleanUps.push(() => fs.rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    fs.mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text.startsWith('->')) fs.symlinkSync(text.slice(2), join(root, path));
    else fs.writeFileSync(join(root, path), text);
  }
  return root;
}

const withoutRpm = spawnSync('rpmbuild', ['--version']).status === 0 ? false : 'rpm is not installed';

/** Builds a package without files of its own and enters it into the database below this root. */
function installRpm(
  root: string,
  given: { name: string; epoch: number; version: string; release: string; owns: string },
): void {
  const { name, epoch, version, release, owns } = given;
  const build = join(root, 'build');
  const head = {
    Name: name,
    Epoch: epoch,
    Version: version,
    Release: release,
    Summary: 'x',
    License: 'x',
    BuildArch: 'noarch',
  };
  const lines = Object.entries(head).map(([field, value]) => `${field}: ${value}`);
  const spec = [
    ...lines,
    '%description',
    'x',
    '%install',
    `install -D /dev/null %{buildroot}${owns}`,
    '%files',
    `%ghost ${owns}`,
  ];
  fs.mkdirSync(build);
  fs.writeFileSync(join(build, 'x.spec'), `${spec.join('\n')}\n`);
  const stdio = 'ignore';
  execFileSync('rpmbuild', ['--define', `_topdir ${build}`, '-bb', join(build, 'x.spec')], { stdio });
  const file = join(build, `RPMS/noarch/${name}-${version}-${release}.noarch.rpm`);
  const options = ['--justdb', '--nodeps', '--force-debian'];
  execFileSync('rpm', ['--dbpath', join(root, 'var/lib/rpm'), '-i', ...options, file], { stdio });
}

const dpkgStatusText = `Package: nginx
Status: install ok installed
Priority: optional
Architecture: amd64
Version: 1.22.1-9
Description: small, powerful, scalable web/proxy server
 Version: this line belongs to the description

Package: removed
Status: deinstall ok config-files
Architecture: all
Version: 1.0-1

Package: libc6
Status: install ok triggers-pending
Architecture: amd64
Multi-Arch: same
Version: 2.36-9+deb12u4

Package: broken
Status: install ok installed
Architecture: all
`;

const netTcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5001 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   105        0 5002 1 0000000000000000 100 0 0 10 0
   2: 0F02000A:0016 0202000A:D2F0 01 00000000:00000000 02:000A7214 00000000     0        0 5003 4 0000000000000000 20 4 30 10 -1
   3: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5004 1 0000000000000000 100 0 0 10 0
`;
const netTcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 6001 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 6002 1 0000000000000000 100 0 0 10 0
   2: B80D0120000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 6003 1 0000000000000000 100 0 0 10 0
`;
const netUdp = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7001 2 0000000000000000 0
  200: 0F02000A:9C40 0835A8C0:0035 01 00000000:00000000 00:00000000 00000000     0        0 7002 2 0000000000000000 0
`;

/** A web server on Debian as an agent with all rights sees it. */
const webServer = {
  'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
  'var/lib/dpkg/status': dpkgStatusText,
  'var/lib/dpkg/info/libc6:amd64.list': '/.\n/lib\n/lib/x86_64-linux-gnu/libc.so.6\n',
  'var/lib/dpkg/info/nginx.list': '/.\n/usr\n/usr/sbin\n/usr/sbin/nginx\n',
  'proc/net/tcp': netTcp,
  'proc/net/tcp6': netTcp6,
  'proc/net/udp': netUdp,
  'proc/1/comm': 'systemd\n',
  'proc/1/cmdline': '/sbin/init\0',
  'proc/1/fd/30': '->socket:[6001]',
  'proc/1/exe': '->/usr/lib/systemd/systemd',
  'proc/2/comm': 'kthreadd\n',
  'proc/2/cmdline': '',
  'proc/80/comm': 'nginx\n',
  'proc/80/cmdline': 'nginx: master process /usr/sbin/nginx -g daemon on;\0',
  'proc/80/fd/6': '->socket:[5001]',
  'proc/80/fd/7': '->socket:[6001]',
  'proc/80/fd/8': '->/var/log/nginx/access.log',
  'proc/80/exe': '->/usr/sbin/nginx (deleted)',
  'proc/81/comm': 'nginx\n',
  'proc/81/cmdline': 'nginx: worker process\0',
  'proc/81/fd/6': '->socket:[5004]',
  'proc/81/exe': '->/usr/sbin/nginx',
  'proc/90/comm': 'systemd-resolve\n',
  'proc/90/cmdline': '/lib/systemd/systemd-resolved\0',
  'sys/class/dmi/id/sys_vendor': 'Amazon EC2\n',
  'sys/class/dmi/id/product_uuid': 'EC2A1B2C-0000-4000-8000-0123456789AB\n',
  'sys/class/dmi/id/board_asset_tag': 'i-0123456789abcdef0\n',
  'sys/class/dmi/id/product_name': 't3.micro\n',
};

describe('parsers, on what real systems wrote', () => {
  test('dpkg: what is unpacked counts, what left only its configuration does not', async () => {
    assert.deepEqual(await parseDpkgStatus(dpkgStatusText, pace), [
      { name: 'nginx', version: '1.22.1-9', architecture: 'amd64', manager: 'dpkg' },
      { name: 'libc6', version: '2.36-9+deb12u4', architecture: 'amd64', manager: 'dpkg' },
    ]);
  });

  test('rpm: epochs, and keys that are no packages', () => {
    const text = 'nginx\t1:1.20.1-14.el9\tx86_64\ngpg-pubkey\tfd431d51-4ae0493b\t(none)\nbash\t5.1.8-6.el9\tx86_64\n';
    assert.deepEqual(
      parseRpmList(text).map(({ name, version }) => `${name} ${version}`),
      ['nginx 1:1.20.1-14.el9', 'bash 5.1.8-6.el9'],
    );
  });

  test('apk', async () => {
    const text =
      'C:Q1abc=\nP:musl\nV:1.2.4-r2\nA:x86_64\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:nginx\nV:1.24.0-r15\nA:x86_64\n';
    assert.deepEqual(
      (await parseApkDatabase(text, pace)).map(({ name, version, manager }) => `${name} ${version} ${manager}`),
      ['musl 1.2.4-r2 apk', 'nginx 1.24.0-r15 apk'],
    );
  });

  test('sockets: only those that take what comes from anybody; addresses as people write them', () => {
    const show = (text: string, protocol: 'tcp' | 'udp') =>
      parseProcNet(text, protocol).map(({ address, port, inode }) => `${address} ${port} ${inode}`);
    assert.deepEqual(show(netTcp, 'tcp'), ['0.0.0.0 80 5001', '127.0.0.1 5432 5002', '0.0.0.0 80 5004']);
    assert.deepEqual(show(netTcp6, 'tcp'), [':: 443 6001', '::1 631 6002', '2001:db8::1 8080 6003']);
    assert.deepEqual(show(netUdp, 'udp'), ['0.0.0.0 68 7001']);
    assert.deepEqual(parseProcNet('nonsense\n0: zz:1 2 3\n', 'tcp'), []);
  });

  test('texts are one line and bounded', () => {
    assert.equal(fitLine('a\u0000b\nc\ud800', 10), 'a\ufffdb\ufffdc\ufffd');
    assert.equal(fitLine('ab\u{1f600}', 3), 'ab');
  });
});

describe('S11, in part: what the agent reports of its host', () => {
  test('packages, services with program and package, programs, machine', async () => {
    const inventory = HostInventory.parse(await takeInventory(systemClock, makeRoot(webServer)));
    assert.deepEqual([inventory.os.id, inventory.os.version], ['debian', '12']);
    assert.deepEqual(
      inventory.packages.map(({ name }) => name),
      ['libc6', 'nginx'],
    );
    const web = inventory.services.find(({ port }) => port === 80);
    assert.deepEqual(web, {
      ...{ protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx', exe: '/usr/sbin/nginx' },
      ...{ package: 'nginx', version: '1.22.1-9' },
    });
    assert.equal(inventory.services.filter(({ port }) => port === 80).length, 1, 'workers at one port are one service');
    assert.equal(inventory.services.find(({ port }) => port === 443)?.process, 'nginx', 'not the first process');
    assert.deepEqual(inventory.processes, ['nginx', 'systemd', 'systemd-resolved']);
    assert.equal(inventory.biosUuid, 'ec2a1b2c-0000-4000-8000-0123456789ab');
    assert.deepEqual(inventory.cloud, {
      ...{ provider: 'aws', instanceId: 'i-0123456789abcdef0', instanceType: 't3.micro' },
    });
    assert.deepEqual(inventory.limits, ['sockets_without_process']);
  });

  test('cloud-init’s word on the machine; a host without any package database says so', async () => {
    const v1 = { cloud_name: 'azure', instance_id: '7783a0f0', region: 'japaneast', availability_zone: null };
    const root = makeRoot({ 'run/cloud-init/instance-data.json': JSON.stringify({ v1 }), 'proc/net/tcp': netTcp });
    const inventory = HostInventory.parse(await takeInventory(systemClock, root));
    assert.deepEqual(inventory.cloud, { provider: 'azure', instanceId: '7783a0f0', region: 'japaneast' });
    assert.deepEqual(inventory.limits, ['packages_unknown', 'sockets_without_process']);
    assert.equal(inventory.os.id, 'linux');
  });

  test('apk’s database also says which package a program came with', async () => {
    const root = makeRoot({
      ...webServer,
      'var/lib/dpkg/status': '',
      'lib/apk/db/installed': 'P:nginx\nV:1.24.0-r15\nA:x86_64\nF:usr/sbin\nR:nginx\n\n',
    });
    const { services } = await takeInventory(systemClock, root);
    const web = services.find(({ port }) => port === 80);
    assert.deepEqual([web?.package, web?.version], ['nginx', '1.24.0-r15']);
  });

  test('a real RPM database, and the package of a program by it', { skip: withoutRpm }, async () => {
    const { 'proc/net/tcp6': _tcp6, 'proc/net/udp': _udp, ...files } = webServer;
    const root = makeRoot({
      ...files,
      'var/lib/dpkg/status': '',
      'proc/80/exe': '->/usr/bin/env',
      'proc/81/exe': '->/usr/bin/env',
    });
    installRpm(root, { name: 'nginx', epoch: 1, version: '1.20.1', release: '14.el9', owns: '/usr/bin/env' });
    const inventory = HostInventory.parse(await takeInventory(systemClock, root));
    assert.deepEqual(inventory.packages, [
      { name: 'nginx', version: '1:1.20.1-14.el9', architecture: 'noarch', manager: 'rpm' },
    ]);
    const web = inventory.services.find(({ exe }) => exe === '/usr/bin/env');
    assert.deepEqual([web?.package, web?.version], ['nginx', '1:1.20.1-14.el9']);
    fs.writeFileSync(join(root, 'var/lib/rpm/rpmdb.sqlite'), 'this is no database');
    assert.ok((await takeInventory(systemClock, root)).limits.includes('packages_failed'));
  });

  test('this very machine, with a port of this process, in well below a second of its processor', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => server.close());
    const { port } = server.address() as { port: number };
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const before = process.cpuUsage();
    const inventory = await takeInventory(systemClock);
    const { user, system } = process.cpuUsage(before);
    clearInterval(timer);
    HostInventory.parse(inventory);
    assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`);
    assert.ok(turns > 0, 'others had their turn meanwhile');
    const own = inventory.services.find((service) => service.port === port);
    assert.deepEqual([own?.protocol, own?.address, own?.exe], ['tcp', '127.0.0.1', fs.realpathSync(process.execPath)]);
    assert.ok(inventory.interfaces.every(({ addresses }) => addresses.length > 0));
  });

  test('twenty thousand packages and thousands of sockets are cut, and said to be', async () => {
    const status = Array.from(
      { length: 20_100 },
      (_, index) => `Package: p${index}\nStatus: install ok installed\nArchitecture: all\nVersion: 1-${index}\n\n`,
    ).join('');
    const line = (index: number) =>
      `${index}: 00000000:${(index + 1).toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 0:0 0:0 0 0 0 ${index} 1`;
    const tcp = Array.from({ length: 2100 }, (_, index) => line(index)).join('\n');
    const root = makeRoot({ 'var/lib/dpkg/status': status, 'proc/net/tcp': tcp });
    const before = process.cpuUsage();
    const inventory = HostInventory.parse(await takeInventory(systemClock, root));
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`);
    assert.deepEqual([inventory.packages.length, inventory.services.length], [20_000, 2000]);
    assert.deepEqual(inventory.limits, ['packages_cut', 'services_cut', 'sockets_without_process']);
  });
});
