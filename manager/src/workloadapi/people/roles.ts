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
    ...{ allComputers: true, allPolicies: true, allowUserInterface: true, allowWebService: true, immutable: false },
    canOnlyManipulateUsersWithEqualOrLesserRights: true,
    ...object,
    rights: withAll(none, object['rights'] as ApiObject | undefined),
  }),
  complete: (next, { before, call }) => {
    if (before?.['immutable'] === true)
      throw badRequest(`Role ${String(before['ID'])} is shipped and cannot be changed.`);
    if (before) checkMayTouch(call.caller.role, before);
    const rights = withAll(
      (before?.['rights'] as ApiObject | undefined) ?? {},
      next['rights'] as ApiObject | undefined,
    );
    checkNotAbove(call.caller.role, { ...next, rights });
    return { ...next, rights };
  },
  checkDelete: async (id, edit, call) => {
    checkMayTouch(call.caller.role, edit.get('Role', id));
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
  if (isAbove(own, given)) throw new ApiFault(403, 'Not authorized to give rights that your own role does not have.');
}

/**
 * Nor does anybody change or take away what may more than they.
 * @throws ApiFault 403
 */
export function checkMayTouch(own: ApiObject, standing: ApiObject | undefined): void {
  if (standing && isAbove(own, standing))
    throw new ApiFault(403, 'Not authorized to change what has rights that your own role does not have.');
}

const manipulates = 'canOnlyManipulateUsersWithEqualOrLesserRights';

function isAbove(own: ApiObject, other: ApiObject): boolean {
  if (own[manipulates] === false) return false;
  return (
    other[manipulates] === false ||
    isWider(own, other, 'allComputers', ['computerIDs', 'computerGroupIDs']) ||
    isWider(own, other, 'allPolicies', ['policyIDs']) ||
    exceeds((own['rights'] ?? {}) as ApiObject, (other['rights'] ?? {}) as ApiObject)
  );
}

/** Reaches the other role computers or policies that one's own does not name? */
function isWider(own: ApiObject, other: ApiObject, all: string, named: readonly string[]): boolean {
  if (own[all] !== false) return false;
  if (other[all] !== false) return true;
  return named.some((name) => {
    const mine = new Set(own[name] as readonly number[] | undefined);
    return ((other[name] as readonly number[] | undefined) ?? []).some((id) => !mine.has(id));
  });
}

function exceeds(own: ApiObject, given: ApiObject): boolean {
  return Object.entries(given).some(([name, value]) =>
    typeof value === 'object' && value !== null
      ? exceeds((own[name] ?? {}) as ApiObject, value as ApiObject)
      : value === true && own[name] !== true,
  );
}
