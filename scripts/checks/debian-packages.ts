import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Need = {
  readonly package: string;
  readonly paths: readonly string[];
  readonly why: string;
  /** Debian 12 itself has it no more, its backports do. */
  readonly fromBackports?: true;
};

/** What the tests use of the machine. A package is there when one of its paths is. */
const needs: readonly Need[] = [
  { package: '7zip', paths: ['/usr/bin/7zz'], why: 'copies of quarantined files opened by another program' },
  { package: 'bindfs', paths: ['/usr/bin/bindfs'], why: 'a FUSE file system that says what is asked of it' },
  {
    package: 'chromium-headless-shell',
    paths: ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'],
    why: 'the console in a real browser',
  },
  { package: 'clamav', paths: ['/usr/bin/clamscan'], why: 'signatures tried one by one' },
  { package: 'clamav-daemon', paths: ['/usr/sbin/clamd'], why: 'anti-malware by the real engine' },
  { package: 'clamav-freshclam', paths: ['/usr/bin/freshclam'], why: 'signatures fetched by the real program' },
  { package: 'clamdscan', paths: ['/usr/bin/clamdscan'], why: 'the engine’s own client, to compare with' },
  { package: 'conntrack', paths: ['/usr/sbin/conntrack'], why: 'connections as the kernel follows them' },
  { package: 'curl', paths: ['/usr/bin/curl'], why: 'deployment scripts on a host of their own' },
  { package: 'dovecot-imapd', paths: ['/usr/lib/dovecot/imap'], why: 'the desk’s mailbox at a real IMAP server' },
  { package: 'fonts-noto-cjk', paths: ['/usr/share/fonts/opentype/noto/*CJK*'], why: 'Japanese in the browser' },
  { package: 'gcc', paths: ['/usr/bin/gcc'], why: 'the agent’s helper in C' },
  { package: 'iproute2', paths: ['/usr/sbin/ip', '/usr/bin/ip', '/sbin/ip'], why: 'hosts without a network' },
  { package: 'libc6-dev', paths: ['/usr/include/stdio.h'], why: 'the agent’s helper in C' },
  { package: 'iptables', paths: ['/usr/sbin/iptables-nft'], why: 'queues on kernels whose nftables has none' },
  { package: 'logrotate', paths: ['/usr/sbin/logrotate'], why: 'logs rotated as on any host' },
  { package: 'nftables', paths: ['/usr/sbin/nft', '/sbin/nft'], why: 'firewall rules asked of the kernel' },
  { package: 'nmap', paths: ['/usr/bin/nmap'], why: 'hosts that are scanned' },
  { package: 'openssh-client', paths: ['/usr/bin/ssh'], why: 'failed logins at a real sshd' },
  { package: 'openssh-server', paths: ['/usr/sbin/sshd'], why: 'failed logins at a real sshd' },
  { package: 'openssl', paths: ['/usr/bin/openssl'], why: 'certificates seen by another library' },
  { package: 'poppler-utils', paths: ['/usr/bin/pdftotext'], why: 'text and fonts of reports' },
  { package: 'postgresql', paths: ['/usr/lib/postgresql/*/bin/initdb'], why: 'the database of the distribution' },
  { package: 'postgresql-client', paths: ['/usr/bin/psql'], why: 'figures compared with raw queries' },
  { package: 'python3', paths: ['/usr/bin/python3'], why: 'frames as they are on the wire' },
  { package: 'rpm', paths: ['/usr/bin/rpmbuild'], why: 'RPM’s own order of versions, and its database' },
  { package: 'rsyslog', paths: ['/usr/sbin/rsyslogd'], why: 'a real auth.log' },
  { package: 'sshpass', paths: ['/usr/bin/sshpass'], why: 'failed logins at a real sshd' },
  { package: 'systemd', paths: ['/usr/bin/journalctl'], why: 'the journal as its own program reads it' },
  {
    package: 'systemd-journal-remote',
    paths: ['/lib/systemd/systemd-journal-remote', '/usr/lib/systemd/systemd-journal-remote'],
    why: 'real journal files',
  },
  {
    package: 'suricata-update',
    paths: ['/usr/bin/suricata-update'],
    why: 'rules of others fetched by the real program',
  },
  {
    package: 'suricata',
    paths: ['/usr/bin/suricata'],
    why: 'intrusion prevention rules in the real engine',
    fromBackports: true,
  },
  { package: 'wget', paths: ['/usr/bin/wget'], why: 'deployment scripts on a host that has no curl' },
];

/**
 * Installs what is missing by `apt-get`, where that is allowed; says what it does, or what it would need.
 * @returns the packages that are still missing
 */
export function installDebianPackages(): readonly string[] {
  const missing = findMissing();
  if (missing.length === 0) return [];
  const list = missing.map((need) => `  ${need.package}: ${need.why}`).join('\n');
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(
      `The tests lack these packages (install them as root, or the tests that need them are left out):\n${list}`,
    );
    return missing.map((need) => need.package);
  }
  console.log(`Installing Debian packages for the tests:\n${list}`);
  withoutStartingServices(() => {
    withBackports((sources, suite) => {
      const apt = (words: readonly string[]) =>
        spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...sources, ...words], {
          stdio: ['ignore', 'ignore', 'inherit'],
          env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        });
      apt(['update', '-q']);
      const options = ['install', '-y', '-q', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0'];
      const install = (packages: readonly Need[], release: readonly string[]) =>
        packages.length > 0 && apt([...options, ...release, ...packages.map((need) => need.package)]);
      // Calls of their own: what the backports cannot give today does not keep the rest away. `-t` takes what such a package needs from there too.
      const isApart = (need: Need) => need.fromBackports === true && suite !== undefined;
      install(
        missing.filter((need) => !isApart(need)),
        [],
      );
      install(missing.filter(isApart), ['-t', suite ?? '']);
    });
  });
  return findMissing().map((need) => need.package);
}

const findMissing = (): Need[] => needs.filter((need) => globSync([...need.paths]).length === 0);

/** A test run must not leave an sshd or a database server running: services stay off, and PostgreSQL makes no cluster of its own. */
function withoutStartingServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  if (!existsSync('/etc/postgresql-common')) {
    mkdirSync('/etc/postgresql-common/createcluster.d', { recursive: true });
    writeFileSync('/etc/postgresql-common/createcluster.d/sakimori-tests.conf', 'create_main_cluster = false\n');
  }
  try {
    install();
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

/** On Debian 12 apt asks the backports too, in these calls alone: the machine's own sources stay as they are. */
function withBackports(install: (sources: readonly string[], suite?: string) => void): void {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (!/^VERSION_CODENAME=bookworm$/m.test(release)) {
    install([]);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-apt-'));
  const own = '/etc/apt/sources.list';
  const list = join(folder, 'sources.list');
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const line = `deb ${existsSync(keys) ? `[signed-by=${keys}] ` : ''}http://deb.debian.org/debian bookworm-backports main\n`;
  writeFileSync(list, `${existsSync(own) ? readFileSync(own, 'utf8') : ''}\n${line}`);
  try {
    install(['-o', `Dir::Etc::sourcelist=${list}`], 'bookworm-backports');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
