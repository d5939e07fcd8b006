import { z } from 'zod';
import { CalendarDate } from './calendar.ts';
import { Order } from './order.ts';
import { Id, Instant, ShortText } from './primitives.ts';
import { CellFault, cellFaultsMax } from './workbook-fault.ts';

/**
 * The five steps of §6 in their order (S35–S40), as data: what ends a step, and by how many business days before the start of use it is to be
 * done. The days are the provider's own target; owner and name of each step come from the edition.
 */
export const onboardingSteps = [
  { step: 'contract', endsBy: 'complete', leadBusinessDays: 10 },
  { step: 'issue', endsBy: 'issue', leadBusinessDays: 7 },
  { step: 'install', endsBy: 'complete', leadBusinessDays: 4 },
  { step: 'rules', endsBy: 'complete', leadBusinessDays: 2 },
  { step: 'start', endsBy: 'goLive', leadBusinessDays: 0 },
] as const;
export const OnboardingStep = z.enum(onboardingSteps.map(({ step }) => step));
export type OnboardingStep = z.infer<typeof OnboardingStep>;

export const evidenceKinds = ['file', 'mail', 'hosts', 'policy', 'account', 'consent', 'note'] as const;
export const Evidence = z.object({
  kind: z.enum(evidenceKinds),
  /** What stands in a list: a file's name, `web-01: 3`, a note. */
  text: z.string().max(1000),
  /** Of the file, letter, account or host. */
  id: z.string().max(100).optional(),
  at: Instant,
  by: z.string().max(200),
});
export type Evidence = z.infer<typeof Evidence>;

export const StepRecord = z.object({
  step: OnboardingStep,
  /** `waiting`: an earlier step is not done. */
  state: z.enum(['waiting', 'open', 'done']),
  owner: z.enum(['customer', 'provider']),
  /** Who does it, at the owner's. */
  person: z.string().max(200).optional(),
  dueOn: CalendarDate,
  startedAt: Instant.optional(),
  doneAt: Instant.optional(),
  doneBy: z.string().max(200).optional(),
  evidence: z.array(Evidence).max(200),
  /** Why it was opened again, or passed in spite of a check. */
  remarks: z
    .array(z.object({ kind: z.enum(['reopened', 'overridden']), reason: z.string(), at: Instant, by: z.string() }))
    .max(100),
});
export type StepRecord = z.infer<typeof StepRecord>;

export const onboardingStates = ['open', 'started', 'cancelled'] as const;

/** How one onboarding stands, as the board shows it. */
export const OnboardingSummary = z.object({
  id: Id,
  accountId: Id.optional(),
  accountName: z.string(),
  customerName: z.string(),
  orderNumber: z.string(),
  plan: z.enum(['standard', 'advanced', 'highend']),
  servers: z.number().int(),
  startsOn: CalendarDate,
  state: z.enum(onboardingStates),
  /** The step that is open; absent where all is done or it was cancelled. */
  step: OnboardingStep.optional(),
  owner: z.enum(['customer', 'provider']).optional(),
  person: z.string().optional(),
  dueOn: CalendarDate.optional(),
  /** Business days by which the open step is late; 0 where it is not. */
  lateBusinessDays: z.number().int(),
});
export type OnboardingSummary = z.infer<typeof OnboardingSummary>;

/** Why a host that was ordered is not ready, or one that is there was not ordered: phrases below `onboardingHost.` */
export const hostFindings = [
  'missing',
  'silent',
  'policyBehind',
  'policyRefused',
  'moduleLacking',
  'moduleDegraded',
  'unordered',
] as const;
export const OrderedHost = z.object({
  name: z.string(),
  hostId: Id.optional(),
  enrolledAt: Instant.optional(),
  online: z.boolean(),
  policyName: z.string().optional(),
  /** The version that the manager assigned, and the one that the host reports (S38). */
  assignedVersion: z.number().int().optional(),
  appliedVersion: z.number().int().optional(),
  findings: z.array(z.object({ code: z.enum(hostFindings), facts: z.record(z.string(), z.string()).default({}) })),
});
export type OrderedHost = z.infer<typeof OrderedHost>;

export const gateChecks = [
  'enrolled',
  'online',
  'policy',
  'modules',
  'unordered',
  'recipients',
  'prerequisites',
  'terms',
  'liveness',
] as const;
export const GateCheck = z.object({
  check: z.enum(gateChecks),
  /** `caution`: it may start like this, and somebody has to know. */
  result: z.enum(['pass', 'caution', 'fail']),
  /** Hosts, recipients or servers that it is about, each with its cause. */
  subjects: z.array(z.string().max(600)).max(100),
});
export type GateCheck = z.infer<typeof GateCheck>;

export const OnboardingRecipient = z.object({
  contactId: Id,
  name: z.string(),
  mail: z.string(),
  askedAt: Instant.optional(),
  confirmedAt: Instant.optional(),
  confirmedHow: z.enum(['link', 'phone', 'mail', 'document']).optional(),
  bounced: z.boolean(),
});
export type OnboardingRecipient = z.infer<typeof OnboardingRecipient>;

/** A place where the hearing sheet says something else than the order. */
export const Contradiction = z.object({
  code: z.enum(['customerName', 'plan', 'servers', 'startsOn']),
  ordered: z.string().max(1000),
  heard: z.string().max(1000),
  place: z.object({ sheet: z.string(), cell: z.string() }).optional(),
});
export type Contradiction = z.infer<typeof Contradiction>;

export const KeptFile = z.object({
  id: Id,
  kind: z.enum(['order', 'hearing', 'other']),
  name: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  uploadedAt: Instant,
  uploadedBy: z.string(),
});
export type KeptFile = z.infer<typeof KeptFile>;

export const Onboarding = OnboardingSummary.extend({
  /** Counts the changes; whoever changes it names the one that was read. */
  version: z.number().int(),
  changedAt: Instant,
  changedBy: z.string(),
  order: Order,
  steps: z.array(StepRecord),
  files: z.array(KeptFile).max(200),
  contradictions: z.array(Contradiction).max(20),
  hosts: z.array(OrderedHost).max(2000),
  recipients: z.array(OnboardingRecipient).max(500),
  gate: z.array(GateCheck),
  startedOn: CalendarDate.optional(),
  cancelReason: z.string().optional(),
});
export type Onboarding = z.infer<typeof Onboarding>;

export const OrderChecked = z.object({
  /** Where nothing is wrong. */
  order: Order.optional(),
  faults: z.array(CellFault).max(cellFaultsMax),
  /** The onboarding that has this order already. */
  known: z.object({ id: Id, orderNumber: z.string(), createdAt: Instant }).optional(),
});
export type OrderChecked = z.infer<typeof OrderChecked>;

/** Either a file as base64, or the form of the page. */
export const orderFileCharactersMax = 5_800_000;
export const GivenOrder = z
  .object({
    file: z.base64().max(orderFileCharactersMax).optional(),
    name: ShortText.optional(),
    order: z.unknown().optional(),
  })
  .refine(({ file, order }) => (file === undefined) !== (order === undefined), 'give either file or order');
