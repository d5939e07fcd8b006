import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogInspectionPolicy } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { shipped } from '../../configuration/index.ts';
import { checkLogInspectionRule, compileLogInspection, LogInspectionFault } from './loginspection.ts';

const library = [...shipped().objects.get('LogInspectionRule')!.values()];
const byFile = (name: string): ApiObject => library.find((rule) => (rule['_rules'] as string[]).includes(name))!;
const names = (files: readonly { readonly name: string }[]) => files.map(({ name }) => name);
const base64 = (xml: string) => Buffer.from(xml).toString('base64');
const custom = (ID: number, xml: string, more: ApiObject = {}): ApiObject => ({
  ...{ ID, name: `custom ${ID}`, template: 'custom', ruleXML: base64(xml) },
  ...more,
});
const basic = (ID: number, more: ApiObject = {}): ApiObject => ({
  ...{ ID, name: `basic ${ID}`, template: 'basic-rule', ruleID: 100_000 + ID, level: 5, pattern: 'refused' },
  ...more,
});
const refused = (rule: ApiObject, expected: RegExp) =>
  assert.throws(
    () => checkLogInspectionRule(rule),
    (error) => error instanceof LogInspectionFault && expected.test(error.message),
    String(expected),
  );

test('the whole library fits into a policy, in an order of its own, whatever the order of the rules', () => {
  const compiled = compileLogInspection(library);
  assert.deepEqual([compiled.leftOut, compiled.unsupportedLogs], [[], []]);
  assert.deepEqual(compileLogInspection(library.toReversed()), compiled);
  const { sources, decoderFiles, ruleFiles, ruleNamesJa } = compiled;
  LogInspectionPolicy.parse({ state: 'on', sources, decoderFiles, ruleFiles, ruleNamesJa });
  assert.equal(new Set(sources.map(({ path }) => path)).size, sources.length);
  assert.equal(names(ruleFiles)[0], 'pam.rules.xml');
  assert.equal(compiled.owners.get(900_101), byFile('sshd.rules.xml')['ID']);
});

test('a shipped rule brings what it depends on, once, and only the names and logs that are its own', () => {
  const nginx = byFile('nginx.rules.xml');
  const { decoderFiles, ruleFiles, sources, ruleNamesJa } = compileLogInspection([nginx, nginx]);
  assert.deepEqual(names(decoderFiles), ['web-access.decoders.xml', 'nginx.decoders.xml']);
  assert.deepEqual(names(ruleFiles), ['web-access.rules.xml', 'nginx.rules.xml']);
  assert.ok(sources.every(({ path, format }) => path.startsWith('/var/log/nginx/') && format === 'plain'));
  assert.ok('901051' in ruleNamesJa && !('900101' in ruleNamesJa));
});

test('logs that are set differently on a policy are followed instead', () => {
  const sshd = { ...byFile('sshd.rules.xml'), logFiles: [{ location: '/srv/log/auth', format: 'syslog' }] };
  assert.deepEqual(compileLogInspection([sshd]).sources, [{ path: '/srv/log/auth', format: 'syslog' }]);
  const sources = [{ path: '/x', format: 'plain' as const }];
  assert.deepEqual(compileLogInspection([sshd], { sources }).sources, sources);
});

test('logs that no agent of ours can follow are named, and the rule is in force', () => {
  const logs = [
    ...['C:\\inetpub\\x.log', '/var/log/', '/var/log/x-%Q.log', '/var/log/x*.log'].map((location) => ({
      location,
      format: 'single-line-text-log',
    })),
    { location: 'Security', format: 'eventlog' },
    { location: 'df -P', format: 'command' },
    { location: 'last -n 5', format: 'full_command' },
    { location: '/var/log/y', format: 'sauerkraut' },
  ];
  const { sources, unsupportedLogs, ruleFiles } = compileLogInspection([basic(1, { logFiles: { logFiles: logs } })]);
  assert.deepEqual(sources, [{ path: '/var/log/x*.log', format: 'plain' }]);
  const reasons = Object.fromEntries(unsupportedLogs.map(({ location, reason }) => [location, reason]));
  assert.equal(unsupportedLogs.length, 7);
  assert.match(reasons['/var/log/x-%Q.log']!, /%Q, which is no part of a date .* use %Y, /);
  assert.match(reasons['df -P']!, /never makes agents run a command/);
  assert.match(reasons['last -n 5']!, /never makes agents run a command/);
  assert.match(reasons['/var/log/y']!, /sauerkraut/);
  assert.equal(ruleFiles.length, 1);
});

test('wildcards in folders, parts of the date, and each format as OSSEC and the vendor name it', () => {
  const kinds = [
    ['/var/log/*/error.log', 'apache', { format: 'plain' }],
    ['/var/log/**/app-%Y-%m-%d.log', 'single-line-text-log', { format: 'plain' }],
    ['/a/1', 'snort-full', { format: 'plain', reading: 'snort-full' }],
    ['/a/2', 'snort-fast', { format: 'plain' }],
    ['/a/3', 'squid', { format: 'plain' }],
    ['/a/4', 'iis', { format: 'plain' }],
    ['/a/5', 'nmapg', { format: 'plain', reading: 'nmapg' }],
    ['/a/6', 'mysql_log', { format: 'plain', reading: 'mysql-log' }],
    ['/a/7', 'postgresql-log', { format: 'plain', reading: 'postgresql-log' }],
    ['/a/8', 'dbj-multilog', { format: 'syslog', reading: 'djb-multilog' }],
    ['/a/9', 'multi-line: 3', { format: 'plain', reading: 'multi-line', multiLine: { lines: 3 } }],
    ['/b/1', 'audit', { format: 'plain', reading: 'audit' }],
    ['/b/2', 'json', { format: 'plain' }],
    ['/b/3', undefined, { format: 'syslog' }],
  ] as const;
  const logFiles = kinds.map(([location, format]) => ({ location, ...(format ? { format } : {}) }));
  const { sources, unsupportedLogs } = compileLogInspection([basic(1, { logFiles: { logFiles } })]);
  assert.deepEqual(unsupportedLogs, []);
  assert.deepEqual(
    sources,
    kinds.map(([path, , kind]) => ({ path, ...kind })),
  );
  LogInspectionPolicy.shape.sources.parse(sources);
});

test('a path of Linux that no agent could follow is refused where it is written, with what to do', () => {
  const at = (location: string) => basic(1, { logFiles: [{ location, format: 'syslog' }] });
  refused(at('/var/log/x-%Q.log'), /logFiles: .*%Q, which is no part of a date .* or %% for a percent sign/);
  refused(at('/var/log/**.log'), /\*\* stands for folders and must be a whole name/);
  refused(at('/var/log/**'), /say which files/);
  refused(at('/var/log/'), /names no file: add the file’s name/);
  checkLogInspectionRule(at('C:\\inetpub\\x.log'));
  checkLogInspectionRule(at('/var/log/100%%/x-%Y%m%d.log'));
});

test('sources of a policy document: encoding, start pattern and exclusions are looked at before any agent gets them', () => {
  const wrong = (more: object, expected: RegExp) => {
    const { success, error } = LogInspectionPolicy.shape.sources.safeParse([{ path: '/x', format: 'plain', ...more }]);
    assert.ok(!success);
    assert.match(error.message, expected);
  };
  wrong(
    { encoding: 'shift-jisx0213' },
    /is no encoding that a log can have: use one of auto, utf-8, shift_jis, euc-jp/,
  );
  wrong({ reading: 'multi-line' }, /give both or neither/);
  wrong({ reading: 'multi-line', multiLine: {} }, /give either start, .* or lines/);
  wrong({ reading: 'multi-line', multiLine: { lines: 1 } }, />=2/);
  wrong({ exclude: ['x/*.gz'] }, /is not absolute: begin it with/);
  const sources = [{ path: '/x', format: 'plain', reading: 'multi-line', multiLine: { start: '^(\\d' } }] as const;
  assert.throws(() => compileLogInspection([], { sources: [...sources] }), /\/x has a start pattern .* at character 2/);
});

test('the journal stands in for files of syslog, unless the policy says otherwise', () => {
  const sshd = byFile('sshd.rules.xml');
  assert.equal(compileLogInspection([sshd]).journal, 'without-files');
  assert.equal(compileLogInspection([byFile('nginx.rules.xml')]).journal, 'never');
  const sources = [{ path: '/x', format: 'syslog' as const }];
  assert.equal(compileLogInspection([sshd], { sources }).journal, 'never');
  assert.equal(compileLogInspection([sshd], { sources, journal: 'always' }).journal, 'always');
});

test('a basic rule becomes OSSEC’s XML, with its texts escaped', () => {
  const rule = basic(1, {
    ...{ groups: ['shop', 'authentication_failed'], ruleDescription: 'A < B & "C" costs $US', pattern: 'x<y|a&b' },
    ...{ dependency: 'rule', dependencyRuleID: 900_100 },
  });
  const { ruleFiles } = compileLogInspection([rule]);
  const { xml } = ruleFiles.at(-1)!;
  assert.match(xml, /<group name="custom,shop,authentication_failed,">\n<rule id="100001" level="5">/);
  assert.match(xml, /<if_sid>900100<\/if_sid>\n<match>x&lt;y\|a&amp;b<\/match>/);
  assert.match(xml, /<description>A &lt; B &amp; &quot;C&quot; costs \$DOLLARUS<\/description>/);
  assert.ok(names(ruleFiles).includes('sshd.rules.xml'), 'the rule it builds on came along');
});

test('a basic rule with a frequency counts the events of what it depends on, or its own', () => {
  const counted = compileLogInspection([
    basic(1, { frequency: 3, timeFrame: 30, patternType: 'regex', pattern: '^a\\d+' }),
  ]);
  const { xml } = counted.ruleFiles[0]!;
  assert.match(xml, /<rule id="10100001" level="5">\n<regex>\^a\\d\+<\/regex>[\s\S]*<options>no_log<\/options>/);
  assert.match(
    xml,
    /<rule id="100001" level="5" frequency="3" timeframe="30">\n<if_matched_sid>10100001<\/if_matched_sid>/,
  );
  const group = basic(2, { frequency: 3, timeFrame: 30, dependency: 'group', dependencyGroup: 'ssh_login_failed' });
  const compiled = compileLogInspection([group, byFile('sshd.rules.xml')]);
  assert.match(
    compiled.ruleFiles.at(-1)!.xml,
    /<if_matched_group>ssh_login_failed<\/if_matched_group>\n<match>refused<\/match>/,
  );
});

test('what a basic rule lacks is said by its property', () => {
  assert.match(compileLogInspection([basic(1, { ruleID: undefined })]).ruleFiles[0]!.xml, /<rule id="20000001"/);
  refused(basic(1, { ruleID: 5 }), /^ruleID must be a whole number from 100000 to 109999\.$/);
  refused(basic(1, { level: 17 }), /^level must be/);
  refused(basic(1, { pattern: '' }), /^pattern is missing\.$/);
  refused(basic(1, { frequency: 2000 }), /^frequency must be/);
  refused(basic(1, { dependency: 'group' }), /^dependencyGroup is missing\.$/);
  refused(basic(1, { patternType: 'regex', pattern: '(a' }), /`<regex>`: `\(` is never closed/);
});

test('a custom rule may hold decoders: each file keeps the places of the text', () => {
  const xml = `<!-- ours -- really -->
<decoder name="shop"><program_name>^shopd$</program_name></decoder>
<group name="shop,">
  <rule id="100100" level="3"><decoded_as>shop</decoded_as><description>a \\< b</description><group>web,</group></rule>
</group>
<decoder name="shop-login"><parent>shop</parent><prematch>^login </prematch><regex offset="after_prematch">^(\\S+)</regex><order>user</order></decoder>`;
  const { decoderFiles, ruleFiles } = compileLogInspection([custom(7, xml)]);
  assert.deepEqual([names(decoderFiles), names(ruleFiles)], [['rule-7.decoders.xml'], ['rule-7.rules.xml']]);
  const [decoders, rules] = [decoderFiles[0]!.xml.split('\n'), ruleFiles[0]!.xml.split('\n')];
  assert.deepEqual([decoders.length, rules.length], [6, 6]);
  assert.deepEqual(
    decoders.slice(1, 5).map((line) => line.trim() !== ''),
    [true, false, false, false],
  );
  assert.deepEqual([rules[1]!.trim(), rules[5]!.trim()], ['', '']);
  assert.equal(rules[3], xml.split('\n')[3]);
});

test('faulty XML is refused with line, column and a sentence', () => {
  const faulty = (xml: string) => custom(1, xml);
  const ruled = (inner: string, attributes = 'id="100100" level="3"') =>
    faulty(`<group name="x,">\n<rule ${attributes}>\n${inner}\n</rule>\n</group>`);
  refused(
    faulty('<group name="x,">\n  <rule id="1" level="3">\n</group>'),
    /^Line 3, column \d+: The XML is not well-formed/,
  );
  refused(faulty('<!DOCTYPE x>\n<group name="x,"/>'), /^Line 1, column \d+: A document type is not allowed\.$/);
  refused(faulty('<rule id="1" level="3"/>'), /^Line 1, column \d+: `<rule>` stands where `<group>` was expected\.$/);
  refused(ruled('<colour name="a">b</colour>'), /^Line 3, column \d+: `<colour>` in a rule is not supported\.$/);
  refused(ruled('<list>lists/x</list>'), /^Line 3, column \d+: `<list>` needs a `field`: srcip,/);
  refused(ruled('<compiled_rule>x</compiled_rule>'), /^Line 3, column \d+: `x` is no compiled rule/);
  refused(
    ruled('<regex>(a</regex>'),
    /^Line 3, column \d+: `<regex>`: `\(` is never closed \(character 1 of the pattern\)\.$/,
  );
  refused(ruled('<pcre2>(?R)</pcre2>'), /recursion/);
  refused(ruled('', 'id="100100"'), /^Line 2, column \d+: A rule needs `level`\.$/);
  refused(ruled('<same_user />'), /need `<if_matched_sid>`/);
  refused(
    faulty('<decoder name="a"><regex>(x)</regex></decoder>'),
    /^Line 1, column \d+: The decoder `a` needs `<prematch>`/,
  );
  refused(
    faulty('<decoder name="a"><prematch>x</prematch><fts>id</fts></decoder>'),
    /`a` has `<fts>` and needs `<regex>`/,
  );
  refused(faulty('no XML'), /must be encoded in base64|no `<rule>`|outside of any element/);
  refused(custom(1, '', { ruleXML: '%%%' }), /must be encoded in base64/);
  const cut = custom(1, '', { ruleXML: base64('<group name="x,"><rule id="1" level="0">').slice(0, 21) });
  checkLogInspectionRule(cut);
  assert.throws(() => compileLogInspection([cut]), /ends in the middle\.$/);
  const named = () => compileLogInspection([faulty('<group name="x,">\n<rule/></group>')]);
  assert.throws(
    named,
    (error) =>
      error instanceof LogInspectionFault &&
      error.line === 2 &&
      /^The log inspection rule “custom 1”/.test(error.message),
  );
});

const rule = (id: number, inner = '') =>
  `<group name="own,"><rule id="${id}" level="3">${inner}<description>x</description></rule></group>`;

test('what a rule needs comes before it; what cannot stand beside the others is left out and named', () => {
  const needing = custom(1, rule(100_200, '<if_sid>100201</if_sid>'), { sortOrder: 1 });
  const needed = custom(2, rule(100_201, '<match>x</match>'), { sortOrder: 2 });
  assert.deepEqual(names(compileLogInspection([needing, needed]).ruleFiles), ['rule-2.rules.xml', 'rule-1.rules.xml']);
  const { ruleFiles, leftOut } = compileLogInspection([
    needed,
    custom(3, rule(100_201, '<match>y</match>')),
    custom(4, rule(100_204, '<if_sid>5700</if_sid>')),
    custom(5, rule(100_205, '<if_group>nobodys</if_group>')),
    custom(6, rule(100_206, '<decoded_as>nobodys</decoded_as>')),
    custom(7, rule(100_207, '<if_sid>100204</if_sid>')),
  ]);
  assert.deepEqual(names(ruleFiles), ['rule-2.rules.xml']);
  assert.deepEqual(
    leftOut.map(({ ID, reason }) => `${ID} ${reason}`),
    [
      '3 The id 100201 is that of another rule already.',
      '4 It builds on rule 5700, which no rule before it defines.',
      '5 It builds on the group “nobodys”, in which there is no rule.',
      '6 It builds on the decoder “nobodys”, which is not there.',
      '7 It builds on rule 100204, which no rule before it defines.',
    ],
  );
});

test('files of a policy document stand behind the shipped ones, without what those define already', () => {
  const own = { name: 'own.rules.xml', xml: rule(100_300, '<match>x</match>') };
  const twin = { name: 'sshd.rules.xml', xml: rule(900_101, '<match>x</match>') };
  const files = { ID: 9, name: 'files', template: 'custom', _decoderFiles: [], _ruleFiles: [own, twin] };
  const { ruleFiles, leftOut } = compileLogInspection([files, byFile('sshd.rules.xml')]);
  assert.deepEqual(names(ruleFiles), ['sshd.rules.xml', 'own.rules.xml']);
  assert.deepEqual(leftOut, [{ ID: 9, reason: 'Its file sshd.rules.xml defines the rule 900101 once more.' }]);
});
