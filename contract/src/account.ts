import { z } from 'zod';
import { Language } from './language.ts';
import { Id, Instant, MailAddress, PhoneNumber, ShortText } from './primitives.ts';

/** The three plans of the specification (§5). */
export const plans = ['standard', 'advanced', 'highend'] as const;
export const Plan = z.enum(plans);
export type Plan = z.infer<typeof Plan>;

/** An **account** (アカウント) is the tenant: one customer under one plan (S20). Its id is `tenant_id` in the database. */
export const Account = z.object({
  id: Id,
  customerName: ShortText,
  name: ShortText,
  plan: Plan,
  /** The brand that the customer sees, where that is not the standard one (S104). */
  brandId: Id.optional(),
  createdAt: Instant,
  hostCount: z.number().int(),
  openAlertCount: z.number().int(),
});
export type Account = z.infer<typeof Account>;

export const NewAccount = z.object({ customerName: ShortText, name: ShortText, plan: Plan });

export const contactPurposes = ['alerts', 'weekly', 'monthly'] as const;

/** A person at the customer who receives mail. `bouncedAt` is set when a delivery report said that the address fails. */
export const Contact = z.object({
  id: Id,
  accountId: Id,
  name: ShortText,
  mail: MailAddress,
  language: Language,
  purposes: z.array(z.enum(contactPurposes)).max(3),
  /** By which a caller is found (S52). */
  phone: PhoneNumber.optional(),
  /** The name in kana (ふりがな). */
  reading: ShortText.optional(),
  bouncedAt: Instant.optional(),
  bounceReason: z.string().max(1000).optional(),
});
export type Contact = z.infer<typeof Contact>;
export const ContactInput = Contact.pick({
  name: true,
  mail: true,
  language: true,
  purposes: true,
  phone: true,
  reading: true,
});
