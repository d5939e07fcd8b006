import { clauseText, type Language, phrase, type TicketOutcome } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import { serviceToday } from '../customers/index.ts';
import { type Identity, showInstant, showLine, showText, tell } from '../notices/index.ts';
import { newId, type Tx } from '../platform/index.ts';
import { refusalText } from './consulting.ts';
import { lastMessageId, type TicketRow } from './store.ts';

/** By which a reader and a mail program without the address find the ticket again. */
export const subjectToken = (number: number): string => `[#${number}]`;

/** `Re: …` once, and the token at the end once. */
function subjectOf({ subject, number }: TicketRow): string {
  const bare = subject.replace(/^(?:\s*(?:re|fw|fwd|返信|転送)\s*[:：]\s*)+/i, '').replaceAll(subjectToken(number), '');
  return `Re: ${showLine(bare.trim(), 250)} ${subjectToken(number)}`;
}

/** The letter around what was written: whom it is for, and who we are (S104). Nothing of the thread is quoted into it. */
function composeLetter(language: Language, from: Identity, row: TicketRow, text: string): string {
  const facts = { customer: showLine(row.customer_name, 200), name: showLine(row.requester_name, 200) };
  const signature = [from.name(language), from.signature(language)].filter(Boolean).join('\n');
  return `${phrase(language, 'ticket.mail.dear', facts)}\n\n${showText(text)}\n\n${phrase(language, 'ticket.mail.number', { number: String(row.number) })}\n\n-- \n${signature}\n`;
}

/**
 * Sends the requester a letter about their ticket; to the address the ticket was opened for and to no other, whatever a mail says (S52).
 * @returns its id; undefined where the ticket has no address
 */
export async function writeLetter(
  tx: Tx,
  { platform }: Desk,
  row: TicketRow,
  letter: { readonly kind: 'ticket.reply' | 'ticket.acknowledged'; readonly textOf: (language: Language) => string },
): Promise<string | undefined> {
  if (!row.requester_mail) return undefined;
  const [accountId, ticketId] = [row.tenant_id, row.id];
  const noticeId = newId(platform.clock);
  const inReplyTo = await lastMessageId(tx, { accountId, ticketId });
  await tell(tx, platform, {
    ...{ accountId, kind: letter.kind, noticeId },
    ...(row.alert_id ? { alertId: row.alert_id } : {}),
    contacts: [
      {
        ...{ accountId, mail: row.requester_mail, language: row.language },
        ...(row.contact_id ? { id: row.contact_id } : {}),
      },
    ],
    thread: { ticketId, isByPerson: letter.kind === 'ticket.reply', ...(inReplyTo ? { inReplyTo } : {}) },
    compose: (language, from) => ({
      subject: subjectOf(row),
      text: composeLetter(language, from, row, letter.textOf(language)),
    }),
  });
  return noticeId;
}

/** That it came in, and by when somebody answers. It is no answer (S50). */
export const acknowledgement = (language: Language, row: TicketRow): string =>
  phrase(language, 'ticket.mail.acknowledged', {
    number: String(row.number),
    subject: showLine(row.subject, 250),
    acceptedAt: showInstant(language, row.accepted_at.toISOString()),
    dueAt: showInstant(language, row.due_at.toISOString()),
    isPromised: String(row.kind === 'inquiry'),
  });

/** What a customer reads where nobody wrote a text: why it ends, with the clause (S49, S61). */
export async function closingText(
  tx: Tx,
  desk: Desk,
  row: TicketRow,
  outcome: TicketOutcome,
): Promise<(language: Language) => string> {
  const refused = outcome === 'out_of_scope' ? await refusalText(tx, desk, row) : undefined;
  if (refused) return refused;
  const { edition } = await serviceToday(tx, desk.platform, desk.editions, row.tenant_id);
  const clause = outcome === 'not_supported' ? '8(4)' : '7(4)';
  return (language) =>
    phrase(language, `ticket.closing.${outcome}`, { clause, text: clauseText(edition, clause)[language] });
}
