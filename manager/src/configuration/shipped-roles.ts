import { type ApiObject, isModel, propertiesOf, typeOf } from '@sakimori/contract/workload-security/index';

/** The two roles that every account has, as every client expects them: who may everything, and who may look. Both cannot be changed. */
export function shippedRoles(): ApiObject[] {
  const everything = { allComputers: true, allPolicies: true, allowWebService: true, immutable: true };
  return [
    {
      ...{ ID: 1, name: 'Full Access', description: 'All rights on everything.', ...everything },
      ...{ _nameJa: 'フルアクセス', allowUserInterface: true, canOnlyManipulateUsersWithEqualOrLesserRights: false },
      rights: rightsOf('Rights', () => true),
    },
    {
      ...{ ID: 2, name: 'Auditor', description: 'Sees everything and changes nothing.', ...everything },
      ...{ _nameJa: '監査者', allowUserInterface: true, canOnlyManipulateUsersWithEqualOrLesserRights: true },
      rights: rightsOf('Rights', (right) => right.startsWith('canView')),
    },
  ];
}

/** A tree of rights with every leaf decided by `may`. */
export function rightsOf(model: string, may: (right: string) => boolean): ApiObject {
  return Object.fromEntries(
    Object.entries(propertiesOf(model)).map(([name, property]) => {
      const { item } = typeOf(property);
      return [name, isModel(item) ? rightsOf(item, may) : may(name)];
    }),
  );
}

/** Is the leaf at this path (`platformRights.policyRights.canDeletePolicies`) granted? */
export function hasRight(rights: ApiObject | undefined, path: string): boolean {
  let here: unknown = rights;
  for (const name of path.split('.')) here = (here as ApiObject | undefined)?.[name];
  return here === true;
}
