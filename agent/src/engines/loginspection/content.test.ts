import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { Analyser, compileRuleset } from './analyser.ts';
import { unfoldRepeats } from './repeats.ts';

/** What we ship, run against the cases that lie beside it. A new case needs no code. */
const folder = join(import.meta.dirname, '../../../../rules/loginspection');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

const Expectation = z.strictObject({
  decoder: z.string().nullable(),
  rule: z.number().nullable(),
  level: z.number().optional(),
  fields: z.record(z.string(), z.string()).optional(),
});
const CaseFile = z.strictObject({
  cases: z.array(
    z.strictObject({
      title: z.string(),
      /** Seconds between two lines. */
      stepSeconds: z.number().default(1),
      lines: z.array(z.string()),
      expect: z.array(Expectation),
    }),
  ),
});

const Preset = z.object({
  modules: z.object({
    loginspection: z.object({ decoderFiles: z.array(z.string()), ruleFiles: z.array(z.string()) }),
  }),
});
const { decoderFiles, ruleFiles } = Preset.parse(JSON.parse(read('../policies/baseline.json'))).modules.loginspection;
const load = (names: readonly string[]) => names.map((name) => ({ name, xml: read(name) }));
const ruleset = compileRuleset(load(decoderFiles), load(ruleFiles));

const caseFiles = readdirSync(join(folder, 'cases')).map((name) => ({
  name,
  cases: CaseFile.parse(JSON.parse(read(join('cases', name)))).cases,
}));
const hit = new Set<number>();

for (const { name, cases } of caseFiles) {
  describe(name, () => {
    for (const { title, stepSeconds, lines, expect } of cases) {
      test(title, () => {
        const analyser = new Analyser(ruleset);
        const got = lines.flatMap((line, index) =>
          unfoldRepeats(line).map((one) =>
            analyser.analyse(one, 'syslog', index * stepSeconds * 1000, '/var/log/auth.log'),
          ),
        );
        assert.equal(got.length, expect.length, 'one expectation for each line');
        for (const [index, expected] of expect.entries()) {
          const { event, rule } = got[index]!;
          if (rule) hit.add(rule.id);
          const fields = Object.fromEntries(
            Object.keys(expected.fields ?? {}).map((field) => [field, event.fields.get(field as never)?.text]),
          );
          assert.deepEqual(
            { decoder: event.decoder ?? null, rule: rule?.id ?? null, level: rule?.level, fields },
            { decoder: expected.decoder, rule: expected.rule, level: expected.level, fields: expected.fields ?? {} },
            `line ${index + 1}: ${event.line}`,
          );
        }
      });
    }
  });
}

const spoken = [...ruleset.rules.rules.values()].filter((rule) => !rule.noAlert);

test('every rule that can speak is spoken by some case', () => {
  assert.deepEqual(
    spoken.filter((rule) => !hit.has(rule.id)).map((rule) => rule.id),
    [],
  );
});

test('every rule has a description, a Japanese name, and an id of our range; no name lacks its rule', () => {
  const names = z.record(z.string(), z.string().min(1)).parse(JSON.parse(read('names.ja.json')));
  assert.deepEqual(Object.keys(names).sort(), spoken.map((rule) => String(rule.id)).sort());
  for (const rule of ruleset.rules.rules.values()) {
    assert.ok(rule.description.length > 0 && rule.id >= 900_100 && rule.id < 901_000, `rule ${rule.id}`);
  }
});

test('all shipped files are part of the baseline policy', () => {
  const shipped = readdirSync(folder).filter((name) => name.endsWith('.xml'));
  assert.deepEqual(shipped.sort(), [...decoderFiles, ...ruleFiles].sort());
});
