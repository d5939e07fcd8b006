import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { shipped } from '@sakimori/manager/configuration/index';
import { checkLogInspectionRule, compileLogInspection, LogInspectionFault } from '@sakimori/manager/policies/index';
import fc from 'fast-check';
import { Analyser, compileRuleset } from '../agent/src/engines/loginspection/analyser.ts';
import { compositeNames } from '../agent/src/engines/loginspection/rules/composite.ts';
import { conditionNames } from '../agent/src/engines/loginspection/rules/conditions.ts';

/** What the manager makes of log-inspection rules, loaded as an agent loads it. */
const library = [...shipped().objects.get('LogInspectionRule')!.values()];
const sshd = library.find(({ identifier }) => identifier === '9003001')!;
const base64 = (xml: string) => Buffer.from(xml).toString('base64');
const custom = (ID: number, xml: string): ApiObject => ({
  ID,
  name: `custom ${ID}`,
  template: 'custom',
  ruleXML: base64(xml),
});
const basic = (ID: number, more: ApiObject): ApiObject => ({
  ...{ ID, name: `basic ${ID}`, template: 'basic-rule', ruleID: 100_000 + ID, level: 5 },
  ...more,
});

function load(rules: readonly ApiObject[]) {
  const { decoderFiles, ruleFiles, leftOut } = compileLogInspection(rules);
  assert.deepEqual(leftOut, []);
  return compileRuleset(decoderFiles, ruleFiles);
}

const head = 'Nov 23 10:00:00 web01 ';
/** Rules at which lines end, one second between two. */
function spoken(rules: readonly ApiObject[], lines: readonly string[]): (number | undefined)[] {
  const analyser = new Analyser(load(rules));
  return lines.map((line, index) => analyser.analyse(head + line, 'syslog', index * 1000, '/var/log/x').rule?.id);
}

test('the whole library loads, and each of its objects by itself', () => {
  assert.ok(library.length >= 40, `${library.length} objects`);
  assert.ok(load(library).rules.rules.size > 500);
  for (const rule of library) load([rule]);
});

test('rules of customers stand beside the library and do what they say', () => {
  const shop = `<decoder name="shop"><program_name>^shopd$</program_name><regex>^(\\w+) by (\\S+)</regex><order>action, user</order></decoder>
<group name="shop,">
  <rule id="100900" level="3"><decoded_as>shop</decoded_as><description>shop: something done</description></rule>
  <rule id="100901" level="7"><if_sid>100900</if_sid><user>^root$</user><description>shop: done by root</description></rule>
</group>`;
  const rules = [
    ...library,
    custom(1, shop),
    basic(2, { pattern: 'cost < 5 & more|^it costs five', patternType: 'string' }),
    basic(3, { pattern: '^login of \\w+ ends', patternType: 'regex', dependency: 'none' }),
    basic(4, { dependency: 'rule', dependencyRuleID: 900_104, pattern: ' for deploy ', level: 12 }),
    basic(5, { dependency: 'group', dependencyGroup: 'shop', pattern: 'sale', level: 9 }),
  ];
  assert.deepEqual(
    spoken(rules, [
      'shopd[1]: buy by taro',
      'shopd[1]: buy by root',
      'shopd[1]: sale by taro',
      'other[1]: it costs five today',
      'other[1]: login of taro ends',
      'sshd[1]: Accepted publickey for deploy from 192.0.2.1 port 1 ssh2',
      'sshd[1]: Accepted publickey for taro from 192.0.2.1 port 1 ssh2',
      'other[1]: nothing',
    ]),
    [100_900, 100_901, 100_005, 100_002, 100_003, 100_004, 900_104, undefined],
  );
});

test('a basic rule with a frequency fires at that event', () => {
  const counted = basic(1, { pattern: 'gate refused', frequency: 3, timeFrame: 10 });
  const line = 'gated[1]: gate refused';
  assert.deepEqual(spoken([counted], [line, line, line, line]), [10_100_001, 10_100_001, 100_001, 10_100_001]);
  const onRule = basic(2, { dependency: 'rule', dependencyRuleID: 900_104, frequency: 2, timeFrame: 60 });
  const login = 'sshd[1]: Accepted publickey for taro from 192.0.2.1 port 1 ssh2';
  assert.deepEqual(spoken([onRule, sshd], [login, login]), [900_104, 100_002]);
});

/** Would the agent take this text, decoders and rules together? */
function isTakenByAgent(decoders: string, rules: string): boolean {
  try {
    compileRuleset([{ name: 'd', xml: decoders }], [{ name: 'r', xml: rules }]);
    return true;
  } catch {
    return false;
  }
}
function isTakenByManager(decoders: string, rules: string): boolean {
  try {
    checkLogInspectionRule(custom(1, `${decoders}\n${rules}`));
    return true;
  } catch (error) {
    assert.ok(error instanceof LogInspectionFault, String(error));
    return false;
  }
}
const inRule = (inner: string, attributes = '') =>
  `<group name="x,"><rule id="100100" level="1"/><rule id="100101" level="3" ${attributes}><if_sid>100100</if_sid>${inner}</rule></group>`;
const decoder = '<decoder name="d"><prematch>d</prematch></decoder>';
/** Files as OSSEC means them, and files with the mark of ours. */
const agree = (decoders: string, rules: string) => {
  for (const mark of ['', '<?sakimori language="1"?>']) {
    const texts = [mark + decoders, mark + rules] as const;
    assert.equal(isTakenByManager(...texts), isTakenByAgent(...texts), texts.join('\n'));
  }
};

/** What does not exist elsewhere is no fault of a rule by itself. */
const ofOthers = ['if_sid', 'if_group', 'if_level', 'if_matched_sid', 'if_matched_group', 'decoded_as'];

test('the manager takes of a rule what the agent takes', () => {
  const known = [
    ...conditionNames,
    ...compositeNames,
    'category',
    'description',
    'group',
    'info',
    'cve',
    'options',
    'mitre',
    'ignore',
    'check_if_ignored',
  ];
  const unknown = ['fts', 'regexp', 'regex_pcre2', 'same_field', 'match_osregex', 'action_pcre2'];
  const values = ['', 'x', '1', 'd', 'no_log', 'web-log', '(x', '\\q'];
  for (const name of [...known, ...unknown].filter((one) => !ofOthers.includes(one)))
    for (const value of values) {
      agree(decoder, inRule(`<${name}>${value}</${name}>`));
      const composite = `<${name}>${value}</${name}><if_matched_sid>100100</if_matched_sid>`;
      agree(decoder, inRule(composite, 'frequency="3" timeframe="10"'));
    }
  const texts = {
    srcip: [
      '192.0.2.1',
      '!192.0.2.0/24',
      '192.0.2.0/33',
      '192.0.2.0/255.255.0.0',
      '192.0.2.0/0.0.0.255',
      '2001:db8::/32',
      'any',
      'a',
    ],
    time: [
      '6 pm - 8:30 am',
      '18:00-08:30',
      '!9-17',
      '25:00-1',
      '24-1',
      '13 pm - 1 am',
      '12 am-1',
      '9',
      '9:60-10',
      '1-2-3',
    ],
    compiled_rule: ['is_valid_crawler', 'is_simple_http_request ', 'nothing'],
    ignore: ['srcip, id', 'nothing', ''],
    check_if_ignored: ['user', 'nothing'],
    weekday: ['monday', 'mon, tue', 'monday - friday', '!weekends', 'someday', 'm', 'monday-someday', ''],
  };
  for (const [name, all] of Object.entries(texts))
    for (const text of all) agree(decoder, inRule(`<${name}>${text}</${name}>`));
  for (const name of ['match', 'regex', 'user', 'id_pcre2'])
    for (const attributes of ['type="pcre2"', 'type="osmatch"', 'type="x"', 'negate="yes"', 'colour="red"'])
      agree(decoder, inRule(`<${name} ${attributes}>a</${name}>`));
  for (const attributes of ['field="srcip"', 'field="colour"', 'lookup="match_key"', 'field="srcip" colour="red"'])
    for (const more of [
      '',
      ' lookup="address_match_key_value"',
      ' lookup="match_key_value" check_value="a"',
      ' lookup="x"',
    ])
      agree(decoder, inRule(`<list ${attributes}${more}>lists/x</list>`));
  for (const attributes of ['', 'name="a"', 'name="a" type="pcre2"', 'name="a" type="x"', 'name="a" colour="red"'])
    for (const value of ['a', '(a', '']) agree(decoder, inRule(`<field ${attributes}>${value}</field>`));
  for (const attributes of ['type="pcre2"', 'negate="yes"', 'colour="red"'])
    agree(decoder, inRule(`<action ${attributes}>(a</action>`));
  for (const inner of [
    '<same_user/><not_same_user/>',
    '<not_same_user/><same_user/>',
    '<different_srcip/>',
    '<different_srcgeoip/>',
    '<check_diff/><same_user/>',
    '<if_matched_regex>(a</if_matched_regex><different_url/>',
  ])
    agree(decoder, inRule(inner));
  agree(decoder, inRule('<check_diff/>', 'frequency="3"'));
  agree(decoder, inRule('<decoded_as>rootcheck</decoded_as>'));
  const ofRule = [
    'frequency="0"',
    'frequency="1"',
    'frequency="1001"',
    'frequency="10000"',
    'accuracy="x"',
    'frequency="x"',
    'ignore="a"',
    'ignore="60"',
    'overwrite="no"',
    'noalert="1"',
  ];
  for (const attributes of [...ofRule, 'maxsize="10"', 'accuracy="0"', 'colour="red"']) {
    agree(decoder, inRule('', attributes));
    agree(decoder, inRule('<if_matched_sid>100100</if_matched_sid>', attributes));
  }
});

test('the manager takes of a decoder what the agent takes', () => {
  const inner = [
    ...[
      '',
      '<prematch>a</prematch>',
      '<program_name>a</program_name>',
      '<prematch_pcre2>a</prematch_pcre2>',
      '<fts>id</fts>',
    ],
    ...['<regex>(a)</regex>', '<regex>(a)</regex><order>id</order>', '<prematch>a</prematch><order>id</order>'],
    ...['<prematch>a</prematch><regex>(a)</regex><order>nothing</order>', '<prematch>a</prematch><type>web-log</type>'],
    ...['<prematch>a</prematch><type>x</type>', '<prematch offset="after_parent">a</prematch>'],
    ...['<parent>d</parent><regex offset="after_parent">(a)</regex><order>id</order>', '<parent>d</parent>'],
    ...['<parent>d</parent><regex offset="after_regex">(a)</regex><order>id</order>'],
    ...['<parent>d</parent><regex offset="after_prematch">(a)</regex><order>user, srcip</order>'],
    ...['<prematch>a</prematch><prematch_pcre2>b</prematch_pcre2>', '<prematch type="pcre2">a(?=b)</prematch>'],
    ...['<prematch>a</prematch><plugin_decoder>JSON_Decoder</plugin_decoder>', '<prematch colour="red">a</prematch>'],
    ...['<prematch>a</prematch><plugin_decoder>X</plugin_decoder>', '<prematch>a</prematch><accumulate/>'],
    '<prematch>a</prematch><plugin_decoder>PF_Decoder</plugin_decoder><regex>(a)</regex><order>id</order>',
    '<prematch>a</prematch><regex>(a)</regex><order>id, two words</order>',
    '<prematch>a</prematch><regex>(a)</regex><order>id</order><fts>name, srcuser</fts>',
    '<prematch>a</prematch><regex>(a)</regex><order>id</order><fts>colour</fts>',
    '<prematch>a</prematch><fts>name</fts>',
    '<parent>d</parent><regex>(b)</regex><order>id</order><fts>name</fts>',
  ];
  const child = '<parent>d</parent><regex>(a)</regex><order>id</order>';
  for (const first of inner) {
    agree(`${decoder}<decoder name="e">${first}</decoder>`, inRule(''));
    agree(`${decoder}<decoder name="e">${child}</decoder><decoder name="e">${first}</decoder>`, inRule(''));
  }
});

/** Patterns of any form, right and wrong: pieces of the language thrown together. */
const piecesOf = (pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
const osPieces = [
  '\\w',
  '\\d',
  '\\s',
  '\\.',
  '\\(',
  '\\\\',
  '\\q',
  '\\',
  '+',
  '*',
  '(',
  ')',
  '|',
  '^',
  '$',
  'a',
  '.',
  '[',
  '1',
];
const pcrePieces = [
  ...[
    '\\w',
    '\\d',
    '\\b',
    '\\A',
    '\\x41',
    '\\x',
    '\\n',
    '\\q',
    '\\',
    '+',
    '*',
    '?',
    '(',
    ')',
    '(?:',
    '(?i)',
    '(?=',
    '(?P<a>',
  ],
  ...[
    '|',
    '^',
    '$',
    'a',
    '.',
    '[',
    ']',
    '[^',
    '-',
    'z',
    'A',
    '[:alpha:]',
    '{',
    '}',
    '{2}',
    '{3,1}',
    '{1,}',
    '{201}',
    ',',
    '1',
  ],
];
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

test('the manager takes the patterns that the agent takes', () => {
  const holds = (element: string, pieces: readonly string[]) =>
    fc.assert(
      fc.property(piecesOf(pieces), (pattern) =>
        agree(decoder, inRule(`<${element}>${escaped(pattern)}</${element}>`)),
      ),
      { numRuns: 3000 },
    );
  holds('regex', osPieces);
  holds('pcre2', pcrePieces);
});

test('what we ship would be taken from a customer too', () => {
  const folder = resolve(import.meta.dirname, '../rules/loginspection');
  for (const name of globSync('*.xml', { cwd: folder }))
    checkLogInspectionRule(custom(1, readFileSync(resolve(folder, name), 'utf8')));
});
