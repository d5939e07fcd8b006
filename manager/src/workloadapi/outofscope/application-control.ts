import { groups, readModel } from '@sakimori/contract/workload-security/index';
import { badRequest, notFound } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { readSearch } from '../search/criteria.ts';

const refusal =
  'Application Control is out of scope of this service (S13): there is nothing of it to create or change.';
const right = 'applicationControlRights.rulesetRights.canViewRulesets';
const collections: Readonly<Record<string, readonly [collection: string, model: string]>> = {
  GlobalRules: ['applicationControlGlobalRules', 'ApplicationControlGlobalRule'],
  Rulesets: ['rulesets', 'Ruleset'],
  SoftwareChanges: ['softwareChanges', 'SoftwareChange'],
  SoftwareInventories: ['softwareInventories', 'SoftwareInventory'],
};

/**
 * Application Control is readable, empty, and refused when somebody would switch it on (S13): a client that only looks works, and none is made to
 * believe that something is protected.
 */
export const applicationControlHandlers: readonly [string, Handler][] = Object.entries(collections).flatMap(
  ([group, [collection, model]]) =>
    (groups[group] ?? []).map(({ id, path }): [string, Handler] => {
      const isNested = /\}\/./.test(path);
      if (id === 'reviewSoftwareChanges') return [id, review];
      if (/^(list|search)/.test(id))
        return [id, async (call) => (isNested ? nothingBelow(call, model) : found(call, collection, model))];
      if (/^(create|add)/.test(id)) return [id, refuse];
      return [id, (call) => nothingBelow(call, model)];
    }),
);

async function found(call: Call, collection: string, model: string) {
  call.demandRight(right, 'view', model);
  if (call.operation.id.startsWith('search')) readSearch(model, call.body);
  return { [collection]: [] };
}

async function nothingBelow(call: Call, model: string): Promise<never> {
  call.demandRight(right, 'view', model);
  throw notFound(model, Object.values(call.params)[0]?.slice(0, 40) ?? '');
}

async function refuse(): Promise<never> {
  throw badRequest(refusal);
}

/** Reviewing no changes is no change. */
async function review(call: Call) {
  call.demandRight(right, 'view', 'SoftwareChange');
  const given = readModel('SoftwareChangeReview', call.body ?? {});
  const ids = (given['softwareChangeIDs'] as number[] | undefined) ?? [];
  if (ids.length > 0) throw badRequest(refusal);
  return { softwareChangeIDs: [], action: given['action'] ?? 'allow', softwareChangeReviewResults: [] };
}
