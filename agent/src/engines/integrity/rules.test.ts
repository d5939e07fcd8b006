import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { severities } from '@sakimori/contract/severity';
import { readRuleFiles, shippedIntegrityRules } from '../../../../test/shipped-integrity.ts';
import { OwnRoot } from './own-root.ts';
import { expected, IntegrityCaseFile, type Step } from './rule-cases.ts';
import type { RunInput, Told } from './run-rules.ts';

/** What we ship, run against the cases that lie beside it. A new rule and its case need no code. */
const library = shippedIntegrityRules();
/** Those about files; the others are tried in `entities/shipped-rules.test.ts`. */
const shipped = library.filter(({ entities }) => entities.length === 0);
const cases = readRuleFiles('cases/*.json').flatMap(({ content }) => IntegrityCaseFile.parse(content).cases);
const byId = new Map(shipped.map((rule) => [rule.library.ID, rule]));
const stepsOf = ({ positive, negative }: (typeof cases)[number]) => [...positive, ...negative];

describe('the library of integrity rules', () => {
  test('S6, in part: there are rules for what an intruder changes, each number and each name once', () => {
    assert.ok(shipped.length >= 45, `${shipped.length} rules`);
    for (const property of ['ID', 'key'] as const) {
      const values = library.flatMap(({ library }) => library[property] ?? []);
      assert.equal(new Set(values).size, values.length, property);
    }
    for (const language of ['en', 'ja'] as const)
      assert.equal(new Set(library.map((rule) => rule.library.name[language])).size, library.length, language);
  });

  test('the agent can do all that the rules ask for', () => {
    for (const { library, rules, unsupported } of shipped) {
      assert.deepEqual(unsupported, [], `${library.ID}`);
      assert.ok(rules.length > 0, `${library.ID}`);
      assert.ok(rules.every(({ id }) => id === (library.key ?? library.identifier)));
    }
  });

  test('what the shipped policy watches keeps the ids that detections always had', () => {
    const keys = new Set(shipped.map(({ library }) => library.key));
    const ids = ['accounts', 'ssh', 'start', 'authentication', 'network', 'local-programs'].map((id) => `linux.${id}`);
    assert.deepEqual(
      [...ids, 'web.content'].filter((id) => !keys.has(id)),
      [],
    );
  });

  test('Japanese is Japanese, and sentences are sentences', () => {
    for (const { library: one } of library) {
      assert.match(one.name.ja, /\p{Script=Han}|\p{Script=Katakana}|\p{Script=Hiragana}/u, `${one.ID}`);
      assert.match(one.description.ja, /(です|ます|ません|ください)。$/, `${one.ID}`);
      assert.match(one.description.en, /^[A-Z].*\.$/, `${one.ID}`);
      assert.doesNotMatch(one.name.en, /\.$/, `${one.ID}`);
    }
  });

  test('every rule has a case with a hit and a near miss, and no two cases touch the same path', () => {
    const withCase = new Set(cases.map(({ rule }) => rule));
    assert.deepEqual(
      shipped.map(({ library }) => library.ID).filter((id) => !withCase.has(id)),
      [],
    );
    assert.deepEqual(
      cases.filter(({ rule }) => !byId.has(rule)).map(({ rule }) => rule),
      [],
    );
    const paths = cases.flatMap(stepsOf).map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path, index) => paths.indexOf(path) !== index),
      [],
    );
  });
});

test('S6, in part: every rule tells of its hits and of no near miss, on a file system of their own', {
  skip: OwnRoot.missing() ?? false,
}, async (context) => {
  const told = await runRules();
  for (const { rule, positive, negative } of cases) {
    await context.test(`${rule} ${byId.get(rule)?.library.name.en}`, () => {
      const ofRule = told[String(rule)] ?? [];
      const id = byId.get(rule)?.rules[0]?.id;
      for (const step of positive) {
        const ofPath = ofRule.filter((one) => touches(step, one));
        const hits = ofPath.filter((one) => isAsExpected(step, one));
        assert.ok(hits.length > 0, `${say(step)} is told; of this path was told: ${say(ofPath)}`);
        assert.ok(hits.every((hit) => hit.rule === id));
      }
      for (const step of negative) {
        const hits = ofRule.filter((one) => touches(step, one));
        assert.deepEqual(hits, [], `${say(step)} is not told`);
      }
    });
  }
  await context.test('with all rules in force every hit is told, by a rule that is at least as grave', () => {
    for (const { rule, positive } of cases) {
      for (const step of positive) {
        const hits = (told['all'] ?? []).filter((one) => touches(step, one));
        const gravest = Math.max(...hits.map(({ severity }) => severities.indexOf(severity)));
        const isGraveEnough = gravest >= severities.indexOf(byId.get(rule)!.library.severity);
        assert.ok(isGraveEnough, `${rule}: ${say(step)}: ${say(hits)}`);
      }
    }
  });
});

async function runRules(): Promise<Told> {
  const root = new OwnRoot();
  try {
    const engines: RunInput['engines'] = {
      ...Object.fromEntries(shipped.map(({ library, rules }) => [String(library.ID), [...rules]])),
      all: shipped.flatMap(({ rules }) => rules),
    };
    const input: RunInput = { engines, cases };
    writeFileSync(join(root.shared, 'input.json'), JSON.stringify(input));
    await root.run(join(import.meta.dirname, 'run-rules.ts'));
    return JSON.parse(readFileSync(join(root.shared, 'told.json'), 'utf8')) as Told;
  } finally {
    root.remove();
  }
}

type Hit = Told[string][number];
const say = (value: unknown): string => JSON.stringify(value);
const touches = ({ path, to, op }: Step, hit: Hit): boolean =>
  hit.path === path || hit.previousPath === path || (op === 'rename' && hit.path === to);

function isAsExpected({ op }: Step, hit: Hit): boolean {
  const { kinds, changed } = expected[op];
  return kinds.includes(hit.kind) && (!changed || changed.some((one) => hit.changed.includes(one)));
}
