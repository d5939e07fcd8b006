import { z } from 'zod';
import { Id, Instant } from './primitives.ts';

/**
 * What the integrity rules of a policy or of a draft would watch on a host, counted by its agent before they are applied (S24). Nothing is hashed but a
 * sample, by which the time is told.
 */
export const EstimateFigures = z.object({
  files: z.number().int().nonnegative(),
  folders: z.number().int().nonnegative(),
  /** Bytes of the files whose content would be compared. */
  contentBytes: z.number().nonnegative(),
  entities: z.number().int().nonnegative(),
  /** Network, FUSE and object-store mounts below the rules, which are not entered (S22). */
  mountsSkipped: z.array(z.string().max(1000)).max(50),
  /** Paths that this agent may not see. */
  denied: z.number().int().nonnegative(),
  /** Seconds of the first scan within the budget of the processor, by what the sample took here. */
  seconds: z.number().nonnegative(),
  /** Of one processor, while that scan runs. */
  cpuPercent: z.number().nonnegative(),
  /** Bytes of the baseline on the disk. */
  baselineBytes: z.number().nonnegative(),
});
export type EstimateFigures = z.infer<typeof EstimateFigures>;

/** What an agent says of it, while it counts and when it has. */
export const EstimateReport = z.object({
  estimateId: Id,
  state: z.enum(['counting', 'done', 'failed']),
  figures: EstimateFigures,
  /** Why it failed; English. */
  detail: z.string().max(500).optional(),
});
export type EstimateReport = z.infer<typeof EstimateReport>;

export const EstimateOfHost = z.object({
  hostId: Id,
  name: z.string().max(300),
  state: z.enum(['waiting', 'counting', 'done', 'failed']),
  figures: EstimateFigures.optional(),
  detail: z.string().max(500).optional(),
  /** More than the limits: applying needs a second confirmation. */
  aboveLimit: z.boolean(),
});
export const IntegrityEstimate = z.object({
  id: Id,
  policyId: Id,
  createdAt: Instant,
  createdBy: z.string().max(200),
  state: z.enum(['counting', 'done']),
  hosts: z.array(EstimateOfHost).max(20),
  /** More hosts have the policy than were asked. */
  hostsNotAsked: z.number().int().nonnegative(),
  limits: z.object({ files: z.number().int(), seconds: z.number().int() }),
  needsConfirmation: z.boolean(),
});
export type IntegrityEstimate = z.infer<typeof IntegrityEstimate>;
export const estimatedHostsMax = 20;
