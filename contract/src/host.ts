import { z } from 'zod';
import { ModuleStatus } from './module.ts';
import { Id, Instant, ShortText } from './primitives.ts';

/** Facts an agent tells about its machine when it enrols and whenever they change. */
export const HostFacts = z.object({
  name: z.string().min(1).max(255),
  os: z.string().max(200),
  kernel: z.string().max(200),
  architecture: z.string().max(40),
  agentVersion: z.string().max(40),
  /** Version and a digest of all that is in the package it was installed from; absent in a checkout. */
  agentBuild: z.string().max(80).optional(),
  /** The kernel's boot id: tells a restart of the agent from a restart of the machine. */
  bootId: z.string().max(64),
  root: z.boolean(),
  memoryBytes: z.number().int().nonnegative().optional(),
  cores: z.number().int().nonnegative().optional(),
  /** What the agent cannot see or do for want of privileges: phrase keys below `host.privilege.`. */
  limits: z.array(z.string().max(60)).max(20).default([]),
});
export type HostFacts = z.infer<typeof HostFacts>;

/** Why a host is silent, as far as the manager can know. Phrase keys below `liveness.cause.`. */
export const silenceCauses = [
  'stopped', // the agent said good-bye: an orderly stop
  'uninstalled', // the package's script said that it is removed
  'upgrading', // it made way for a newer version, and that did not come
  'host_shutdown', // the agent said good-bye because the machine goes down
  'process_ended', // its connection was closed without a good-bye while the host's kernel still answered
  'host_down', // nothing came, the host does not answer from outside, and others of its network do
  'network_down', // nothing came, and nothing of its network answers
  'agent_unresponsive', // nothing came, although the host answers from outside
  'clock_wrong', // the same, and the host's clock was wrong when it was heard last
  'no_contact', // nothing came, and no look from outside could tell more: host or network is down
  'certificate_expired', // it tried, with a certificate that is no longer valid
  'certificate_revoked',
  'reported_offline', // the customer's own manager says that its agent is offline
] as const;
export const SilenceCause = z.enum(silenceCauses);
export type SilenceCause = z.infer<typeof SilenceCause>;

export const Host = z.object({
  id: Id,
  accountId: Id,
  accountName: ShortText,
  facts: HostFacts,
  enrolledAt: Instant,
  lastSeenAt: Instant.optional(),
  liveness: z.object({
    state: z.enum(['connected', 'silent', 'retired']),
    cause: SilenceCause.optional(),
    silentSince: Instant.optional(),
  }),
  /** Host clock minus manager clock, ms. Beyond five minutes the console warns and an alert stands. */
  clockOffsetMs: z.number().int(),
  policy: z.object({
    id: Id,
    name: ShortText,
    assignedVersion: z.number().int(),
    appliedVersion: z.number().int().optional(),
    /** Why the agent refused the assigned version, if it did. */
    problem: z.string().max(2000).optional(),
  }),
  modules: z.array(ModuleStatus).max(6),
  spool: z.object({ pending: z.number().int(), dropped: z.number().int() }),
  certificateExpiresAt: Instant,
  openAlertCount: z.number().int(),
});
export type Host = z.infer<typeof Host>;

/** An object of the account's configuration by its number, with the name that it has or had at the time. */
export const NumberedName = z.object({ number: z.number().int().min(1), name: z.string().max(300) });
export type NumberedName = z.infer<typeof NumberedName>;

export const EnrolmentToken = z.object({
  id: Id,
  accountId: Id,
  /** `host`: handed to one host by hand. `deployment`: stands in a script that is run on many. */
  kind: z.enum(['host', 'deployment']),
  createdAt: Instant,
  expiresAt: Instant,
  usesMax: z.number().int(),
  usedCount: z.number().int(),
  /** When it let a host in, last. */
  usedAt: Instant.optional(),
  /** The host of its last use. */
  usedByHostId: Id.optional(),
  revokedAt: Instant.optional(),
  /** What hosts of a deployment script begin with, where the script says so. */
  policy: NumberedName.optional(),
  group: NumberedName.optional(),
});
export type EnrolmentToken = z.infer<typeof EnrolmentToken>;
