import { z } from 'zod';
import { LogJournal, LogSource } from './log-source.ts';
import { AntiMalwarePolicy } from './policy-antimalware.ts';
import { FirewallPolicy } from './policy-firewall.ts';
import { IntegrityPolicy } from './policy-integrity.ts';
import { CommunityRulesSetting, IntrusionPolicy } from './policy-intrusion.ts';
import { WebReputationPolicy } from './policy-webreputation.ts';
import { Id, Instant, ShortText } from './primitives.ts';
import { SigmaRules } from './sigma/model.ts';

export * from './log-source.ts';
export * from './policy-antimalware.ts';
export * from './policy-firewall.ts';
export * from './policy-integrity.ts';
export * from './policy-intrusion.ts';
export * from './policy-webreputation.ts';

export const LogInspectionPolicy = z.object({
  state: z.enum(['on', 'off']),
  sources: z.array(LogSource).max(500),
  journal: LogJournal.optional(),
  /** A rule match of this OSSEC level or above becomes a detection. */
  recordLevel: z.number().int().min(0).max(16).default(3),
  /** Decoders and rules in OSSEC's XML, in the order in which they are loaded. Self-contained: the agent reads nothing else. */
  decoderFiles: z.array(z.object({ name: ShortText, xml: z.string().max(2_000_000) })).max(500),
  ruleFiles: z.array(z.object({ name: ShortText, xml: z.string().max(2_000_000) })).max(500),
  /** Rules that came as Sigma, tried beside those of OSSEC's language. */
  sigma: SigmaRules.optional(),
  /** Japanese names of rules, by rule id. OSSEC's language has room for one description only, which is the English name. */
  ruleNamesJa: z
    .record(z.string().regex(/^\d{1,9}$/), z.string().trim().min(1).max(300))
    .refine((names) => Object.keys(names).length <= 50_000, 'at most 50,000 names')
    .optional(),
});
export type LogInspectionPolicy = z.infer<typeof LogInspectionPolicy>;

/** How a person switches a module in a document; what it then does is compiled from the configuration. */
const Switched = z.strictObject({ state: z.enum(['on', 'off']) });

/** Of intrusion prevention, also whether rules of others are loaded beside its own; `null`: none, absent: as it was. */
const SwitchedIntrusion = Switched.extend({ communityRules: CommunityRulesSetting.nullable().optional() });

/** What every module of one host must do. A version never changes once agents may have it. */
export const PolicyDocument = z.object({
  heartbeatSeconds: z.number().int().min(1).max(3600).default(60),
  modules: z.object({
    antimalware: z.union([Switched, AntiMalwarePolicy]),
    webreputation: z.union([Switched, WebReputationPolicy]),
    firewall: z.union([Switched, FirewallPolicy]),
    intrusion: z.union([SwitchedIntrusion, IntrusionPolicy]),
    integrity: IntegrityPolicy,
    loginspection: LogInspectionPolicy,
  }),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** A policy as agents receive it. */
export const AssignedPolicy = z.object({ policyId: Id, version: z.number().int().min(1), document: PolicyDocument });
export type AssignedPolicy = z.infer<typeof AssignedPolicy>;

export const Policy = z.object({
  id: Id,
  accountId: Id,
  name: ShortText,
  version: z.number().int().min(1),
  hostCount: z.number().int().nonnegative(),
  updatedAt: Instant,
});
export type Policy = z.infer<typeof Policy>;

export const PolicyVersion = z.object({
  policyId: Id,
  version: z.number().int().min(1),
  document: PolicyDocument,
  createdAt: Instant,
  createdBy: z.string().max(200),
  reason: z.string().max(4000),
});
export type PolicyVersion = z.infer<typeof PolicyVersion>;

/** What differs between two versions of a policy. Absent sides: there was, or is, nothing. */
export const PolicyDifference = z.object({
  policyId: Id,
  from: z.number().int(),
  to: z.number().int(),
  lines: z
    .array(
      z.object({
        path: z.string().max(500),
        before: z.string().max(2000).optional(),
        after: z.string().max(2000).optional(),
      }),
    )
    .max(1000),
});
export type PolicyDifference = z.infer<typeof PolicyDifference>;
