import {
  type ApiObject,
  builtInSettings,
  isModel,
  models,
  type Operation,
  type Property,
  propertiesOf,
  typeOf,
} from '@sakimori/contract/workload-security/index';
import fc from 'fast-check';
import type { Ids } from './driver.ts';

/** Bodies, queries and ids that no client of good will sends, as fast-check makes them: near to what is right, or far from it. */

/** Values that have broken servers. */
const oddities: readonly unknown[] = [
  ...[null, [], {}, [[]], [null], [{}], true, false, '', ' ', 'null', 'true', '0', '-1', '1.5', '1e3', 'NaN'],
  ...[0, -0, -1, 1.5, 2_147_483_647, 2_147_483_648, 9_007_199_254_740_991, 2 ** 60, 1e308, -1e308],
  ...['\u0000', 'a\u0000b', '\ud800', '\udfff\ud800', '\u202e', '🛡️', 'İ', '%', '%_%', '\\', "'; --", '<x>', '#{x}'],
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', '../../etc/passwd', 'x'.repeat(5000), '%a'.repeat(200)],
  ...[{ __proto__: null, value: null }, { value: [] }, { length: 3 }, { ID: 1 }, [1, 'x', null, {}], [[[[[]]]]]],
  ...['(a+)+$', '[', '(?<=x)y', '*', '2026-02-30', 8_640_000_000_000_001, 8_640_000_000_000_000, 253_402_300_800_000],
];

/** JSON that no object of JavaScript is written as. */
const raws: readonly string[] = [
  ...['{"__proto__":{"name":"x"}}', '{"constructor":{"prototype":{"x":1}}}', '{"name":"a","name":5}', '{"ID":1e400}'],
  ...[
    '[]',
    'null',
    '5',
    '"x"',
    'true',
    '{',
    '',
    ' ',
    '{"a":-0}',
    `${'['.repeat(70)}${']'.repeat(70)}`,
    '{"name":"\\ud800"}',
  ],
  ...['{"searchCriteria":{"__proto__":1}}', '{"searchCriteria":[[[]]]}', '{"ruleIDs":{"length":1}}', '{"ids":"1,2"}'],
];

const odd = fc.constantFrom(...oddities);
const text = fc.oneof(
  fc.constantFrom('web', 'a', '/opt/x', '10.0.0.0/8', '80', '1-2', '10:20', 'C:\\x\\', 'eth*', 'Asia/Tokyo', '^x.*$'),
  fc.string({ maxLength: 20, unit: 'grapheme' }),
);
const idOf = (ids: Ids) => fc.constantFrom(...Object.values(ids), 1, 2, 3, 0, 77_777);

function valueOfType(type: string, property: Property, ids: Ids, depth: number): fc.Arbitrary<unknown> {
  const options = property.itemsEnum ?? property.enum;
  if (isModel(type)) return modelOf(type, ids, depth + 1);
  if (type === 'bool') return fc.boolean();
  if (type === 'int' || type === 'float')
    return fc.oneof(idOf(ids), fc.integer({ min: -5, max: 200 }), fc.constantFrom(1_536_030_000_000, 4e12));
  return options ? fc.constantFrom(...options) : text;
}

function propertyOf(property: Property, ids: Ids, depth: number): fc.Arbitrary<unknown> {
  const { item, isList } = typeOf(property);
  const one = valueOfType(item, property, ids, depth);
  const right = isList ? fc.array(one, { maxLength: 3 }) : one;
  return fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: odd });
}

const depthMax = 4;

/** Some of a model's properties, most of them of their type. */
function modelOf(model: string, ids: Ids, depth = 0): fc.Arbitrary<ApiObject> {
  const { settings, enum: options } = models[model] ?? {};
  if (options) return fc.constantFrom(...options) as unknown as fc.Arbitrary<ApiObject>;
  if (settings) return settingsOf(settings);
  const names = Object.keys(propertiesOf(model));
  if (depth > depthMax || names.length === 0) return fc.constant({});
  return fc
    .subarray(names, { maxLength: Math.min(names.length, depth === 0 ? 12 : 5) })
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((name) => [name, propertyOf(propertiesOf(model)[name]!, ids, depth)]))),
    );
}

const settingsOf = (scope: keyof typeof builtInSettings): fc.Arbitrary<ApiObject> =>
  fc.dictionary(
    fc.constantFrom(...Object.keys(builtInSettings[scope]), 'noSuchSetting', 'constructor'),
    fc.oneof(
      text.map((value) => ({ value })),
      fc.constantFrom('true', 'Off', '10 Minutes').map((value) => ({ value })),
      odd,
    ),
    { maxKeys: 4 },
  );

export type Hostile = {
  readonly operation: Operation;
  readonly ids: Ids;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  readonly raw?: string;
};

/** @param base a body that is right, whose properties are laid below what is made, so that it comes further than the first check */
export function hostile(operation: Operation, ids: Ids, base: ApiObject | undefined): fc.Arbitrary<Hostile> {
  const named = base ? fc.constantFrom<ApiObject>({}, base, base) : fc.constant<ApiObject>({});
  const sent: fc.Arbitrary<{ body?: unknown; raw?: string }> = operation.body
    ? fc.oneof(
        {
          weight: 8,
          arbitrary: fc
            .tuple(named, modelOf(operation.body, ids), fc.uuid())
            .map(([below, above, id]) => ({ body: unique({ ...below, ...above }, id) })),
        },
        { weight: 1, arbitrary: odd.map((body) => ({ body })) },
        { weight: 1, arbitrary: fc.constantFrom(...raws).map((raw) => ({ raw })) },
      )
    : fc.constant({});
  return fc.tuple(pathIds(operation, ids), queryOf(operation), sent).map(([own, query, what]) => ({
    ...{ operation, ids: own, query },
    ...what,
  }));
}

/** Names that are right are new ones, or creates would end at the name that is taken. */
function unique(body: ApiObject, id: string): ApiObject {
  for (const name of ['name', 'keyName', 'username'])
    if (typeof body[name] === 'string' && /-/.test(body[name])) return { ...body, [name]: `${body[name]} ${id}` };
  return body;
}

const oddIds = [0, -1, 2_147_483_647, 2_147_483_648, '9'.repeat(40), 'x', '1e3', '1.5', '\u0000', '..', '%', 'latest'];

function pathIds({ path }: Operation, ids: Ids): fc.Arbitrary<Ids> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return fc.record(
    Object.fromEntries(
      names.map((name) => [
        name,
        fc.oneof(
          { weight: 8, arbitrary: fc.constant(ids[name] ?? 1) },
          { weight: 1, arbitrary: fc.constantFrom<number | string>(...oddIds) },
        ),
      ]),
    ),
  );
}

const queryValues = ['True', 'False', 'maybe', '', 'none', 'all', 'constructor', '__proto__', '\u0000', '🛡️', 'a,b,,c'];

function queryOf({ query = [] }: Operation): fc.Arbitrary<Hostile['query']> {
  const names = [
    ...query.map(({ name }) => name).filter((name) => name !== 'URL'),
    'overrides',
    'expand',
    'constructor',
  ];
  const value = fc.constantFrom(...queryValues);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.array(value, { maxLength: 3 })), {
        maxKeys: 2,
      }),
    },
  );
}
