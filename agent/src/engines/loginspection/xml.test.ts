import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RuleFileFault } from './fault.ts';
import { readXml } from './xml.ts';

const read = (xml: string) => readXml({ name: 'local.xml', xml }).elements;
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
    faultOf('<var name="A">x</var><group name="x">\n <match>$NOPE</match></group>').message,
    /^local\.xml:2:\d+: no variable for `\$NOPE`/,
  );
  const [bare] = read('<group name="x"><match>^x$foo</match></group>');
  assert.equal(bare?.children[0]?.text, '^x$foo', 'a file without variables is left as it is');
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

test('the mark at the head says what the file is written for; an unknown one is refused', () => {
  const dialect = (xml: string) => readXml({ name: 'local.xml', xml }).dialect;
  assert.equal(dialect('<group name="a"/>'), 'ossec');
  assert.equal(dialect('<?sakimori language="1"?>\n<group name="a"/>'), 'sakimori');
  assert.equal(dialect('<!-- x --><?sakimori language="1"?><group name="a"/>'), 'sakimori');
  assert.match(faultOf('<?sakimori language="7"?><group name="a"/>').message, /no language that this agent reads/);
});

test('hostile files are refused: too long, too many elements, entities that multiply', () => {
  assert.match(faultOf(' '.repeat(4_000_001)).message, /longer than/);
  assert.match(faultOf(`<a>${'<b/>'.repeat(100_001)}</a>`).message, /more than 100000 elements/);
  const laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><group name="&b;"/>';
  assert.match(faultOf(laughs).message, /not well-formed|document type/);
  assert.equal(read('<a>&undefined;</a>')[0]?.text, '&undefined;', 'an entity that nobody defined is plain text');
});
