import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

/**
 * Logs that real daemons wrote (Debian 12: sshd, su, sudo, useradd and its like, cron, rsyslogd, nginx, vsftpd; PostgreSQL 18), under logins that were
 * right and wrong, probes and changes of accounts; names and addresses are others. Each line has its verdict beside it, looked through by a person.
 */
const program = join(import.meta.dirname, '../../../main.ts');
const folder = join(import.meta.dirname, '../../../../../rules/loginspection/recorded');

/** Of a line: the id of its rule and the level, or null. */
type Verdict = readonly [rule: number, level: number] | null;
type Recorded = Readonly<
  Record<string, { readonly format: 'syslog' | 'plain'; readonly verdicts: readonly Verdict[] }>
>;
const recorded = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as Recorded;

function run(args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { input, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}
const answersOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('S8, in part: recorded logs of real daemons against the whole library', () => {
  test('every recorded log has its verdicts', () => {
    const logs = readdirSync(folder).filter((name) => name !== 'verdicts.json');
    assert.deepEqual(Object.keys(recorded).sort(), logs.sort());
    assert.ok(Object.values(recorded).flatMap(({ verdicts }) => verdicts).length >= 200);
  });

  for (const [name, { format, verdicts }] of Object.entries(recorded)) {
    const text = readFileSync(join(folder, name), 'utf8');
    const lines = text.trimEnd().split('\n');
    test(`${name}: each line gets its recorded verdict, the ones before it remembered`, () => {
      const answers = answersOf(run(['logtest', '--json', '--format', format], text));
      assert.deepEqual(
        answers.map(({ line, rule, level }) => [line, rule === null ? null : [rule, level]]),
        lines.map((line, index) => [line, verdicts[index]]),
      );
    });
  }

  test('logscan tells the same: every verdict above level 0, and no other', () => {
    const files = Object.keys(recorded).filter((name) => recorded[name]!.format === 'syslog');
    for (const name of files) {
      const alerts = answersOf(run(['logscan', join(folder, name), '--json'])).slice(0, -1);
      const { verdicts } = recorded[name]!;
      assert.deepEqual(
        alerts.map(({ lineNumber, rule, level }) => [lineNumber, rule, level]),
        verdicts.flatMap((verdict, index) => (verdict && verdict[1] > 0 ? [[index + 1, ...verdict]] : [])),
        name,
      );
    }
  });

  test('what was done stands out: the burst of passwords, the login after it, and the changes', () => {
    const told = Object.values(recorded).flatMap(({ verdicts }) => verdicts.flatMap((verdict) => verdict ?? []));
    for (const rule of [900_120, 900_121, 900_174, 900_192, 900_205, 900_224, 901_406, 901_412, 903_051, 902_201])
      assert.ok(told.includes(rule), String(rule));
  });

  test('everyday lines stay below the level that is recorded', () => {
    const everyday = [
      /session (?:opened|closed) for user/,
      /Disconnected from user/,
      /CRON\[\d+\]: \(root\) CMD/,
      /" 200 3 "-" "(?:curl|Mozilla)/,
    ];
    for (const [name, { verdicts }] of Object.entries(recorded)) {
      const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
      for (const [index, line] of lines.entries())
        if (everyday.some((pattern) => pattern.test(line)) && !/UNION|<script>/.test(line))
          assert.ok((verdicts[index]?.[1] ?? 0) < 3, line);
    }
  });
});
