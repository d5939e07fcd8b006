import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type LogDecoderFacts, readDecoders } from './loginspection-decoder-shape.ts';
import { LogInspectionFault } from './loginspection-fault.ts';
import { logBuiltInDecoders } from './loginspection-language.ts';
import type { LogRulePart } from './loginspection-part.ts';
import { type LogRuleFacts, readRuleGroup } from './loginspection-rule-shape.ts';
import { isSigma, readSigmaRule } from './loginspection-sigma.ts';
import { decodeLogRuleXml, type LogRuleElement, readLogRuleXml } from './loginspection-xml.ts';

/**
 * Reads a rule of the template `custom`: `ruleXML`, base64 of OSSEC's XML or of Sigma's YAML. It may hold decoders beside its groups; agents want them in a file of
 * their own, so each file is the text with the other kind blanked out, and every place stays what its author sees.
 * @throws LogInspectionFault with line and column
 */
export function readCustomRule(object: ApiObject): LogRulePart {
  const sent = object['ruleXML'];
  if (typeof sent !== 'string') throw new LogInspectionFault('The custom rule has no ruleXML.');
  const text = decodeLogRuleXml(sent);
  return isSigma(text) ? readSigmaRule(text, object) : readRuleText(text, object);
}

/** Whether a custom rule is written in Sigma. What is neither that nor XML is none. */
export function isSigmaRule(object: ApiObject): boolean {
  const sent = object['ruleXML'];
  return typeof sent === 'string' && isSigma(Buffer.from(sent, 'base64').toString('utf8'));
}

/** The same of the XML itself; also for what a basic rule is made into. */
export function readRuleText(xml: string, object: ApiObject): LogRulePart {
  const { roots, dialect } = readLogRuleXml(xml);
  const decoders = roots.filter(({ name }) => name === 'decoder');
  const groups = roots.filter((root) => !decoders.includes(root));
  for (const { name, place } of groups)
    if (name !== 'group') throw new LogInspectionFault(`\`<${name}>\` stands where \`<group>\` was expected.`, place);
  const rules = groups.flatMap((group) => readRuleGroup(group, dialect));
  if (rules.length === 0 && decoders.length === 0)
    throw new LogInspectionFault('The custom rule has no `<rule>` in a `<group>`, and no `<decoder>`.');
  const facts = readDecoders(decoders, dialect);
  const id = object['ID'] as number;
  return {
    ...{ id, kind: 'custom', number: id },
    sortOrder: (object['sortOrder'] as number | undefined) ?? 15_000,
    dependsOn: (object['dependsOnRuleIDs'] as number[] | undefined) ?? [],
    decoderFiles: decoders.length > 0 ? [{ name: `rule-${id}.decoders.xml`, xml: blankOut(xml, groups) }] : [],
    ruleFiles: rules.length > 0 ? [{ name: `rule-${id}.rules.xml`, xml: blankOut(xml, decoders) }] : [],
    defines: {
      rules: rules.filter(({ overwrites }) => !overwrites).map((rule) => once(rule, rules)),
      decoders: [...new Set(facts.map(({ name }) => name))],
      childDecoders: facts.filter(({ parent }) => parent !== undefined).map(({ name }) => name),
      groups: rules.map(({ groups: names }) => names),
    },
    needs: needsOf(rules, facts),
  };
}

function needsOf(rules: readonly LogRuleFacts[], decoders: readonly LogDecoderFacts[]): LogRulePart['needs'] {
  const parents = decoders.flatMap(({ parent }, index) =>
    parent === undefined || decoders.slice(0, index).some((one) => one.name === parent && one.parent === undefined)
      ? []
      : [parent],
  );
  const named = rules.flatMap(({ needsDecoders }) => needsDecoders);
  return {
    rules: outside(
      rules,
      ({ needsRules }) => needsRules,
      (before, wanted) => before.some(({ id }) => id === wanted),
    ),
    groups: outside(
      rules,
      ({ needsGroups }) => needsGroups,
      (before, wanted) => before.some((rule) => isInGroup(rule.groups, wanted)),
    ),
    decoders: [
      ...new Set(
        named.filter((name) => !logBuiltInDecoders.has(name) && !decoders.some((decoder) => decoder.name === name)),
      ),
    ],
    parents: [...new Set(parents)],
    anyRule: rules[0]?.needsAnyRule ?? false,
  };
}

function once(rule: LogRuleFacts, rules: readonly LogRuleFacts[]): number {
  if (rules.filter(({ id, overwrites }) => id === rule.id && !overwrites).length > 1)
    throw new LogInspectionFault(`The rule ${rule.id} stands in the XML twice.`);
  return rule.id;
}

/** What rules ask for and no rule before them in the same text gives. */
function outside<T>(
  rules: readonly LogRuleFacts[],
  wantedBy: (rule: LogRuleFacts) => readonly T[],
  isGiven: (before: readonly LogRuleFacts[], wanted: T) => boolean,
): T[] {
  return [
    ...new Set(
      rules.flatMap((rule, index) => wantedBy(rule).filter((wanted) => !isGiven(rules.slice(0, index), wanted))),
    ),
  ];
}

/** Whether rules of these groups are meant by `if_group`, which is OS_Match: parts with `|` between, `^` and `$` at their ends. */
export function isInGroup(groups: string, wanted: string): boolean {
  return wanted
    .toLowerCase()
    .split('|')
    .some((part) => groups.toLowerCase().includes(part.replace(/^\^/, '').replace(/\$$/, '')));
}

/** The text without these elements; line breaks stay, so that places do. */
function blankOut(xml: string, elements: readonly LogRuleElement[]): string {
  let blanked = xml;
  for (const { from, to } of elements)
    blanked = blanked.slice(0, from) + blanked.slice(from, to).replaceAll(/[^\n]/g, ' ') + blanked.slice(to);
  return blanked;
}
