import { z } from 'zod';
import { Case } from './case.ts';
import { Id, Instant } from './primitives.ts';

/** A case as a hand-over shows it. The last note is an internal one. */
export const HandoverCase = Case.pick({
  ...{ id: true, number: true, accountName: true, title: true, lead: true, state: true, severity: true, owner: true },
  ...{ openedAt: true, closedAt: true, closing: true, nextLevelAt: true },
}).extend({
  lastNote: z.object({ at: Instant, by: z.string().max(200), text: z.string().max(500) }).optional(),
});

/** What whoever goes tells whoever comes (シフト引き継ぎ): drafted from the cases, completed and signed by a person. */
export const Handover = z.object({
  id: Id,
  state: z.enum(['draft', 'signed']),
  /** The shift that it is about; a draft runs until now. */
  from: Instant,
  to: Instant,
  /** In the words of whoever hands over. */
  text: z.string().max(4000),
  version: z.number().int(),
  /** `system` where it was drafted by the clock. */
  createdBy: z.string().max(200),
  createdAt: Instant,
  changedBy: z.string().max(200).optional(),
  signedBy: z.string().max(200).optional(),
  signedAt: Instant.optional(),
  counts: z.object({
    unclosed: z.number().int(),
    untaken: z.number().int(),
    opened: z.number().int(),
    closed: z.number().int(),
    unanswered: z.number().int(),
  }),
  /** Not closed, the latest first; then those that were closed in the shift. At most 100 of each. */
  unclosed: z.array(HandoverCase).max(100),
  closed: z.array(HandoverCase).max(100),
});
export type Handover = z.infer<typeof Handover>;
export type HandoverContent = Pick<Handover, 'counts' | 'unclosed' | 'closed'>;

export const HandoverSummary = Handover.omit({ unclosed: true, closed: true });
export const HandoverEdit = z.object({ text: z.string().trim().max(4000), version: z.number().int().min(1) });
