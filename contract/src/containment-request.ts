import { z } from 'zod';
import { Language } from './language.ts';
import { playbookDeeds } from './playbook.ts';
import { Id, Instant } from './primitives.ts';

/**
 * A **containment request** (封じ込めの依頼): a playbook that somebody proposes for a host, the customer's word about it, and what was done (S73). Each
 * step of it is in its history with who, when and how.
 */
export const containmentStates = [
  'proposed', // nobody of the customer was asked yet
  'asked', // links are out
  'consented', // the customer's word is on record, or none is needed
  'declined',
  'expired', // nobody answered, or nobody acted on the consent in time
  'withdrawn', // the provider took it back
  'running',
  'ended', // its time was over, it was lifted, or there is nothing to lift
  'failed', // no host could carry it out
] as const;
export type ContainmentState = (typeof containmentStates)[number];

/** How a consent came. `none`: what is done takes nothing from the customer, or the account's edition asks for none. */
export const consentWays = ['link', 'phone', 'standing', 'none', 'portal'] as const;
export type ConsentWay = (typeof consentWays)[number];

const Reason = z.string().trim().min(1).max(300);
const Person = z.string().trim().min(1).max(100);
/** As people write telephone numbers. */
const Phone = z
  .string()
  .trim()
  .regex(/^\+?[0-9][0-9 ()-]{4,29}$/, 'a telephone number');
const PlaybookId = z.string().min(1).max(50);
const Texts = z.object({ ja: z.string(), en: z.string() });

export const PlaybookEntry = z.object({
  id: z.string(),
  version: z.number().int(),
  name: Texts,
  summary: Texts,
  effect: Texts,
  steps: z.array(z.enum(playbookDeeds)).max(5),
  minutes: z.object({ min: z.number(), usual: z.number(), max: z.number() }).optional(),
  scopes: z.array(z.enum(['host', 'account'])).max(2),
  needsConsent: z.boolean(),
  needsSource: z.boolean(),
  isShipped: z.boolean(),
});
export type PlaybookEntry = z.infer<typeof PlaybookEntry>;
/** A file that cannot be used, and why: the others stand. */
export const PlaybookFault = z.object({ file: z.string(), faults: z.array(z.string()).max(20) });
export type PlaybookFault = z.infer<typeof PlaybookFault>;

/** What the customer will notice, as far as the manager knows at that time. */
export const ContainmentPreview = z.object({
  at: Instant,
  /** What the host serves, by its newest inventory; the first twenty. */
  services: z
    .array(z.object({ protocol: z.string(), port: z.number().int(), process: z.string().optional() }))
    .max(20)
    .optional(),
  serviceCount: z.number().int().optional(),
  inventoryAt: Instant.optional(),
  /** Where the source was seen in the last 24 hours; without a source, the ten that were seen most on this host. */
  sources: z
    .array(z.object({ source: z.string(), count: z.number().int() }))
    .max(10)
    .optional(),
  openAlerts: z.number().int().optional(),
  /** Hosts of the account that would carry it out. */
  hostCount: z.number().int(),
});
export type ContainmentPreview = z.infer<typeof ContainmentPreview>;

/** Connections of the host when it was proposed, by the host's own word; absent until it has answered. */
export const OpenConnections = z.object({
  at: Instant,
  count: z.number().int(),
  /** Those with the most connections first. */
  peers: z.array(z.object({ address: z.string(), count: z.number().int(), hostName: z.string().optional() })).max(20),
});
export type OpenConnections = z.infer<typeof OpenConnections>;

export const consentLinkStates = ['sent', 'answered', 'locked', 'expired', 'closed', 'undelivered'] as const;
export const ConsentLink = z.object({
  contactName: z.string(),
  mail: z.string(),
  state: z.enum(consentLinkStates),
  sentAt: Instant,
  expiresAt: Instant,
  answeredAt: Instant.optional(),
});
export type ConsentLink = z.infer<typeof ConsentLink>;

export const ConsentRecord = z.object({
  way: z.enum(consentWays),
  answer: z.enum(['yes', 'no']),
  /** Who of the customer. */
  by: z.string(),
  phone: z.string().optional(),
  mail: z.string().optional(),
  standingId: Id.optional(),
  /** When the customer said so. */
  at: Instant,
  /** Who of the provider wrote it down, where a person did. */
  recordedBy: z.string().optional(),
  recordedAt: Instant,
  reason: z.string().optional(),
});
export type ConsentRecord = z.infer<typeof ConsentRecord>;

export const ContainmentEvent = z.object({
  at: Instant,
  /** A word of `containmentEvent.` in the phrases. */
  what: z.string(),
  by: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type ContainmentEvent = z.infer<typeof ContainmentEvent>;

export const ContainmentRequest = z.object({
  id: Id,
  number: z.number().int(),
  accountId: Id,
  accountName: z.string(),
  hostId: Id,
  hostName: z.string(),
  /** As it stood when it was proposed: a later change of the file does not change what was agreed. */
  playbook: PlaybookEntry.omit({ isShipped: true }),
  scope: z.enum(['host', 'account']),
  source: z.string().optional(),
  minutes: z.number().int().optional(),
  reason: z.string(),
  alertId: Id.optional(),
  caseId: Id.optional(),
  proposalId: Id.optional(),
  state: z.enum(containmentStates),
  needsConsent: z.boolean(),
  fourEyes: z.boolean(),
  createdAt: Instant,
  createdBy: z.string(),
  preview: ContainmentPreview,
  connections: OpenConnections.optional(),
  links: z.array(ConsentLink).max(50),
  consent: ConsentRecord.optional(),
  /** Until when the consent may be acted on. */
  consentUntil: Instant.optional(),
  startedAt: Instant.optional(),
  startedBy: z.string().optional(),
  /** Every host said that it is done. */
  confirmedAt: Instant.optional(),
  until: Instant.optional(),
  endedAt: Instant.optional(),
  endedBy: z.string().optional(),
  endReason: z.string().optional(),
  tasks: z
    .array(z.object({ hostName: z.string(), deed: z.string(), state: z.string(), detail: z.string().optional() }))
    .max(1000),
  history: z.array(ContainmentEvent).max(500),
});
export type ContainmentRequest = z.infer<typeof ContainmentRequest>;

export const ContainmentAim = z.object({
  playbookId: PlaybookId,
  scope: z.enum(['host', 'account']).default('host'),
  source: z.string().trim().min(2).max(64).optional(),
  minutes: z.number().int().min(1).max(100_000).optional(),
});
export type ContainmentAim = z.infer<typeof ContainmentAim>;
export const NewContainmentRequest = ContainmentAim.extend({
  reason: Reason,
  alertId: Id.optional(),
  caseId: Id.optional(),
  /** A proposal to block a source that this settles once it runs. */
  proposalId: Id.optional(),
});
export type NewContainmentRequest = z.infer<typeof NewContainmentRequest>;

export const PhoneConsent = z.object({
  answer: z.enum(['yes', 'no']),
  /** Who of the customer was spoken to. */
  name: Person,
  phone: Phone,
  /** When they said so; now, where nothing is said. */
  at: Instant.optional(),
  /** Needed for a no. */
  reason: Reason.optional(),
});
export type PhoneConsent = z.infer<typeof PhoneConsent>;
export const ContainmentReason = z.object({ reason: Reason });
/** A host is powered off only where its name is typed once more. */
export const ContainmentRun = z.object({ confirmation: z.string().max(255).optional() });

/** How an account wants to be asked. */
export const ContainmentSetting = z.object({
  /** Whoever runs it is somebody else than whoever proposed it or wrote the consent down. */
  fourEyes: z.boolean(),
  /** Also where the account's edition does not demand a consent. Where it does, this changes nothing. */
  alwaysConsent: z.boolean(),
  /** Whom to ask, in order; nobody named: the contacts for alerts, by name. */
  contactIds: z.array(Id).max(20),
});
export type ContainmentSetting = z.infer<typeof ContainmentSetting>;
export const ContainmentSettingShown = ContainmentSetting.extend({
  /** Whether anything may be done without a consent on record. */
  needsConsent: z.boolean(),
  /** The clause of the edition that demands it. */
  clause: z.string().optional(),
});
export type ContainmentSettingShown = z.infer<typeof ContainmentSettingShown>;

/** A consent given beforehand, as the contract has it. Nothing of it is changed later; it ends, and stays in the history. */
export const NewStandingConsent = z.object({
  playbookIds: z.array(PlaybookId).min(1).max(50),
  /** Nobody named: every host of the account. */
  hostIds: z.array(Id).max(500),
  hours: z.enum(['any', 'business', 'off']),
  /** The last day on which it holds, in Japan. */
  until: z.iso.date(),
  /** Who of the customer agreed, and by which document. */
  agreedBy: Person,
  document: z.string().trim().min(1).max(200),
});
export type NewStandingConsent = z.infer<typeof NewStandingConsent>;
export const StandingConsent = NewStandingConsent.extend({
  id: Id,
  accountId: Id,
  recordedAt: Instant,
  recordedBy: z.string(),
  endedAt: Instant.optional(),
  endedBy: z.string().optional(),
  endReason: z.string().optional(),
  /** Neither ended nor over. */
  isInForce: z.boolean(),
  /** How often it was the consent of a request. */
  useCount: z.number().int(),
});
export type StandingConsent = z.infer<typeof StandingConsent>;

/** What the customer's contact sees behind a link. */
export const consentQuestionStates = ['open', 'answered', 'settled', 'locked', 'expired', 'withdrawn'] as const;
export const ConsentQuestion = z.object({
  state: z.enum(consentQuestionStates),
  number: z.number().int(),
  provider: z.string(),
  accountName: z.string(),
  hostName: z.string(),
  playbook: z.object({ name: Texts, effect: Texts, steps: z.array(z.enum(playbookDeeds)).max(5) }),
  scope: z.enum(['host', 'account']),
  source: z.string().optional(),
  minutes: z.number().int().optional(),
  reason: z.string(),
  preview: ContainmentPreview,
  connections: OpenConnections.optional(),
  who: z.string(),
  /** Where the code goes, not in full. */
  mailShown: z.string(),
  language: Language,
  expiresAt: Instant,
  codeSentAt: Instant.optional(),
  triesLeft: z.number().int(),
  /** What was answered, by whom and when, where that is settled. */
  answer: z.enum(['yes', 'no']).optional(),
  answeredAt: Instant.optional(),
});
export type ConsentQuestion = z.infer<typeof ConsentQuestion>;
export const ConsentSecret = z.object({ secret: z.string().min(20).max(200) });
export const ConsentAnswer = ConsentSecret.extend({
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'the six digits of the mail'),
  answer: z.enum(['yes', 'no']),
  reason: Reason.optional(),
});
export type ConsentAnswer = z.infer<typeof ConsentAnswer>;
