import { z } from 'zod';
import { Detection } from './detection.ts';
import { HostFacts } from './host.ts';
import { HostInventory } from './host-inventory.ts';
import { HostTaskResult, hostTasksMax, ReceivedTask } from './host-task.ts';
import { ModuleStatus } from './module.ts';
import { AssignedPolicy } from './policy.ts';
import { PreflightRecord } from './preflight.ts';
import { Id, Instant } from './primitives.ts';
import { AnnouncedTables } from './web-table-protocol.ts';

/**
 * How agent and manager talk: HTTPS to the agents' door with mutual TLS, JSON bodies, `content-encoding: zstd` or none. Only `enrol` is
 * taken without a client certificate.
 *
 * - `POST /enrol`        token + certificate request → identity
 * - `POST /heartbeat`    the agent's state → **two** JSON lines: at once `HeartbeatReceived`; then, when the policy changes or the hold time is over,
 *                        `HeartbeatEnded`. The agent answers the second line with its next heartbeat; where that line says that the policy changed, it
 *                        fetches the policy first, on the same connection. So the manager always holds one open request of a live agent: it pushes a policy within milliseconds, and the end of the connection tells that the process ended. An agent whose
 *                        state changed meanwhile (a policy applied) may send a new heartbeat on a second connection and, after its first line,
 *                        close the older request: the manager keeps to the newest heartbeat of a run and reads nothing into the end of an older one.
 *                        The first line may bring tasks. Each is brought again with every heartbeat until its result is there: an agent carries it out once a run.
 * - `GET  /policy`       the policy assigned now; compressed for whoever sends `accept-encoding: zstd`
 * - `POST /detections`   a batch → what became of it. Answered only after the batch is committed.
 * - `POST /inventory`    what stands and runs on the host → 204 once it is committed
 * - `POST /task-results` what became of tasks → 204 once it is committed
 * - `POST /estimate-draft`  `{estimateId}` → the integrity policy that the host shall count for; `POST /estimate-report` what it counts → 204
 * - `POST /quarantine`   what the host's quarantine holds → 204
 * - `POST /quarantine-wish`  `{fetchId}` → which file shall be copied and the password of its ZIP; `POST /quarantine-piece` the ZIP, piece by piece → 204
 * - `GET  /malware-lists` hashes and signatures of the account; asked when a heartbeat names another digest than the last one
 * - `GET  /web-table`    bytes of a table of web reputation, from one on (`web-table-protocol.ts`)
 * - `POST /goodbye`      last will of an orderly stop
 * - `POST /certificate`  certificate request → new certificate (rotation)
 */
export const agentPaths = {
  enrol: '/enrol',
  heartbeat: '/heartbeat',
  policy: '/policy',
  detections: '/detections',
  inventory: '/inventory',
  taskResults: '/task-results',
  estimateDraft: '/estimate-draft',
  estimateReport: '/estimate-report',
  quarantine: '/quarantine',
  quarantineWish: '/quarantine-wish',
  quarantinePiece: '/quarantine-piece',
  malwareLists: '/malware-lists',
  goodbye: '/goodbye',
  certificate: '/certificate',
  webTable: '/web-table',
  software: '/software',
} as const;

/** Bytes of a batch after decompression. A larger one is refused with 413 and the agent halves its batches. */
export const batchBytesMax = 8 * 1024 * 1024;
export const batchDetectionsMax = 5000;

const Pem = z.string().max(20_000);

/**
 * The enrolment token as an operator hands it over: `base64url(JSON)` of this. It binds the token to one manager (fingerprint of its CA) and,
 * on the manager's side, to one account.
 */
export const EnrolmentTokenContent = z.object({
  /** `host:port` of the agents' door. */
  agents: z.string().max(300),
  /** SHA-256 of the CA certificate (DER), lower-case hexadecimal: the agent trusts this manager and no other. */
  ca: z.string().length(64),
  secret: z.string().min(20).max(200),
  /** Account that the host is meant for. A manager whose token belongs to another one refuses. */
  account: Id.optional(),
});
export type EnrolmentTokenContent = z.infer<typeof EnrolmentTokenContent>;

export const EnrolRequest = z.object({
  secret: z.string().max(200),
  accountId: Id.optional(),
  certificateRequest: Pem,
  facts: HostFacts,
  /** What preflight found on this host, where it was kept for the manager. */
  preflight: PreflightRecord.optional(),
});
export const EnrolReply = z.object({ hostId: Id, accountId: Id, certificate: Pem, ca: Pem });
export type EnrolReply = z.infer<typeof EnrolReply>;

export const PreviousRun = z.object({
  /** `killed`: the process ended without a stop while the machine stayed up. `rebooted`: the boot id differs and there was no stop. */
  ended: z.enum(['orderly', 'killed', 'rebooted', 'first']),
  lastAliveAt: Instant.optional(),
});

export const Heartbeat = z.object({
  /** Host clock, for the offset. */
  sentAt: Instant,
  startedAt: Instant,
  /** Fresh at every start of the agent: the manager recognises a restart. */
  runId: Id,
  previousRun: PreviousRun,
  facts: HostFacts,
  modules: z.array(ModuleStatus).max(6),
  policy: z
    .object({ id: Id, version: z.number().int().min(1).max(2_147_483_647), problem: z.string().max(2000).optional() })
    .optional(),
  spool: z.object({
    pending: z.number().int().nonnegative(),
    dropped: z.number().int().nonnegative(),
    /** `memory`: the host's disk takes no writes; what is pending waits in a bounded memory ring. */
    storage: z.enum(['disk', 'memory']).optional(),
  }),
  /** Memory in use by the agent, bytes. */
  residentBytes: z.number().int().nonnegative(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

export const HeartbeatReceived = z.object({
  managerTime: Instant,
  policyId: Id,
  policyVersion: z.number().int(),
  tasks: z.array(ReceivedTask).max(hostTasksMax).optional(),
  /** Digest of the account’s hashes and signatures (`GET /malware-lists`). */
  malwareLists: z.string().max(64).optional(),
  /** Absent: this manager has none. */
  webTables: AnnouncedTables.optional(),
});
export type HeartbeatReceived = z.infer<typeof HeartbeatReceived>;
export const HeartbeatEnded = z.object({ reason: z.enum(['interval', 'policy', 'stopping']) });
export type HeartbeatEnded = z.infer<typeof HeartbeatEnded>;

export const PolicyReply = AssignedPolicy;

export const DetectionBatch = z.object({ detections: z.array(Detection).min(1).max(batchDetectionsMax) });
export const BatchReply = z.object({
  stored: z.number().int(),
  /** Already stored by an earlier sending. */
  duplicate: z.number().int(),
  /** Never going to be stored: the agent drops them and says so. */
  refused: z
    .array(z.object({ id: z.string().max(64), code: z.string().max(60), detail: z.string().max(500) }))
    .max(batchDetectionsMax),
});
export type BatchReply = z.infer<typeof BatchReply>;

export const InventoryReport = HostInventory;
export const TaskResults = z.object({ results: z.array(HostTaskResult).min(1).max(hostTasksMax) });
export type TaskResults = z.infer<typeof TaskResults>;

export const EstimateDraftRequest = z.object({ estimateId: Id });
export type EstimateDraftRequest = z.infer<typeof EstimateDraftRequest>;

export const Goodbye = z.object({ reason: z.enum(['stop', 'shutdown', 'upgrade', 'uninstall']), at: Instant });
export type Goodbye = z.infer<typeof Goodbye>;

export const CertificateRequest = z.object({ certificateRequest: Pem });
export const CertificateReply = z.object({ certificate: Pem });
