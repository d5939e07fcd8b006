import { isDeepStrictEqual } from 'node:util';
import { type EntityMatch, type EntityRule, entityEvents, type IntegrityRule } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { compileIntegrityRule } from './integrity.ts';
import { namesOfAttributes } from './integrity-attributes.ts';
import { setOfEntity } from './integrity-entities.ts';
import { IntegrityRuleFault } from './integrity-fault.ts';
import { unfoldTrees } from './integrity-paths.ts';
import { ruleXmlBytesMax } from './integrity-xml.ts';

/**
 * A contract rule as an IntegrityMonitoringRule of the API, from which `compileIntegrityRule` makes the very same rule again. The XML is that of
 * the public rules language where it can say the same, and a `PathSet` of our own where it cannot. What the API has no property for stands in
 * `_key` (the rule's id), `_nameJa` and `_severity`. There is no `ID`: the caller gives one.
 * @throws IntegrityRuleFault for a rule whose paths are longer than a rule's XML may be
 */
export function describeIntegrityRule(rule: IntegrityRule): ApiObject {
  const object = headOf(rule);
  for (const xml of [inPublicLanguage(rule), inPathSet(rule)]) {
    if (xml === undefined) continue;
    const described = { ...object, customXML: toBase64(xml) };
    if (compilesTo(described, { rules: [rule], entities: [] })) return described;
  }
  throw new IntegrityRuleFault(`The rule ${rule.id} cannot be written as XML of at most ${ruleXmlBytesMax / 1e6} MB.`);
}

/** The same for a rule about something else than files. @throws IntegrityRuleFault for one that XML cannot hold */
export function describeEntityRule(rule: EntityRule): ApiObject {
  const described = { ...headOf(rule), customXML: toBase64(inEntitySet(rule)) };
  if (compilesTo(described, { rules: [], entities: [rule] })) return described;
  throw new IntegrityRuleFault(`The rule ${rule.id} cannot be written in the rules language.`);
}

const toBase64 = (xml: string): string => Buffer.from(xml, 'utf8').toString('base64');

function headOf(rule: IntegrityRule | EntityRule): ApiObject {
  const isBelowLow = rule.severity === 'informational';
  return {
    name: rule.name.en,
    _nameJa: rule.name.ja,
    _key: rule.id,
    severity: isBelowLow ? 'low' : rule.severity,
    ...(isBelowLow ? { _severity: rule.severity } : {}),
    template: 'custom',
    realTimeMonitoringEnabled: rule.realTime !== false,
  };
}

function inEntitySet({ entity, include, exclude, attributes }: EntityRule): string {
  const name = setOfEntity(entity);
  const match = (element: string, { key, where = {} }: EntityMatch) => {
    const parts = [...(key === undefined ? [] : [['key', key] as const]), ...Object.entries(where)];
    return `  <${element}${parts.map(([part, value]) => ` ${part}="${escapeXml(value)}"`).join('')}/>`;
  };
  const events = entityEvents.filter((event) => attributes.includes(event));
  const named = attributes.filter((one) => !(entityEvents as readonly string[]).includes(one));
  const all = [...(events.length < entityEvents.length || named.length === 0 ? events : []), ...named];
  return [
    `<${name} onChange="true">`,
    ...include.map((one) => match('include', one)),
    ...exclude.map((one) => match('exclude', one)),
    `  <attributes>${all.map((one) => `<${one}/>`).join('')}</attributes>`,
    `</${name}>`,
  ].join('\n');
}

function compilesTo(
  object: ApiObject,
  wanted: { readonly rules: readonly IntegrityRule[]; readonly entities: readonly EntityRule[] },
): boolean {
  try {
    const { rules, entities, unsupported } = compileIntegrityRule(object);
    return unsupported.length === 0 && isDeepStrictEqual({ rules, entities }, wanted);
  } catch (error) {
    if (error instanceof IntegrityRuleFault) return false;
    throw error;
  }
}

function inPublicLanguage(rule: IntegrityRule): string | undefined {
  const names = namesOfAttributes(rule.attributes);
  const hasOthers = [...rule.include, ...rule.exclude].some((path) => !path.startsWith('/') || unwritable.test(path));
  if (!names || hasOthers) return undefined;
  const keysOf = (paths: readonly string[]) => (rule.exact ? paths : unfoldTrees(paths)).map((path) => path.slice(1));
  const lines = [
    ...keysOf(rule.include).map((key) => `  <include key="${escapeXml(key)}"/>`),
    ...keysOf(rule.exclude).map((key) => `  <exclude key="${escapeXml(key)}"/>`),
    `  <attributes>${names.map((name) => `<${name}/>`).join('')}</attributes>`,
  ];
  const sets =
    rule.kind === undefined ? ['FileSet', 'DirectorySet'] : [rule.kind === 'file' ? 'FileSet' : 'DirectorySet'];
  const shown = rule.showDiff ? ' showDiff="true"' : '';
  return sets
    .map((name) => [`<${name} base="/" onChange="true"${shown}>`, ...lines, `</${name}>`].join('\n'))
    .join('\n');
}

function inPathSet(rule: IntegrityRule): string {
  const options = [
    ...(rule.exact ? ['exact="true"'] : []),
    ...(rule.kind ? [`kind="${rule.kind}"`] : []),
    ...(rule.showDiff ? ['showDiff="true"'] : []),
  ];
  return [
    `<${['PathSet', ...options].join(' ')}>`,
    ...rule.include.map((path) => `  <include path="${escapeXml(escapePath(path))}"/>`),
    ...rule.exclude.map((path) => `  <exclude path="${escapeXml(escapePath(path))}"/>`),
    `  <attributes>${rule.attributes.map((name) => `<${name}/>`).join('')}</attributes>`,
    '</PathSet>',
  ].join('\n');
}

/** Characters that XML cannot hold, or that a parser changes: controls, lone halves of a pair, and the two that are no characters. */
const unwritable = /[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/u;

/** The inverse of `unescapePath`. */
const escapePath = (path: string): string =>
  path
    .replaceAll('\\', '\\\\')
    .replaceAll(new RegExp(unwritable, 'gu'), (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
