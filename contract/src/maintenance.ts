import { z } from 'zod';
import { DetectionModule } from './module.ts';
import { Id, Instant, ShortText } from './primitives.ts';

/** How a maintenance was announced. `portal`: by the customer in the console; `console`: by the provider on its own account. */
export const maintenanceWays = ['console', 'portal', 'mail', 'phone', 'ical'] as const;
export const MaintenanceWay = z.enum(maintenanceWays);
export type MaintenanceWay = z.infer<typeof MaintenanceWay>;

export const maintenanceStates = ['planned', 'active', 'over', 'ended'] as const;
export type MaintenanceState = (typeof maintenanceStates)[number];

/** One time at which a maintenance takes place lasts at most this long. */
export const maintenanceDaysMax = 31;
/** Times of one that comes again. */
export const maintenanceTimesMax = 200;
export const calendarFileCharactersMax = 262_144;

const MaintenanceTime = z.object({ startsAt: Instant, endsAt: Instant });
export type MaintenanceTime = z.infer<typeof MaintenanceTime>;

/** Maintenance that was announced (メンテナンス期間, S47). */
export const Maintenance = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string().max(200),
  reason: z.string().max(1000),
  /** Empty: all hosts of the account. */
  hosts: z.array(z.object({ id: Id, name: z.string().max(255) })).max(1000),
  /** `system` is liveness itself. */
  modules: z.array(DetectionModule).max(7),
  state: z.enum(maintenanceStates),
  /** The time that runs, else the next, else the last. */
  time: MaintenanceTime,
  times: z.array(MaintenanceTime).max(maintenanceTimesMax),
  /** RRULE of RFC 5545, where it comes again. */
  rule: z.string().max(300).optional(),
  how: MaintenanceWay,
  announcedBy: z.string().max(200),
  announcedAt: Instant,
  recordedBy: z.string().max(200),
  /** Announced later than was agreed. */
  late: z.boolean(),
  endedAt: Instant.optional(),
  endedBy: z.string().max(200).optional(),
});
export type Maintenance = z.infer<typeof Maintenance>;

const Scope = z.object({
  hostIds: z.array(Id).max(1000).default([]),
  modules: z.array(DetectionModule).min(1).max(7).default(['system']),
});
export const NewMaintenance = Scope.extend({
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  /** `FREQ=WEEKLY;BYDAY=SU;COUNT=10`: its days are those of Japan. */
  rule: z.string().max(300).optional(),
  reason: z.string().trim().min(1).max(1000),
  /** Left out: by the console, or the portal where a customer announces it. */
  how: z.enum(['console', 'mail', 'phone']).optional(),
  /** Who announced it, where that is not whoever writes it down. */
  announcedBy: ShortText.optional(),
  /** When the customer announced it, where that is not now. */
  announcedAt: z.iso.datetime({ offset: true }).optional(),
});
export type NewMaintenance = z.infer<typeof NewMaintenance>;

export const MaintenanceImport = Scope.extend({
  /** An iCalendar file (RFC 5545). */
  file: z.string().min(1).max(calendarFileCharactersMax),
});
export type MaintenanceImport = z.infer<typeof MaintenanceImport>;

export const ImportedMaintenance = z.object({
  added: z.number().int(),
  changed: z.number().int(),
  cancelled: z.number().int(),
  unchanged: z.number().int(),
  /** Events that were over already, and left out. */
  past: z.number().int(),
});
export type ImportedMaintenance = z.infer<typeof ImportedMaintenance>;
