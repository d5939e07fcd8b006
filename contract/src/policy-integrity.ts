import { z } from 'zod';
import { EntityRule } from './integrity-entity.ts';
import { PolicyExclusion } from './integrity-exclusion.ts';
import { FilePath, ShortText } from './primitives.ts';
import { Severity } from './severity.ts';

/**
 * What a rule watches when it names nothing: Workload Security's STANDARD. A change of the time stamp alone is not in it, since package
 * tools and backups touch files without changing them.
 */
export const integrityAttributes = [
  'created',
  'deleted',
  'renamed',
  'content',
  'mode',
  'owner',
  'group',
  'type',
  'link',
] as const;
/** What a rule watches only when it names it. `shrunk`: the same file has become smaller, as a log never should. */
export const namedIntegrityAttributes = ['size', 'modified', 'shrunk'] as const;
export const everyIntegrityAttribute = [...integrityAttributes, ...namedIntegrityAttributes] as const;
export type IntegrityAttribute = (typeof everyIntegrityAttribute)[number];

export const IntegrityRule = z.object({
  id: z.string().min(1).max(100),
  name: z.object({ ja: ShortText, en: ShortText }),
  severity: Severity,
  /**
   * Paths to watch, absolute. A folder is watched with all that is below it. `*` and `?` match within one name, `**` across. A path may begin with
   * `${env.NAME}`: the agent puts in the variable of the host's environment (environment(7), `/etc/environment`).
   */
  include: z.array(FilePath).min(1).max(1000),
  exclude: z.array(FilePath).max(1000).default([]),
  /** `include` and `exclude` mean what they match and not what is below: `/srv/*` then is the direct children of `/srv`, and `/srv/**` all of it. */
  exact: z.literal(true).optional(),
  /** Tells of files only (links and special files among them), or of folders only; absent: of both. */
  kind: z.enum(['file', 'directory']).optional(),
  /** False: found by scans only, whatever the policy's `realTime` says. */
  realTime: z.literal(false).optional(),
  /**
   * Shows what changed in text files of at most 64 KiB. Their content is kept on the host for it; never that of files that look like keys
   * or passwords.
   */
  showDiff: z.literal(true).optional(),
  attributes: z
    .array(z.enum(everyIntegrityAttribute))
    .min(1)
    .max(everyIntegrityAttribute.length)
    .default([...integrityAttributes]),
});
export type IntegrityRule = z.infer<typeof IntegrityRule>;

export const IntegrityPolicy = z.object({
  state: z.enum(['on', 'off']),
  realTime: z.boolean().default(true),
  /** Seconds between two scans against the baseline; a scan also runs at every start of the agent. */
  scanEverySeconds: z.number().int().min(10).max(31_536_000).default(86_400),
  /** Files larger than this are compared by attributes only, and the module's state says how many. */
  hashBytesMax: z
    .number()
    .int()
    .min(0)
    .default(64 * 1024 * 1024),
  /** `light`, for hosts of one core or little memory: less processor time for scans, a longer wait after an event, no text diffs. */
  profile: z.enum(['standard', 'light']).optional(),
  /** What a scan may use of one core, in percent; absent: 50, and 15 with the light profile. */
  cpuPercentMax: z.number().int().min(1).max(100).optional(),
  /** Network, FUSE and object-storage mounts that are watched all the same, by scans; all others of their kind are left out (S22). */
  includeMounts: z.array(FilePath).max(100).optional(),
  /** Environment variables of paths, before what the host itself has. */
  environment: z.record(z.string().max(100), z.string().max(1000)).optional(),
  rules: z.array(IntegrityRule).max(1000),
  /** What is watched besides files. */
  entities: z.array(EntityRule).max(1000).optional(),
  /** What is left out for a time. */
  exclusions: z.array(PolicyExclusion).max(1000).optional(),
});
export type IntegrityPolicy = z.infer<typeof IntegrityPolicy>;
