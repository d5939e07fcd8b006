import { z } from 'zod';
import { Module } from './module.ts';
import { Id, Instant, ShortText } from './primitives.ts';

/**
 * A **remote tenant** (リモートテナント): the customer's own tenant of Trend Micro's, reached by the public Workload Security API. An account has one at
 * most. Neither the key nor a whole certificate is ever answered.
 */
export const remoteProducts = ['cloud-one', 'vision-one', 'deep-security'] as const;
export const RemoteProduct = z.enum(remoteProducts);
export type RemoteProduct = z.infer<typeof RemoteProduct>;

/** `ruling`: the desk's changes go to the tenant. `shadow`: our own manager rules, and the tenant is only looked at and compared. */
export const remoteModes = ['ruling', 'shadow'] as const;
export const RemoteMode = z.enum(remoteModes);
export type RemoteMode = z.infer<typeof RemoteMode>;

/** Regions of Cloud One: the tenant's address follows from them. */
export const remoteRegions = ['us-1', 'in-1', 'gb-1', 'jp-1', 'de-1', 'au-1', 'ca-1', 'sg-1', 'trend-us-1'] as const;
export const RemoteRegion = z.enum(remoteRegions);

/** `public`: an address of the Internet. `on-premises`: private networks too. This machine, its link and clouds' metadata are neither. */
export const remoteReaches = ['public', 'on-premises'] as const;
export const RemoteReach = z.enum(remoteReaches);
export type RemoteReach = z.infer<typeof RemoteReach>;

const Address = z.string().trim().min(9).max(300);
const ApiKey = z.string().trim().min(8).max(2000);
/** PEM. Given, only what it signed, or the very server that holds it, is trusted. */
const Certificate = z.string().trim().min(1).max(20_000);
/** As events name the tenant (`TrendMicroDsTenantId`); empty for a manager of one's own with one tenant. */
const TrendTenant = z.string().trim().max(200);

export const NewRemote = z.object({
  name: ShortText,
  product: RemoteProduct,
  mode: RemoteMode.default('ruling'),
  /** Left out with a region of Cloud One. */
  address: Address.optional(),
  region: RemoteRegion.optional(),
  reach: RemoteReach.default('public'),
  certificate: Certificate.optional(),
  apiKey: ApiKey,
  trendTenant: TrendTenant.default(''),
});
export const RemoteChange = z.object({
  name: ShortText.optional(),
  mode: RemoteMode.optional(),
  /** Another address needs the key anew: a key that is kept goes nowhere else. */
  address: Address.optional(),
  reach: RemoteReach.optional(),
  certificate: Certificate.nullable().optional(),
  apiKey: ApiKey.optional(),
  trendTenant: TrendTenant.optional(),
});

/** Why a tenant does not answer as it should. Phrases `remoteProblem.<problem>`. */
export const remoteProblems = [
  'unreachable',
  'untrusted',
  'timeout',
  'redirected',
  'malformed',
  'key_refused',
  'forbidden',
  'failed',
] as const;
export const RemoteProblem = z.enum(remoteProblems);
export type RemoteProblem = z.infer<typeof RemoteProblem>;

export const remoteStates = ['untested', 'working', 'failing'] as const;
export const Remote = z.object({
  accountId: Id,
  accountName: z.string(),
  name: z.string(),
  product: RemoteProduct,
  mode: RemoteMode,
  address: z.string(),
  region: RemoteRegion.optional(),
  reach: RemoteReach,
  /** SHA-256 of the pinned certificate, in pairs of digits. */
  certificateFingerprint: z.string().optional(),
  trendTenant: z.string(),
  /** The last characters of the key, so that people can tell two of them apart. */
  keyHint: z.string(),
  keyReplacedAt: Instant,
  state: z.enum(remoteStates),
  /** Why the last call failed; `detail` is a sentence in English. */
  problem: z.object({ code: RemoteProblem, detail: z.string() }).optional(),
  failingSince: Instant.optional(),
  attachedAt: Instant,
  attachedBy: z.string(),
  testedAt: Instant.optional(),
  syncedAt: Instant.optional(),
  computerCount: z.number().int(),
  /** Computers on which Application Control is on: no part of the service (S13), and not counted in it. */
  applicationControlCount: z.number().int(),
  /** Calls that may be made at this moment, and in a minute. */
  budget: z.object({ left: z.number().int(), perMinute: z.number().int(), blockedUntil: Instant.optional() }),
});
export type Remote = z.infer<typeof Remote>;

/** What the key may: the group is there, it is refused to the key, or this product has no such group. */
export const probeOutcomes = ['allowed', 'forbidden', 'absent', 'failed'] as const;
export const RemoteTest = z.object({
  at: Instant,
  isWorking: z.boolean(),
  problem: z.object({ code: RemoteProblem, detail: z.string() }).optional(),
  /** The version of the API that answered. */
  apiVersion: z.string().optional(),
  keyName: z.string().optional(),
  keyExpiresAt: Instant.optional(),
  roleName: z.string().optional(),
  tenant: z.string().optional(),
  milliseconds: z.number().int(),
  groups: z.array(z.object({ group: z.string(), outcome: z.enum(probeOutcomes) })).max(60),
});
export type RemoteTest = z.infer<typeof RemoteTest>;

export const remoteLivenesses = ['online', 'offline', 'unmanaged', 'gone'] as const;
export const RemoteComputer = z.object({
  number: z.number().int(),
  hostId: Id.optional(),
  name: z.string(),
  platform: z.string(),
  agentVersion: z.string(),
  policyName: z.string().optional(),
  liveness: z.enum(remoteLivenesses),
  statusMessages: z.array(z.string()).max(10),
  /** Modules that work now. */
  modules: z.array(z.object({ module: Module, status: z.string() })).max(12),
});
export type RemoteComputer = z.infer<typeof RemoteComputer>;

export const RemotePolicy = z.object({
  number: z.number().int(),
  name: z.string(),
  parentNumber: z.number().int().optional(),
  modules: z.array(z.object({ module: Module, status: z.string() })).max(12),
  settingCount: z.number().int(),
});
export type RemotePolicy = z.infer<typeof RemotePolicy>;

/** A scheduled task of the tenant. `isLate`: its time is over and it has not run. */
export const RemoteTask = z.object({
  number: z.number().int(),
  name: z.string(),
  /** As the API has it: `scan-for-malware`. */
  type: z.string(),
  isEnabled: z.boolean(),
  lastRunAt: Instant.optional(),
  nextRunAt: Instant.optional(),
  isLate: z.boolean(),
});
export type RemoteTask = z.infer<typeof RemoteTask>;
export const remoteTaskStateOf = ({ isEnabled, isLate }: RemoteTask): 'off' | 'late' | 'on' =>
  isLate ? 'late' : isEnabled ? 'on' : 'off';

/** What was fetched, and when: the age is shown wherever it is. */
export const asOf = <T extends z.ZodType>(item: T, max: number) =>
  z.object({ fetchedAt: Instant.optional(), items: z.array(item).max(max) });

/** Kinds of the desk's work that depend on what rules the hosts (S25). */
export const capabilities = [
  'policyChange',
  'recipients',
  'hostMode',
  'exclusions',
  'scheduledTasks',
  'recommendations',
  'settingsSnapshot',
  'liveness',
  'versionDrift',
  'agentUpdateRings',
  'containment',
  'quarantine',
  'estimates',
  'inventory',
  'systemSettings',
] as const;
export const Capability = z.enum(capabilities);
export type Capability = z.infer<typeof Capability>;
/** Phrases `capabilityWhy.<why>`. */
export const capabilityWhys = ['not_in_api', 'forbidden', 'absent', 'untested'] as const;
export const CapabilityAnswer = z.object({
  capability: Capability,
  isOffered: z.boolean(),
  why: z.enum(capabilityWhys).optional(),
});
export type CapabilityAnswer = z.infer<typeof CapabilityAnswer>;
