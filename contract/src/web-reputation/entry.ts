/** What feeds say of an address: from 0, harmless, to 100. */
export const webRatings = ['harmless', 'suspicious', 'highly_suspicious', 'dangerous'] as const;
export type WebRating = (typeof webRatings)[number];
const ratingFrom = { dangerous: 80, highly_suspicious: 60, suspicious: 40 } as const;

export function ratingOf(score: number): WebRating {
  if (score >= ratingFrom.dangerous) return 'dangerous';
  if (score >= ratingFrom.highly_suspicious) return 'highly_suspicious';
  return score >= ratingFrom.suspicious ? 'suspicious' : 'harmless';
}

/**
 * From which verdict on an address is blocked: `low` dangerous, `medium` highly suspicious as well, `high` suspicious as well.
 */
export const webSecurityLevels = ['low', 'medium', 'high'] as const;
export type WebSecurityLevel = (typeof webSecurityLevels)[number];

/** From which score on the level blocks. */
export const blockingScore: { readonly [L in WebSecurityLevel]: number } = {
  low: ratingFrom.dangerous,
  medium: ratingFrom.highly_suspicious,
  high: ratingFrom.suspicious,
};

/** What one look at a table finds. */
export type WebEntryInfo = { readonly score: number; readonly category: string; readonly feed: string };

/**
 * `domain`: the name and all below it. `address`: this one address with its query. `prefix`: whatever begins with it, which ends at a step of the path.
 */
export type WebEntryKind = 'domain' | 'address' | 'prefix';
