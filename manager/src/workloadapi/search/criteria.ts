import {
  type ApiObject,
  isModel,
  ModelFault,
  type Property,
  propertiesOf,
  readBoolean,
  readModel,
  typeOf,
} from '@sakimori/contract/workload-security/index';
import { badRequest } from '../http/api-fault.ts';
import { Effort } from './effort.ts';
import { likeness } from './match.ts';

export type Comparison =
  | 'less-than'
  | 'less-than-or-equal'
  | 'equal'
  | 'greater-than-or-equal'
  | 'greater-than'
  | 'not-equal';

/** One test of a search, checked against the model. All tests of a search must hold. */
export type Criterion =
  | { readonly test: 'id'; readonly comparison: Comparison; readonly value: number }
  | (Field & {
      readonly test: 'string';
      readonly negated: boolean;
      readonly value: string;
      readonly wildcards: boolean;
      readonly isLike: (text: string) => boolean;
    })
  | (Field & { readonly test: 'choice'; readonly negated: boolean; readonly value: string })
  | (Field & { readonly test: 'boolean'; readonly value: boolean })
  | (Field & { readonly test: 'numeric'; readonly comparison: Comparison; readonly value: number })
  | (Field & { readonly test: 'version'; readonly comparison: Comparison; readonly value: string })
  | (Field & { readonly test: 'null'; readonly isNull: boolean })
  | (Field & { readonly test: 'date'; readonly from: Bound | undefined; readonly to: Bound | undefined });
type Field = { readonly path: readonly string[]; readonly property: Property };
type Bound = { readonly value: number; readonly inclusive: boolean };

export type Search = {
  readonly maxItems: number;
  readonly criteria: readonly Criterion[];
};

const maxItemsDefault = 5000;
/** The API's own upper bound. */
const maxItemsMost = 5000;
const criteriaMax = 100;
const valueCharactersMax = 4000;

/**
 * Reads a search of objects of a model. Without a body, or with none of its criteria, everything is found.
 * @throws ApiFault 400 naming the field or test at fault
 */
export function readSearch(model: string, body: unknown): Search {
  const given = readModel('SearchFilter', lenientBooleans(body ?? {}));
  const maxItems = (given['maxItems'] as number | null | undefined) ?? maxItemsDefault;
  if (maxItems < 1) throw badRequest('maxItems must be 1 or more.');
  const criteria = (given['searchCriteria'] as ApiObject[] | null | undefined) ?? [];
  if (criteria.length > criteriaMax) throw badRequest(`A search has at most ${criteriaMax} criteria.`);
  const effort = new Effort();
  return {
    maxItems: Math.min(maxItems, maxItemsMost),
    criteria: criteria.map((criterion) => readCriterion(model, criterion, effort)),
  };
}

/** A published client sends `{"booleanTest": "equal", "booleanValue": true}`. */
function lenientBooleans(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { searchCriteria } = body as ApiObject;
  const list = Array.isArray(searchCriteria) ? searchCriteria : [searchCriteria];
  const fixed = list.map((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('booleanValue' in one)) return one;
    const { booleanTest, booleanValue, ...rest } = one as ApiObject;
    const value = readBoolean(booleanValue, 'booleanValue');
    return { ...rest, booleanTest: booleanTest === 'not-equal' ? !value : value };
  });
  return searchCriteria === undefined ? body : { ...body, searchCriteria: fixed };
}

function checkLengths(given: ApiObject): void {
  for (const name of ['fieldName', 'stringValue', 'choiceValue', 'versionValue'])
    if (String(given[name] ?? '').length > valueCharactersMax)
      throw badRequest(`${name} is longer than ${valueCharactersMax} characters.`);
}

function readCriterion(model: string, given: ApiObject, effort: Effort): Criterion {
  checkLengths(given);
  const has = (name: string) => given[name] !== undefined && given[name] !== null;
  if (has('idValue') || has('idTest')) return idCriterion(given);
  const field = fieldOf(model, given['fieldName']);
  const name = String(given['fieldName']);
  if (has('stringValue') || has('stringTest')) {
    if (!has('stringValue')) throw badRequest(`The test of ${name} needs a stringValue.`);
    const wildcards = (given['stringWildcards'] as boolean | undefined) ?? true;
    const value = given['stringValue'] as string;
    const isLike = likeness(value, wildcards, effort);
    return { ...field, test: 'string', negated: given['stringTest'] === 'not-equal', value, wildcards, isLike };
  }
  if (has('choiceValue') || has('choiceTest')) return choiceCriterion(field, name, given);
  if (has('numericValue') || has('numericTest')) {
    if (!has('numericValue')) throw badRequest(`The test of ${name} needs a numericValue.`);
    return {
      ...field,
      test: 'numeric',
      comparison: comparisonOf(given['numericTest']),
      value: given['numericValue'] as number,
    };
  }
  if (has('versionValue') || has('versionTest')) {
    if (!has('versionValue')) throw badRequest(`The test of ${name} needs a versionValue.`);
    return {
      ...field,
      test: 'version',
      comparison: comparisonOf(given['versionTest']),
      value: given['versionValue'] as string,
    };
  }
  if (has('firstDateValue') || has('lastDateValue')) return dateCriterion(field, given);
  if (has('nullTest')) return { ...field, test: 'null', isNull: given['nullTest'] as boolean };
  if (has('booleanTest')) return { ...field, test: 'boolean', value: given['booleanTest'] as boolean };
  if (field.property.search?.includes('Boolean')) return { ...field, test: 'boolean', value: true };
  throw badRequest(`The criterion on ${name} has no test.`);
}

function idCriterion(given: ApiObject): Criterion {
  if (typeof given['idValue'] !== 'number') throw badRequest('An idTest needs an idValue.');
  return { test: 'id', comparison: comparisonOf(given['idTest']), value: given['idValue'] };
}

function choiceCriterion(field: Field, name: string, given: ApiObject): Criterion {
  const value = given['choiceValue'];
  if (typeof value !== 'string') throw badRequest(`The test of ${name} needs a choiceValue.`);
  const options = field.property.enum ?? field.property.itemsEnum;
  if (options && !options.includes(value)) throw badRequest(`${name} has no choice ${value.slice(0, 100)}.`);
  return { ...field, test: 'choice', negated: given['choiceTest'] === 'not-equal', value };
}

function dateCriterion(field: Field, given: ApiObject): Criterion {
  const bound = (edge: 'first' | 'last'): Bound | undefined => {
    const value = given[`${edge}DateValue`];
    if (typeof value !== 'number') return undefined;
    return { value, inclusive: (given[`${edge}DateInclusive`] as boolean | undefined) ?? true };
  };
  return { ...field, test: 'date', from: bound('first'), to: bound('last') };
}

const comparisonOf = (value: unknown): Comparison => (value as Comparison | undefined) ?? 'equal';

/** `computerStatus/agentStatus`: a property, or one of a nested model. Names are case-sensitive. */
function fieldOf(model: string, name: unknown): Field {
  if (typeof name !== 'string' || name === '') throw badRequest('A search criterion needs a fieldName.');
  const path = name.split('/');
  let here = model;
  let property: Property | undefined;
  for (const [index, step] of path.entries()) {
    property = isModel(here) && Object.hasOwn(propertiesOf(here), step) ? propertiesOf(here)[step] : undefined;
    if (!property) throw badRequest(`${model} has no field ${name.slice(0, 100)} to search by.`);
    here = typeOf(property).item;
    if (index < path.length - 1 && !isModel(here))
      throw badRequest(`${model} has no field ${name.slice(0, 100)} to search by.`);
  }
  // Texts are searched by whoever tests for a whole nested object too: only its absence can be asked for then.
  return { path, property: property! };
}

export { ModelFault };
