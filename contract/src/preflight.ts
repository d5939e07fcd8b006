import { z } from 'zod';
import { Instant } from './primitives.ts';

export const PreflightFinding = z.object({
  check: z.string().max(40),
  level: z.enum(['pass', 'warn', 'fail']),
  /** Phrase keys: `preflight.<code>` says what was found, `preflight.next.<code>` what to do about it; of sizes `sizing.<code>`. */
  code: z.string().max(60),
  facts: z.record(z.string().max(40), z.union([z.string().max(2000), z.number()])),
});
export type PreflightFinding = z.infer<typeof PreflightFinding>;

/** A reason for going on although preflight failed. */
export const overrideReasonMax = 300;

/** What a host found when it looked at itself before the agent came to it (S10, S14, S15, S22–S24): sent with the enrolment, and kept. */
export const PreflightRecord = z.object({
  at: Instant,
  verdict: z.enum(['ok', 'warn', 'fail']),
  needsReboot: z.boolean(),
  findings: z.array(PreflightFinding).max(60),
  /** Somebody went on in spite of a failure, for this reason. */
  overrideReason: z.string().trim().min(1).max(overrideReasonMax).optional(),
});
export type PreflightRecord = z.infer<typeof PreflightRecord>;
