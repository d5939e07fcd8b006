import {
  type ApiObject,
  collectionOf,
  isModel,
  models,
  type Operation,
  propertiesOf,
  typeOf,
} from '@sakimori/contract/workload-security/index';
import { RemoteFault } from './fault.ts';

const wrong = (what: string): RemoteFault =>
  new RemoteFault(
    502,
    `The tenant answered with something else than was asked for (${what}). Nothing of it was used.`,
    {
      problem: 'malformed',
    },
  );

/** The JSON of an answer. @throws RemoteFault 502 where it is none */
export function readJson(text: string): ApiObject {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('no JSON object');
  return value as ApiObject;
}

/**
 * Holds an answer to its operation's model as far as we rely on it: shapes, not values, since newer managers know more of them. An object that was
 * asked for by its number must carry that number: an answer about another one is none.
 * @returns what the model declares; the rest is dropped
 * @throws RemoteFault 502
 */
export function readAnswer(
  operation: Operation,
  params: Readonly<Record<string, string | number>>,
  text: string,
): ApiObject {
  if (operation.returns === null) return {};
  const read = shape(operation.returns, readJson(text), operation.returns, 0);
  const isListing = /^(list|search)/.test(operation.id) && !/settings$/i.test(operation.returns);
  if (isListing) return withUniqueIds(operation.returns, read);
  // `/policies/{policyID}`: the last parameter names what is answered.
  const last = /\{(\w+)\}$/.exec(operation.path)?.[1];
  const id = read['ID'];
  if (last && last !== 'name' && id !== undefined && String(id) !== String(params[last]))
    throw wrong(`ID ${String(id).slice(0, 20)} in place of ${String(params[last]).slice(0, 20)}`);
  return read;
}

function withUniqueIds(model: string, read: ApiObject): ApiObject {
  const { property, model: item } = collectionOf(model);
  // Numbers of rules are left out where there are none.
  if (!isModel(item) || !('ID' in propertiesOf(item))) return read;
  const items = read[property];
  if (!Array.isArray(items)) throw wrong(`no list ${property}`);
  const seen = new Set<unknown>();
  for (const { ID: id } of items as ApiObject[]) {
    if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw wrong(`${property} without an ID`);
    if (seen.has(id)) throw wrong(`ID ${id} twice`);
    seen.add(id);
  }
  return read;
}

const depthMax = 12;
const itemsMax = 100_000;

function shape(model: string, value: unknown, path: string, depth: number): ApiObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(`${path} is no object`);
  if (depth > depthMax) throw wrong(`${path} is too deep`);
  if (models[model]?.settings) return value as ApiObject;
  const read: ApiObject = {};
  for (const [name, property] of Object.entries(propertiesOf(model))) {
    const given = Object.hasOwn(value, name) ? (value as ApiObject)[name] : undefined;
    if (given === undefined || given === null) continue;
    const { item, isList } = typeOf(property);
    const place = `${path}.${name}`;
    if (!isList) read[name] = one(item, given, place, depth);
    else {
      if (!Array.isArray(given) || given.length > itemsMax) throw wrong(`${place} is no list`);
      read[name] = given.map((entry) => one(item, entry, place, depth));
    }
  }
  return read;
}

function one(type: string, given: unknown, place: string, depth: number): unknown {
  if (isModel(type) && !models[type]?.enum) return shape(type, given, place, depth + 1);
  const isFit =
    type === 'bool'
      ? typeof given === 'boolean'
      : type === 'int' || type === 'float'
        ? typeof given === 'number'
        : typeof given === 'string';
  if (!isFit) throw wrong(`${place} is no ${type}`);
  return given;
}
