import { z } from 'zod';
import { modes } from './detection.ts';
import { Id, Instant } from './primitives.ts';
import { Severity } from './severity.ts';

/**
 * Which way intrusion prevention works on one computer (S56): as its policy says, or **switched** to the other way for a time, with a reason. A switch
 * ends by itself.
 */
const Reason = z.string().trim().min(1).max(300);
const State = z.enum(['off', ...modes]);

export const intrusionSwitchDaysMax = 90;

export const IntrusionSwitch = z.object({
  mode: z.enum(modes),
  reason: Reason,
  until: Instant,
  createdAt: Instant,
  createdBy: z.string().max(200),
});
export type IntrusionSwitch = z.infer<typeof IntrusionSwitch>;

export const IntrusionMode = z.object({
  hostId: Id,
  /** What is asked of the host now. */
  state: State,
  /** What would be without the switch. */
  stateWithoutSwitch: State,
  switch: IntrusionSwitch.optional(),
});
export type IntrusionMode = z.infer<typeof IntrusionMode>;

export const NewIntrusionSwitch = IntrusionSwitch.pick({ mode: true, reason: true, until: true });
export type NewIntrusionSwitch = z.infer<typeof NewIntrusionSwitch>;

export const previewDays = 30;
const Count = z.number().int().nonnegative();

/** What a switch would have changed on this host in the last {@link previewDays} days, had it been so. */
export const IntrusionPreview = z.object({
  mode: z.enum(modes),
  state: State,
  since: Instant,
  rules: z.object({
    inForce: Count,
    /** Rules that block now, and that would. */
    blockNow: Count,
    blockThen: Count,
  }),
  /** Of what was blocked, how much would have passed; of what was only detected, how much would have been blocked. */
  wouldPass: Count,
  wouldBlock: Count,
  /** The most frequent first. */
  byRule: z
    .array(
      z.object({
        ruleId: z.string().max(100),
        name: z.string().max(300),
        nameJa: z.string().max(300).optional(),
        severity: Severity,
        blocked: Count,
        detected: Count,
        effect: z.enum(['passes', 'blocks', 'same']),
      }),
    )
    .max(100),
});
export type IntrusionPreview = z.infer<typeof IntrusionPreview>;
