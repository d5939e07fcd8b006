import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everyIntegrityAttribute, IntegrityRule, integrityAttributes, severities } from '@sakimori/contract';
import fc from 'fast-check';
import { shippedDocument } from '../preset.ts';
import { compileIntegrityRule } from './integrity.ts';
import { describeIntegrityRule } from './integrity-describe.ts';

const xmlOf = (rule: IntegrityRule) =>
  Buffer.from(describeIntegrityRule(rule)['customXML'] as string, 'base64').toString('utf8');
const ruleOf = (more: Partial<IntegrityRule>): IntegrityRule => ({
  ...{ id: 'x', name: { ja: '規則', en: 'Rule' }, severity: 'high', include: ['/etc'], exclude: [] },
  ...{ attributes: [...integrityAttributes], ...more },
});

describe('a contract rule as a rule of the API', () => {
  const pathPart = fc.constantFrom(
    'etc',
    'a b',
    '*',
    '?x*',
    '**',
    'd**',
    '**.log',
    '日本',
    `\${env.X}`,
    '\\',
    '&<">',
    '.',
    '..',
    '~',
  );
  const path = fc.oneof(
    { weight: 4, arbitrary: fc.array(pathPart, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 8 })
        .map((codes) => String.fromCharCode(...codes)),
    },
  );
  const name = fc
    .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
    .map((text) => text.trim())
    .filter((text) => text !== '' && text.length <= 200);
  const attributes: fc.Arbitrary<IntegrityRule['attributes']> = fc.oneof(
    fc.constant<IntegrityRule['attributes']>([...integrityAttributes]),
    fc.shuffledSubarray([...everyIntegrityAttribute], { minLength: 1 }),
    fc.subarray([...everyIntegrityAttribute], { minLength: 1 }),
  );
  const arbitraryRule: fc.Arbitrary<IntegrityRule> = fc.record(
    {
      id: fc.string({ minLength: 1, maxLength: 100 }),
      name: fc.record({ ja: name, en: name }, { noNullPrototype: true }),
      severity: fc.constantFrom(...severities),
      include: fc.array(path, { minLength: 1, maxLength: 6 }),
      exclude: fc.array(path, { maxLength: 4 }),
      attributes,
      exact: fc.constant(true as const),
      kind: fc.constantFrom('file' as const, 'directory' as const),
      realTime: fc.constant(false as const),
    },
    { requiredKeys: ['id', 'name', 'severity', 'include', 'exclude', 'attributes'], noNullPrototype: true },
  );

  test('compiled again it is the very same rule', () => {
    fc.assert(
      fc.property(arbitraryRule, (rule) => {
        assert.deepEqual(IntegrityRule.parse(rule), rule, 'a rule of the contract');
        const { rules, unsupported } = compileIntegrityRule(describeIntegrityRule(rule));
        assert.deepEqual(rules, [rule]);
        assert.deepEqual(unsupported, []);
      }),
      { numRuns: 2000 },
    );
  });

  test('the shipped policy too, in the public rules language', () => {
    for (const rule of shippedDocument('Linux Server').modules.integrity.rules) {
      const described = describeIntegrityRule(rule);
      assert.deepEqual(compileIntegrityRule(described).rules, [rule]);
      assert.equal(described['_key'], rule.id);
      assert.match(xmlOf(rule), /^<FileSet base="\/" onChange="true">/, rule.id);
    }
  });

  test('what the public language can say is said in it, else in our own', () => {
    assert.equal(
      xmlOf(ruleOf({ include: ['/srv/*'], exclude: ['/srv/a&b'], exact: true, kind: 'file' })),
      '<FileSet base="/" onChange="true">\n  <include key="srv/*"/>\n  <exclude key="srv/a&amp;b"/>\n  <attributes><STANDARD/></attributes>\n</FileSet>',
    );
    assert.match(xmlOf(ruleOf({ attributes: ['mode'] })), /^<PathSet>/);
    assert.match(xmlOf(ruleOf({ include: ['/a\nb'] })), /path="\/a\\u000ab"/);
  });

  test('a rule that is longer than XML may be is refused in a sentence', () => {
    const include = Array.from({ length: 900 }, (_, n) => `/${'x'.repeat(4000)}${n}`);
    assert.throws(() => describeIntegrityRule(ruleOf({ include })), {
      name: 'IntegrityRuleFault',
      message: /at most 1 MB/,
    });
  });
});
