import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSigma } from '@sakimori/contract/sigma/read';
import { Analyser, compileRuleset } from '../analyser.ts';
import { Subject } from '../patterns/index.ts';
import { compileSigma } from './compile.ts';
import { compileSigmaRules, SigmaWatch } from './sigma-watch.ts';
import { readSyslogFields } from './syslog-fields.ts';
import { FieldView } from './view.ts';

/** Rules that a line cannot concern are passed over. What is found must be what trying all of them finds. */
const words = [
  'root',
  'Admin',
  'failed',
  'GET',
  '/etc/passwd',
  'x',
  'é',
  'ſecret',
  'K',
  "'1'='1",
  'a b',
  'sh -i',
  '日本',
  '..',
  'K',
];

/** The same numbers at every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state >>> 8;
  }
}
const draw = numbers(7);
const below = (count: number) => draw.next().value % count;
const word = () => words[below(words.length)]!;
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

function search(): string {
  const kinds = [
    () => `[${quoted(word())}, ${quoted(`${word()}*${word()}`)}]`,
    () => `{ '|all': [${quoted(word())}, ${quoted(word())}] }`,
    () => `{ message|contains: [${quoted(word())}, ${quoted(word())}] }`,
    () => `{ user: ${quoted(word())}, message|startswith: ${quoted(word())} }`,
    () => `{ message|re|i: '(?:fail|root)[a-z]* ' }`,
    () => `{ user|exists: false }`,
  ];
  return kinds[below(kinds.length)]!();
}

test('passing over finds what trying everything finds', () => {
  const documents = Array.from({ length: 150 }, (_, index) => {
    const condition = ['a', 'a and not b', 'a or b', 'all of them', 'not a and b'][below(5)]!;
    const source = ['product: linux', 'product: linux, service: sshd', 'product: linux, service: syslog'][below(3)]!;
    return `title: r${index}\nlogsource: { ${source} }\ndetection:\n  a: ${search()}\n  b: ${search()}\n  condition: ${condition}\n`;
  });
  const sigma = readSigma(documents.join('---\n'), () => undefined);
  const watch = new SigmaWatch(compileSigmaRules(sigma));
  const all = sigma.rules.map((rule) => ({ rule, holds: compileSigma(rule.detection) }));
  const analyser = new Analyser(compileRuleset([], []));
  let found = 0;
  for (let turn = 0; turn < 400; turn++) {
    const program = below(2) === 0 ? 'sshd' : 'other';
    const text = Array.from({ length: 1 + below(5) }, word).join(' ');
    const line = `Nov 27 09:00:00 h ${program}[1]: ${text}${below(3) === 0 ? ` user=${word()}` : ''}`;
    const { event } = analyser.analyse(line, 'syslog', turn, '/var/log/x');
    const view = new FieldView(new Subject(line), () => readSyslogFields(event));
    const hears = new Set<string>(program === 'sshd' ? ['linux', 'syslog', 'sshd'] : ['linux', 'syslog']);
    const expected = all
      .filter(({ rule, holds }) => hears.has(rule.source) && holds(view))
      .map(({ rule }) => rule.title);
    const titles = watch.examine(event).map(({ rule }) => rule.title);
    assert.deepEqual(titles.sort(), expected.sort(), line);
    found += titles.length;
  }
  assert.ok(found > 1000, `${found} found`);
});
