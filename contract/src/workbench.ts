import { z } from 'zod';
import { FilePath, Id, Instant, ShortText } from './primitives.ts';

/**
 * The **rule workbench** (ルールワークベンチ): rules that are made for one customer (clause 7(12), S97). A **draft** is written and checked, tried on
 * what was stored, and only then **staged**: in force in detect mode, on chosen hosts or a policy. From there it is **promoted** or withdrawn.
 */
export const workbenchModules = ['logInspection', 'integrityMonitoring', 'intrusionPrevention'] as const;
export const WorkbenchModule = z.enum(workbenchModules);
export type WorkbenchModule = z.infer<typeof WorkbenchModule>;

/** What is in force of it: nothing, the rule in detect mode, the rule as it is written, nothing any more. */
export const ruleDraftStates = ['draft', 'staged', 'live', 'withdrawn'] as const;
export const RuleDraftState = z.enum(ruleDraftStates);
export type RuleDraftState = z.infer<typeof RuleDraftState>;

/** Of rules for integrity monitoring and intrusion prevention; in log inspection the rules say it themselves. */
export const draftSeverities = ['low', 'medium', 'high', 'critical'] as const;
export const DraftSeverity = z.enum(draftSeverities);

export const draftTextMax = 200_000;
/** Text of a log, and bytes of a capture, that are looked through at most. */
export const triedLogMax = 10_000_000;
export const triedCaptureBytesMax = 20 * 1024 * 1024;
export const triedPathsMax = 20_000;
export const storedDays = 30;

/** What somebody writes. `text`: OSSEC's XML or Sigma, the XML of integrity monitoring, or one rule in Suricata's language. */
export const RuleDraftText = z.object({
  module: WorkbenchModule,
  name: ShortText,
  text: z.string().min(1).max(draftTextMax),
  severity: DraftSeverity.default('medium'),
  /** Of log inspection: which logs agents follow for it. None: those of the log sources, where it is Sigma. */
  logs: z.array(FilePath).max(100).default([]),
});
export type RuleDraftText = z.infer<typeof RuleDraftText>;

/** Line and column count from 1. The sentence is in English, as engines and compilers say it. */
export const RuleFault = z.object({
  line: z.number().int().optional(),
  column: z.number().int().optional(),
  text: z.string().max(1000),
});
export type RuleFault = z.infer<typeof RuleFault>;

/** What was and was not looked at: phrase keys below `workbench.remark.`. */
export const ruleRemarks = ['engine_loaded', 'engine_absent', 'unsupported', 'left_out'] as const;
export const RuleCheck = z.object({
  isSound: z.boolean(),
  faults: z.array(RuleFault).max(100),
  remarks: z.array(z.object({ code: z.enum(ruleRemarks), detail: z.string().max(1000).optional() })).max(100),
});
export type RuleCheck = z.infer<typeof RuleCheck>;

export const triedOn = ['stored', 'log', 'capture', 'paths'] as const;
export type TriedOn = (typeof triedOn)[number];
/** What a look could not see: phrase keys below `workbench.limit.`. */
export const tryLimits = [
  'stored_lines',
  'stored_paths',
  'stored_traffic',
  'stored_contents',
  'masked',
  'newest_only',
  'entities_skipped',
  'variables_skipped',
  'paths_alone',
  'engine_absent',
] as const;
export type TryLimit = (typeof tryLimits)[number];

export const RuleHit = z.object({
  at: Instant.optional(),
  hostName: z.string().max(255).optional(),
  /** Of a log: the number of its line, from 1. */
  line: z.number().int().optional(),
  ruleId: z.string().max(100).optional(),
  ruleName: z.string().max(300).optional(),
  /** The line, the path, or who talked to whom about what. */
  text: z.string().max(2000),
  detectionId: Id.optional(),
});
export type RuleHit = z.infer<typeof RuleHit>;

export const hitsShownMax = 200;
/** One look at what a version of a draft finds. */
export const RuleTry = z.object({
  id: Id,
  version: z.number().int(),
  on: z.enum(triedOn),
  /** Of a file. */
  name: z.string().max(200).optional(),
  at: Instant,
  by: z.string().max(200),
  /** Of what was stored: from when. */
  since: Instant.optional(),
  /** Records, lines, packets or paths that were looked at. */
  looked: z.number().int(),
  hits: z.number().int(),
  hosts: z.number().int(),
  byDay: z.array(z.object({ day: z.iso.date(), hits: z.number().int() })).max(40),
  items: z.array(RuleHit).max(hitsShownMax),
  limits: z.array(z.enum(tryLimits)).max(tryLimits.length),
});
export type RuleTry = z.infer<typeof RuleTry>;

export const RuleVersion = z.object({
  version: z.number().int(),
  name: z.string().max(200),
  text: z.string().max(draftTextMax),
  severity: DraftSeverity,
  logs: z.array(FilePath).max(100),
  at: Instant,
  by: z.string().max(200),
  note: z.string().max(1000),
});
export type RuleVersion = z.infer<typeof RuleVersion>;

export const ruleSteps = ['staged', 'promoted', 'withdrawn'] as const;
export const RuleStep = z.object({
  step: z.enum(ruleSteps),
  version: z.number().int(),
  at: Instant,
  by: z.string().max(200),
  reason: z.string().max(1000),
  targets: z.array(z.string().max(300)).max(200),
});
export type RuleStep = z.infer<typeof RuleStep>;

/** Where a rule is put: policies or computers, by their numbers in the Workload Security API. */
export const PlacedTarget = z.object({
  kind: z.enum(['policy', 'computer']),
  id: z.number().int(),
  name: z.string().max(300),
});
export type PlacedTarget = z.infer<typeof PlacedTarget>;
/** What a rule may be put on. `isOff`: the module is switched off there, so that the rule would find nothing. */
export const RuleTarget = PlacedTarget.extend({ isOff: z.boolean() });
export type RuleTarget = z.infer<typeof RuleTarget>;

export const RuleDraft = z.object({
  id: Id,
  /** Counts over all accounts, for people to say. */
  number: z.number().int(),
  accountId: Id,
  accountName: z.string().max(200),
  customerName: z.string().max(200),
  module: WorkbenchModule,
  name: z.string().max(200),
  state: RuleDraftState,
  /** The newest; what is in force may be an earlier one. */
  version: z.number().int(),
  placedVersion: z.number().int().optional(),
  /** Its number in the account's configuration, while it is in force. */
  ruleId: z.number().int().optional(),
  targets: z.array(PlacedTarget).max(200),
  ticketId: Id.optional(),
  quoteId: Id.optional(),
  createdAt: Instant,
  createdBy: z.string().max(200),
  changedAt: Instant,
  changedBy: z.string().max(200),
});
export type RuleDraft = z.infer<typeof RuleDraft>;

export const RuleDraftDetail = RuleDraft.extend({
  check: RuleCheck,
  /** The newest first. */
  versions: z.array(RuleVersion).max(200),
  tries: z.array(RuleTry).max(20),
  steps: z.array(RuleStep).max(200),
});
export type RuleDraftDetail = z.infer<typeof RuleDraftDetail>;

const Because = z.string().trim().min(1).max(1000);
/** What a customer asked for: a ticket for consulting, a quote that they approved, or both. */
const Request = { ticketId: Id.optional(), quoteId: Id.optional() };
export const NewRuleDraft = RuleDraftText.extend(Request);
export const RuleDraftChange = RuleDraftText.omit({ module: true }).extend({
  basedOn: z.number().int().min(1),
  note: Because,
});
export const RuleTrial = z.discriminatedUnion('on', [
  z.object({ on: z.literal('stored') }),
  z.object({
    on: z.literal('log'),
    name: ShortText,
    text: z.string().min(1).max(triedLogMax),
    /** `syslog`: time, host and program stand before the message. */
    format: z.enum(['syslog', 'plain']).default('syslog'),
  }),
  z.object({
    on: z.literal('capture'),
    name: ShortText,
    /** A pcap or pcapng file, base64. */
    content: z
      .string()
      .min(1)
      .max(Math.ceil(triedCaptureBytesMax / 3) * 4),
    /** The customer's own networks, which rules call `$HOME_NET`. None: private addresses. */
    homeNet: z
      .array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]))
      .max(50)
      .default([]),
  }),
  z.object({ on: z.literal('paths'), paths: z.array(FilePath).min(1).max(triedPathsMax) }),
]);
export type RuleTrial = z.infer<typeof RuleTrial>;

export const RuleStaging = z.object({
  version: z.number().int().min(1),
  targets: z
    .array(PlacedTarget.pick({ kind: true, id: true }))
    .min(1)
    .max(200),
  reason: Because,
  ...Request,
});
/** `targets` where it is to hold elsewhere than where it was staged. */
export const RulePromotion = z.object({
  version: z.number().int().min(1),
  targets: z
    .array(PlacedTarget.pick({ kind: true, id: true }))
    .max(200)
    .optional(),
  reason: Because,
});
export const RuleWithdrawal = z.object({ reason: Because });
