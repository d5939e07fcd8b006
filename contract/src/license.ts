import { z } from 'zod';
import { CalendarDate } from './calendar.ts';
import { Id, Instant, ShortText } from './primitives.ts';

/** Days before its end on which a license is told of, each once (S48). */
export const licenseReminders = [90, 60, 30, 14, 7, 1] as const;
export const proofTypes = ['application/pdf', 'image/png', 'image/jpeg', 'text/plain'] as const;
export const proofBytesMax = 5 * 1024 * 1024;

/** `gap`: it should be valid today and is not, which breaks the contract. */
export const licenseStates = ['coming', 'inForce', 'gap', 'retired'] as const;

const LicenseTerm = z.object({
  id: Id,
  validFrom: CalendarDate,
  /** Its last day. */
  validTo: CalendarDate,
  note: z.string().optional(),
  proof: z
    .object({ name: z.string(), type: z.enum(proofTypes), sha256: z.string(), bytes: z.number().int() })
    .optional(),
  createdAt: Instant,
  createdBy: z.string(),
});

/** A license of an account for a product, with the terms that it was bought for. Its key is kept sealed and never shown whole. */
export const License = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string(),
  product: z.string(),
  vendor: z.string(),
  contractNumber: z.string().optional(),
  /** The last characters of the key. */
  keyHint: z.string().optional(),
  seats: z.number().int().optional(),
  /** Hosts that are enrolled today. */
  used: z.number().int(),
  isOverused: z.boolean(),
  state: z.enum(licenseStates),
  /** The last day of what joins on from today, or of the last term. */
  validTo: CalendarDate,
  /** Below zero after its end. */
  daysLeft: z.number().int(),
  gapSince: CalendarDate.optional(),
  terms: z.array(LicenseTerm).max(200),
  endedAt: Instant.optional(),
  endReason: z.string().optional(),
});
export type License = z.infer<typeof License>;

const Day = CalendarDate.refine((day) => day >= '2000-01-01' && day < '2200-01-01', 'a day from 2000 to 2199');
const Key = z.string().trim().min(4).max(500);
const Seats = z.number().int().min(1).max(1_000_000);

export const Proof = z.object({
  name: ShortText,
  /** Base64 of a PDF, PNG, JPEG or text. */
  content: z
    .base64()
    .min(4)
    .max(Math.ceil(proofBytesMax / 3) * 4),
});
export const NewLicense = z.object({
  product: ShortText,
  vendor: ShortText,
  contractNumber: ShortText.optional(),
  key: Key.optional(),
  seats: Seats.optional(),
  validFrom: Day,
  validTo: Day,
  proof: Proof.optional(),
});
export const Renewal = z.object({
  /** The day after the last one where nothing is said. */
  validFrom: Day.optional(),
  validTo: Day,
  key: Key.optional(),
  seats: Seats.optional(),
  note: z.string().trim().min(1).max(1000).optional(),
  proof: Proof,
  /** Days without a license were seen, and the renewal is recorded all the same. */
  isGapAccepted: z.boolean().default(false),
});
