import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { bundleAgent, packAgent } from '../scripts/build-agent.ts';
import { type FreshHost, layCable, plugIn, startFreshHost, whyNoFreshHost } from './fresh-host.ts';

/**
 * `sakimori-agent engines` on a host of its own, with its own package, a real apt and dpkg, and repositories that hold small packages of the right names.
 * The host is what this machine is, so only Debian 12 is tried to the end; what other systems would be told is asked with `--dry-run`.
 */
const isBookworm = /^VERSION_CODENAME=bookworm$/m.test(readFileSync('/etc/os-release', 'utf8'));
const reason = whyNoFreshHost() || (!isBookworm && 'is written for Debian 12');
const cable = layCable(2);
const place = mkdtempSync(join(tmpdir(), 'sakimori-engines-test-'));
let host: FreshHost;
let unplug: (() => void) | undefined;

before(async () => {
  if (reason) return;
  unplug = plugIn(cable);
  const bundle = await bundleAgent(place);
  const deb = packAgent(place, bundle);
  host = await startFreshHost('engines-1', cable);
  copyFileSync(deb, join(host.root, 'root', basename(deb)));
  must('apt-get', 'purge', '-y', '-q', 'suricata', 'clamav-daemon', 'clamav-freshclam', 'clamav', 'clamdscan');
  must('dpkg', '-i', `/root/${basename(deb)}`);
  makeRepository();
});
after(async () => {
  await host?.stop();
  unplug?.();
  rmSync(place, { recursive: true, force: true });
});

function must(...command: string[]): string {
  const { code, out, err } = host.run(command);
  assert.equal(code, 0, `${command.join(' ')}: ${out}${err}`);
  return out;
}
const engines = (...words: string[]) => host.run(['sakimori-agent', 'engines', ...words]);
const isThere = (path: string) => existsSync(join(host.root, path));

/** A package whose maintainer script starts its service, as those of engines do. */
function makePackage(name: string, program: string | undefined, depends?: string): string {
  const stage = join(place, 'stage', name);
  mkdirSync(join(stage, 'DEBIAN'), { recursive: true });
  const control = [
    ...[`Package: ${name}`, 'Version: 9.1-1', 'Architecture: all', 'Maintainer: nobody <nobody@example.com>'],
    ...(depends ? [`Depends: ${depends}`] : []),
    ...['Description: for a test', ''],
  ];
  writeFileSync(join(stage, 'DEBIAN/control'), control.join('\n'));
  if (program) {
    const put = (path: string, text: string) => {
      mkdirSync(join(stage, path, '..'), { recursive: true });
      writeFileSync(join(stage, path), text);
      chmodSync(join(stage, path), 0o755);
    };
    put(program, '#!/bin/sh\nexec sleep 1000\n');
    put(
      `etc/init.d/${name}`,
      `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: ${name}\n### END INIT INFO\ntouch /run/started-${name}\n`,
    );
    put(
      'DEBIAN/postinst',
      `#!/bin/sh\ninvoke-rc.d --query ${name} start\necho $? >/run/asked-${name}\ninvoke-rc.d ${name} start || true\n`,
    );
  }
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', stage, join(place, `${name}.deb`)], {
    stdio: 'ignore',
  });
  return `${control.filter(Boolean).join('\n')}`;
}

function makeRepository(): void {
  const own = join(host.root, 'root/repository');
  const put = (folder: string, suite: string, controls: Record<string, string>) => {
    mkdirSync(join(own, folder), { recursive: true });
    const entries = Object.entries(controls).map(([name, control]) => {
      copyFileSync(join(place, `${name}.deb`), join(own, `${name}.deb`));
      const bytes = readFileSync(join(own, `${name}.deb`));
      const digest = createHash('sha256').update(bytes).digest('hex');
      return `${control}\nFilename: ${name}.deb\nSize: ${bytes.length}\nSHA256: ${digest}\n`;
    });
    const list = entries.join('\n');
    writeFileSync(join(own, folder, 'Packages'), list);
    const digest = createHash('sha256').update(list).digest('hex');
    const release = `Suite: ${suite}\nCodename: ${suite}\nComponents: main\nArchitectures: amd64 arm64\nDate: Fri, 27 Nov 2026 00:00:00 UTC\nSHA256:\n`;
    return { release, digest, size: Buffer.byteLength(list) };
  };
  const architecture = must('dpkg', '--print-architecture').trim();
  const write = (suite: string, controls: Record<string, string>) => {
    const folder = `dists/${suite}/main/binary-${architecture}`;
    const { release, digest, size } = put(folder, suite, controls);
    writeFileSync(
      join(own, `dists/${suite}/Release`),
      `${release} ${digest} ${size} main/binary-${architecture}/Packages\n`,
    );
  };
  write('stable', {
    'clamav-daemon': makePackage('clamav-daemon', 'usr/sbin/clamd'),
    'clamav-freshclam': makePackage('clamav-freshclam', 'usr/bin/freshclam'),
    clamav: makePackage('clamav', 'usr/bin/clamscan'),
  });
  write('bookworm-backports', {
    suricata: makePackage('suricata', 'usr/bin/suricata', 'sakimori-test-library'),
    'sakimori-test-library': makePackage('sakimori-test-library', undefined),
  });
  must(
    'sh',
    '-c',
    'rm -rf /usr/sbin/policy-rc.d /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/*proxy* && chmod -R a+rX /root',
  );
  writeFileSync(
    join(host.root, 'etc/apt/apt.conf.d/99test'),
    'Acquire::AllowInsecureRepositories "true"; APT::Get::AllowUnauthenticated "true"; APT::Sandbox::User "root";\n',
  );
  writeSources('deb file:/root/repository stable main');
}

const writeSources = (text: string) => writeFileSync(join(host.root, 'etc/apt/sources.list'), `${text}\n`);
const mirror = ['--mirror', 'file:/root/repository'];

describe('engines of a fresh host', { skip: reason }, () => {
  test('what is missing is named with one command, and a dry run says the commands and does nothing', () => {
    const status = engines('status', '--json', '--modules', 'antimalware,intrusion');
    const { programs } = JSON.parse(status.out) as { programs: { name: string; install?: string; path?: string }[] };
    const install = Object.fromEntries(programs.map((program) => [program.name, program.install]));
    assert.equal(install['ClamAV'], 'sakimori-agent engines install --modules antimalware');
    assert.equal(install['Suricata'], 'sakimori-agent engines install --modules intrusion');
    const dry = engines('install', '--dry-run');
    assert.equal(dry.code, 0);
    assert.match(dry.out, /^apt-get .*install .*clamav-daemon clamav-freshclam clamav$/m);
    assert.match(dry.out, /^apt-get .*-t bookworm-backports suricata$/m);
    assert.match(dry.out, /^systemctl disable --quiet suricata\.service$/m);
    assert.notEqual(host.run(['dpkg', '-s', 'suricata']).code, 0);
  });

  test('without root, without a way to the packages, and on a system that is not known it says so, each with its exit code', () => {
    const nobody = host.run([
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      'sakimori-agent',
      'engines',
      'install',
    ]);
    assert.equal(nobody.code, 77, nobody.err);
    assert.match(nobody.err, /by root/);
    writeSources('deb http://127.0.0.1:9/debian stable main');
    const cut = engines('install', '--modules', 'intrusion', '--mirror', 'http://127.0.0.1:9/debian');
    assert.equal(cut.code, 69, cut.out);
    assert.match(cut.err, /no way to the repositories|do not have these packages/);
    writeSources('deb file:/root/repository stable main');
    const release = join(host.root, 'etc/os-release');
    const text = readFileSync(release, 'utf8');
    rmSync(release);
    writeFileSync(release, 'ID=plan9\nPRETTY_NAME="Plan 9"\n');
    const strange = engines('install', '--modules', 'antimalware');
    assert.deepEqual([strange.code, /Plan 9.*ClamAV/s.test(strange.err)], [78, true]);
    writeFileSync(release, 'ID=rocky\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9"\n');
    const rocky = engines('install', '--dry-run');
    assert.match(rocky.out, /^dnf install .*epel-release$/m);
    assert.match(rocky.out, /^dnf install .*clamd clamav clamav-freshclam suricata/m);
    writeFileSync(release, text);
  });

  test('they are installed by apt, Suricata from the backports, and no service is started', () => {
    const sources = readFileSync(join(host.root, 'etc/apt/sources.list'), 'utf8');
    const { code, out, err } = engines('install', ...mirror);
    assert.equal(code, 0, `${out}${err}`);
    assert.match(out, /^1\/\d+ asks what packages there are$/m);
    assert.match(out, /^Suricata is installed$/m);
    assert.match(out, /^nftables is there already$/m);
    for (const name of ['suricata', 'clamav-daemon', 'clamav-freshclam'])
      assert.equal(isThere(`run/started-${name}`), false, `${name} was started`);
    assert.equal(isThere('usr/sbin/policy-rc.d'), false);
    // 101: what asks before a service is started was told no.
    assert.equal(readFileSync(join(host.root, 'run/asked-suricata'), 'utf8').trim(), '101');
    assert.equal(readFileSync(join(host.root, 'etc/apt/sources.list'), 'utf8'), sources);
    const dropIn = readFileSync(join(host.root, 'etc/systemd/system/sakimori-agent.service.d/engines.conf'), 'utf8');
    assert.match(dropIn, /^CapabilityBoundingSet=.*CAP_SETUID/m);
    const verified = host.run(['systemd-analyze', 'verify', '--man=no', '/lib/systemd/system/sakimori-agent.service']);
    assert.doesNotMatch(`${verified.out}${verified.err}`, /engines\.conf/);
    const again = engines('install', ...mirror, '--json');
    assert.deepEqual((JSON.parse(again.out) as { installed: string[] }).installed, []);
    assert.match(engines('status').out, /^Suricata +\/usr\/bin\/suricata \(9\.1-1\)$/m);
  });

  test('remove takes away processes, rules and folders of ours, and packages only where they are ours and nobody else’s', () => {
    const data = '/var/lib/sakimori-agent/engines';
    const makeTraces = `set -e
nft add table inet sakimori_fw; nft add table ip sakimori_queue_webrep; nft add table inet keep_me
iptables-nft -t security -N SAKIMORI_INTRUSION_INPUT
iptables-nft -t security -A SAKIMORI_INTRUSION_INPUT -j RETURN
iptables-nft -t security -A INPUT -m comment --comment "of ours" -j SAKIMORI_INTRUSION_INPUT
iptables-nft -A INPUT -s 192.0.2.1 -j DROP
mkdir -p ${data}/intrusion/suricata ${data}/antimalware/quarantine ${data}/antimalware/clamd
touch ${data}/intrusion/suricata/suricata.yaml ${data}/antimalware/quarantine/one.sealed
setsid sleep 1000 </dev/null >/dev/null 2>&1 & pid=$!
sleep 0.2
printf '{"pid":%s,"startTicks":%s,"bootId":"%s","programs":["%s"]}' $pid $(cut -d' ' -f22 /proc/$pid/stat) \\
  $(cat /proc/sys/kernel/random/boot_id) $(readlink /proc/$pid/exe) > ${data}/intrusion/suricata.child.json
echo $pid`;
    const pid = must('sh', '-c', makeTraces).trim();
    const status = JSON.parse(engines('status', '--json', '--modules', 'intrusion').out) as {
      modules: { processes: { pid: number }[] }[];
    };
    assert.equal(status.modules[0]?.processes[0]?.pid, Number(pid));
    const removed = engines('remove', '--packages');
    assert.equal(removed.code, 0, `${removed.out}${removed.err}`);
    assert.notEqual(host.run(['kill', '-0', pid]).code, 0);
    const tables = must('nft', 'list', 'tables');
    assert.doesNotMatch(tables, /sakimori/, removed.out);
    assert.match(tables, /keep_me/);
    assert.doesNotMatch(must('iptables-nft-save'), /SAKIMORI/);
    assert.match(must('iptables-nft-save'), /-A INPUT -s 192\.0\.2\.1\/32 -j DROP/);
    assert.equal(isThere(`${data}/intrusion`), false);
    assert.equal(isThere(`${data}/antimalware/clamd`), false);
    assert.ok(isThere(`${data}/antimalware/quarantine/one.sealed`), 'what is in quarantine is kept');
    assert.match(removed.out, /^kept .*quarantine/m);
    assert.equal(isThere('etc/systemd/system/sakimori-agent.service.d'), false);
    for (const name of ['suricata', 'sakimori-test-library', 'clamav-daemon', 'clamav-freshclam', 'clamav'])
      assert.notEqual(host.run(['dpkg', '-s', name]).code, 0, `${name} is gone`);
    assert.equal(host.run(['dpkg', '-s', 'nftables']).code, 0, 'what was there before stays');
  });

  test('the package, uninstalled, takes it all along; purged, nothing is left', () => {
    must('nft', 'add', 'table', 'inet', 'sakimori_isolation');
    must('sh', '-c', 'mkdir -p /var/lib/sakimori-agent/engines/intrusion');
    must('dpkg', '--remove', 'sakimori-agent');
    assert.doesNotMatch(must('nft', 'list', 'tables'), /sakimori/);
    assert.equal(isThere('var/lib/sakimori-agent/engines/intrusion'), false);
    assert.ok(isThere('var/lib/sakimori-agent/engines/antimalware/quarantine/one.sealed'));
    must('dpkg', '--purge', 'sakimori-agent');
    assert.equal(isThere('var/lib/sakimori-agent'), false);
    assert.equal(statSync(join(host.root, 'etc/systemd/system')).isDirectory(), true);
  });
});
