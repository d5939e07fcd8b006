import { z } from 'zod';
import { Instant } from './primitives.ts';

/**
 * Why a baseline was recorded. `first`: there was none. `requested`: somebody asked for it, with a reason. `rules`: other rules came into force, and what they
 * watch was recorded. `missing`, `damaged`: it was lost; changes until then cannot be told.
 */
export const baselineCauses = ['first', 'requested', 'rules', 'missing', 'damaged'] as const;

/** A version of a host's baseline (S7): the state from which changes are told. Counted from 1 on each host; the newest is in force. */
export const BaselineVersion = z.object({
  version: z.number().int().min(1),
  recordedAt: Instant,
  cause: z.enum(baselineCauses),
  by: z.string().max(300).optional(),
  reason: z.string().max(300).optional(),
  /** Digest of the rules with which it was recorded, and of what it holds: lower-case hexadecimal, SHA-256. */
  rules: z.string().regex(/^[0-9a-f]{64}$/),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  files: z.number().int().nonnegative(),
  entities: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
});
export type BaselineVersion = z.infer<typeof BaselineVersion>;
