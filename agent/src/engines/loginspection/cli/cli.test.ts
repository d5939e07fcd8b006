import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';

/** The program itself, as a person runs it. */
const program = join(import.meta.dirname, '../../../main.ts');
const run = (args: readonly string[], input = '') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
};
const answers = (args: readonly string[], input = '') => {
  const { status, stdout, stderr } = run(args, input);
  assert.equal(status, 0, stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
};

const folder = mkdtempSync(join(tmpdir(), 'sakimori-logtest-'));
after(() => rmSync(folder, { recursive: true }));
const put = (name: string, text: string | Buffer): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};

const decoders = put(
  'ossec/etc/decoder.xml',
  `<decoder name="shop"><program_name>^shopd</program_name></decoder>
<decoder name="shop-login"><parent>shop</parent><prematch>^login </prematch>
  <regex offset="after_prematch">^of (\\S+) from (\\S+)</regex><order>user, srcip</order></decoder>`,
);
put(
  'ossec/rules/rules_config.xml',
  '<group name="syslog,"><rule id="1" level="0" noalert="1"><category>syslog</category><description>all</description></rule></group>',
);
put(
  'ossec/rules/a_rules.xml',
  `<group name="shop,">
  <rule id="500" level="3"><decoded_as>shop</decoded_as><description>Something at the shop.</description></rule>
  <rule id="501" level="5"><if_sid>500</if_sid><match>^login</match><description>Login to the shop.</description><group>login,</group><info type="link">https://shop.example</info></rule>
  <rule id="502" level="9" timeframe="60"><if_matched_sid>501</if_matched_sid><same_source_ip/><description>Two logins.</description></rule>
</group>`,
);
const local = put(
  'ossec/rules/local_rules.xml',
  '<group name="local,"><rule id="100100" level="7"><if_sid>500</if_sid><list field="user">lists/known</list><match>sale</match><description>x</description></rule></group>',
);
put('ossec/lists/known', 'taro:1\n');
const conf = put(
  'ossec/etc/ossec.conf',
  `<ossec_config><global><email_notification>no</email_notification></global>
<rules><include>rules_config.xml</include><include>a_rules.xml</include><include>local_rules.xml</include><list>lists/known</list></rules></ossec_config>
<ossec_config><syscheck><frequency>1</frequency></syscheck></ossec_config>`,
);
const rules = join(folder, 'ossec/rules');
const line = 'Nov 23 10:00:00 web01 shopd[7]: login of taro from 192.0.2.7';
const fields = { dstuser: 'taro', srcip: '192.0.2.7' };

test('S8, in part: logtest answers each line with predecoding, decoder, fields, rule, level and groups', () => {
  const input = `${line}\n${line}\nnothing\n\nNov 23 10:00:00 web01 shopd[7]: closed\n`;
  const all = answers(['logtest', '--rules', rules, '--decoders', decoders, '--json'], input);
  assert.deepEqual(
    all.map(({ rule, level }) => [rule, level]),
    [
      [501, 5],
      [502, 9],
      [null, null],
      [null, null],
      [500, 3],
    ],
  );
  const [first, second, third] = all;
  assert.deepEqual(Object.keys(first).slice(0, 6), ['line', 'decoder', 'rule', 'level', 'groups', 'fields']);
  assert.deepEqual(first.predecoded, { hostname: 'web01', program: 'shopd', message: 'login of taro from 192.0.2.7' });
  assert.deepEqual(
    [first.line, first.decoder, first.groups, first.fields, first.alert],
    [line, 'shop', ['shop', 'login'], fields, true],
  );
  assert.deepEqual(second.earlierLines, [line]);
  assert.deepEqual([third.line, third.decoder, third.groups, third.fields], ['nothing', null, null, null]);
});

test('for people it shows the phases', () => {
  const { stdout, status } = run(['logtest', '--rules', rules, '--decoders', decoders], `${line}\nnothing at all\n`);
  assert.equal(status, 0);
  assert.match(stdout, /\*\*Phase 1: .*\n {7}full event: 'Nov 23 .*'\n/);
  assert.match(stdout, /\*\*Phase 2: .*\n {7}decoder: 'shop'\n {7}dstuser: 'taro'\n {7}srcip: '192\.0\.2\.7'\n/);
  assert.match(stdout, /\*\*Phase 3: .*\n {7}Rule id: '501'\n {7}Level: '5'\n {7}Description: 'Login to the shop\.'\n/);
  assert.match(stdout, /Info - link: 'https:\/\/shop\.example'\n\*\*Alert to be generated\./);
  assert.match(stdout, /No decoder matched/);
});

test('--fresh: each line meets an engine that has seen nothing', () => {
  const all = answers(['logtest', '--rules', rules, '--fresh', '--json'], `${line}\n`.repeat(4));
  assert.deepEqual(
    all.map(({ rule }) => rule),
    [501, 501, 501, 501],
  );
});

test('--cases: answers carry the id; what is no case is told on the other stream, and in the exit code', () => {
  const cases = [
    { id: 'a', log: line },
    { id: 7, log: 'nothing' },
  ].map((one) => JSON.stringify(one));
  const all = answers(['logtest', '--rules', rules, '--cases', '--fresh'], `${cases.join('\n')}\n`);
  assert.deepEqual(
    all.map(({ id, rule }) => [id, rule]),
    [
      ['a', 501],
      [7, null],
    ],
  );
  const broken = [cases[0], '{"id":"b"', '{"id":"c"}', '{"log":"x"}', '[1]', cases[1]].join('\n');
  const { status, stdout, stderr } = run(['logtest', '--rules', rules, '--cases'], broken);
  assert.equal(status, 65);
  assert.equal(stdout.trim().split('\n').length, 2, 'the others are answered');
  assert.deepEqual(
    stderr
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).inputLine),
    [2, 3, 4, 5],
  );
});

test('cases with a time of their own count by it, --times by the time that lines name', () => {
  const at = (id: number, time: string, more = {}) => JSON.stringify({ id, log: line, at: time, ...more });
  const cases = [
    at(1, '2026-11-23T01:00:00Z'),
    at(2, '2026-11-23T01:02:00Z'),
    at(3, '2026-11-23T01:02:30Z'),
    at(4, '2026-11-23T01:02:40Z', { fresh: true }),
    at(5, 'yesterday'),
  ].join('\n');
  const { stdout, stderr } = run(['logtest', '--rules', rules, '--cases'], cases);
  const found = stdout.trim().split('\n');
  assert.deepEqual(
    found.map((text) => JSON.parse(text).rule),
    [501, 501, 502, 501],
  );
  assert.match(stderr, /inputLine":5/);
  const apart = `${line}\n${line.replace('10:00:00', '10:02:00')}\n`;
  const log = put('logs/apart.log', apart);
  for (const [args, second] of [
    [[], 502],
    [['--times'], 501],
  ] as const) {
    assert.equal(answers(['logtest', '--rules', rules, '--json', ...args], apart)[1].rule, second);
    assert.equal(answers(['logscan', '--rules', rules, '--json', ...args, log])[1].rule, second);
  }
});

test('--ossec-conf takes rules, decoders and lists of a configuration in its order', () => {
  const sale = 'Nov 23 10:00:00 web01 shopd[7]: login of taro from 192.0.2.7 sale';
  const all = answers(['logtest', '--ossec-conf', conf, '--json'], `${sale}\n`);
  assert.equal(all[0].rule, 100_100);
  const dirs = put(
    'ossec/etc/dirs.conf',
    `<ossec_config><ruleset><decoder_dir>etc</decoder_dir><decoder_exclude>other.xml</decoder_exclude>
     <rule_dir pattern="_rules.xml$">rules</rule_dir><rule_exclude>local_rules.xml</rule_exclude></ruleset></ossec_config>`,
  );
  assert.equal(answers(['logtest', '--ossec-conf', dirs, '--json'], `${sale}\n`)[0].rule, 501);
  const twice = put('ossec/etc/bad.conf', '<ossec_config>\n<rules><colour>red</colour></rules></ossec_config>');
  const refused = run(['logtest', '--ossec-conf', twice]);
  assert.equal(refused.status, 65);
  assert.match(refused.stderr, /bad\.conf:2:\d+: `<colour>` in `<rules>` is not known/);
});

test('a configuration that lies among its files finds them; decoders that are named stand in for those it does not name', () => {
  put('flat/ossec.conf', '<ossec_config><rules><include>shop.xml</include></rules></ossec_config>');
  put('flat/shop.xml', '<group name="a,"><rule id="600" level="4"><decoded_as>shop</decoded_as></rule></group>');
  const flat = join(folder, 'flat/ossec.conf');
  assert.equal(run(['logtest', '--ossec-conf', flat]).status, 66);
  assert.equal(answers(['logtest', '--json', '--ossec-conf', flat, '--decoders', decoders], `${line}\n`)[0].rule, 600);
  put('flat/decoder.xml', '<decoder name="shop"><program_name>^shopd</program_name></decoder>');
  assert.equal(answers(['logtest', '--json', '--ossec-conf', flat], `${line}\n`)[0].rule, 600);
});

test('a folder whose files refer to later ones is loaded in the order of what they refer to', () => {
  const group = (name: string, inner: string) => `<group name="${name},">${inner}</group>`;
  const xml = (name: string, text: string) => put(`tangled/${name}`, text);
  xml(
    'a_decoders.xml',
    '<decoder name="child"><parent>parent</parent><regex>^(\\S+)</regex><order>user</order></decoder>',
  );
  xml('b_decoders.xml', '<decoder name="parent"><prematch>^taro</prematch></decoder>');
  xml(
    'a_rules.xml',
    group('late', '<rule id="300" level="5"><if_sid>200</if_sid><if_group>middle</if_group><user>taro</user></rule>'),
  );
  xml('b_rules.xml', group('middle', '<rule id="200" level="4"><if_group>early</if_group></rule>'));
  xml('c_rules.xml', group('early', '<rule id="100" level="3"/>'));
  const [answer] = answers(['logtest', '--json', '--rules', join(folder, 'tangled')], 'taro was here\n');
  assert.equal(answer.rule, 300);
  xml('d_rules.xml', group('none', '<rule id="400" level="3"><if_sid>999</if_sid></rule>'));
  assert.equal(run(['logtest', '--rules', join(folder, 'tangled')]).status, 65);
});

test('nothing named: the library that comes with the product', () => {
  const failed = 'Nov 23 10:00:00 web01 sshd[812]: Failed password for root from 192.0.2.1 port 5 ssh2\n';
  const all = answers(['logtest', '--json'], failed.repeat(5));
  assert.deepEqual(
    all.map(({ rule }) => rule),
    [900_101, 900_101, 900_101, 900_101, 900_120],
  );
});

test('logscan runs whole logs, packed ones and standard input too, and sums up', () => {
  const log = put('logs/shop.log', `${line}\nnothing\n${line}\n`);
  const packed = put('logs/shop.log.1.gz', gzipSync(`${line}\n`));
  const all = answers(['logscan', log, packed, '-', '--rules', rules, '--json'], `${line}`);
  assert.deepEqual(
    all.slice(0, -1).map(({ file, lineNumber, rule }) => [file, lineNumber, rule]),
    [
      [log, 1, 501],
      [log, 3, 502],
      [packed, 1, 501],
      ['-', 1, 502],
    ],
  );
  const { summary } = all.at(-1);
  assert.deepEqual([summary.lines, summary.alerts, summary.byLevel], [5, 4, { 5: 2, 9: 2 }]);
  assert.deepEqual(
    summary.byRule.map(({ rule, count }: { rule: number; count: number }) => [rule, count]),
    [
      [501, 2],
      [502, 2],
    ],
  );
  assert.ok(summary.seconds > 0 && summary.linesPerSecond > 0);
  const text = run(['logscan', '--rules', rules, log]).stdout;
  assert.match(text, /shop\.log:3: rule 502 \(level 9\) -> 'Two logins\.'\n {2}Nov 23/);
  assert.match(text, /3 lines in \d+\.\d\d s \(\d+ lines\/s\), 2 alerts\n {2}level {2}9: 1\n/);
});

test('wrong usage is 64 with the usage, a refused file 65 with its place, a missing one 66', () => {
  for (const args of [
    ['logtest', '--colour'],
    ['logtest', '--rules'],
    ['logtest', '--ossec-conf', '--json'],
    ['logtest', 'a.log'],
    ['logtest', '--json=yes'],
    ['logtest', '--format', 'csv'],
    ['logtest', '--ossec-conf', 'a', '--ossec-conf', 'b'],
    ['logscan'],
    ['logscan', 'a.log', '--cases'],
  ]) {
    const { status, stderr, stdout } = run(args);
    assert.deepEqual([status, stdout], [64, ''], args.join(' '));
    assert.match(stderr, /usage: sakimori-agent log(?:test|scan)/);
  }
  const wrong = put('wrong.xml', '<group name="a,">\n  <rule id="1000" level="5"><regex>\\q</regex></rule>\n</group>');
  const refused = run(['logtest', '--rules', wrong]);
  assert.equal(refused.status, 65);
  assert.match(refused.stderr, /wrong\.xml:2:\d+: `<regex>`/);
  for (const args of [
    ['logtest', '--rules', join(folder, 'nowhere')],
    ['logtest', '--decoders', join(folder, 'nowhere.xml'), '--rules', rules],
    ['logtest', '--ossec-conf', join(folder, 'nowhere.conf')],
    ['logscan', join(folder, 'nowhere.log'), '--rules', rules],
    ['logscan', join(folder, 'nowhere.log.gz'), '--rules', rules],
  ])
    assert.equal(run(args).status, 66, args.join(' '));
  const gone = put(
    'ossec/etc/gone.conf',
    '<ossec_config><rules><include>gone_rules.xml</include></rules></ossec_config>',
  );
  assert.match(
    run(['logtest', '--ossec-conf', gone]).stderr,
    /there is no gone_rules\.xml: looked for .*ossec\/rules\/gone/,
  );
  const damaged = put('logs/damaged.gz', 'this is not packed');
  assert.equal(run(['logscan', damaged, '--rules', rules]).status, 65);
  assert.equal(run(['logtest', '--rules', local, '--rules', rules]).status, 65, 'a rule before the one it builds on');
});

test('a reader that has gone ends it quietly', () => {
  const log = put('logs/long.log', `${line}\n`.repeat(20_000));
  for (const from of [`yes '${line}' |`, `< ${log}`]) {
    for (const args of [['logtest', '--json'], ['logtest'], ['logscan', '-', '--json'], ['logscan', log]]) {
      const command = `${process.execPath} ${program} ${args.join(' ')} --rules ${rules}`;
      const shell = `${from.endsWith('|') ? `${from} ${command}` : `${command} ${from}`} | head -c 1`;
      const { stdout, stderr } = spawnSync('sh', ['-c', shell], { encoding: 'utf8', timeout: 30_000 });
      assert.equal(stdout.length, 1, shell);
      assert.equal(stderr, '', shell);
    }
  }
});

test('help says what there is', () => {
  for (const verb of ['logtest', 'logscan']) {
    const { status, stdout } = run([verb, '--help']);
    assert.equal(status, 0);
    assert.match(stdout, /--ossec-conf FILE/);
  }
  assert.match(run(['--help']).stdout, /logscan/);
});
