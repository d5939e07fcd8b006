import { type Actor, type Contact, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { listContacts } from '../customers/index.ts';
import { tell } from '../notices/index.ts';
import { announce, newSecret, sha256, type Tx } from '../platform/index.ts';
import type { Desk } from './cases.ts';
import { settleConfirmed } from './duties.ts';
import { confirmationLetter } from './letters.ts';
import {
  type CaseRow,
  confirmBySecret,
  confirmByStaff,
  lockCase,
  selectAsked,
  selectCases,
  upsertAsked,
} from './store.ts';

/** Sends each of them a test mail with a link of their own, in the transaction that causes it (S36). */
export async function askToConfirm(tx: Tx, desk: Desk, row: CaseRow, contacts: readonly Contact[]): Promise<void> {
  for (const contact of contacts) {
    const secret = newSecret();
    const url = `${desk.publicUrl()}/confirm-mail#${secret}`;
    await upsertAsked(tx, {
      ...{ tenantId: row.tenant_id, caseId: row.id, contactId: contact.id, mail: contact.mail },
      ...{ secretHash: sha256(secret), at: desk.platform.clock.now() },
    });
    await tell(tx, desk.platform, {
      ...{ accountId: row.tenant_id, kind: 'onboarding.confirm', contacts: [contact] },
      compose: (language, from) =>
        confirmationLetter(language, {
          ...{ customerName: row.customer_name, accountName: row.account_name, name: contact.name },
          ...{
            purposes: contact.purposes,
            url,
            provider: { name: from.name(language), signature: from.signature(language) },
          },
        }),
    });
  }
}

async function issued(tx: Tx, id: string): Promise<CaseRow> {
  const row = await lockCase(tx, id);
  if (!row) throw new Refusal('not_found', { what: 'onboarding' });
  if (row.issued_at === null) throw new Refusal('wrong_state', { what: 'onboarding', state: 'unissued' });
  return row;
}

/** Asks those anew who have not confirmed the address that they have now. @throws Refusal `not_found`, `wrong_state` */
export const askAgain = (desk: Desk, id: string): Promise<void> =>
  desk.platform.database.asProvider(async (tx) => {
    const row = await issued(tx, id);
    const asked = new Map((await selectAsked(tx, id)).map((one) => [one.contact_id, one]));
    const waiting = (await listContacts(tx, row.tenant_id)).filter(({ id: contactId, mail, purposes }) => {
      const one = asked.get(contactId);
      return purposes.length > 0 && !(one?.confirmed_at && one.mail.toLowerCase() === mail.toLowerCase());
    });
    await askToConfirm(tx, desk, row, waiting);
  });

/** What a recipient said by phone or on paper. @throws Refusal `not_found`, `wrong_state` */
export const confirmForRecipient = (
  desk: Desk,
  actor: Actor,
  key: { readonly id: string; readonly contactId: string },
  how: 'phone' | 'mail' | 'document',
): Promise<void> =>
  desk.platform.database.asProvider(async (tx) => {
    const row = await issued(tx, key.id);
    const given = { how, at: desk.platform.clock.now(), by: actor.name };
    const confirmed = await confirmByStaff(tx, { caseId: key.id, contactId: key.contactId }, given);
    if (!confirmed) throw new Refusal('not_found', { what: 'recipient' });
    await settleConfirmed(tx, desk, confirmed, how, actor);
    await record(tx, desk, actor, row, { mail: confirmed.mail, how });
  });

/** The link of a test mail: the person is known by it alone. @throws Refusal `link_invalid` */
export const confirmByToken = (desk: Desk, token: string): Promise<{ mail: string; accountName: string }> =>
  desk.platform.database.asProvider(async (tx) => {
    const confirmed = await confirmBySecret(tx, sha256(token), desk.platform.clock.now());
    if (!confirmed) throw new Refusal('link_invalid');
    const [row] = await selectCases(tx, { id: confirmed.case_id, all: true });
    const actor = { kind: 'system', id: confirmed.contact_id, name: confirmed.mail } as const;
    await settleConfirmed(tx, desk, confirmed, 'link', actor);
    await record(tx, desk, actor, row!, { mail: confirmed.mail, how: 'link' });
    return { mail: confirmed.mail, accountName: row!.account_name };
  });

async function record(
  tx: Tx,
  { platform }: Desk,
  actor: Parameters<typeof note>[2]['actor'],
  row: CaseRow,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const target = `onboarding:${row.id}`;
  await note(tx, platform.clock, { accountId: row.tenant_id, actor, action: 'onboarding.confirmed', target, facts });
  await announce(tx, { topic: 'account', accountId: row.tenant_id, id: row.tenant_id });
}
