import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Analyser, compileRuleset } from '../analyser.ts';
import { RuleFileFault } from '../fault.ts';

/** Files without our mark mean what they mean to OSSEC 4.x. The rules are ours. */
const decoderXml = `
  <decoder name="app"><program_name>^app$</program_name></decoder>
  <decoder name="app-fields"><parent>app</parent>
    <regex>^(\\w+) user=(\\S*) ip=(\\S*)</regex><order>action, user, srcip</order><fts>name, user</fts>
  </decoder>
  <decoder name="door"><program_name>^door$</program_name><pcre2>^(\\w+) from (\\S+) colour (\\w+)$</pcre2><order>srcuser, user, colour</order></decoder>
  <decoder name="ldap"><program_name>^ldap$</program_name><accumulate/></decoder>
  <decoder name="ldap-ip"><parent>ldap</parent><prematch>^conn=\\d+ from</prematch>
    <regex>^conn=(\\d+) from (\\S+)</regex><order>id, srcip</order><accumulate/></decoder>
  <decoder name="ldap-user"><parent>ldap</parent><prematch>^conn=\\d+ as</prematch>
    <regex>^conn=(\\d+) as (\\S+)</regex><order>id, user</order><accumulate/></decoder>
  <decoder name="probe"><program_name>^probe$</program_name><type>ids</type><regex>^(\\S+)</regex><order>id</order><fts>name, id</fts></decoder>`;
const monday10 = Date.UTC(2026, 10, 23, 10);

function analyserOf(rules: string, lists?: Map<string, Map<string, string>>) {
  const file = { name: 'r.xml', xml: `<group name="app,">${rules}</group>` };
  return new Analyser(compileRuleset([{ name: 'd.xml', xml: decoderXml }], [file], lists ? { lists } : {}));
}

/** The rule that each line behind the host ends at, 0 for none; `seconds` apart. */
function ids(analyser: Analyser, lines: readonly string[], seconds = 1): number[] {
  return lines.map((line, index) => {
    const timeMs = monday10 + index * seconds * 1000;
    return analyser.analyse(`Nov 23 10:00:00 host ${line}`, 'syslog', timeMs, '/x').rule?.id ?? 0;
  });
}
const failed = '<rule id="400" level="5"><action>fail</action><group>failed,</group></rule>';
const fails = (count: number, ip = '192.0.2.1', user = 'a') =>
  Array.from({ length: count }, () => `app: fail user=${user} ip=${ip}`);
const times = (count: number, id: number) => Array.from({ length: count }, () => id);

test('S8, in part: frequency 3 fires at the fifth event, and the count begins anew', () => {
  const rules = `${failed}<rule id="401" level="10" frequency="3" timeframe="120"><if_matched_sid>400</if_matched_sid><same_source_ip/></rule>`;
  assert.deepEqual(ids(analyserOf(rules), fails(11)), [...times(4, 400), 401, ...times(4, 400), 401, 400]);
  assert.deepEqual(ids(analyserOf(rules), fails(8), 31), times(8, 400), 'never five within 120 s');
});

test('an event that fired ends the search of all: the burst of one address holds up that of another', () => {
  const rules = `${failed}<rule id="401" level="10" frequency="1" timeframe="120"><if_matched_sid>400</if_matched_sid><same_source_ip/></rule>`;
  const mixed = [...fails(1, '192.0.2.2'), ...fails(3), ...fails(2, '192.0.2.2')];
  assert.deepEqual(ids(analyserOf(rules), mixed), [400, 400, 400, 401, 400, 400]);
});

test('without a frequency two are enough; a child of the composite is what counts, and the composite is spent', () => {
  const rules = `${failed}
    <rule id="401" level="8" timeframe="120"><if_matched_sid>400</if_matched_sid></rule>
    <rule id="402" level="3"><if_sid>401</if_sid><user>^root$</user></rule>`;
  const lines = [...fails(1), ...fails(1, '192.0.2.1', 'root'), ...fails(1)];
  assert.deepEqual(ids(analyserOf(rules), lines), [400, 402, 400]);
});

test('a rule that stands in several places feeds the lists of its group as many times', () => {
  const rules = `
    <rule id="10" level="3"><match>one</match><group>door,</group></rule>
    <rule id="11" level="3"><match>two</match><group>door,</group></rule>
    <rule id="12" level="5"><if_group>door</if_group><match>open</match><group>opened,</group></rule>
    <rule id="13" level="9" frequency="2" timeframe="60"><if_matched_group>opened</if_matched_group></rule>`;
  assert.deepEqual(
    ids(
      analyserOf(rules),
      times(3, 0).map(() => 'app: one open'),
    ),
    [12, 12, 13],
  );
});

test('an event of a rule that is counted by id feeds its groups too', () => {
  const rules = `${failed}
    <rule id="401" level="9" frequency="9" timeframe="60"><if_matched_sid>400</if_matched_sid></rule>
    <rule id="402" level="8" frequency="1" timeframe="60"><if_matched_group>failed</if_matched_group></rule>`;
  assert.deepEqual(ids(analyserOf(rules), fails(4)), [400, 400, 402, 400]);
});

test('if_matched_regex looks through whatever was kept, whoever it came from', () => {
  const rules = `<rule id="10" level="2"><match>a</match></rule>
    <rule id="11" level="9" frequency="1" timeframe="60"><if_matched_regex>^\\w\\w\\w\\w </if_matched_regex><match>fail</match></rule>`;
  assert.deepEqual(ids(analyserOf(rules), ['app: door a', 'app: wall a', 'app: fail']), [10, 10, 11]);
  assert.deepEqual(ids(analyserOf(rules), ['app: door a', 'app: fail']), [10, 10]);
});

test('same_*, different_* and not_same_*: what OSSEC heeds, in the order in which it stands', () => {
  const count = (inner: string, lines: string[]) =>
    ids(
      analyserOf(
        `${failed}<rule id="401" level="9" timeframe="60"><if_matched_sid>400</if_matched_sid>${inner}</rule>`,
      ),
      lines,
    ).at(-1);
  const twoUsers = [...fails(1, '192.0.2.1', 'a'), ...fails(1, '192.0.2.1', 'b')];
  assert.equal(count('<same_user/>', twoUsers), 400);
  assert.equal(count('<same_user/><not_same_user/>', twoUsers), 401);
  assert.equal(count('<not_same_user/><same_user/>', twoUsers), 400);
  assert.equal(count('<different_srcip/>', fails(2)), 401, 'read, and never heeded');
  assert.equal(count('<different_srcgeoip/>', fails(2)), 400, 'no event has a country');
  assert.equal(count('<same_location/>', fails(2)), 401);
  assert.equal(count('<same_id/>', fails(2)), 400, 'no event has an id');
});

test('an event of level 0 is not kept; ignore keeps the rule silent and its events out', () => {
  const quiet = `<rule id="400" level="0"><action>fail</action></rule>
    <rule id="401" level="9" timeframe="60"><if_matched_sid>400</if_matched_sid></rule>`;
  assert.deepEqual(ids(analyserOf(quiet), fails(3)), [400, 400, 400]);
  const silent = `<rule id="400" level="3" ignore="60"><action>fail</action></rule>
    <rule id="401" level="9" timeframe="600" frequency="1"><if_matched_sid>400</if_matched_sid></rule>`;
  assert.deepEqual(ids(analyserOf(silent), fails(4)), [400, 400, 400, 400]);
  assert.deepEqual(ids(analyserOf(silent), fails(3), 61), [400, 400, 401]);
});

test('overwrite changes what OSSEC changes: patterns of PCRE2 stay, and a rule becomes no composite', () => {
  const rules = `<rule id="10" level="3"><match>door</match><pcre2>op..</pcre2></rule>
    <rule id="10" level="7" overwrite="yes"><match>gate</match><pcre2>shut</pcre2></rule>`;
  const analyser = analyserOf(rules);
  assert.deepEqual(ids(analyser, ['app: gate open', 'app: gate shut', 'app: door open']), [10, 0, 0]);
  assert.equal(analyser.analyse('x app: gate open', 'plain', 0, '/x').rule?.level, 7);
  const composite = `${failed}<rule id="11" level="3"><if_sid>400</if_sid><match>user=b</match></rule>
    <rule id="11" level="6" overwrite="yes" frequency="5"><if_matched_sid>400</if_matched_sid><match>user=c</match></rule>`;
  assert.deepEqual(ids(analyserOf(composite), fails(2, '192.0.2.1', 'c')), [11, 11]);
});

test('if_sid: a comma at its end is one more place below the root; if_level takes level 0 for high', () => {
  const rules = `<rule id="10" level="3"><match>door</match></rule>
    <rule id="11" level="5"><if_sid>10, </if_sid><match>open</match></rule>`;
  assert.deepEqual(ids(analyserOf(rules), ['app: door open', 'app: open', 'app: door']), [11, 11, 10]);
  const high = `<rule id="10" level="0"><match>door</match></rule><rule id="11" level="5"><if_level>9</if_level><match>open</match></rule>`;
  assert.deepEqual(ids(analyserOf(high), ['app: door open', 'app: open']), [11, 0]);
});

test('if_fts: the first sight of what the decoder names, and never again', () => {
  const rules = `<rule id="10" level="3"><decoded_as>app</decoded_as></rule>
    <rule id="11" level="4"><if_sid>10</if_sid><if_fts/></rule>`;
  const seen = ids(analyserOf(rules), [...fails(2), ...fails(1, '192.0.2.9'), ...fails(1, '192.0.2.1', 'b'), 'app: x']);
  assert.deepEqual(seen, [11, 10, 10, 11, 10]);
});

test('of intrusion systems, what begins alike is taken for the same after three', () => {
  const rules = `<rule id="10" level="3"><category>ids</category></rule>
    <rule id="11" level="8"><category>ids</category><if_fts/></rule>`;
  const alike = ['a', 'b', 'c', 'd', 'e'].map((last) => `probe: 10:20:30:40:50:${last}`);
  assert.deepEqual(ids(analyserOf(rules), alike), [11, 11, 11, 11, 10]);
});

test('accumulate: what one line of a connection names, the next of it has', () => {
  const rules = `<rule id="10" level="3"><decoded_as>ldap</decoded_as></rule>
    <rule id="11" level="5"><if_sid>10</if_sid><user>taro</user><srcip>192.0.2.7</srcip></rule>`;
  const lines = ['ldap: conn=7 from 192.0.2.7', 'ldap: conn=8 as taro', 'ldap: conn=7 as taro'];
  assert.deepEqual(ids(analyserOf(rules), lines), [10, 10, 11]);
  assert.deepEqual(ids(analyserOf(rules), [lines[0]!, lines[2]!], 121), [10, 10], 'forgotten after two minutes');
});

test('check_diff: another text than the last one of this host', () => {
  const rules = '<rule id="10" level="7"><match>ports:</match><check_diff/></rule>';
  const lines = ['app: ports: 22', 'app: ports: 22', 'app: ports: 22 80', 'app: ports: 22 80', 'app: ports: 22'];
  assert.deepEqual(ids(analyserOf(rules), lines), [0, 0, 10, 0, 10]);
});

test('ignore and check_if_ignored: what one rule has put on the list, another passes over', () => {
  const rules = `<rule id="10" level="3"><decoded_as>app</decoded_as><check_if_ignored>srcip</check_if_ignored></rule>
    <rule id="11" level="9"><if_sid>10</if_sid><user>root</user><ignore>srcip</ignore></rule>`;
  const analyser = analyserOf(rules);
  const told = [...fails(1), ...fails(1, '192.0.2.1', 'root'), ...fails(1), ...fails(1, '192.0.2.2')].map(
    (line, index) => analyser.analyse(`Nov 23 10:00:00 host ${line}`, 'syslog', monday10 + index, '/x').silenced,
  );
  assert.deepEqual(told, [false, false, true, false]);
});

test('lists: keys, networks, values; a list that is not there holds nothing', () => {
  const lists = new Map([
    [
      'lists/known',
      new Map([
        ['192.0.2.', 'office'],
        ['198.51.100.7', 'home'],
        ['taro', 'admin'],
      ]),
    ],
  ]);
  const holds = (attributes: string, line = fails(1)[0]!, name = 'lists/known') =>
    ids(analyserOf(`<rule id="10" level="3"><list ${attributes}>${name}</list></rule>`, lists), [line])[0] === 10;
  assert.equal(holds('field="srcip" lookup="address_match_key"'), true);
  assert.equal(holds('field="srcip" lookup="match_key"'), false);
  assert.equal(holds('field="srcip" lookup="not_match_key"'), true);
  assert.equal(holds('field="srcip" lookup="not_address_match_key"'), false);
  assert.equal(holds('field="srcip"', fails(1, '198.51.100.7')[0]), true);
  assert.equal(holds('field="srcip" lookup="match_key_value" check_value="^home"', fails(1, '198.51.100.7')[0]), true);
  assert.equal(holds('field="srcip" lookup="match_key_value" check_value="^off"', fails(1, '198.51.100.7')[0]), false);
  assert.equal(holds('field="srcip" lookup="address_match_key_value" check_value="office"'), false, 'turned round');
  assert.equal(holds('field="user"', fails(1, '1', 'taro')[0]), true);
  assert.equal(holds('field="url"'), false);
  assert.equal(holds('field="srcip" lookup="not_match_key"', fails(1)[0], 'lists/other'), false);
});

test('fields that a decoder names itself', () => {
  const rules = `<rule id="10" level="3"><field name="Colour">^red$</field></rule>
    <rule id="11" level="4"><decoded_as>door</decoded_as><field name="colour" type="pcre2" negate="yes">^r</field></rule>`;
  const lines = ['door: taro from taro colour red', 'door: taro from taro colour blue', 'door: x'];
  assert.deepEqual(ids(analyserOf(rules), lines), [10, 11, 0]);
});

test('compiled rules', () => {
  const holds = (name: string, line: string) =>
    ids(analyserOf(`<rule id="10" level="3"><compiled_rule>${name}</compiled_rule></rule>`), [line])[0] === 10;
  assert.equal(holds('comp_srcuser_dstuser', 'door: taro from taro colour red'), true);
  assert.equal(holds('comp_srcuser_dstuser', 'door: taro from jiro colour red'), false);
  assert.equal(holds('comp_srcuser_dstuser', 'door: x'), true);
  const windows = (caller: string) => `app: Target Account Name: hanako\tCaller User Name: ${caller}\t`;
  assert.equal(holds('comp_mswin_targetuser_calleruser_diff', windows('taro')), true);
  assert.equal(holds('comp_mswin_targetuser_calleruser_diff', windows('hanako')), false);
  assert.equal(holds('is_valid_crawler', 'app: 72.14.1.1 - - GET'), true);
  assert.equal(holds('is_valid_crawler', 'app: 192.0.2.1 - - GET'), false);
  assert.equal(holds('check_id_size', 'probe: 1'), false);
});

test('addresses and times as OSSEC decides them', () => {
  const only = (condition: string, ip = '192.0.2.7', atMs = monday10) =>
    analyserOf(`<rule id="10" level="5">${condition}</rule>`).analyse(
      `Nov 23 10:00:00 host ${fails(1, ip)[0]}`,
      'syslog',
      atMs,
      '/x',
    ).rule?.id === 10;
  assert.equal(only('<srcip>!192.0.2.7</srcip><srcip>192.0.2.0/24</srcip>'), false, 'the first that holds it decides');
  assert.equal(only('<srcip>!198.51.100.0/24</srcip>'), true);
  assert.equal(only('<srcip>!198.51.100.0/24</srcip><srcip>203.0.113.1</srcip>'), false, 'else the last one does');
  assert.equal(only('<srcip>!192.0.2.9</srcip>', 'gate.example'), false);
  assert.equal(only('<srcip>192.0.2.7</srcip>', '::ffff:192.0.2.7'), true);
  const { hour } = Temporal.Instant.fromEpochMilliseconds(monday10).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  const last = monday10 + 30 * 60_000;
  assert.equal(only(`<time>${hour}:00-${hour}:30</time>`, undefined, last), true, 'both ends belong to it');
  assert.equal(only(`<time>!${hour}:00-${hour}:30</time>`, undefined, last), false);
});

test('case: PCRE2 of OSSEC ignores it', () => {
  const rules = '<rule id="10" level="5"><pcre2>^DOOR</pcre2><program_name_pcre2>APP</program_name_pcre2></rule>';
  assert.deepEqual(ids(analyserOf(rules), ['app: door']), [10]);
});

test('what cannot be is refused: chains without end, places without number', () => {
  const chain = Array.from(
    { length: 150 },
    (_, n) => `<rule id="${1000 + n}" level="3">${n === 0 ? '' : `<if_sid>${999 + n}</if_sid>`}<match>a</match></rule>`,
  );
  const refused = (rules: string, expected: RegExp) =>
    assert.throws(
      () => analyserOf(rules),
      (error) => error instanceof RuleFileFault && expected.test(error.message),
    );
  refused(chain.join('\n'), /more than 100 rules stand below one another/);
  const doubling = Array.from(
    { length: 25 },
    (_, n) => `<rule id="${1000 + n}" level="3"><if_group>app</if_group><match>a</match></rule>`,
  );
  refused(
    `<rule id="999" level="3"><match>a</match></rule>${doubling.join('\n')}`,
    /stand in more than 200000 places|below one another/,
  );
  refused('<rule id="1000" level="3"><if_sid>1000</if_sid></rule>', /there is no rule 1000 before it/);
  refused('<rule id="1000" level="3" frequency="3"><match>a</match></rule>', /need `<if_matched_sid>`/);
});
