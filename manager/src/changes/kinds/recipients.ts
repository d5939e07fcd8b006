import { type Actor, type ChangeLine, type ChangeWish, phrase, type RecipientList, Refusal } from '@sakimori/contract';
import { applyRecipients, proposeRecipients, rollbackRecipients } from '../../notices/index.ts';
import { previewOf } from '../impact.ts';
import type { ChangeKind } from '../kind.ts';

type RecipientsWish = Extract<ChangeWish, { kind: 'recipients' }>;

/**
 * Who receives alerts and reports (S55). They are kept here for every account, whoever rules its hosts; `notices` changes them as one deed that is in force
 * at once, and writes to the new and the former addresses.
 */
export const recipientsChange: ChangeKind<RecipientsWish> = {
  async prepare({ platform, accountId }, { steps }) {
    const proposed = await platform.database.as(accountId, (tx) =>
      proposeRecipients(tx, platform, accountId, { steps }),
    );
    const remarks = ['recipientsTold', ...(proposed.strangeDomains.length > 0 ? ['strangeDomains'] : [])];
    return {
      ...{ subject: phrase('ja', 'changeKind.recipients'), steps: [], basis: proposed.basis },
      diff: proposed.lists.flatMap(linesOf),
      preview: await previewOf(platform, accountId, [], () => undefined, remarks),
    };
  },
  async apply({ platform, accountId, way }, { wish, reason, requester, approvedBy, ticketId, basis }) {
    const { steps } = wish as RecipientsWish;
    const given = {
      ...{ steps, reason: reason.slice(0, 1000), requestedBy: oneLine(requester), basis, ticketId },
      ...(approvedBy ? { approvedBy: oneLine(approvedBy) } : {}),
    };
    const { id } = await platform.database
      .as(accountId, (tx) => applyRecipients(tx, platform, way.by.actor as Actor, accountId, given))
      .catch((error) => {
        if (error instanceof Refusal && error.code === 'recipients_changed')
          throw new Refusal('change_outdated', { what: phrase('ja', 'changeKind.recipients') });
        throw error;
      });
    return { made: {}, planId: id, hosts: [] };
  },
  // What is kept here is in force with its transaction; whether a new address is read stands with the change of recipients.
  verify: async () => ({ outcome: 'confirmed', hosts: [] }),
  async revert({ platform, accountId, way }, { planId, reason }) {
    const key = { accountId, id: planId! };
    await platform.database.as(accountId, (tx) =>
      rollbackRecipients(tx, platform, way.by.actor as Actor, key, reason.slice(0, 1000)),
    );
  },
};

function linesOf({ purpose, before, after }: RecipientList): ChangeLine[] {
  const head = { type: 'recipients', name: phrase('ja', `cli.purpose.${purpose}`), field: purpose };
  const has = (list: RecipientList['after'], mail: string) => list.some((one) => one.mail === mail);
  return [
    ...before
      .filter(({ mail }) => !has(after, mail))
      .map(({ name, mail }) => ({ ...head, before: `${name} <${mail}>` })),
    ...after
      .filter(({ mail }) => !has(before, mail))
      .map(({ name, mail }) => ({ ...head, after: `${name} <${mail}>` })),
  ];
}

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .trim()
    .slice(0, 200);
