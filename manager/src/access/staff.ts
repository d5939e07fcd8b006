import { isCustomerRole, isSocRole, type Language, may, type Permission, type Role } from '@sakimori/contract';
import type { Tx } from '../platform/index.ts';
import { firstAdminMail } from './people.ts';
import { selectPeople } from './store.ts';

export type Staff = { readonly id: string; readonly name: string; readonly mail: string; readonly language: Language };

/** People of the provider whose role allows something and whose access is open, for mails to them. The transaction must be the provider's. */
export const staffWho = (tx: Tx, permission: Permission): Promise<Staff[]> =>
  staff(tx, (role) => may(role, permission));

/** People of the provider with one of these roles; the administrators where nobody has. The transaction must be the provider's. */
export async function staffOf(tx: Tx, roles: readonly Role[]): Promise<Staff[]> {
  const meant = await staff(tx, (role) => roles.includes(role));
  return meant.length > 0 ? meant : staff(tx, (role) => role === 'provider-admin');
}

/** A person whose access is open, for mails to them. The transaction must be the provider's. */
export async function personOf(tx: Tx, id: string): Promise<Staff | undefined> {
  const person = (await selectPeople(tx)).find((one) => one.id === id && one.disabled_at === null);
  return person && { id, name: person.name, mail: person.mail, language: person.language };
}

async function staff(tx: Tx, isMeant: (role: Role) => boolean): Promise<Staff[]> {
  const people = (await selectPeople(tx)).filter(
    ({ role, disabled_at, mail }) =>
      !isCustomerRole(role) && !isSocRole(role) && isMeant(role) && disabled_at === null && mail !== firstAdminMail,
  );
  return people.map(({ id, name, mail, language }) => ({ id, name, mail, language }));
}
