import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { rightsOf } from '../../configuration/index.ts';
import { ApiFault, badRequest } from '../http/api-fault.ts';
import { countKeysOfRole } from '../keys/store.ts';
import type { Resource } from '../resources/resource.ts';

/** Every right is answered, granted or not: clients read them without asking whether they are there. */
const none = rightsOf('Rights', () => false);

export const role: Resource = {
  kind: 'Role',
  present: (object) => ({
    ...{ allComputers: true, allPolicies: true, allowUserInterface: true, allowWebService: false, immutable: false },
    canOnlyManipulateUsersWithEqualOrLesserRights: true,
    ...object,
    rights: withAll(none, object['rights'] as ApiObject | undefined),
  }),
  complete: (next, { before, call }) => {
    if (before?.['immutable'] === true)
      throw badRequest(`Role ${String(before['ID'])} is shipped and cannot be changed.`);
    const rights = withAll(
      (before?.['rights'] as ApiObject | undefined) ?? {},
      next['rights'] as ApiObject | undefined,
    );
    checkNotAbove(call.caller.role, { ...next, rights });
    return { ...next, rights };
  },
  checkDelete: async (id, edit) => {
    if (edit.get('Role', id)?.['immutable'] === true) throw badRequest(`Role ${id} is shipped and cannot be deleted.`);
    const keys = await countKeysOfRole(edit.tx, edit.accountId, id);
    if (keys > 0) throw badRequest(`Role ${id} is in use by ${keys} API key(s); give them another role first.`);
  },
};

/** Rights of `given` laid over `base`, branch by branch. */
function withAll(base: ApiObject, given: ApiObject | undefined): ApiObject {
  const merged: ApiObject = { ...base };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === null) continue;
    merged[name] = typeof value === 'object' ? withAll((base[name] ?? {}) as ApiObject, value as ApiObject) : value;
  }
  return merged;
}

/**
 * Nobody hands out more than they have, unless their role says that they may.
 * @throws ApiFault 403
 */
export function checkNotAbove(own: ApiObject, given: ApiObject): void {
  if (own['canOnlyManipulateUsersWithEqualOrLesserRights'] === false) return;
  const isWider = own['allComputers'] === false && given['allComputers'] !== false;
  const isWiderPolicies = own['allPolicies'] === false && given['allPolicies'] !== false;
  if (isWider || isWiderPolicies || exceeds((own['rights'] ?? {}) as ApiObject, (given['rights'] ?? {}) as ApiObject))
    throw new ApiFault(403, 'Not authorized to give rights that your own role does not have.');
}

function exceeds(own: ApiObject, given: ApiObject): boolean {
  return Object.entries(given).some(([name, value]) =>
    typeof value === 'object' && value !== null
      ? exceeds((own[name] ?? {}) as ApiObject, value as ApiObject)
      : value === true && own[name] !== true,
  );
}
