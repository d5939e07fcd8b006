import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSigma } from '@sakimori/contract/sigma/read';
import { patience } from '../../../../../test/patience.ts';
import { Analyser, compileRuleset } from '../analyser.ts';
import { compileSigmaRules, type SigmaFinding, SigmaWatch } from './sigma-watch.ts';
import { compileWildcards } from './wildcards.ts';

const compile = (yaml: string) => compileSigmaRules(readSigma(yaml, () => undefined));
const rule = (source: string, body: string, more = '') =>
  `title: "${source}"\nlogsource: { ${source} }\n${more}detection:\n${body}\n`;
const searched = (source: string, fields: string) => rule(source, `  s: ${fields}\n  condition: s`);

/** Lines that come a second apart, through predecoding and rules. */
class Host {
  readonly watch: SigmaWatch;
  readonly #analyser = new Analyser(compileRuleset([], []));
  #timeMs = 1_700_000_000_000;

  constructor(yaml: string) {
    this.watch = new SigmaWatch(compile(yaml));
  }

  read(line: string, location = '/var/log/syslog'): SigmaFinding[] {
    const format = /^\w{3} [ \d]\d \d\d:/.test(line) ? 'syslog' : 'plain';
    return this.watch.examine(this.#analyser.analyse(line, format, this.#timeMs, location).event);
  }

  after(seconds: number, line: string, location?: string): SigmaFinding[] {
    this.#timeMs += seconds * 1000;
    return this.read(line, location);
  }
}

const titles = (findings: readonly SigmaFinding[]) => findings.map(({ rule: { title } }) => title);
const isFound = (source: string, fields: string, line: string, location?: string) =>
  new Host(searched(source, fields)).read(line, location).length === 1;

describe('comparisons', () => {
  const access =
    '192.0.2.7 - - [27/Nov/2026:09:00:00 +0900] "GET /a%20b?q=1 HTTP/1.1" 404 1234 "-" "Mozilla/5.0 (\\"x\\")"';
  const cases: readonly (readonly [string, boolean])[] = [
    ['{ cs-method: get }', true],
    ['{ cs-method|cased: get }', false],
    ['{ cs-method|cased: GET }', true],
    ["{ cs-uri: '/A*Q=?' }", true],
    ["{ cs-uri: '/A*Q=??' }", false],
    ["{ cs-uri-stem|endswith: 'a%20b' }", true],
    ['{ cs-uri-query: q=1 }', true],
    ["{ cs-uri|re: '^/a.*=[0-9]$' }", true],
    ["{ cs-uri|re: '^/A' }", false],
    ["{ cs-uri|re|i: '^/A' }", true],
    ['{ c-ip|cidr: 192.0.2.0/24 }', true],
    ['{ c-ip|cidr: 198.51.100.0/24 }', false],
    ['{ c-ip|cidr: 2001:db8::/32 }', false],
    ['{ sc-status|gte: 400 }', true],
    ['{ sc-status|lt: 404 }', false],
    ['{ cs-method|gt: 1 }', false],
    ['{ sc-status: [200, 404] }', true],
    ['{ cs-referer: null }', true],
    ["{ cs-referer: '' }", true],
    ['{ cs-host|exists: true }', false],
    ['{ cs-host|exists: false, cs-host: null }', true],
    ['{ cs-user-agent|contains: \'("x")\' }', true],
    ['{ cs-uri|fieldref|startswith: cs-uri-stem }', true],
    ['{ cs-uri|fieldref: cs-uri-stem }', false],
    ['{ cs-uri|fieldref|neq: cs-uri-stem }', true],
    ['{ sc-status|neq: 404 }', false],
    ['[mozilla, opera]', true],
    ["{ '|all': [mozilla, opera] }", false],
    ["['GET*HTTP']", true],
  ];
  for (const [fields, expected] of cases)
    test(`${fields} is ${expected}`, () => assert.equal(isFound('category: webserver', fields, access), expected));

  test('a line that is no request of a web server is none', () => {
    for (const line of [
      '',
      ' [',
      '] "',
      'a b [x] "',
      `${'a '.repeat(2000)}[x] "GET / HTTP/1.1" 200 1`,
      `1 - - [x] "${'\\'.repeat(5000)}`,
    ])
      assert.ok(!isFound('category: webserver', '{ cs-method|exists: true }', line), line.slice(0, 40));
    const handshake = '192.0.2.7 - - [27/Nov/2026:09:00:00 +0900] "\\x16\\x03\\x01" 400 226 "-" "-"';
    assert.ok(isFound('category: webserver', "{ cs-method: null, cs-uri|startswith: '\\x16' }", handshake));
    const withHost = `www.example.jp:443 ${access.replace('- - [', '- taro [')}`;
    assert.ok(
      isFound('category: webserver', '{ cs-host: www.example.jp, cs-username: taro, c-ip: 192.0.2.7 }', withHost),
    );
    assert.ok(
      isFound('category: webserver', '{ cs-method: GET }', `Nov 27 09:00:00 web1 nginx: ${access}`),
      'through syslog',
    );
  });

  test('wildcards are as good as a slow search, and fast', () => {
    const slow = (pattern: string, text: string) =>
      new RegExp(
        `^${pattern
          .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
      ).test(text);
    const patterns = ['', '*', '?', 'a*b', '*a?b*', 'a**b', '*ab*ab*', 'ab?*', '??*', 'a*a', '*b*a*'];
    const words = ['', 'a', 'b', 'ab', 'aab', 'abab', 'abxab', 'xaybz', 'aa', 'ba', 'abba'];
    for (const pattern of patterns)
      for (const word of words)
        assert.equal(compileWildcards(pattern)(word), slow(pattern, word), `${pattern} ${word}`);
    const startedMs = performance.now();
    assert.ok(!compileWildcards(`${'*a'.repeat(200)}*b`)('a'.repeat(8000)));
    assert.ok(performance.now() - startedMs < patience(1000));
  });
});

describe('log sources', () => {
  const sshd = 'Nov 27 09:00:00 web1 sshd-session[1]: Invalid user admin from 192.0.2.7 port 4711';
  const sudo =
    'Nov 27 09:00:00 web1 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/vi /etc/a ; b';

  test('services by program and by log', () => {
    const hears = (source: string, line: string, location?: string) => isFound(source, "['*']", line, location);
    for (const service of ['sshd', 'auth', 'syslog'])
      assert.ok(hears(`product: linux, service: ${service}`, sshd), service);
    for (const service of ['sudo', 'cron', 'clamav', 'auditd'])
      assert.ok(!hears(`product: linux, service: ${service}`, sshd), service);
    assert.ok(hears('product: linux', sshd));
    assert.ok(hears('product: linux, service: cron', 'Nov 27 09:00:00 web1 CRON[1]: (root) CMD (x)'));
    assert.ok(hears('product: linux, service: clamav', 'x FOUND', '/var/log/clamav/clamav.log'));
    assert.ok(hears('service: nginx', '2026/11/27 [alert] 1#1: core dumped', '/var/log/nginx/error.log'));
    assert.ok(!hears('service: apache', 'x', '/var/log/nginx/error.log'));
  });

  test('fields of lines: before the message, sudo, NAME=value', () => {
    const source = 'product: linux, service: sudo';
    assert.ok(
      isFound(source, "{ USER: root, COMMAND: '/usr/bin/vi /etc/a ; b', PWD: /home/alice, program: sudo }", sudo),
    );
    assert.ok(!isFound(source, '{ USER: alice }', sudo));
    assert.ok(
      isFound(
        'product: linux',
        '{ res: failed, acct: a b, hostname: web1 }',
        'Nov 27 09:00:00 web1 x: op=1 acct="a b" res=failed',
      ),
    );
  });

  test('audit records, with what the kernel wrote in hexadecimal', () => {
    const execve = 'type=EXECVE msg=audit(1700000000.123:456): argc=3 a0="sh" a1="-c" a2=6361742066202D3E2067';
    const source = 'product: linux, service: auditd';
    assert.ok(isFound(source, "{ type: EXECVE, a0: sh, a2: 'cat f -> g' }", execve));
    assert.ok(!isFound(source, '{ type: SYSCALL }', execve));
    assert.ok(
      isFound(source, '{ a1: ls }', 'type=EXECVE msg=audit(1.1:1): argc=2 a0="x" a1_len=4 a1[0]="l" a1[1]="s"'),
    );
    const user = `node=web1 type=USER_AUTH msg=audit(1700000000.123:457): pid=1 uid=0 msg='op=PAM:authentication acct="root" exe="/usr/bin/su" hostname=? res=failed'\x1dUID="root"`;
    assert.ok(isFound(source, '{ acct: root, exe|endswith: /su, res: failed, UID: root, uid: 0 }', user));
    assert.ok(isFound(source, "{ proctitle: 'cat x' }", 'type=PROCTITLE msg=audit(1.1:1): proctitle=6361740078'));
    assert.ok(
      isFound(
        source,
        '{ type: AVC, apparmor: DENIED }',
        'Nov 27 09:00:00 web1 kernel: audit: type=1400 audit(1.1:1): apparmor="DENIED"',
      ),
    );
    assert.ok(
      isFound(
        source,
        '{ type: SERVICE_STOP, unit: auditd }',
        "Nov 27 09:00:00 web1 audit[1]: SERVICE_STOP pid=1 msg='unit=auditd res=success'",
      ),
    );
    const register = 'type=SYSCALL msg=audit(1.1:1): syscall=59 success=yes a0=41424344';
    assert.ok(isFound(source, '{ a0: 41424344 }', register), 'arguments of a system call are numbers');
  });
});

describe('audited events', () => {
  const at = (seconds: number, serial: number) => `msg=audit(${seconds}.100:${serial}):`;
  const call = (serial: number, more: string, seconds = 1_700_000_000) =>
    `type=SYSCALL arch=c000003e ${at(seconds, serial)} ${more}`.replace(/ (arch=\S+) (msg=\S+)/, ' $2 $1');
  const start = (serial: number, exe: string, pid: number, ppid: number, args: string) => [
    call(serial, `syscall=59 success=yes exit=0 ppid=${ppid} pid=${pid} uid=33 ses=7 comm="x" exe="${exe}"`),
    `type=EXECVE ${at(1_700_000_000, serial)} argc=2 ${args}`,
    `type=CWD ${at(1_700_000_000, serial)} cwd="/tmp"`,
    `type=PROCTITLE ${at(1_700_000_000, serial)} proctitle="x"`,
  ];
  const readAll = (host: Host, lines: readonly string[]) =>
    lines.flatMap((line) => host.read(line, '/var/log/audit/audit.log'));

  test('a process with its command line and its parent, told once, with all its records', () => {
    const source = 'product: linux, category: process_creation';
    const host = new Host(
      searched(
        source,
        "{ Image|endswith: /sh, CommandLine: 'sh -i', ParentImage: /usr/sbin/nginx, User: 33, CurrentDirectory: /tmp }",
      ),
    );
    assert.deepEqual(readAll(host, start(1, '/usr/sbin/nginx', 10, 1, 'a0="nginx"')), []);
    // Two events, their records mixed.
    const [one, other] = [
      start(2, '/usr/bin/sh', 11, 10, 'a0="sh" a1="-i"'),
      start(3, '/usr/bin/id', 12, 10, 'a0="id"'),
    ];
    const findings = readAll(host, [one[0]!, other[0]!, other[1]!, one[1]!, one[2]!, other[2]!, other[3]!, one[3]!]);
    assert.equal(findings.length, 1);
    assert.deepEqual([...findings[0]!.earlierLines, findings[0]!.event.line], one);
    assert.deepEqual(findings[0]!.facts, {
      Image: '/usr/bin/sh',
      CommandLine: 'sh -i',
      ParentImage: '/usr/sbin/nginx',
    });
  });

  test('an event without its last record is taken when its time is over', () => {
    const host = new Host(searched('product: linux, category: process_creation', '{ CommandLine: id }'));
    assert.deepEqual(readAll(host, start(1, '/usr/bin/id', 5, 1, 'a0="id"').slice(0, 2)), []);
    assert.deepEqual(readAll(host, [call(2, 'syscall=1 success=yes', 1_700_000_001)]), []);
    assert.equal(readAll(host, [call(3, 'syscall=1 success=yes', 1_700_000_002)]).length, 1);
  });

  test('what failed did not happen', () => {
    const host = new Host(searched('product: linux, category: process_creation', '{ CommandLine: id }'));
    assert.deepEqual(
      readAll(
        host,
        start(1, '/usr/bin/id', 5, 1, 'a0="id"').map((line) => line.replace('success=yes', 'success=no')),
      ),
      [],
    );
  });

  test('files that come into being, and connections', () => {
    const files = new Host(
      searched('product: linux, category: file_event', '{ TargetFilename: /tmp/x/evil.php, Image|endswith: cp }'),
    );
    const created = [
      call(1, 'syscall=257 success=yes exe="/usr/bin/cp"'),
      `type=CWD ${at(1_700_000_000, 1)} cwd="/tmp"`,
      `type=PATH ${at(1_700_000_000, 1)} item=0 name="x/" nametype=PARENT`,
      `type=PATH ${at(1_700_000_000, 1)} item=1 name="x/evil.php" nametype=CREATE`,
      `type=PROCTITLE ${at(1_700_000_000, 1)} proctitle="cp"`,
    ];
    assert.equal(readAll(files, created).length, 1);
    const connections = new Host(
      searched(
        'product: linux, category: network_connection',
        "{ DestinationIp|cidr: ['198.51.100.0/24', '2001:db8::/32'], DestinationPort: 4444 }",
      ),
    );
    const connect = (serial: number, saddr: string, result: string) =>
      readAll(connections, [
        call(serial, `syscall=42 ${result} exe="/usr/bin/nc"`),
        `type=SOCKADDR ${at(1_700_000_000, serial)} saddr=${saddr}`,
        `type=EOE ${at(1_700_000_000, serial)} `,
      ]).length;
    assert.equal(connect(1, '0200115CC63364070000000000000000', 'success=yes exit=0'), 1);
    assert.equal(connect(2, '0200115CC63364070000000000000000', 'success=no exit=-115'), 1, 'under way');
    assert.equal(connect(3, '0200115CC63364070000000000000000', 'success=no exit=-111'), 0, 'refused');
    assert.equal(connect(4, '0200115CCB00710A0000000000000000', 'success=yes exit=0'), 0, 'elsewhere');
    assert.equal(connect(5, '0A00115C0000000020010DB800000000000000000000000100000000', 'success=yes exit=0'), 1);
    assert.equal(connect(6, '01002F72756E2F78', 'success=yes exit=0'), 0, 'a local socket');
  });
});

describe('correlations', () => {
  const base = (name: string, keyword: string) =>
    `title: ${name}\nname: ${name}\nlogsource: { product: linux }\ndetection: { s: ['${keyword}'], condition: s }\n---\n`;
  const correlation = (type: string, rules: string, condition = '', by = 'ip') =>
    `title: Found\ncorrelation:\n  type: ${type}\n  rules: [${rules}]\n  group-by: [${by}]\n  timespan: 60s\n${condition}`;
  const line = (what: string, ip: string, user = 'u') => `Nov 27 09:00:00 h p: ${what} ip=${ip} user=${user}`;

  test('the count is reached at its number, apart by group, and begins anew', () => {
    const host = new Host(base('failed', 'failed') + correlation('event_count', 'failed', '  condition: { gte: 3 }'));
    const found = ['1', '1', '2', '1', '1', '2', '2', '1', '1'].map((ip) => host.after(1, line('failed', ip)).length);
    assert.deepEqual(found, [0, 0, 0, 1, 0, 0, 1, 0, 1]);
    assert.deepEqual(titles(host.after(1, 'Nov 27 09:00:00 h p: failed without')), []);
  });

  test('what is too old does not count', () => {
    const host = new Host(base('failed', 'failed') + correlation('event_count', 'failed', '  condition: { gte: 3 }'));
    const found = [0, 1, 60, 60, 0, 0].map((seconds) => host.after(seconds, line('failed', '1')).length);
    assert.deepEqual(found, [0, 0, 0, 0, 1, 0]);
  });

  test('different values', () => {
    const host = new Host(
      base('failed', 'failed') + correlation('value_count', 'failed', '  condition: { gte: 3, field: user }'),
    );
    const found = ['a', 'b', 'a', 'b', 'b', 'c'].map((user) => host.after(1, line('failed', '1', user)));
    assert.deepEqual(
      found.map(({ length }) => length),
      [0, 0, 0, 0, 0, 1],
    );
    assert.equal(found[5]![0]!.earlierLines.length, 2);
  });

  test('several rules within a time, in any order or in theirs', () => {
    const rules = base('one', 'first') + base('two', 'second');
    const any = new Host(rules + correlation('temporal', 'one, two'));
    assert.deepEqual(
      ['second', 'second', 'first'].map((what) => any.after(1, line(what, '1')).length),
      [0, 0, 1],
    );
    const ordered = new Host(rules + correlation('temporal_ordered', 'one, two'));
    assert.deepEqual(
      ['second', 'first', 'first', 'second'].map((what) => ordered.after(1, line(what, '1')).length),
      [0, 0, 0, 1],
    );
    assert.equal(ordered.after(1, line('first', '1')).length + ordered.after(61, line('second', '1')).length, 0);
  });

  test('correlations of correlations', () => {
    const many = correlation('event_count', 'failed', '  condition: { gte: 2 }').replace(
      'title: Found',
      'title: many\nname: many',
    );
    const host = new Host(
      `${base('failed', 'failed')}${base('success', 'accepted')}${many}\n---\n${correlation('temporal_ordered', 'many, success')}`,
    );
    assert.deepEqual(
      titles([line('accepted', '1'), line('failed', '1'), line('failed', '1')].flatMap((one) => host.after(1, one))),
      [],
    );
    assert.deepEqual(titles(host.after(1, line('accepted', '1'))), ['Found']);
  });

  test('what was counted outlives a restart; a damaged memory is none', () => {
    const yaml = base('failed', 'failed') + correlation('event_count', 'failed', '  condition: { gte: 3 }');
    const before = new Host(yaml);
    assert.equal(before.watch.takeSnapshot(), undefined);
    for (const second of [1, 1]) before.after(second, line('failed', '1'));
    const snapshot = before.watch.takeSnapshot();
    assert.equal(before.watch.takeSnapshot(), undefined);
    const after = new Host(yaml);
    after.watch.restore(snapshot);
    const [finding] = after.after(3, line('failed', '1'));
    assert.equal(finding?.earlierLines.length, 2);
    for (const damaged of [
      '',
      '{}',
      '[1]',
      '[{"id":1}]',
      '[{"id":"x","key":"","match":{"timeMs":1,"ruleId":"x","line":"x"}}]',
    ])
      new Host(yaml).watch.restore(damaged);
  });

  test('a flood is bounded in memory and time', () => {
    const host = new Host(
      base('failed', 'failed') + correlation('value_count', 'failed', '  condition: { gte: 1000, field: user }'),
    );
    const startedMs = performance.now();
    for (let index = 0; index < 20_000; index++) host.after(0, line('failed', String(index), 'same'.repeat(100)));
    assert.ok(performance.now() - startedMs < patience(15_000));
    assert.ok(Buffer.byteLength(host.watch.takeSnapshot() ?? '') <= 60_000);
  });
});
