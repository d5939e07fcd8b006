import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RuleFileFault } from './fault.ts';
import { readXml } from './xml.ts';

const read = (xml: string) => readXml({ name: 'local.xml', xml });
const faultOf = (xml: string): RuleFileFault => {
  try {
    read(xml);
  } catch (error) {
    assert.ok(error instanceof RuleFileFault);
    return error;
  }
  throw new assert.AssertionError({ message: 'was accepted' });
};

test('several roots, attributes in either quotes, names in any case', () => {
  const roots = read(
    `<!-- a -- b --><group name="a,"><Rule id='1'><match>x </match></Rule></group>\n<group name="b"/>`,
  );
  assert.deepEqual(
    roots.map((root) => [root.name, root.attributes['name'], root.place.line]),
    [
      ['group', 'a,', 1],
      ['group', 'b', 2],
    ],
  );
  assert.equal(roots[0]?.children[0]?.children[0]?.text, 'x ');
});

test('variables fill texts and attributes; an end anchor is left alone', () => {
  const [group] = read('<var name="BAD">fail|error</var><group name="g$BAD"><match>^$BAD$|\\$HOME|x$</match></group>');
  assert.equal(group?.attributes['name'], 'gfail|error');
  assert.equal(group?.children[0]?.text, '^fail|error$|\\$HOME|x$');
  assert.match(
    faultOf('<group name="x">\n <match>$NOPE</match></group>').message,
    /^local\.xml:2:\d+: no variable for `\$NOPE`/,
  );
});

test("OSSEC's own ways: an escaped `<`, a bare `&`, entities", () => {
  const [regex] = read('<regex>\\<a&b&lt;c&amp;<!-- not -- this -->d</regex>');
  assert.equal(regex?.text, '\\<a&b<c&d');
});

test('what is not well-formed is refused with file, line and column', () => {
  const fault = faultOf('<group name="a">\n  <rule id="1">\n  </group>');
  assert.deepEqual([fault.place.file, fault.place.line], ['local.xml', 3]);
  assert.match(fault.message, /^local\.xml:3:\d+: not well-formed/);
  assert.match(faultOf('<group>').message, /unclosed tag/);
  assert.match(faultOf('hello <group/>').message, /text outside/);
  assert.match(faultOf('<!DOCTYPE a [<!ENTITY b "c">]><group/>').message, /not well-formed|document type/);
  assert.match(faultOf(`${'<a>'.repeat(9)}${'</a>'.repeat(9)}`).message, /too deeply/);
});
