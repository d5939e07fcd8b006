import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

/** Sigma rules of our own, on lines that they must find and lines that they must not, through the program as a person runs it. */
const program = join(import.meta.dirname, '../agent/src/main.ts');
const rules = join(import.meta.dirname, 'sigma/rules');
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'sigma/cases.json'), 'utf8')) as {
  cases: { title: string; lines: string[]; expect: string[][] }[];
};
type Answer = {
  readonly rule: number | string | null;
  readonly level: number | null;
  readonly groups: string[] | null;
  readonly alert: boolean;
  readonly sigma?: { readonly description: string; readonly id: string; readonly level: number }[];
};

const run = (args: readonly string[], input: string) =>
  spawnSync(process.execPath, [program, ...args], { input, encoding: 'utf8' });
function answers(args: readonly string[], lines: readonly string[]): { answers: Answer[]; told: string } {
  const { status, stdout, stderr } = run(['logtest', '--json', ...args], `${lines.join('\n')}\n`);
  assert.equal(status, 0, stderr);
  return {
    answers: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer),
    told: stderr,
  };
}
const found = ({ sigma = [] }: Answer) => sigma.map(({ description }) => description).sort();

const folder = mkdtempSync(join(tmpdir(), 'sakimori-sigma-rules-'));
after(() => rmSync(folder, { recursive: true }));
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('S8, in part: Sigma rules find what they must and nothing else', () => {
  const spoken = new Set<string>();
  for (const { title, lines, expect } of cases)
    test(title, () => {
      const { answers: all } = answers(['--rules', rules], lines);
      assert.deepEqual(
        all.map((answer, index) => [lines[index], found(answer).filter((name) => !name.startsWith('A login by ssh'))]),
        lines.map((line, index) => [line, expect[index]!.toSorted()]),
      );
      for (const name of expect.flat()) spoken.add(name);
    });

  test('every rule that is told is spoken by some case', () => {
    const texts = readdirSync(rules).map((name) => readFileSync(join(rules, name), 'utf8'));
    const titles = texts.flatMap((text) => [...text.matchAll(/^title: (.*)$/gm)].map((match) => match[1]!));
    const silent = ['A login by ssh', 'A login by ssh failed', 'Many failed logins by ssh'];
    const leftOut = ['A rule for another system', 'A rule that its author has withdrawn'];
    assert.deepEqual(titles.filter((name) => !spoken.has(name)).sort(), [...silent, ...leftOut].sort());
  });
});

test('what is left out is named with place and reason; a correlation’s rules are not told by themselves', () => {
  const line = 'Nov 27 09:00:00 web1 sshd[1]: Failed password for taro from 192.0.2.1 port 1 ssh2';
  const { answers: all, told } = answers(['--rules', rules], [line]);
  assert.match(
    told,
    /left-out\.yml:3:\d+: the agent reads no such log: product windows, category process_creation: “A rule for another system” is left out\n/,
  );
  assert.match(
    told,
    /left-out\.yml:\d+:\d+: its status is `deprecated`: “A rule that its author has withdrawn” is left out\n/,
  );
  assert.deepEqual([all[0]!.rule, all[0]!.alert, found(all[0]!)], [null, false, []]);
});

test('beside OSSEC’s rules: the answer is the rule of the highest level, and both are there', () => {
  const library = (name: string) => join(import.meta.dirname, '../rules/loginspection', name);
  const line = 'Nov 27 09:00:00 web1 sshd[1]: Accepted password for root from 192.0.2.1 port 1 ssh2';
  const own = ['pam', 'sshd'].flatMap((name) => [
    ...['--rules', library(`${name}.rules.xml`), '--decoders', library(`${name}.decoders.xml`)],
  ]);
  const [alone] = answers(own, [line]).answers;
  const [both] = answers([...own, '--rules', join(rules, 'logins.yml')], [line]).answers;
  assert.ok(typeof alone!.rule === 'number' && alone!.level! < 12);
  assert.deepEqual(
    [both!.rule, both!.level, both!.groups],
    ['0b7c2f63-58d0-4d5e-9a25-6c0f3b6f0a01', 12, ['sigma', 'sshd']],
  );
  const shown = run(['logtest', '--rules', join(rules, 'logins.yml')], `${line}\n`).stdout;
  assert.match(
    shown,
    /\*\*Sigma:\n {7}Rule id: '0b7c2f63[^\n]*\n {7}Level: '12'\n {7}Description: 'Root logs in with a password'\n {7}ATT&CK: 'T1078\.003'\n/,
  );
});

test('--fresh forgets what was counted', () => {
  const line = 'Nov 27 09:00:00 web1 sshd[1]: Failed password for invalid user x{n} from 192.0.2.1 port 1 ssh2';
  const lines = ['1', '2', '3'].map((n) => line.replace('{n}', n));
  const last = (...args: string[]) => found(answers(['--rules', rules, ...args], lines).answers[2]!);
  assert.deepEqual([last(), last('--fresh')], [['One address tries many names'], []]);
});

test('logscan tells Sigma’s matches and counts them', () => {
  const log = put('access.log', `${cases.find(({ title }) => title === 'web')!.lines.join('\n')}\n`);
  const { stdout, status } = run(['logscan', log, '--rules', rules, '--json'], '');
  assert.equal(status, 0);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    all.slice(0, -1).map(({ lineNumber }) => lineNumber),
    [1, 3, 6, 7, 9],
  );
  const { summary } = all.at(-1);
  assert.deepEqual([summary.lines, summary.alerts, summary.byLevel], [9, 7, { 8: 4, 12: 3 }]);
  const text = run(['logscan', '--rules', join(rules, 'web.yml'), log], '').stdout;
  assert.match(text, /access\.log:9: rule 0b7c2f63-\S+ \(level 12\) -> 'A look-up is smuggled into a header'\n/);
});

test('a file that is wrong is 65 with file, line, column and reason', () => {
  const good = readFileSync(join(rules, 'logins.yml'), 'utf8');
  const wrong: readonly (readonly [string, RegExp])[] = [
    [
      good.replace('condition: accepted', 'condition: accepted and'),
      /wrong\.yml:11:14: a search identifier is missing at the end/,
    ],
    [
      good.replace("'|all'", "'|every'"),
      /wrong\.yml:10:5: (?:`every` needs a field before it|there is no modifier `every`)/,
    ],
    [`${good}\ttab: 1\n`, /wrong\.yml:\d+:\d+: not well-formed: Tabs/],
    ['a: &a [*a]\n', /wrong\.yml:1:\d+: anchors and aliases are not taken/],
    [`x: ${'['.repeat(3000)}`, /wrong\.yml:1:1: it is nested too deeply/],
    ['title: a\ntitle: b\n', /wrong\.yml:2:1: the key `title` stands there twice/],
    [
      "title: a\nlogsource: { product: linux }\ndetection: { s: { a|re: '(b' }, condition: s }\n",
      /wrong\.yml:3:\d+: the regular expression is refused/,
    ],
  ];
  for (const [text, expected] of wrong) {
    const { status, stderr, stdout } = run(['logtest', '--rules', put('wrong.yml', text)], 'x\n');
    assert.deepEqual([status, stdout], [65, ''], text.slice(0, 60));
    assert.match(stderr, expected);
  }
  assert.equal(run(['logtest', '--rules', join(folder, 'nowhere.yml')], '').status, 66);
});
