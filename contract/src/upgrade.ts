import { z } from 'zod';
import { Id, Instant, ShortText } from './primitives.ts';

/** Upgrades of agents in rings (S59), and changes of versions that nobody announced (S17). */
export const upgradePlanStates = ['draft', 'running', 'paused', 'stopped', 'aborted', 'done'] as const;
export const upgradeHostStates = ['waiting', 'upgrading', 'done', 'failed', 'rolled_back', 'cancelled'] as const;

/** How many hosts a ring takes; without either, all that are left. The last ring takes all that are left in any case. */
export const UpgradeRing = z
  .strictObject({
    hosts: z.number().int().min(1).max(10_000).optional(),
    percent: z.number().int().min(1).max(100).optional(),
  })
  .refine((ring) => ring.hosts === undefined || ring.percent === undefined, 'give hosts or percent, not both');
export type UpgradeRing = z.infer<typeof UpgradeRing>;

/** One host, a tenth, the rest. */
export const usualRings = '1,10%';

const ringsMax = 10;

/** Rings as people write them: `1,10%` is one host, then a tenth, then all others. @returns undefined where it is something else */
export function readRings(text: string): UpgradeRing[] | undefined {
  const found = text.split(',').map((word) => /^([1-9]\d{0,3})(%?)$/.exec(word.trim()));
  if (found.length >= ringsMax) return undefined;
  const rings = found.map((match): UpgradeRing | undefined =>
    match?.[2] ? { percent: Number(match[1]) } : match ? { hosts: Number(match[1]) } : undefined,
  );
  if (rings.some((ring) => ring === undefined || (ring.percent ?? 0) > 100)) return undefined;
  return [...(rings as UpgradeRing[]), {}];
}

export const UpgradeSettings = z.object({
  rings: z.array(UpgradeRing).min(1).max(ringsMax),
  /** More hosts than this that failed or were rolled back stop the plan. */
  failuresMax: z.number().int().min(0).max(10_000).default(0),
  /** Likewise more than this share of the plan’s hosts. */
  failuresPercentMax: z.number().int().min(0).max(100).optional(),
  /** A host that does not reach the manager with the new build within so many minutes goes back to the old one. */
  healthMinutes: z.number().int().min(1).max(120).default(10),
});
export type UpgradeSettings = z.infer<typeof UpgradeSettings>;

export const AgentBuild = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}-[\da-f]{16}$/);

export const UpgradeHost = z.object({
  hostId: Id,
  hostName: z.string().max(255),
  ring: z.number().int(),
  state: z.enum(upgradeHostStates),
  /** It waits, and is not connected: it is upgraded when it comes back. */
  isOffline: z.boolean(),
  fromVersion: z.string().max(80),
  /** What it says now. */
  nowVersion: z.string().max(80),
  givenAt: Instant.optional(),
  endedAt: Instant.optional(),
  /** Why it failed: a phrase key below `upgrade.code.`. */
  code: z.string().max(60).optional(),
  /** The host’s own words. */
  detail: z.string().max(1000).optional(),
});
export type UpgradeHost = z.infer<typeof UpgradeHost>;

export const UpgradePlan = z.object({
  id: Id,
  accountId: Id,
  accountName: ShortText,
  state: z.enum(upgradePlanStates),
  /** The build that hosts come to, as they say it: version and a digest of all that is in it. */
  build: AgentBuild,
  settings: UpgradeSettings,
  /** The ring that is under way, from 0. */
  ring: z.number().int(),
  reason: z.string().max(300),
  createdAt: Instant,
  createdBy: z.string().max(200),
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
  counts: z.object({
    waiting: z.number().int(),
    offline: z.number().int(),
    upgrading: z.number().int(),
    done: z.number().int(),
    failed: z.number().int(),
    rolledBack: z.number().int(),
    cancelled: z.number().int(),
  }),
  hosts: z.array(UpgradeHost).max(10_000),
});
export type UpgradePlan = z.infer<typeof UpgradePlan>;

export const VersionChange = z.object({
  id: Id,
  accountId: Id,
  accountName: ShortText,
  hostId: Id,
  hostName: z.string().max(255),
  /** `agent`, `antimalware.signatures`: a phrase key below `versionComponent.`; else the name of an engine's package. */
  component: z.string().max(80),
  from: z.string().max(200),
  to: z.string().max(200),
  seenAt: Instant,
  /** The plan that announced it; absent: nobody did. */
  planId: Id.optional(),
});
export type VersionChange = z.infer<typeof VersionChange>;
