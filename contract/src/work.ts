import { z } from 'zod';
import { Deadline } from './calendar.ts';
import { Feature } from './edition.ts';
import type { Language } from './language.ts';
import { phrase, phraseOr } from './phrase.ts';
import { Id, Instant, NoteText, ShortText } from './primitives.ts';

/**
 * **Work** (作業): something that a person of the provider has to do by a time. What a host is asked to do is a task (タスク) and no work. The
 * first four queues are the basic operations that every plan has (S27); `desk` is the provider's own.
 */
export const workQueues = ['setup', 'processMonitoring', 'licenseRenewal', 'helpdesk', 'desk'] as const;
export type WorkQueue = (typeof workQueues)[number];

/** Which entitlement opens a queue. The provider's own work needs none. */
export const workFeatures: Readonly<Record<WorkQueue, Feature | undefined>> = {
  setup: 'basic.setup',
  processMonitoring: 'basic.processMonitoring',
  licenseRenewal: 'basic.licenseRenewal',
  helpdesk: 'basic.helpdesk',
  desk: undefined,
};

/** What work can be, with the queue it goes to. `manual` was typed by a person, who chose the queue; each kind has its title in the phrases. */
export const workKinds = {
  manual: 'desk',
  onboardingStep: 'setup',
  recipientUnconfirmed: 'setup',
  hostSilent: 'processMonitoring',
  contactCall: 'processMonitoring',
  contactsUnanswered: 'processMonitoring',
  consentUnanswered: 'desk',
  blockProposal: 'desk',
  changeNotEnded: 'desk',
  licenseExpiring: 'licenseRenewal',
  licenseGap: 'licenseRenewal',
  licenseOveruse: 'licenseRenewal',
  inquiry: 'helpdesk',
  ticketDue: 'helpdesk',
  ticketLate: 'helpdesk',
  mailUndelivered: 'desk',
  recipientWaiting: 'desk',
  recipientRefused: 'desk',
  taskMissed: 'desk',
  taskUnreached: 'desk',
  contractAction: 'desk',
  reviewSheet: 'desk',
  reviewLate: 'desk',
  reportDue: 'desk',
  reportLate: 'desk',
  reportUnsent: 'desk',
  reportUncomposed: 'desk',
  socUnreached: 'desk',
  caseUnanswered: 'desk',
  gatewayQuiet: 'desk',
  meetingUnplanned: 'desk',
  sourceSilent: 'desk',
  sourceForeign: 'desk',
  remoteFailing: 'desk',
} as const satisfies Record<string, WorkQueue>;
export type WorkKind = keyof typeof workKinds;
export const WorkKind = z.enum(Object.keys(workKinds) as [WorkKind, ...WorkKind[]]);

export const workStates = ['open', 'taken', 'done', 'cancelled'] as const;

/** What the title says. Every value is short, so that a list stays one. */
export const WorkFacts = z.record(z.string().max(50), z.union([z.string().max(500), z.number()]));
export type WorkFacts = z.infer<typeof WorkFacts>;

export const WorkItem = z.object({
  id: Id,
  /** Counts over all accounts, for people to say. */
  number: z.number().int(),
  accountId: Id,
  accountName: z.string(),
  queue: z.enum(workQueues),
  kind: WorkKind,
  facts: WorkFacts,
  /** What the work is part of or sold as; it does not begin before the plan or an approved quote allows it (S34). */
  feature: Feature.optional(),
  quoteId: Id.optional(),
  /** `license:<id>`, `notice:<id>`: what it is about. */
  target: z.string().optional(),
  state: z.enum(workStates),
  dueAt: Instant,
  /** How the time came about, where it was counted in business days. */
  due: Deadline.optional(),
  isOverdue: z.boolean(),
  owner: z.object({ id: z.string(), name: z.string() }).optional(),
  createdAt: Instant,
  createdBy: z.string(),
  endedAt: Instant.optional(),
  endedBy: z.string().optional(),
  /** What was done and how it is known; of cancelled work, why. */
  evidence: z.string().optional(),
});
export type WorkItem = z.infer<typeof WorkItem>;

export const NewWork = z.object({
  queue: z.enum(workQueues).default('desk'),
  title: ShortText,
  feature: Feature.optional(),
  /** Business days from now, the first not counted; the usual answer's where nothing is said (S50). */
  businessDays: z.number().int().min(1).max(60).default(3),
  /** Typed twice by mistake, it stays one. */
  key: z.string().min(1).max(200).optional(),
});
export const WorkEnd = z.object({ evidence: NoteText });

/** The title of work in the reader's language. */
export const workTitle = (language: Language, { kind, facts }: Pick<WorkItem, 'kind' | 'facts'>): string =>
  phrase(language, `work.title.${kind}`, { ...facts, ...spoken(language, facts) });

/** Facts that are kept as a word of the contract, as it is said. */
function spoken(language: Language, { step, owner, cause }: WorkFacts): WorkFacts {
  const say = (prefix: string, word: string | number) => phraseOr(language, prefix, String(word));
  return {
    ...(step === undefined ? {} : { step: say('onboardingStep', step) }),
    ...(owner === undefined ? {} : { owner: say('onboardingOwner', owner) }),
    ...(cause === undefined ? {} : { cause: say('liveness.cause', cause) }),
  };
}
