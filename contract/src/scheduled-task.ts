import { z } from 'zod';
import { Id, Instant } from './primitives.ts';

/**
 * On which days a scheduled task runs (S58), beside its schedule: `any`; `only` on business days of the account's calendar, else not at all; `next`: what
 * falls on another day runs at the same time on the next business day.
 */
export const dayRules = ['any', 'only', 'next'] as const;
export const DayRule = z.enum(dayRules);
export type DayRule = z.infer<typeof DayRule>;

export const runStates = ['ran', 'failed', 'missed', 'skipped', 'moved'] as const;

/** One planned run. `missed`: the manager was away; `skipped` and `moved`: the day was no business day. */
export const TaskRun = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string(),
  taskId: z.number().int(),
  name: z.string(),
  type: z.string(),
  plannedAt: Instant,
  at: Instant,
  state: z.enum(runStates),
  reason: z.string().optional(),
  /** Of a run that was made up for: how many were missed before it. */
  madeUpFor: z.number().int().optional(),
  /** Of a moved run: when it runs instead. */
  movedTo: Instant.optional(),
  /** Of what hosts were asked: how many did it, did not do it, and have not answered yet. */
  hosts: z.object({ done: z.number().int(), missed: z.number().int(), waiting: z.number().int() }).optional(),
});
export type TaskRun = z.infer<typeof TaskRun>;

export const ScheduledTask = z.object({
  id: z.number().int(),
  accountId: Id,
  accountName: z.string(),
  name: z.string(),
  type: z.string(),
  isEnabled: z.boolean(),
  /** As the API has it: `monthly` with the first Sunday and so on. */
  recurrence: z.enum(['none', 'hourly', 'daily', 'weekly', 'monthly']),
  timeZone: z.string(),
  dayRule: DayRule,
  /** By schedule and rule together. */
  nextRunAt: Instant.optional(),
  lastRunAt: Instant.optional(),
  lastState: z.enum(runStates).optional(),
});
export type ScheduledTask = z.infer<typeof ScheduledTask>;
