import { dayInJapan, type Language, phrase } from '@sakimori/contract';
import { staffWho } from '../access/index.ts';
import { contactsFor, type Desk, entitlementOf } from '../customers/index.ts';
import { type Composed, type Identity, type Recipient, showInstant, showLine, tell } from '../notices/index.ts';
import type { Tx } from '../platform/index.ts';
import { raiseWork, settleWork } from '../work/index.ts';
import {
  endProposalWork,
  markTold,
  selectAccountsToTell,
  selectAllDecided,
  takeUntold,
  type UntoldProposal,
} from './tell-store.ts';

/** After a letter about proposals of an account the next waits so long, whatever is proposed meanwhile. */
const letterEveryMs = 10 * 60_000;
/** What a letter names; of the others it says the number. */
const namedMax = 20;
const workKey = 'block-proposals';

export type TellingParts = Desk & { readonly publicUrl: () => string };

/**
 * Tells people that blocks are proposed (S75): whoever of the provider may block by mail and as work, and the account's contacts for alerts where the plan has the answer to
 * incidents. Each proposal once, many in one letter; the rows are changed in the transaction that writes the letters. Work ends when everything is decided.
 */
export async function tellProposals(parts: TellingParts): Promise<void> {
  const { clock, database } = parts.platform;
  const now = clock.now();
  const before = new Date(now.getTime() - letterEveryMs);
  const accounts = await database.asProvider((tx) => selectAccountsToTell(tx, before));
  for (const accountId of accounts) {
    const contacts = await database.as(accountId, (tx) => contactsFor(tx, 'alerts'));
    await database.asProvider((tx) => tellOf(tx, parts, accountId, contacts, now));
  }
  await database.asProvider(async (tx) => {
    for (const accountId of await selectAllDecided(tx)) {
      await settleWork(tx, parts, { accountId, key: workKey, evidence: 'every proposal was decided' });
      await endProposalWork(tx, accountId, now);
    }
  });
}

async function tellOf(tx: Tx, parts: TellingParts, accountId: string, contacts: readonly Recipient[], now: Date) {
  const proposals = await takeUntold(tx, accountId);
  if (proposals.length === 0) return;
  await markTold(tx, accountId, proposals, now);
  const open = proposals.filter(({ state }) => state === 'open');
  if (open.length === 0) return;
  const staff = (await staffWho(tx, 'source.block')).map(({ mail, language }) => ({ accountId, mail, language }));
  const send = (to: readonly Recipient[], who: 'staff' | 'contacts') =>
    tell(tx, parts.platform, {
      ...{ accountId, contacts: to, kind: `containment.proposed_${who}` },
      compose: (language, from) => compose(language, from, who, open, parts.publicUrl()),
    });
  await send(staff, 'staff');
  const day = dayInJapan(now);
  const entitled = await entitlementOf(tx, parts, { accountId, feature: 'alert.response', day });
  const isOfStaff = ({ mail }: Recipient) => staff.some((one) => one.mail.toLowerCase() === mail.toLowerCase());
  if (entitled.outcome === 'granted')
    await send(
      contacts.filter((one) => !isOfStaff(one)),
      'contacts',
    );
  await raiseWork(tx, parts, {
    ...{ accountId, kind: 'blockProposal', key: workKey, target: `account:${accountId}`, businessDays: 1 },
    facts: { source: open[0]!.source, host: open[0]!.host_name, count: open.length },
  });
}

function compose(
  language: Language,
  from: Identity,
  who: 'staff' | 'contacts',
  proposals: readonly UntoldProposal[],
  publicUrl: string,
): Composed {
  const [first] = proposals;
  const words = {
    ...{ product: phrase(language, 'product.name'), account: showLine(first!.account_name, 100) },
    ...{ source: first!.source, count: proposals.length },
  };
  const lines = proposals.slice(0, namedMax).map((one) =>
    phrase(language, 'containment.mail.line', {
      ...{ source: one.source, host: showLine(one.host_name, 100), count: one.detection_count },
      ...{
        from: showInstant(language, one.first_at.toISOString()),
        to: showInstant(language, one.last_at.toISOString()),
      },
      rule: showLine(one.evidence[0]?.rule ?? '', 150),
    }),
  );
  const more = proposals.length - lines.length;
  return {
    subject: phrase(language, 'containment.mail.subject', words),
    text: `${[
      phrase(language, `containment.mail.text.${who}`, words),
      [...lines, ...(more > 0 ? [phrase(language, 'containment.mail.more', { count: more })] : [])].join('\n'),
      `${phrase(language, 'containment.mail.open')}\n${publicUrl}/alerts`,
      `-- \n${[from.name(language), from.signature(language)].filter(Boolean).join('\n')}`,
    ].join('\n\n')}\n`,
  };
}
