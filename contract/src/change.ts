import { z } from 'zod';
import { Id, Instant, NoteText, ShortText } from './primitives.ts';
import { RecipientSteps } from './recipients.ts';
import { UpgradeSettings } from './upgrade.ts';

/**
 * **Changes** (設定変更): what a customer asks to have changed, carried out with proof (S54–S61, S102; clauses 7(5), 8(4)). Before and after, the effect
 * on the last 30 days, requester and approver, what each host said of it and how it was taken back all stand with the change.
 */
export const changeKinds = ['policy', 'recipients', 'mode', 'exclusion', 'task', 'agent'] as const;
export const ChangeKindName = z.enum(changeKinds);
export type ChangeKindName = z.infer<typeof ChangeKindName>;

/**
 * `refused`: outside the product's specification (clause 8(4)). `proposed` waits for approval. `verifying` is applied and waits for the hosts' word.
 * `reverting` is being taken back and waits for the hosts' word; `reverted` is taken back.
 */
export const changeStates = [
  ...(['refused', 'proposed', 'approved', 'applying', 'verifying', 'done'] as const),
  ...(['failed', 'withdrawn', 'reverting', 'reverted'] as const),
] as const;
export type ChangeState = (typeof changeStates)[number];
/** Something may still come of it. */
export const openChangeStates: readonly ChangeState[] = ['proposed', 'approved', 'applying', 'verifying', 'reverting'];

export const changeDaysMax = 366;
const NumberOfApi = z.number().int().min(1).max(2_147_483_647);
const RuleIds = z.array(NumberOfApi).max(1000);

/** Modules as the Workload Security API names them; those with rules can be given and spared some. */
export const changeModules = [
  ...(['antiMalware', 'webReputation', 'firewall', 'intrusionPrevention', 'integrityMonitoring'] as const),
  ...(['logInspection', 'applicationControl', 'activityMonitoring'] as const),
] as const;
export const changeRuleModules = ['firewall', 'intrusionPrevention', 'integrityMonitoring', 'logInspection'] as const;
export type ChangeRuleModule = (typeof changeRuleModules)[number];

/** A policy: settings and states of modules, null takes an own value away; rules that are added and taken from a module. Ids are the API's. */
const PolicyWish = z.strictObject({
  kind: z.literal('policy'),
  policyId: NumberOfApi,
  settings: z.record(z.string().min(1).max(120), z.string().max(10_000).nullable()).optional(),
  modules: z.partialRecord(z.enum(changeModules), z.string().max(20).nullable()).optional(),
  rules: z
    .partialRecord(z.enum(changeRuleModules), z.strictObject({ add: RuleIds.optional(), remove: RuleIds.optional() }))
    .optional(),
});

/** Who receives alerts and reports (S55); the room of mails carries it out and writes to both sides. */
const RecipientsWish = z.strictObject({ kind: z.literal('recipients'), steps: RecipientSteps.shape.steps });

/** A computer, by the host or by the API's number; or a policy, by the API's number. */
const HostAim = { hostId: Id.optional(), computerId: NumberOfApi.optional() };
const ModeWish = z.strictObject({
  kind: z.literal('mode'),
  ...HostAim,
  mode: z.enum(['prevent', 'detect']),
  until: Instant,
});

const Paths = z.array(z.string().trim().min(2).max(1000)).max(50);
/** What is left out, of one module. */
export const ExclusionWhat = z.discriminatedUnion('module', [
  z.strictObject({ module: z.literal('integrity'), paths: Paths.min(1) }),
  z.strictObject({
    module: z.literal('antimalware'),
    directories: Paths.default([]),
    files: Paths.default([]),
    extensions: z.array(z.string().trim().min(1).max(50)).max(50).default([]),
  }),
  z.strictObject({ module: z.literal('intrusion'), ruleId: NumberOfApi }),
  z.strictObject({
    module: z.literal('firewall'),
    addresses: z.array(z.string().trim().min(2).max(64)).min(1).max(50),
  }),
]);
export type ExclusionWhat = z.infer<typeof ExclusionWhat>;
const ExclusionWish = z.strictObject({
  kind: z.literal('exclusion'),
  ...HostAim,
  policyId: NumberOfApi.optional(),
  what: ExclusionWhat,
  until: Instant,
});

/** A scheduled task, as the API has it; of one that is there, its number and what is to be another. */
const TaskWish = z.strictObject({
  kind: z.literal('task'),
  taskId: NumberOfApi.optional(),
  task: z.record(z.string().max(100), z.unknown()),
});

const AgentWish = z.strictObject({
  kind: z.literal('agent'),
  build: z.string().max(60).optional(),
  upgrade: UpgradeSettings,
});

export const ChangeWish = z.discriminatedUnion('kind', [
  PolicyWish,
  RecipientsWish,
  ModeWish,
  ExclusionWish,
  TaskWish,
  AgentWish,
]);
export type ChangeWish = z.infer<typeof ChangeWish>;

export const NewChange = z.strictObject({
  wish: ChangeWish,
  /** The ticket that asks for it; requester and time are the ticket's then. */
  ticketId: Id.optional(),
  /** Who asks, where no ticket says so. */
  requester: ShortText.optional(),
  /** One line for lists and the report; made from what is asked where nothing is given. */
  subject: ShortText.optional(),
  reason: NoteText,
});

const Told = z.string().max(4000);
/** One value that becomes another. Absent: there was, or is, none. */
export const ChangeLine = z.object({
  /** `policy`, `computer`, `policyRule` …: what it stands on. */
  type: z.string().max(40),
  name: z.string().max(300),
  field: z.string().max(200),
  before: Told.optional(),
  after: Told.optional(),
});
export type ChangeLine = z.infer<typeof ChangeLine>;

export const changeEffects = ['suppressed', 'passes', 'blocks'] as const;
/** What the last 30 days would have been. */
export const ChangePreviewShown = z.object({
  since: Instant,
  at: Instant,
  hostCount: z.number().int(),
  hosts: z.array(z.object({ computerId: z.number().int(), name: z.string().max(300), hostId: Id.optional() })).max(200),
  /** Detections that would not have been made, attacks that would have passed, attacks that would have been blocked. */
  suppressed: z.number().int(),
  passes: z.number().int(),
  blocks: z.number().int(),
  byRule: z
    .array(
      z.object({
        ruleId: z.string().max(200),
        name: z.string().max(300),
        nameJa: z.string().max(300).optional(),
        effect: z.enum(changeEffects),
        count: z.number().int(),
      }),
    )
    .max(100),
  /** What no figure says: phrases below `change.remark.`. */
  remarks: z.array(z.string().max(60)).max(10),
});
export type ChangePreviewShown = z.infer<typeof ChangePreviewShown>;

export const changeHostStates = ['waiting', 'confirmed', 'failed', 'offline'] as const;
export const ChangeHost = z.object({
  computerId: z.number().int(),
  hostId: Id.optional(),
  name: z.string().max(300),
  state: z.enum(changeHostStates),
  /** The version of the policy that the host keeps to, by its own word. */
  version: z.number().int().optional(),
  detail: z.string().max(1000).optional(),
  at: Instant.optional(),
});
export type ChangeHost = z.infer<typeof ChangeHost>;

export const Change = z.object({
  id: Id,
  number: z.number().int(),
  accountId: Id,
  accountName: z.string().max(200),
  kind: ChangeKindName,
  state: z.enum(changeStates),
  subject: z.string().max(300),
  reason: z.string().max(4000),
  wish: ChangeWish,
  ticket: z.object({ id: Id, number: z.number().int() }).optional(),
  requester: z.string().max(300),
  requestedAt: Instant,
  createdAt: Instant,
  createdBy: z.string().max(200),
  /** No quote is needed and nothing is billed (S28). */
  isChargeable: z.boolean(),
  refusal: z
    .object({ clause: z.string().max(20), text: z.object({ ja: z.string().max(4000), en: z.string().max(4000) }) })
    .optional(),
  diff: z.array(ChangeLine).max(500),
  preview: ChangePreviewShown.optional(),
  /** Other changes that are not over and touch the same. */
  others: z
    .array(
      z.object({
        ...{ id: Id, number: z.number().int(), subject: z.string().max(300), state: z.enum(changeStates) },
        /** They want something else of it. */
        isContradictory: z.boolean(),
        fields: z.array(z.string().max(500)).max(20),
      }),
    )
    .max(20),
  approvedAt: Instant.optional(),
  approvedBy: z.string().max(200).optional(),
  /** Why whoever opened it approved it alone. */
  approvalReason: z.string().max(4000).optional(),
  appliedAt: Instant.optional(),
  appliedBy: z.string().max(200).optional(),
  verifyUntil: Instant.optional(),
  doneAt: Instant.optional(),
  hosts: z.array(ChangeHost).max(10_000),
  /** The upgrade plan that carries it out. */
  planId: Id.optional(),
  /** When it is taken back by itself. */
  until: Instant.optional(),
  revertedAt: Instant.optional(),
  revertedBy: z.string().max(200).optional(),
  revertReason: z.string().max(4000).optional(),
  /** What stands there now that another one has put there: it cannot be taken back, or not be applied as it was looked at. */
  conflict: z.array(ChangeLine).max(500),
  /** Why it failed: a phrase below `change.fault.`, and the words of whoever refused. */
  fault: z.object({ code: z.string().max(60), detail: z.string().max(2000).optional() }).optional(),
  /** For the answer to whoever asked, in the language of the ticket. */
  answer: z.string().max(4000).optional(),
  history: z
    .array(
      z.object({
        at: Instant,
        what: z.string().max(60),
        by: z.string().max(200),
        detail: z.string().max(4000).optional(),
      }),
    )
    .max(500),
});
export type Change = z.infer<typeof Change>;

/** A change that was done in a month, for the report (S87). */
export type ChangeDone = {
  readonly number: number;
  readonly kind: ChangeKindName;
  readonly subject: string;
  readonly doneAt: Date;
  readonly ticketNumber?: number;
};

/** Detections of one sort: of one rule, with one end, of one file, from one source. */
export type DetectionCount = {
  readonly module: string;
  readonly ruleId: string;
  readonly name: string;
  readonly nameJa: string | null;
  readonly isDenied: boolean;
  readonly path: string | null;
  readonly source: string | null;
  readonly count: number;
};
