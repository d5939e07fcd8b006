import { z } from 'zod';
import { LineFault } from './malware-lists.ts';
import { Id, Instant, ShortText } from './primitives.ts';
import { webRatings, webSecurityLevels } from './web-reputation/entry.ts';
import { webReasons } from './web-reputation/judge.ts';

/**
 * Feeds of web reputation: lists of addresses and what is said of them. Those of the provider go to the hosts of all accounts; an account's own go to its hosts alone.
 *
 * `list`: domains, URLs and lines of hosts files, one a line. `urlhaus`: URLhaus' CSV. `scored`: our own CSV, address, score, category.
 */
export const webFeedFormats = ['list', 'urlhaus', 'scored'] as const;
/** Why a feed could not be fetched or read: phrase keys below `web.problem.`. */
export const webFeedProblems = [
  'private',
  'redirect_nowhere',
  'redirect_plain',
  'redirects',
  'status',
  'compression',
  'too_large',
  'timeout',
  'unreachable',
  'empty',
  'unreadable',
  'other_format',
  'too_many',
  'table_full',
] as const;

export const webFeedsMax = 50;
export const ownFeedsMax = 20;
/** Entries of all shared feeds together, and of an account's own. */
export const sharedEntriesMax = 3_000_000;
export const ownEntriesMax = 100_000;
export const feedTextBytesMax = 16 * 1024 * 1024;

export const WebCategory = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/);
export const WebScore = z.number().int().min(0).max(100);
const FeedUrl = z.url({ protocol: /^https?$/ }).max(2048);

export const NewWebFeed = z
  .object({
    /** Absent: a feed of the provider, for all accounts. */
    accountId: Id.optional(),
    name: ShortText,
    format: z.enum(webFeedFormats).default('list'),
    /** Of entries that say nothing of it themselves. */
    category: WebCategory.default('malware'),
    score: WebScore.default(90),
    /** From where it is fetched; absent: `text` is the list. */
    url: FeedUrl.optional(),
    intervalMinutes: z.number().int().min(5).max(43_200).default(60),
    text: z.string().max(feedTextBytesMax).optional(),
  })
  .refine(({ url, text }) => (url === undefined) !== (text === undefined), 'either url or text')
  .refine(({ url, accountId }) => !(url && accountId), 'feeds that are fetched are the provider’s');
export type NewWebFeed = z.infer<typeof NewWebFeed>;

/** What comes in the place of what a feed has: another list, or another address to fetch from. */
export const WebFeedReplacement = z
  .object({ text: z.string().max(feedTextBytesMax).optional(), url: FeedUrl.optional() })
  .refine(({ url, text }) => (url === undefined) !== (text === undefined), 'either url or text');
export type WebFeedReplacement = z.infer<typeof WebFeedReplacement>;

export const WebFeed = z.object({
  id: Id,
  accountId: Id.optional(),
  name: ShortText,
  format: z.enum(webFeedFormats),
  category: z.string(),
  score: z.number().int(),
  /** Without what may be a key in it. */
  url: z.string().optional(),
  intervalMinutes: z.number().int().optional(),
  /** It comes with the product. */
  isShipped: z.boolean(),
  entries: z.number().int(),
  /** Lines that could not be read, of which the first are shown. */
  faultCount: z.number().int(),
  faults: z.array(LineFault).max(20),
  version: z.number().int(),
  /** The last try, and the last that was well. */
  triedAt: Instant.optional(),
  goodAt: Instant.optional(),
  /** Why the last try was not well. */
  problem: z.object({ code: z.enum(webFeedProblems), detail: z.string().max(200) }).optional(),
});
export type WebFeed = z.infer<typeof WebFeed>;

export const WebTableState = z.object({
  version: z.string(),
  entries: z.number().int(),
  bytes: z.number().int(),
  builtAt: Instant,
});
export const WebFeeds = z.object({
  feeds: z.array(WebFeed),
  shared: WebTableState.optional(),
  own: WebTableState.optional(),
});
export type WebFeeds = z.infer<typeof WebFeeds>;

export const WebTrial = z.object({
  address: z.string().trim().min(1).max(2048),
  /** With this account's own lists. */
  accountId: Id.optional(),
  /** By the policy that this host has; then its level counts. */
  hostId: Id.optional(),
  securityLevel: z.enum(webSecurityLevels).default('medium'),
});
export const WebTrialOutcome = z.object({
  /** In its one form. */
  address: z.string(),
  isBlocked: z.boolean(),
  reason: z.enum(webReasons),
  matched: z.string().optional(),
  rating: z.enum(webRatings).optional(),
  score: z.number().int().optional(),
  category: z.string().optional(),
  feed: z.string().optional(),
  securityLevel: z.enum(webSecurityLevels),
  /** The least strict level that blocks what feeds say of it. */
  blockedFrom: z.enum(webSecurityLevels).optional(),
});
export type WebTrialOutcome = z.infer<typeof WebTrialOutcome>;
