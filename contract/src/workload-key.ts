import { z } from 'zod';
import { NamedObject } from './named-object.ts';
import { Instant } from './primitives.ts';

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
  /** What it may do: a role of the account's configuration. */
  role: NamedObject,
  state: z.enum(workloadKeyStates),
  createdAt: Instant,
  expiresAt: Instant.optional(),
  /** Right to a minute. */
  lastUsedAt: Instant.optional(),
});
export type WorkloadKey = z.infer<typeof WorkloadKey>;
