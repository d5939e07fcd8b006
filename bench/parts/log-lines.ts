import type { Random } from './random.ts';

/** One everyday kind of line: how often it comes among 1,000, and the line behind the time. */
export interface LineKind {
  readonly weight: number;
  readonly line: (random: Random) => string;
}

const users = [
  'taro',
  'hanako',
  'deploy',
  'root',
  'www-data',
  'backup',
  'yamada',
  'suzuki',
  'git',
  'postgres',
] as const;
const strangers = ['admin', 'test', 'oracle', 'ubuntu', 'guest', 'pi', 'ftpuser', 'minecraft'] as const;
const hosts = ['web01', 'web02', 'db01', 'mail01', 'bastion'] as const;
const units = ['nginx', 'postgresql@15-main', 'apt-daily', 'logrotate', 'systemd-tmpfiles-clean', 'certbot'] as const;
const paths = [
  '/',
  '/index.html',
  '/news/2026/11/',
  '/assets/app.7f3c.js',
  '/api/v1/items',
  '/images/logo.svg',
  '/favicon.ico',
  '/login',
] as const;
const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
  'curl/8.11.0',
] as const;
const probes = [
  '/wp-login.php',
  '/.env',
  '/phpmyadmin/index.php',
  '/cgi-bin/test.cgi',
  '/old/page.html',
  '/admin.php',
] as const;

const inside = (random: Random) => `10.0.${random.below(8)}.${1 + random.below(250)}`;
const outside = (random: Random) => `198.51.${random.below(100)}.${1 + random.below(250)}`;
const port = (random: Random) => 1024 + random.below(60_000);
const pid = (random: Random) => 300 + random.below(32_000);
const host = (random: Random) => random.of(hosts);
const message = (program: string, text: (random: Random) => string) => (random: Random) =>
  `${host(random)} ${program}[${pid(random)}]: ${text(random)}`;

export const syslogKinds: readonly LineKind[] = [
  {
    weight: 30,
    line: message(
      'sshd',
      (r) => `Failed password for invalid user ${r.of(strangers)} from ${outside(r)} port ${port(r)} ssh2`,
    ),
  },
  {
    weight: 22,
    line: message('sshd', (r) => `Failed password for ${r.of(users)} from ${outside(r)} port ${port(r)} ssh2`),
  },
  { weight: 12, line: message('sshd', (r) => `Invalid user ${r.of(strangers)} from ${outside(r)} port ${port(r)}`) },
  {
    weight: 16,
    line: message(
      'sshd',
      (r) =>
        `Accepted publickey for ${r.of(users)} from ${inside(r)} port ${port(r)} ssh2: ED25519 SHA256:${r.word(43)}`,
    ),
  },
  {
    weight: 14,
    line: message(
      'sshd',
      (r) => `Connection closed by authenticating user root ${outside(r)} port ${port(r)} [preauth]`,
    ),
  },
  {
    weight: 14,
    line: message('sshd', (r) => `Received disconnect from ${outside(r)} port ${port(r)}:11: disconnected by user`),
  },
  { weight: 8, line: message('sshd', (r) => `pam_unix(sshd:session): session closed for user ${r.of(users)}`) },
  {
    weight: 7,
    line: message(
      'sshd',
      (r) => `pam_unix(sshd:session): session opened for user ${r.of(users)}(uid=${1000 + r.below(20)}) by (uid=0)`,
    ),
  },
  {
    weight: 9,
    line: (r) =>
      `${host(r)} sudo:   ${r.of(users)} : TTY=pts/${r.below(9)} ; PWD=/home/${r.of(users)} ; USER=root ; COMMAND=/usr/bin/systemctl restart ${r.of(units)}`,
  },
  {
    weight: 3,
    line: (r) =>
      `${host(r)} sudo:   ${r.of(strangers)} : user NOT in sudoers ; TTY=pts/${r.below(9)} ; PWD=/tmp ; USER=root ; COMMAND=/bin/cat /etc/shadow`,
  },
  {
    weight: 22,
    line: message(
      'CRON',
      (r) =>
        `(root) CMD (test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.${r.of(['hourly', 'daily'])} ))`,
    ),
  },
  {
    weight: 10,
    line: message(
      'CRON',
      (r) => `pam_unix(cron:session): session ${r.of(['opened', 'closed'])} for user ${r.of(users)}`,
    ),
  },
  {
    weight: 110,
    line: message(
      'systemd',
      (r) =>
        `${r.of(['Starting', 'Started', 'Finished', 'Stopping'])} ${r.of(units)}.service - ${r.of(['Rotate log files', 'Daily apt download activities', 'A high performance web server', 'Cleanup of Temporary Directories'])}.`,
    ),
  },
  {
    weight: 6,
    line: message('systemd', (r) => `${r.of(units)}.service: Main process exited, code=exited, status=1/FAILURE`),
  },
  {
    weight: 14,
    line: (r) =>
      `${host(r)} kernel: [${r.below(900_000)}.${100_000 + r.below(800_000)}] nft-drop: IN=eth0 OUT= MAC=52:54:00:${10 + r.below(80)}:ab:cd:52:54:00:11:22:33:08:00 SRC=${outside(r)} DST=${inside(r)} LEN=60 TOS=0x00 PREC=0x00 TTL=${40 + r.below(20)} ID=${r.below(65_000)} DF PROTO=TCP SPT=${port(r)} DPT=${r.of([22, 23, 445, 3389])} WINDOW=64240 RES=0x00 SYN URGP=0`,
  },
  {
    weight: 44,
    line: (r) =>
      `${host(r)} kernel: [${r.below(900_000)}.${100_000 + r.below(800_000)}] eth0: renamed from veth${r.word(7)}`,
  },
  { weight: 66, line: message('postfix/smtpd', (r) => `connect from mail${r.below(99)}.example.net[${outside(r)}]`) },
  {
    weight: 62,
    line: message(
      'postfix/smtp',
      (r) =>
        `${r.word(11).toUpperCase()}: to=<${r.of(users)}@example.com>, relay=mx.example.com[${outside(r)}]:25, delay=0.${r.below(99)}, delays=0.02/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 OK ${r.below(1e9)})`,
    ),
  },
  {
    weight: 9,
    line: message(
      'postfix/smtpd',
      (r) =>
        `NOQUEUE: reject: RCPT from unknown[${outside(r)}]: 554 5.7.1 <${r.of(strangers)}@example.org>: Relay access denied; from=<a@example.net> to=<b@example.org> proto=ESMTP helo=<x${r.below(999)}>`,
    ),
  },
  {
    weight: 56,
    line: message(
      'dovecot',
      (r) =>
        `imap-login: Login: user=<${r.of(users)}>, method=PLAIN, rip=${inside(r)}, lip=10.0.0.5, mpid=${pid(r)}, TLS, session=<${r.word(16)}>`,
    ),
  },
  {
    weight: 6,
    line: message(
      'dovecot',
      (r) =>
        `imap-login: Disconnected: Connection closed (auth failed, ${1 + r.below(4)} attempts in 9 secs): user=<${r.of(strangers)}>, method=PLAIN, rip=${outside(r)}, lip=10.0.0.5, TLS, session=<${r.word(16)}>`,
    ),
  },
  {
    weight: 84,
    line: message(
      'named',
      (r) =>
        `client @0x7f${r.word(10)} ${inside(r)}#${port(r)} (www.example.com): query: www.example.com IN ${r.of(['A', 'AAAA', 'MX'])} +E(0)K (10.0.0.53)`,
    ),
  },
  {
    weight: 4,
    line: message(
      'named',
      (r) =>
        `client @0x7f${r.word(10)} ${outside(r)}#${port(r)} (version.bind): query (cache) 'version.bind/TXT/CH' denied`,
    ),
  },
  {
    weight: 34,
    line: message(
      'mysqld',
      (r) =>
        `${pid(r)} [Note] Aborted connection ${r.below(9999)} to db: 'shop' user: '${r.of(users)}' host: '${inside(r)}' (Got timeout reading communication packets)`,
    ),
  },
  { weight: 42, line: message('dhclient', (r) => `DHCPREQUEST for ${inside(r)} on eth0 to 10.0.0.1 port 67`) },
  {
    weight: 6,
    line: message(
      'su',
      (r) =>
        `pam_unix(su-l:auth): authentication failure; logname=${r.of(users)} uid=1000 euid=0 tty=pts/1 ruser=${r.of(users)} rhost=  user=root`,
    ),
  },
];

/** Lines of web servers, which bring their own time in another place. */
export const accessKinds: readonly LineKind[] = [
  {
    weight: 290,
    line: (r) => access(r, inside(r), `GET ${r.of(paths)}`, r.of([200, 200, 200, 304, 302]), r.of(agents)),
  },
  { weight: 15, line: (r) => access(r, outside(r), `GET ${r.of(probes)}`, 404, r.of(agents)) },
  { weight: 5, line: (r) => access(r, outside(r), `POST /login?next=${r.word(6)}`, 401, r.of(agents)) },
  {
    weight: 5,
    line: (r) => access(r, outside(r), `GET /item.php?id=1%27%20UNION%20SELECT%20${r.word(5)}`, 200, r.of(agents)),
  },
];

const access = (r: Random, address: string, request: string, status: number, agent: string) =>
  `${address} - - [27/Nov/2026:${r.two(24)}:${r.two(60)}:${r.two(60)} +0900] "${request} HTTP/1.1" ${status} ${r.below(50_000)} "-" "${agent}"`;
