import { z } from 'zod';
import { Id, Instant } from './primitives.ts';

/**
 * Ways on which an event of Trend Micro's products reaches us: from the agent itself, relayed by its manager, by Amazon SNS. Two of them may
 * bring the same event.
 */
export const eventRoads = ['direct', 'relayed', 'sns'] as const;
export const EventRoad = z.enum(eventRoads);
export type EventRoad = z.infer<typeof EventRoad>;

/** How sure the time of an event is: written with its zone; read in the source's zone; too far off to be true; not told at all. */
export const timeQualities = ['zoned', 'assumed', 'wrong', 'received'] as const;

/** Of a detection that one of Trend Micro's products made: where it came from, and all of it that has no place of its own in a detection. */
export const ForeignRecord = z.object({
  sourceId: Id,
  road: EventRoad,
  /** This, and what follows from the text itself, is left out on the way to the store where the text beside it is whole, and read from it again. */
  format: z.enum(['cef', 'leef', 'sns']).optional(),
  product: z.string().max(200).optional(),
  productVersion: z.string().max(200).optional(),
  /** Severity in the sender's own scale. */
  severity: z.number().optional(),
  time: z.enum(timeQualities),
  /** The time that the record told, where it is not believed. */
  toldAt: Instant.optional(),
  /** Says of two events by different roads whether they are one. */
  key: z.string().max(40),
  /** The record ended before its time, or was longer than what is kept of it. */
  truncated: z.boolean().optional(),
  /** What of the neutral event has no place of its own, by its names there; what the sender alone knows stands in `extra`. */
  fields: z.record(z.string(), z.unknown()).optional(),
});
export type ForeignRecord = z.infer<typeof ForeignRecord>;
