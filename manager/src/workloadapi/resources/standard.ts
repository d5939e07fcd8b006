import { type ApiObject, groups, readModel } from '@sakimori/contract/workload-security/index';
import { type ConfigurationEdit, type ConfigurationView, collectionOfKind } from '../../configuration/index.ts';
import { badRequest, notFound } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { readSearch } from '../search/criteria.ts';
import { searchObjects } from '../search/match.ts';
import { checkObject, findObject, merge, type Resource, show } from './resource.ts';
import { checkRoom, checkSize } from './sizes.ts';
import { checkUnused } from './usage-of.ts';

/**
 * The usual six operations of a group, by the shape of their paths: `POST /x` creates, `GET /x` lists, `GET /x/{id}` describes, `POST /x/{id}`
 * modifies, `DELETE /x/{id}` deletes, `POST /x/search` searches. What the inventory does not have of them is not served.
 */
export function standardHandlers(group: string, resource: Resource): [string, Handler][] {
  const operations = groups[group] ?? [];
  const base = operations.find(({ id }) => id.startsWith('list'))!.path;
  return operations.map(({ id, method, path }): [string, Handler] => {
    const rest = path.slice(base.length);
    const parameter = /^\/\{(\w+)\}$/.exec(rest)?.[1];
    if (rest === '') return [id, (call) => (method === 'POST' ? create(resource, call) : list(resource, call))];
    if (rest === '/search') return [id, (call) => search(resource, call)];
    if (!parameter) throw new Error(`${id} is none of the usual six.`);
    if (method === 'GET') return [id, (call) => describe(resource, call, parameter)];
    if (method === 'POST') return [id, (call) => modify(resource, call, parameter)];
    return [id, (call) => remove(resource, call, parameter)];
  });
}

const wrap = (kind: string, objects: ApiObject[]): ApiObject => ({ [collectionOfKind(kind)]: objects });

/** The objects that belong to the owner in the path, or all. @throws ApiFault 404 where the owner is not there */
function objectsOf(resource: Resource, view: ConfigurationView, call: Call): readonly ApiObject[] {
  const { within, kind } = resource;
  if (!within) return view.list(kind);
  const owner = ownerOf(resource, view, call, 'view');
  return view.list(kind).filter((object) => object[within.property] === owner);
}

type Within = 'view' | 'edit';

function ownerOf({ within }: Resource, view: ConfigurationView, call: Call, deed: Within): number | undefined {
  if (!within) return undefined;
  const id = call.id(within.parameter);
  within.demand(call, view, id, deed);
  return id;
}

/** @throws ApiFault 404 where it is not there, or belongs to another owner */
function findIn(
  resource: Resource,
  view: ConfigurationView,
  call: Call,
  parameter: string,
  deed: Within = 'edit',
): ApiObject {
  const owner = ownerOf(resource, view, call, deed);
  const object = findObject(view, resource.kind, call.id(parameter));
  if (resource.within && object[resource.within.property] !== owner) throw notFound(resource.kind, call.id(parameter));
  return object;
}

function list(resource: Resource, call: Call): Promise<ApiObject> {
  call.demand(resource.kind, 'view');
  return call.read(async (view) => {
    const objects = objectsOf(resource, view, call);
    return wrap(
      resource.kind,
      objects.map((object) => show(resource, object, view)),
    );
  });
}

function search(resource: Resource, call: Call): Promise<ApiObject> {
  call.demand(resource.kind, 'view');
  const wanted = readSearch(resource.kind, call.body);
  return call.read(async (view) => {
    const objects = objectsOf(resource, view, call).map((object) => show(resource, object, view));
    return wrap(resource.kind, searchObjects(objects, wanted));
  });
}

function describe(resource: Resource, call: Call, parameter: string): Promise<ApiObject> {
  call.demand(resource.kind, 'view');
  return call.read(async (view) => show(resource, findIn(resource, view, call, parameter, 'view'), view));
}

async function create(resource: Resource, call: Call): Promise<ApiObject> {
  call.demand(resource.kind, 'create');
  const given = readBody(resource.kind, call);
  return call.change(async (edit) => {
    const { within, kind } = resource;
    const owner = within ? { [within.property]: ownerOf(resource, edit, call, 'edit') } : {};
    checkRoom(kind, edit);
    const next = { ...merge(kind, undefined, given), ...owner };
    checkObject(kind, next, undefined, edit);
    const completed = await completeWith(resource, next, { edit, call, before: undefined, given });
    const id = await edit.insert(kind, completed);
    await resource.stored?.(id, { edit, call, given });
    return show(resource, findObject(edit, kind, id), edit);
  });
}

async function modify(resource: Resource, call: Call, parameter: string): Promise<ApiObject> {
  call.demand(resource.kind, 'edit');
  const given = call.body === undefined ? {} : readBody(resource.kind, call);
  return call.change(async (edit) => {
    const before = findIn(resource, edit, call, parameter);
    const id = call.id(parameter);
    const next = merge(resource.kind, before, given);
    checkObject(resource.kind, next, id, edit);
    edit.put(resource.kind, id, await completeWith(resource, next, { edit, call, before, given }));
    await resource.stored?.(id, { edit, call, given });
    return show(resource, findObject(edit, resource.kind, id), edit);
  });
}

async function remove(resource: Resource, call: Call, parameter: string): Promise<undefined> {
  call.demand(resource.kind, 'delete');
  await call.change(async (edit) => {
    findIn(resource, edit, call, parameter);
    const id = call.id(parameter);
    await resource.checkDelete?.(id, edit, call);
    checkUnused(resource.kind, id, edit);
    edit.remove(resource.kind, id);
  });
  return undefined;
}

async function completeWith(
  resource: Resource,
  next: ApiObject,
  context: { edit: ConfigurationEdit; call: Call; before: ApiObject | undefined; given: ApiObject },
): Promise<ApiObject> {
  checkSize(resource.kind, next);
  return resource.complete ? await resource.complete(next, context) : next;
}

/** @throws ApiFault 400 without a body */
export function readBody(model: string, call: Call): ApiObject {
  if (call.body === undefined) throw badRequest(`A ${model} is needed as the body.`);
  return readModel(model, call.body);
}
