import { z } from 'zod';
import { blockMinutes } from './block-source.ts';
import { taskReasonMax } from './host-task.ts';
import { DetectionModule } from './module.ts';
import { Id, Instant } from './primitives.ts';

/** Blocks of sources (S75): what an account never wants blocked, when a block is proposed to people, and the proposals. */
const SourceText = z.string().trim().min(2).max(64);
export const BlockReason = z.string().trim().min(1).max(taskReasonMax);
const Minutes = z.number().int().min(blockMinutes.min).max(blockMinutes.max);

export const SourceBlocking = z.object({
  /** Addresses and networks that are never blocked, besides the manager's own and those that every host needs. */
  allow: z.array(SourceText).max(100),
  /** A proposal is made when one source makes `count` detections of these modules on one host within the window. */
  proposals: z.object({
    on: z.boolean(),
    count: z.number().int().min(2).max(10_000),
    windowMinutes: z.number().int().min(1).max(1440),
    modules: z.array(DetectionModule).min(1).max(7),
  }),
});
export type SourceBlocking = z.infer<typeof SourceBlocking>;

/** Where an account has not said otherwise. */
export const usualSourceBlocking: SourceBlocking = {
  allow: [],
  proposals: {
    on: true,
    count: 10,
    windowMinutes: 10,
    modules: ['firewall', 'intrusion', 'loginspection'],
  },
};

export const NewBlock = z.object({ source: SourceText, minutes: Minutes, reason: BlockReason });
export type NewBlock = z.infer<typeof NewBlock>;
export const BlockEnd = z.object({ source: SourceText, reason: BlockReason });
export type BlockEnd = z.infer<typeof BlockEnd>;

export const proposalStates = ['open', 'accepted', 'declined'] as const;

/** What one source did on one host, and what people decided about it. Never carried out by itself. */
export const BlockProposal = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string(),
  hostId: Id,
  hostName: z.string(),
  source: z.string(),
  state: z.enum(proposalStates),
  createdAt: Instant,
  /** Of the detections that made the proposal. */
  detectionCount: z.number().int(),
  firstAt: Instant,
  lastAt: Instant,
  /** The newest of them. */
  evidence: z
    .array(z.object({ id: Id, at: Instant, module: DetectionModule, kind: z.string(), rule: z.string() }))
    .max(10),
  decidedAt: Instant.optional(),
  decidedBy: z.string().optional(),
  reason: z.string().optional(),
  /** Of an accepted one: for how long, and on this host or on all of the account. */
  minutes: z.number().int().optional(),
  scope: z.enum(['host', 'account']).optional(),
});
export type BlockProposal = z.infer<typeof BlockProposal>;

export const BlockAcceptance = z.object({ scope: z.enum(['host', 'account']), minutes: Minutes, reason: BlockReason });
export type BlockAcceptance = z.infer<typeof BlockAcceptance>;
