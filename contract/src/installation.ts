import { z } from 'zod';
import { overrideReasonMax } from './preflight.ts';
import { Id, Instant, ShortText } from './primitives.ts';

/** Installation over SSH to hosts that an operator names (S42), and letters about restarts (S15). */
export const pushHostsMax = 500;
export const pushStates = ['prepared', 'running', 'ended', 'cancelled', 'interrupted'] as const;
export const pushKeyStates = ['known', 'new', 'changed', 'unreachable'] as const;
export const pushTargetStates = ['waiting', 'running', 'done', 'needs_reboot', 'failed', 'cancelled'] as const;
export const pushSteps = ['connect', 'copy', 'install', 'clean'] as const;

/** SHA-256 of an SSH server's public key, as `ssh-keygen -l` writes it. */
export const KeyFingerprint = z
  .string()
  .max(50)
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/);

export const PushTarget = z.object({
  id: Id,
  address: z.string().max(255),
  port: z.number().int(),
  user: z.string().max(64),
  auth: z.enum(['password', 'key']),
  /** What the server showed; absent: it was not reached. */
  fingerprint: KeyFingerprint.optional(),
  /** `known`: accepted before, or named in the list. `changed`: another one than that: nothing is sent there. */
  keyState: z.enum(pushKeyStates),
  state: z.enum(pushTargetStates),
  step: z.enum(pushSteps).optional(),
  /** Why it failed: a phrase key below `push.code.`. */
  code: z.string().max(60).optional(),
  /** The host's own words, secrets blackened. */
  detail: z.string().max(2000).optional(),
  /** The host that was enrolled. */
  hostId: Id.optional(),
  endedAt: Instant.optional(),
});
export type PushTarget = z.infer<typeof PushTarget>;

export const Push = z.object({
  id: Id,
  accountId: Id,
  accountName: ShortText,
  state: z.enum(pushStates),
  createdAt: Instant,
  createdBy: z.string().max(200),
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
  /** Until when its credentials may be used. */
  credentialsUntil: Instant.optional(),
  /** When they were destroyed. */
  disposedAt: Instant.optional(),
  targets: z.array(PushTarget).max(pushHostsMax),
});
export type Push = z.infer<typeof Push>;

const Secret = z.string().min(1).max(20_000);

export const PushStart = z.object({
  /** At least what the hosts of the list ask for. Kept in memory, encrypted, until the end or the time is over. */
  password: Secret.optional(),
  privateKey: Secret.optional(),
  passphrase: Secret.optional(),
  /** For sudo, where it is another than the one of the login. */
  sudoPassword: Secret.optional(),
  minutes: z.number().int().min(5).max(480).default(60),
  parallel: z.number().int().min(1).max(20).default(4),
  /** Keys that a person has compared: of new servers, each by its fingerprint. */
  acceptKeys: z
    .array(z.object({ targetId: Id, fingerprint: KeyFingerprint }))
    .max(pushHostsMax)
    .default([]),
  /** Go on where preflight fails, for this reason: it is recorded with each host. */
  overrideReason: z.string().trim().min(1).max(overrideReasonMax).optional(),
});
export type PushStart = z.infer<typeof PushStart>;

export const PushLogLine = z.object({
  at: Instant,
  kind: z.enum(['note', 'command', 'output']),
  text: z.string().max(4000),
});
export type PushLogLine = z.infer<typeof PushLogLine>;

export const RebootNotice = z.object({
  id: Id,
  accountId: Id,
  accountName: ShortText,
  hostId: Id,
  hostName: z.string().max(255),
  createdAt: Instant,
  state: z.enum(['draft', 'sent', 'dismissed']),
  /** The letter in the reader's language; each contact receives it in theirs. */
  subject: z.string().max(300),
  text: z.string().max(8000),
  decidedAt: Instant.optional(),
  decidedBy: z.string().max(200).optional(),
});
export type RebootNotice = z.infer<typeof RebootNotice>;
