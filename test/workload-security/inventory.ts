import { builtInSettings, models, propertiesOf, typeOf } from '@sakimori/contract/workload-security/index';

const faultsMax = 20;

/**
 * What the vendor's SDK would stumble over in an answer, and what it would let pass that is not in the model: types, enums, nested models, nulls,
 * properties that the model has not, and an `ID` that does not stand where old clients cut it out of the text.
 * @returns sentences, each with the path; empty for an answer by its model
 */
export function faultsOf(model: string, value: unknown): string[] {
  const faults: string[] = [];
  checkModel(model, value, model, faults);
  return faults.slice(0, faultsMax);
}

function checkModel(model: string, value: unknown, path: string, faults: string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push(`${path} is no object but ${show(value)}`);
    return;
  }
  const { settings } = models[model] ?? {};
  if (settings) checkSettings(settings, value as Record<string, unknown>, path, faults);
  else checkProperties(model, value as Record<string, unknown>, path, faults);
}

function checkProperties(model: string, value: Record<string, unknown>, path: string, faults: string[]): void {
  const properties = propertiesOf(model);
  for (const [name, one] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!property) faults.push(`${path}.${name} is not in the model`);
    else if (one === null) faults.push(`${path}.${name} is null`);
    else checkValue(property, one, `${path}.${name}`, faults);
  }
  // Clients cut the number out between `"ID":` and the next brace.
  const isLastOfModel = Object.keys(properties).at(-1) === 'ID';
  if (isLastOfModel && 'ID' in value && Object.keys(value).at(-1) !== 'ID') faults.push(`${path}: ID is not the last`);
}

function checkSettings(scope: keyof typeof builtInSettings, value: object, path: string, faults: string[]): void {
  for (const [name, setting] of Object.entries(value)) {
    // System settings may be more than this SDK's: on-premises clients ask for theirs.
    if (scope !== 'system' && !Object.hasOwn(builtInSettings[scope], name))
      faults.push(`${path}.${name} is no setting`);
    checkModel('SettingValue', setting, `${path}.${name}`, faults);
    if (typeof (setting as { value?: unknown })?.value !== 'string')
      faults.push(`${path}.${name} has no text as value`);
  }
}

type Checked = Parameters<typeof typeOf>[0];

function checkValue(property: Checked, value: unknown, path: string, faults: string[]): void {
  const { item, isList } = typeOf(property);
  const options = property.itemsEnum ?? property.enum;
  if (!isList) checkOne(item, value, path, options, faults);
  else if (!Array.isArray(value)) faults.push(`${path} is no list but ${show(value)}`);
  else for (const [index, one] of value.entries()) checkOne(item, one, `${path}[${index}]`, options, faults);
}

function checkOne(
  type: string,
  value: unknown,
  path: string,
  options: readonly string[] | undefined,
  faults: string[],
) {
  if (type in models) return checkModel(type, value, path, faults);
  const isRight =
    type === 'int'
      ? Number.isSafeInteger(value)
      : type === 'float'
        ? Number.isFinite(value)
        : type === 'bool'
          ? typeof value === 'boolean'
          : typeof value === 'string';
  if (!isRight) faults.push(`${path} is no ${type} but ${show(value)}`);
  else if (options && !options.includes(String(value)))
    faults.push(`${path} is ${show(value)}, none of ${options.join()}`);
}

const show = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80);
