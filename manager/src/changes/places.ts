import { isDeepStrictEqual } from 'node:util';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type AskedBy, type Asking, type Backend, BackendFault } from '../backends/index.ts';

/**
 * What a change can touch, each with the operations of the public API that read and write it. A field is a path in what is set **there itself**
 * (`intrusionPrevention.state`, `policySettings.<name>`), never in what is inherited; null is: nothing is set.
 */
export type Place =
  | LayerPlace
  | { readonly type: 'task'; readonly id: number; readonly name: string }
  | {
      readonly type: 'policyRule' | 'computerRule';
      readonly id: number;
      readonly rule: RuleType;
      readonly ruleId: number;
      readonly name: string;
    };

/** A policy or a computer: both set things above what they inherit. */
export type LayerPlace = { readonly type: 'policy' | 'computer'; readonly id: number; readonly name: string };

/** Rules that a policy or a computer may have otherwise than they are. */
export const ruleTypes = {
  IntegrityMonitoringRule: 'integrityMonitoringRuleID',
  IntrusionPreventionRule: 'intrusionPreventionRuleID',
} as const;
export type RuleType = keyof typeof ruleTypes;

/** The whole of what a rule is told otherwise is one field. */
export const wholeField = '*';
export type Json = unknown;
export type Field = {
  readonly path: string;
  readonly before: Json;
  readonly after: Json;
  /** Of a rule that is told otherwise: what held of these properties without that. */
  readonly inherited?: Readonly<Record<string, Json>>;
};
type Values = Readonly<Record<string, Json>>;
export type Way = { readonly backend: Backend; readonly by: AskedBy };

const ask = ({ backend, by }: Way, operation: string, asking: Asking): Promise<ApiObject> =>
  backend.perform(operation, by, asking);

const overrides = { overrides: 'true' };
const settingsOf = { policy: 'policySettings', computer: 'computerSettings' } as const;

/** What stands in the fields now. @throws BackendFault 404 where the place is gone */
export async function readFields(way: Way, place: Place, paths: readonly string[]): Promise<Values> {
  const object = await readPlace(way, place);
  return Object.fromEntries(paths.map((path) => [path, valueAt(object, path)]));
}

async function readPlace(way: Way, place: Place): Promise<ApiObject> {
  switch (place.type) {
    case 'policy':
      return ask(way, 'describePolicy', { params: { policyID: place.id }, query: overrides });
    case 'computer':
      return ask(way, 'describeComputer', { params: { computerID: place.id }, query: overrides });
    case 'task':
      return ask(way, 'describeScheduledTask', { params: { scheduledTaskID: place.id } });
    case 'policyRule':
    case 'computerRule': {
      const { ID: _, ...own } = await ask(way, `describe${ruleOn(place)}`, {
        params: ruleParams(place),
        query: overrides,
      });
      return own;
    }
  }
}

type RulePlace = Extract<Place, { rule: RuleType }>;
const ruleOn = ({ type, rule }: RulePlace): string => `${rule}On${type === 'policyRule' ? 'Policy' : 'Computer'}`;
const ruleParams = ({ type, id, rule, ruleId }: RulePlace) => ({
  [type === 'policyRule' ? 'policyID' : 'computerID']: id,
  [ruleTypes[rule]]: ruleId,
});

/** Lists of ids mean the same in any order. */
function valueAt(object: ApiObject, path: string): Json {
  if (path === wholeField) return Object.keys(object).length > 0 ? object : null;
  let value: unknown = object;
  for (const name of path.split('.')) value = (value as ApiObject | undefined)?.[name];
  if (path.startsWith('policySettings.') || path.startsWith('computerSettings.'))
    value = (value as ApiObject | undefined)?.['value'];
  if (value === undefined || value === null || value === 0) return null;
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return null;
  return value.every((item) => typeof item === 'number') ? [...value].sort((a, b) => a - b) : value;
}

/**
 * Writes fields of one place.
 * @param from what stands there, so that nothing is reset that need not be
 * @throws BackendFault
 */
export async function writeFields(way: Way, place: Place, values: Values, from: Values): Promise<void> {
  switch (place.type) {
    case 'policy':
      return writeLayer(way, 'Policy', { policyID: place.id }, settingsOf.policy, values);
    case 'computer':
      return writeLayer(way, 'Computer', { computerID: place.id }, settingsOf.computer, values);
    case 'task':
      await ask(way, 'modifyScheduledTask', { params: { scheduledTaskID: place.id }, body: values });
      return;
    case 'policyRule':
    case 'computerRule': {
      const params = ruleParams(place);
      const [own, stands] = [values[wholeField] as ApiObject | null, from[wholeField] as ApiObject | null];
      // What is not sent stays; only a reset takes a property away.
      const isLess = Object.keys(stands ?? {}).some((name) => !(name in (own ?? {})));
      if (isLess) await ask(way, `reset${ruleOn(place)}`, { params });
      if (own !== null) await ask(way, `modify${ruleOn(place)}`, { params, body: own });
    }
  }
}

async function writeLayer(
  way: Way,
  kind: 'Policy' | 'Computer',
  params: Readonly<Record<string, number>>,
  settings: string,
  values: Values,
): Promise<void> {
  const body: Record<string, Record<string, Json>> = {};
  const gone: string[] = [];
  for (const [path, value] of Object.entries(values)) {
    const [part, name] = split(path);
    if (part === settings && value === null) gone.push(name);
    else body[part] = { ...body[part], [name]: part === settings ? { value } : (value ?? absent(name)) };
  }
  if (Object.keys(body).length > 0) await ask(way, `modify${kind}`, { params, body });
  for (const name of gone) await ask(way, `reset${kind}Setting`, { params: { ...params, name } as never });
}

/** A setting's name may hold dots; the part before the first one is the module or the map of settings. */
function split(path: string): [part: string, name: string] {
  const at = path.indexOf('.');
  return [path.slice(0, at), path.slice(at + 1)];
}

/** How the API is told that nothing is set there. */
const absent = (name: string): Json => (name === 'state' ? 'inherited' : name === 'ruleIDs' ? [] : 0);

export const isSame = (a: Json, b: Json): boolean => isDeepStrictEqual(plain(a), plain(b));
/** As it is after a way through the database. */
const plain = (value: Json): Json => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

/** As of something that is not there any more. */
export const isGone = (error: unknown): boolean => error instanceof BackendFault && error.status === 404;
