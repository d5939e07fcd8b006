import { z } from 'zod';
import { Id, Instant, NoteText } from './primitives.ts';
import { Severity } from './severity.ts';

const Words = z.strictObject({ ja: z.string().min(1).max(300), en: z.string().min(1).max(300) });
const Steps = z.array(z.string().min(1).max(500)).min(1).max(10);
/** One step an item, as many in one language as in the other. */
const LocalSteps = z
  .strictObject({ ja: Steps, en: Steps })
  .refine(({ ja, en }) => ja.length === en.length, 'as many steps in one language as in the other');

/** MITRE ATT&CK: a technique, or a part of one (`T1110`, `T1110.001`). */
export const AttackTechnique = z.string().regex(/^T\d{4}(\.\d{3})?$/);

const Count = z.number().int().min(1).max(100_000);
const Minutes = z.number().int().min(1).max(10_080);

/** So many detections of one group within so long raise the alert; fewer are kept and counted, and raise none. */
export const AlertThreshold = z.strictObject({ count: Count, withinMinutes: Minutes });
export type AlertThreshold = z.infer<typeof AlertThreshold>;

/**
 * How an alert ends without a person. `recovery`: a detection of one of these kinds, of the same host and subject, tells that it is over.
 * `condition`: what it tells of holds no more. `quiet`: nothing more of it came for so long. `person`: never.
 */
export const AlertResolving = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('recovery'), kinds: z.array(z.string().max(60)).min(1).max(10) }),
  z.strictObject({ by: z.literal('condition') }),
  z.strictObject({ by: z.literal('quiet'), minutes: z.number().int().min(5).max(43_200) }),
  z.strictObject({ by: z.literal('person') }),
]);

/**
 * What becomes an alert, and how (issue 7: definitions are data, `rules/alerts`). Every kind of detection has exactly one: the one that names it,
 * else the one that names the longest beginning of it (`entity.*`), else the one of everything (`*`).
 */
export const AlertDefinition = z.strictObject({
  id: z
    .string()
    .max(60)
    .regex(/^[a-z]+(\.[a-z_]+)*$/),
  kinds: z
    .array(
      z
        .string()
        .max(60)
        .regex(/^(\*|[a-z]+(\.[a-z_]+)*(\.\*)?)$/),
    )
    .min(1)
    .max(20),
  /** The manager sees by itself whether it holds, from what hosts and rooms tell; there is no engine that detects it. */
  condition: z.boolean().default(false),
  name: Words,
  cause: Words,
  next: LocalSteps,
  /** More precise steps where the alert's facts name a `cause`. */
  nextByCause: z.record(z.string().max(60), LocalSteps).optional(),
  /** Of a condition. A detection has its own. */
  severity: Severity.optional(),
  /** Detections below raise no alert. */
  severityMin: Severity,
  /** Of detections. */
  threshold: AlertThreshold.optional(),
  /** Of a condition: so long it must hold before it is one. */
  holdMinutes: z.number().int().min(0).max(10_080).optional(),
  /** What makes detections one alert, besides account, host and module, which always do. */
  grouping: z.array(z.enum(['rule', 'subject'])).max(2),
  /** Opened anew after it resolved so often within so long, it stays open until it was well for `settleMinutes`, and mails no more meanwhile. */
  flap: z
    .strictObject({ times: z.number().int().min(2).max(50), withinMinutes: Minutes, settleMinutes: Minutes })
    .optional(),
  resolve: AlertResolving,
  /** Whether the customer's contacts for alerts are told. */
  mails: z.boolean(),
  attack: z.array(AttackTechnique).max(10),
});
export type AlertDefinition = z.infer<typeof AlertDefinition>;

/** What an account has otherwise than the definition says. Everything left out is as there. */
export const AlertOverrideInput = z
  .object({
    threshold: AlertThreshold.optional(),
    holdMinutes: z.number().int().min(0).max(10_080).optional(),
    isOff: z.boolean().default(false),
    reason: NoteText,
  })
  .refine(
    ({ threshold, holdMinutes, isOff }) => isOff || threshold !== undefined || holdMinutes !== undefined,
    'say what is otherwise: threshold, holdMinutes or isOff',
  );
export type AlertOverrideInput = z.infer<typeof AlertOverrideInput>;

export const AlertOverride = z.object({
  accountId: Id,
  definitionId: z.string().max(60),
  threshold: AlertThreshold.optional(),
  holdMinutes: z.number().int().optional(),
  isOff: z.boolean(),
  reason: z.string().max(4000),
  updatedAt: Instant,
  updatedBy: z.string().max(200),
});
export type AlertOverride = z.infer<typeof AlertOverride>;

/** A definition as one account has it. */
export const AccountAlertDefinition = AlertDefinition.extend({ override: AlertOverride.optional() });
export type AccountAlertDefinition = z.infer<typeof AccountAlertDefinition>;

/** Of an alert: why there is such a thing, and what to do next. */
export const AlertGuidance = AlertDefinition.pick({ name: true, cause: true, next: true }).extend({
  definitionId: z.string().max(60),
});
export type AlertGuidance = z.infer<typeof AlertGuidance>;
