import { z } from 'zod';
import { Alert } from './alert.ts';
import { CalendarDate } from './calendar.ts';
import type { Language } from './language.ts';
import { DetectionModule } from './module.ts';
import { hasPhrase, phrase } from './phrase.ts';
import { Id, Instant, NoteText } from './primitives.ts';

/** What an engineer finds of an alert on a review sheet. `action_needed` keeps the alert open and calls for an escalation (S67). */
export const reviewVerdicts = ['no_action', 'false_positive', 'planned_work', 'action_needed'] as const;
export const ReviewVerdict = z.enum(reviewVerdicts);
export type ReviewVerdict = z.infer<typeof ReviewVerdict>;

/** What an edition lets a review leave out (S68, S69, S70). */
export const reviewExclusions = ['finished', 'brief-silence', 'planned-work'] as const;
export type ReviewExclusion = (typeof reviewExclusions)[number];

/** By which the customer was told. A mail is written here; a call is made by a person, who notes it. */
export const escalationChannels = ['mail', 'phone'] as const;
/** `waiting`: told, and no word yet. */
export const escalationOutcomes = ['waiting', 'answered', 'no_answer'] as const;

/** One try to reach a contact about an item that needs action, with what they said (S67). */
export const Escalation = z.object({
  id: Id,
  contactName: z.string().max(200),
  channel: z.enum(escalationChannels),
  at: Instant,
  by: z.string().max(200),
  /** What the contact was told to do next. */
  message: z.string().max(4000),
  outcome: z.enum(escalationOutcomes),
  answer: z.string().max(4000).optional(),
  answeredAt: Instant.optional(),
});
export type Escalation = z.infer<typeof Escalation>;

export const ReviewItem = z.object({
  alert: Alert,
  /** Why it need not be looked at, with what shows it. Such an item stays visible. */
  exclusion: z
    .object({
      id: z.enum(reviewExclusions),
      text: z.object({ ja: z.string(), en: z.string() }),
      clause: z.string().max(20),
      evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    })
    .optional(),
  /** Left out by a rule, and drawn to be looked at all the same: one in a hundred, at least one. */
  isSample: z.boolean(),
  verdict: z
    .object({ value: ReviewVerdict, note: z.string().max(4000).optional(), by: z.string().max(200), at: Instant })
    .optional(),
  escalations: z.array(Escalation).max(50),
});
export type ReviewItem = z.infer<typeof ReviewItem>;

export const reviewStates = ['open', 'done'] as const;

/**
 * A **review sheet** (確認シート): the alerts of every day since the last business day, which an engineer looks through on the next one between
 * opening and closing (S65, S71; clause 7(7)). One an account and business day.
 */
export const ReviewSheet = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string().max(200),
  businessDay: CalendarDate,
  /** The days whose alerts it holds. */
  days: z.array(CalendarDate).max(400),
  from: Instant,
  /** The first instant that is not on it. */
  to: Instant,
  madeAt: Instant,
  dueAt: Instant,
  state: z.enum(reviewStates),
  isLate: z.boolean(),
  finishedAt: Instant.optional(),
  /** Clause and edition by which it was made. */
  clause: z.string().max(20),
  edition: z.string().max(40),
  counts: z.object({
    items: z.number().int(),
    /** To be looked at: what no rule leaves out, and the sample. */
    due: z.number().int(),
    reviewed: z.number().int(),
    excluded: z.number().int(),
    actionNeeded: z.number().int(),
  }),
});
export type ReviewSheet = z.infer<typeof ReviewSheet>;

/** Alerts of modules that a review does not take in, told beside it so that an item can be seen in its surroundings (S66, Q9). */
export const ReviewContext = z.object({
  module: DetectionModule,
  alerts: z.number().int(),
  detections: z.number().int(),
});
export const ReviewDetail = ReviewSheet.extend({
  items: z.array(ReviewItem).max(2000),
  /** There are more than are shown; judging these brings up the next. */
  isCut: z.boolean(),
  context: z.array(ReviewContext).max(20),
});
export type ReviewDetail = z.infer<typeof ReviewDetail>;

export const Judging = z.object({
  alertIds: z.array(Id).min(1).max(500),
  verdict: ReviewVerdict,
  note: NoteText.optional(),
});
export const NewEscalation = z.object({
  channel: z.enum(escalationChannels),
  /** Left out, the first contact for alerts that was not tried yet. */
  contactId: Id.optional(),
  message: NoteText,
  /** Of a call: what came of it. A mail waits for its answer. */
  outcome: z.enum(escalationOutcomes).default('waiting'),
  answer: NoteText.optional(),
});
export const EscalationAnswer = z.object({ outcome: z.enum(['answered', 'no_answer']), answer: NoteText });

/** What shows that a rule leaves an item out, in the reader's language. */
export function evidenceIn(
  language: Language,
  { id, evidence }: Pick<NonNullable<ReviewItem['exclusion']>, 'id' | 'evidence'>,
): string {
  const actions = String(evidence['actions'] ?? '')
    .split(', ')
    .map((action) => {
      const key = `action.${action}`;
      return hasPhrase(key) ? phrase(language, key) : action;
    });
  return phrase(language, `exclusion.evidence.${id}`, {
    ...evidence,
    actions: actions.join(language === 'ja' ? '、' : ', '),
  });
}
