import { z } from 'zod';
import { FilePath, Id, Instant } from './primitives.ts';

/** A file that a host's quarantine holds, by the host's word. */
export const QuarantinedFile = z.object({
  id: Id,
  /** Where it was found; bytes that are no text and control characters as `\xNN`. */
  path: FilePath,
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Permission bits in octal, four digits: `0644`. */
  mode: z.string().max(8),
  uid: z.number().int(),
  gid: z.number().int(),
  modifiedAt: Instant,
  /** What it was found as, by the engine's name of it. */
  signature: z.string().max(300),
  takenAt: Instant,
  process: z.object({ pid: z.number().int().optional(), path: FilePath.optional() }).optional(),
  /** Other names on the host by which the same content could still be reached (hard links). */
  linksLeft: z.number().int().nonnegative(),
});
export type QuarantinedFile = z.infer<typeof QuarantinedFile>;

export const quarantinedFilesMax = 5000;

/** `POST /quarantine`: all that the host's quarantine holds now, the newest first. */
export const QuarantineReport = z.object({
  files: z.array(QuarantinedFile).max(quarantinedFilesMax),
  /** Older ones that are held but not listed. */
  unlisted: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  bytesMax: z.number().int().nonnegative(),
});
export type QuarantineReport = z.infer<typeof QuarantineReport>;

/** As the manager gives it back. */
export const QuarantineItem = QuarantinedFile.extend({
  accountId: Id,
  hostId: Id,
  hostName: z.string(),
  /** Host time corrected by nothing: when the manager first heard of it. */
  toldAt: Instant,
});
export type QuarantineItem = z.infer<typeof QuarantineItem>;

/** Most that is copied to the manager at once: a content with its wrapping. */
export const fetchBytesMax = 128 * 1024 * 1024;
/** Bytes of one piece, before base64. */
export const fetchPieceBytes = 1024 * 1024;
/** Copies of an account that are kept at the same time, and their bytes. */
export const fetchesMax = 20;
export const fetchesBytesMax = 512 * 1024 * 1024;
export const fetchKeptHours = 72;

/** `POST /quarantine-wish`: what a host must know of a copy that it is asked for; the password stands in no task. */
export const FetchWishRequest = z.object({ fetchId: Id });
export const FetchWish = z.object({ fileId: Id, password: z.string().min(8).max(100), bytesMax: z.number().int() });
export type FetchWish = z.infer<typeof FetchWish>;

/** `POST /quarantine-piece`: a ZIP encrypted with the password, piece after piece, each where the one before ended. */
export const FetchPiece = z.object({
  fetchId: Id,
  position: z.number().int().nonnegative(),
  content: z.base64().max(Math.ceil(fetchPieceBytes / 3) * 4),
  isLast: z.boolean(),
});
export type FetchPiece = z.infer<typeof FetchPiece>;

export const fetchStates = ['waiting', 'receiving', 'ready', 'failed'] as const;
/** A copy of a quarantined file at the manager, on its way or there. */
export const QuarantineFetch = z.object({
  id: Id,
  hostId: Id,
  hostName: z.string(),
  file: QuarantinedFile,
  state: z.enum(fetchStates),
  receivedBytes: z.number().int().nonnegative(),
  reason: z.string(),
  createdAt: Instant,
  createdBy: z.string(),
  /** When it is removed. */
  expiresAt: Instant,
  detail: z.string().optional(),
});
export type QuarantineFetch = z.infer<typeof QuarantineFetch>;

const deedReasonMax = 300;
const Deed = z.object({
  reason: z.string().trim().min(1).max(deedReasonMax),
  /** The SHA-256 of the file that is meant: who sends it has looked at it. Without it nothing is done. */
  confirmation: z.string().max(64).optional(),
});
/** How long a restored file is let be, hours. */
export const restoreAllowHours = { min: 1, usual: 168, max: 8760 } as const;
export const RestoreDeed = Deed.extend({
  /** Where to instead of where it was found. The folder must exist. At most 300 characters, as the facts of a task. */
  to: z
    .string()
    .max(300)
    .regex(/^\/(?:.*[^/])?$/, 'an absolute path of a file')
    .optional(),
  overwrite: z.boolean().default(false),
  allowHours: z.number().int().min(restoreAllowHours.min).max(restoreAllowHours.max).default(restoreAllowHours.usual),
});
export const QuarantineDeed = Deed;
