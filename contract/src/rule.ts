import { z } from 'zod';
import { EntityKind, EntityMatch } from './integrity-entity.ts';
import type { Module } from './module.ts';
import { NamedObject, ObjectText } from './named-object.ts';
import { firewallActions } from './policy-firewall.ts';
import { everyIntegrityAttribute } from './policy-integrity.ts';
import { Id, Instant } from './primitives.ts';
import { Severity } from './severity.ts';

/** The six modules by their names in the Workload Security API, and ours behind them. */
export const moduleOfApi = {
  antiMalware: 'antimalware',
  webReputation: 'webreputation',
  firewall: 'firewall',
  intrusionPrevention: 'intrusion',
  integrityMonitoring: 'integrity',
  logInspection: 'loginspection',
} as const satisfies Record<string, Module>;
export const apiModules = [
  'antiMalware',
  'webReputation',
  'firewall',
  'intrusionPrevention',
  'integrityMonitoring',
  'logInspection',
] as const;
export const ApiModule = z.enum(apiModules);
export type ApiModule = z.infer<typeof ApiModule>;

/** The four of them that work by rules. */
export const ruleModules = ['intrusionPrevention', 'integrityMonitoring', 'logInspection', 'firewall'] as const;
export const RuleModule = z.enum(ruleModules);
export type RuleModule = z.infer<typeof RuleModule>;
export const isRuleModule = (module: ApiModule): module is RuleModule => RuleModule.safeParse(module).success;

export const apiModuleStates = ['on', 'off', 'real-time', 'prevent', 'detect'] as const;
export const ApiModuleState = z.enum(apiModuleStates);
export type ApiModuleState = z.infer<typeof ApiModuleState>;
/** What each module can be set to. */
export const statesOfModule: Readonly<Record<ApiModule, readonly ApiModuleState[]>> = {
  antiMalware: ['on', 'off'],
  webReputation: ['on', 'off'],
  firewall: ['on', 'off'],
  intrusionPrevention: ['prevent', 'detect', 'off'],
  integrityMonitoring: ['real-time', 'on', 'off'],
  logInspection: ['on', 'off'],
};

/** A rule in a list. Ids are the API's and count within their module. */
export const RuleHead = NamedObject.extend({
  module: RuleModule,
  /** Rules for the firewall have none. */
  severity: Severity.optional(),
  applicationType: NamedObject.optional(),
  cve: z.array(z.string().max(100)).max(1000),
  action: z.enum(firewallActions).optional(),
  /** Made by the account, or changed by it; everything else comes with the product. */
  own: z.boolean(),
  /** Policies that assign it themselves. */
  policyCount: z.number().int(),
});
export type RuleHead = z.infer<typeof RuleHead>;

/** `not` turns it round; neither items nor a list stands for none. */
export const FirewallCondition = z.object({
  not: z.boolean(),
  list: NamedObject.optional(),
  items: z.array(z.string().max(300)).max(200),
});
export type FirewallCondition = z.infer<typeof FirewallCondition>;
const FirewallSide = z.object({
  addresses: FirewallCondition.optional(),
  macs: FirewallCondition.optional(),
  ports: FirewallCondition.optional(),
});
export const FirewallTraffic = z.object({
  direction: z.enum(['incoming', 'outgoing']),
  frame: z.string().max(100),
  protocol: z.string().max(100),
  priority: z.string().max(20),
  /** Absent conditions mean any. */
  tcpFlags: FirewallCondition.optional(),
  /** `3/4`: type and code. */
  icmp: FirewallCondition.optional(),
  source: FirewallSide,
  destination: FirewallSide,
});
export type FirewallTraffic = z.infer<typeof FirewallTraffic>;

/** What integrity monitoring watches by one set of a rule. */
export const WatchedSet = z.object({
  include: z.array(z.string().max(4096)).max(1000),
  exclude: z.array(z.string().max(4096)).max(1000),
  attributes: z.array(z.enum(everyIntegrityAttribute)).max(everyIntegrityAttribute.length),
  realTime: z.boolean(),
});

/** What it watches besides files by one set of a rule. */
export const WatchedEntities = z.object({
  entity: EntityKind,
  include: z.array(EntityMatch).max(1000),
  exclude: z.array(EntityMatch).max(1000),
  attributes: z.array(z.string().max(40)).max(30),
  realTime: z.boolean(),
});

export const ruleTextKinds = ['suricata', 'integrity_xml', 'decoder_xml', 'rule_xml', 'sigma'] as const;
export const RuleText = z.object({
  kind: z.enum(ruleTextKinds),
  /** Of a file. */
  name: z.string().max(300).optional(),
  text: z.string().max(2_000_000),
});

/** On which hosts a rule is recommended: all of these hold. */
export const RuleCondition = z.object({
  package: z.string().max(300).optional(),
  /** The package is older than this version. */
  below: z.string().max(300).optional(),
  /** `tcp/80`: something listens there. */
  listens: z.string().max(40).optional(),
  process: z.string().max(300).optional(),
  os: z.string().max(100).optional(),
  always: z.boolean().optional(),
});
export type RuleCondition = z.infer<typeof RuleCondition>;

/** Where a rule is assigned: by the policy itself, or because it stands above. */
export const RuleUse = NamedObject.extend({ policyId: Id, inherited: z.boolean() });

/** A rule with all that it does and where. */
export const Rule = RuleHead.extend({
  description: ObjectText,
  descriptionJa: ObjectText.optional(),
  identifier: z.string().max(1000).optional(),
  kind: z.string().max(100).optional(),
  priority: z.string().max(100).optional(),
  cvss: z.string().max(100).optional(),
  attack: z.array(z.string().max(100)).max(1000),
  issuedAt: Instant.optional(),
  changedAt: Instant.optional(),
  detectOnly: z.boolean(),
  texts: z.array(RuleText).max(1000),
  watches: z.array(WatchedSet).max(1000),
  watchedEntities: z.array(WatchedEntities).max(1000),
  logFiles: z.array(z.object({ path: z.string().max(4096), format: z.string().max(100) })).max(1000),
  traffic: FirewallTraffic.optional(),
  /** Only then is it in force. */
  schedule: NamedObject.optional(),
  context: NamedObject.optional(),
  dependsOn: z.array(NamedObject).max(1000),
  /** It is recommended where one of these holds; none: nowhere. */
  recommendedFor: z.array(RuleCondition).max(1000),
  /** Sentences on what our agents cannot do of it; English, as the API says them. */
  limits: z.array(z.string().max(2000)).max(1000),
  policies: z.array(RuleUse).max(1000),
  /** To which it is assigned beside their policies. */
  hosts: z.array(z.object({ hostId: Id, name: z.string().max(300) })).max(1000),
});
export type Rule = z.infer<typeof Rule>;
