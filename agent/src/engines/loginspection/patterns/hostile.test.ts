import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compileOsRegex, compilePcre2, Subject, searchesGivenUp } from './index.ts';

/** Patterns on which backtracking engines are known to hang, each with the line that hangs them. */
const hostile: readonly (readonly [string, (size: number) => string])[] = [
  ['^(a+)+$', (size) => `${'a'.repeat(size)}!`],
  ['(a|aa)+$', (size) => `${'a'.repeat(size)}!`],
  ['^(?:(?:a+)+|(?:a|aa)+)+b$', (size) => 'a'.repeat(size)],
  ['(.*)*x', (size) => 'a'.repeat(size)],
  ['(?:\\w+\\s?)*=', (size) => 'ab '.repeat(size / 3)],
  ['^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+$', (size) => 'a'.repeat(size)],
  ['.*.*.*.*=.*', (size) => 'x'.repeat(size)],
  ['\\s+$', (size) => `${' '.repeat(size)}x`],
  ['(?=.*a)(?=.*b)(?=.*c)(?=.*q)', (size) => 'abc'.repeat(size / 3)],
  ['(x+x+)+y', (size) => 'x'.repeat(size)],
  ['(\\w+)\\1\\1=', (size) => 'a'.repeat(size)],
  ['(?>(?:a|a)+)(?:a|b|ab)*c', (size) => 'ab'.repeat(size / 2)],
  ['(?<!a)(?:a{0,50}){0,60}b', (size) => 'a'.repeat(size)],
];

/** Processor time: what else the machine does must not count. */
function cpuMsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

suite('no pattern and no line can stall the agent', () => {
  for (const [pattern, line] of hostile) {
    for (const size of [143, 8192, 65_536]) {
      test(`${pattern} on ${size} characters`, () => {
        const compiled = compilePcre2(pattern);
        const subject = new Subject(line(size));
        compiled.test(new Subject('warm'));
        const ms = cpuMsOf(() => compiled.test(subject));
        assert.ok(ms < 2000, `${ms} ms`);
      });
    }
  }

  test('OS_Regex', () => {
    for (const [pattern, line] of [
      [`${'\\S+'.repeat(20)}!`, 'a'.repeat(65_536)],
      [`${'\\.*\\w+'.repeat(30)}$`, `${'ab '.repeat(21_000)}:`],
      ['\\.+ \\.+ \\.+ \\.+ \\.+ \\.+ x$', ' a'.repeat(32_768)],
      ['(\\S+) (\\S+) (\\S+)=$', 'ż a'.repeat(20_000)],
    ] as const) {
      const compiled = compileOsRegex(pattern);
      assert.ok(cpuMsOf(() => compiled.match(new Subject(line))) < 2000, pattern);
    }
  });
});

test('a long line is still answered right where it need not be given up', () => {
  const before = searchesGivenUp();
  assert.equal(compilePcre2('^(?:(?:a+)+|b)+$').test(new Subject('a'.repeat(65_536))), true);
  assert.equal(compilePcre2('(?:\\w+\\s?)*=$').test(new Subject(`${'ab '.repeat(20_000)}=`)), true);
  assert.deepEqual(compileOsRegex('from (\\S+)$').match(new Subject(`${'from '.repeat(10_000)}here`))?.captures, [
    'here',
  ]);
  assert.equal(searchesGivenUp(), before);
});

test('a search that is given up is counted', () => {
  const before = searchesGivenUp();
  assert.equal(compilePcre2('((a?)*)*\\1b').test(new Subject('a'.repeat(2000))), false);
  assert.equal(searchesGivenUp(), before + 1);
});
