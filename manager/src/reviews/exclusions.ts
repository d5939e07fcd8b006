import type { Edition, Plan, ReviewExclusion } from '@sakimori/contract';
import { sha256 } from '../platform/index.ts';
import type { Candidate, NewItem } from './store.ts';

export type Reviewing = Extract<Edition['response'][Plan], { handling: 'review' }>;

type Exclusion = Pick<NewItem, 'exclusion' | 'evidence'>;
type Rule = (candidate: Candidate, minutesMax: number | undefined) => Exclusion['evidence'];

/** Each tells what shows that it applies, or nothing: what cannot be shown is looked at by a person. */
const rules: Readonly<Record<ReviewExclusion, Rule>> = {
  // Every detection that is kept ended in a defence that succeeded; one that did not, or an alert without detections, stays (S68).
  finished: ({ found, finished, actions }) =>
    found > 0 && finished === found ? { detections: found, finished, actions: (actions ?? []).join(', ') } : null,
  // The agent was heard again within the time that the edition gives; one that is silent still has no end to measure (S69).
  'brief-silence': ({ kind, closing, facts }, minutesMax) => {
    const gap = facts['gapSeconds'];
    const isBrief = typeof gap === 'number' && minutesMax !== undefined && gap <= minutesMax * 60;
    return kind === 'agent.silent' && closing === 'resolved' && isBrief ? { gapSeconds: gap, minutesMax } : null;
  },
  // All of it happened in maintenance that was announced for that host, module and time: the alert carries which (S70).
  'planned-work': ({ facts }) => {
    const maintenance = facts['maintenanceId'];
    return typeof maintenance === 'string' ? { maintenance } : null;
  },
};

/** The first rule of the edition that leaves an alert out, with its evidence. */
export function excludeBy(reviewing: Reviewing, candidate: Candidate): Exclusion {
  for (const { id, minutesMax } of reviewing.excluded) {
    const evidence = rules[id as ReviewExclusion]?.(candidate, minutesMax);
    if (evidence) return { exclusion: id as ReviewExclusion, evidence };
  }
  return { exclusion: null, evidence: null };
}

/** One in so many of what is left out is looked at all the same. */
const sampleOneIn = 100;

/** Draws the sample: by a hash over the sheet, so that nobody chooses it and a second look draws the same. */
export function drawSample(sheetId: string, excludedIds: readonly string[]): ReadonlySet<string> {
  const drawn = excludedIds
    .map((id) => ({ id, rank: sha256(`${sheetId} ${id}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, Math.ceil(excludedIds.length / sampleOneIn));
  return new Set(drawn.map(({ id }) => id));
}
