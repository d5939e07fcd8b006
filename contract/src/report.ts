import { z } from 'zod';
import { AlertFile } from './alert.ts';
import { CaseEntry, caseStates } from './case.ts';
import { DetectionModule, Module } from './module.ts';
import { Id, Instant } from './primitives.ts';
import { ProviderStamp } from './provider.ts';
import { Severity } from './severity.ts';
import { TermsShown } from './terms.ts';

export const reportKinds = ['weekly', 'monthly'] as const;

/** `2026-W47` (ISO 8601 week, Monday to Sunday) or `2026-11`. Both are half-open intervals in Asia/Tokyo (S79, S85). */
export const ReportPeriod = z.string().regex(/^\d{4}-(W\d{2}|\d{2})$/);

const Count = z.number().int().nonnegative();

/** Figures of one module in the period. `prevented` = detections whose action was carried out with success in prevent mode. */
export const ModuleFigures = z.object({ module: DetectionModule, detected: Count, prevented: Count, total: Count });

/** What was counted in one period before, in all and by module: what the trend compares with (S80). */
export const FormerPeriod = z.object({
  period: ReportPeriod,
  detected: Count,
  prevented: Count,
  total: Count,
  byModule: z.array(ModuleFigures),
});
export type FormerPeriod = z.infer<typeof FormerPeriod>;

/** Modules that a report has a section of, each always there (S80). */
export const reportedModules = ['webreputation', 'firewall', 'intrusion'] as const;

const ReportedRule = z.object({
  module: DetectionModule,
  ruleId: z.string(),
  ruleName: z.string(),
  ruleNameJa: z.string().optional(),
  severity: Severity,
  count: Count,
});
const ReportedHost = z.object({ hostId: Id, hostName: z.string(), count: Count });

/** A section about one module: the five rules and hosts that it counted most. Its sums stand in `byModule`, its days in `byDay`. */
export const ReportSection = z.object({
  module: z.enum(reportedModules),
  rules: z.array(ReportedRule).max(5),
  hosts: z.array(ReportedHost).max(5),
});
export type ReportSection = z.infer<typeof ReportSection>;

/** Inline acts on packets as they pass, tap only looks at them (S86). */
export const engineModes = ['inline', 'tap'] as const;

/** A module of a host as the API that rules it told: what its policy asks, and what its agent does. */
export const ReportedService = z.object({
  module: Module,
  /** As of the API: `off`, `on`, `prevent`, `detect`, `real-time`. */
  state: z.string().max(40),
  /** As of the API's `agentStatus`: only `active` is at work without any reservation. */
  status: z.string().max(40),
});
export type ReportedService = z.infer<typeof ReportedService>;

/** An inquiry that was closed, or a change that was carried out, in a month (S87). */
export const ReportedInquiry = z.object({
  /** Of the ticket, or of the change where there was no ticket. */
  number: z.number().int(),
  what: z.enum(['ticket', 'change']),
  /** As of a ticket, or `change`. */
  kind: z.string().max(40),
  subject: z.string().max(1000),
  openedAt: Instant.optional(),
  firstAnswerAt: Instant.optional(),
  doneAt: Instant,
  outcome: z.string().max(40).optional(),
});
export type ReportedInquiry = z.infer<typeof ReportedInquiry>;

/** One version of one part that became another on so many hosts in the period, outside of any plan (S17). */
export const UnannouncedChange = z.object({
  /** As of a version change: a phrase key below `versionComponent.`, or the name of an engine's package. */
  component: z.string().max(80),
  from: z.string().max(200),
  to: z.string().max(200),
  firstSeenAt: Instant,
  /** How many hosts said so, and the first of their names. */
  hostCount: Count,
  hosts: z.array(z.string()).max(10),
});
export type UnannouncedChange = z.infer<typeof UnannouncedChange>;

/** What was done to a host about an attack, or declined by the customer, with whose word (S73, S88). */
export const ContainedHost = z.object({
  number: z.number().int(),
  /** When it began, or was declined. */
  at: Instant,
  hostName: z.string().max(255),
  playbook: z.object({ ja: z.string().max(80), en: z.string().max(80) }),
  source: z.string().max(64).optional(),
  /** As of a containment request. */
  state: z.string().max(20),
  /** How the consent came, and from whom of the customer. */
  way: z.string().max(20),
  consentBy: z.string().max(200),
  consentAt: Instant,
  endedAt: Instant.optional(),
});
export type ContainedHost = z.infer<typeof ContainedHost>;

const ReportedAlert = z.object({
  number: z.number().int(),
  ruleId: z.string(),
  ruleName: z.string(),
  ruleNameJa: z.string().optional(),
  title: z.string(),
  subject: z.string().optional(),
  file: AlertFile.optional(),
  hostName: z.string(),
  module: DetectionModule,
  kind: z.string(),
  severity: Severity,
  openedAt: Instant,
  closedAt: Instant.optional(),
  state: z.string(),
  closing: z.string().optional(),
  detectionCount: Count,
});

/**
 * An incident (S88): what was detected, when, and what was done. All that a person wrote in it was written for the customer; what is internal has no
 * place in this shape.
 */
export const ReportedIncident = z.object({
  number: z.number().int(),
  openedAt: Instant,
  /** As of the end of the period, or of `composedAt` where that was earlier. */
  closedAt: Instant.optional(),
  state: z.enum(caseStates),
  closing: z.string().max(30).optional(),
  severity: Severity,
  /** The most severe alert, the earliest of those. */
  lead: ReportedAlert.pick({
    kind: true,
    ruleId: true,
    ruleName: true,
    ruleNameJa: true,
    subject: true,
    file: true,
  }).optional(),
  alertCount: Count,
  hostCount: Count,
  hosts: z.array(z.string()).max(10),
  /** What was told about it up to the end of the period: the newest 20, the earliest of them first. */
  told: z.array(CaseEntry.pick({ at: true, kind: true, text: true, values: true })).max(20),
});
export type ReportedIncident = z.infer<typeof ReportedIncident>;

/**
 * A **report** is a stored value first; mail, PDF and console page are renderings of it. All figures are sums of the hourly roll-ups and equal a
 * raw query over the detections.
 */
export const Report = z.object({
  kind: z.enum(reportKinds),
  period: ReportPeriod,
  from: Instant,
  to: Instant,
  accountId: Id,
  accountName: z.string(),
  customerName: z.string(),
  /** Who reports: the provider's name when the report was composed. */
  providerName: z.string(),
  /** The profile that it was made with (S104); absent where the provider had said nothing of itself. */
  provider: ProviderStamp.optional(),
  /** Who reports by plan (S82): `provider` and `providerName` are those of the SOC where it is one. Absent in earlier reports. */
  reporter: z.object({ party: z.enum(['provider', 'soc']), fromAddress: z.string().max(254).optional() }).optional(),
  /** Of a month: to whom it is addressed, the account's contacts for it when it was composed, with their readings. */
  addressees: z
    .array(z.object({ name: z.string().max(200), reading: z.string().max(200).optional() }))
    .max(20)
    .optional(),
  /** The disclaimers of the edition it was made under (S99–S101); absent in earlier reports. */
  terms: TermsShown.optional(),
  /** Before `to` where the report was composed early; its figures are then those so far. */
  composedAt: Instant,
  total: Count,
  byModule: z.array(ModuleFigures),
  bySeverity: z.array(z.object({ severity: Severity, count: Count })),
  /** One entry a day (`2026-11-23`), every day of the period, zeros included. */
  byDay: z.array(z.object({ day: z.string(), count: Count, byModule: z.record(z.string(), Count) })),
  topRules: z.array(ReportedRule).max(20),
  byHost: z.array(ReportedHost),
  /** Web reputation, firewall, and intrusion prevention and detection, also where there was nothing. Absent in earlier reports. */
  sections: z.array(ReportSection).optional(),
  /** Up to four periods before, the earliest first, as far back as the account existed. Absent in earlier reports. */
  former: z.array(FormerPeriod).max(4).optional(),
  /** Total of the period before, for the trend. Absent where the account did not exist yet. */
  previousTotal: Count.optional(),
  /** All alerts opened in the period, by their state at its end, or at `composedAt` where that was earlier. */
  alertsByState: z.object({ open: Count, acknowledged: Count, closed: Count }),
  /** At most 1,000 of them, the most severe first. State, closing and closing time as of the same moment. */
  alerts: z.array(ReportedAlert).max(1000),
  /** Of a month: at most 200 changes, the newest first, and how many there were. Absent in weekly and in earlier reports. */
  unannounced: z.object({ count: Count, items: z.array(UnannouncedChange).max(200) }).optional(),
  /** Of a month in which incidents were worked: at most 200, the latest first, and how many there were. */
  incidents: z.object({ count: Count, items: z.array(ReportedIncident).max(200) }).optional(),
  /** Of a month in which something was done or declined: at most 200, the earliest first, and how many there were. */
  contained: z.object({ count: Count, items: z.array(ContainedHost).max(200) }).optional(),
  /** Of a month: inquiries closed and changes done, each once, in the order of their end; at most 500, and how many there were. */
  inquiries: z.object({ count: Count, items: z.array(ReportedInquiry).max(500) }).optional(),
  /** Of a month as they were at its end, or as soon after as could be read (`takenAt`); otherwise as they were at `composedAt`. */
  settings: z.object({
    takenAt: Instant.optional(),
    /** Policies that are assigned to hosts, as the API that rules them told (S86a). Absent where it was not asked or did not answer. */
    assigned: z.array(z.object({ id: z.number().int(), name: z.string(), hosts: z.array(z.string()) })).optional(),
    /** Policy versions that hosts have applied. `latestVersion` is greater where they have not caught up. */
    policies: z.array(
      z.object({
        name: z.string(),
        version: z.number().int(),
        latestVersion: z.number().int(),
        hosts: z.array(z.string()),
      }),
    ),
    /** Hosts that have not applied a policy yet. */
    hostsWithoutPolicy: z.array(z.string()),
    hosts: z.array(
      z.object({
        name: z.string(),
        os: z.string(),
        modules: z.record(z.string(), z.string()),
        liveness: z.string(),
        /** What the API told of its modules (S86b), and of the mode of its network engine (S86c); absent where it told nothing of it. */
        services: z.array(ReportedService).optional(),
        engineMode: z.enum(engineModes).optional(),
        /** Mounts of networks and object storage that integrity monitoring leaves out (S22), and how it counts them. */
        mountsSkipped: z.object({ count: z.number().int(), list: z.string() }).optional(),
        /** Version of the integrity baseline in force (S7). */
        baseline: z.object({ version: z.number().int(), recordedAt: Instant }).optional(),
      }),
    ),
  }),
});
export type Report = z.infer<typeof Report>;

export const ReportSummary = z.object({
  id: Id,
  accountId: Id,
  kind: z.enum(reportKinds),
  period: ReportPeriod,
  composedAt: Instant,
  total: Count,
  sentTo: z.array(z.string()),
  pdfSha256: z.string().optional(),
});

/** The renderings of a report that are stored with it. */
export const ReportDocuments = z.object({
  /** The mail: of a week the report itself, of a month the letter that the PDF is attached to. */
  mail: z.object({ subject: z.string(), text: z.string(), html: z.string() }),
  /** The monthly PDF, base64. */
  pdf: z.string().optional(),
});
export type ReportDocuments = z.infer<typeof ReportDocuments>;
