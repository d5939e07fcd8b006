import type { FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import { IntrusionPolicyRule, intrusionRuleCharactersMax } from '@sakimori/contract/policy-intrusion';
import type { ContextObject } from './firewall-objects.ts';
import { IntrusionFault } from './intrusion-fault.ts';
import { type PatternRule, signatureOptions, startEndOptions } from './intrusion-patterns.ts';
import { plainName, readRuleText, withIdentity, withPorts, writeRuleText } from './intrusion-text.ts';
import { type ApplicationTypeObject, type PortListObject, portsOf, wheresOf } from './intrusion-where.ts';

/**
 * An `IntrusionPreventionRule` of the Workload Security API, as it holds for a policy or computer. A shipped one carries its rule in `_suricata`, its
 * Japanese name in `_nameJa` and techniques in `_attack`; a rule of the account's own is made of its template.
 */
export type IntrusionRuleObject = PatternRule & {
  readonly ID: number;
  readonly name?: string;
  readonly _nameJa?: string;
  readonly _suricata?: string;
  readonly _attack?: readonly string[];
  readonly applicationTypeID?: number;
  readonly severity?: string;
  readonly priority?: string;
  readonly action?: string;
  readonly customXML?: string;
  readonly detectOnly?: boolean;
  readonly eventLoggingDisabled?: boolean;
  readonly generateEventOnPacketDrop?: boolean;
  readonly alwaysIncludePacketData?: boolean;
  readonly alertEnabled?: boolean;
  readonly scheduleID?: number;
  readonly contextID?: number;
  readonly CVE?: readonly string[];
  readonly CVSSScore?: string;
};

/** What rules name, by ID. */
export type IntrusionObjects = {
  /** With what the policy or computer sets differently. */
  readonly applicationTypes: ReadonlyMap<number, ApplicationTypeObject>;
  /** As we ship them: where ports are still these, shipped rules look at all ports on which they know their protocol. */
  readonly shippedApplicationTypes: ReadonlyMap<number, ApplicationTypeObject>;
  readonly portLists: ReadonlyMap<number, PortListObject>;
  readonly schedules: ReadonlyMap<number, { readonly name?: string; readonly hoursOfWeek?: readonly boolean[] }>;
  readonly contexts: ReadonlyMap<number, ContextObject>;
};

/** Numbers of rules of accounts: room for four lines each, above all that we ship. */
const ownSidsFrom = 10_000_000;
const linesMax = 4;
const idMax = 1_000_000_000;

/**
 * One rule of the API as lines for the engine: one, or one for each protocol and direction.
 * @throws IntrusionFault, a sentence that names the rule
 */
export function compileIntrusionRule(rule: IntrusionRuleObject, objects: IntrusionObjects): IntrusionPolicyRule[] {
  const owner = `The intrusion prevention rule "${rule.name ?? ''}" (${rule.ID})`;
  const type = typeOf(rule, objects, owner);
  const said = describe(rule, type, objects, owner);
  return linesOf(rule, type, objects, owner).map(({ text, sid }) => {
    const compiled = IntrusionPolicyRule.safeParse({ ...said, rule: text, sid });
    if (compiled.success) return compiled.data;
    const [issue] = compiled.error.issues;
    throw new IntrusionFault(`${owner}: ${issue?.path.join('.')} cannot be used. ${issue?.message}`);
  });
}

function typeOf(
  rule: IntrusionRuleObject,
  objects: IntrusionObjects,
  owner: string,
): ApplicationTypeObject | undefined {
  const id = rule.applicationTypeID ?? 0;
  const type = objects.applicationTypes.get(id);
  if (!type && id !== 0) throw new IntrusionFault(`${owner} names the application type ${id}, which does not exist.`);
  return type;
}

type Line = { readonly text: string; readonly sid: number };

function linesOf(
  rule: IntrusionRuleObject,
  type: ApplicationTypeObject | undefined,
  objects: IntrusionObjects,
  owner: string,
): Line[] {
  const ports = type ? portsOf(type, objects.portLists, owner) : 'any';
  if (rule._suricata !== undefined) return [shippedLine(rule._suricata, rule, ports, objects, owner)];
  if (rule.ID > idMax) throw new IntrusionFault(`${owner} has an ID above ${idMax}.`);
  const sids = Array.from({ length: linesMax }, (_, index) => ownSidsFrom + rule.ID * linesMax + index);
  const template = rule.template ?? (rule.customXML === undefined ? 'signature' : 'custom');
  if (template === 'custom') return [customLine(rule, ports, sids[0]!, owner)];
  const options = template === 'start-end-patterns' ? startEndOptions(rule, owner) : signatureOptions(rule, owner);
  return wheresOf(type, ports).map(({ header, flow }, index) => {
    const sid = sids[index]!;
    const text = `alert ${header} (msg:"${plainName(rule.name ?? '')}"; ${flow}${options}sid:${sid}; rev:1;)`;
    if (text.length > intrusionRuleCharactersMax)
      throw new IntrusionFault(
        `${owner} is ${text.length} characters long; the engine reads ${intrusionRuleCharactersMax}.`,
      );
    return { text, sid };
  });
}

/** A shipped rule finds its protocol on every port; where somebody changed the ports of its type, it looks at those alone. */
function shippedLine(
  text: string,
  rule: IntrusionRuleObject,
  ports: string,
  objects: IntrusionObjects,
  owner: string,
): Line {
  const sid = Number(/\bsid:\s*(\d+)\s*;/.exec(text)?.[1]);
  const shipped = objects.shippedApplicationTypes.get(rule.applicationTypeID ?? 0);
  if (!shipped || portsOf(shipped, objects.portLists, owner) === ports) return { text, sid };
  return { text: writeRuleText(withPorts(readRuleText(text, owner), ports), owner), sid };
}

/** `customXML` holds our rule in base64; where it says `any` for every port, the application type says which. */
function customLine(rule: IntrusionRuleObject, ports: string, sid: number, owner: string): Line {
  const text = Buffer.from(rule.customXML ?? '', 'base64')
    .toString('utf8')
    .trim();
  if (text.startsWith('<'))
    throw new IntrusionFault(`${owner} holds XML; this service takes one rule in Suricata's language in customXML.`);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  if (lines.length !== 1) throw new IntrusionFault(`${owner} holds ${lines.length} rules in customXML; it takes one.`);
  const read = readRuleText(lines[0]!, owner);
  const isAnywhere = read.sourcePort === 'any' && read.destinationPort === 'any';
  const placed = isAnywhere && ports !== 'any' ? withPorts(read, ports) : read;
  return { text: writeRuleText(withIdentity(placed, rule.name ?? '', sid), owner), sid };
}

function describe(
  rule: IntrusionRuleObject,
  type: ApplicationTypeObject | undefined,
  objects: IntrusionObjects,
  owner: string,
): Omit<IntrusionPolicyRule, 'rule' | 'sid' | 'severity' | 'priority'> & { severity: string; priority: string } {
  const name = (rule.name?.trim() || `${rule.ID}`).slice(0, 300);
  const ja = rule._nameJa?.trim().slice(0, 300);
  return {
    id: rule.ID,
    name: { en: name, ...(ja ? { ja } : {}) },
    severity: rule.severity ?? 'medium',
    priority: rule.priority ?? 'normal',
    detectOnly: rule.detectOnly === true || rule.action === 'log-only',
    logEvents: rule.eventLoggingDisabled !== true,
    logDrops: rule.generateEventOnPacketDrop !== false,
    includePacketData: rule.alwaysIncludePacketData === true,
    alert: rule.alertEnabled === true,
    ...(type?.name ? { applicationType: type.name.slice(0, 300) } : {}),
    ...(rule.CVE && rule.CVE.length > 0 ? { CVE: [...rule.CVE] } : {}),
    ...(rule.CVSSScore ? { CVSSScore: rule.CVSSScore } : {}),
    ...(rule._attack && rule._attack.length > 0 ? { attack: [...rule._attack] } : {}),
    ...whenOf(rule, objects, owner),
  };
}

function whenOf(
  rule: IntrusionRuleObject,
  objects: IntrusionObjects,
  owner: string,
): Pick<FirewallPolicyRule, 'hoursOfWeek' | 'context'> {
  const { scheduleID = 0, contextID = 0 } = rule;
  const schedule = objects.schedules.get(scheduleID);
  const context = objects.contexts.get(contextID);
  if (scheduleID !== 0 && !schedule)
    throw new IntrusionFault(`${owner} names the schedule ${scheduleID}, which does not exist.`);
  if (contextID !== 0 && !context)
    throw new IntrusionFault(`${owner} names the context ${contextID}, which does not exist.`);
  return {
    ...(schedule ? { hoursOfWeek: [...(schedule.hoursOfWeek ?? [])] } : {}),
    ...(context ? { context: contextOf(context, contextID) } : {}),
  };
}

const contextOf = (from: ContextObject, id: number): NonNullable<FirewallPolicyRule['context']> => ({
  name: (from.name?.trim() || `${id}`).slice(0, 300),
  localConnection: from.localConnectionsEnabled ?? false,
  remoteConnection: from.remoteConnectionsEnabled ?? false,
  noConnection: from.noConnectionEnabled ?? false,
  noInternet: from.noInternetEnabled ?? false,
  restrictedInterfaces: from.restrictedInterfacesEnabled ?? false,
});
