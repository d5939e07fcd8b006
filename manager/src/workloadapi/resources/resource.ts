import { type ApiObject, propertiesOf, writeModel } from '@sakimori/contract/workload-security/index';
import { type ConfigurationEdit, type ConfigurationView, kindOf } from '../../configuration/index.ts';
import { badRequest, notFound } from '../http/api-fault.ts';
import type { Call } from '../http/call.ts';

/** What a kind adds to the usual six operations. */
export type Resource = {
  readonly kind: string;
  /** What is stored as the API shows it: defaults, derived properties. */
  readonly present?: (object: ApiObject, view: ConfigurationView) => ApiObject;
  /** Checks and completes what is about to be stored; `before` is absent for a new object. @throws ApiFault 400 */
  readonly complete?: (
    next: ApiObject,
    context: {
      readonly edit: ConfigurationEdit;
      readonly call: Call;
      readonly before: ApiObject | undefined;
      readonly given: ApiObject;
    },
  ) => ApiObject | Promise<ApiObject>;
  /** What follows in the same transaction once an object stands, new or changed. */
  readonly stored?: (
    id: number,
    context: { readonly edit: ConfigurationEdit; readonly call: Call; readonly given: ApiObject },
  ) => Promise<void>;
  /** @throws ApiFault 400 where it is still needed */
  readonly checkDelete?: (id: number, edit: ConfigurationEdit, call: Call) => Promise<void> | void;
  /** Whose objects it is part of: the path parameter and the stored property that hold the owner. `demand` throws where the caller may not. */
  readonly within?: {
    readonly parameter: string;
    readonly property: string;
    readonly demand: (call: Call, view: ConfigurationView, owner: number, deed: 'view' | 'edit') => void;
  };
};

const nameMax = 1000;

/** An object as it leaves: with what the kind adds, and only what the model declares. */
export function show(resource: Resource, object: ApiObject, view: ConfigurationView): ApiObject {
  return writeModel(resource.kind, resource.present?.(object, view) ?? object);
}

/** @throws ApiFault 404 */
export function findObject(view: ConfigurationView, kind: string, id: number): ApiObject {
  const object = view.get(kind, id);
  if (!object) throw notFound(kind, id);
  return object;
}

/** What is sent, laid over what is stored: null clears, 0 unassigns, absent leaves as it is, and what only we write is let be. */
export function merge(kind: string, before: ApiObject | undefined, given: ApiObject): ApiObject {
  const { readOnly } = kindOf(kind);
  const next: ApiObject = { ...before };
  for (const [name, value] of Object.entries(given)) {
    if (name === 'ID' || readOnly.includes(name)) continue;
    const isUnassigned = value === 0 && (propertiesOf(kind)[name]?.zeroUnassigns || name in kindOf(kind).references);
    if (value === null || isUnassigned) delete next[name];
    else next[name] = value;
  }
  // The shipped Japanese words belong to the shipped English ones.
  if (before && next['name'] !== before['name']) delete next['_nameJa'];
  if (before && next['description'] !== before['description']) delete next['_descriptionJa'];
  return next;
}

/** Required properties, length and uniqueness of the name, references. @throws ApiFault 400 */
export function checkObject(kind: string, next: ApiObject, id: number | undefined, view: ConfigurationView): void {
  const { required, nameProperty, uniqueName, references } = kindOf(kind);
  for (const property of required) {
    const value = next[property];
    if (value === undefined || (typeof value === 'string' && value.trim() === ''))
      throw badRequest(`${kind}: ${property} is required.`);
  }
  const name = next[nameProperty];
  if (typeof name === 'string' && kind !== 'Certificate' && name.length > nameMax)
    throw badRequest(`${kind}: ${nameProperty} is longer than ${nameMax} characters.`);
  if (uniqueName && view.list(kind).some((other) => other['ID'] !== id && other[nameProperty] === name))
    throw badRequest(`${kind}: an object with the name “${String(name)}” already exists.`);
  for (const [property, target] of Object.entries(references)) checkReference(view, next[property], target, property);
}

/** Numbers that an object can have. */
export const isId = (number: number): boolean => number >= 1 && number <= 2_147_483_647;

/** @throws ApiFault 400 where an id is given that no object has */
export function checkReference(view: ConfigurationView, id: unknown, kind: string, property: string): void {
  if (typeof id === 'number' && id !== 0 && !view.get(kind, id))
    throw badRequest(`${property}: there is no ${kind} with the ID ${id}.`);
}
