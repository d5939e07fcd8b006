import { isDeepStrictEqual } from 'node:util';
import {
  type CommunityRulesSetting,
  type EntityRule,
  type IntegrityRule,
  type LogInspectionPolicy,
  type PolicyDocument,
  Refusal,
} from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationEdit, type Layer, scopeOf } from '../configuration/index.ts';
import { type CompileOptions, compileDocument } from './compile/document.ts';
import { compileIntegrityRule } from './compile/integrity.ts';
import { describeEntityRule, describeIntegrityRule } from './compile/integrity-describe.ts';
import { isSigmaRule } from './compile/loginspection-custom.ts';
import { filesOf } from './compile/loginspection-files.ts';

/**
 * Writes a policy document, as the console and the command line have it, back into the configuration that it is compiled from: rules that we
 * ship or that the account has are assigned, others become rules of the account. What comes out again equals what was given.
 * @throws Refusal `malformed` for what a document cannot say
 */
export async function importDocument(
  edit: ConfigurationEdit,
  policyId: number,
  document: PolicyDocument,
  options: CompileOptions,
): Promise<void> {
  const current = compileDocument(scopeOf(edit, policyId), options);
  const policy = edit.get('Policy', policyId)!;
  const layer = Object.assign({}, policy) as Record<string, unknown> & Layer;
  const settings: Record<string, { value: string }> = { ...layer.settings };
  if (document.heartbeatSeconds !== current.heartbeatSeconds)
    settings['platformSettingHeartbeatInterval'] = { value: `${document.heartbeatSeconds} Seconds` };
  importStates(layer, document.modules, current.modules);
  await importIntegrity(edit, policyId, layer, document.modules.integrity, current.modules.integrity);
  await importLogInspection(
    edit,
    policyId,
    layer,
    settings,
    document.modules.loginspection,
    current.modules.loginspection,
  );
  const written = ((policy['_written'] as number | undefined) ?? 0) + 1;
  edit.put('Policy', policyId, {
    ...layer,
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
    _written: written,
  });
}

type Draft = Record<string, unknown>;
const setIn = (layer: Draft, module: string, change: ApiObject): void => {
  layer[module] = { ...((layer[module] ?? {}) as ApiObject), ...change };
};

const apiModules = {
  antimalware: 'antiMalware',
  webreputation: 'webReputation',
  firewall: 'firewall',
  intrusion: 'intrusionPrevention',
} as const;

/** Of these modules a document says whether they are on; their rules and scans are changed where they are kept. */
function importStates(layer: Draft, given: PolicyDocument['modules'], current: PolicyDocument['modules']): void {
  const { communityRules, ...intrusion } = given.intrusion as PolicyDocument['modules']['intrusion'] & WithCommunity;
  const { communityRules: before, ...intrusionNow } = current.intrusion as typeof intrusion & WithCommunity;
  const isLeft = communityRules === undefined && (saysOnly(intrusion) || before === undefined);
  if (!isLeft && !isDeepStrictEqual(communityRules ?? undefined, before))
    layer['_intrusion'] = { ...(layer['_intrusion'] as ApiObject | undefined), communityRules: communityRules ?? null };
  const [wantedModules, standingModules] = [
    { ...given, intrusion },
    { ...current, intrusion: intrusionNow },
  ];
  for (const [module, name] of Object.entries(apiModules) as [keyof typeof apiModules, string][]) {
    const [wanted, stands] = [wantedModules[module], standingModules[module]];
    if (isDeepStrictEqual(wanted, stands)) continue;
    // “On” says nothing new of a module that prevents or detects already.
    if (saysOnly(wanted) && wanted.state === 'on' && stands.state !== 'off') continue;
    const isStateOnly = saysOnly(wanted) || isDeepStrictEqual({ ...wanted, state: stands.state }, stands);
    if (!isStateOnly)
      throw new Refusal('malformed', {
        detail: `modules.${module}: a document can switch this module; its rules and settings are changed by the Workload Security API`,
      });
    setIn(layer, name, { state: wanted.state === 'on' && module === 'intrusion' ? 'prevent' : wanted.state });
  }
}

type WithCommunity = { readonly communityRules?: CommunityRulesSetting | null };

/** A document that only switches: besides the state nothing, or nothing in it. */
const saysOnly = (module: object): boolean =>
  Object.entries(module).every(([name, value]) => name === 'state' || (Array.isArray(value) && value.length === 0));

async function importIntegrity(
  edit: ConfigurationEdit,
  policyId: number,
  layer: Draft,
  given: PolicyDocument['modules']['integrity'],
  current: PolicyDocument['modules']['integrity'],
): Promise<void> {
  if (isDeepStrictEqual(given, current)) return;
  const state = given.state === 'off' ? 'off' : given.realTime ? 'real-time' : 'on';
  const { scanEverySeconds, hashBytesMax, profile, cpuPercentMax, includeMounts } = given;
  layer['_integrity'] = {
    ...{ scanEverySeconds, hashBytesMax },
    ...(profile ? { profile } : {}),
    ...(cpuPercentMax ? { cpuPercentMax } : {}),
    ...(includeMounts ? { includeMounts } : {}),
  };
  if (!isDeepStrictEqual(given.exclusions ?? [], current.exclusions ?? []))
    throw new Refusal('malformed', {
      detail: 'modules.integrity.exclusions: exclusions have a reason and an end, and are made by themselves',
    });
  if (!isDeepStrictEqual(given.environment, current.environment))
    throw new Refusal('malformed', {
      detail: 'modules.integrity.environment: it is the setting platformSettingEnvironmentVariableOverrides',
    });
  const rulesOf = ({ rules, entities = [] }: typeof given): AnyRule[] => [...rules, ...entities];
  const ids = isDeepStrictEqual(rulesOf(given), rulesOf(current))
    ? {}
    : { ruleIDs: await integrityRuleIds(edit, policyId, rulesOf(given)) };
  setIn(layer, 'integrityMonitoring', { state, ...ids });
}

type AnyRule = IntegrityRule | EntityRule;

async function integrityRuleIds(
  edit: ConfigurationEdit,
  policyId: number,
  rules: readonly AnyRule[],
): Promise<number[]> {
  const ids: number[] = [];
  for (const [key, group] of Map.groupBy(rules, (rule) => rule.id)) {
    const known = edit.list('IntegrityMonitoringRule').filter((object) => keyOf(object) === key);
    const same = known.find((object) => isDeepStrictEqual(compiledOrNone(object), group));
    if (same) ids.push(same['ID'] as number);
    else ids.push(...(await ownRules(edit, policyId, key, group)));
  }
  return [...new Set(ids)].sort((a, b) => a - b);
}

const keyOf = (object: ApiObject): unknown =>
  object['_key'] ?? object['identifier'] ?? `integrity.${String(object['ID'])}`;

function compiledOrNone(object: ApiObject): readonly AnyRule[] {
  try {
    const { rules, entities } = compileIntegrityRule(object);
    return [...rules, ...entities];
  } catch {
    return [];
  }
}

/** Rules that the policy's document alone has; the next version of them replaces the one before. */
async function ownRules(
  edit: ConfigurationEdit,
  policyId: number,
  key: string,
  rules: readonly AnyRule[],
): Promise<number[]> {
  const mine = edit
    .list('IntegrityMonitoringRule')
    .filter((object) => object['_policyID'] === policyId && object['_key'] === key)
    .map((object) => object['ID'] as number);
  const ids: number[] = [];
  for (const [index, rule] of rules.entries()) {
    const object = {
      ...('entity' in rule ? describeEntityRule(rule) : describeIntegrityRule(rule)),
      _policyID: policyId,
    };
    const id = mine[index];
    if (id === undefined) ids.push(await edit.insert('IntegrityMonitoringRule', object));
    else {
      edit.put('IntegrityMonitoringRule', id, object);
      ids.push(id);
    }
  }
  return ids;
}

async function importLogInspection(
  edit: ConfigurationEdit,
  policyId: number,
  layer: Draft,
  settings: Record<string, { value: string }>,
  given: LogInspectionPolicy,
  current: LogInspectionPolicy,
): Promise<void> {
  if (isDeepStrictEqual(given, current)) return;
  if (!isDeepStrictEqual(given.sigma, current.sigma))
    throw new Refusal('malformed', {
      detail:
        'modules.loginspection.sigma: Sigma rules are uploaded as rules and assigned; a document cannot change them',
    });
  if (given.recordLevel !== current.recordLevel)
    settings['logInspectionSettingSeverityClippingAgentEventStoreLevelMin'] = { value: `Level (${given.recordLevel})` };
  const { sources, journal = 'never', ruleNamesJa } = given;
  layer['_logInspection'] = { sources, journal, ruleNamesJa: ruleNamesJa ?? {} };
  const hasFiles =
    isDeepStrictEqual(given.decoderFiles, current.decoderFiles) &&
    isDeepStrictEqual(given.ruleFiles, current.ruleFiles);
  const ids = hasFiles ? {} : { ruleIDs: await logInspectionRuleIds(edit, policyId, given) };
  setIn(layer, 'logInspection', { state: given.state, ...ids });
}

type Files = Pick<LogInspectionPolicy, 'decoderFiles' | 'ruleFiles'>;

/** Shipped rules whose files are all there, word for word; what is left becomes one rule of the account. */
async function logInspectionRuleIds(edit: ConfigurationEdit, policyId: number, given: Files): Promise<number[]> {
  // Sigma rules have no files: those that are assigned stay.
  const policy = edit.get('Policy', policyId) as { logInspection?: { ruleIDs?: number[] } } | undefined;
  const ids = (policy?.logInspection?.ruleIDs ?? []).filter((id) => {
    const rule = edit.get('LogInspectionRule', id);
    return rule !== undefined && isSigmaRule(rule);
  });
  let rest: Files = given;
  for (const object of edit.list('LogInspectionRule')) {
    const files = filesOf(object);
    if (!files || files.ruleFiles.length === 0 || !holds(given.ruleFiles, files.ruleFiles)) continue;
    if (!holds(given.decoderFiles, files.decoderFiles)) continue;
    ids.push(object['ID'] as number);
    rest = {
      decoderFiles: without(rest.decoderFiles, files.decoderFiles),
      ruleFiles: without(rest.ruleFiles, files.ruleFiles),
    };
  }
  if (rest.decoderFiles.length === 0 && rest.ruleFiles.length === 0) return ids;
  const mine = edit.list('LogInspectionRule').find((object) => object['_policyID'] === policyId);
  const name = `${String(edit.get('Policy', policyId)?.['name'])}: rule files`;
  const object = {
    name,
    template: 'custom',
    _policyID: policyId,
    _decoderFiles: rest.decoderFiles,
    _ruleFiles: rest.ruleFiles,
  };
  if (!mine) return [...ids, await edit.insert('LogInspectionRule', object)];
  edit.put('LogInspectionRule', mine['ID'] as number, object);
  return [...ids, mine['ID'] as number];
}

type File = { readonly name: string; readonly xml: string };
const isSame = (a: File) => (b: File) => a.name === b.name && a.xml === b.xml;
const holds = (all: readonly File[], some: readonly File[]): boolean => some.every((file) => all.some(isSame(file)));
const without = (all: readonly File[], some: readonly File[]): File[] => all.filter((file) => !some.some(isSame(file)));
