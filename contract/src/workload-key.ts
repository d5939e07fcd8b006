import { z } from 'zod';
import { Instant } from './primitives.ts';

/** A role of an account's configuration, by which a key of the Workload Security API may do what it may. Its id is the API's. */
export const WorkloadRole = z.object({
  id: z.number().int(),
  name: z.string().max(1000),
  nameJa: z.string().max(1000).optional(),
});
export type WorkloadRole = z.infer<typeof WorkloadRole>;

export const workloadKeyStates = ['active', 'locked', 'expired'] as const;

/**
 * A key with which programs use the Workload Security API of one account; never its secret. It is none of the keys of the service API, which
 * belong to the provider and rule everything else.
 */
export const WorkloadKey = z.object({
  /** The API's. */
  id: z.number().int(),
  name: z.string().max(1000),
  description: z.string().max(10_000).optional(),
  role: WorkloadRole,
  state: z.enum(workloadKeyStates),
  createdAt: Instant,
  expiresAt: Instant.optional(),
  /** Right to a minute. */
  lastUsedAt: Instant.optional(),
});
export type WorkloadKey = z.infer<typeof WorkloadKey>;
