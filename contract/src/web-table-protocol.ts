import { z } from 'zod';
import { tableBytesMax } from './web-reputation/table.ts';

/**
 * The tables of web reputation that a host uses: `shared` is of the provider's feeds and the same for all, `own` is of its account's own lists. The manager announces
 * them with each heartbeat, and the agent fetches what it has not: `GET /web-table?name=…&version=…&from=…` gives the bytes from that one on.
 */
export const webTableNames = ['shared', 'own'] as const;
export type WebTableName = (typeof webTableNames)[number];

/** SHA-256 of the bytes, lower-case hexadecimal. */
export const WebTableVersion = z.string().regex(/^[0-9a-f]{64}$/);

const Announced = z.object({ version: WebTableVersion, bytes: z.number().int().min(1).max(tableBytesMax) });

export const AnnouncedTables = z.object({
  shared: Announced.optional(),
  own: Announced.optional(),
  /** Over so many seconds hosts shall spread their fetches. */
  spreadSeconds: z.number().int().min(0).max(3600),
});
export type AnnouncedTables = z.infer<typeof AnnouncedTables>;

export const WebTableRequest = z.object({
  name: z.enum(webTableNames),
  version: WebTableVersion,
  from: z.coerce.number().int().min(0).max(tableBytesMax),
});
export type WebTableRequest = z.infer<typeof WebTableRequest>;
