import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Analyser, compileRuleset } from '../analyser.ts';
import { slot } from '../event.ts';
import { RuleFileFault } from '../fault.ts';

const decoderXml = `
  <decoder name="app"><program_name>^app$</program_name></decoder>
  <decoder name="app-fields"><parent>app</parent>
    <regex>^(\\w+) user=(\\S*) ip=(\\S*)</regex><order>action, user, srcip</order>
  </decoder>`;
const monday10 = Date.UTC(2026, 10, 23, 10);

/** Marks a file as written for us. */
const mark = '<?sakimori language="1"?>';

function analyserOf(rules: string, head = mark) {
  const file = { name: 'r.xml', xml: `${head}<group name="app,">${rules}</group>` };
  return new Analyser(compileRuleset([{ name: 'd.xml', xml: decoderXml }], [file]));
}

/** The rule that each message ends at, 0 for none; `seconds` apart. */
function ruleIds(analyser: Analyser, messages: readonly string[], seconds = 1): number[] {
  return messages.map((message, index) => {
    const line = `Nov 23 10:00:00 host app: ${message}`;
    return analyser.analyse(line, 'syslog', monday10 + index * seconds * 1000, '/x').rule?.id ?? 0;
  });
}

const one = (rules: string, message: string) => ruleIds(analyserOf(rules), [message])[0];
const base = '<rule id="100" level="3"><decoded_as>app</decoded_as><description>app</description></rule>';

test('the deepest match wins, siblings by level, level 0 first', () => {
  const rules = `${base}
    <rule id="101" level="5"><if_sid>100</if_sid><match>disk</match></rule>
    <rule id="102" level="9"><if_sid>100</if_sid><match>disk full|no space</match></rule>
    <rule id="103" level="0"><if_sid>100</if_sid><match>disk full test</match></rule>
    <rule id="104" level="12"><if_sid>102</if_sid><regex>space (\\d+)$</regex></rule>`;
  const said = ['hello', 'disk slow', 'disk full', 'disk full test', 'no space 17'];
  assert.deepEqual(ruleIds(analyserOf(rules), said), [100, 101, 102, 103, 104]);
});

test('every condition on fields', () => {
  const only = (condition: string, message = 'login user=taro ip=192.0.2.7') =>
    one(`<rule id="200" level="5">${condition}</rule>`, message) === 200;
  assert.equal(only('<user>^taro$</user>'), true);
  assert.equal(only('<user>!taro</user>'), false);
  assert.equal(only('<action>login</action><srcip>192.0.2.0/24</srcip>'), true);
  assert.equal(only('<srcip>192.0.2.0/255.255.255.0</srcip>'), true);
  assert.equal(only('<srcip>10.0.0.0/8</srcip><srcip>192.0.2.7</srcip>'), true);
  assert.equal(only('<srcip>!192.0.2.7</srcip>'), false);
  assert.equal(only('<srcip>2001:db8::/32</srcip>', 'login user=a ip=2001:db8::9'), true);
  assert.equal(only('<srcip>any</srcip>', 'nothing here'), false);
  assert.equal(only('<hostname>^host$</hostname><program_name>^app$</program_name>'), true);
  assert.equal(only('<match negate="yes">login</match>'), false);
  assert.equal(only('<pcre2>user=[a-t]aro\\b</pcre2>'), true);
  assert.equal(only('<status>x</status>'), false);
  assert.equal(one('<rule id="200" level="5" maxsize="100"><match>login</match></rule>', 'login'), 0);
});

test('time and weekday are those of the host', () => {
  const at = (condition: string) => one(`<rule id="201" level="5">${condition}</rule>`, 'x') === 201;
  const zone = Temporal.Now.timeZoneId();
  const hour = Temporal.Instant.fromEpochMilliseconds(monday10).toZonedDateTimeISO(zone).hour;
  assert.equal(at(`<time>${hour}:00-${hour}:30</time>`), true);
  assert.equal(at(`<time>!${hour}:00-${hour}:30</time>`), false);
  assert.equal(at(`<time>${(hour + 1) % 24}:00-${hour}:00</time>`), false, 'over midnight, the end not included');
  assert.equal(at('<weekday>weekends</weekday>') || at('<weekday>weekdays</weekday>'), true);
  assert.equal(at('<weekday>!saturday - friday</weekday>'), false);
});

test('if_group, if_level, noalert, overwrite and categories place rules as OSSEC does', () => {
  const rules = `<rule id="1" level="1" noalert="1"><category>syslog</category></rule>
    <rule id="300" level="4" noalert="1"><match>net</match><group>net,</group></rule>
    <rule id="301" level="6"><if_sid>300</if_sid><match>down</match></rule>
    <rule id="302" level="7"><if_group>net</if_group><match>up</match></rule>
    <rule id="303" level="10"><if_level>6</if_level><match>alarm</match></rule>
    <rule id="301" level="2" overwrite="yes"><match>slow</match></rule>`;
  assert.deepEqual(
    ruleIds(analyserOf(rules), ['net', 'net down', 'net slow', 'net up', 'net up alarm']),
    [0, 0, 301, 302, 303],
  );
});

const failed = '<rule id="400" level="5"><action>fail</action><group>failed,</group></rule>';
const burst = (inner = '<same_source_ip/>', attributes = 'frequency="5" timeframe="120"') =>
  `${failed}<rule id="401" level="10" ${attributes}><if_matched_group>failed</if_matched_group>${inner}</rule>`;
const fails = (count: number, ip = '192.0.2.1', user = 'a') =>
  Array.from({ length: count }, () => `fail user=${user} ip=${ip}`);

test('S8: frequency 5 fires at exactly the fifth event, and then at the tenth', () => {
  const expected = [400, 400, 400, 400, 401, 400, 400, 400, 400, 401, 400];
  assert.deepEqual(ruleIds(analyserOf(burst()), fails(11)), expected);
});

test('S8: four events within the timeframe raise nothing', () => {
  assert.deepEqual(ruleIds(analyserOf(burst()), fails(4)), [400, 400, 400, 400]);
  // Five events, but the first is 121 s before the fifth; then the window slides on.
  assert.ok(!ruleIds(analyserOf(burst()), fails(8), 30.25).includes(401));
  assert.ok(ruleIds(analyserOf(burst()), fails(5), 30).includes(401), 'exactly 120 s is inside');
});

test('S8: one attacker does not hide another', () => {
  const mixed = [...fails(4, '192.0.2.2'), ...fails(5, '192.0.2.1'), ...fails(1, '192.0.2.2')];
  assert.deepEqual(ruleIds(analyserOf(burst()), mixed), [400, 400, 400, 400, 400, 400, 400, 400, 401, 401]);
});

test('relations: same_user, different_srcip, not_same_*', () => {
  const spray = analyserOf(burst('<same_source_ip/><different_user/>', 'frequency="3" timeframe="60"'));
  assert.deepEqual(
    ruleIds(spray, [...fails(3, '192.0.2.1', 'a'), ...fails(1, '192.0.2.1', 'b')]),
    [400, 400, 400, 401],
  );
  const user = analyserOf(burst('<same_user/>', 'frequency="2" timeframe="60"'));
  assert.deepEqual(
    ruleIds(user, [...fails(1, '192.0.2.1', 'a'), ...fails(1, '192.0.2.9', 'b'), ...fails(1, '192.0.2.3', 'a')]),
    [400, 400, 401],
  );
  const none = analyserOf(burst('<same_source_ip/><not_same_source_ip/>', 'frequency="2" timeframe="60"'));
  assert.deepEqual(ruleIds(none, [...fails(1, '192.0.2.1'), ...fails(1, '192.0.2.2')]), [400, 401]);
});

test('if_matched_sid and if_matched_regex; the earlier lines are kept in order', () => {
  const bySid = analyserOf(
    `${failed}<rule id="402" level="9" frequency="3" timeframe="60"><if_matched_sid>400</if_matched_sid></rule>`,
  );
  assert.deepEqual(ruleIds(bySid, fails(4)), [400, 400, 402, 400]);
  const byRegex = analyserOf(
    `${failed}<rule id="403" level="9" timeframe="60"><if_matched_regex>^fail</if_matched_regex><match>ok</match></rule>`,
  );
  assert.deepEqual(ruleIds(byRegex, ['ok user=a ip=1', ...fails(1), 'ok user=a ip=1']), [0, 400, 403]);
  const analyser = analyserOf(burst('', 'frequency="2" timeframe="60"'));
  analyser.analyse('Nov 23 10:00:00 host app: fail user=first ip=1', 'syslog', monday10, '/x');
  const outcome = analyser.analyse('Nov 23 10:00:00 host app: fail user=second ip=2', 'syslog', monday10, '/x');
  assert.deepEqual(
    outcome.earlier.map((event) => event.textAt(slot.dstuser)),
    ['first'],
  );
});

test('`ignore` keeps a rule silent for its seconds', () => {
  const analyser = analyserOf('<rule id="500" level="5" ignore="60"><match>x</match></rule>');
  const silenced = [0, 59, 61].map((s) => analyser.analyse('x', 'plain', monday10 + s * 1000, '/x').silenced);
  assert.deepEqual(silenced, [false, true, false]);
});

test('ATT&CK ids come from groups and from Wazuh’s element', () => {
  const analyser = analyserOf(
    '<rule id="600" level="5"><match>x</match><group>attack.T1110.001,attack.T1078,</group><mitre><id>T1548</id></mitre></rule>',
  );
  assert.deepEqual(analyser.analyse('x', 'plain', 0, '/x').rule?.attack, ['T1110.001', 'T1078', 'T1548']);
});

test('what is wrong or not supported is refused with its place', () => {
  const refused = (rules: string, expected: RegExp) =>
    assert.throws(
      () => analyserOf(`\n${rules}`),
      (error) => error instanceof RuleFileFault && expected.test(error.message),
      rules,
    );
  refused(
    '<rule id="1000" level="5"><compiled_rule>x</compiled_rule></rule>',
    /^r\.xml:2:\d+: `x` is no compiled rule: comp_srcuser_dstuser,/,
  );
  refused(
    '<rule id="1000" level="5"><colour>x</colour></rule>',
    /^r\.xml:2:\d+: `<colour>` in a rule is not supported/,
  );
  refused('<rule id="1000" level="5"><list>x</list></rule>', /`<list>` needs a `field`/);
  refused('<rule id="1000" level="5"><list field="srcip" lookup="near">x</list></rule>', /`near` is no lookup/);
  refused('<rule id="1000" level="5"><list field="srcip" lookup="match_key_value">x</list></rule>', /`check_value`/);
  refused('<rule id="1000" level="5"><field>x</field></rule>', /`<field>` needs a `name`/);
  refused('<rule id="1000" level="5"><check_if_ignored>colour</check_if_ignored></rule>', /names some of: user, srcip/);
  refused('<rule id="1000" level="5" colour="red"><match>x</match></rule>', /no attribute `colour`/);
  refused('<rule id="1000"><match>x</match></rule>', /needs `level`/);
  refused('<rule id="x" level="5"><match>x</match></rule>', /`id` must be a whole number/);
  refused('<rule id="1000" level="17"><match>x</match></rule>', /at most 16/);
  refused('<rule id="1000" level="5"><if_sid>999</if_sid></rule>', /rule 1000: there is no rule 999 before it/);
  refused(`${base}${base}`, /rule 100 stands at line 2 of r\.xml already/);
  refused('<rule id="1000" level="5"><regex>\\q</regex></rule>', /`<regex>`: `\\q` is no escape/);
  refused('<rule id="1000" level="5" frequency="5"><match>x</match></rule>', /need `<if_matched_sid>`/);
  refused(`${failed}<rule id="401" level="9" frequency="1"><if_matched_sid>400</if_matched_sid></rule>`, /at least 2/);
  refused('<rule id="1000" level="5"><decoded_as>nobody</decoded_as></rule>', /there is no decoder `nobody`/);
  refused('<rule id="1000" level="5"><srcip>10.0.0.0/99</srcip></rule>', /no address and no network/);
  refused('<rule id="1000" level="5"><time>teatime</time></rule>', /no time span/);
  refused('<rule id="1000" level="5"><options>explode</options></rule>', /option `explode`/);
  refused('<rule id="1000" level="5" overwrite="yes"><match>x</match></rule>', /no rule 1000 to overwrite/);
});
