import type { PolicyBranch } from '@sakimori/contract';

/** A policy with how many stand above it, and the one right above. */
export type PlacedPolicy = {
  readonly policy: PolicyBranch;
  readonly depth: number;
  readonly parent: PolicyBranch | undefined;
};

/** Each policy right after what stands above it; siblings as they were given. One whose parent is not there stands at the root. */
export function inTreeOrder(policies: readonly PolicyBranch[]): PlacedPolicy[] {
  const numbers = new Set(policies.map(({ number }) => number));
  const below = Map.groupBy(policies, ({ parentNumber }) =>
    parentNumber !== undefined && numbers.has(parentNumber) ? parentNumber : undefined,
  );
  const place = (parent: PolicyBranch | undefined, depth: number): PlacedPolicy[] =>
    (below.get(parent?.number) ?? []).flatMap((policy) => [{ policy, depth, parent }, ...place(policy, depth + 1)]);
  return place(undefined, 0);
}
