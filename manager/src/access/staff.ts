import { isCustomerRole, type Language, may, type Permission } from '@sakimori/contract';
import type { Tx } from '../platform/index.ts';
import { firstAdminMail } from './people.ts';
import { selectPeople } from './store.ts';

/** People of the provider whose role allows something and whose access is open, for mails to them. The transaction must be the provider's. */
export async function staffWho(
  tx: Tx,
  permission: Permission,
): Promise<{ readonly id: string; readonly name: string; readonly mail: string; readonly language: Language }[]> {
  const people = (await selectPeople(tx)).filter(
    ({ role, disabled_at, mail }) =>
      !isCustomerRole(role) && may(role, permission) && disabled_at === null && mail !== firstAdminMail,
  );
  return people.map(({ id, name, mail, language }) => ({ id, name, mail, language }));
}
