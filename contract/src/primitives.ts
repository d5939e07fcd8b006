import { z } from 'zod';

/** An identifier made by us: a UUID, version 7 where order of making matters. */
export const Id = z.uuid();
/** A point in time on the wire: RFC 3339, UTC, with milliseconds at most (`2026-11-23T10:00:00.000Z`). */
export const Instant = z.iso.datetime({ offset: false });
/** A short text a person typed: trimmed, never empty. */
export const ShortText = z.string().trim().min(1).max(200);
/** A note: several lines. */
export const NoteText = z.string().trim().min(1).max(4000);
/** Bounded, because a path on Linux is at most 4,096 bytes (PATH_MAX). */
export const FilePath = z.string().min(1).max(4096);
export const MailAddress = z.email().max(254);
export const PhoneNumber = z
  .string()
  .trim()
  .regex(/^\+?[0-9][0-9 ()-]{2,28}[0-9]$/)
  .max(30);

/** A page of a list. `nextCursor` is absent on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item).max(500), nextCursor: z.string().max(500).optional() });
export const PageQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
