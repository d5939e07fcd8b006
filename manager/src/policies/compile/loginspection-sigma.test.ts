import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogInspectionPolicy } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { checkLogInspectionRule, compileLogInspection, LogInspectionFault, textsOfRule } from './loginspection.ts';

const object = (ID: number, text: string, more: ApiObject = {}): ApiObject => ({
  ...{ ID, name: `sigma ${ID}`, template: 'custom', ruleXML: Buffer.from(text).toString('base64') },
  ...more,
});
const id = (last: number) => `6f3e2987-db24-4c78-a860-b4f4095a70${String(last).padStart(2, '0')}`;
const rule = (last: number, source = 'product: linux, service: sshd') =>
  `title: Rule ${last}\nid: ${id(last)}\nlogsource: { ${source} }\ndetection: { s: [x${last}], condition: s }\nlevel: high\n`;
const xml =
  '<group name="own,"><rule id="100300" level="3"><match>x</match><description>x</description></rule></group>';

test('a custom rule that holds Sigma becomes what agents carry out, beside OSSEC’s', () => {
  const compiled = compileLogInspection([object(1, `${rule(1)}---\n${rule(2)}`), object(2, xml), object(3, rule(3))]);
  assert.deepEqual(
    compiled.sigma?.rules.map((one) => [one.title, one.source, one.level, one.told]),
    [1, 2, 3].map((last) => [`Rule ${last}`, 'sshd', 12, true]),
  );
  assert.deepEqual([compiled.leftOut, compiled.sigmaLeftOut], [[], []]);
  assert.deepEqual(
    compiled.ruleFiles.map(({ name }) => name),
    ['rule-2.rules.xml'],
  );
  const { sources, decoderFiles, ruleFiles, sigma } = compiled;
  assert.deepEqual(LogInspectionPolicy.parse({ state: 'on', sources, decoderFiles, ruleFiles, sigma }).sigma, sigma);
  assert.equal('sigma' in compileLogInspection([object(2, xml)]), false, 'nothing where there is none');
  assert.equal(textsOfRule(object(3, rule(3))).sigma, rule(3));
});

test('its logs are those it names, or where its log sources are usually kept', () => {
  const paths = (one: ApiObject) => compileLogInspection([one]).sources.map(({ path, format }) => `${path} ${format}`);
  assert.deepEqual(paths(object(1, rule(1))), ['/var/log/auth.log syslog', '/var/log/secure syslog']);
  assert.deepEqual(paths(object(1, rule(1, 'category: process_creation, product: linux'))), [
    '/var/log/audit/audit.log plain',
  ]);
  assert.ok(paths(object(1, rule(1, 'category: webserver'))).includes('/var/log/nginx/*access.log plain'));
  const named = { logFiles: [{ location: '/srv/a.log', format: 'syslog' }] };
  assert.deepEqual(paths(object(1, rule(1), named)), ['/srv/a.log syslog']);
});

test('single rules that no agent carries out are named, and the others of the object are in force', () => {
  const text = `${rule(1, 'product: windows, service: security')}---\n${rule(2)}`;
  const { sigma, sigmaLeftOut, leftOut } = compileLogInspection([object(1, text)]);
  assert.deepEqual([sigma?.rules.length, leftOut], [1, []]);
  assert.deepEqual(sigmaLeftOut, [
    'The Sigma rule “Rule 1” (line 3) is left out: the agent reads no such log: product windows, service security.',
  ]);
});

test('two objects with one rule of Sigma: the second is left out and named', () => {
  const { sigma, leftOut } = compileLogInspection([object(1, rule(1)), object(2, `${rule(1)}---\n${rule(2)}`)]);
  assert.deepEqual(
    [sigma?.rules.length, leftOut],
    [1, [{ ID: 2, reason: `The Sigma rule ${id(1)} is in force already.` }]],
  );
});

test('what is wrong is refused with line and column, by the language of the text', () => {
  const refused = (text: string, expected: RegExp) =>
    assert.throws(
      () => checkLogInspectionRule(object(1, text)),
      (error) => error instanceof LogInspectionFault && expected.test(error.message),
      text.slice(0, 100),
    );
  refused(
    rule(1).replace('[x1]', '{ a|re: "(b" }'),
    /^Line 4, column 25: The regular expression is refused: `\(` is never closed \(character 1\)\.$/,
  );
  refused(rule(1).replace('level: high', 'level: tall'), /^Line 5, column 8: `tall` is no level/);
  refused(rule(1).replace('condition: s', 'condition: t'), /There is no search identifier `t`/);
  refused(`${rule(1)}\tx: y`, /^Line \d+, column \d+: Not well-formed/);
  refused(`detection: ${'['.repeat(5000)}`, /nested too deeply/);
  refused('title: a\ndetection: &a [*a]', /Anchors and aliases are not taken/);
  refused('<group', /The XML is not well-formed/);
  refused('neither', /outside of any element|no `<rule>`/);
});
