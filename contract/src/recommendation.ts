import { z } from 'zod';
import { hostTaskStates } from './host-task.ts';
import { Instant } from './primitives.ts';
import { Severity } from './severity.ts';

/** The modules whose rules are recommended by what stands and runs on a host, by their names in the Workload Security API. */
export const recommendedModules = ['intrusionPrevention', 'integrityMonitoring', 'logInspection'] as const;
export const RecommendedModule = z.enum(recommendedModules);
export type RecommendedModule = z.infer<typeof RecommendedModule>;

/** What on a host made a rule apply. */
export const RecommendationReason = z.object({
  package: z.string().max(300).optional(),
  version: z.string().max(300).optional(),
  port: z.string().max(40).optional(),
  process: z.string().max(300).optional(),
  os: z.string().max(100).optional(),
  always: z.literal(true).optional(),
});

/**
 * How a rule stands on a host to the service's standard, which is recommended **and** of severity high or above (S11).
 * `standard`: recommended, high enough, assigned. `missing`: the standard asks for it and it is not assigned. `left_out`: recommended, but below high.
 * `deviation`: assigned although the standard does not ask for it.
 */
export const ruleStandings = ['standard', 'missing', 'left_out', 'deviation'] as const;

export const HostRule = z.object({
  id: z.number().int(),
  name: z.string().max(1000),
  nameJa: z.string().max(1000).optional(),
  severity: Severity.optional(),
  standing: z.enum(ruleStandings),
  assigned: z.boolean(),
  /** Assigned by the policy, so it cannot be taken away here. */
  inherited: z.boolean(),
  reasons: z.array(RecommendationReason).max(100),
});
export type HostRule = z.infer<typeof HostRule>;

export const HostRecommendations = z.object({
  status: z.enum(['none', 'valid', 'out-of-date']),
  scannedAt: Instant.optional(),
  /** A scan that the host was asked for and has not done yet. */
  scanPending: z.boolean(),
  /** The newest scan that somebody asked for. */
  scan: z
    .object({
      state: z.enum(hostTaskStates),
      askedAt: Instant,
      askedBy: z.string().max(200),
      /** What the host said when it could not; English. */
      detail: z.string().max(500).optional(),
    })
    .optional(),
  modules: z
    .array(
      z.object({
        module: RecommendedModule,
        state: z.enum(['on', 'off', 'real-time', 'prevent', 'detect']),
        rules: z.array(HostRule).max(20_000),
      }),
    )
    .max(3),
});
export type HostRecommendations = z.infer<typeof HostRecommendations>;
