import {
  type ChangeRuleModule,
  type ChangeWish,
  changeRuleModules,
  hasPhrase,
  moduleOfApi,
  phrase,
  Refusal,
} from '@sakimori/contract';
import { type ApiObject, isSetting, whyNotSet } from '@sakimori/contract/workload-security/index';
import { bySteps } from '../by-steps.ts';
import { aimsOf, itemsOf, type Judge, previewOf, reachedBy } from '../impact.ts';
import { checkModel, orNotFound, Unsupported, type Work } from '../kind.ts';
import { type Json, readFields } from '../places.ts';
import { compare, linesOf, type Names, type SetStep } from '../steps.ts';

type PolicyWish = Extract<ChangeWish, { kind: 'policy' }>;

const listOf: Readonly<Record<ChangeRuleModule, string>> = {
  firewall: 'listFirewallRules',
  intrusionPrevention: 'listIntrusionPreventionRules',
  integrityMonitoring: 'listIntegrityMonitoringRules',
  logInspection: 'listLogInspectionRules',
};

/** A policy's settings, the states of its modules, and the rules that are assigned to it (S54). */
export const policyChange = bySteps<PolicyWish>(async (work, wish) => {
  const { platform, way, accountId } = work;
  const { policyId } = wish;
  const policy = await orNotFound(
    'policy',
    way.backend.perform('describePolicy', way.by, { params: { policyID: policyId } }),
  );
  const name = String(policy['name']);
  const place = { type: 'policy', id: policyId, name } as const;
  await checkSupport(work, wish, policy);
  const rules = await rulesAsked(work, wish);
  const own = await readFields(
    way,
    place,
    Object.keys(rules).map((module) => `${module}.ruleIDs`),
  );
  const remarks: string[] = Object.keys(wish.settings ?? {}).length > 0 ? ['settingsUncounted'] : [];
  const wanted: Record<string, Json> = {};
  for (const [setting, value] of Object.entries(wish.settings ?? {})) wanted[`policySettings.${setting}`] = value;
  for (const [module, state] of Object.entries(wish.modules ?? {})) wanted[`${module}.state`] = state;
  for (const [module, { add = [], remove = [] }] of Object.entries(wish.rules ?? {})) {
    const before = (own[`${module}.ruleIDs`] as number[] | null) ?? [];
    const inForce = ((policy[module] as ApiObject | undefined)?.['ruleIDs'] as number[] | undefined) ?? [];
    if (remove.some((id) => inForce.includes(id) && !before.includes(id))) remarks.push('inheritedRules');
    const after = [...new Set([...before, ...add])].filter((id) => !remove.includes(id)).sort((a, b) => a - b);
    wanted[`${module}.ruleIDs`] = after.length > 0 ? after : null;
  }
  checkModel('Policy', bodyOf(wanted));
  const step = await compare(way, place, wanted);
  const steps = step ? [step] : [];
  const names: Names = (path, id) => rules[path.split('.')[0] as ChangeRuleModule]?.get(id);
  const reached = await reachedBy(platform, way, aimsOf(steps));
  const preview = await previewOf(platform, accountId, reached, judgeOf(policy, step, names), remarks);
  return { subject: `${phrase('ja', 'changeKind.policy')}：${name}`, steps, diff: linesOf(steps, names), preview };
});

/** As the API would be sent it, for its model to be checked. */
function bodyOf(wanted: Readonly<Record<string, Json>>): ApiObject {
  const body: Record<string, Record<string, Json>> = {};
  for (const [path, value] of Object.entries(wanted)) {
    if (value === null) continue;
    const at = path.indexOf('.');
    const [part, name] = [path.slice(0, at), path.slice(at + 1)];
    body[part] = { ...body[part], [name]: part === 'policySettings' ? { value } : value };
  }
  return body;
}

/** @throws Unsupported for what the product does not know, or this manager does not carry out (S25, S61) */
async function checkSupport({ way }: Work, wish: PolicyWish, policy: ApiObject): Promise<void> {
  const isOwn = way.backend.kind === 'own';
  const stands = (policy['policySettings'] ?? {}) as Readonly<Record<string, { value?: string }>>;
  for (const [setting, value] of Object.entries(wish.settings ?? {})) {
    if (!isSetting('policy', setting)) throw unsupported('change.unsupported.setting', { name: setting });
    const why = value === null || !isOwn ? undefined : whyNotSet(setting, value);
    if (why && hasPhrase(why) && stands[setting]?.value !== value)
      throw new Unsupported({
        ja: phrase('ja', 'change.unsupported.value', { name: setting, reason: phrase('ja', why) }),
        en: phrase('en', 'change.unsupported.value', { name: setting, reason: phrase('en', why) }),
      });
  }
  for (const [module, state] of Object.entries(wish.modules ?? {})) {
    if (state === null || state === 'off') continue;
    if (module === 'applicationControl') throw unsupported('change.unsupported.applicationControl', {});
    if (isOwn && !(module in moduleOfApi)) throw unsupported('change.unsupported.module', { name: module });
  }
}

type UnsupportedPhrase =
  | 'change.unsupported.setting'
  | 'change.unsupported.module'
  | 'change.unsupported.applicationControl';
const unsupported = (key: UnsupportedPhrase, facts: Readonly<Record<string, string>>): Unsupported =>
  new Unsupported({ ja: phrase('ja', key, facts as never), en: phrase('en', key, facts as never) });

/** Names of the rules of each module that is spoken of. @throws Refusal not_found for one that the backend has not */
async function rulesAsked(
  { way }: Work,
  wish: PolicyWish,
): Promise<Partial<Record<ChangeRuleModule, Map<number, string>>>> {
  const found: Partial<Record<ChangeRuleModule, Map<number, string>>> = {};
  for (const module of changeRuleModules) {
    const asked = wish.rules?.[module];
    if (!asked) continue;
    const answer = await way.backend.perform(listOf[module], way.by);
    const names = new Map(itemsOf(answer).map((rule) => [rule['ID'] as number, String(rule['name'])]));
    const unknown = [...(asked.add ?? []), ...(asked.remove ?? [])].find((id) => !names.has(id));
    if (unknown !== undefined) throw new Refusal('not_found', { what: 'rule' });
    found[module] = names;
  }
  return found;
}

/** A module that is turned off finds nothing, nor does a rule that is taken away; from prevent to detect attacks pass. */
function judgeOf(policy: ApiObject, step: SetStep | undefined, names: Names): Judge {
  const off = new Set<string>();
  const gone = new Map<string, Set<string>>();
  let turned: 'passes' | 'blocks' | undefined;
  for (const { path, before, after } of step?.fields ?? []) {
    const [module, part] = path.split('.') as [keyof typeof moduleOfApi, string];
    const engine = moduleOfApi[module];
    if (!engine) continue;
    if (part === 'state') {
      const was = (policy[module] as ApiObject | undefined)?.['state'];
      if (after === 'off' && was !== 'off') off.add(engine);
      else if (module === 'intrusionPrevention' && after === 'detect' && was === 'prevent') turned = 'passes';
      else if (module === 'intrusionPrevention' && after === 'prevent' && was === 'detect') turned = 'blocks';
    }
    if (part === 'ruleIDs') {
      const has = (after as number[] | null) ?? [];
      const lost = ((before as number[] | null) ?? []).filter((id) => !has.includes(id));
      gone.set(engine, new Set(lost.flatMap((id) => names(path, id) ?? [])));
    }
  }
  return ({ module, name, isDenied }) => {
    if (off.has(module) || gone.get(module)?.has(name)) return 'suppressed';
    if (module !== 'intrusion' || !turned) return undefined;
    return (turned === 'passes') === isDenied ? turned : undefined;
  };
}
