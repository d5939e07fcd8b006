import { EntityRule, IntegrityRule, severities } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { attributesOf } from './integrity-attributes.ts';
import { IntegrityRuleFault, type UnsupportedPart } from './integrity-fault.ts';
import { foldTrees, readBase, readKey } from './integrity-paths.ts';
import { type ReadSets, readSets } from './integrity-sets.ts';
import { decodeRuleXml } from './integrity-xml.ts';

export type CompiledIntegrityRule = {
  /** One for each entity set that cannot be joined with its neighbour, all with the rule's id; none where nothing of the rule can be watched. */
  readonly rules: readonly IntegrityRule[];
  /** One for each entity set about something else than files. */
  readonly entities: readonly EntityRule[];
  /** What the rule asks for and our agents cannot watch. The rest is in force. */
  readonly unsupported: readonly UnsupportedPart[];
};

/**
 * Makes what agents receive of an IntegrityMonitoringRule of the API, as it is in effect on a policy or computer (overrides laid over it). Its id on
 * detections is `_key`, else `identifier`, else `integrity.<ID>`; its Japanese name is `_nameJa`, else its name.
 *
 * - `file`: base directory, included and excluded names; with sub-directories a name without `/` is looked for in all of them.
 * - `custom`: `customXML`, base64 of the Integrity Monitoring rules language: files, folders, users, groups, services, processes, ports, software. A set is watched in real time where its `onChange` is true **and** the rule
 *   allows it (`realTimeMonitoringEnabled`), else by scans.
 * - `registry`: unsupported as a whole.
 *
 * `~` in a base directory stands for `/root` and `/home/*`. A base may begin with a variable, `${env.NAME}` or `%NAME%`, which the agent puts in.
 * @throws IntegrityRuleFault for a rule that cannot be read
 */
export function compileIntegrityRule(object: ApiObject): CompiledIntegrityRule {
  const { sets, entities, unsupported } = readTemplate(object);
  const isInRealTime = object['realTimeMonitoringEnabled'] !== false;
  const head = { ...headOf(object), ...(isInRealTime ? {} : { realTime: false }) };
  return {
    rules: sets.map((set) => toRule(IntegrityRule, { ...set, ...head })),
    entities: entities.map((set) => toRule(EntityRule, { ...set, ...head })),
    unsupported,
  };
}

function readTemplate(object: ApiObject): ReadSets {
  switch (object['template'] ?? (object['customXML'] === undefined ? 'file' : 'custom')) {
    case 'file':
      return readFileTemplate(object);
    case 'custom':
      return readSets(decodeRuleXml(textOf(object, 'customXML') ?? ''));
    case 'registry': {
      const reason = 'The registry is a part of Windows.';
      return { sets: [], entities: [], unsupported: [{ code: 'template', what: 'registry', reason }] };
    }
    default:
      throw new IntegrityRuleFault('template must be one of: registry, file, custom.');
  }
}

function readFileTemplate(object: ApiObject): ReadSets {
  const base = textOf(object, 'fileBaseDirectory')?.trim();
  if (!base) throw new IntegrityRuleFault('fileBaseDirectory is missing.');
  const bases = readBase(base);
  const { attributes, unsupported } = attributesOf(namedAttributes(listOf(object, 'fileAttributes')));
  if ('unsupported' in bases) return { sets: [], entities: [], unsupported: [...unsupported, bases.unsupported] };
  const isDeep = object['fileIncludeSubDirectories'] === true;
  const pathsOf = (values: readonly string[]) =>
    values.flatMap((value) => {
      const isName = !value.includes('/');
      const read = readKey(bases.value, isDeep && isName ? `**/${value}` : value);
      if ('value' in read) return read.value;
      unsupported.push(read.unsupported);
      return [];
    });
  const included = listOf(object, 'fileIncludedValues');
  const include = included.length > 0 ? pathsOf(included) : bases.value.map((one) => `${one}/${isDeep ? '**' : '*'}`);
  const exclude = pathsOf(listOf(object, 'fileExcludedValues'));
  const sets = include.length === 0 ? [] : [{ ...foldTrees({ include, exclude }), kind: 'file' as const, attributes }];
  return { sets, entities: [], unsupported };
}

const namedAttributes = (names: readonly string[]) =>
  names.length === 0 ? undefined : names.map((name) => ({ name: name.trim() }));

/** The API's empty list reads back as one empty text. */
function listOf(object: ApiObject, property: string): string[] {
  const value = object[property] ?? [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.some((item) => typeof item !== 'string'))
    throw new IntegrityRuleFault(`${property} must be a list of strings.`);
  return (items as string[]).filter((item) => item.trim() !== '');
}

function textOf(object: ApiObject, property: string): string | undefined {
  const value = object[property];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new IntegrityRuleFault(`${property} must be a string.`);
  return value;
}

function headOf(object: ApiObject): Pick<IntegrityRule, 'id' | 'name' | 'severity'> {
  const id = textOf(object, '_key') || textOf(object, 'identifier') || `integrity.${String(object['ID'])}`;
  const en = nameOf(textOf(object, 'name') ?? '') || id;
  const severity = textOf(object, 'severity') ?? 'medium';
  const own = textOf(object, '_severity');
  const known = severities.find((one) => one === severity);
  if (!known) throw new IntegrityRuleFault('severity must be one of: low, medium, high, critical.');
  return {
    id,
    name: { en, ja: nameOf(textOf(object, '_nameJa') ?? '') || en },
    // The API knows nothing below low; a rule that somebody has made graver since is graver.
    severity: known === 'low' && own === 'informational' ? 'informational' : known,
  };
}

/** Names of the API may be longer than ours. */
const nameOf = (text: string): string => {
  const name = text.trim();
  return name.length <= 200 ? name : `${name.slice(0, 199).toWellFormed().trim()}…`;
};

function toRule<Rule>(
  shape: { safeParse(rule: unknown): { data?: Rule; error?: { issues: { path: PropertyKey[]; message: string }[] } } },
  rule: unknown,
): Rule {
  const { data, error } = shape.safeParse(rule);
  if (data !== undefined) return data;
  const issue = error?.issues[0];
  throw new IntegrityRuleFault(`The rule cannot be carried out: ${issue?.path.join('.')}: ${issue?.message}.`);
}
