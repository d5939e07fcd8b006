import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { compileRuleset } from '../analyser.ts';
import { casesOf, type Expectation, filesOf, library, spreadOut } from '../shipped-content.ts';

/** The recorded logs that lie beside our rules, replayed through the program itself, with the folder of rules given as a person gives one. */
const program = join(import.meta.dirname, '../../../main.ts');
const folder = join(import.meta.dirname, '../../../../../rules/loginspection');

interface Answer {
  readonly id?: string;
  readonly decoder: string | null;
  readonly rule: number | null;
  readonly level: number | null;
  readonly fields: Readonly<Record<string, string>> | null;
}

function replay(args: readonly string[], input: string): Answer[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'logtest', '--rules', folder, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  assert.equal(status, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function assertVerdict(answer: Answer | undefined, expected: Expectation, about: string): void {
  assert.ok(answer, about);
  const names = Object.keys(expected.fields ?? {});
  const fields = Object.fromEntries(names.map((name) => [name, answer.fields?.[name]]));
  assert.deepEqual(
    { decoder: answer.decoder, rule: answer.rule, level: answer.level ?? undefined, fields },
    { level: undefined, fields: {}, ...expected },
    about,
  );
}

suite('a folder of rules against recorded logs', () => {
  const { rules } = compileRuleset(filesOf(library, 'decoders'), filesOf(library, 'rules')).rules;
  /** A verdict that needs no line before it. */
  const standsAlone = ({ rule }: Expectation) => rule === null || !rules.get(rule)?.composite;

  for (const format of ['syslog', 'plain'] as const) {
    test(`each line by itself gets the recorded verdict (${format})`, () => {
      const lines = library
        .flatMap((object) => casesOf(object))
        .filter((one) => one.format === format)
        .flatMap(spreadOut)
        .filter(({ expected }) => expected !== undefined && standsAlone(expected));
      assert.ok(lines.length > 100, `${lines.length} lines`);
      const input = lines.map(({ line }, index) => JSON.stringify({ id: String(index), log: line })).join('\n');
      const answers = new Map(
        replay(['--format', format, '--fresh', '--cases'], input).map((answer) => [answer.id, answer]),
      );
      for (const [index, { line, expected }] of lines.entries())
        assertVerdict(answers.get(String(index)), expected!, line);
    });
  }

  test('S8: a recorded log of failed logins, line after line', () => {
    const sshd = library.find(({ ID }) => ID === 3001)!;
    const recorded = casesOf(sshd).find(({ title }) => title.startsWith('S8: the fifth failed login'))!;
    const lines = spreadOut(recorded);
    const answers = replay(['--json'], lines.map(({ line }) => line).join('\n'));
    assert.equal(answers.length, lines.length);
    for (const [index, { line, expected }] of lines.entries())
      if (expected) assertVerdict(answers[index], expected, line);
    assert.ok(answers.some(({ rule }) => rule !== null && rules.get(rule)?.composite));
  });
});
