import { z } from 'zod';
import { Id, Instant, ShortText } from './primitives.ts';

/**
 * A **source** (送信元): which sender may bring records of which account. The sender is known by its connection, never by what it writes: the
 * network that it sends from, the name in its client certificate, the topic that Amazon signed, the folder that a file lies in.
 */
export const sourceKinds = ['address', 'tls', 'sns', 'folder'] as const;
export const SourceKind = z.enum(sourceKinds);
export type SourceKind = z.infer<typeof SourceKind>;

export const sourcesMax = 200;
/** Nobody is called silent sooner: managers send nothing for minutes. */
export const silentMinutesMin = 5;
const SilentMinutes = z.number().int().min(silentMinutesMin).max(43_200);
const TrendTenant = z.string().trim().min(1).max(200);
const Zone = z.string().trim().min(1).max(60);

export const NewSource = z.object({
  name: ShortText,
  kind: SourceKind,
  /** `192.0.2.10`, `192.0.2.0/24`; the common name of a client certificate; `arn:aws:sns:…`; the name of a folder. */
  value: z.string().trim().min(1).max(300),
  /** Id or name of the one tenant of Trend Micro's that this sender brings; several accounts may then share it. */
  trendTenant: TrendTenant.optional(),
  /** Of times that are written without one: a name (`Asia/Tokyo`) or an offset (`+09:00`). */
  zone: Zone.default('Asia/Tokyo'),
  /** Minutes without a record after which somebody has to look. Left out: nobody is told. */
  silentMinutes: SilentMinutes.optional(),
  /** Whether a topic of SNS may deliver without envelope and signature: with a password, which is told once. */
  isRaw: z.boolean().default(false),
});
export const SourceChange = z.object({
  name: ShortText.optional(),
  trendTenant: TrendTenant.nullable().optional(),
  zone: Zone.optional(),
  silentMinutes: SilentMinutes.nullable().optional(),
});

export const sourceStates = ['waiting', 'heard', 'silent', 'removed'] as const;
export const Source = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string(),
  name: z.string(),
  kind: SourceKind,
  value: z.string(),
  trendTenant: z.string().optional(),
  zone: z.string(),
  silentMinutes: z.number().int().optional(),
  isRaw: z.boolean(),
  state: z.enum(sourceStates),
  createdAt: Instant,
  createdBy: z.string(),
  removedAt: Instant.optional(),
  lastHeardAt: Instant.optional(),
  silentSince: Instant.optional(),
  /** Since it was added. `application` and `device`: events of application and device control, which are no part of the service (S13). */
  counts: z.object({
    records: z.number().int(),
    stored: z.number().int(),
    duplicate: z.number().int(),
    application: z.number().int(),
    device: z.number().int(),
    held: z.number().int(),
  }),
});
export type Source = z.infer<typeof Source>;

/** With the password for raw delivery, which is told this once. */
export const AddedSource = Source.extend({ rawPassword: z.string().optional() });

/** Where records come in: what a manager of Trend Micro's is pointed at. A door that is closed is absent. */
export const IntakeDoors = z.object({
  syslogTcp: z.string().optional(),
  syslogTls: z.string().optional(),
  syslogUdp: z.string().optional(),
  sns: z.string().optional(),
  folder: z.string().optional(),
  /** Datagrams that came too fast since the manager's start, in this process and in the kernel. */
  lostDatagrams: z.number().int(),
  /** Connections that were ended since then, by reason. */
  ended: z.record(z.string(), z.number().int()),
});
export type IntakeDoors = z.infer<typeof IntakeDoors>;

/** Why a record is in quarantine. */
export const holdReasons = [
  'unbound', // no source knows the sender
  'foreign_tenant', // it names a tenant that this sender may not bring
  'ambiguous', // the sender brings several accounts, and the record does not say which
  'unreadable', // no event of these products
  'refused', // it could not be stored
] as const;
export const HoldReason = z.enum(holdReasons);
export type HoldReason = z.infer<typeof HoldReason>;

export const QuarantinedSender = z.object({
  id: Id,
  transport: z.enum(['udp', 'tcp', 'tls', 'sns', 'folder']),
  address: z.string(),
  identity: z.string().optional(),
  reason: HoldReason,
  /** The source by which the sender is known. */
  sourceId: Id.optional(),
  sourceName: z.string().optional(),
  accountName: z.string().optional(),
  /** The tenant that its newest record names. */
  named: z.string().optional(),
  recordCount: z.number().int(),
  /** Records that are kept and can be released; the others were only counted. */
  keptCount: z.number().int(),
  firstAt: Instant,
  lastAt: Instant,
});
export type QuarantinedSender = z.infer<typeof QuarantinedSender>;

export const QuarantinedRecord = z.object({ id: Id, at: Instant, bytes: z.number().int(), text: z.string() });
export type QuarantinedRecord = z.infer<typeof QuarantinedRecord>;

export const ReleasedRecords = z.object({
  released: z.number().int(),
  stored: z.number().int(),
  duplicate: z.number().int(),
  /** Could still not be read as an event; they stay. */
  unreadable: z.number().int(),
});
export type ReleasedRecords = z.infer<typeof ReleasedRecords>;

/** A host that only a manager of Trend Micro's knows: no agent of ours watches it, and its silence means nothing. */
export const RemoteHost = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string(),
  name: z.string(),
  firstSeenAt: Instant,
  lastSeenAt: Instant.optional(),
  openAlertCount: z.number().int(),
});
export type RemoteHost = z.infer<typeof RemoteHost>;
