import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SigmaRules } from './model.ts';
import { readSigma, readSigmaFiles, SigmaFault } from './read.ts';

/** Refuses look-around, as the agent's own compiler may. */
const checkRegex = (source: string) => {
  const at = source.indexOf('(?=');
  return at < 0 ? undefined : { problem: 'look-around', at };
};
const read = (text: string) => readSigma(text, checkRegex);
const rule = (detection: string, source = 'product: linux', more = '') =>
  `title: A rule\nlogsource: { ${source} }\n${more}detection:\n${detection}\n`;
const detectionOf = (body: string, source?: string) =>
  read(rule(`  s:\n${body}\n  condition: s`, source)).rules[0]!.detection;
const refused = (text: string, expected: RegExp) =>
  assert.throws(
    () => read(text),
    (error) => error instanceof SigmaFault && expected.test(error.message),
    text.slice(0, 200),
  );
const leftOut = (text: string) => read(text).leftOut.map(({ title, line, reason }) => `${title}:${line}: ${reason}`);

describe('values and modifiers', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['    a: x', { field: 'a', how: 'equals', value: 'x' }],
    ['    a: 22', { field: 'a', how: 'equals', value: '22' }],
    ['    a: 0x1F', { field: 'a', how: 'equals', value: '0x1F' }],
    ['    a: true', { field: 'a', how: 'equals', value: 'true' }],
    ["    a: ''", { field: 'a', how: 'empty', value: '' }],
    ['    a: null', { field: 'a', how: 'empty', value: '' }],
    ['    a:', { field: 'a', how: 'empty', value: '' }],
    ["    a: '*x'", { field: 'a', how: 'endsWith', value: 'x' }],
    ["    a: 'x*'", { field: 'a', how: 'startsWith', value: 'x' }],
    ["    a: '*x*'", { field: 'a', how: 'contains', value: 'x' }],
    ["    a: '*'", { field: 'a', how: 'endsWith', value: '' }],
    ["    a: 'x*y?'", { field: 'a', how: 'wildcards', value: 'x*y?' }],
    ["    a: 'x\\*y'", { field: 'a', how: 'equals', value: 'x*y' }],
    ["    a: 'C:\\x'", { field: 'a', how: 'equals', value: 'C:\\x' }],
    ["    a: 'x\\\\*'", { field: 'a', how: 'startsWith', value: 'x\\' }],
    ["    a: 'x\\\\\\*y*z'", { field: 'a', how: 'wildcards', value: 'x\\\\\\*y*z' }],
    ['    a|contains: x', { field: 'a', how: 'contains', value: 'x' }],
    ['    a|startswith: x', { field: 'a', how: 'startsWith', value: 'x' }],
    ['    a|endswith: x', { field: 'a', how: 'endsWith', value: 'x' }],
    ['    a|contains|cased: x', { field: 'a', how: 'contains', value: 'x', cased: true }],
    ['    a|re: ^x+$', { field: 'a', how: 'regex', value: '^x+$' }],
    ['    a|re|i: ^x', { field: 'a', how: 'regex', value: '(?i)^x' }],
    ['    a|cidr: 10.0.0.0/8', { field: 'a', how: 'cidr', value: '10.0.0.0/8' }],
    ['    a|gte: 400', { field: 'a', how: 'gte', value: '400' }],
    ['    a|exists: false', { field: 'a', how: 'exists', value: 'false' }],
    ['    a|fieldref: b', { field: 'a', how: 'equalsField', value: 'b' }],
    ['    a|fieldref|endswith: b', { field: 'a', how: 'endsWithField', value: 'b' }],
    ['    a|neq: x', { not: { field: 'a', how: 'equals', value: 'x' } }],
    ['    a|base64: foo', { field: 'a', how: 'equals', value: 'Zm9v' }],
    ['    a|wide|base64: foo', { field: 'a', how: 'equals', value: 'ZgBvAG8A' }],
    ['    a|utf16be|base64: foo', { field: 'a', how: 'equals', value: 'AGYAbwBv' }],
    ['    a|utf16|base64: foo', { field: 'a', how: 'equals', value: '//5mAG8AbwA=' }],
  ];
  for (const [body, expected] of cases) test(body.trim(), () => assert.deepEqual(detectionOf(body), expected));

  test('lists are alternatives, with `all` they must all hold', () => {
    const [x, y] = ['x', 'y'].map((value) => ({ field: 'a', how: 'contains', value }));
    assert.deepEqual(detectionOf('    a|contains: [x, y]'), { any: [x, y] });
    assert.deepEqual(detectionOf('    a|contains|all: [x, y]'), { all: [x, y] });
    assert.deepEqual(detectionOf('    a|contains|neq: [x, y]'), { not: { any: [x, y] } });
  });

  test('base64offset gives what is the same at each of three places', () => {
    const { any } = detectionOf('    a|base64offset|contains: /bin/sh') as unknown as {
      any: { how: string; value: string }[];
    };
    assert.deepEqual(
      any.map(({ how }) => how),
      ['contains', 'contains', 'contains'],
    );
    for (let shift = 0; shift < 12; shift++) {
      for (const tail of ['', 'a', 'bc', 'def']) {
        const text = Buffer.from(`${'_'.repeat(shift)}/bin/sh${tail}`).toString('base64');
        assert.ok(
          any.some(({ value }) => text.includes(value)),
          `${shift} ${tail}`,
        );
      }
    }
    assert.ok(any.every(({ value }) => value.length >= 7));
  });

  test('windash takes every dash for every other, in front of words alone', () => {
    const { any } = detectionOf("    a|contains|windash: 'x-y -f'") as unknown as { any: { value: string }[] };
    assert.deepEqual(
      any.map(({ value }) => value),
      ['x-y -f', 'x-y /f', 'x-y –f', 'x-y —f', 'x-y ―f'],
    );
  });

  test('what is wrong is refused with line and column', () => {
    const wrong = (body: string, expected: RegExp) => refused(rule(`  s:\n${body}\n  condition: s`), expected);
    wrong('    a|cuntains: x', /^5:5: there is no modifier `cuntains`$/);
    wrong('    a|re: (?=x)', /^5:11: the regular expression is refused: look-around \(character 1\)$/);
    wrong('    a|i: x', /there is no modifier `i`/);
    wrong('    a|re|contains: x', /do not go together/);
    wrong('    a|contains|startswith: x', /do not go together/);
    wrong('    a|gt: many', /^5:11: `gt` takes a number$/);
    wrong('    a|cidr: 10.0.0.0/33', /is no network/);
    wrong('    a|exists: perhaps', /takes true or false/);
    wrong("    a|base64: 'x*'", /takes no wildcards/);
    wrong('    a|wide: x', /need `base64`/);
    wrong("    a|windash: '-a -b -c -d'", /at most 3 dashes/);
    wrong('    a: { b: c }', /^5:8: the value of a field/);
    wrong('    a: [[x]]', /^5:9: the values of a field/);
    wrong('    a: []', /^5:8: the list is empty$/);
    wrong('    {}', /the map is empty/);
    wrong('    - [x]', /a list in a list/);
    wrong("    - ''", /a keyword is a text/);
    wrong('    "|gt": 4', /needs a field/);
  });
});

describe('searches and conditions', () => {
  const key = (value: string) => ({ how: 'contains', value });
  const condition = (text: string) =>
    read(rule(`  sel_a: [aa]\n  sel_b: [bb]\n  filter: [cc]\n  _hidden: [dd]\n  condition: ${text}`)).rules[0]!
      .detection;
  const [a, b, c, d] = ['aa', 'bb', 'cc', 'dd'].map(key);

  test('keywords, maps, lists of maps', () => {
    assert.deepEqual(detectionOf('    - one\n    - two*three'), {
      any: [key('one'), { how: 'wildcards', value: '*two*three*' }],
    });
    assert.deepEqual(detectionOf("    '|all': [one, two]"), { all: [key('one'), key('two')] });
    assert.deepEqual(detectionOf("    '|re': o+"), { how: 'regex', value: 'o+' });
    assert.deepEqual(detectionOf('    - a: x\n      b: y\n    - word'), {
      any: [
        {
          all: [
            { field: 'a', how: 'equals', value: 'x' },
            { field: 'b', how: 'equals', value: 'y' },
          ],
        },
        key('word'),
      ],
    });
  });

  test('not binds before and, and before or', () => {
    assert.deepEqual(condition('sel_a or not sel_b and filter'), { any: [a, { all: [{ not: b }, c] }] });
    assert.deepEqual(condition('(sel_a or sel_b) AND NOT filter'), { all: [{ any: [a, b] }, { not: c }] });
    assert.deepEqual(condition('not not sel_a'), { not: { not: a } });
    assert.deepEqual(condition('1 of sel_* and not 1 of fil*'), { all: [{ any: [a, b] }, { not: c }] });
    assert.deepEqual(condition('all of *_*'), { all: [a, b, d] });
    assert.deepEqual(condition('all of them'), { all: [a, b, c] });
    assert.deepEqual(condition('[sel_a, sel_b]'), { any: [a, b] });
  });

  test('what is wrong in a condition is said with its place', () => {
    const wrong = (text: string, expected: RegExp) => refused(rule(`  sel_a: [aa]\n  condition: ${text}`), expected);
    wrong('sel_b', /^5:14: there is no search identifier `sel_b` \(character 1 of the condition\)$/);
    wrong('sel_a and', /missing at the end/);
    wrong('sel_a sel_a', /stands where `and` or `or` was expected \(character 7/);
    wrong('(sel_a', /`\(` is never closed \(character 1/);
    wrong('sel_a)', /`\)` closes nothing/);
    wrong('or sel_a', /missing before `or`/);
    wrong('2 of them', /`2 of` is not taken/);
    wrong('1 of sol*', /no search identifier is named/);
    wrong(`${'('.repeat(40)}sel_a${')'.repeat(40)}`, /nested too deeply/);
    wrong(`'${'not '.repeat(40)}sel_a'`, /nested too deeply/);
    refused(rule('  sel_a: [aa]'), /`condition` is missing/);
    refused(rule('  condition: x'), /has no search identifier/);
  });
});

describe('rules', () => {
  const id = '6f3e2987-db24-4c78-a860-b4f4095a7095';
  const search = '  s: [x]\n  condition: s';

  test('id, level, techniques, names', () => {
    const more = `id: ${id.toUpperCase()}\ntitle_ja: 規則\nlevel: high\ntags: [attack.t1110.001, attack.defense-evasion, cve.2021-44228, attack.T1078]\nfalsepositives: [An admin]\ndescription: |\n  Two\n  lines\n`;
    const { detection: _, ...head } = read(rule(search, 'product: linux, service: sshd', more)).rules[0]!;
    assert.deepEqual(head, {
      ...{ id, title: 'A rule', titleJa: '規則', description: 'Two\nlines', falsePositives: ['An admin'] },
      ...{ level: 12, attack: ['T1110.001', 'T1078'], told: true, source: 'sshd' },
    });
    for (const [level, expected] of Object.entries({ informational: 2, low: 5, medium: 8, critical: 14 }))
      assert.equal(read(rule(search, 'product: linux', `level: ${level}\n`)).rules[0]!.level, expected);
  });

  test('a rule without an id has the same at every reading, and another than other rules', () => {
    const ids = [search, search, '  s: [y]\n  condition: s'].map((one) => read(rule(one)).rules[0]!.id);
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
    assert.match(ids[0]!, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('log sources that the agent reads', () => {
    const sources = {
      'product: linux': 'linux',
      'product: linux, service: auditd': 'auditd',
      'product: linux, category: process_creation': 'process_creation',
      'category: webserver': 'webserver',
      'category: webserver, product: nginx': 'webserver',
      'service: apache': 'apache',
      'product: apache, service: error': 'apache',
      'service: SUDO, product: Linux, definition: x': 'sudo',
    };
    for (const [given, expected] of Object.entries(sources))
      assert.equal(read(rule(search, given)).rules[0]!.source, expected);
  });

  test('what cannot be carried out here is left out by its name, with the reason', () => {
    const out = (source: string, more = '', body = search) => leftOut(rule(body, source, more));
    assert.deepEqual(out('product: windows, category: process_creation'), [
      'A rule:2: the agent reads no such log: product windows, category process_creation',
    ]);
    assert.match(out('category: proxy')[0]!, /no such log: category proxy/);
    assert.match(out('product: linux', 'status: deprecated\n')[0]!, /status is `deprecated`/);
    assert.match(out('product: linux', 'taxonomy: ecs\n')[0]!, /taxonomy `ecs`/);
    const counted = '  s: [x]\n  condition: s | count() by host > 50';
    assert.match(out('product: linux', '', counted)[0]!, /^A rule:5: aggregations .* first version/);
    assert.match(out('product: linux', '', '  s: [x]\n  timeframe: 5m\n  condition: s')[0]!, /^A rule:5: `timeframe`/);
    assert.match(out('product: linux', 'action: global\n')[0]!, /^A rule:3: collections/);
    assert.match(
      out('product: linux', '', "  s:\n    a|expand: '%users%'\n  condition: s")[0]!,
      /placeholder `%users%`/,
    );
    assert.match(out('product: linux', '', '  s:\n    a|hour: 3\n  condition: s')[0]!, /time modifier `hour`/);
    assert.match(out('category: webserver', '', '  s:\n    EventID: 1\n  condition: s')[0]!, /no field `EventID`/);
    const kept = read(`${rule(search, 'product: windows')}---\n${rule(search)}`);
    assert.equal(kept.rules.length, 1);
  });

  test('a rule that is wrong is refused with its place', () => {
    refused('- a', /^1:1: a Sigma rule is a map$/);
    refused('title: x', /`logsource` is missing/);
    refused('logsource: { product: linux }', /`title` is missing/);
    refused(rule(search, 'definition: x'), /`logsource` needs/);
    refused(rule(search, 'product: linux', 'level: loud\n'), /^3:8: `loud` is no level/);
    refused(rule(search, 'product: linux', 'id: 12\n'), /^3:5: `id` must be a UUID$/);
    refused(rule(search, 'product: linux', 'status: new\n'), /is no status/);
    refused(rule(search, 'product: linux', 'tags: { a: b }\n'), /`tags` must be a list/);
    refused(
      `${rule(search, 'product: linux', `id: ${id}\n`)}---\n${rule(search, 'product: linux', `id: ${id}\n`)}`,
      /is another rule already/,
    );
  });

  test('what crosses the wire keeps its shape', () => {
    const made = read(
      rule('  s:\n    - a|contains|all: [x, y]\n    - b|exists: true\n  f: [z]\n  condition: s and not f'),
    );
    assert.deepEqual(SigmaRules.parse(JSON.parse(JSON.stringify(made))), { rules: made.rules, correlations: [] });
  });
});

describe('correlations and filters', () => {
  const base = (name: string, more = '') =>
    `title: ${name}\nname: ${name}\nlogsource: { product: linux, service: sshd }\ndetection: { s: [${name}], condition: s }\n${more}---\n`;
  const correlation = (body: string, more = '') => `title: Many\n${more}correlation:\n${body}\n`;
  const count = '  type: event_count\n  rules: [one]\n  group-by: [srcip]\n  timespan: 5m\n  condition: { gte: 5 }';

  test('a count by a field; its rules are told only with `generate`', () => {
    const { rules, correlations } = read(base('one') + correlation(count, 'level: high\n'));
    assert.equal(rules[0]!.told, false);
    const { id: _, ...made } = correlations[0]!;
    assert.deepEqual(made, {
      ...{ title: 'Many', level: 12, told: true, type: 'event_count', rules: [rules[0]!.id] },
      ...{ groupBy: ['srcip'], timespanSeconds: 300, atLeast: 5 },
    });
    assert.equal(read(base('one') + correlation(count, 'generate: true\n')).rules[0]!.told, true);
    assert.equal(read(base('one') + correlation(count.replace('gte', 'gt'))).correlations[0]!.atLeast, 6);
  });

  test('values, order, aliases, and correlations of correlations; whatever their order in the file', () => {
    const values = read(
      correlation(count.replace('event_count', 'value_count').replace('gte: 5', 'gte: 5, field: user')) +
        '---\n' +
        base('one'),
    );
    assert.equal(values.correlations[0]!.valueField, 'user');
    const aliased =
      '  type: temporal_ordered\n  rules: [one, two]\n  group-by: [who]\n  timespan: 1h\n  aliases:\n    who: { one: srcip, two: dstip }';
    const { rules, correlations } = read(base('one') + base('two') + correlation(aliased));
    assert.deepEqual(correlations[0]!.groupBy, [{ [rules[0]!.id]: 'srcip', [rules[1]!.id]: 'dstip' }]);
    assert.equal(correlations[0]!.atLeast, 2);
    const chained = read(
      `${base('one')}${correlation(count, 'name: burst\n')}---\n${correlation('  type: temporal\n  rules: [burst]\n  timespan: 1h', 'description: x\n')}`,
    );
    assert.deepEqual(
      chained.correlations.map(({ told }) => told),
      [false, true],
    );
  });

  test('what is wrong, and what is left out', () => {
    const wrong = (from: string, to: string, expected: RegExp) =>
      refused(base('one') + correlation(count.replace(from, to)), expected);
    wrong('[one]', '[none]', /no rule `none` before it/);
    wrong('event_count', 'event_sum', /is no type of a correlation/);
    wrong('5m', 'soon', /is no timespan/);
    wrong('gte: 5', 'gte: 0', /between 1 and 1000/);
    wrong('gte: 5', 'more: 5', /is no comparison/);
    wrong('  timespan: 5m\n', '', /`timespan` of the correlation is missing/);
    wrong('gte: 5', 'gte: 5, field: x', /`field` is for `value_count`/);
    wrong('group-by', 'groupby', /a correlation has no `groupby`/);
    const out = (text: string) => leftOut(text).at(-1)!;
    assert.match(out(base('one') + correlation(count.replace('gte', 'lt'))), /^Many:12: `lt` is not supported/);
    assert.match(out(base('one') + correlation(count.replace('5m', '2d'))), /one day at most/);
    assert.match(
      out(base('one', 'status: deprecated\n') + correlation(count)),
      /^Many:\d+: it needs the rule “one”, which is left out$/,
    );
  });

  test('a filter narrows the rules it names, also those of another file', () => {
    const filter = `title: Ours\nlogsource: { product: linux, service: sshd }\nfilter: { rules: [one], ours: { srcip: 10.1.1.1 }, condition: not ours }\n`;
    const fault = (error: Error) => error;
    const { rules } = readSigmaFiles(
      [
        { text: filter, fault },
        { text: base('one') + base('two'), fault },
      ],
      checkRegex,
    );
    assert.deepEqual(
      rules.map(({ detection }) => 'all' in detection),
      [true, false],
    );
    refused(filter, /no rule `one` for the filter/);
  });
});

describe('hostile files', () => {
  const head = 'title: a\nlogsource: { product: linux }\n';
  const inTime = (text: string, expected: RegExp) => {
    const before = process.cpuUsage();
    refused(text, expected);
    const { user } = process.cpuUsage(before);
    // Far from what it takes, and as far from what a file that costs more than its length would take.
    assert.ok(user < 20_000_000, `it took ${user / 1e6} s of the processor`);
  };
  test('aliases, anchors, tags and merges', () => {
    inTime('a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]', /anchors and aliases are not taken/);
    inTime('title: !!js/function "x"', /Unresolved tag/);
    inTime('<<: { title: x }\nlogsource: { product: linux }', /`title` is missing/);
  });
  test('depth, length and number', () => {
    inTime('['.repeat(100_000), /nested too deeply/);
    inTime('['.repeat(1900), /nested too deeply/);
    inTime('[\n'.repeat(19_000), /nested too deeply/);
    inTime(Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'), /nested too deeply/);
    inTime('- '.repeat(5000), /nested too deeply/);
    inTime('x'.repeat(1_000_001), /longer than 1000000 characters/);
    inTime('#\n'.repeat(60_000), /more than 50000 lines/);
    inTime('---\na: b\n'.repeat(1500), /more than 1000 documents/);
    const keys = Array.from({ length: 49_000 }, (_, index) => `    k${index}: v`).join('\n');
    inTime(`${head}detection:\n  s:\n${keys}\n    k7: w\n  condition: s`, /the key `k7` stands there twice/);
  });
  test('tabs, doubled keys, control characters, wrong types, nothing', () => {
    inTime('title: a\n\tx: b', /^2:1: not well-formed: Tabs/);
    inTime('title: a\ntitle: b', /^2:1: the key `title` stands there twice$/);
    inTime('title: a\0b', /^1:9: there is a control character$/);
    inTime('title: [a]\nlogsource: { product: linux }', /`title` must be a text/);
    inTime('? [a, b]\n: c', /a key must be a text/);
    for (const nothing of ['', '---\n', '# only a comment\n']) inTime(nothing, /holds no/);
  });
  test('names that mean something to JavaScript mean nothing here', () => {
    const { rules } = read(
      `${head}detection:\n  __proto__: [x]\n  constructor: { toString: y }\n  condition: __proto__ or constructor`,
    );
    assert.deepEqual(rules[0]!.detection, {
      any: [
        { how: 'contains', value: 'x' },
        { field: 'toString', how: 'equals', value: 'y' },
      ],
    });
  });
});
