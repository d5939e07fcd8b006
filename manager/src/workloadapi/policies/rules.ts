import { type ApiObject, operations, readModel, writeModel } from '@sakimori/contract/workload-security/index';
import {
  type ConfigurationView,
  collectionOfKind,
  kindOf,
  type Layer,
  type RuleModule,
  ruleModules,
} from '../../configuration/index.ts';
import { checkRule } from '../../policies/index.ts';
import { notFound } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { checkPorts } from '../resources/object-checks.ts';
import { checkReference } from '../resources/resource.ts';
import { presentObject } from '../resources/resources.ts';
import { checkRuleIds } from './layer.ts';
import { applicationTypesOf } from './present-policy.ts';
import { recommendedOn } from './recommended.ts';
import { demandOn, findTarget, type Target, targetAgain, writeLayer } from './target.ts';

const modulesByPath: Readonly<Record<string, RuleModule>> = {
  firewall: 'firewall',
  intrusionprevention: 'intrusionPrevention',
  integritymonitoring: 'integrityMonitoring',
  loginspection: 'logInspection',
};
const shape = /^\/(?:policies|computers)\/\{\w+\}\/(\w+)\/(assignments|rules|applicationtypes)(?:\/\{(\w+)\})?$/;

/** Assignments, and rules and application types that are set differently, on policies and computers: 68 operations from one pattern of their paths. */
export function ruleHandlers(): [string, Handler][] {
  return operations.flatMap(({ id, method, path }): [string, Handler][] => {
    const match = shape.exec(path);
    const module = match && modulesByPath[match[1]!];
    if (!module) return [];
    const [, , part, parameter] = match;
    if (part === 'assignments') return [[id, (call) => assignments(call, module, method, parameter)]];
    const kind = part === 'rules' ? ruleModules[module] : 'ApplicationType';
    if (!parameter) return [[id, (call) => listDetails(call, module, kind)]];
    if (method === 'GET') return [[id, (call) => describeDetail(call, kind, parameter)]];
    return [[id, (call) => changeDetail(call, kind, parameter, method === 'POST')]];
  });
}

/** `POST` adds, `PUT` replaces, `DELETE` takes one away; all answer with what is assigned then. */
async function assignments(
  call: Call,
  module: RuleModule,
  method: string,
  parameter: string | undefined,
): Promise<ApiObject> {
  const { overrides } = call;
  const kind = ruleModules[module];
  if (method === 'GET')
    return call.read(async (view, tx) => {
      const target = await findTarget(call, view, tx);
      demandOn(call, target, 'view');
      return assigned(target, module, overrides, await recommendedOn(tx, view, target, call.platform.clock));
    });
  const given = method === 'DELETE' || call.body === undefined ? {} : readModel('RuleIDs', call.body);
  return call.change(async (edit) => {
    const target = await findTarget(call, edit, edit.tx);
    demandOn(call, target, 'edit');
    const own = (target.layer[module] ?? {}) as ApiObject;
    const before = (own['ruleIDs'] as number[] | undefined) ?? [];
    const ids = (given['ruleIDs'] as number[] | null | undefined) ?? [];
    const gone = method === 'DELETE' ? existing(edit, kind, call.id(parameter!)) : undefined;
    const next =
      gone !== undefined
        ? before.filter((id) => id !== gone)
        : checkRuleIds(kind, method === 'POST' ? [...before.filter((id) => edit.get(kind, id)), ...ids] : ids, edit);
    const { ruleIDs: _, ...rest } = own;
    await writeLayer(edit, target, { ...target.layer, [module]: next.length > 0 ? { ...rest, ruleIDs: next } : rest });
    const after = await targetAgain(call, edit);
    return assigned(after, module, overrides, await recommendedOn(edit.tx, edit, after, call.platform.clock));
  });
}

function existing(view: ConfigurationView, kind: string, id: number): number {
  if (!view.get(kind, id)) throw notFound(kind, id);
  return id;
}

function assigned(
  target: Target,
  module: RuleModule,
  overrides: boolean,
  recommendations: Readonly<Record<string, ApiObject>>,
): ApiObject {
  const ids = overrides
    ? ((target.scope.ownModule(module)['ruleIDs'] as number[] | undefined) ?? [])
    : target.scope.ruleIds(module);
  const answer: ApiObject = { assignedRuleIDs: ids };
  if (module === 'intrusionPrevention') answer['assignedApplicationTypeIDs'] = applicationTypesOf(target.scope, ids);
  if (module !== 'firewall') Object.assign(answer, recommendations[module]);
  return answer;
}

/** Only what is set here: the properties and the id. */
function presentDetail(
  target: Target,
  view: ConfigurationView,
  kind: string,
  id: number,
  overrides: boolean,
): ApiObject {
  if (overrides) return writeModel(kind, { ...target.layer._rules?.[kind]?.[id], ID: id });
  return presentObject(kind, target.scope.object(kind, id)!, view);
}

function listDetails(call: Call, module: RuleModule, kind: string): Promise<ApiObject> {
  const { overrides } = call;
  return call.read(async (view, tx) => {
    const target = await findTarget(call, view, tx);
    demandOn(call, target, 'view');
    const rules = target.scope.ruleIds(module);
    const ids = kind === 'ApplicationType' ? applicationTypesOf(target.scope, rules) : rules;
    return { [collectionOfKind(kind)]: ids.map((id) => presentDetail(target, view, kind, id, overrides)) };
  });
}

function describeDetail(call: Call, kind: string, parameter: string): Promise<ApiObject> {
  const { overrides } = call;
  return call.read(async (view, tx) => {
    const target = await findTarget(call, view, tx);
    demandOn(call, target, 'view');
    return presentDetail(target, view, kind, existing(view, kind, call.id(parameter)), overrides);
  });
}

/** `POST` sets properties here only; `DELETE` drops all that are set here. Both answer with the rule. */
async function changeDetail(call: Call, kind: string, parameter: string, isModify: boolean): Promise<ApiObject> {
  const { overrides } = call;
  const given = isModify && call.body !== undefined ? readModel(kind, call.body) : {};
  return call.change(async (edit) => {
    const target = await findTarget(call, edit, edit.tx);
    demandOn(call, target, 'edit');
    const id = existing(edit, kind, call.id(parameter));
    checkOverrides(kind, given, edit);
    const before = target.layer._rules?.[kind]?.[id];
    await writeLayer(
      edit,
      target,
      withDetail(target.layer, kind, id, isModify ? { ...before, ...writable(kind, given) } : undefined),
    );
    const after = await targetAgain(call, edit);
    // Also where it is assigned nowhere yet: whoever assigns it later could not know what is wrong.
    checkRule(kind, after.scope.object(kind, id)!, edit);
    return presentDetail(after, edit, kind, id, overrides);
  });
}

/** @throws ApiFault 400 where a property names an object that is not there, or ports that are none */
function checkOverrides(kind: string, given: ApiObject, view: ConfigurationView): void {
  for (const [property, target] of Object.entries(kindOf(kind).references))
    checkReference(view, given[property], target, property);
  if (kind === 'ApplicationType') checkPorts(given);
}

function writable(kind: string, given: ApiObject): ApiObject {
  const { readOnly, nameProperty } = kindOf(kind);
  const never = [...readOnly, nameProperty, 'description', 'template', 'ID'];
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== null && !never.includes(name)));
}

function withDetail(layer: Layer, kind: string, id: number, properties: ApiObject | undefined): Layer {
  const { [id]: _, ...others } = layer._rules?.[kind] ?? {};
  const ofKind = properties && Object.keys(properties).length > 0 ? { ...others, [id]: properties } : others;
  const rules = { ...layer._rules, [kind]: ofKind };
  const kept = Object.fromEntries(Object.entries(rules).filter(([, entries]) => Object.keys(entries).length > 0));
  const { _rules: __, ...rest } = layer;
  return (Object.keys(kept).length > 0 ? { ...rest, _rules: kept } : rest) as Layer;
}
