import type { LogInspectionPolicy } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { readBasicRule } from './loginspection-basic.ts';
import { readCustomRule } from './loginspection-custom.ts';
import { LogInspectionFault } from './loginspection-fault.ts';
import {
  definedIn,
  type LibraryRule,
  type LogInspectionLibrary,
  logInspectionLibrary,
} from './loginspection-library.ts';
import { orderParts } from './loginspection-order.ts';
import type { LogRulePart, LogRuleText } from './loginspection-part.ts';
import { joinSigma, logsOfSigma, sentenceOf } from './loginspection-sigma.ts';
import { checkLogFiles, checkSources, sourcesOf, type UnsupportedLog } from './loginspection-sources.ts';
import { isCut } from './loginspection-xml.ts';

export { LogInspectionFault } from './loginspection-fault.ts';

/** A LogInspectionRule of the API as it is in effect on a policy or computer (overrides laid over it). */
export type EffectiveLogInspectionRule = ApiObject;

export type LogInspectionOptions = {
  /** Logs to follow instead of those of the rules. */
  readonly sources?: LogInspectionPolicy['sources'] | undefined;
  /** Whether the journal is read, instead of what follows from the logs of the rules. */
  readonly journal?: LogInspectionPolicy['journal'] | undefined;
  /** Japanese names of single rules beside those of the library, by rule id. */
  readonly ruleNamesJa?: Readonly<Record<string, string>> | undefined;
  readonly library?: LogInspectionLibrary;
};

export type CompiledLogInspection = Pick<
  LogInspectionPolicy,
  'sources' | 'journal' | 'decoderFiles' | 'ruleFiles' | 'sigma'
> & {
  readonly ruleNamesJa: Record<string, string>;
  /** Rules that are not in force beside the others, and why; a sentence in English. An agent that got them would refuse the whole policy. */
  readonly leftOut: readonly { readonly ID: number; readonly reason: string }[];
  /** Single Sigma rules that no agent carries out, and why; sentences in English. The others of their object are in force. */
  readonly sigmaLeftOut: readonly string[];
  readonly unsupportedLogs: readonly UnsupportedLog[];
  /** Which LogInspectionRule (its id in the API) a single rule belongs to, by rule id. */
  readonly owners: ReadonlyMap<number, number>;
};

/**
 * Makes what agents receive of log-inspection rules. Pure: equal rules give equal parts, whatever their order.
 *
 * - Shipped rules bring their files; what one depends on comes with it, also where a customer's rule names a shipped rule id or decoder.
 * - `basic-rule` and `custom` become files of their own, behind the shipped ones, by `sortOrder` and ID; what others need comes first.
 * - Rules that cannot stand beside the others are left out: an id that is taken, or a rule, group or decoder that is nowhere.
 * @throws LogInspectionFault for a rule that by itself cannot be read; its sentence names the rule
 */
export function compileLogInspection(
  rules: readonly EffectiveLogInspectionRule[],
  options: LogInspectionOptions = {},
): CompiledLogInspection {
  const library = options.library ?? logInspectionLibrary();
  const unique = new Map(rules.map((rule) => [rule['ID'] as number, rule]));
  const parts = [...unique.values()].map((rule) => readNamed(rule, library));
  const { ordered, leftOut } = orderParts(withNeeded(parts, library));
  const logs = ordered.flatMap((part) => (part.id === undefined ? [] : logsOfPart(part, unique.get(part.id)!)));
  const sigma = joinSigma(ordered.map((part) => part.sigma));
  const { sources, journal, unsupported } = sourcesOf(logs);
  if (options.sources) checkSources(options.sources);
  const ruleIds = ordered.flatMap(({ defines }) => defines.rules);
  return {
    sources: options.sources ? [...options.sources] : sources,
    journal: options.journal ?? (options.sources ? 'never' : journal),
    decoderFiles: eachOnce(ordered.flatMap(({ decoderFiles }) => decoderFiles)),
    ruleFiles: eachOnce(ordered.flatMap(({ ruleFiles }) => ruleFiles)),
    ...(sigma ? { sigma } : {}),
    ruleNamesJa: { ...namesOf(ruleIds, library.namesJa), ...options.ruleNamesJa },
    leftOut,
    sigmaLeftOut: ordered.flatMap(({ sigmaLeftOut }) => sigmaLeftOut?.map(sentenceOf) ?? []),
    unsupportedLogs: unsupported,
    owners: new Map(
      ordered.flatMap(({ id, defines }) => (id === undefined ? [] : defines.rules.map((rule) => [rule, id]))),
    ),
  };
}

/**
 * Would agents take this rule? The example that the vendor publishes sends base64 that ends in the middle: such a text can be kept, and is refused
 * where somebody assigns it.
 * @throws LogInspectionFault
 */
export function checkLogInspectionRule(rule: EffectiveLogInspectionRule): void {
  checkLogFiles(logsOf(rule));
  if (isCut(rule['ruleXML'])) return;
  readPart(rule, logInspectionLibrary());
}

/** The decoders and rules of one rule by itself, as agents would read them; Sigma as it was written. @throws LogInspectionFault */
export function textsOfRule(
  rule: EffectiveLogInspectionRule,
): Pick<LogInspectionPolicy, 'decoderFiles' | 'ruleFiles'> & { readonly sigma?: string | undefined } {
  const { decoderFiles, ruleFiles, text } = readPart(rule, logInspectionLibrary());
  return { decoderFiles: [...decoderFiles], ruleFiles: [...ruleFiles], sigma: text };
}

const eachOnce = (files: readonly LogRuleText[]): LogRuleText[] => [
  ...new Map(files.map((file) => [file.name, file])).values(),
];

const namesOf = (ids: readonly number[], names: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(ids.flatMap((id) => (names[id] === undefined ? [] : [[String(id), names[id]]])));

/** The logs that a rule names; those of its log sources where it is Sigma and names none. */
function logsOfPart({ sigma }: LogRulePart, rule: EffectiveLogInspectionRule): ApiObject[] {
  const named = logsOf(rule);
  return sigma && named.length === 0 ? logsOfSigma(sigma) : named;
}

function logsOf(rule: EffectiveLogInspectionRule): ApiObject[] {
  const given = rule['logFiles'] as ApiObject[] | { logFiles?: ApiObject[] } | undefined;
  return Array.isArray(given) ? given : (given?.logFiles ?? []);
}

function readNamed(rule: EffectiveLogInspectionRule, library: LogInspectionLibrary): LogRulePart {
  try {
    return readPart(rule, library);
  } catch (error) {
    if (!(error instanceof LogInspectionFault)) throw error;
    const sentence = `The log inspection rule “${String(rule['name'] ?? rule['ID'])}” cannot be carried out. ${error.message}`;
    throw Object.assign(new LogInspectionFault(sentence), { line: error.line, column: error.column, cause: error });
  }
}

function readPart(rule: EffectiveLogInspectionRule, library: LogInspectionLibrary): LogRulePart {
  const shipped = library.byIdentifier.get(String(rule['identifier'] ?? ''));
  if (shipped) return partOf(shipped, rule['ID'] as number);
  if (rule['_ruleFiles']) return partOfFiles(rule);
  const template = rule['template'] ?? (rule['ruleXML'] === undefined ? 'basic-rule' : 'custom');
  if (template === 'basic-rule') return readBasicRule(rule);
  if (template === 'custom') return readCustomRule(rule);
  throw new LogInspectionFault('template must be one of: basic-rule, custom.');
}

const nothing = { rules: [], groups: [], decoders: [], parents: [], anyRule: false };

/** Where it stands among the shipped ones is ours to say, since they build on each other. */
const partOf = (shipped: LibraryRule, id?: number): LogRulePart => ({
  ...{ id, kind: 'library', number: shipped.number, sortOrder: shipped.sortOrder, dependsOn: [], needs: nothing },
  ...{ decoderFiles: shipped.decoderFiles, ruleFiles: shipped.ruleFiles, defines: shipped.defines },
});

function partOfFiles(rule: EffectiveLogInspectionRule): LogRulePart {
  const decoderFiles = (rule['_decoderFiles'] as LogRuleText[] | undefined) ?? [];
  const ruleFiles = rule['_ruleFiles'] as LogRuleText[];
  const id = rule['ID'] as number;
  return {
    ...{ id, kind: 'files', number: id, sortOrder: 15_000, dependsOn: [], needs: nothing },
    ...{ decoderFiles, ruleFiles, defines: definedIn(decoderFiles, ruleFiles) },
  };
}

/** The parts, with the shipped ones that they need and nobody assigned. */
function withNeeded(parts: readonly LogRulePart[], library: LogInspectionLibrary): LogRulePart[] {
  const all = [...parts];
  const isShipped = (part: LogRulePart, { number }: LibraryRule) => part.kind === 'library' && part.number === number;
  const add = (rule: LibraryRule | undefined) => {
    for (const needed of rule ? [...rule.before, rule] : [])
      if (!all.some((part) => isShipped(part, needed))) all.push(partOf(needed));
  };
  for (const rule of library.byIdentifier.values()) if (parts.some((part) => isShipped(part, rule))) add(rule);
  const rules = new Set(parts.flatMap(({ defines }) => defines.rules));
  const decoders = new Set(parts.flatMap(({ defines }) => defines.decoders));
  for (const { needs } of parts) {
    for (const id of needs.rules) if (!rules.has(id)) add(library.byRuleId.get(id));
    for (const name of [...needs.decoders, ...needs.parents]) if (!decoders.has(name)) add(library.byDecoder.get(name));
  }
  return all;
}
