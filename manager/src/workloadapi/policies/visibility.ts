import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ComputerRow, hasRight } from '../../configuration/index.ts';

const idsOf = (role: ApiObject, property: string): readonly number[] => (role[property] as number[] | undefined) ?? [];

/** A role for all computers sees all; another those it names, by themselves or by their group. */
export function isVisibleComputer(role: ApiObject, computer: Pick<ComputerRow, 'id' | 'group_id'>): boolean {
  if (role['allComputers'] !== false) return true;
  if (hasRight(role['rights'] as ApiObject, 'platformRights.computerRights.canViewOtherComputers')) return true;
  return isNamedComputer(role, computer);
}

export function mayEditComputer(role: ApiObject, computer: Pick<ComputerRow, 'id' | 'group_id'>): boolean {
  return role['allComputers'] !== false || isNamedComputer(role, computer);
}

function isNamedComputer(role: ApiObject, computer: Pick<ComputerRow, 'id' | 'group_id'>): boolean {
  const isNamed = idsOf(role, 'computerIDs').includes(computer.id);
  return isNamed || (computer.group_id !== null && idsOf(role, 'computerGroupIDs').includes(computer.group_id));
}

export function isVisiblePolicy(role: ApiObject, id: number): boolean {
  if (role['allPolicies'] !== false) return true;
  if (hasRight(role['rights'] as ApiObject, 'platformRights.policyRights.canViewOtherPolicies')) return true;
  return idsOf(role, 'policyIDs').includes(id);
}

export const mayEditPolicy = (role: ApiObject, id: number): boolean =>
  role['allPolicies'] !== false || idsOf(role, 'policyIDs').includes(id);
