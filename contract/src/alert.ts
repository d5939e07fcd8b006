import { z } from 'zod';
import { AlertGuidance } from './alert-definition.ts';
import { DetectionModule } from './module.ts';
import { FilePath, Id, Instant } from './primitives.ts';
import { Severity } from './severity.ts';

export const alertStates = ['open', 'acknowledged', 'closed'] as const;

/** One thing that happened to an alert. Steps are appended, never changed. */
export const AlertStep = z.object({
  id: Id,
  at: Instant,
  kind: z.enum([
    'opened',
    'acknowledged',
    'noted',
    'closed',
    'reopened',
    'resolved',
    'mailed',
    'mail_failed',
    'in_maintenance',
    'snoozed',
    'woken',
    'flapping',
  ]),
  /** Name of the person, or `system`. */
  by: z.string().max(200),
  note: z.string().max(4000).optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type AlertStep = z.infer<typeof AlertStep>;

/** How an alert ended. `resolved` means that the cause went away by itself (the agent came back). */
export const closings = ['resolved', 'handled', 'false_positive', 'planned_work'] as const;

/** Of the detection that opened an alert, what its headline tells of a file. */
export const AlertFile = z.object({
  path: FilePath,
  previousPath: FilePath.optional(),
  /** Names of the attributes that differ. */
  changed: z.array(z.string().max(30)).max(20),
});
export type AlertFile = z.infer<typeof AlertFile>;

/**
 * An **alert** (アラート, S9): a warning raised by an event that a rule detected. It groups the detections of one account, host, rule and
 * subject while it is not closed.
 */
export const Alert = z.object({
  id: Id,
  /** Short number within the account, for talking on the phone. */
  number: z.number().int(),
  accountId: Id,
  accountName: z.string().max(200),
  hostId: Id,
  hostName: z.string().max(255),
  module: DetectionModule,
  kind: z.string().max(60),
  ruleId: z.string().max(100),
  ruleName: z.string().max(300),
  ruleNameJa: z.string().max(300).optional(),
  severity: Severity,
  title: z.string().max(500),
  subject: z.string().max(500).optional(),
  file: AlertFile.optional(),
  state: z.enum(alertStates),
  closing: z.enum(closings).optional(),
  openedAt: Instant,
  lastDetectedAt: Instant,
  closedAt: Instant.optional(),
  detectionCount: z.number().int().min(1),
  firstDetectionId: Id,
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** The definition that made it one. Absent where it is older than definitions. */
  definitionId: z.string().max(60).optional(),
  /** MITRE ATT&CK techniques: of its rule, else of its definition. */
  attack: z.array(z.string().max(12)).max(40),
  /** It is put aside until then, for the reason given. */
  snoozedUntil: Instant.optional(),
  snoozeReason: z.string().max(4000).optional(),
  /** It came and went again and again, so that it stays open until it was well for a while. */
  flappingSince: Instant.optional(),
});
export type Alert = z.infer<typeof Alert>;

export const AlertDetail = Alert.extend({ steps: z.array(AlertStep).max(500), guidance: AlertGuidance });
export type AlertDetail = z.infer<typeof AlertDetail>;
