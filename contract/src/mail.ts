import { z } from 'zod';
import { Id, Instant, MailAddress } from './primitives.ts';

/**
 * Envelope sender of outgoing mail: where delivery reports go. `tagged`: the from address with a signed tag of the letter
 * (`alerts+<tag>@example.jp`). `bounce`: `bounce+<tag>@` the from address's domain. `plain`: the from address; then reports are not read.
 */
export const bounceAddressings = ['tagged', 'bounce', 'plain'] as const;

/** How mail leaves. Without a server of the operator's own, the built-in catcher takes it. The password is written, never read back. */
export const MailSettings = z.object({
  transport: z.enum(['catcher', 'smtp']),
  host: z.string().max(255).optional(),
  port: z.number().int().min(1).max(65535).optional(),
  security: z.enum(['none', 'starttls', 'tls']).optional(),
  user: z.string().max(255).optional(),
  passwordSet: z.boolean(),
  fromName: z.string().trim().min(1).max(100),
  fromAddress: MailAddress,
  bounceAddressing: z.enum(bounceAddressings).optional(),
  /** PEM of a certificate (or CA) to trust beside the well-known ones, for a server with one of its own making. */
  trustedCertificate: z.string().max(20_000).optional(),
  /** The provider's identity below every mail (S104): name, address, telephone; several lines. */
  signature: z.string().max(1000).optional(),
  /** Where answers to our letters come in (S52, S63); the mailbox or door of the desk. Its mail system has to know `desk+tag@` as `desk@`. */
  deskAddress: MailAddress.or(z.literal('')).optional(),
});
export type MailSettings = z.infer<typeof MailSettings>;
/** Of `password`, `bounceAddressing`, `trustedCertificate`, `signature` and `deskAddress`, what is left out stays as it is stored; an empty text removes it. */
export const MailSettingsInput = MailSettings.omit({ passwordSet: true }).extend({
  password: z.string().max(500).optional(),
});
export type MailSettingsInput = z.infer<typeof MailSettingsInput>;

/** A mail that the built-in catcher took. */
export const CaughtMail = z.object({
  id: z.string().max(64),
  receivedAt: Instant,
  from: z.string().max(400),
  to: z.array(z.string().max(400)).max(100),
  subject: z.string().max(1000),
  text: z.string(),
  html: z.string().optional(),
  attachments: z.array(z.object({ name: z.string(), contentType: z.string(), sizeBytes: z.number() })).max(50),
  raw: z.string(),
});
export type CaughtMail = z.infer<typeof CaughtMail>;

/** A letter in the outbox and what became of it. */
export const Notice = z.object({
  id: Id,
  accountId: Id,
  kind: z.string().max(60),
  recipient: z.string().max(400),
  subject: z.string().max(1000),
  state: z.enum(['waiting', 'sent', 'failed', 'bounced', 'digested']),
  attempts: z.number().int(),
  createdAt: Instant,
  sentAt: Instant.optional(),
  nextAttemptAt: Instant.optional(),
  lastError: z.string().max(1000).optional(),
});
export type Notice = z.infer<typeof Notice>;

const SinglesMax = z.number().int().min(0).max(1000);
const WindowMinutes = z.number().int().min(1).max(60);

/** How mail about alerts to one contact is bundled: so many of their own within the time, then one with counts (S62). */
export const ContactDigest = z.object({
  contactId: Id,
  singlesMax: SinglesMax,
  windowMinutes: WindowMinutes,
  /** Nothing is set for this contact. */
  isDefault: z.boolean(),
  /** What waits to be told together, and when that is. */
  held: z.number().int(),
  dueAt: Instant.optional(),
});
export type ContactDigest = z.infer<typeof ContactDigest>;
/** What is left out is as everybody has it. */
export const ContactDigestInput = z.object({
  singlesMax: SinglesMax.optional(),
  windowMinutes: WindowMinutes.optional(),
});
export type ContactDigestInput = z.infer<typeof ContactDigestInput>;
