import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import {
  type ApiObject,
  collectionOf,
  isModel,
  type Operation,
  operations,
  type Property,
  propertiesOf,
  typeOf,
} from '@sakimori/contract/workload-security/index';
import { type Driver, type Ids, refusalOf } from './driver.ts';
import { each, idsFor, itemsOf, makeWorld, startWorkload, type Workload } from './world.ts';

/**
 * Every searchable field of every collection is searched by every test that its type has. What must be found is worked out here from the objects
 * themselves; objects that lack the field are left out of the comparison, since nobody has said where they belong.
 */
let workload: Workload;
let api: Driver;
let ids: Ids;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  await makeWorld(api, 'other');
  ids = await makeWorld(api, 'search');
});
after(() => workload?.system.stop());

/** Below a ruleset or an inventory there is nothing to search: there is neither (S13). */
const searches = operations.filter(({ path }) => /^\/(?!rulesets\/\{|softwareinventories\/\{).*\/search$/.test(path));
/** Of a large library only this many objects are compared. */
const objectsMax = 60;

type Criterion = ApiObject;
type Expectation = {
  readonly what: string;
  readonly criterion: Criterion;
  readonly isFound: (value: unknown) => boolean;
};

async function search(
  operation: Operation,
  searchCriteria: readonly Criterion[],
  more: ApiObject = {},
): Promise<ApiObject[]> {
  const query = operation.path.startsWith('/computers') ? { expand: ['none'], overrides: false } : {};
  const answer = await api.ask(operation.id, idsFor(operation, ids), { body: { ...more, searchCriteria }, query });
  assert.equal(answer.status, 200, `${operation.id} ${JSON.stringify(searchCriteria)}: ${answer.text.slice(0, 300)}`);
  return itemsOf(operation.id, answer.body as ApiObject);
}

/** The expectations for one field, from a value that one of the objects has. */
function expectationsOf(fieldName: string, property: Property, value: unknown): Expectation[] {
  const types = property.search!.split('|');
  const make = (what: string, criterion: Criterion, isFound: Expectation['isFound']) => ({
    what,
    criterion: { fieldName, ...criterion },
    isFound,
  });
  const found: Expectation[] = [];
  if (types.includes('String')) found.push(...stringTests(make, value));
  if (types.includes('Choice'))
    for (const choiceTest of ['equal', 'not-equal'])
      found.push(
        make(
          `choice ${choiceTest}`,
          { choiceTest, choiceValue: value },
          (one) => (one === value) === (choiceTest === 'equal'),
        ),
      );
  if (types.includes('Boolean'))
    for (const booleanTest of [true, false])
      found.push(make(`boolean ${booleanTest}`, { booleanTest }, (one) => one === booleanTest));
  if (types.includes('Numeric') && Number.isFinite(Number(value)))
    for (const [numericTest, compare] of comparisons)
      found.push(
        make(`numeric ${numericTest}`, { numericTest, numericValue: Number(value) }, (one) =>
          compare(Number(one), Number(value)),
        ),
      );
  if (types.includes('Date')) found.push(...dateTests(make, value as number));
  if (value !== 0 && value !== '' && value !== false)
    found.push(make('not null', { nullTest: false }, (one) => one !== 0 && one !== ''));
  return found;
}

type Make = (what: string, criterion: Criterion, isFound: Expectation['isFound']) => Expectation;
const comparisons: readonly (readonly [string, (one: number, other: number) => boolean])[] = [
  ['less-than', (one, other) => one < other],
  ['less-than-or-equal', (one, other) => one <= other],
  ['equal', (one, other) => one === other],
  ['greater-than-or-equal', (one, other) => one >= other],
  ['greater-than', (one, other) => one > other],
  ['not-equal', (one, other) => one !== other],
];

function stringTests(make: Make, value: unknown): Expectation[] {
  const text = String(Array.isArray(value) ? value[0] : value);
  const any = (test: (one: string) => boolean) => (one: unknown) =>
    (Array.isArray(one) ? one : [one]).some((item) => test(String(item)));
  const exact = make(
    'string equal',
    { stringTest: 'equal', stringValue: text, stringWildcards: false },
    any((one) => one === text),
  );
  if (text.length < 3 || /[%_]/.test(text)) return [exact];
  const [head, tail] = [text.slice(0, -2), text.slice(1)];
  const wild = [
    make(
      'string by default',
      { stringValue: text },
      any((one) => one === text),
    ),
    make(
      'string begins',
      { stringTest: 'equal', stringValue: `${head}%` },
      any((one) => one.startsWith(head)),
    ),
    make(
      'string with one unknown',
      { stringTest: 'equal', stringValue: `_${tail}`, stringWildcards: true },
      any((one) => one.slice(1) === tail && one.length === text.length),
    ),
    make(
      'string that is no pattern',
      { stringTest: 'equal', stringValue: `${head}%`, stringWildcards: false },
      any((one) => one === `${head}%`),
    ),
  ];
  const not = make(
    'string not equal',
    { stringTest: 'not-equal', stringValue: text, stringWildcards: false },
    (one) => one !== text,
  );
  return Array.isArray(value) ? [exact, ...wild] : [exact, ...wild, not];
}

function dateTests(make: Make, at: number): Expectation[] {
  const exactly = { firstDateValue: at, lastDateValue: at };
  return [
    make('date exactly', exactly, (one) => one === at),
    make('date without its ends', { ...exactly, firstDateInclusive: false, lastDateInclusive: false }, () => false),
    make('date since', { firstDateValue: at }, (one) => (one as number) >= at),
    make('date after', { firstDateValue: at, firstDateInclusive: false }, (one) => (one as number) > at),
    make('date until', { lastDateValue: at, lastDateInclusive: true }, (one) => (one as number) <= at),
  ];
}

test('every searchable field is found by every test of its type', async () => {
  let searched = 0;
  await each(searches, async (operation) => {
    const { model } = collectionOf(operation.returns!);
    const some = await search(operation, [], { maxItems: objectsMax, sortByObjectID: true });
    // Objects that come while this test runs, and those of a large library beyond the first, stay outside.
    const within = hasId(model) ? [{ idTest: 'less-than-or-equal', idValue: some.at(-1)?.['ID'] ?? 0 }] : [];
    for (const [name, property] of Object.entries(propertiesOf(model))) {
      if (!property.search || property.search === 'ID' || isModel(typeOf(property).item)) continue;
      const value = some
        .map((object) => object[name])
        .find((one) => one !== undefined && one !== '' && !(Array.isArray(one) && one.length === 0));
      if (value === undefined) {
        searched += await searchAbsent(operation, name, property);
        continue;
      }
      for (const { what, criterion, isFound } of expectationsOf(name, property, value)) {
        const found = new Set((await search(operation, [criterion, ...within])).map(({ ID }) => ID));
        const having = some.filter((object) => object[name] !== undefined);
        const wrong = having.filter((object) => found.has(object['ID']) !== isFound(object[name]));
        assert.deepEqual(
          wrong.map((object) => [object['ID'], object[name]]).slice(0, 3),
          [],
          `${operation.id} ${name} ${what} ${JSON.stringify(criterion)}`,
        );
        searched += 1;
      }
    }
  });
  // Whether there are metrics yet is a matter of a second.
  assert.ok(searched > 300, `${searched} searches`);
});

const hasId = (model: string): boolean => 'ID' in propertiesOf(model);

/** A field that no object has a value for still takes its tests. */
async function searchAbsent(operation: Operation, fieldName: string, property: Property): Promise<number> {
  const [type] = property.search!.split('|');
  const options = property.enum ?? property.itemsEnum;
  const criteria: Record<string, Criterion> = {
    String: { stringTest: 'equal', stringValue: 'nowhere %' },
    Numeric: { numericTest: 'equal', numericValue: 4_711 },
    Choice: { choiceTest: 'equal', choiceValue: options?.[0] },
    Boolean: { booleanTest: true },
    Date: { firstDateValue: 4_102_444_800_000 },
  };
  if (type === 'Numeric' && options) return 0;
  await search(operation, [{ fieldName, ...criteria[type!] }]);
  await search(operation, [{ fieldName, nullTest: true }]);
  return 2;
}

test('ids are searched by six tests, and results come in their order', async () => {
  await each(searches, async (operation) => {
    if (!hasId(collectionOf(operation.returns!).model)) return;
    const all = (await search(operation, [], { sortByObjectID: true })).map(({ ID }) => ID as number);
    assert.deepEqual(
      all,
      [...all].sort((a, b) => a - b),
      operation.id,
    );
    if (all.length === 0) return;
    const middle = all[Math.floor(all.length / 2)]!;
    for (const [idTest, compare] of comparisons) {
      const found = (await search(operation, [{ idTest, idValue: middle }])).map(({ ID }) => ID as number);
      const expected = all.filter((id) => compare(id, middle));
      // New objects come at the end only.
      assert.deepEqual(found.slice(0, expected.length), expected, `${operation.id} ${idTest} ${middle}`);
    }
    const page = (await search(operation, [{ idTest: 'greater-than', idValue: 0 }], { maxItems: 2 })).map(
      ({ ID }) => ID,
    );
    assert.deepEqual(page, all.slice(0, 2), `${operation.id}: a page`);
  });
});

test('criteria are ANDed; a single one may stand without its list; numbers and truths may be text', async () => {
  const policies = searches.find(({ id }) => id === 'searchPolicies')!;
  const name = { fieldName: 'name', stringValue: 'search-Policy' };
  assert.equal((await search(policies, [name])).length, 1);
  assert.equal((await search(policies, [name, { fieldName: 'description', stringValue: 'made by%' }])).length, 1);
  assert.equal((await search(policies, [name, { fieldName: 'name', stringValue: 'other-Policy' }])).length, 0);
  const single = await api.call(
    'searchPolicies',
    {},
    { body: { searchCriteria: name, maxItems: '5', sortByObjectID: 'true' } },
  );
  assert.equal(itemsOf('searchPolicies', single).length, 1);
  const text = { searchCriteria: [{ idTest: 'equal', idValue: String(ids['policyID']) }] };
  assert.equal(itemsOf('searchPolicies', await api.call('searchPolicies', {}, { body: text })).length, 1);
});

test('special characters of a name are found as they are', async () => {
  for (const name of [
    '100% sure',
    'under_score',
    'back\\slash',
    "quote's",
    '日本語の名前',
    'a"b',
    '%',
    '_',
    '.*',
    '$1',
  ]) {
    const { ID } = await api.call('createDirectoryList', {}, { body: { name, items: ['/tmp/'] } });
    const body = {
      searchCriteria: [{ fieldName: 'name', stringTest: 'equal', stringValue: name, stringWildcards: false }],
    };
    const found = itemsOf('searchDirectoryLists', await api.call('searchDirectoryLists', {}, { body }));
    assert.deepEqual(
      found.map((one) => one['ID']),
      [ID],
      name,
    );
  }
});

test('nested fields of computers are searched with a slash', async () => {
  const computers = searches.find(({ id }) => id === 'searchComputers')!;
  for (const [name, property] of Object.entries(propertiesOf('Computer'))) {
    const { item } = typeOf(property);
    if (!isModel(item) || item === 'ComputerSettings') continue;
    for (const [inner, { search: type }] of Object.entries(propertiesOf(item)))
      if (type === 'String')
        await search(computers, [{ fieldName: `${name}/${inner}`, stringTest: 'equal', stringValue: 'nowhere' }]);
  }
});

test('an unknown field, a field in the wrong case, an unknown test and a value of the wrong kind are refused', async () => {
  const wrong: ApiObject[] = [
    { fieldName: 'nothing', stringTest: 'equal', stringValue: 'x' },
    { fieldName: 'Name', stringTest: 'equal', stringValue: 'x' },
    { fieldName: 'name', stringTest: 'like', stringValue: 'x' },
    { idTest: 'equal', idValue: 'many' },
    { fieldName: '__proto__', stringTest: 'equal', stringValue: 'x' },
    { fieldName: "name'; drop table x; --", stringTest: 'equal', stringValue: 'x' },
    { fieldName: 'name/description', stringTest: 'equal', stringValue: 'x' },
  ];
  for (const criterion of wrong)
    refusalOf(
      await api.ask('searchPolicies', {}, { body: { searchCriteria: [criterion] } }),
      400,
      JSON.stringify(criterion),
    );
  for (const body of [{ maxItems: -1 }, { maxItems: 'many' }, { searchCriteria: 'name' }, []])
    refusalOf(await api.ask('searchPolicies', {}, { body }), 400, JSON.stringify(body));
});
