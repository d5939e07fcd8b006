import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogSource } from '@sakimori/contract/log-source';
import fc from 'fast-check';
import { textReaderFor } from '../text.ts';
import { readingOf, readPiece } from './reading.ts';

/** Records of a text that comes in these pieces; what is left at the end is given out as it is. */
function recordsOf(source: Partial<LogSource>, pieces: readonly string[], path = '/var/log/app/current'): string[] {
  const reading = readingOf({ path, format: 'plain', ...source });
  const how = { reader: textReaderFor(reading.encoding, Buffer.alloc(0)), gather: reading.gather?.(path) };
  const records: string[] = [];
  let rest = Buffer.alloc(0);
  let skipping = false;
  for (const piece of [...pieces, undefined]) {
    if (piece !== undefined) rest = Buffer.concat([rest, Buffer.from(piece)]);
    const found = readPiece(rest, how, skipping, piece === undefined ? 'lines' : 'nothing');
    records.push(...found.records);
    rest = rest.subarray(found.used);
    skipping = found.skipping;
  }
  return records;
}

/** The same however it is cut. */
function sameInPieces(source: Partial<LogSource>, text: string, expected: readonly string[]): void {
  assert.deepEqual(recordsOf(source, [text]), expected);
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 40 }), (cuts) => {
      const pieces: string[] = [];
      let from = 0;
      for (const cut of cuts) {
        pieces.push(text.slice(from, from + cut));
        from += cut;
      }
      pieces.push(text.slice(from));
      assert.deepEqual(recordsOf(source, pieces), expected);
    }),
    { numRuns: 50 },
  );
}

test('S8, in part: a stack trace is one record, by the pattern of its first line', () => {
  const source = { reading: 'multi-line', multiLine: { start: '^\\d{4}-\\d\\d-\\d\\d ' } } as const;
  const text = [
    'rest of an older one',
    '2026-11-27 10:00:00 ERROR login failed for root',
    'java.lang.SecurityException: no',
    '\tat org.example.Login.check(Login.java:7)',
    '2026-11-27 10:00:01 INFO fine',
    '',
  ].join('\n');
  sameInPieces(source, text, [
    'rest of an older one',
    '2026-11-27 10:00:00 ERROR login failed for root java.lang.SecurityException: no \tat org.example.Login.check(Login.java:7)',
    '2026-11-27 10:00:01 INFO fine',
  ]);
});

test('records are bounded in lines and length, and nothing of them comes twice', () => {
  const source = { reading: 'multi-line', multiLine: { start: '^START', linesMax: 3 } } as const;
  sameInPieces(source, 'START\na\nb\nc\nd\nSTART\n', ['START a b', 'c d', 'START']);
  const long = recordsOf({ reading: 'multi-line', multiLine: { start: '^START' } }, [
    `START\n${`${'x'.repeat(8000)}\n`.repeat(99)}START\n`,
  ]);
  assert.ok(long.every((record) => record.length <= 8192));
  assert.equal(recordsOf(source, [`START ${'y'.repeat(20_000)}\nnext\nSTART\n`]).at(-1), 'START');
});

test('every N lines, as OSSEC’s multi-line: N', () => {
  sameInPieces({ reading: 'multi-line', multiLine: { lines: 3 } }, 'a\nb\nc\nd\ne\nf\ng\n', ['a b c', 'd e f', 'g']);
});

test('a pattern that could hang or is not understood is refused with its place', () => {
  for (const start of ['(a', '*'])
    assert.throws(
      () => readingOf({ path: '/x', format: 'plain', reading: 'multi-line', multiLine: { start } }),
      /the log \/x has a start pattern for its records that is not understood: /,
    );
  assert.throws(() => readingOf({ path: '/x', format: 'plain', encoding: 'klingon' }), /encoding klingon/);
});

const audit = (type: string, id: number, words: string) => `type=${type} msg=audit(1795773600.123:${id}): ${words}\n`;

test('S8, in part: the records of one event of auditd are joined by its id, also where those of two are mixed', () => {
  const text = [
    audit('SYSCALL', 7, 'arch=c000003e syscall=59 success=yes exe="/usr/bin/id"'),
    audit('SYSCALL', 8, 'arch=c000003e syscall=2 success=no'),
    audit('EXECVE', 7, 'argc=1 a0="id"'),
    audit('PROCTITLE', 8, 'proctitle=636174'),
    audit('PROCTITLE', 7, 'proctitle="id"'),
    audit('USER_AUTH', 9, 'pid=1 res=failed'),
    audit('USER_LOGIN', 10, 'pid=1 res=failed'),
  ].join('');
  const records = recordsOf({ reading: 'audit' }, [text]);
  assert.deepEqual(
    records.map((record) => [...record.matchAll(/type=(\w+)/g)].map(([, type]) => type)),
    [['SYSCALL', 'EXECVE', 'PROCTITLE'], ['SYSCALL', 'PROCTITLE'], ['USER_AUTH'], ['USER_LOGIN']],
  );
  sameInPieces({ reading: 'audit' }, text, records);
});

test('a stream of events in which always one is open is cut, and none of its records is lost', () => {
  const lines = Array.from({ length: 250 }, (_, index) => audit('SYSCALL', index, 'never ended'));
  const records = recordsOf({ reading: 'audit' }, [lines.join('')]);
  assert.equal(records.join(' ').match(/type=SYSCALL/g)?.length, 250);
});

test('Snort’s full alerts become those of one line', () => {
  const text = `[**] [1:1421:11] SNMP AgentX/tcp request [**]
[Classification: Attempted Information Leak] [Priority: 2]
11/27-10:00:00.123456 192.0.2.7:57263 -> 192.0.2.8:705
TCP TTL:58 TOS:0x0 ID:42 IpLen:20 DgmLen:60
[Xref => http://www.securityfocus.com/bid/4089]

[**] [1:469:3] ICMP PING NMAP [**]
[Classification: Attempted Information Leak] [Priority: 2]
11/27-10:00:01.123456 192.0.2.7 -> 192.0.2.8
`;
  sameInPieces({ reading: 'snort-full' }, text, [
    '[**] [1:1421:11] SNMP AgentX/tcp request [**] [Classification: Attempted Information Leak] [Priority: 2] 192.0.2.7:57263 -> 192.0.2.8:705',
    '[**] [1:469:3] ICMP PING NMAP [**] [Classification: Attempted Information Leak] [Priority: 2] 192.0.2.7 -> 192.0.2.8',
  ]);
});

test('nmap’s grepable output says which ports are open', () => {
  const text = `# Nmap 7.93 scan
Host: 192.0.2.7 (web01)\tStatus: Up
Host: 192.0.2.7 (web01)\tPorts: 22/open/tcp//ssh///, 25/closed/tcp//smtp///, 53/open/udp//domain///\tIgnored State: filtered (1)
`;
  sameInPieces({ reading: 'nmapg' }, text, ['Host: 192.0.2.7 (web01), open ports: 22(tcp) 53(udp)']);
});

test('MySQL: error, general and slow log; PostgreSQL: statements over several lines', () => {
  const mysql = `2026-11-27T10:00:00.000000Z 8 [Note] Access denied for user 'root'@'192.0.2.1' (using password: YES)
# Time: 2026-11-27T10:00:01.000000Z
# User@Host: root[root] @ localhost []  Id:     8
# Query_time: 2.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0
SET timestamp=1795773601;
select sleep(2);
# User@Host: app[app] @ localhost []  Id:     9
# Query_time: 3.000000
select 1;
071127 10:00:02\t      8 Connect     root@localhost on
`;
  sameInPieces({ reading: 'mysql-log' }, mysql, [
    "MySQL log: 2026-11-27T10:00:00.000000Z 8 [Note] Access denied for user 'root'@'192.0.2.1' (using password: YES)",
    'MySQL log: # Time: 2026-11-27T10:00:01.000000Z # User@Host: root[root] @ localhost []  Id:     8 # Query_time: 2.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0 SET timestamp=1795773601; select sleep(2);',
    'MySQL log: # User@Host: app[app] @ localhost []  Id:     9 # Query_time: 3.000000 select 1;',
    'MySQL log: 071127 10:00:02\t      8 Connect     root@localhost on',
  ]);
  const postgresql = `2026-11-27 10:00:00.123 UTC [7] root@shop ERROR:  relation "x" does not exist at character 15
2026-11-27 10:00:00.123 UTC [7] root@shop STATEMENT:  select *
\tfrom x
\twhere y = 1
`;
  sameInPieces({ reading: 'postgresql-log' }, postgresql, [
    '2026-11-27 10:00:00.123 UTC [7] root@shop ERROR:  relation "x" does not exist at character 15',
    '2026-11-27 10:00:00.123 UTC [7] root@shop STATEMENT:  select * from x where y = 1',
  ]);
});

test('multilog of daemontools: the stamp becomes a time, the folder the program', () => {
  const seconds = Date.UTC(2026, 10, 27, 10) / 1000 + 10;
  const stamp = `@4${seconds.toString(16).padStart(15, '0')}00000000`;
  const [line, other] = recordsOf(
    { reading: 'djb-multilog' },
    [`${stamp} refused\nno stamp\n`],
    '/var/log/qmail/current',
  );
  assert.match(line!, /^2026-11-27T10:00:00Z \S+ qmail: refused$/);
  assert.equal(other, 'no stamp');
});
