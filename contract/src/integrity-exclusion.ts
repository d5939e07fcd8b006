import { z } from 'zod';
import { EntityKind } from './integrity-entity.ts';
import { FilePath, Id, Instant } from './primitives.ts';

/**
 * An **exclusion with an end**: what it names is not watched until then, and is watched again by itself afterwards, from the state that is found there
 * at that moment. Agents keep to the end by their own clock, also without their manager.
 */
const ExcludedPath = FilePath.refine((path) => path.startsWith('/'), 'an absolute path');
export const ExcludedEntity = z.object({ entity: EntityKind, key: z.string().min(1).max(1000) });
const Excluded = {
  /** As in a rule: a path with all that is below it, `*`, `?` and `**` as wildcards. */
  paths: z.array(ExcludedPath).max(100),
  entities: z.array(ExcludedEntity).max(100),
};

/** As agents receive it. */
export const PolicyExclusion = z.object({ id: Id, ...Excluded, until: Instant });
export type PolicyExclusion = z.infer<typeof PolicyExclusion>;

const Reason = z.string().trim().min(1).max(300);
/** As people see it. It stands on a policy, for all its hosts and those of policies below, or on one host. */
export const IntegrityExclusion = PolicyExclusion.extend({
  reason: Reason,
  createdAt: Instant,
  createdBy: z.string().max(200),
  /** When whoever reads the alerts was warned that it ends. */
  warnedAt: Instant.optional(),
  policy: z.object({ id: Id, name: z.string().max(300) }).optional(),
  host: z.object({ id: Id, name: z.string().max(300) }).optional(),
});
export type IntegrityExclusion = z.infer<typeof IntegrityExclusion>;

/** The longest that something may stay unwatched without somebody deciding it anew. */
export const exclusionDaysMax = 366;
export const exclusionsMax = 200;

export const NewExclusion = z
  .object({
    paths: Excluded.paths.default([]),
    entities: Excluded.entities.default([]),
    reason: Reason,
    until: Instant,
    policyId: Id.optional(),
    hostId: Id.optional(),
  })
  .refine(({ paths, entities }) => paths.length + entities.length > 0, 'names a path or an entity')
  .refine(({ policyId, hostId }) => (policyId === undefined) !== (hostId === undefined), 'a policy or a host');
export type NewExclusion = z.infer<typeof NewExclusion>;
