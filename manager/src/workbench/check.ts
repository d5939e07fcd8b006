import { Refusal, type RuleCheck, type RuleDraftText, type RuleFault } from '@sakimori/contract';
import { readSigma, SigmaFault } from '@sakimori/contract/sigma/read';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationView, readConfiguration, Scope } from '../configuration/index.ts';
import type { Platform } from '../platform/index.ts';
import {
  anatomyOf,
  type CompiledLogInspection,
  checkLogInspectionRule,
  compileIntegrityRule,
  compileIntrusionRule,
  compileLogInspection,
  IntegrityRuleFault,
  IntrusionFault,
  type IntrusionRuleObject,
  intrusionObjects,
  isSigma,
  LogInspectionFault,
  readRuleText,
} from '../policies/index.ts';
import { catastrophe, isCatastrophic } from './pattern-cost.ts';
import { ruleObject } from './rule-object.ts';
import { findSuricata, loadFaults } from './suricata.ts';

/** A number that no rule of an account has: drafts are compiled beside the account's rules. */
export const draftRuleId = 999_999_999;
const faultsMax = 100;

export type Drafted = {
  readonly draft: RuleDraftText;
  /** Its number, where an earlier version of it is in force. */
  readonly ruleId?: number | undefined;
};

/** Everything that is wrong in a text, with its place. Nothing of it runs where an engine could be led astray by it. */
export async function checkDraft(platform: Platform, accountId: string, drafted: Drafted): Promise<RuleCheck> {
  const view = await configurationOf(platform, accountId);
  const remarks: RuleCheck['remarks'] = [];
  const faults = await checks[drafted.draft.module](drafted, view, remarks);
  return { isSound: faults.length === 0, faults: faults.slice(0, faultsMax), remarks: remarks.slice(0, faultsMax) };
}

/** @throws Refusal `rule_faulty` */
export function demandSound({ faults }: RuleCheck): void {
  const [first] = faults;
  if (!first) return;
  const place = first.line === undefined || first.text.startsWith('Line ') ? '' : `line ${first.line}: `;
  throw new Refusal('rule_faulty', { count: faults.length, detail: `${place}${first.text}` });
}

export const configurationOf = (platform: Platform, accountId: string): Promise<ConfigurationView> =>
  platform.database.as(accountId, (tx) => readConfiguration(tx, accountId));

type Check = (drafted: Drafted, view: ConfigurationView, remarks: RuleCheck['remarks']) => Promise<RuleFault[]>;

const checks: Readonly<Record<RuleDraftText['module'], Check>> = {
  logInspection: async (drafted, view, remarks) => {
    const { draft } = drafted;
    return faultsOf(() => {
      checkLogInspectionRule(draftObject(draft));
      const costly = isSigma(draft.text) ? costlySigma(draft.text) : costlyPatterns(draft.text);
      if (costly.length > 0) return costly;
      const { leftOut, sigmaLeftOut } = compileBeside(drafted, view);
      for (const text of sigmaLeftOut) remarks.push({ code: 'left_out', detail: text.slice(0, 1000) });
      return leftOut.filter(({ ID }) => ID === draftRuleId).map(({ reason }) => ({ text: reason.slice(0, 1000) }));
    });
  },
  integrityMonitoring: async ({ draft }, _view, remarks) =>
    faultsOf(() => {
      const { rules, entities, unsupported } = compileIntegrityRule(draftObject(draft));
      for (const { what, reason } of unsupported)
        remarks.push({ code: 'unsupported', detail: `${what}: ${reason}`.slice(0, 1000) });
      return rules.length + entities.length > 0 ? [] : [{ text: 'Nothing of the rule can be watched on Linux.' }];
    }),
  intrusionPrevention: async ({ draft }, view, remarks) => {
    const line = ruleLineOf(draft.text);
    const own = faultsOf(() => {
      const found = costlyPcre(draft.text);
      compileIntrusion(draft, view);
      return found;
    }).map((fault) => ({ ...fault, line: fault.line ?? line }));
    if (own.length > 0) return own;
    const program = findSuricata();
    if (!program) {
      remarks.push({ code: 'engine_absent' });
      return [];
    }
    const faults = await loadFaults(program, compileIntrusion(draft, view));
    if (faults.length === 0) remarks.push({ code: 'engine_loaded' });
    return faults.map((fault) => ({ ...fault, line }));
  },
};

function faultsOf(look: () => RuleFault[]): RuleFault[] {
  try {
    return look();
  } catch (error) {
    if (
      !(error instanceof LogInspectionFault || error instanceof IntegrityRuleFault || error instanceof IntrusionFault)
    )
      throw error;
    const { line, column } = error as { line?: number | undefined; column?: number | undefined };
    return [
      {
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        text: error.message.slice(0, 1000),
      },
    ];
  }
}

const draftObject = (draft: RuleDraftText): ApiObject => ({ ...ruleObject(draft, 'full'), ID: draftRuleId });

const costlyPatterns = (text: string): RuleFault[] =>
  anatomyOf(text)
    .perl.filter(({ source }) => isCatastrophic(source))
    .map(({ element, place }) => ({ ...place, text: `<${element}>: ${catastrophe}.` }));

function costlySigma(text: string): RuleFault[] {
  try {
    readSigma(text, (source) => (isCatastrophic(source) ? { problem: catastrophe, at: 0 } : undefined));
    return [];
  } catch (error) {
    if (!(error instanceof SigmaFault)) throw error;
    return [{ ...error.place, text: error.problem }];
  }
}

function costlyPcre(text: string): RuleFault[] {
  const rule = ruleTextOf(text);
  if (rule === undefined) return [];
  return readRuleText(rule, 'The rule')
    .options.filter(
      ([name, option]) => name === 'pcre' && isCatastrophic(/\/(.*)\/[A-Za-z]*"?$/s.exec(option)?.[1] ?? ''),
    )
    .map(() => ({ text: `pcre: ${catastrophe}.` }));
}

/** Lines that are a rule and no remark. */
const ruleLines = (text: string): { readonly text: string; readonly line: number }[] =>
  text
    .split(/\r?\n/)
    .map((one, index) => ({ text: one.trim(), line: index + 1 }))
    .filter((one) => one.text !== '' && !one.text.startsWith('#'));

export const ruleTextOf = (text: string): string | undefined => {
  const lines = ruleLines(text);
  return lines.length === 1 ? lines[0]!.text : undefined;
};
/** A second rule stands where one was expected to be the only one. */
const ruleLineOf = (text: string): number => {
  const lines = ruleLines(text);
  return (lines[1] ?? lines[0])?.line ?? 1;
};

/** The draft as the engine reads it. @throws IntrusionFault */
export const compileIntrusion = (draft: RuleDraftText, view: ConfigurationView): string[] =>
  compileIntrusionRule(
    { ...ruleObject(draft, 'trial'), ID: draftRuleId } as IntrusionRuleObject,
    intrusionObjects(new Scope(view, [])),
  ).map(({ rule }) => rule);

/** The draft beside the rules that policies of the account have: they decide together which rule a line ends at. @throws LogInspectionFault */
export function compileBeside({ draft, ruleId }: Drafted, view: ConfigurationView): CompiledLogInspection {
  const ids = new Set(
    view.list('Policy').flatMap((policy) => {
      const module = policy['logInspection'] as { readonly ruleIDs?: readonly number[] } | undefined;
      return module?.ruleIDs ?? [];
    }),
  );
  const others = [...ids]
    .filter((id) => id !== ruleId)
    .map((id) => view.get('LogInspectionRule', id))
    .filter((rule) => rule !== undefined);
  return compileLogInspection([...others, draftObject(draft)]);
}
