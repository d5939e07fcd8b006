import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Analyser, compileRuleset, type Ruleset } from './analyser.ts';
import { fieldsOf } from './event.ts';
import {
  type Case,
  caseFiles,
  casesOf,
  type Expectation,
  filesOf,
  library,
  namesJa,
  shippedFiles,
  spreadOut,
  withDependencies,
} from './shipped-content.ts';
import { readSourcePath } from './sources/source-paths.ts';
import { readXml } from './xml.ts';

/** What we ship, run against the cases that lie beside it. A new object, rule or case needs no code. */
const whole = compileRuleset(filesOf(library, 'decoders'), filesOf(library, 'rules'));
const all = [...whole.rules.rules.values()];
const spoken = all.filter((rule) => !rule.noAlert);
const hit = new Set<number>();

function assertCase(ruleset: Ruleset, one: Case): void {
  const analyser = new Analyser(ruleset);
  const lines = spreadOut(one);
  assert.ok(lines.length >= one.expect.length, 'no more expectations than lines');
  for (const [index, { line, expected }] of lines.entries()) {
    const { event, rule } = analyser.analyse(line, one.format, index * one.stepSeconds * 1000, '/var/log/auth.log');
    if (rule) hit.add(rule.id);
    const names = Object.keys(expected?.fields ?? {});
    const decoded = fieldsOf(event);
    const fields = Object.fromEntries(names.map((name) => [name, decoded[name]]));
    const got = { decoder: event.decoder ?? null, rule: rule?.id ?? null, level: rule?.level, fields };
    assert.deepEqual(got, { level: undefined, fields: {}, ...expected }, `line ${index + 1}: ${line}`);
  }
}

/** A policy records from this level on; what is below is no alarm. */
const recordLevel = 3;
const isAlarm = ({ rule, level }: Expectation): boolean => rule !== null && (level ?? 0) >= recordLevel;

for (const object of library) {
  describe(`${object.ID} ${object.name.en}`, () => {
    const needed = withDependencies(object);
    const alone = compileRuleset(filesOf(needed, 'decoders'), filesOf(needed, 'rules'));
    for (const one of casesOf(object)) {
      test(`${one.title}: with what it depends on alone, and in the whole library`, () => {
        assertCase(alone, one);
        assertCase(whole, one);
      });
    }
    test('it has lines that alarm and lines that do not, and its files are there', () => {
      const expected = casesOf(object).flatMap(({ expect }) => expect);
      assert.ok(expected.some(isAlarm), 'a line that alarms');
      assert.ok(!expected.every(isAlarm), 'a line that does not');
      for (const name of object.rules) assert.ok(caseFiles.has(name.replace(/\.rules\.xml$/, '')), name);
    });
    test('its index says what its files hold', () => {
      const own = new Set(object.rules);
      const attack = new Set(all.filter((rule) => own.has(rule.place.file)).flatMap((rule) => rule.attack));
      assert.deepEqual(object.attack, [...attack].sort());
      assert.equal(object.identifier, `900${object.ID}`);
      assert.equal(object.canBeAssignedAlone, object.dependsOn.length === 0);
      for (const { location } of object.logFiles) readSourcePath({ path: location, format: 'plain' });
      for (const one of needed)
        assert.ok(one === object || one.sortOrder < object.sortOrder, `${one.ID} stands before it`);
    });
  });
}

test('the whole library: every file belongs to an object, every case to a file, and no id or name stands twice', () => {
  const named = library.flatMap(({ decoders, rules }) => [...decoders, ...rules]);
  assert.deepEqual([...new Set(named)].sort(), shippedFiles.toSorted());
  assert.deepEqual(
    library.flatMap(({ rules }) => rules.map((name) => name.split('.')[0])).sort(),
    [...caseFiles.keys()].sort(),
  );
  for (const unique of [library.map(({ ID }) => String(ID)), library.map(({ name }) => name.en)]) {
    assert.equal(new Set(unique).size, library.length);
  }
  const sources = library.flatMap(({ logFiles }) => logFiles);
  const formats = new Set(sources.map(({ location, format }) => `${location} ${format}`));
  assert.equal(formats.size, new Set(sources.map(({ location }) => location)).size, 'a log has one format');
  const homes = new Map<string, string>();
  for (const file of filesOf(library, 'decoders')) {
    for (const { attributes } of readXml(file).elements) {
      const name = attributes['name']!;
      assert.equal(homes.get(name) ?? file.name, file.name, `decoder ${name}`);
      homes.set(name, file.name);
    }
  }
});

test('every rule that can speak is spoken by some case', () => {
  assert.deepEqual(
    spoken.filter((rule) => !hit.has(rule.id)).map((rule) => rule.id),
    [],
  );
});

test('every rule has a description, a Japanese name, and an id of our range; no name lacks its rule', () => {
  assert.deepEqual(Object.keys(namesJa).sort(), spoken.map((rule) => String(rule.id)).sort());
  for (const rule of all) {
    assert.ok(rule.description.length > 0 && rule.id >= 900_100 && rule.id <= 909_999, `rule ${rule.id}`);
  }
});
