import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Analyser, compileRuleset } from '../analyser.ts';

const rules = `<group name="a,">
  <rule id="10" level="3"><match>one</match><group>counted,</group></rule>
  <rule id="11" level="3"><match>other</match></rule>
  <rule id="12" level="9" timeframe="99999" frequency="0"><if_sid>11</if_sid><match>ask</match><if_matched_group>counted</if_matched_group></rule>
  <rule id="13" level="9" timeframe="99999" frequency="200"><if_matched_sid>11</if_matched_sid></rule>
</group>`;
const make = () => new Analyser(compileRuleset([], [{ name: 'r.xml', xml: rules }]));
const say = (analyser: Analyser, line: string, timeMs = 0) => analyser.analyse(line, 'plain', timeMs, '/x').rule?.id;

test('an event that leaves the memory of 8192 leaves the lists of its group', () => {
  const analyser = make();
  say(analyser, 'one');
  assert.equal(say(analyser, 'other ask'), 12);
  const full = make();
  say(full, 'one');
  for (let count = 0; count < 8192; count++) say(full, 'other');
  assert.equal(say(full, 'other ask'), 11);
});

test('a rule’s own list holds 128: a frequency above it never fires', () => {
  const analyser = make();
  for (let count = 0; count < 1000; count++) assert.equal(say(analyser, 'other'), 11);
});

test('what is counted by id is counted by group too, but not by logtest', () => {
  const both = `<group name="a,">
  <rule id="20" level="3"><match>one</match><group>counted,</group></rule>
  <rule id="21" level="9" frequency="0"><if_matched_sid>20</if_matched_sid><match>never</match></rule>
  <rule id="22" level="9" frequency="0"><if_matched_group>counted</if_matched_group><match>one</match></rule>
</group>`;
  for (const [asLogtest, second] of [
    [false, 22],
    [true, 20],
  ] as const) {
    const analyser = new Analyser(compileRuleset([], [{ name: 'r.xml', xml: both }]), { asLogtest });
    assert.deepEqual([say(analyser, 'one'), say(analyser, 'one')], [20, second]);
  }
});

test('reset forgets everything', () => {
  const analyser = make();
  say(analyser, 'one');
  analyser.reset();
  assert.equal(say(analyser, 'other ask'), 11);
});

test('what was remembered goes over a restart', () => {
  const analyser = make();
  say(analyser, 'one');
  const after = make();
  after.restore(analyser.takeSnapshots());
  assert.equal(say(after, 'other ask'), 12);
  assert.deepEqual(make().takeSnapshots(), {}, 'nothing is to be kept where nothing happened');
  const other = make();
  other.restore({ composites: '[{"broken":1},7]', seen: 'no JSON', ignored: '{}', differences: '[["a"]]' });
  assert.equal(say(other, 'other ask'), 11);
});
