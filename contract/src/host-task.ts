import { z } from 'zod';
import { Id, Instant } from './primitives.ts';

/** What a manager may ask of a host, once, beside what its policy asks for all the time. */
export const hostTaskKinds = [
  'recommendation-scan', // take the inventory now
  'open-ports-scan', // likewise: the sockets on which the host listens are a part of it
  'integrity-scan', // compare everything with the baseline now
  'integrity-baseline', // forget the baseline and record it anew; facts: by, reason
  'integrity-estimate', // count what integrity rules would watch; facts: estimate, the id under which the rules are fetched
  'malware-scan', // scan everything that the policy’s manual scan names
  'malware-scan-cancel', // end that scan where it stands
  'quarantine-restore', // facts: file, to, overwrite, allowHours, by, reason
  'quarantine-delete', // facts: file, by, reason
  'quarantine-fetch', // send a copy of a file; facts: fetch, the id under which the rest is asked
  'isolate', // cut the host off from all but its manager; facts: minutes, dns, by, reason
  'release', // end that; facts: by, reason
  'stop-host', // power the host off; facts: by, reason, request
  'block-source', // deny all packets of a source for a time; facts: source, minutes, by, reason
  'unblock-source', // end that; facts: source, by, reason
  'list-connections', // say which connections are open now, before somebody cuts them; changes nothing
  'agent-upgrade', // exchange the agent; facts: plan, build, architecture, minutes, and the SHA-256 of each package
  'policy', // fetch the assigned policy, whether it seems new or not
  'update-check',
] as const;
export const HostTaskKind = z.enum(hostTaskKinds);
export type HostTaskKind = z.infer<typeof HostTaskKind>;

export const HostTaskFacts = z
  .record(z.string().max(40), z.union([z.string().max(300), z.number(), z.boolean()]))
  .refine((facts) => Object.keys(facts).length <= 10, 'at most 10 facts');
export type HostTaskFacts = z.infer<typeof HostTaskFacts>;

export const HostTask = z.object({ id: Id, kind: HostTaskKind, facts: HostTaskFacts.optional() });
export type HostTask = z.infer<typeof HostTask>;

/** A task as an agent receives it: a newer manager may know kinds that this agent does not, and hears `not_supported`. */
export const ReceivedTask = HostTask.extend({ kind: z.string().max(40) });
export type ReceivedTask = z.infer<typeof ReceivedTask>;

/** What became of a task, by the agent's word. */
export const HostTaskResult = z.object({
  id: Id,
  state: z.enum(['done', 'failed', 'not_supported']),
  /** For a person, in English. */
  detail: z.string().max(500).optional(),
});
export type HostTaskResult = z.infer<typeof HostTaskResult>;

/** How a task stands. `sent`: the host was given it and has not answered yet. */
export const hostTaskStates = ['waiting', 'sent', 'done', 'failed', 'not_supported'] as const;
export type HostTaskState = (typeof hostTaskStates)[number];

/** A task of a host as people see it: asked by whom and why, and what became of it. */
export const HostTaskEntry = z.object({
  id: Id,
  kind: HostTaskKind,
  state: z.enum(hostTaskStates),
  createdAt: Instant,
  /** Name of the person, key or scheduled task that asked. */
  createdBy: z.string(),
  reason: z.string().optional(),
  /** When the host was given it. */
  sentAt: Instant.optional(),
  /** When it ended, however it ended. */
  doneAt: Instant.optional(),
  /** What the host says of it, or why it ended; in English. */
  detail: z.string().optional(),
});
export type HostTaskEntry = z.infer<typeof HostTaskEntry>;

/** What a person may ask of a host by its page or the command line. */
export const askableScans = [
  'integrity-scan',
  'malware-scan',
  'malware-scan-cancel',
  'open-ports-scan',
  'recommendation-scan',
] as const;
export type AskableScan = (typeof askableScans)[number];
/** As long as the facts of a task may be: what is recorded is what was written. */
export const taskReasonMax = 300;
const TaskReason = z.string().trim().min(1).max(taskReasonMax);

/** How long a host may stay isolated: up to a week. */
export const isolationMinutes = { min: 1, usual: 240, max: 10_080 } as const;

/** A new baseline takes what stands on the host as right from now on, so it needs a reason. */
export const AskedTask = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(askableScans), reason: TaskReason.optional() }),
  z.object({ kind: z.literal('integrity-baseline'), reason: TaskReason }),
  z.object({
    kind: z.literal('isolate'),
    reason: TaskReason,
    minutes: z.number().int().min(isolationMinutes.min).max(isolationMinutes.max),
    /** The host's own name servers may be asked. */
    dns: z.boolean(),
  }),
  z.object({ kind: z.literal('release'), reason: TaskReason }),
]);
export type AskedTask = z.infer<typeof AskedTask>;

/**
 * Powering a host off cannot be taken back from here: besides a right of its own it takes the host's name once more (S74).
 * A host that is away hears of it for a quarter of an hour, and not a day later.
 */
export const HostStop = z.object({ reason: TaskReason, confirmation: z.string().max(255) });
export type HostStop = z.infer<typeof HostStop>;
export const stopHostMinutes = 15;

/** Tasks that one heartbeat brings at most, and results that one message takes. */
export const hostTasksMax = 20;
