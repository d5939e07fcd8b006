import { z } from 'zod';
import { ForeignRecord } from './foreign-record.ts';
import { DetectedEntity } from './integrity-entity.ts';
import { DetectionModule } from './module.ts';
import { FilePath, Id, Instant } from './primitives.ts';
import { RuleName } from './rule-names.ts';
import { Severity } from './severity.ts';

/**
 * A **detection**: what an engine saw. One shape for the six modules and for system events, aligned with the Open Cybersecurity
 * Schema Framework 1.4 (Detection Finding, class 2004): `id` = `metadata.uid`, `rule` = `finding_info.analytic`, `action` =
 * `action`, `actor`/`process`/`user`/`file`/`url`/`source`/`destination` = the objects of the same name, `raw` = `raw_data`.
 */
export const actions = ['observed', 'allowed', 'denied', 'quarantined', 'deleted', 'cleaned', 'isolated'] as const;
export const actionResults = ['none', 'success', 'failure'] as const;
export const modes = ['detect', 'prevent'] as const;

const text = (max: number) => z.string().max(max);

/** The attributes of a file system object that the integrity module compares. Times are RFC 3339. */
export const FileAttributes = z.object({
  type: z.enum(['file', 'directory', 'symlink', 'other']),
  sizeBytes: z.number().int().nonnegative().optional(),
  /** Permission bits in octal, four digits: `0644`. */
  mode: text(8).optional(),
  owner: text(64).optional(),
  group: text(64).optional(),
  inode: z.number().nonnegative().optional(),
  modifiedAt: Instant.optional(),
  /** SHA-256 of the content, lower-case hexadecimal. Absent where the content could not be read. */
  sha256: z.string().length(64).optional(),
  linkTarget: FilePath.optional(),
});
export type FileAttributes = z.infer<typeof FileAttributes>;

const ProcessRef = z.object({
  pid: z.number().int().optional(),
  /** The kernel's short name of it, at most 15 bytes; a program may choose its own. */
  name: text(64).optional(),
  /** The program file. */
  path: FilePath.optional(),
});
const Account = z.object({ name: text(256), uid: z.number().int().optional() });

/**
 * Who did it, as the kernel told at the time (the schema framework's object of the same name). Command lines are left out: they may hold
 * secrets. What could not be learnt is absent, and `unknown` says why.
 */
export const ProcessActor = z.object({
  process: ProcessRef.extend({ parent: ProcessRef.optional() }),
  /** As whom it ran. */
  user: Account.optional(),
  /** Who had logged in, whoever they became since (the kernel's audit login uid). Absent for services, which nobody logged in for. */
  loginUser: Account.optional(),
  /** `ended`: the process was gone before anything, or all of it, could be read. `denied`: the agent may not read it. */
  unknown: z.enum(['ended', 'denied']).optional(),
});
export type ProcessActor = z.infer<typeof ProcessActor>;

/** What of a text file changed, in the form that `diff -u` made known, without its two lines of names. */
export const TextDiff = z.object({
  /** Absent where it is withheld. Lines that look like secrets are masked. */
  unified: text(16_384).optional(),
  added: z.number().int().nonnegative().optional(),
  removed: z.number().int().nonnegative().optional(),
  /** Lines of which a part was masked. */
  masked: z.number().int().nonnegative().optional(),
  /** There is more than is shown. */
  cut: z.boolean().optional(),
  /** Why there is none: no text, too large, nothing kept to compare with, or a path that holds secrets. */
  withheld: z.enum(['binary', 'large', 'no_previous', 'secret']).optional(),
});
export type TextDiff = z.infer<typeof TextDiff>;

/** A package that one run of the package tools brought, took away or replaced. */
export const PackageChange = z.object({
  name: text(200),
  architecture: text(40).optional(),
  versionBefore: text(200).optional(),
  versionAfter: text(200).optional(),
  /** Watched files of it that changed. */
  files: z.number().int().nonnegative(),
});
export type PackageChange = z.infer<typeof PackageChange>;

const Endpoint = z.object({
  address: text(64),
  port: z.number().int().min(0).max(65535).optional(),
  name: text(255).optional(),
});

export const Detection = z.object({
  /** Made at the source (UUID version 7), so that a resend is harmless. */
  id: Id,
  accountId: Id,
  hostId: Id,
  /** When it happened, by the host's clock corrected by `clockOffsetMs`. Fixed at the source and never changed. */
  occurredAt: Instant,
  /** Host clock minus manager clock, in ms, as the agent knew it then. Already subtracted from `occurredAt`. */
  clockOffsetMs: z.number().int().optional(),
  module: DetectionModule,
  /** What happened, dotted: `file.modified`, `log.matched`, `agent.silent`. Phrase key below `kind.`. */
  kind: z
    .string()
    .regex(/^[a-z]+(\.[a-z_]+)+$/)
    .max(60),
  rule: RuleName,
  severity: Severity,
  /** One line for a person, in English, for logs and other systems. What our own pages and mails show is `headlineIn`. */
  title: text(500).min(1),
  mode: z.enum(modes),
  action: z.enum(actions),
  actionResult: z.enum(actionResults),
  /** What makes two detections of one rule the same matter, for example an attacker's address or a path. Part of the alert's grouping key. */
  subject: text(500).optional(),
  process: z
    .object({ pid: z.number().int().optional(), path: FilePath.optional(), commandLine: text(4096).optional() })
    .optional(),
  user: z.object({ name: text(256), uid: z.number().int().optional() }).optional(),
  actor: ProcessActor.optional(),
  source: Endpoint.optional(),
  destination: Endpoint.optional(),
  file: z
    .object({
      path: FilePath,
      previousPath: FilePath.optional(),
      before: FileAttributes.optional(),
      after: FileAttributes.optional(),
      /** Names of the attributes that differ. */
      changed: z.array(text(30)).max(20).default([]),
      diff: TextDiff.optional(),
    })
    .optional(),
  /** What the package tools explain: at most fifty of the packages; `facts` count them all. */
  packages: z.array(PackageChange).max(50).optional(),
  /** Of integrity monitoring: what changed besides files. */
  entity: DetectedEntity.optional(),
  url: z.object({ value: text(2048), category: text(100).optional() }).optional(),
  log: z
    .object({
      source: FilePath,
      program: text(128).optional(),
      decoder: text(128).optional(),
      level: z.number().int().min(0).max(16).optional(),
      /** The lines that together made the rule fire, oldest first. */
      lines: z.array(text(8192)).max(50),
    })
    .optional(),
  /** Facts of system events: `gapSeconds`, `cause`, `dropped` and the like. */
  facts: z
    .record(text(40), z.union([text(1000), z.number(), z.boolean()]))
    .refine((facts) => Object.keys(facts).length <= 50, 'at most 50 facts')
    .optional(),
  /** MITRE ATT&CK technique ids. */
  attack: z.array(text(12)).max(20).optional(),
  /** The raw record as the engine gave it. */
  raw: text(65_536).optional(),
  foreign: ForeignRecord.optional(),
});
export type Detection = z.infer<typeof Detection>;

/** A detection as the manager gives it back. */
export const StoredDetection = Detection.extend({
  receivedAt: Instant,
  hostName: text(255),
  alertId: Id.optional(),
});
export type StoredDetection = z.infer<typeof StoredDetection>;
