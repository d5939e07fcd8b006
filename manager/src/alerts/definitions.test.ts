import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type AlertDefinition,
  checkAlertDefinitions,
  type Detection,
  modules,
  type severities,
} from '@sakimori/contract';
import { ja } from '@sakimori/contract/phrases/ja/index';
import { ConfigFault } from '../platform/index.ts';
import { AlertDefinitions, definitionsOf } from './definitions.ts';
import { alertKeyOf } from './grouping.ts';

const folder = join(import.meta.dirname, '../../../rules/alerts');
const config = { SAKIMORI_ALERTS: undefined };
const definitions = definitionsOf({ config });

type Case = {
  readonly module: (typeof modules)[number] | 'system';
  readonly kind: string;
  readonly severity: (typeof severities)[number];
  readonly definition: string;
  readonly raises: boolean;
  readonly endedBy?: string;
};
const cases = JSON.parse(readFileSync(join(folder, 'cases/definitions.json'), 'utf8')) as { cases: Case[] };

test('the cases of rules/alerts: each kind has the definition it should have, and raises an alert or none', () => {
  for (const { module, kind, severity, definition, raises, endedBy } of cases.cases) {
    assert.equal(definitions.of(kind).id, definition, kind);
    const detection: Detection = {
      ...{ id: 'd', accountId: 'a', hostId: 'h', occurredAt: '2026-11-24T01:00:00.000Z', module, kind, severity },
      ...{ rule: { id: 'r', name: 'R' }, title: kind },
      ...({ mode: 'detect', action: 'observed', actionResult: 'none' } as const),
    };
    assert.equal(alertKeyOf(definitions, detection) !== undefined, raises, `${kind} ${severity}`);
    if (endedBy)
      assert.ok(
        definitions.endedBy(endedBy).some(({ id }) => id === definition),
        kind,
      );
  }
  const covered = new Set(cases.cases.map(({ module }) => module));
  for (const module of [...modules, 'system' as const]) assert.ok(covered.has(module), module);
  const used = new Set(cases.cases.map(({ definition }) => definition));
  assert.deepEqual(
    definitions.all.map(({ id }) => id).filter((id) => !used.has(id)),
    [],
    'definitions without a case',
  );
});

test('every kind that a definition names has words in both languages; every definition says why and what to do next', () => {
  for (const { kinds, resolve, name, cause, next, nextByCause = {} } of definitions.all) {
    for (const kind of [...kinds, ...(resolve.by === 'recovery' ? resolve.kinds : [])])
      if (!kind.includes('*')) assert.ok(`kind.${kind}` in ja, kind);
    for (const steps of [next, ...Object.values(nextByCause)])
      for (const [index, step] of steps.ja.entries()) {
        assert.doesNotMatch(step, /\\n/);
        assert.match(step, /[。）]$/);
        assert.equal(/マネージャ(?!ー)/.test(step), /manager/i.test(steps.en[index]!), step);
      }
    assert.match(cause.ja, /。$/);
    assert.ok(name.en.length > 2);
  }
});

const asFile = (...changed: Partial<AlertDefinition>[]): string =>
  JSON.stringify({ definitions: changed.map((each) => ({ ...definitions.get('engine.died'), ...each })) });

test('a broken file gives the whole list of its faults, each with its path; what is no file of definitions never throws', () => {
  const paths = (text: string) => checkAlertDefinitions(text).faults.map(({ path }) => path);
  assert.deepEqual(
    paths(
      asFile(
        { id: 'Bad Id', severityMin: 'grave' as 'low', attack: ['T99'] },
        { next: { ja: ['一つ。', '二つ。'], en: ['one'] }, threshold: { count: 0, withinMinutes: 10 } },
      ),
    ).sort(),
    [
      'definitions.0.attack.0',
      'definitions.0.id',
      'definitions.0.severityMin',
      'definitions.1.next',
      'definitions.1.threshold.count',
    ],
  );
  assert.deepEqual(paths(asFile({ condition: true })).sort(), [
    ...['definitions.0.holdMinutes', 'definitions.0.resolve', 'definitions.0.severity', 'definitions.0.threshold'],
  ]);
  assert.deepEqual(paths(asFile({ resolve: { by: 'person' } })), ['definitions.0.flap']);
  for (const value of ['{', 'null', '[]', '1', '{}', '{"definitions":[null]}', '{"definitions":[],"more":1}'])
    assert.ok(paths(value).length > 0, value);
});

test('a folder of the provider’s own replaces by id and adds; two of one kind, and a broken one, are a fault of the configuration', () => {
  const own = mkdtempSync(join(tmpdir(), 'sakimori-alerts-'));
  const write = (text: string) => writeFileSync(join(own, 'ours.json'), text);
  try {
    write(asFile({ mails: false }));
    const read = AlertDefinitions.read({ SAKIMORI_ALERTS: own });
    assert.equal(read.get('engine.died').mails, false);
    assert.equal(read.all.length, definitions.all.length);
    write(asFile({ id: 'ours.engine' }));
    assert.throws(
      () => AlertDefinitions.read({ SAKIMORI_ALERTS: own }),
      (error) => error instanceof ConfigFault && /engine\.died is a kind of/.test(error.message),
    );
    write(asFile({ kinds: ['no spaces here'], severityMin: 'grave' as 'low' }));
    assert.throws(
      () => AlertDefinitions.read({ SAKIMORI_ALERTS: own }),
      (error) => error instanceof ConfigFault && /kinds\.0/.test(error.message) && /severityMin/.test(error.message),
    );
    assert.throws(() => AlertDefinitions.read({ SAKIMORI_ALERTS: '/nonexistent' }), /there is no folder/);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
});
