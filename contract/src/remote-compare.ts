import { z } from 'zod';
import { Module } from './module.ts';
import { Id, Instant } from './primitives.ts';

/**
 * What two agents of one host, ours and that of the customer's own tenant, see and do. A detection counts as seen by both where the other one has one of
 * the same module of that host within the window.
 */
export const comparedDifferencesMax = 50;
export const ComparedModule = z.object({
  module: Module,
  /** Our agent's word; absent where it has said nothing of it. */
  own: z.string().optional(),
  /** The tenant's word. */
  remote: z.string().optional(),
  both: z.number().int(),
  onlyOwn: z.number().int(),
  onlyRemote: z.number().int(),
});
export const ComparedHost = z.object({
  name: z.string(),
  hostId: Id,
  remoteHostId: Id,
  computerNumber: z.number().int(),
  matchedBy: z.enum(['instance', 'name']),
  modules: z.array(ComparedModule).max(6),
  differences: z
    .array(
      z.object({
        seenBy: z.enum(['own', 'remote']),
        module: Module,
        at: Instant,
        title: z.string(),
        detectionId: Id,
      }),
    )
    .max(comparedDifferencesMax),
});
export type ComparedHost = z.infer<typeof ComparedHost>;

export const ShadowReport = z.object({
  from: Instant,
  to: Instant,
  windowMinutes: z.number().int(),
  /** When the tenant's computers were fetched. */
  fetchedAt: Instant.optional(),
  hosts: z.array(ComparedHost).max(2000),
  /** Hosts that only one of the two knows. */
  onlyOwn: z.array(z.string()).max(2000),
  onlyRemote: z.array(z.string()).max(2000),
  /** More detections than were looked through. */
  isCut: z.boolean(),
});
export type ShadowReport = z.infer<typeof ShadowReport>;

export const migrationDirections = ['to-own', 'to-remote'] as const;
export const MigrationDirection = z.enum(migrationDirections);
export type MigrationDirection = z.infer<typeof MigrationDirection>;

/** `name`: the other side has a rule of this name. `cve`: rules for the same vulnerabilities. `none`: it has to be written. */
export const ruleMatches = ['name', 'cve', 'none'] as const;

export const MigratedPolicy = z.object({
  number: z.number().int(),
  name: z.string(),
  settingsMapped: z.number().int(),
  /** What the other side does not carry out, with the value that is lost and a phrase that says why. */
  settingsLost: z.array(z.object({ name: z.string(), value: z.string(), why: z.string() })).max(250),
  modulesMapped: z.array(Module).max(6),
  /** Modules of the API that the other side has no engine for. */
  modulesLost: z.array(z.string()).max(10),
  rulesMapped: z.number().int(),
  rulesLost: z.array(z.object({ module: Module, name: z.string() })).max(500),
  /** More rules are lost than are listed. */
  rulesLostCount: z.number().int(),
});
export type MigratedPolicy = z.infer<typeof MigratedPolicy>;

export const MigrationReport = z.object({
  direction: MigrationDirection,
  at: Instant,
  policies: z.array(MigratedPolicy).max(5000),
});
export type MigrationReport = z.infer<typeof MigrationReport>;
