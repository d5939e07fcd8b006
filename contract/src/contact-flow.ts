import { z } from 'zod';
import { Id, Instant, PhoneNumber, ShortText } from './primitives.ts';

/** When a step is taken: at every hour, in reception hours, or outside them. */
export const flowHours = ['any', 'business', 'off'] as const;

const common = {
  /** How long an answer is waited for before the next try. */
  waitMinutes: z.number().int().min(1).max(1440),
  tries: z.number().int().min(1).max(10).default(1),
  hours: z.enum(flowHours).default('any'),
};

/** One step of a contact flow (S46). */
export const FlowStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mail'), contactId: Id, ...common }),
  z.object({ kind: z.literal('phone'), name: ShortText, phone: PhoneNumber, ...common }),
  z.object({ kind: z.literal('webhook'), name: ShortText, url: z.url({ protocol: /^https$/ }).max(500), ...common }),
]);
export type FlowStep = z.infer<typeof FlowStep>;
export type FlowKind = FlowStep['kind'];
export const flowStepsMax = 20;

export const ContactFlow = z.object({
  enabled: z.boolean(),
  /** In order. The call tree is their order: who does not answer is followed by the next. */
  steps: z.array(FlowStep).max(flowStepsMax),
});
export type ContactFlow = z.infer<typeof ContactFlow>;

export const flowRunStates = ['running', 'answered', 'recovered', 'exhausted', 'stopped'] as const;
export const flowTryStates = ['waiting', 'sent', 'answered', 'unanswered', 'failed', 'skipped'] as const;

export const FlowTry = z.object({
  id: Id,
  at: Instant,
  /** Counted from 1. */
  step: z.number().int(),
  attempt: z.number().int(),
  kind: z.enum(['mail', 'phone', 'webhook']),
  who: z.string().max(200),
  /** Address, number, or server of the webhook. */
  target: z.string().max(300),
  state: z.enum(flowTryStates),
  note: z.string().max(1000).optional(),
  answeredAt: Instant.optional(),
  answeredBy: z.string().max(200).optional(),
});
export type FlowTry = z.infer<typeof FlowTry>;

export const FlowRun = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string().max(200),
  alertId: Id,
  alertNumber: z.number().int(),
  hostId: Id,
  hostName: z.string().max(255),
  startedAt: Instant,
  state: z.enum(flowRunStates),
  stepCount: z.number().int(),
  /** When the next try is made where nobody answers. */
  dueAt: Instant.optional(),
  endedAt: Instant.optional(),
  endedBy: z.string().max(200).optional(),
  tries: z.array(FlowTry).max(500),
});
export type FlowRun = z.infer<typeof FlowRun>;

/** What became of a call. `answered` ends the flow; after the others the next try comes when its time is there. */
export const callResults = ['answered', 'no_answer', 'busy', 'not_responsible'] as const;
export const CallResult = z.object({
  result: z.enum(callResults),
  /** Who answered, and what was said. */
  by: ShortText.optional(),
  note: z.string().trim().max(1000).optional(),
});
export type CallResult = z.infer<typeof CallResult>;

/** What whoever opens a link in a mail is shown before the button. */
export const FlowQuestion = z.object({
  accountName: z.string().max(200),
  hostName: z.string().max(255),
  alertNumber: z.number().int(),
  silentSince: Instant,
  cause: z.string().max(60),
  who: z.string().max(200),
  provider: z.string().max(200),
  /** Over: the host is back, or somebody has answered. */
  isOpen: z.boolean(),
});
export type FlowQuestion = z.infer<typeof FlowQuestion>;
