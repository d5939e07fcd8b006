import { isModel, models, type Property, propertiesOf, typeOf } from './inventory.ts';
import { isSecretSetting, isSetting } from './settings.ts';

/** What a body says that its model does not allow; the message is a sentence for the client. */
export class ModelFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelFault';
  }
}

export type ApiObject = Record<string, unknown>;

/** Characters of one text: rules and certificates are the longest, and a body is at most 10 MB. */
const textMax = 4_000_000;
const settingMax = 100_000;
const itemsMax = 100_000;
const integerMax = Number.MAX_SAFE_INTEGER;

/**
 * Reads a body by its model, as leniently as real clients need it: a single value where a list is declared, numbers as text, `"True"` for true,
 * JSON booleans as setting values; unknown properties are let be (newer clients send some), null clears.
 * @returns the declared properties that were sent; null where a property is to be cleared
 * @throws ModelFault naming the property
 */
export function readModel(model: string, value: unknown, path = ''): ApiObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ModelFault(`${path || 'The body'} must be a JSON object.`);
  const { settings } = models[model] ?? {};
  if (settings) return readSettings(settings, value as ApiObject, path);
  const read: ApiObject = {};
  for (const [name, property] of Object.entries(propertiesOf(model))) {
    if (!Object.hasOwn(value, name)) continue;
    const given = (value as ApiObject)[name];
    read[name] = given === null || given === undefined ? null : readProperty(property, given, join(path, name));
  }
  return read;
}

function readSettings(scope: 'policy' | 'default' | 'system', value: ApiObject, path: string): ApiObject {
  const read: ApiObject = {};
  for (const [name, given] of Object.entries(value)) {
    // Newer clients know settings that this version of the API has not.
    if (isSetting(scope, name) && given !== null) read[name] = { value: readSetting(name, given, join(path, name)) };
  }
  return read;
}

/** `{"value": true}`, `{"value": "Yes"}` or the bare value; of a secret one nothing. @throws ModelFault */
export function readSetting(name: string, given: unknown, path: string): string {
  const value = readSettingValue(given, path);
  return isSecretSetting(name) ? '' : value;
}

function readSettingValue(given: unknown, path: string): string {
  const bare = typeof given === 'object' && given !== null && 'value' in given ? given.value : given;
  if (typeof bare !== 'string' && typeof bare !== 'boolean' && typeof bare !== 'number')
    throw new ModelFault(`${path} must be an object with a value.`);
  const text = String(bare);
  checkStorable(text, path);
  if (text.length > settingMax) throw new ModelFault(`${path} is longer than ${settingMax} characters.`);
  return text;
}

function readProperty(property: Property, given: unknown, path: string): unknown {
  const { item, isList } = typeOf(property);
  const options = property.itemsEnum ?? property.enum;
  if (!isList) return readValue(item, given, path, options);
  const items: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (items.length > itemsMax) throw new ModelFault(`${path} has more than ${itemsMax} items.`);
  return items.map((value, index) => readValue(item, value, `${path}[${index}]`, options));
}

function readValue(type: string, given: unknown, path: string, options: readonly string[] | undefined): unknown {
  if (isModel(type)) return readModel(type, given, path);
  if (type === 'bool') return readBoolean(given, path);
  if (type === 'int' || type === 'float') return readNumber(type, given, path);
  const text = typeof given === 'number' || typeof given === 'boolean' ? String(given) : given;
  if (typeof text !== 'string') throw new ModelFault(`${path} must be a string.`);
  if (text.length > textMax) throw new ModelFault(`${path} is longer than ${textMax} characters.`);
  checkStorable(text, path);
  if (options && !options.includes(text))
    throw new ModelFault(`${path} must be one of: ${options.slice(0, 60).join(', ')}.`);
  return text;
}

/** @throws ModelFault where it is neither true nor false */
export function readBoolean(given: unknown, path: string): boolean {
  if (typeof given === 'boolean') return given;
  const text = typeof given === 'string' ? given.toLowerCase() : given;
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new ModelFault(`${path} must be true or false.`);
}

function readNumber(type: 'int' | 'float', given: unknown, path: string): number {
  const number = typeof given === 'string' && /^\s*-?\d{1,20}(\.\d{1,20})?\s*$/.test(given) ? Number(given) : given;
  if (typeof number !== 'number' || !Number.isFinite(number) || Math.abs(number) > integerMax)
    throw new ModelFault(`${path} must be a number.`);
  if (type === 'int' && !Number.isInteger(number)) throw new ModelFault(`${path} must be a whole number.`);
  // Minus zero is zero.
  return number + 0;
}

/** U+0000 and half a surrogate pair are no text that can be kept. */
function checkStorable(text: string, path: string): void {
  if (text.includes('\0') || !text.isWellFormed())
    throw new ModelFault(`${path} holds a character that cannot be stored.`);
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Only what the model declares leaves, in the model's order; what is undefined or null is left out. */
export function writeModel(model: string, object: ApiObject): ApiObject {
  if (models[model]?.settings) return object;
  const written: ApiObject = {};
  for (const [name, nested, isList] of fieldsOf(model)) {
    const value = object[name];
    if (value === undefined || value === null) continue;
    if (nested === undefined) written[name] = value;
    else if (isList) written[name] = (value as ApiObject[]).map((entry) => writeModel(nested, entry));
    else written[name] = writeModel(nested, value as ApiObject);
  }
  return written;
}

type Field = readonly [name: string, nested: string | undefined, isList: boolean];
const fields = new Map<string, readonly Field[]>();

/** The properties of a model, with the models that stand in them; worked out once, since listings write tens of thousands of objects. */
function fieldsOf(model: string): readonly Field[] {
  const known = fields.get(model);
  if (known) return known;
  const made = Object.entries(propertiesOf(model)).map(([name, property]): Field => {
    const { item, isList } = typeOf(property);
    return [name, isModel(item) ? item : undefined, isList];
  });
  fields.set(model, made);
  return made;
}
