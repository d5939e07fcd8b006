import type { Language } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import type { Recipient } from '../../notices/index.ts';

/** Whom a task writes to, as the API has it. */
export type Recipients = {
  readonly allAdministratorsAndContacts?: boolean;
  readonly administratorIDs?: readonly number[];
  readonly contactIDs?: readonly number[];
};

/** Their addresses as they are now, each once. Who has none, is inactive or gone is passed over. */
export function recipientsOf(view: ConfigurationView, recipients: Recipients): Recipient[] {
  const { allAdministratorsAndContacts: all = false, administratorIDs = [], contactIDs = [] } = recipients;
  const chosen = [
    ...view.list('Administrator').filter((one) => all || administratorIDs.includes(one['ID'] as number)),
    ...view.list('Contact').filter((one) => all || contactIDs.includes(one['ID'] as number)),
  ];
  const byAddress = new Map<string, Recipient>();
  for (const one of chosen.filter((person) => person['active'] !== false)) {
    const mail = one['emailAddress'];
    if (typeof mail !== 'string' || mail === '' || byAddress.has(mail.toLowerCase())) continue;
    byAddress.set(mail.toLowerCase(), { accountId: view.accountId, mail, language: languageOf(one) });
  }
  return [...byAddress.values()];
}

const languageOf = (person: ApiObject): Language => (person['locale'] === 'ja-JP' ? 'ja' : 'en');
