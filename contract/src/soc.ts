import { z } from 'zod';
import { Language } from './language.ts';
import { Id, Instant, MailAddress, ShortText } from './primitives.ts';

/** What a partner SOC is told of. */
export const socEvents = [
  'case.opened',
  'case.alerts_added',
  'case.acknowledged',
  'case.escalated',
  'case.updated',
  'case.closed',
] as const;
export type SocEvent = (typeof socEvents)[number];

const WebhookUrl = z.url({ protocol: /^https?$/ }).max(2000);

/**
 * A **partner SOC** (提携 SOC, clause 7(8)): a party of its own that works cases of the accounts which the contracts cover with it. Its name is data (Q14).
 */
export const Soc = z.object({
  id: Id,
  name: ShortText,
  mails: z.array(MailAddress).max(20),
  language: Language,
  webhookUrl: WebhookUrl.optional(),
  /** Until when what is sent is signed by the secret before this one too. */
  oldSecretUntil: Instant.optional(),
  /** The brand that its reports are made with (S82), and the address that they come from; without them its name, and the address of the mail settings. */
  brandId: Id.optional(),
  fromAddress: MailAddress.optional(),
  createdAt: Instant,
  accounts: z.array(z.object({ id: Id, name: z.string().max(200) })).max(10_000),
  /** Messages that wait, and those that were given up. */
  waiting: z.number().int(),
  dead: z.number().int(),
});
export type Soc = z.infer<typeof Soc>;

export const NewSoc = z.object({
  name: ShortText,
  mails: z.array(MailAddress).max(20).default([]),
  language: Language.default('ja'),
  webhookUrl: WebhookUrl.optional(),
});
export const SocChange = z.object({
  name: ShortText.optional(),
  mails: z.array(MailAddress).max(20).optional(),
  language: Language.optional(),
  /** Empty: there is none any more. */
  webhookUrl: z.union([WebhookUrl, z.literal('')]).optional(),
  /** Empty: there is none any more. */
  brandId: z.union([Id, z.literal('')]).optional(),
  fromAddress: z.union([MailAddress, z.literal('')]).optional(),
});

export const SocDelivery = z.object({
  id: Id,
  accountId: Id,
  caseId: Id,
  caseNumber: z.number().int(),
  channel: z.enum(['webhook', 'mail']),
  event: z.enum(socEvents),
  state: z.enum(['waiting', 'delivered', 'dead']),
  attempts: z.number().int(),
  nextAt: Instant.optional(),
  problem: z.string().max(300).optional(),
  createdAt: Instant,
  doneAt: Instant.optional(),
});
export type SocDelivery = z.infer<typeof SocDelivery>;
