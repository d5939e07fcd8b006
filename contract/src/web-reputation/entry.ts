import { z } from 'zod';
import type { webSecurityLevels } from '../policy-webreputation.ts';

/** What feeds say of an address: from 0, harmless, to 100. */
export const webRatings = ['harmless', 'suspicious', 'highly_suspicious', 'dangerous'] as const;
export type WebRating = (typeof webRatings)[number];
const ratingFrom = { dangerous: 80, highly_suspicious: 60, suspicious: 40 } as const;

export function ratingOf(score: number): WebRating {
  if (score >= ratingFrom.dangerous) return 'dangerous';
  if (score >= ratingFrom.highly_suspicious) return 'highly_suspicious';
  return score >= ratingFrom.suspicious ? 'suspicious' : 'harmless';
}

/** From which score on the level blocks. */
export const blockingScore: { readonly [L in (typeof webSecurityLevels)[number]]: number } = {
  low: ratingFrom.dangerous,
  medium: ratingFrom.highly_suspicious,
  high: ratingFrom.suspicious,
};

/** Phrase keys below `web.category.` for those that we name ourselves; feeds may have others, which are shown as they are. */
export const webCategories = [
  'malware',
  'phishing',
  'command_and_control',
  'scam',
  'spam',
  'mining',
  'hacking',
  'test',
  'own',
] as const;
export const WebCategory = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/);
export const WebScore = z.number().int().min(0).max(100);

/** What one look at a table finds. */
export type WebEntryInfo = { readonly score: number; readonly category: string; readonly feed: string };

/**
 * `domain`: the name and all below it. `address`: this one address with its query. `prefix`: whatever begins with it, which ends at a step of the path.
 */
export type WebEntryKind = 'domain' | 'address' | 'prefix';
export type WebEntry = WebEntryInfo & { readonly kind: WebEntryKind; readonly text: string };
