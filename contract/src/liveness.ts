import { z } from 'zod';
import { Id, Instant } from './primitives.ts';

/** Where a probe knocks: an address alone is asked by ICMP, one with a port by TCP. */
export const ProbePoint = z.object({
  address: z.union([z.ipv4(), z.ipv6()]),
  port: z.number().int().min(1).max(65_535).optional(),
});
export type ProbePoint = z.infer<typeof ProbePoint>;

/**
 * What came of a knock. `answered` and `refused` both prove that the host's kernel is alive. `host_unreachable`: the last router, or our own
 * machine on its link, says that the host does not answer. `not_tried`: this machine may not ask in that way.
 */
export const probeResults = [
  'answered',
  'refused',
  'host_unreachable',
  'network_unreachable',
  'no_answer',
  'not_tried',
] as const;
export type ProbeResult = (typeof probeResults)[number];

export const ProbeEvidence = z.object({
  address: z.string().max(64),
  port: z.number().int().optional(),
  /** `host` itself, a `neighbour` of the same network, a `reference` that the account's settings name. */
  whose: z.enum(['host', 'neighbour', 'reference']),
  result: z.enum(probeResults),
  milliseconds: z.number().int().nonnegative(),
});
export type ProbeEvidence = z.infer<typeof ProbeEvidence>;

/** The check of one host (S43). */
export const LivenessCheck = z.object({
  hostId: Id,
  createdAt: Instant,
  /** A live agent is heard at least this often. */
  heartbeatSeconds: z.number().int(),
  /** Silence without a sign becomes an alert after this. */
  silenceSeconds: z.number().int(),
  /** The end of a connection, or an orderly stop, becomes an alert after this. */
  endedSeconds: z.number().int(),
  probes: z.boolean(),
  probedAt: Instant.optional(),
  /** What the last probe saw. */
  evidence: z.array(ProbeEvidence).max(40),
  /** The maintenance in which it fell silent. */
  maintenanceId: Id.optional(),
});
export type LivenessCheck = z.infer<typeof LivenessCheck>;

export const referencePointsMax = 4;

export const LivenessSettings = z.object({
  /** Absent: the manager's own setting, which is also the least. */
  silenceSeconds: z.number().int().min(1).max(86_400).optional(),
  endedSeconds: z.number().int().min(1).max(86_400).optional(),
  probes: z.boolean(),
  /** Routers or servers that answer as long as the hosts' network is there. */
  referencePoints: z.array(ProbePoint).max(referencePointsMax),
  /** A gap up to this is a temporary loss of contact (S69). */
  forgiveMinutes: z.number().int().min(0).max(1440),
  /** Maintenance that is announced less than this before it begins is marked as late (S47). */
  noticeHours: z.number().int().min(0).max(720),
});
export type LivenessSettings = z.infer<typeof LivenessSettings>;

/** A time in which the fault was the manager’s own. */
export const ManagerOutage = z.object({
  id: Id,
  beganAt: Instant,
  endedAt: Instant.optional(),
  reason: z.enum(['network_cut', 'nobody_heard']),
  hostCount: z.number().int(),
});
export type ManagerOutage = z.infer<typeof ManagerOutage>;
