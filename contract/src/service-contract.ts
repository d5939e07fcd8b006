import { z } from 'zod';
import { Plan } from './account.ts';
import { CalendarDate } from './calendar.ts';
import { EditionId, Feature } from './edition.ts';
import { Id, Instant, ShortText } from './primitives.ts';

const nodes = z.number().int().min(1).max(100_000);

/**
 * One **term** of an account's contract (契約): edition, plan and number of nodes, from the beginning of `startsOn` to the end of `endsOn`, in
 * Asia/Tokyo. A change closes a term and begins the next (S21), so that the list of terms is the history.
 */
export const ServiceContract = z.object({
  id: Id,
  accountId: Id,
  /** As order form and invoices name it; terms of one contract share it. */
  number: z.string(),
  edition: EditionId,
  plan: Plan,
  nodes: z.number().int(),
  startsOn: CalendarDate,
  endsOn: CalendarDate.optional(),
  state: z.enum(['ended', 'inForce', 'coming']),
  /** Why it follows the term before. */
  reason: z.string().optional(),
  createdAt: Instant,
  createdBy: z.string(),
});
export type ServiceContract = z.infer<typeof ServiceContract>;

export const NewContract = z.object({
  number: ShortText,
  /** Left out: the manager's standard edition. */
  edition: EditionId.optional(),
  plan: Plan,
  nodes,
  startsOn: CalendarDate,
  endsOn: CalendarDate.optional(),
});

/** What is left out stays as it is. */
export const ContractChange = z.object({
  from: CalendarDate,
  plan: Plan.optional(),
  edition: EditionId.optional(),
  nodes: nodes.optional(),
  reason: z.string().trim().min(1).max(1000),
  /** Tells what would come of it and changes nothing. */
  preview: z.boolean().default(false),
});

const Decided = z.enum(['granted', 'paid', 'refused']);

/** What a change of plan, edition or nodes means, in the month in which it takes effect. */
export const ChangeOutcome = z.object({
  from: CalendarDate,
  isMidMonth: z.boolean(),
  month: z.string(),
  /** Days of the month under the old term and under the new one. */
  daysBefore: z.number().int(),
  daysAfter: z.number().int(),
  before: z.object({ plan: Plan, edition: EditionId, nodes: z.number().int() }),
  after: z.object({ plan: Plan, edition: EditionId, nodes: z.number().int() }),
  /** Reports of the week and the month that the change falls into: the plan on the last day of the period decides. */
  reports: z.array(
    z.object({
      kind: z.enum(['weekly', 'monthly']),
      period: z.string(),
      plan: Plan,
      outcome: Decided,
      clause: z.string(),
    }),
  ),
  /** Features whose outcome is another from that day on. */
  features: z.array(z.object({ feature: Feature, before: Decided, after: Decided, clause: z.string() })),
});
export type ChangeOutcome = z.infer<typeof ChangeOutcome>;

export const supportLevels = ['none', 'silver', 'gold', 'platinum'] as const;
const ServerFields = z.object({
  /** The host name that the server has; it enrols by this name. */
  name: ShortText,
  basicFrom: CalendarDate.optional(),
  basicUntil: CalendarDate.optional(),
  support: z.enum(supportLevels),
  supportFrom: CalendarDate.optional(),
  supportUntil: CalendarDate.optional(),
});
const inOrder = ({ basicFrom, basicUntil, supportFrom, supportUntil }: z.infer<typeof ServerFields>): boolean =>
  (!basicFrom || !basicUntil || basicFrom <= basicUntil) &&
  (!supportFrom || !supportUntil || supportFrom <= supportUntil);
/** A server under the contract with what it needs (S18). A validity that names no beginning began before; one without an end goes on. */
export const ServerInput = ServerFields.refine(inOrder, 'a validity ends before it begins');
export type ServerInput = z.infer<typeof ServerInput>;

/** Why a server may not be activated: a phrase below `prerequisite.` */
export const prerequisiteLacks = [
  'unlisted',
  'noContract',
  'basicMissing',
  'basicExpired',
  'basicComing',
  'supportMissing',
  'supportExpired',
  'supportComing',
] as const;
export type PrerequisiteLack = (typeof prerequisiteLacks)[number];

export const ServerUnderContract = ServerFields.extend({
  id: Id,
  accountId: Id,
  /** What it lacks today; empty where it may be activated. */
  lacks: z.array(z.enum(prerequisiteLacks)),
  removedAt: Instant.optional(),
});
export type ServerUnderContract = z.infer<typeof ServerUnderContract>;

/** What an account may ask for today, by its contract. */
export const AccountEntitlement = z.object({
  feature: Feature,
  outcome: Decided,
  /** The edition sells it under this plan, and a quote for it is approved. */
  quoteId: Id.optional(),
  clause: z.string(),
  text: z.object({ ja: z.string(), en: z.string() }),
  note: z.object({ ja: z.string(), en: z.string() }).optional(),
});
export type AccountEntitlement = z.infer<typeof AccountEntitlement>;
