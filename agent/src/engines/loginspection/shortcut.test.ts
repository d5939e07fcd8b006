import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Analyser, compileRuleset } from './analyser.ts';
import { describeOutcome } from './cli/describe.ts';
import { caseFiles, filesOf, library, spreadOut } from './shipped-content.ts';

const ruleset = compileRuleset(filesOf(library, 'decoders'), filesOf(library, 'rules'));
const cases = [...caseFiles.values()].flat().flatMap((one) => {
  return spreadOut(one).map(({ line }) => ({ line, format: one.format }));
});
const start = Date.parse('2026-11-27T01:00:00Z');

/** Every line through both roads, each with a memory of its own. */
function assertSame(set: typeof ruleset, lines: readonly { line: string; format: 'syslog' | 'plain' }[]): number {
  const short = new Analyser(set);
  const long = new Analyser(set, { triesAll: true });
  let found = 0;
  lines.forEach(({ line, format }, index) => {
    const quick = short.analyse(line, format, start + index * 700, '/var/log/x');
    const slow = long.analyse(line, format, start + index * 700, '/var/log/x');
    assert.deepEqual(describeOutcome(quick), describeOutcome(slow), line);
    if (slow.rule) found++;
  });
  return found;
}

suite('the shortcut finds what trying everything finds', () => {
  test('on all cases of the library in one run', () => {
    assert.ok(assertSame(ruleset, cases) > cases.length / 2);
  });

  test('on lines that were cut, mixed and changed', () => {
    const pieces = fc.tuple(fc.nat(cases.length - 1), fc.nat(cases.length - 1), fc.nat(200), fc.nat(200), fc.nat(3));
    const strange = ['', 'ſ', 'K', 'é', '\0', ' ', 'ERROR'];
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 5, maxLength: 20 }), fc.constantFrom(...strange), (parts, extra) => {
        const lines = parts.map(([one, other, from, to, kind]) => {
          const { line, format } = cases[one]!;
          const second = cases[other]!.line;
          const texts = [
            line.slice(0, from) + extra + second.slice(to),
            line.toUpperCase(),
            line.slice(from),
            line + extra,
          ];
          return { line: texts[kind]!, format };
        });
        assertSame(ruleset, lines);
      }),
      { numRuns: 150 },
    );
  });

  test('for rules that hang on what the message does not say', () => {
    const decoders = `
<decoder name="app"><program_name>^app</program_name></decoder>
<decoder name="app-json"><parent>app</parent><prematch>^{</prematch><plugin_decoder>JSON_Decoder</plugin_decoder></decoder>
<decoder name="app-text"><parent>app</parent><prematch>^user </prematch><regex offset="after_prematch">(\\S+) (\\S+)</regex><order>user, id</order></decoder>`;
    const rules = `
<group name="app,">
  <rule id="700000" level="1"><decoded_as>app</decoded_as><description>app</description></rule>
  <rule id="700001" level="3"><if_sid>700000</if_sid><match>!!never!!</match><description>never</description></rule>
  <rule id="700002" level="4"><if_sid>700000</if_sid><id>^wei\\.rd|strange</id><description>id</description></rule>
  <rule id="700003" level="5"><if_sid>700000</if_sid><user>taro</user><description>user</description></rule>
  <rule id="700004" level="6"><if_sid>700000</if_sid><match negate="yes">quiet</match><regex>l\\w+d</regex><description>loud</description></rule>
  <rule id="700005" level="7"><match>k-sign</match><description>letter</description></rule>
</group>`;
    const set = compileRuleset([{ name: 'd.xml', xml: decoders }], [{ name: 'r.xml', xml: rules }]);
    const line = (program: string, text: string) => ({
      line: `Nov 27 10:00:00 host ${program}[1]: ${text}`,
      format: 'syslog' as const,
    });
    const lines = [
      line('app', 'user taro strange'),
      line('app', 'user hanako other'),
      line('app', '{"id":"str\\u0061nge"}'),
      line('app', '{"dstuser":"t\\u0061ro","id":"x"}'),
      line('app', 'loud'),
      line('app', 'loud and quiet'),
      line('other', '\u212A-SIGN'),
      line('x'.repeat(300), 'k-sign'),
    ];
    assert.ok(assertSame(set, lines) >= 5);
  });

  test('with many rules of which few matter', () => {
    const rules = Array.from({ length: 300 }, (_, index) => {
      return `<rule id="${710_000 + index}" level="${1 + (index % 12)}"><match>word${index} |word${index}$</match><description>${index}</description></rule>`;
    });
    const set = compileRuleset([], [{ name: 'r.xml', xml: `<group name="many,">${rules.join('\n')}</group>` }]);
    const lines = Array.from({ length: 400 }, (_, index) => ({
      line: `Nov 27 10:00:00 host app: word${(index * 7) % 310} and word${(index * 11) % 310} end word${index % 90}`,
      format: 'syslog' as const,
    }));
    assert.ok(assertSame(set, lines) > 350);
  });
});

test('names of programs that flood do not make the shortcut grow', () => {
  const analyser = new Analyser(ruleset);
  for (let index = 0; index < 5000; index++) {
    analyser.analyse(`Nov 27 10:00:00 host prog${index}[1]: hello`, 'syslog', start, '/var/log/x');
  }
  assert.ok(ruleset.shortcut.programs <= 512, `${ruleset.shortcut.programs}`);
});

test('what the scanner looks messages through with is small', () => {
  assert.ok(ruleset.shortcut.bytes < 1_000_000, `${ruleset.shortcut.bytes}`);
});
