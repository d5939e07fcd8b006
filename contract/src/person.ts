import { z } from 'zod';
import { Language } from './language.ts';
import { Role } from './permissions.ts';
import { Id, Instant, MailAddress, ShortText } from './primitives.ts';

/** Somebody who signs in. People of the provider have no account; people of a customer belong to exactly one. */
export const Person = z.object({
  id: z.string().max(64),
  name: ShortText,
  mail: MailAddress,
  role: Role,
  accountId: Id.optional(),
  /** The partner SOC that they belong to. */
  socId: Id.optional(),
  language: Language,
  totpEnabled: z.boolean(),
  passwordSet: z.boolean(),
  createdAt: Instant,
  disabledAt: Instant.optional(),
});
export type Person = z.infer<typeof Person>;

/** An API key: who it acts as, never its secret. */
export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  role: Role,
  accountId: Id.optional(),
  socId: Id.optional(),
  createdAt: Instant,
  expiresAt: Instant.optional(),
  /** Right to some minutes. */
  lastUsedAt: Instant.optional(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** Who acts on a request: a person with a session, or an API key. */
export type Actor = {
  readonly kind: 'person' | 'key' | 'system';
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Set for people and keys of a customer: they see this account and nothing else. */
  readonly accountId?: string;
  /** Set for people and keys of a partner SOC: they see what is asked for account by account, and never as the provider. */
  readonly socId?: string;
};

export const AuditEntry = z.object({
  id: Id,
  at: Instant,
  accountId: Id.optional(),
  actorKind: z.enum(['person', 'key', 'system', 'agent']),
  actorId: z.string().max(64),
  actorName: z.string().max(200),
  /** Dotted verb: `alert.acknowledged`, `host.enrolled`. Phrase key below `audit.`. */
  action: z.string().max(60),
  /** What it was done to: `alert:…`, `host:…`. */
  target: z.string().max(200),
  facts: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
